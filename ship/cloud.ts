import type { State } from "../operate/state";
import type { App, Target } from "../topology/app";
import { candidateName } from "../topology/rollout";
import type { Stack } from "../topology/validate";
import type { Cloud } from "./deps";

/** Lines of the log, and from when on. */
export interface LogQuery {
    /** Names of services, or of their candidates. */
    services: string[];
    since: Date;
    /** The last so many, of all services together; absent: all. */
    lines?: number;
    /** Whether it goes on with what is said from now on, until `signal`. @default false */
    follow?: boolean;
    signal?: AbortSignal;
}

/** What a container wrote, word by word: whatever a program writes there is in it, secrets and control characters too. */
export interface LogLine {
    at: Date;
    service: string;
    /** What wrote it: task and container, revision and instance, container. */
    source: string;
    text: string;
}

/** The cloud that a stack is on, as far as it is asked and never told. */
export interface LiveCloud extends Cloud {
    /** Services, and candidates, that the stack has at present. */
    deployed: () => Promise<string[]>;
    /** In the order of their times. Ends by itself unless it follows. */
    logs: (query: LogQuery) => AsyncIterable<LogLine>;
}

/** The stack is not as it should be for what was asked; the message says what is missing. */
export class Missing extends Error {}

/** Nobody is signed in any more, or may not: the message says what to run, or which permission it takes. */
export class NotAllowed extends Error {}

/** What a cloud's client works with. */
export interface CloudArgs {
    stack: Stack<Target>;
    /** The stack's state, which knows what everything is really called. */
    state: () => Promise<State>;
    sleep: (milliseconds: number) => Promise<void>;
    now: () => number;
    /** Where the APIs are, such as a fake on loopback. @default the cloud's own */
    endpoint?: string;
    /** How long a question may take. @default patience */
    patience?: Patience;
}

/** Milliseconds that a cloud is waited for. */
export interface Patience {
    /** For one answer. */
    once: number;
    /** For a question with all of its tries, whoever signs in included: whoever watches must not be blind for longer. */
    all: number;
}
export const patience: Patience = { once: 15_000, all: 60_000 };

/**
 * What is asked of a cloud, which may accept a question and never answer, or answer a byte a minute.
 * @param ask gets what ends it
 * @throws Error if it has taken longer than that many milliseconds
 */
export async function within<T>(
    milliseconds: number,
    who: string,
    ask: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
    const controller = new AbortController();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, fail) => {
        timer = setTimeout(() => {
            fail(new Error(`${who} cannot be asked: it has not answered within ${milliseconds / 1000} s`));
            controller.abort();
        }, milliseconds);
    });
    try {
        return await Promise.race([ask(controller.signal), late]);
    } finally {
        clearTimeout(timer);
    }
}

/**
 * What asks the cloud of a stack. Its clients are loaded here, and not before.
 * @param state as `pulumi stack export` prints it, read again when something is not in it yet
 * @throws NotAllowed and Missing, by each of its methods
 */
export async function cloudOf(
    stack: Stack<Target>,
    state: () => Promise<State>,
    others: Partial<Pick<CloudArgs, "sleep" | "now" | "endpoint" | "patience">> = {},
): Promise<LiveCloud> {
    const args = cloudArgs(stack, state, others);
    if (stack.cloud === "aws") return (await import("./aws")).awsCloud(args);
    if (stack.cloud === "gcp") return (await import("./gcp")).gcpCloud(args);
    return (await import("./local")).localCloud(args);
}

/** What clients work with, with the machine's own clock. */
export const cloudArgs = (
    stack: Stack<Target>,
    state: () => Promise<State>,
    others: Partial<Pick<CloudArgs, "sleep" | "now" | "endpoint" | "patience">> = {},
): CloudArgs => ({ sleep: pause, now: Date.now, ...others, stack, state });

const pause = (milliseconds: number): Promise<void> => new Promise((done) => setTimeout(done, milliseconds));

/** A service, or its candidate, by what it is called in the app. @throws Missing if the app has none of that name */
export function named(app: App, name: string): { service: string; candidate: boolean } {
    if (Object.hasOwn(app.services, name)) return { service: name, candidate: false };
    const service = Object.keys(app.services).find((one) => candidateName(one) === name);
    if (service !== undefined) return { service, candidate: true };
    throw new Missing(`there is no service ${name}: ${Object.keys(app.services).join(", ")}`);
}

/**
 * What something is called in the cloud, by its name in the app. The state is read once, and once more for what is not in it: a
 * candidate comes while somebody watches.
 */
export function finder<T>(
    { stack, state }: Pick<CloudArgs, "stack" | "state">,
    find: (resources: State["resources"], name: string) => T | undefined,
): { of: (name: string) => Promise<T>; all: () => Promise<string[]> } {
    let known: State["resources"] | undefined;
    const read = async () => (known = (await state()).resources.filter((resource) => !resource.delete));
    return {
        of: async (name) => {
            named(stack.app, name);
            const found = find(known ?? (await read()), name) ?? find(await read(), name);
            if (found === undefined) throw new Missing(`${name} is not deployed in stack ${stack.place.stack}`);
            return found;
        },
        all: async () => {
            const resources = await read();
            const names = Object.keys(stack.app.services).flatMap((name) => [name, candidateName(name)]);
            return names.filter((name) => find(resources, name) !== undefined);
        },
    };
}

/** The id of a resource of a state; undefined where there is none. */
export const idOf = (resources: State["resources"], type: string, name: string): string | undefined =>
    resources.find((one) => one.type === type && one.name === name)?.id;

/** Milliseconds of a window's length. */
export const minute = 60_000;

/**
 * The last lines of a log that can only be read forwards: longer and longer windows back from now until they hold enough.
 * @param read all lines between two times
 */
async function lastOf(
    lines: number,
    since: Date,
    now: number,
    read: (from: Date, to: Date) => AsyncIterable<LogLine>,
): Promise<LogLine[]> {
    const kept: LogLine[] = [];
    for (let [to, length] = [now, minute]; ; length *= 4) {
        const from = Math.max(since.getTime(), to - length);
        const window: LogLine[] = [];
        for await (const line of read(new Date(from), new Date(to))) {
            window.push(line);
            if (window.length > 2 * lines) window.splice(0, window.length - lines);
        }
        kept.unshift(...window.slice(-lines));
        to = from;
        if (kept.length >= lines || from <= since.getTime()) return kept.slice(-lines);
    }
}

/** A line with what the cloud tells it by. */
export interface KeyedLine extends LogLine {
    key: string;
}

/** Milliseconds that a line may come after a later one. */
const late = 15_000;

/**
 * Goes on with a log: asks from a little before the last line again, as some come late, and hands on what is new.
 * @param read lines since a time, in their order
 */
async function* following(
    read: (since: Date) => AsyncIterable<KeyedLine>,
    begin: Date,
    { sleep }: Pick<CloudArgs, "sleep">,
    every: number,
    signal?: AbortSignal,
): AsyncGenerator<LogLine> {
    const seen = new Map<string, number>();
    const ended = new Promise<void>((done) => signal?.addEventListener("abort", () => done(), { once: true }));
    let newest = begin.getTime();
    while (!signal?.aborted) {
        const from = Math.max(begin.getTime(), newest - late);
        for await (const { key, ...line } of read(new Date(from))) {
            if (signal?.aborted) return;
            if (seen.has(key)) continue;
            seen.set(key, line.at.getTime());
            newest = Math.max(newest, line.at.getTime());
            yield line;
        }
        for (const [key, at] of seen) if (at < newest - 2 * late) seen.delete(key);
        if (signal?.aborted) return;
        await Promise.race([sleep(every), ended]);
    }
}

/**
 * The logs of a cloud that has one API for what was said and for what is said next.
 * @param read lines of services between two times, in their order
 * @param every milliseconds between two questions while it is followed
 */
export function logsBy(
    read: (services: string[], since: Date, until?: Date) => AsyncIterable<KeyedLine>,
    args: Pick<CloudArgs, "sleep" | "now">,
    every: number,
): Pick<LiveCloud, "logs" | "lastLogs"> {
    const last = (services: string[], count: number, since: Date, until: number) =>
        lastOf(count, since, until, (from, to) => read(services, from, to));
    return {
        lastLogs: async (name, since, count) => (await last([name], count, since, args.now())).map(({ text }) => text),
        async *logs({ services, since, lines: count, follow, signal }) {
            const before = args.now();
            const first = count === undefined ? undefined : await last(services, count, since, before);
            if (first) yield* first;
            if (!follow) {
                if (!first) for await (const { key: _, ...line } of read(services, since)) yield line;
                return;
            }
            const begin = first ? new Date(before) : since;
            yield* following((from) => read(services, from), begin, args, every, signal);
        },
    };
}
