import { log, RunError } from "@pulumi/pulumi";

import type { AppInput, Target } from "../topology/app";
import { ProblemsError, type Stack } from "../topology/validate";
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
 * Deploys a stack as the engine runs it: what it runs is what it is told or remembers, and all of it or nothing is registered.
 * @param read the stack as its config says it
 * @param told what it is to run, as `released` takes it
 */
export async function deployed(read: () => Stack<Target>, told?: Parameters<typeof released>[2]) {
    orderExplicitly();
    refuseUnseen();
    const memory = await recall();
    const { stack, notes } = released(read(), memory.release, told);
    return { stack, memory, notes, outputs: await wholly(stack, () => deploy(stack, gatesOf(memory))) };
}

/**
 * Reads the stack's config and what it runs, puts the app on its cloud, and answers where it is.
 * @throws RunError, which the engine shows as it is, with everything that is wrong with the configuration
 */
export async function run(apps: Record<string, AppInput>): Promise<Outputs | AccountOutputs> {
    try {
        const { stack, memory, notes, outputs } = await deployed(() => readStack(apps));
        for (const note of notes) void log.info(note);
        return stack.app.account ? outputs : { ...outputs, ...noting(stack, memory) };
    } catch (error) {
        // Anything else would come with a stack trace.
        throw error instanceof ProblemsError ? new RunError(error.message) : error;
    }
}
