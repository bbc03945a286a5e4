"use strict";

// What `pulumi` runs: index.ts, from the translations that the command line keeps, so that no `up` loads the compiler. Pulumi
// takes what package.json exports for the program, so in a package, which has no program, this is what others import.
const { existsSync } = require("node:fs");
const { join } = require("node:path");

module.exports = existsSync(join(__dirname, "../index.ts")) ? program() : require("../dist/sdk");

function program() {
    const { locate } = require("../cli/source");
    require("../cli/kept");
    require("../cli/lazy");
    sayLines(locate);
    return load();
}

// Pulumi's SDK asks for a stack at every promise, and shows it only to who looks for leaks. Node's own way maps each frame of
// each, also those of packages whose sources are not there. Both together take a third of the program's time.
function sayLines(locate) {
    const looksForLeaks = Boolean(process.env.PULUMI_DEBUG_PROMISE_LEAKS);
    const isOfPromise = ([frame]) =>
        frame?.getFunctionName() === "debuggablePromise" && /[\\/]debuggable\.js$/.test(frame.getFileName());
    const say = (frame) => (frame.getFileName()?.endsWith(".ts") ? locate(String(frame)) : String(frame));
    Error.prepareStackTrace = (error, frames) =>
        !looksForLeaks && isOfPromise(frames)
            ? ""
            : [String(error), ...frames.map((frame) => `    at ${say(frame)}`)].join("\n");
}

/** The program; one that says what is wrong where a file of the user's cannot be loaded. */
function load() {
    try {
        return require("../index.ts");
    } catch (error) {
        const fault = require("../cli/source-fault.ts").sourceFault(error, process.cwd());
        if (fault === undefined) throw error;
        const { RunError } = require("@pulumi/pulumi");
        return () => Promise.reject(new RunError(fault));
    }
}
