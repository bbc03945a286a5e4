"use strict";

/**
 * Makes modules that recording a plan does not use load on their first use, instead of at start-up, where they take more
 * time than all the rest: the SDK's serialiser of functions (the TypeScript compiler, npm's tree), its gRPC client, its
 * Automation API, its servers of providers; zod's languages. Nothing is replaced: who touches one gets the real thing, late.
 * test/cli/start.test.ts fails when a plan loads one of them after all, as after an upgrade that moves something.
 */

const Module = require("node:module");

/** Who asks for what. Only what such a file keeps as a whole may be listed: `export * from` would load it at once. */
const lazy = [
    {
        from: /[\\/]@pulumi[\\/]pulumi[\\/]/,
        requests: new Set([
            "typescript",
            "@npmcli/arborist",
            "normalize-package-data",
            "fdir",
            "picomatch",
            "semver",
            "@grpc/grpc-js",
            "@opentelemetry/api",
            "./automation",
            "../automation",
            "execa",
            "../proto/provider_pb",
        ]),
    },
    { from: /[\\/]@pulumi[\\/]pulumi[\\/]index\.js$/, requests: new Set(["./provider"]) },
    { from: /[\\/]zod[\\/]/, requests: new Set(["../locales/index.cjs"]) },
    // Few apps have a pipeline, whose steps it writes.
    { from: /[\\/]components[\\/]aws[\\/]pipeline\.[jt]s$/, requests: new Set(["yaml"]) },
];

/** Requests that were made lazy, and of those the ones that were used after all. For tests. */
const deferred = new Set();
const loaded = new Set();

const load = Module._load;
Module._load = function (request, parent, ...rest) {
    const file = parent?.filename;
    if (!file || !lazy.some(({ from, requests }) => requests.has(request) && from.test(file)))
        return load.call(this, request, parent, ...rest);
    deferred.add(request);
    let real;
    return onFirstUse(() => {
        loaded.add(request);
        return (real ??= load.call(this, request, parent, ...rest));
    });
};

/** Something that is what `real()` returns, but calls it no earlier than on the first use. */
function onFirstUse(real) {
    return new Proxy(function () {}, {
        get(_, key) {
            // Compiled `import * as` asks this first; a yes makes it keep this object instead of copying the real one.
            if (key === "__esModule") return true;
            // Called while the SDK loads, to make classes of which recording creates no instance.
            if (key === "makeGenericClientConstructor") return (...args) => onFirstUse(() => real()[key](...args));
            const module = real();
            return key === "default" && !module.__esModule ? module : module[key];
        },
        has: (_, key) => key in real(),
        apply: (_, self, args) => Reflect.apply(real(), self, args),
        construct: (_, args) => Reflect.construct(real(), args),
    });
}

module.exports = { deferred, loaded };
