import { execFile } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { Server, ServerCredentials } from "@grpc/grpc-js";
import * as server from "@pulumi/pulumi/automation/server";
import * as settings from "@pulumi/pulumi/runtime/settings";
import * as state from "@pulumi/pulumi/runtime/state";
import { stringify } from "yaml";
import { LanguageRuntimeService } from "@pulumi/pulumi/proto/language_grpc_pb";

import { deployed } from "../../stacks/program";
import type { AppInput } from "../../topology/app";
import type { Release } from "../../topology/release";
import { resolve, type Stack } from "../../topology/validate";
import { engineEnvironment, stateOf, type Config, type Ended, type State } from "./project";
import { Cloud, type Entry, type Thing } from "./standin/cloud";
import { standIn } from "./standin/provider";

const projectName = "twinstack";
const events = ["uncaughtException", "unhandledRejection"];

/** What answers the engine in a language host's place, and what a program is kept in: the SDK has them, but does not declare them. */
interface Store {
    stackResource: unknown;
    settings: { rpcDone: Promise<unknown> };
    leakCandidates: Set<unknown>;
}
const { getStore } = state as unknown as { getStore: () => Store };
const { LanguageServer } = server as unknown as { LanguageServer: new (program: () => Promise<unknown>) => never };

/** What is deployed, and what the cloud has: where a change begins. */
export interface Moment {
    folder: string;
    things: Map<string, Thing>;
}

/**
 * A stack whose program runs in this process: the real engine asks it for the program as it asks a language host, which
 * takes longer to start than most changes take to deploy. All else is as in project.ts.
 */
export class Inline {
    readonly folder = mkdtempSync(join(tmpdir(), "twinstack-inline-"));
    private stack!: Stack;
    /** What the next runs are told to run, as by TWINSTACK_RELEASE. */
    told?: Release;
    /** What the last run had to say about that. */
    notes: string[] = [];
    /** What the engine runs: the program as it is, or as it was in another version. */
    program: () => Promise<unknown> = async () => {
        const { notes, outputs } = await deployed(() => this.stack, { release: this.told, from: "told" });
        this.notes = notes;
        return outputs;
    };
    private port!: number;
    /** What the running program speaks to the engine by, and what the SDK keeps of it. */
    private readonly running: { clients: { close(): void }[]; store: Store }[] = [];
    private readonly language = new Server();
    readonly environment: Record<string, string>;

    private constructor(
        private readonly stackName: string,
        readonly cloud: Cloud,
        private readonly providers: { attach: string; stop: () => void },
    ) {
        this.environment = {
            ...engineEnvironment(this.folder, providers.attach),
            // The state is written once, at the end of a run: none of these is killed.
            PULUMI_EXPERIMENTAL: "true",
            PULUMI_SKIP_CHECKPOINTS: "true",
        };
    }

    /** A new stack, with nothing deployed, in a cloud of its own or in one that other stacks are in, too. */
    static async start(stackName: string, cloud = new Cloud()): Promise<Inline> {
        const inline = new Inline(stackName, cloud, await standIn(cloud));
        for (const folder of ["state", "home", "work"]) mkdirSync(join(inline.folder, folder));
        writeFileSync(join(inline.folder, "work/Pulumi.yaml"), `name: ${projectName}\nruntime: nodejs\n`);
        const program = new LanguageServer(() => {
            const clients = [settings.getMonitor(), settings.getEngine()] as never[];
            inline.running.push({ clients, store: getStore() });
            return inline.program();
        });
        inline.language.addService(LanguageRuntimeService, program);
        inline.port = await new Promise((done, fail) =>
            inline.language.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) =>
                error ? fail(error) : done(port),
            ),
        );
        await inline.pulumi("stack", "init", stackName);
        return inline;
    }

    /** Says what the next run deploys. Throws if validation refuses it. */
    configure(app: AppInput, config: Config): Stack {
        return (this.stack = resolve(this.settings(config), { [app.name]: app }));
    }

    /** Writes the stack file, for a program that reads it by itself. */
    write(config: Config): void {
        writeFileSync(join(this.folder, `work/Pulumi.${this.stackName}.yaml`), stringify({ config }));
    }

    settings = (config: Config) => ({ stack: this.stackName, project: projectName, config });

    /**
     * Everything that `up` did to the cloud. What takes a while, as the issue of a certificate, is done after it.
     * @param how.replace what is made anew, as `--replace` takes it
     */
    async up(
        how: { refresh?: boolean; preview?: boolean; continueOnError?: boolean; replace?: string } = {},
    ): Promise<Entry[]> {
        const mark = this.cloud.journal.length;
        try {
            const options = [
                how.preview ? "" : "--skip-preview",
                how.refresh ? "--refresh" : "",
                how.continueOnError ? "--continue-on-error" : "",
                how.replace === undefined ? "" : `--replace=${how.replace}`,
            ].filter(Boolean);
            await this.engine("up", "--yes", "--suppress-outputs", ...options);
        } finally {
            this.cloud.settle();
        }
        return this.cloud.since(mark);
    }

    /** Fails if the program and the state differ in anything. */
    async expectNoChanges(): Promise<void> {
        await this.engine("preview", "--expect-no-changes", "--diff");
    }

    /** So that the stand-in learns where values are awaited, and misses none in silence. */
    async preview(): Promise<void> {
        await this.engine("preview");
    }

    /** Reads what is there of one resource. */
    async refresh(urn: string): Promise<void> {
        await this.pulumi("refresh", "--yes", "--skip-preview", "--stack", this.stackName, "--target", urn);
    }

    async destroy(): Promise<void> {
        await this.pulumi("destroy", "--yes", "--skip-preview", "--stack", this.stackName);
    }

    /** Forgets what a killed run had begun to make. */
    async clearPending(): Promise<void> {
        await this.pulumi("cancel", "--yes", "--stack", this.stackName);
        await this.engine("refresh", "--yes", "--skip-preview", "--clear-pending-creates");
    }

    /** What `pulumi stack export` prints, read where it lies: the command would take a second. */
    state(): State {
        const file = join(this.folder, "state/.pulumi/stacks", projectName, `${this.stackName}.json`);
        const { checkpoint } = JSON.parse(readFileSync(file, "utf8")) as { checkpoint: { latest: unknown } };
        return stateOf(JSON.stringify({ version: 3, deployment: checkpoint.latest }));
    }

    /** Whether a run has the stack. */
    isLocked(): boolean {
        const folder = join(this.folder, "state/.pulumi/locks");
        return (
            existsSync(folder) &&
            readdirSync(folder, { recursive: true }).some((file) => String(file).endsWith(".json"))
        );
    }

    /** Keeps the present moment, to come back to. */
    keep(): Moment {
        const folder = mkdtempSync(join(this.folder, "kept-"));
        cpSync(join(this.folder, "state"), folder, { recursive: true });
        return { folder, things: structuredClone(this.cloud.things) };
    }

    restore({ folder, things }: Moment): void {
        rmSync(join(this.folder, "state"), { recursive: true });
        cpSync(folder, join(this.folder, "state"), { recursive: true });
        this.cloud.restore(things);
    }

    stop(): void {
        this.providers.stop();
        this.language.forceShutdown();
        rmSync(this.folder, { recursive: true, force: true });
    }

    /** The second in which the last run ended. */
    private ended = 0;
    /** What the runs before left to answer their errors. */
    private readonly handlers: { event: string; handler: NodeJS.ExitListener }[] = [];

    private async engine(command: string, ...args: string[]): Promise<void> {
        // An attempt is a second (components/gates.ts), and the program reads it after it has begun: with a real cloud no two are one.
        while (second() === this.ended) await new Promise((done) => setTimeout(done, 20));
        const client = `--client=127.0.0.1:${this.port}`;
        // A program whose run failed never ends: its handlers wait for its last error, and then for ever.
        for (const { event, handler } of this.handlers.splice(0)) process.off(event as "exit", handler);
        const before = events.map((event) => process.listeners(event as "exit"));
        try {
            await this.pulumi(command, ...args, client, "--exec-kind", "auto.inline", "--stack", this.stackName);
        } finally {
            this.ended = second();
            // The SDK leaves them open, and an engine that gets the port of one that is gone would share its broken connection.
            for (const { clients, store } of this.running.splice(0)) {
                for (const each of clients) each.close();
                // Node's resolver of names keeps the store for as long as the process lives, and it everything of the program.
                store.stackResource = undefined;
                store.settings.rpcDone = Promise.resolve();
                store.leakCandidates.clear();
            }
            for (const [i, event] of events.entries())
                for (const handler of process.listeners(event as "exit"))
                    if (!before[i]!.includes(handler)) this.handlers.push({ event, handler });
        }
    }

    /** Rejects with what the command said, if it fails. */
    private async pulumi(...args: string[]): Promise<Ended> {
        const options = {
            cwd: join(this.folder, "work"),
            env: { ...process.env, ...this.environment },
            maxBuffer: 1 << 28,
        };
        return new Promise((done, fail) =>
            execFile("pulumi", [...args, "--non-interactive"], options, (error, output, errors) =>
                error
                    ? fail(new Error(`pulumi ${args[0]!}: ${saidBy(output + errors)}`))
                    : done({ code: 0, output, errors }),
            ),
        );
    }
}

const second = (): number => Math.floor(Date.now() / 1000);

/** What the engine has to say in the end, without the lines of its progress. */
function saidBy(output: string): string {
    const at = output.indexOf("Diagnostics:");
    return at < 0 ? output : output.slice(at);
}
