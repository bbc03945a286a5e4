import { join } from "node:path";
import { Worker } from "node:worker_threads";

import type { Range } from "../cost/breakeven";
import type { Comparison } from "../cost/compare";
import type { EstimateOptions } from "../cost/estimate";
import type { Usage } from "../cost/usage";
import type { Plan } from "../plan/plan";
import type { App, Cloud, Target } from "../topology/app";
import type { Stack } from "../topology/validate";

/** One stack's half of a comparison. */
export interface Half {
    stack: Stack;
    project: string;
    usage: Usage;
    options: EstimateOptions;
    /** Of the traffic, for the break-even; none without it. */
    range?: Range;
}

/** What the thread does when it is asked to, by name; planner.js does it. */
export interface Jobs {
    plan<T extends Target>(asked: { stack: Stack<T>; project: string }): Promise<Plan<T>>;
    /** Plans a half, answers when it is planned, and goes on to price it. */
    begin(half: Half): Promise<void>;
    /** Puts the half that was begun last beside the other cloud's plan, which is priced there, too. */
    finish(other: { plan: Plan; apps: Record<Cloud, App> }): Promise<Comparison>;
}
export type Job = keyof Jobs;

/**
 * Another thread that plans stacks of one cloud, so that two clouds take hardly longer than one. While this thread still
 * plans, it has time to prices, too.
 *
 * All reject as what they do does; but an error that comes from there has lost its class.
 */
export type Elsewhere = Jobs;

const started = new Map<Target, Elsewhere>();

/** The thread of a cloud, if it was started. */
export const threadOf = (cloud: Target): Elsewhere | undefined => started.get(cloud);

/** Starts the thread of a cloud, once; it begins to load, and does not keep the process alive. */
export function startThread(cloud: Target): Elsewhere {
    const thread = started.get(cloud) ?? elsewhere(cloud);
    started.set(cloud, thread);
    return thread;
}

type Answer = { id: number; value?: unknown; error?: unknown };
type Waiting = { resolve(value: unknown): void; reject(error: unknown): void };

function elsewhere(cloud: Target): Elsewhere {
    const worker = new Worker(join(__dirname, "planner.js"), { workerData: { cloud } });
    const waiting = new Map<number, Waiting>();
    let next = 0;
    let failure: { error: unknown } | undefined;
    worker.on("message", (answer: Answer) => {
        const { resolve, reject } = waiting.get(answer.id)!;
        waiting.delete(answer.id);
        if (waiting.size === 0) worker.unref();
        if ("error" in answer) reject(answer.error);
        else resolve(answer.value);
    });
    worker.on("error", (error) => {
        failure = { error };
        for (const { reject } of waiting.values()) reject(error);
        waiting.clear();
    });
    // Last: listening for messages would keep the process alive again.
    worker.unref();
    const ask = <T>(job: Job, asked: unknown): Promise<T> =>
        new Promise((resolve: Waiting["resolve"], reject) => {
            if (failure) return reject(failure.error);
            const id = next++;
            waiting.set(id, { resolve, reject });
            worker.ref();
            worker.postMessage({ id, job, asked });
        }) as Promise<T>;
    return {
        plan: (asked) => ask("plan", asked),
        begin: (half) => ask("begin", half),
        finish: (other) => ask("finish", other),
    };
}
