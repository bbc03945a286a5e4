"use strict";

/**
 * How long estimating a large plan takes once it is planned: `node bench/estimate.js 207` plans so many services on AWS in
 * prod, prices them a few times, and prints the median as JSON, and the first time, which is what a user waits for.
 */

require("node:module").enableCompileCache?.();
require("../cli/lazy");
require("../cli/source");
const { median } = require("./measure");
const { grow } = require("./services");
const { select } = require("../cli/selection");
const { planOf } = require("../plan/plan");
const { estimate } = require("../cost/estimate");
const { usageOf } = require("../cost/usage");

async function main(count) {
    grow(count);
    const { stack } = select({ app: "todo", cloud: "aws", environment: "prod", domain: "todo.example.com" });
    const plan = await planOf(stack);
    const usage = usageOf(stack.app);
    const milliseconds = Array.from({ length: 7 }, () => {
        const started = process.hrtime.bigint();
        estimate(plan, usage);
        return Number(process.hrtime.bigint() - started) / 1e6;
    });
    process.stdout.write(
        JSON.stringify({
            resources: plan.resources.length,
            first: milliseconds[0],
            median: median(milliseconds),
        }),
    );
}

main(Number(process.argv[2]));
