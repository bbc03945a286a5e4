import { Missing, type LiveCloud, type LogLine } from "../ship/live/client";
import { cloudOf } from "../ship/live/cloud";
import type { Target } from "../topology/app";
import { isCandidateOf } from "../topology/rollout";
import { choices } from "../topology/suggest";
import { ProblemsError, type Stack } from "../topology/validate";
import { exportState, stateFromFile } from "./engine";
import { BadInput } from "./errors";
import { colours, complain, errorColours, print, visible, width } from "./output";
import { select, type Selection } from "./selection";

export interface LogsOptions {
    json?: boolean;
    follow?: boolean;
    since?: string;
    lines?: string;
    state?: string;
}

/**
 * `twinstack logs`: what services write, from their cloud or from Docker, until now or until Ctrl-C. With `--json` an object a line.
 * 1 if it cannot be read.
 */
export async function logs(selection: Selection, names: string[], options: LogsOptions): Promise<number> {
    const { json, follow } = options;
    const since = sinceOf(options.since ?? "10m", Date.now());
    const lines = options.lines === undefined ? undefined : linesOf(options.lines);
    const { stack } = select(selection);
    known(stack, names);
    const ending = new AbortController();
    const end = () => ending.abort();
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, end);
    // Whoever reads has seen enough.
    process.stdout.on("error", end);
    try {
        const cloud = await cloudOfStack(stack, options.state);
        const services = names.length ? names : await cloud.deployed();
        if (!services.length) throw new Missing(`no service of stack ${stack.place.stack} is deployed`);
        const show = json ? shownAsJson : shownTo(services);
        for await (const line of cloud.logs({ services, since, lines, follow, signal: ending.signal })) {
            await show(line);
            if (ending.signal.aborted) break;
        }
        return 0;
    } catch (error) {
        if (ending.signal.aborted) return 0;
        return failed(error);
    } finally {
        for (const signal of ["SIGINT", "SIGTERM"] as const) process.removeListener(signal, end);
        process.stdout.removeListener("error", end);
    }
}

/** What asks the cloud of a stack, with the state from a file, or from the Pulumi CLI when it is needed. */
export const cloudOfStack = (stack: Stack<Target>, file: string | undefined): Promise<LiveCloud> =>
    cloudOf(stack, async () => (file === undefined ? await exportState(stack.place.stack) : stateFromFile(file)));

/** Says what a cloud did not let be done, and answers 1. */
export async function failed(error: unknown): Promise<number> {
    const ours = error instanceof BadInput || error instanceof ProblemsError || error instanceof TypeError;
    if (!(error instanceof Error) || ours) throw error;
    await complain(`${errorColours.red("error")}: ${error.message.trimEnd()}\n`);
    return 1;
}

/** @throws BadInput with a name that is no service's, nor its candidate's */
export function known({ app }: Stack<Target>, names: string[]): void {
    const services = Object.keys(app.services);
    for (const name of names)
        if (!services.some((service) => service === name || isCandidateOf(name, service)))
            throw new BadInput(`service\n  found    ${JSON.stringify(name)}\n  allowed  ${choices(name, services)}`);
}

const units: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `10m` ago, or a time. @throws BadInput */
export function sinceOf(text: string, now: number): Date {
    const [, count, unit] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
    if (count !== undefined) return new Date(now - Number(count) * units[unit]);
    const at = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?$/.test(text)
        ? new Date(text)
        : undefined;
    if (at && !Number.isNaN(at.getTime())) return at;
    throw new BadInput(
        `--since\n  found    ${JSON.stringify(text)}\n  allowed  how long ago, such as 30s, 10m, 2h or 7d; or a time such as 2026-01-31T09:00:00Z`,
    );
}

function linesOf(text: string): number {
    if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
    throw new BadInput(`--lines\n  found    ${JSON.stringify(text)}\n  allowed  a whole number from 1 to 999999`);
}

const shownAsJson = ({ at, service, source, text }: LogLine): Promise<void> =>
    print(`${JSON.stringify({ at: at.toISOString(), service, source, text })}\n`);

/** Lines for a person: time, service, text. Control characters are shown, so that no program of the app moves the cursor. */
function shownTo(services: string[]): (line: LogLine) => Promise<void> {
    const paint = [colours.cyan, colours.yellow, colours.green, colours.magenta, colours.blue];
    const widest = Math.max(...services.map(width));
    return ({ at, service, text }) => {
        const colour = paint[Math.max(0, services.indexOf(service)) % paint.length];
        const head = `${colours.dim(at.toISOString().slice(0, 19) + "Z")} ${colour(`${service.padEnd(widest)} |`)} `;
        const lines = text.replace(/\r?\n$/, "").split(/\r?\n/);
        return print(lines.map((line) => `${head}${printed(line)}\n`).join(""));
    };
}

/** A line as it may be printed; tabs move no further than its end, and its colours end with it. */
function printed(line: string): string {
    const shown = line.split("\t").map(visible).join("\t");
    return shown.includes("\x1b[") ? `${shown}\x1b[0m` : shown;
}
