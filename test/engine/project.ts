import { spawn, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";

import { LocalWorkspace, Stack } from "@pulumi/pulumi/automation";
import { parse, stringify } from "yaml";

import type { AppInput } from "../../topology/app";
import { fakes, type Typed } from "./fakes";
import { noteTyped } from "./runbook";
import { Cloud, type Entry } from "./standin/cloud";
import { standIn, type Package } from "./standin/provider";

const repository = resolve(__dirname, "../..");
const notCopied = new Set([".git", "node_modules", ".venv", "__pycache__", ".pytest_cache"]);

/** What a stack's exported state says; only what the tests read. */
export interface State {
    resources: {
        urn: string;
        type: string;
        id?: string;
        custom: boolean;
        protect?: boolean;
        inputs?: Record<string, unknown>;
    }[];
    pending: { urn: string; operation: string }[];
    /** The export as text, as it would lie in a bucket. */
    text: string;
}

interface Deployment {
    resources?: State["resources"];
    pending_operations?: { type: string; resource: { urn: string } }[];
}

/** Reads what `pulumi stack export` printed. */
export function stateOf(text: string): State {
    const { deployment } = JSON.parse(text) as { deployment: Deployment };
    return {
        resources: deployment.resources ?? [],
        pending: (deployment.pending_operations ?? []).map((p) => ({ urn: p.resource.urn, operation: p.type })),
        text,
    };
}

/** How a command line ended, and what it said. */
export interface Ended {
    code: number | null;
    output: string;
    errors: string;
}

export type Config = Record<string, unknown>;

/** What the engine is told: where its state and its home are, which providers are there already, and to fetch nothing. */
export const engineEnvironment = (folder: string, attach: string): Record<string, string> => ({
    PULUMI_DEBUG_PROVIDERS: attach,
    // Else it writes another file beside each, not in one go: who kills it there leaves a state that nobody can read.
    PULUMI_BACKEND_URL: `file://${folder}/state?metadata=skip`,
    PULUMI_HOME: join(folder, "home"),
    PULUMI_CONFIG_PASSPHRASE: "correct horse battery staple",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
});

/**
 * A copy of this repository in a temporary folder, with a stack of its own, its state in files, the real `pulumi` and a
 * stand-in cloud. The copy keeps the repository's stack files from being written.
 */
export class Project {
    readonly folder = mkdtempSync(join(tmpdir(), "twinstack-engine-"));
    readonly environment: Record<string, string>;
    private readonly orphans: number[] = [];
    private stack!: Stack;
    private cli!: { typed: Typed[]; stop: () => void };

    private constructor(
        private readonly stackName: string,
        readonly cloud: Cloud,
        private readonly providers: { attach: string; stop: () => void },
    ) {
        this.environment = {
            ...engineEnvironment(this.folder, providers.attach),
            // The tests' own hooks are none of the program's business.
            NODE_OPTIONS: "",
            PATH: `${join(this.folder, "bin")}:${process.env.PATH}`,
        };
    }

    /**
     * A new stack with this config, and nothing deployed. The engine finds the plugins of `real` packages on PATH; `source` is
     * a project to copy instead of this repository, with its packages.
     */
    static async start(
        stackName: string,
        config: Config,
        real: readonly Package[] = [],
        source = repository,
    ): Promise<Project> {
        const cloud = new Cloud();
        const project = new Project(stackName, cloud, await standIn(cloud, real));
        project.cli = await fakes(join(project.folder, "bin"), cloud);
        for (const folder of ["state", "home"]) mkdirSync(join(project.folder, folder));
        cpSync(source, project.workDir, {
            recursive: true,
            filter: (path) => !notCopied.has(basename(path)) && !/^Pulumi\..*\.yaml$/.test(basename(path)),
        });
        symlinkSync(join(source, "node_modules"), join(project.workDir, "node_modules"));
        project.configure(config);
        const workspace = await LocalWorkspace.create({ workDir: project.workDir, envVars: project.environment });
        project.stack = await Stack.create(stackName, workspace);
        return project;
    }

    get workDir(): string {
        return join(this.folder, "project");
    }

    /** Writes the stack file: what a person does with an editor. */
    configure(config: Config): void {
        const file = join(this.workDir, `Pulumi.${this.stackName}.yaml`);
        // Beside the config Pulumi keeps the salt of the state's encryption here.
        const rest = existsSync(file) ? (parse(readFileSync(file, "utf8")) as object) : {};
        writeFileSync(file, stringify({ ...rest, config }));
    }

    /** Makes an app the project's only one, under its own name: what a person does with an editor. */
    write(app: AppInput): void {
        const apps = { [app.name]: app };
        writeFileSync(join(this.workDir, "apps/index.ts"), `export const apps = ${JSON.stringify(apps)};\n`);
    }

    /** Everything that `up` did to the cloud. */
    async up(options: { continueOnError?: boolean } = {}): Promise<Entry[]> {
        const mark = this.cloud.journal.length;
        await this.stack.up(options);
        return this.cloud.since(mark);
    }

    /** An `up` that is meant to fail; answers what the engine said. */
    async upFails(options: { continueOnError?: boolean } = {}): Promise<string> {
        return this.up(options).then(
            () => Promise.reject(new Error("up succeeded")),
            (error: Error) => error.message,
        );
    }

    async preview(): Promise<void> {
        await this.stack.preview();
    }

    /** Fails if the program and the state differ in anything. */
    async expectNoChanges(): Promise<void> {
        await this.stack.preview({ expectNoChanges: true, diff: true });
    }

    async destroy(): Promise<void> {
        await this.stack.destroy();
    }

    async state(): Promise<State> {
        // Not by way of the Automation API, which exports with --show-secrets.
        const { code, output, errors } = await this.run("pulumi stack export");
        if (code !== 0) throw new Error(errors);
        return stateOf(output);
    }

    /** What was typed at `aws`, `gcloud` and the other fakes. */
    get typed(): Typed[] {
        return this.cli.typed;
    }

    /** A command line as a person types it in the project's folder. */
    async run(command: string): Promise<Ended> {
        noteTyped(command);
        return this.begin("sh", ["-c", command]).ended;
    }

    /** Starts a program in the project's folder. */
    begin(program: string, args: string[]): { kill: (signal: NodeJS.Signals) => void; ended: Promise<Ended> } {
        const child = spawn(program, args, {
            cwd: this.workDir,
            env: { ...process.env, ...this.environment },
            stdio: ["ignore", "pipe", "pipe"],
        });
        let [output, errors] = ["", ""];
        child.stdout.on("data", (text) => (output += String(text)));
        child.stderr.on("data", (text) => (errors += String(text)));
        const ended = new Promise<Ended>((done, fail) =>
            child.on("error", fail).on("close", (code) => done({ code, output, errors })),
        );
        const kill = (signal: NodeJS.Signals): void => {
            // A language host outlives an engine that had no time to stop it.
            this.orphans.push(...descendants(child.pid!));
            child.kill(signal);
        };
        return { kill, ended };
    }

    /** Ends the cloud and forgets everything. */
    stop(): void {
        for (const pid of this.orphans) {
            try {
                process.kill(pid);
            } catch {
                // Gone by itself.
            }
        }
        this.providers.stop();
        this.cli.stop();
        rmSync(this.folder, { recursive: true, force: true });
    }
}

/** The processes that a process has started, and those that they have. */
function descendants(pid: number): number[] {
    const { stdout } = spawnSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" });
    const parents = stdout
        .trim()
        .split("\n")
        .map((line) => line.trim().split(/\s+/).map(Number));
    const childrenOf = (of: number): number[] =>
        parents.filter(([, parent]) => parent === of).flatMap(([child]) => [child!, ...childrenOf(child!)]);
    return childrenOf(pid);
}

let found: boolean | undefined;

/** Whether there is a Pulumi CLI on PATH; says loudly, once, where to get one. */
function hasEngine(): boolean {
    if (found === undefined) {
        found = spawnSync("pulumi", ["version"]).status === 0;
        if (!found)
            console.warn(
                "\n  SKIPPED: the engine tests. There is no Pulumi CLI on PATH." +
                    "\n  Install it (https://www.pulumi.com/docs/install/) and run: npm run test:engine" +
                    "\n  They need no account, no credential and no cloud.\n",
            );
    }
    return found;
}

/** `describe` where there is a Pulumi CLI; elsewhere the suite is skipped. */
export function describeWithEngine(title: string, suite: (this: Mocha.Suite) => void): void {
    if (hasEngine()) describe(title, suite);
    else describe.skip(title, suite);
}
