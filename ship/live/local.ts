import { execFile, spawn } from "node:child_process";
import { promisify } from "node:util";

import { Missing, type CloudArgs, type LiveCloud, type LogLine, type LogQuery } from "./client";
import { named } from "./finder";
import { command } from "../../topology/command";

const run = promisify(execFile);

/** There is no container, or none any more. */
class NotThere extends Missing {}

/** What the `docker` command prints. @throws Missing without Docker, or with what it says */
export async function docker(...args: string[]): Promise<string> {
    try {
        return (await run("docker", args, { maxBuffer: 64 * 2 ** 20 })).stdout.trim();
    } catch (error) {
        const { code, stderr, message } = error as NodeJS.ErrnoException & { stderr?: string };
        if (code === "ENOENT") throw new Missing("there is no `docker` on PATH: https://docs.docker.com/get-docker/");
        throw new Missing(`docker ${args[0]} failed: ${stderr?.trim().split("\n").at(-1) || message}`);
    }
}

/**
 * The container of a service: the one that `twinstack dev` started, or else the one that `pulumi up` did.
 * @throws Missing where there is none
 */
export async function containerOf({ stack }: Pick<CloudArgs, "stack">, name: string): Promise<string> {
    const { place, app } = stack;
    if (named(app, name).candidate) throw new Missing("on this machine nothing is shipped: there are no candidates");
    const composed = [`project=${place.app}-${place.stack}`, `service=${name}`];
    const labels = composed.flatMap((label) => ["--filter", `label=com.docker.compose.${label}`]);
    const ids = async (...filters: string[]) =>
        (await docker("ps", "--all", "--quiet", "--no-trunc", ...filters)).split("\n").filter(Boolean);
    const [found] = [...(await ids(...labels)), ...(await ids("--filter", `name=^/${place.prefix}-${name}$`))];
    if (found === undefined)
        throw new NotThere(`${name} does not run on this machine: ${command("dev")} starts it, or pulumi up`);
    return found;
}

/** Docker on this machine, as far as it has what clouds have: it counts no requests. */
export function localCloud(args: CloudArgs): LiveCloud {
    const inspected = async (name: string) => {
        const found = await docker("inspect", "--format", "{{json .State}}", await containerOf(args, name));
        return JSON.parse(found) as { Running: boolean; ExitCode: number; FinishedAt: string; Error: string };
    };
    return {
        metrics: () => Promise.reject(new Missing("nothing counts requests on this machine")),
        events: () => Promise.resolve([]),
        stopped: async (name, since) => {
            const { Running, ExitCode, FinishedAt, Error: error } = await inspected(name);
            const at = new Date(FinishedAt);
            if (Running || at < since) return [];
            return [{ at, exitCode: ExitCode, reason: error || `the container ended with exit code ${ExitCode}` }];
        },
        deployed: async () => {
            const names = Object.keys(args.stack.app.services);
            const found = await Promise.allSettled(names.map((name) => containerOf(args, name)));
            const broken = found.find((one) => one.status === "rejected" && !(one.reason instanceof NotThere));
            if (broken?.status === "rejected") throw broken.reason;
            return names.filter((_, nth) => found[nth].status === "fulfilled");
        },
        running: async (name) => ((await inspected(name)).Running ? 1 : 0),
        lastLogs: async (service, since, lines) => {
            const said: string[] = [];
            for await (const { text } of logsOf(args, { services: [service], since, lines })) said.push(text);
            return said;
        },
        logs: (query) => logsOf(args, query),
    };
}

async function* logsOf(args: CloudArgs, { services, since, lines, follow, signal }: LogQuery): AsyncGenerator<LogLine> {
    const containers = await Promise.all(
        services.map(async (service) => ({ service, container: await containerOf(args, service) })),
    );
    if (!follow) {
        const all: LogLine[] = [];
        for (const one of containers) for await (const line of linesOf(one, since, [], signal)) all.push(line);
        // Docker's own times have nanoseconds; lines of one container stay in its order.
        all.sort((a, b) => a.at.getTime() - b.at.getTime());
        yield* lines === undefined ? all : all.slice(-lines);
        return;
    }
    const tail = lines === undefined ? [] : ["--tail", String(lines)];
    const found = channel<LogLine>(containers.length);
    for (const one of containers)
        void (async () => {
            for await (const line of linesOf(one, since, ["--follow", ...tail], signal)) found.push(line);
        })().then(
            () => found.end(),
            (error: Error) => found.end(error),
        );
    yield* found.all();
}

/** What several sources hand on, as it comes, until all of them have ended or one of them fails. */
function channel<T>(sources: number) {
    const waiting: T[] = [];
    let failure: Error | undefined;
    let wake: () => void = () => undefined;
    return {
        push: (item: T) => {
            waiting.push(item);
            wake();
        },
        end: (error?: Error) => {
            sources--;
            failure ??= error;
            wake();
        },
        all: async function* (): AsyncGenerator<T> {
            for (;;) {
                if (waiting.length) yield waiting.shift()!;
                else if (failure) throw failure;
                else if (sources <= 0) return;
                else await new Promise<void>((done) => (wake = done));
            }
        },
    };
}

/** What a container says, on either stream. */
async function* linesOf(
    { service, container }: { service: string; container: string },
    since: Date,
    flags: string[],
    signal?: AbortSignal,
): AsyncGenerator<LogLine> {
    const asked = ["logs", "--timestamps", "--since", since.toISOString(), ...flags, container];
    // In a group of its own: Ctrl-C is for this process to hear.
    const child = spawn("docker", asked, { detached: true, stdio: ["ignore", "pipe", "pipe"] });
    const stop = () => void child.kill();
    signal?.addEventListener("abort", stop, { once: true });
    const both = channel<string>(3);
    for (const stream of [child.stdout, child.stderr]) {
        let rest = "";
        // Line by line, so that those of one stream do not end up within those of the other.
        stream.setEncoding("utf8").on("data", (text: string) => {
            const lines = (rest + text).split("\n");
            rest = lines.pop()!;
            lines.forEach(both.push);
        });
        stream.on("end", () => {
            if (rest) both.push(rest);
            both.end();
        });
    }
    const ended = new Promise<number | null>((done, fail) => child.on("error", fail).on("close", done));
    ended.then(
        () => both.end(),
        (error: Error) => both.end(error),
    );
    for await (const line of both.all()) {
        const [time, ...rest] = line.split(" ");
        const at = new Date(time);
        // What Docker itself says has no time.
        if (Number.isNaN(at.getTime())) throw new Missing(`docker logs: ${line}`);
        yield { at, service, source: container.slice(0, 12), text: rest.join(" ").replace(/\r$/, "") };
    }
    signal?.removeEventListener("abort", stop);
    const code = await ended;
    if (code !== 0 && !signal?.aborted) throw new Missing(`docker logs ended with exit code ${code}`);
}
