"use strict";

/** Lets Node run this project's TypeScript as it is on disk: required first, by the command line and by what Pulumi runs. */

const { SourceMap } = require("node:module");

const { javascript, sourceMapOf, SourceError } = require("./translate");

require.extensions[".ts"] = (module, file) => module._compile(javascript(file), file);

/** Places in translated files → those in the TypeScript. A program with many resources asks for the same ones all the time. */
const places = new Map();
const maps = new Map();

/** An error's stack with the lines of the TypeScript, not of what it was translated to. */
function locate(stack) {
    return stack.replace(/([^\s()]+\.ts):(\d+):(\d+)/g, (place, file, line, column) => {
        if (!places.has(place)) places.set(place, original(file, line - 1, column - 1) ?? place);
        return places.get(place);
    });
}

function original(file, line, column) {
    try {
        if (!maps.has(file)) maps.set(file, new SourceMap(JSON.parse(sourceMapOf(javascript(file)))));
        const { originalLine, originalColumn } = maps.get(file).findEntry(line, column);
        return `${file}:${originalLine + 1}:${originalColumn + 1}`;
    } catch {
        return undefined;
    }
}

module.exports = { locate, SourceError };
