import { spawn, type ChildProcess } from "node:child_process";
import { request } from "node:http";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { containersOf, imageRun } from "../matrix/traffic";
import { nameOf, type Cloud, type Thing } from "../standin/cloud";

/** Instances of a service. */
const instances = 2;
/** Milliseconds: between two health checks, and before a restart. */
const [checkEvery, restartAfter] = [50, 200];
/** Health checks that fail until a deployment is given up, and milliseconds that no answer at all is waited for: a slow machine is no fault. */
const [mayFail, patience] = [40, 120_000];
const healthPath = "/health";

/** What names an image, also where a registry of the cloud's own hands it on. */
export const digestOf = (image: string): string => image.split("@")[1] ?? image;

/** What an image runs: the program as it is, or spoilt. */
export type Fault = "errors" | "sick" | "dies" | "migration";

/** The job before a deployment. */
export const migration = "migrate";

export interface Task {
    /** Its digest. */
    image: string;
    port: number;
    process: ChildProcess;
    inFlight: number;
    /** Asked to end. */
    stopping: boolean;
}

export interface EndedTask {
    service: string;
    at: number;
    exitCode: number;
    reason: string;
}

const isService = ({ type }: Thing): boolean =>
    type === "aws:ecs/service:Service" || type === "gcp:cloudrunv2/service:Service";

/** Runs what the services of a stand-in cloud are to run: real processes, replaced as ECS and Cloud Run replace them. */
export class Fleet {
    /** Service → tasks that take requests. */
    private readonly serving = new Map<Thing, Task[]>();
    private readonly all = new Set<ChildProcess>();
    readonly ended: EndedTask[] = [];
    /** Digests of the images whose job before a deployment has run, and whether it succeeded. */
    readonly migrations: { image: string; at: number; succeeded: boolean }[] = [];
    /** By job of Cloud Run: the execution that it was last asked for. */
    private readonly executions = new Map<Thing, unknown>();
    readonly logs: { service: string; at: number; text: string }[] = [];

    /** @param faults digest of an image → what is wrong with it */
    constructor(
        private readonly cloud: Cloud,
        private readonly program: string,
        private readonly folder: string,
        private readonly faults: Record<string, Fault>,
    ) {
        cloud.onDeploy = async (thing) => {
            if (thing.type === "gcp:cloudrunv2/job:Job") return this.execute(thing);
            return isService(thing) ? this.deploy(thing) : undefined;
        };
        cloud.onRetire = async (thing) => {
            if (!isService(thing)) return;
            const tasks = this.tasksOf(thing);
            this.serving.delete(thing);
            await Promise.all(tasks.map((task) => this.retire(task)));
        };
    }

    tasksOf(thing: Thing): Task[] {
        return this.serving.get(thing) ?? [];
    }

    /** Cloud Run executes a job that is changed with another token. */
    private execute(job: Thing): string | undefined {
        const { runExecutionToken: token } = job.inputs;
        if (token === undefined || token === this.executions.get(job)) return undefined;
        this.executions.set(job, token);
        return this.migrate(digestOf(imageRun(this.cloud, job)));
    }

    private migrate(image: string): string | undefined {
        const succeeded = this.faultOf(image) !== "migration";
        this.migrations.push({ image, at: Date.now(), succeeded });
        return succeeded ? undefined : `the job ${migration} ended with exit code 1`;
    }

    private faultOf = (image: string): Fault | undefined =>
        Object.hasOwn(this.faults, image) ? this.faults[image] : undefined;

    /** Starts what a service is to run, and ends what it ran when that is healthy. Answers why it never was. */
    private async deploy(thing: Thing): Promise<string | undefined> {
        const image = digestOf(imageRun(this.cloud, thing));
        const old = this.tasksOf(thing);
        if (old.length && old.every((task) => task.image === image)) return undefined;
        // As the first container of each new task.
        if (containersOf(this.cloud, thing).includes(migration)) {
            const failed = this.migrate(image);
            if (failed !== undefined) {
                this.note(thing, 1, failed);
                return failed;
            }
        }
        const tasks = await Promise.all(Array.from({ length: instances }, () => this.start(thing, image)));
        const healthy = await Promise.all(tasks.map((task) => this.becomesHealthy(task)));
        if (!healthy.every(Boolean)) {
            await Promise.all(tasks.map((task) => this.retire(task)));
            for (const { process } of tasks) this.note(thing, process.exitCode ?? 0, "failed its health checks");
            return "its tasks failed their health checks";
        }
        this.serving.set(thing, tasks);
        // In a real cloud the old ones are still drained when the deployment is steady.
        await Promise.all(old.map((task) => this.retire(task)));
        return undefined;
    }

    private async start(thing: Thing, image: string): Promise<Task> {
        const port = await freePort();
        const environment = {
            PATH: process.env.PATH,
            PORT: String(port),
            DATABASE_URL: "postgres://app@127.0.0.1:1/app",
            REDIS_URL: "redis://127.0.0.1:1/0",
            ASSETS_URL: `file://${this.folder}/assets`,
        };
        const fault = this.faultOf(image);
        const [command, args] = fault
            ? [process.execPath, [join(__dirname, "faulty.js"), fault, this.program]]
            : [this.program, []];
        const child = spawn(command, args, { env: environment, stdio: ["ignore", "pipe", "pipe"] });
        const task: Task = { image, port, process: child, inFlight: 0, stopping: false };
        this.all.add(child);
        const service = nameOf(thing.urn);
        child.stdout.on("data", (data) => this.logs.push({ service, at: Date.now(), text: String(data).trim() }));
        child.stderr.on("data", (data) => this.logs.push({ service, at: Date.now(), text: String(data).trim() }));
        child.on("exit", (code) => {
            this.all.delete(child);
            if (task.stopping) return;
            const others = this.tasksOf(thing).filter((one) => one !== task);
            if (others.length === this.tasksOf(thing).length) return;
            this.serving.set(thing, others);
            this.note(thing, code ?? 1, "essential container exited");
            void this.replace(thing, image);
        });
        return task;
    }

    /** Another one in the place of one that died. */
    private async replace(thing: Thing, image: string): Promise<void> {
        await sleep(restartAfter);
        if (!this.serving.has(thing)) return;
        const task = await this.start(thing, image);
        const healthy = await this.becomesHealthy(task);
        if (healthy && this.serving.has(thing)) this.serving.set(thing, [...this.tasksOf(thing), task]);
        else await this.retire(task);
    }

    private async becomesHealthy(task: Task): Promise<boolean> {
        let failed = 0;
        for (const end = Date.now() + patience; Date.now() < end; await sleep(checkEvery)) {
            const status = await answerOf(task.port);
            if (status === 200) return true;
            if (status !== undefined && ++failed === mayFail) return false;
            if (task.process.exitCode !== null) return false;
        }
        return false;
    }

    /** Ends a task that gets no requests any more, when it has answered those that it has. */
    private async retire(task: Task): Promise<void> {
        task.stopping = true;
        for (const end = Date.now() + patience; task.inFlight > 0 && Date.now() < end;) await sleep(10);
        task.process.kill("SIGTERM");
    }

    private note(thing: Thing, exitCode: number, reason: string): void {
        this.ended.push({ service: nameOf(thing.urn), at: Date.now(), exitCode, reason });
    }

    stop(): void {
        this.serving.clear();
        for (const child of this.all) child.kill("SIGKILL");
    }
}

/** The status of a health check; none where nothing answers. */
const answerOf = (port: number): Promise<number | undefined> =>
    new Promise((done) => {
        request({ port, host: "127.0.0.1", path: healthPath, agent: false }, (response) => {
            response.resume();
            done(response.statusCode);
        })
            .on("error", () => done(undefined))
            .end();
    });

/** Below those that a machine gives to connections, so that none of these takes it before the task does. */
let lastPort = 20_000 + (process.pid % 1000) * 10;
const freePort = (): Promise<number> =>
    new Promise((done) => {
        const port = (lastPort = lastPort < 32_000 ? lastPort + 1 : 20_000);
        const server = createServer().listen(port, "127.0.0.1", () => server.close(() => done(port)));
        server.on("error", () => done(freePort()));
    });
