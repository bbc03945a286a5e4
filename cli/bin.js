#!/usr/bin/env node
"use strict";

// One stack on two clouds, planned at once, is over before V8 has optimised any of it (elsewhere.ts).
if (process.argv[2] === "compare" && !process.argv.some((word) => word.startsWith("--regions")))
    require("node:v8").setFlagsFromString("--no-opt");

const { locate, SourceError } = require("./source");
require("./kept");
require("./lazy");

/** What nobody has caught: source that does not parse is somebody's slip, anything else a bug. */
function fail(error) {
    const slip = error instanceof SourceError;
    if (slip) process.exitCode = 2;
    process.stderr.write(
        slip
            ? `error: ${error.message}\n`
            : `twinstack failed, which is a bug in it or in a component:\n${locate(String(error?.stack ?? error))}\n`,
    );
}

/**
 * Ends with a code as soon as everything is written. A process that ends by itself waits for V8's threads first, which still
 * optimise what nobody will call again.
 */
function end(code) {
    process.exitCode = code;
    process.stdout.write("", () => process.stderr.write("", () => process.exit()));
}

// These plan both clouds: the first one's planner loads while this process does.
if (["compare", "posture", "report", "start"].includes(process.argv[2])) require("./elsewhere").startPlanner("aws");

require("./output").tolerateClosedPipes();
// A run that ends before it has an answer, because nothing is left to wait for, has failed.
process.exitCode = 1;
try {
    require("./main").main(process.argv.slice(2)).then(end, fail);
} catch (error) {
    fail(error);
}
