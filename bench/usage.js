"use strict";

/**
 * Loaded before a measured program (`node --require`), whichever it is: at its end it writes down what the process used.
 * Peak memory is known to the process alone, and `/usr/bin/time` is not everywhere.
 */

const { writeFileSync } = require("node:fs");
const { join } = require("node:path");

process.on("exit", () => {
    const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
    const files = Object.keys(require.cache);
    const loaded = (name) => files.filter((file) => file.includes(join("node_modules", name))).length;
    const usage = {
        program: process.argv[1] ?? "",
        // Node gives KiB and microseconds.
        peakMiB: maxRSS / 1024,
        cpuSeconds: (userCPUTime + systemCPUTime) / 1e6,
        seconds: process.uptime(),
        modules: { all: files.length, aws: loaded("@pulumi/aws/"), gcp: loaded("@pulumi/gcp/") },
    };
    writeFileSync(join(process.env.BENCH_USAGE, `${process.pid}.json`), JSON.stringify(usage));
});
