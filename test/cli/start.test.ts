import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
    existsSync,
    mkdtempSync,
    mkdirSync,
    readFileSync,
    readdirSync,
    rmSync,
    symlinkSync,
    writeFileSync,
    copyFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

import { isLarge } from "../../cli/elsewhere";

const root = resolve(__dirname, "../..");

/** Runs a script in a process of its own, as bin.js would, and answers what it prints as JSON. */
function run(script: string, cwd = root): unknown {
    const { stdout, stderr } = spawnSync(process.execPath, ["-e", script], { cwd, encoding: "utf8" });
    assert.equal(stderr.replace(/^planning.*\n/gm, ""), "");
    return JSON.parse(stdout);
}

/** Plans todo, and tells which modules that took. */
const planned = (cloud: string) => `
    const lazy = require("./cli/lazy");
    require("./cli/source");
    const { select } = require("./cli/selection.ts");
    const { planOf } = require("./plan/plan.ts");
    planOf(select({ cloud: "${cloud}" }).stack).then(({ resources }) =>
        console.log(JSON.stringify({
            count: resources.length,
            files: Object.keys(require.cache),
            deferred: [...lazy.deferred],
            loaded: [...lazy.loaded],
        })),
    );`;
interface Loaded {
    count: number;
    files: string[];
    deferred: string[];
    loaded: string[];
}

const from = (files: string[], sdk: string): string[] =>
    files.filter((file) => file.includes(`/node_modules/@pulumi/${sdk}/`));

describe("The start of a plan", function () {
    this.timeout(60000);
    const [aws, gcp] = [() => run(planned("aws")) as Loaded, () => run(planned("gcp")) as Loaded];

    it("never loads the other cloud's SDK", () => {
        const [onAws, onGcp] = [aws().files, gcp().files];
        assert.ok(from(onAws, "aws").length > 0 && from(onGcp, "gcp").length > 0);
        assert.deepEqual(from(onAws, "gcp"), []);
        assert.deepEqual([...from(onGcp, "aws"), ...from(onGcp, "awsx")], []);
    });

    it("loads of the SDK nothing that recording does not use", () => {
        for (const { deferred, loaded, files, count } of [aws(), gcp()]) {
            assert.ok(count > 40);
            // An upgrade that moves one of these makes the start slow: revise cli/lazy.js.
            for (const request of [
                "typescript",
                "@npmcli/arborist",
                "@grpc/grpc-js",
                "./automation",
                "./provider",
                "../proto/provider_pb",
            ])
                assert.ok(deferred.includes(request), `${request} is not deferred`);
            assert.deepEqual(loaded, []);
            for (const heavy of ["typescript", "@npmcli/arborist", "@grpc/grpc-js", "execa"])
                assert.ok(!files.some((file) => file.includes(`/node_modules/${heavy}/lib/`)), heavy);
            assert.ok(files.length < 480, `${files.length} modules`);
        }
    });

    for (const [command, does] of [
        ["plan", "/plan/plan.ts"],
        ["cost", "/cost/estimate.ts"],
    ])
        it(`loads no client of a cloud's APIs for ${command}`, () => {
            const files = run(`
            require("./cli/lazy");
            require("./cli/source");
            const { write } = process.stdout;
            process.stdout.write = (_, ...rest) => {
                for (const then of rest) if (typeof then === "function") then();
                return true;
            };
            require("./cli/main.ts").main(["${command}"]).then((code) => {
                process.stdout.write = write;
                console.log(JSON.stringify(code === 0 ? Object.keys(require.cache) : []));
            });`) as string[];
            assert.ok(files.some((file) => file.endsWith(does)));
            const clients =
                /node_modules\/(@aws-sdk|@smithy|google-auth-library|gaxios)\/|\/ship\/(aws|gcp|local|session|used)/;
            assert.deepEqual(
                files.filter((file) => clients.test(file)),
                [],
            );
        });

    it("leaves one cloud of a comparison to another process: this one loads nothing of its SDK", () => {
        const script = `
            require("./cli/lazy");
            require("./cli/source");
            const { comparePair } = require("./cli/pair.ts");
            comparePair({}, {}, { density: 1 }).then(({ comparison: { roles, breakEven } }) =>
                console.log(JSON.stringify({
                    roles: roles.length,
                    points: breakEven.points.length,
                    files: Object.keys(require.cache),
                })),
            );`;
        const { roles, points, files } = run(script) as { roles: number; points: number; files: string[] };
        assert.ok(roles > 3 && points > 3);
        assert.deepEqual(from(files, "aws"), []);
        assert.ok(from(files, "gcp").length > 10);
    });

    it("gives the other process neither schema nor YAML to load: what it plans is validated", () => {
        for (const cloud of ["aws", "gcp"]) {
            const files = run(`
                require("./cli/source");
                require("./cli/lazy");
                require("./plan/plan");
                require("./stacks/${cloud}");
                require("./stacks/memory");
                console.log(JSON.stringify(Object.keys(require.cache)));`) as string[];
            assert.ok(from(files, cloud).length > 10);
            assert.deepEqual(
                files.filter((file) => /\/node_modules\/(zod|yaml)\//.test(file)),
                [],
            );
        }
    });

    it("takes an app of a hundred services for one that V8 should optimise", () => {
        const large = (count: number) => {
            const services = Object.fromEntries(Array.from({ length: count }, (_, index) => [`s${index}`, {}]));
            return isLarge({ app: { services } } as never);
        };
        assert.deepEqual([large(1), large(99), large(100)], [false, false, true]);
    });

    it("says that the other process ended, if it was killed", () => {
        const script = `
            require("./cli/lazy");
            require("./cli/source");
            const { spawn } = require("node:child_process").ChildProcess.prototype;
            require("node:child_process").ChildProcess.prototype.spawn = function (...args) {
                const code = spawn.apply(this, args);
                this.kill("SIGKILL");
                return code;
            };
            require("./cli/elsewhere.ts").startPlanner("gcp").plan({ stack: { app: { services: {} } } }).catch(({ message }) =>
                console.log(JSON.stringify(message)),
            );`;
        assert.equal(run(script), "the process that plans gcp ended: SIGKILL");
    });

    it("still gives the real module to who uses a deferred one", () => {
        const script = `
            require("./cli/lazy");
            const { automation } = require("@pulumi/pulumi");
            console.log(JSON.stringify([typeof automation.LocalWorkspace, new automation.ConcurrentUpdateError({ toString: () => "x" }).name]))`;
        assert.deepEqual(run(script), ["function", "ConcurrentUpdateError"]);
    });
});

describe("What pulumi runs", () => {
    it("is the program, by whichever field of package.json it looks: anything else would register nothing", () => {
        const { main, exports } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
            main: string;
            exports: { ".": { default: string } };
        };
        assert.equal(exports["."].default, `./${main}`);
        // An object would be taken for the stack's outputs.
        assert.equal(run(`console.log(JSON.stringify(typeof require("./${main}")))`), "function");
    });

    it("loads nothing of the SDK that an app does not use, and gives it to who uses it after all", () => {
        const script = `
            require("./bin/program");
            const before = Object.keys(require.cache);
            const { runtime } = require("@pulumi/pulumi");
            const late = "late";
            // Of Node, about what the serialiser looks at.
            process.removeAllListeners("warning");
            runtime.serializeFunction(() => late).then(({ text }) => console.log(JSON.stringify({ before, text })));`;
        const { before, text } = run(script) as { before: string[]; text: string };
        assert.deepEqual(
            before.filter((file) => /\/node_modules\/(typescript\/lib|@npmcli\/arborist)\//.test(file)),
            [],
        );
        assert.match(text, /return \(\) => late/);
    });

    it("says where in the TypeScript an error is, and traces promises only for who looks for leaks", () => {
        const script = (leaks: string) => `
            process.env.PULUMI_DEBUG_PROMISE_LEAKS = "${leaks}";
            require("./bin/program");
            const { debuggablePromise } = require("@pulumi/pulumi/runtime/debuggable");
            const { resolve } = require("./topology/validate.ts");
            const promise = Promise.resolve();
            debuggablePromise(promise);
            let error;
            try { resolve(); } catch (thrown) { error = thrown; }
            console.log(JSON.stringify([promise._debugStackTrace, error.stack]))`;
        const [trace, stack] = run(script("")) as [string, string];
        assert.equal(trace, "");
        const [, line] = /topology\/validate\.ts:(\d+):\d+/.exec(stack)!;
        assert.match(
            readFileSync(join(root, "topology/validate.ts"), "utf8").split("\n")[Number(line) - 1],
            /readSettings\(/,
        );
        const [asked] = run(script("1")) as [string];
        assert.match(asked, /^Error\n {4}at debuggablePromise .*debuggable\.js/);
    });
});

describe("The translation of sources", function () {
    this.timeout(60000);
    let folder: string;
    before(() => {
        folder = mkdtempSync(join(tmpdir(), "twinstack-source-"));
        mkdirSync(join(folder, "cli"));
        mkdirSync(join(folder, "node_modules"));
        symlinkSync(join(root, "node_modules/typescript"), join(folder, "node_modules/typescript"));
        for (const file of ["cli/source.js", "cli/translate.js"]) copyFileSync(join(root, file), join(folder, file));
    });
    after(() => rmSync(folder, { recursive: true }));

    const cache = () => join(folder, "node_modules/.cache/twinstack");
    const say = (text: string) =>
        writeFileSync(join(folder, "said.ts"), `export const said: string = ${JSON.stringify(text)};`);
    const heard = () =>
        run(
            `require("./cli/source"); const before = Object.keys(require.cache).length;
             console.log(JSON.stringify([require("./said.ts").said, Object.keys(require.cache).some((file) => file.endsWith("typescript.js"))]))`,
            folder,
        );

    it("loads the compiler for what it has not seen, and not again", () => {
        say("first");
        assert.deepEqual(heard(), ["first", true]);
        assert.deepEqual(heard(), ["first", false]);
    });

    it("runs what is in the source, also when it changes and changes back", () => {
        for (const text of ["second", "first", "second"]) {
            say(text);
            assert.equal((heard() as string[])[0], text);
        }
    });

    it("keeps one translation of a file", () => {
        assert.equal(readdirSync(cache()).length, 1);
    });

    it("does without a cache that cannot be written", () => {
        rmSync(cache(), { recursive: true });
        writeFileSync(cache(), "in the way");
        assert.deepEqual(heard(), ["second", true]);
        assert.ok(existsSync(cache()));
        rmSync(cache());
    });

    it("finds the lines of the TypeScript in an error's stack", () => {
        writeFileSync(
            join(folder, "fails.ts"),
            "interface A {\n  a: 1;\n}\n\nexport const f = (a?: A) => {\n  throw new Error(String(a));\n};\n",
        );
        const script = `const { locate } = require("./cli/source");
            try { require("./fails.ts").f() } catch (error) { console.log(JSON.stringify(locate(error.stack).split("\\n")[1])) }`;
        assert.match(String(run(script, folder)), /fails\.ts:6:9\)?$/);
    });
});
