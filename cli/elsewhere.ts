import { join } from "node:path";
import { Worker } from "node:worker_threads";

import type { Plan } from "../plan/plan";
import type { Cloud } from "../topology/app";
import type { Stack } from "../topology/validate";

type Answer = { id: number; plan?: Plan; error?: unknown };

/** Plans stacks of one cloud in another thread: two clouds take hardly longer than one. */
export interface Elsewhere {
    /** Rejects as `planOf` does. */
    plan(stack: Stack, project: string): Promise<Plan>;
}

const started = new Map<Cloud, Elsewhere>();

/** The thread of a cloud, if it was started. */
export const threadOf = (cloud: Cloud): Elsewhere | undefined => started.get(cloud);

/** Starts the thread of a cloud, once; it begins to load, and does not keep the process alive. */
export function startThread(cloud: Cloud): void {
    if (!started.has(cloud)) started.set(cloud, elsewhere(cloud));
}

function elsewhere(cloud: Cloud): Elsewhere {
    const worker = new Worker(join(__dirname, "planner.js"), { workerData: { cloud } });
    const waiting = new Map<number, { resolve(plan: Plan): void; reject(error: unknown): void }>();
    let next = 0;
    let failure: { error: unknown } | undefined;
    worker.on("message", ({ id, plan, error }: Answer) => {
        const { resolve, reject } = waiting.get(id)!;
        waiting.delete(id);
        if (waiting.size === 0) worker.unref();
        if (plan) resolve(plan);
        else reject(error);
    });
    worker.on("error", (error) => {
        failure = { error };
        for (const { reject } of waiting.values()) reject(error);
        waiting.clear();
    });
    // Last: listening for messages would keep the process alive again.
    worker.unref();
    return {
        plan: (stack, project) =>
            new Promise((resolve, reject) => {
                if (failure) return reject(failure.error);
                const id = next++;
                waiting.set(id, { resolve, reject });
                worker.ref();
                worker.postMessage({ id, stack, project });
            }),
    };
}
