import { createInterface } from "node:readline/promises";

import { customPrices } from "./own-prices";
import { ask, placed, reasonOf } from "../ship/ask";
import { build } from "../ship/images/build";
import type { Clock, Cloud, Deps, Progress } from "../ship/deps";
import type { PulumiEngine, Where } from "../ship/engine";
import type { Outputs } from "../ship/outputs";
import { promote } from "../ship/images/promote";
import { digestOf } from "../ship/images/registry";
import { candidateHeader } from "../topology/rollout";
import type { Stack } from "../topology/validate";
import { exportState, rawState } from "./engine";
import { BadInput } from "./errors";
import { colours, complain } from "./output";
import { deployedOutputs } from "./ship-input";

/** All that a ship has to do with the world. Tests have another. */
export interface Tools {
    outputs: (stack: string) => Promise<Outputs>;
    /** `pulumi stack export`, as it is. */
    state: (stack: string) => Promise<unknown>;
    engine: (where: Where, deps: Pick<Deps, "clock" | "say">) => Promise<PulumiEngine>;
    cloud: (stack: Stack) => Promise<Cloud>;
    build: typeof build;
    promote: typeof promote;
    digestOf: typeof digestOf;
    /** @param given whether the user said where the stack is: then a service's host name is only a header */
    ask: (base: URL, given: boolean) => Deps["ask"];
    clock: Clock;
    /** Posts to the app's webhook. */
    notify: (stack: Stack, text: string) => Promise<void>;
    /** Whether somebody who was asked says yes. */
    confirm: (question: string) => Promise<boolean>;
    customPrices: () => ReturnType<typeof customPrices>;
}

const askTimeout = 10_000;

export const tools: Tools = {
    outputs: deployedOutputs,
    state: rawState,
    engine: async (where, deps) => (await import("../ship/engine")).engineOf(where, deps),
    cloud: async (stack) => (await import("../ship/live/cloud")).cloudOf(stack, () => exportState(stack.place.stack)),
    build,
    promote,
    digestOf,
    ask: (base, given) => (request, header) =>
        ask(placed(base, given ? { path: request.path } : request), request, {
            timeout: askTimeout,
            ...(given && { host: request.host }),
            ...(header !== undefined && { headers: { [candidateHeader]: header } }),
        }).catch(reasonOf),
    clock: {
        now: Date.now,
        sleep: (milliseconds) => new Promise((done) => setTimeout(done, milliseconds)),
        after: (milliseconds, call) => {
            const timer = setTimeout(call, milliseconds);
            return () => clearTimeout(timer);
        },
    },
    notify: async (stack, text) =>
        (await import("../ship/webhook")).notify(stack, text, { state: () => exportState(stack.place.stack) }),
    confirm,
    customPrices: () => customPrices({}),
};

async function confirm(question: string): Promise<boolean> {
    if (!process.stdin.isTTY) throw new BadInput("Nobody can be asked here: --yes ships without asking.");
    const lines = createInterface({ input: process.stdin, output: process.stderr });
    try {
        return /^y(es)?$/i.test((await lines.question(`${question} [y/N] `)).trim());
    } finally {
        lines.close();
    }
}

/** A line on stderr for each thing that happens. */
export function progressLine({ at, phase, text }: Progress): void {
    const time = new Date(at).toTimeString().slice(0, 8);
    void complain(`${colours.dim(time)} ${phase.padEnd(12)} ${text}\n`);
}

/** Ends what is done when somebody presses Ctrl-C: a ship goes back, and does not stop halfway. */
export function interruptible(): { signal: AbortSignal; end: () => void } {
    const controller = new AbortController();
    const abort = (): void => {
        void complain("interrupted: it goes back. Once more stops it where it is; ship resume or ship abort go on.\n");
        controller.abort();
    };
    const signals = ["SIGINT", "SIGTERM"] as const;
    for (const signal of signals) process.once(signal, abort);
    return { signal: controller.signal, end: () => signals.forEach((signal) => process.removeListener(signal, abort)) };
}
