import { log, RunError } from "@pulumi/pulumi";

import type { AppInput } from "../topology/app";
import { ProblemsError } from "../topology/validate";
import type { AccountOutputs, Outputs } from "../components/roles";
import { deploy } from ".";
import { readStack } from "./config";
import { gatesOf, noting } from "./memory";
import { orderExplicitly } from "./order";
import { recall } from "./recall";
import { refuseUnseen } from "./refused";
import { released } from "./release";
import { wholly } from "./whole";

/**
 * Reads the stack's config and what it runs, puts the app on its cloud, and answers where it is.
 * @throws RunError, which the engine shows as it is, with everything that is wrong with the configuration
 */
export async function run(apps: Record<string, AppInput>): Promise<Outputs | AccountOutputs> {
    try {
        orderExplicitly();
        refuseUnseen();
        const memory = await recall();
        const { stack, notes } = released(readStack(apps), memory.release);
        for (const note of notes) void log.info(note);
        const outputs = await wholly(stack, () => deploy(stack, gatesOf(memory)));
        return stack.app.account ? outputs : { ...outputs, ...noting(stack, memory) };
    } catch (error) {
        // Anything else would come with a stack trace.
        throw error instanceof ProblemsError ? new RunError(error.message) : error;
    }
}
