"use strict";

/**
 * The `twinstack` command with a todo app of many services: `node bench/services.js 100 plan --environment prod`.
 * All is as in cli/bin.js, except that the app grows before the command looks at it.
 */

require("node:module").enableCompileCache?.();
require("../cli/lazy");
require("../cli/source");
const { apps } = require("../apps");

const [count, ...args] = process.argv.slice(2);
const { api } = apps.todo.services;
const more = Array.from({ length: Number(count) - 1 }, (_, index) => `s${index + 2}`);
apps.todo = {
    ...apps.todo,
    services: { api, ...Object.fromEntries(more.map((name) => [name, { ...api, routes: [{ path: `/${name}/*` }] }])) },
};

process.exitCode = 1;
require("../cli/main")
    .main(args)
    .then((code) => (process.exitCode = code));
