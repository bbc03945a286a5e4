"use strict";

/**
 * How long estimating a large plan takes once it is planned: `node bench/estimate.js 207` plans so many services on AWS in
 * prod, prices them a few times, and prints as JSON what planning took, the median, and the first time, which is what a user
 * waits for; and the median of the processor's time, which a busy machine changes less.
 */

require("../cli/source");
require("../cli/kept");
require("../cli/lazy");
const { median } = require("./measure");
const { grow } = require("./services");
const { select } = require("../cli/selection");
const { planOf } = require("../plan/plan");
const { estimate } = require("../cost/estimate");
const { usageOf } = require("../cost/usage");

async function main(count) {
    grow(count);
    const { stack } = select({ app: "todo", cloud: "aws", environment: "prod", domain: "todo.example.com" });
    const since = (started) => Number(process.hrtime.bigint() - started) / 1e6;
    const begun = process.hrtime.bigint();
    const plan = await planOf(stack);
    const planned = since(begun);
    const usage = usageOf(stack.app);
    const processor = [];
    const milliseconds = Array.from({ length: 7 }, () => {
        const [started, used] = [process.hrtime.bigint(), process.cpuUsage()];
        estimate(plan, usage);
        const { user, system } = process.cpuUsage(used);
        processor.push((user + system) / 1000);
        return since(started);
    });
    process.stdout.write(
        JSON.stringify({
            resources: plan.resources.length,
            planned,
            first: milliseconds[0],
            median: median(milliseconds),
            processor: median(processor),
        }),
    );
}

main(Number(process.argv[2]));
