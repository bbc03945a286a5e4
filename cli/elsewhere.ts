import { fork, type ChildProcess } from "node:child_process";
import { join } from "node:path";

import type { Plan } from "../plan/plan";
import type { Target } from "../topology/app";
import type { Stack } from "../topology/validate";

/**
 * Another process that plans stacks of one cloud, so that two clouds take hardly longer than one. A process and no thread,
 * because nobody has to wait for its end.
 *
 * `plan` rejects as `planOf` does; but an error that comes from there has lost its class.
 */
export interface Elsewhere {
    plan<T extends Target>(asked: { stack: Stack<T>; project: string }): Promise<Plan<T>>;
}

const started = new Map<Target, Elsewhere>();

/** The planner of a cloud, if it was started. */
export const plannerOf = (cloud: Target): Elsewhere | undefined => started.get(cloud);

/** Starts the planner of a cloud, once; it begins to load, does not keep this process alive, and ends with it. */
export function startPlanner(cloud: Target): Elsewhere {
    const planner = started.get(cloud) ?? elsewhere(cloud);
    started.set(cloud, planner);
    return planner;
}

type Answer = { id: number; value?: unknown; error?: unknown };
type Waiting = { resolve(value: unknown): void; reject(error: unknown): void };

function elsewhere(cloud: Target): Elsewhere {
    const child = fork(join(__dirname, "planner.js"), [cloud], {
        // Maps, Dates and errors arrive as what they are.
        serialization: "advanced",
        execArgv: [],
        // It speaks to nobody, and Node 20 would read all certificates before anything else.
        env: { ...process.env, NODE_EXTRA_CA_CERTS: undefined },
        stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    process.once("exit", () => child.kill("SIGKILL"));
    const waiting = new Map<number, Waiting>();
    let next = 0;
    let failure: { error: unknown } | undefined;
    const fail = (error: unknown) => {
        failure ??= { error };
        for (const { reject } of waiting.values()) reject(error);
        waiting.clear();
        keepAlive(child, false);
    };
    child.on("message", (answer: Answer) => {
        const { resolve, reject } = waiting.get(answer.id)!;
        waiting.delete(answer.id);
        keepAlive(child, waiting.size > 0);
        if ("error" in answer) reject(answer.error);
        else resolve(answer.value);
    });
    child.on("error", fail);
    child.on("exit", (code, signal) =>
        fail(new Error(`the process that plans ${cloud} ended: ${signal ?? `code ${code}`}`)),
    );
    // Last: listening for messages would keep this process alive again.
    keepAlive(child, false);
    return {
        plan: <T extends Target>({ stack, project }: { stack: Stack<T>; project: string }) =>
            new Promise((resolve: Waiting["resolve"], reject) => {
                if (failure) return reject(failure.error);
                const id = next++;
                waiting.set(id, { resolve, reject });
                keepAlive(child, true);
                // If it is gone by now, its exit says so.
                child.send({ id, cwd: process.cwd(), stack, project }, () => undefined);
            }) as Promise<Plan<T>>,
    };
}

/** Whether this process waits for the child before it ends. */
function keepAlive(child: ChildProcess, wait: boolean): void {
    for (const handle of [child, child.channel])
        if (wait) handle?.ref();
        else handle?.unref();
}
