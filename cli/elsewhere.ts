import { fork, type ChildProcess } from "node:child_process";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";

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

/**
 * Two processes that plan keep both cores of a small machine busy: V8's threads, which collect garbage and optimise what is over
 * before they are done, would take them from those. What turns out to be long is optimised after all. cli/bin.js begins so as well.
 */
const withoutThreads = ["--single-threaded-gc", "--no-opt"];
/** Plans that a process makes before further ones are worth optimising. */
const few = 2;
/** Whether a plan of it takes so long that it is. */
export const isLarge = ({ app }: Stack<Target>): boolean => Object.keys(app.services).length >= 100;
/** Has V8 optimise what this process runs. */
export const optimise = (): void => setFlagsFromString("--opt");

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
        execArgv: withoutThreads,
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
                const long = id >= few || isLarge(stack);
                child.send({ id, cwd: process.cwd(), stack, project, long }, () => undefined);
            }) as Promise<Plan<T>>,
    };
}

/** Whether this process waits for the child before it ends. */
function keepAlive(child: ChildProcess, wait: boolean): void {
    for (const handle of [child, child.channel])
        if (wait) handle?.ref();
        else handle?.unref();
}
