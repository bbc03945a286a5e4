import { log, RunError } from "@pulumi/pulumi";

import { deploy } from "./stacks";
import { readStack } from "./stacks/config";
import { gatesOf, recall } from "./stacks/memory";
import { orderExplicitly } from "./stacks/order";
import { released } from "./stacks/release";
import { ProblemsError } from "./topology/validate";

/** The Pulumi program: read the stack's config and what it runs, put the app on its cloud, export where it is. */
export = async () => {
    try {
        orderExplicitly();
        const memory = await recall();
        const { stack, notes } = released(readStack(), memory.release);
        for (const note of notes) void log.info(note);
        return await deploy(stack, gatesOf(memory));
    } catch (error) {
        // A RunError is shown as it is; anything else would come with a stack trace.
        throw error instanceof ProblemsError ? new RunError(error.message) : error;
    }
};
