"use strict";

/**
 * Plans in a thread of its own, so that two clouds take hardly longer than one. It loads what a plan needs while the main
 * thread still reads the configuration.
 */

const { parentPort, workerData } = require("node:worker_threads");

require("./lazy");
require("./source");
const { planOf } = require("../plan/plan");
require(`../stacks/${workerData.cloud}`);

parentPort.on("message", ({ id, stack, project }) => {
    planOf(stack, { project }).then(
        (plan) => parentPort.postMessage({ id, plan }),
        (error) => parentPort.postMessage({ id, error }),
    );
});
