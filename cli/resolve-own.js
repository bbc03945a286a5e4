"use strict";

// Required before another version of twinstack, so that what a project's own files import is that version as well, although
// the installed one is nearer to them. What the version itself imports is found as always.
const Module = require("node:module");

const { name, root } = JSON.parse(process.env.TWINSTACK_RESOLVE_OWN);
const find = Module._resolveFilename;
Module._resolveFilename = function (request, parent, isMain, options) {
    const isOwn = request === name || request.startsWith(`${name}/`);
    return find.call(this, request, parent, isMain, isOwn ? { ...options, paths: [root] } : options);
};
