"use strict";

/**
 * Plans stacks of the cloud that it is given, for the process that started it, and ends with that. It loads what a plan
 * needs while the other one still reads the configuration.
 */

const { setPriority } = require("node:os");
const { setFlagsFromString } = require("node:v8");

// It has time to spare; the process that it works for, and the threads that collect that one's garbage, have none.
try {
    setPriority(10);
} catch {
    // Where a sandbox forbids it, both are equal.
}
require("./source");
const { keep } = require("./kept");
require("./lazy");
const { planOf } = require("../plan/plan");
require(`../stacks/${process.argv[2]}`);

process.on("disconnect", () => process.exit());
process.on("message", ({ id, cwd, stack, project, long }) => {
    if (long) setFlagsFromString("--opt");
    process.chdir(cwd);
    // Kept not at the end, which is sudden, but when the answer is out: a long one takes several turns to write.
    const answer = (said) => process.send({ id, ...said }, () => keep());
    planOf(stack, { project }).then(
        (value) => answer({ value }),
        (error) => answer({ error }),
    );
});
