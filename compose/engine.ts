import { execFile, spawn } from "node:child_process";
import { promisify } from "node:util";

/** The Docker engine of this machine, by its own commands. */

const run = promisify(execFile);

/** There is no engine to be had; the message says what to install or to start. */
export class NoEngine extends Error {}

/** What runs Compose files here, such as `docker compose`. */
export interface Engine {
    compose: string[];
}

const install = `Install Docker: Docker Desktop (https://docs.docker.com/get-started/get-docker/), or on Debian and Ubuntu
  apt-get install docker.io docker-compose`;

/**
 * Looks for an engine that answers, and for Compose.
 * @throws NoEngine with what is missing and what to do
 */
export async function findEngine(): Promise<Engine> {
    try {
        await run("docker", ["version", "--format", "{{.Server.Version}}"]);
    } catch (error) {
        const { code, stderr } = error as NodeJS.ErrnoException & { stderr?: string };
        if (code === "ENOENT") throw new NoEngine(`There is no Docker on this machine.\n${install}`);
        const reason = stderr?.trim().split("\n").at(-1) ?? String(error);
        throw new NoEngine(
            /permission denied/i.test(reason)
                ? `Docker refuses you: ${reason}\nAdd yourself to the group docker, and log in again.`
                : `The Docker engine does not answer: ${reason}\nStart Docker Desktop, or the service docker.`,
        );
    }
    for (const compose of [["docker", "compose"], ["docker-compose"]])
        try {
            await run(compose[0], [...compose.slice(1), "version"]);
            return { compose };
        } catch {
            // The next one.
        }
    throw new NoEngine(
        `Docker is here, but Compose is not: neither \`docker compose\` nor \`docker-compose\`.\n${install}`,
    );
}

/** The ports of this machine that a project's own containers publish; none where there is no engine. */
export async function ownPorts(project: string): Promise<Set<number>> {
    const filter = `label=com.docker.compose.project=${project}`;
    try {
        const { stdout } = await run("docker", ["ps", "--filter", filter, "--format", "{{.Ports}}"]);
        return new Set([...stdout.matchAll(/:(\d+)->/g)].map(([, port]) => Number(port)));
    } catch {
        return new Set();
    }
}

/** A command that failed, and everything that it said. */
export class Failed extends Error {
    constructor(
        readonly command: string,
        readonly output: string,
    ) {
        super(`${command} failed:\n${output.trimEnd().split("\n").slice(-15).join("\n")}`);
    }
}

/** Compose with one project's file. */
export class Project {
    constructor(
        private readonly engine: Engine,
        readonly name: string,
        readonly file: string,
    ) {}

    /** The command as a person would type it. */
    command(...args: string[]): string[] {
        return [...this.engine.compose, "-p", this.name, "-f", this.file, ...args];
    }

    /** What it says, line by line as it comes. @throws Failed */
    run(args: string[], line: (text: string) => void = () => undefined): Promise<string> {
        const [program, ...rest] = this.command(...args);
        return output(program, rest, line);
    }

    /** The container of a service, stopped or not; undefined before there is one. */
    async container(service: string): Promise<string | undefined> {
        const filters = [`project=${this.name}`, `service=${service}`].flatMap((label) => [
            "--filter",
            `label=com.docker.compose.${label}`,
        ]);
        const { stdout } = await run("docker", ["ps", "--all", "--quiet", "--no-trunc", ...filters]);
        return stdout.trim().split("\n")[0] || undefined;
    }

    /** `running`, `exited`, … and the exit code of a service's container. */
    async stateOf(service: string): Promise<{ status: string; code: number } | undefined> {
        const container = await this.container(service);
        if (!container) return undefined;
        const format = "{{.State.Status}} {{.State.ExitCode}}";
        const { stdout } = await run("docker", ["inspect", "--format", format, container]);
        const [status, code] = stdout.trim().split(" ");
        return { status, code: Number(code) };
    }
}

/** Runs a program in a process group of its own: Ctrl-C is for this one to hear, and to pass on as it sees fit. */
export function output(program: string, args: string[], line: (text: string) => void): Promise<string> {
    return new Promise((resolve, reject) => {
        const child = spawn(program, args, {
            detached: true,
            stdio: ["ignore", "pipe", "pipe"],
            // Compose of before 2021 builds without BuildKit unless told.
            env: { DOCKER_BUILDKIT: "1", COMPOSE_DOCKER_CLI_BUILD: "1", ...process.env },
        });
        let said = "";
        for (const stream of [child.stdout, child.stderr]) {
            let rest = "";
            stream.on("data", (data: Buffer) => {
                said += data.toString();
                const lines = (rest + data.toString()).split(/\r?\n/);
                rest = lines.pop()!;
                lines.forEach(line);
            });
            stream.on("end", () => rest && line(rest));
        }
        child.on("error", reject);
        child.on("close", (code) =>
            code === 0 ? resolve(said) : reject(new Failed([program, ...args].join(" "), said)),
        );
    });
}
