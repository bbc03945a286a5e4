import { spawn, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { parse } from "yaml";

import { evaluate, filled, shown, truthy, type Functions, type Value } from "./expression";

/** Runs a job's steps one after the other, as a runner of GitHub's does: the same shell, variables, files and expressions. */

export interface ParsedStep {
    name?: string;
    id?: string;
    if?: string;
    uses?: string;
    run?: string;
    shell?: string;
    with?: Record<string, Value>;
    env?: Record<string, string>;
    "working-directory"?: string;
    "continue-on-error"?: boolean;
}
export interface ParsedJob {
    name?: string;
    needs?: string | string[];
    if?: string;
    uses?: string;
    permissions?: Record<string, string>;
    environment?: { name: string; url?: string };
    concurrency?: { group: string; "cancel-in-progress": Value };
    outputs?: Record<string, string>;
    env?: Record<string, string>;
    defaults?: { run: { "working-directory": string } };
    strategy?: { matrix: Record<string, Value> };
    steps?: ParsedStep[];
}
export interface ParsedWorkflow {
    name: string;
    on: Record<string, Value>;
    permissions: Record<string, string>;
    concurrency?: { group: string; "cancel-in-progress": Value };
    jobs: Record<string, ParsedJob>;
}

export const parsed = (yaml: string): ParsedWorkflow => parse(yaml) as ParsedWorkflow;

export interface Given {
    /** The folder that the repository was checked out to. */
    workspace: string;
    /** Commands that stand in for services, by name: Bash. They come first on PATH. */
    commands?: Record<string, string>;
    github?: Record<string, Value>;
    vars?: Record<string, string>;
    secrets?: Record<string, string>;
    inputs?: Record<string, Value>;
    needs?: Record<string, { result: string; outputs?: Record<string, string> }>;
    matrix?: Record<string, Value>;
    env?: Record<string, string>;
    /** What actions leave: step's id → outputs. */
    actions?: Record<string, Record<string, string>>;
    /** What an action does, by its repository. */
    does?: Record<string, (given: Record<string, Value>) => void>;
    /** Steps that are not run here, by their names. */
    skip?: string[];
}

export interface Ran {
    /** Whether the job's own condition holds. */
    wanted: boolean;
    failed: boolean;
    outputs: Record<string, string>;
    /** By their names, or the actions that they use. */
    steps: Record<string, { skipped: boolean; status: number | null; output: string }>;
    summary: string;
}

/** @throws where an expression is none that GitHub would take */
export function runJob(job: ParsedJob, given: Given): Ran {
    const scratch = mkdtempSync(join(tmpdir(), "twinstack-job-"));
    try {
        return new Runner(job, given, scratch).run();
    } finally {
        rmSync(scratch, { recursive: true, force: true });
    }
}

class Runner {
    private failed = false;
    private readonly outputs: Record<string, { outputs: Record<string, string>; outcome: string }> = {};
    private readonly exported: Record<string, string> = {};
    private readonly ran: Ran["steps"] = {};

    constructor(
        private readonly job: ParsedJob,
        private readonly given: Given,
        private readonly scratch: string,
    ) {
        mkdirSync(join(scratch, "bin"));
        for (const [name, script] of Object.entries(given.commands ?? {})) {
            const file = join(scratch, "bin", name);
            writeFileSync(file, `#!/usr/bin/env bash\nset -euo pipefail\n${script}\n`);
            chmodSync(file, 0o755);
        }
        writeFileSync(join(scratch, "event.json"), JSON.stringify(this.github().event));
        writeFileSync(join(scratch, "summary"), "");
    }

    private github(): Record<string, Value> {
        return {
            repository: "acme/shop",
            token: "a-token",
            event: {},
            event_name: "push",
            ref: "refs/heads/main",
            workflow: "a workflow",
            run_id: "77",
            server_url: "https://github.example",
            workspace: this.given.workspace,
            ...this.given.github,
        };
    }

    private contexts(): Record<string, Value> {
        const { vars, inputs, needs, matrix } = this.given;
        return {
            github: this.github(),
            vars: vars ?? {},
            inputs: inputs ?? {},
            needs: needs ?? {},
            matrix: matrix ?? {},
            secrets: this.given.secrets ?? {},
            steps: this.outputs,
            runner: { os: "Linux", arch: "X64" },
        };
    }

    /** @param own whether the job's condition is asked: it looks at the jobs that it needs, those of steps at the steps before */
    private functions(own: boolean): Functions {
        const results = Object.values(this.given.needs ?? {}).map(({ result }) => result);
        const failed = own ? results.includes("failure") : this.failed;
        return {
            always: () => true,
            failure: () => failed,
            success: () => !failed && !(own && results.some((result) => result !== "success")),
            cancelled: () => false,
            contains: (where, what) =>
                Array.isArray(where) ? where.includes(what) : shown(where).includes(shown(what)),
            startsWith: (text, start) => shown(text).startsWith(shown(start)),
            format: (text, ...args) =>
                shown(text).replace(/\{(\d+)\}/g, (_, index: string) => shown(args[Number(index)])),
            join: (list, by) => (list as Value[]).map(shown).join(shown(by)),
            hashFiles: () => "hash",
            fromJSON: (text) => JSON.parse(shown(text)) as Value,
            toJSON: (value) => JSON.stringify(value),
        };
    }

    private holds(condition: string | undefined, own = false): boolean {
        // Without a word about the state a step runs only while nothing has failed.
        const expression = (condition ?? "success()").replace(/^\$\{\{(.*)\}\}$/s, "$1");
        const says = /\b(always|failure|cancelled|success)\(/.test(expression);
        const functions = this.functions(own);
        return truthy(evaluate(expression, this.contexts(), functions)) && (says || truthy(functions.success()));
    }

    private filled(text: string): string {
        return shown(filled(text, this.contexts(), this.functions(false)));
    }

    run(): Ran {
        const { job, scratch } = this;
        const wanted = this.holds(job.if, true);
        if (wanted) for (const step of job.steps ?? []) this.step(step);
        const outputs = Object.fromEntries(
            Object.entries(job.outputs ?? {}).map(([name, expression]) => [name, this.filled(expression)]),
        );
        const summary = readFileSync(join(scratch, "summary"), "utf8");
        return { wanted, failed: this.failed, outputs, steps: this.ran, summary };
    }

    private step(step: ParsedStep): void {
        const name = step.name ?? step.uses?.split("@")[0] ?? "a step";
        const known = this.ran[name] ? `${name} (again)` : name;
        if (!this.holds(step.if)) {
            this.ran[known] = { skipped: true, status: null, output: "" };
            if (step.id) this.outputs[step.id] = { outputs: {}, outcome: "skipped" };
            return;
        }
        if (step.uses !== undefined) return this.action(step, known);
        if (this.given.skip?.includes(name)) {
            this.ran[known] = { skipped: true, status: null, output: "" };
            return;
        }
        const files = ["GITHUB_OUTPUT", "GITHUB_ENV", "GITHUB_STEP_SUMMARY", "GITHUB_PATH"].map(
            (file) => [file, join(this.scratch, file === "GITHUB_STEP_SUMMARY" ? "summary" : file)] as const,
        );
        for (const [file, path] of files) if (file !== "GITHUB_STEP_SUMMARY") writeFileSync(path, "");
        const script = join(this.scratch, "step.sh");
        writeFileSync(script, step.run!);
        const folder = step["working-directory"] ?? this.job.defaults?.run["working-directory"] ?? ".";
        const own = { ...this.job.env, ...step.env };
        const { status, stdout, stderr, error } = spawnSync(
            "bash",
            ["--noprofile", "--norc", "-e", "-o", "pipefail", script],
            {
                cwd: join(this.given.workspace, folder),
                encoding: "utf8",
                timeout: 300_000,
                env: {
                    HOME: process.env.HOME,
                    LANG: "C.UTF-8",
                    CI: "true",
                    GITHUB_ACTIONS: "true",
                    GITHUB_REPOSITORY: shown(this.github().repository),
                    GITHUB_EVENT_NAME: shown(this.github().event_name),
                    GITHUB_EVENT_PATH: join(this.scratch, "event.json"),
                    GITHUB_WORKSPACE: this.given.workspace,
                    RUNNER_TEMP: this.scratch,
                    ...this.given.env,
                    PATH: `${join(this.scratch, "bin")}:${this.given.env?.PATH ?? process.env.PATH}`,
                    ...this.exported,
                    ...Object.fromEntries(Object.entries(own).map(([key, text]) => [key, this.filled(text)])),
                    ...Object.fromEntries(files),
                },
            },
        );
        if (error) throw error;
        const left = (file: string) => variablesIn(readFileSync(join(this.scratch, file), "utf8"));
        Object.assign(this.exported, left("GITHUB_ENV"));
        const good = status === 0;
        if (step.id) this.outputs[step.id] = { outputs: left("GITHUB_OUTPUT"), outcome: good ? "success" : "failure" };
        this.ran[known] = { skipped: false, status, output: stdout + stderr };
        if (!good && !step["continue-on-error"]) this.failed = true;
    }

    private action(step: ParsedStep, name: string): void {
        const { actions = {}, does = {} } = this.given;
        const told = Object.fromEntries(
            Object.entries(step.with ?? {}).map(([key, value]) => [
                key,
                typeof value === "string" ? filled(value, this.contexts(), this.functions(false)) : value,
            ]),
        );
        does[step.uses!.split("@")[0]]?.(told);
        if (step.id) this.outputs[step.id] = { outputs: actions[step.id] ?? {}, outcome: "success" };
        this.ran[name] = { skipped: false, status: 0, output: JSON.stringify(told) };
    }
}

/** `name=value`, or `name<<END` and lines up to `END`. */
function variablesIn(text: string): Record<string, string> {
    const found: Record<string, string> = {};
    const lines = text.split("\n");
    for (let line = lines.shift(); line !== undefined; line = lines.shift()) {
        const long = /^([\w-]+)<<(.+)$/.exec(line);
        if (long) {
            const end = lines.indexOf(long[2]);
            found[long[1]] = lines.splice(0, end).join("\n");
            lines.shift();
        } else if (line.includes("=")) found[line.slice(0, line.indexOf("="))] = line.slice(line.indexOf("=") + 1);
    }
    return found;
}

/** The same in a process of its own, for tests whose own has something to answer meanwhile. */
export const runJobElsewhere = (job: ParsedJob, given: Omit<Given, "does">): Promise<Ran> =>
    new Promise((done, fail) => {
        const child = spawn(process.execPath, ["--require", join(__dirname, "../../cli/source.js"), __filename], {
            stdio: ["pipe", "pipe", "inherit"],
        });
        let said = "";
        child.stdout.setEncoding("utf8").on("data", (text: string) => (said += text));
        child.on("error", fail).on("close", (code) => {
            if (code === 0) done(JSON.parse(said) as Ran);
            else fail(new Error(`the job could not be run: ${said}`));
        });
        child.stdin.end(JSON.stringify({ job, given }));
    });

if (require.main === module) {
    const { job, given } = JSON.parse(readFileSync(0, "utf8")) as { job: ParsedJob; given: Given };
    process.stdout.write(JSON.stringify(runJob(job, given)));
}
