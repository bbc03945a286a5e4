import type { CloudArgs, LiveCloud, LogLine } from "./client";

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
