import { execFile, spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { promisify } from "node:util";

/** What tests ask of a real Docker engine. */

const run = promisify(execFile);
const buffer = { maxBuffer: 64 * 1024 * 1024 };

/** What a `docker` command says; rejects with what it complained of. */
export async function docker(...args: string[]): Promise<string> {
    const { stdout } = await run("docker", args, buffer);
    return stdout.trim();
}

/** The exit code of a `docker` command, and everything that it said. */
export async function dockerCode(...args: string[]): Promise<{ code: number; said: string }> {
    try {
        const { stdout, stderr } = await run("docker", args, buffer);
        return { code: 0, said: stdout + stderr };
    } catch (error) {
        const { code, stdout, stderr } = error as { code?: unknown; stdout: string; stderr: string };
        if (typeof code !== "number") throw error;
        return { code, said: stdout + stderr };
    }
}

/** One instruction of a build, and whether an earlier build's layer was taken for it. */
export interface Step {
    /** `RUN go mod download` */
    instruction: string;
    cached: boolean;
}

/** Builds an image with BuildKit; its instructions but for `FROM`, in the order in which they were begun. */
export async function build(tag: string, context: string): Promise<Step[]> {
    const { stdout, stderr } = await run("docker", ["build", "--progress", "plain", "--tag", tag, context], {
        ...buffer,
        env: { ...process.env, DOCKER_BUILDKIT: "1" },
    });
    const lines = `${stdout}\n${stderr}`.split("\n");
    const cached = new Set(lines.flatMap((line) => /^(#\d+) CACHED/.exec(line)?.[1] ?? []));
    const steps = new Map(
        lines.flatMap((line): [string, string][] => {
            const [, id, instruction] = /^(#\d+) \[[^\]]*\d+\/\d+\] (?!FROM)(.+)$/.exec(line) ?? [];
            return id ? [[id, instruction]] : [];
        }),
    );
    return [...steps].map(([id, instruction]) => ({ instruction, cached: cached.has(id) }));
}

/** The port of this machine at which a container's is published. */
export const publishedAt = async (container: string, port: number): Promise<number> =>
    Number((await docker("port", container, `${port}/tcp`)).split("\n")[0].split(":").at(-1));

/** Tries until it no longer rejects; then with its last reason. */
export async function eventually<T>(what: () => Promise<T>, seconds = 60): Promise<T> {
    const end = Date.now() + seconds * 1000;
    for (;;)
        try {
            return await what();
        } catch (error) {
            if (Date.now() > end) throw error;
            await new Promise((resolve) => setTimeout(resolve, 250));
        }
}

/** Answers with the status of a GET. */
export async function statusOf(url: string): Promise<number> {
    const response = await fetch(url, { signal: AbortSignal.timeout(5000) });
    await response.arrayBuffer();
    return response.status;
}

/** A program that says lines, one of which is waited for. */
export class Talking {
    private said = "";
    private readonly process: ChildProcessWithoutNullStreams;
    private readonly ended: Promise<number | null>;

    constructor(command: string, args: string[], options: { cwd?: string; env?: NodeJS.ProcessEnv } = {}) {
        this.process = spawn(command, args, options);
        for (const stream of [this.process.stdout, this.process.stderr])
            stream.on("data", (data: Buffer) => (this.said += data.toString()));
        this.ended = new Promise((resolve) => this.process.on("close", resolve));
    }

    /** Everything so far. */
    get output(): string {
        return this.said;
    }

    write(line: string): void {
        this.process.stdin.write(`${line}\n`);
    }

    kill(signal: NodeJS.Signals): void {
        this.process.kill(signal);
    }

    /** The first match; rejects when the program ends without one, or after `seconds`. */
    async says(pattern: RegExp, seconds = 60): Promise<RegExpExecArray> {
        let code: number | null | undefined;
        void this.ended.then((value) => (code = value));
        return eventually(async () => {
            const found = pattern.exec(this.said);
            if (found) return found;
            throw new Error(`never said ${pattern}${code === undefined ? "" : ` (ended with ${code})`}:\n${this.said}`);
        }, seconds);
    }

    /** Its exit code. */
    end(): Promise<number | null> {
        return this.ended;
    }
}
