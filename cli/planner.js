"use strict";

/**
 * Plans in a thread of its own, so that two clouds take hardly longer than one. It loads what a plan needs while the main
 * thread still reads the configuration.
 */

const { parentPort, workerData } = require("node:worker_threads");

require("./lazy");
require("./source");
require("../plan/plan");
require(`../stacks/${workerData.cloud}`);
const { jobs } = require("./jobs");

parentPort.on("message", ({ id, job, asked }) => {
    jobs[job](asked).then(
        (value) => parentPort.postMessage({ id, value }),
        (error) => parentPort.postMessage({ id, error }),
    );
});
