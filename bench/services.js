"use strict";

/**
 * The `twinstack` command with a todo app of many services: `node bench/services.js 100 plan --environment prod`.
 * All is as in cli/bin.js, except that the app grows before the command looks at it.
 */

require("../cli/source");
require("../cli/kept");
require("../cli/lazy");
const { apps } = require("../apps");

/** A load balancer of AWS has at most 100 target groups: further services are private. */
const mostPublic = 100;

/** Makes the todo app one of `count` services, each with a route of its own as long as there may be one. */
function grow(count) {
    const { api } = apps.todo.services;
    const more = Array.from({ length: count - 1 }, (_, index) => `s${index + 2}`);
    const services = more.map((name, index) => [
        name,
        { ...api, routes: index + 1 < mostPublic ? [{ path: `/${name}/*` }] : [] },
    ]);
    const { network } = apps.todo;
    // Subnets with addresses for all of them.
    const wide = { publicSubnets: ["10.0.0.0/19", "10.0.32.0/19"], privateSubnets: ["10.0.64.0/19", "10.0.96.0/19"] };
    apps.todo = {
        ...apps.todo,
        network: { ...network, aws: { ...network.aws, ...wide } },
        services: { api, ...Object.fromEntries(services) },
    };
}

module.exports = { grow };

if (require.main === module) {
    const [count, ...args] = process.argv.slice(2);
    grow(Number(count));
    process.exitCode = 1;
    require("../cli/main")
        .main(args)
        .then((code) => (process.exitCode = code));
}
