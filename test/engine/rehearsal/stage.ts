import { execFileSync, spawn, spawnSync, type ChildProcess } from "node:child_process";
import { createServer, type Server } from "node:http";
import { mkdirSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join, resolve as pathOf } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import type { Ended } from "../../../ship/driver";
import { releaseIn } from "../../../plan/released";
import type { AppInput, Cloud as CloudName } from "../../../topology/app";
import type { Release } from "../../../topology/release";
import { candidateName } from "../../../topology/rollout";
import { Inline } from "../inline";
import type { Config } from "../project";
import { stackFile } from "../stacks";
import { nameOf, typeOf } from "../standin/cloud";
import { Balancer, Clients } from "./balancer";
import { digestOf, Fleet, migration, type Fault } from "./fleet";
import type { Errand, Line } from "./ship";

const repository = pathOf(__dirname, "../../..");
const backend = join(repository, "workloads/morrow/backend");

export const image = (letter: string): string => `registry.example.com/shop@sha256:${letter.repeat(64)}`;

/** Good: a, b. The others are the same program, spoilt. */
const faults: Record<string, Fault> = {
    [digestOf(image("c"))]: "errors",
    [digestOf(image("d"))]: "sick",
    [digestOf(image("e"))]: "dies",
    [digestOf(image("f"))]: "migration",
};

/** One service, of which everything is as an app has it. */
const app = (strategy: "canary" | "blueGreen"): AppInput => ({
    name: "shop",
    services: {
        api: {
            image: { reference: image("a") },
            ports: { http: 8080 },
            health: { path: "/health" },
            smoke: [{ path: "/health", contains: "healthy" }, { path: "/static/app.js" }],
            rollout: { strategy, steps: [5, 50], stepMinutes: 4, bakeMinutes: 4 },
        },
    },
    // How slow this machine is tells nothing about a version.
    jobs: { [migration]: { service: "api", command: ["/app/backend", "migrate"], run: "deployment" } },
    alarms: { errorPercent: 5, latencySeconds: 30 },
});

/** How many times faster time passes for a ship: four minutes in four seconds. */
const speed = 60;

/** A ship that runs in a process of its own. */
export class Running {
    readonly lines: Line[] = [];
    private readonly waiting = new Set<() => void>();
    readonly ended: Promise<Ended | undefined>;
    private errors = "";
    private readonly times = new Map<string, number[]>();

    constructor(private readonly child: ChildProcess) {
        let rest = "";
        child.stdout!.on("data", (data) => {
            const parts = (rest + String(data)).split("\n");
            rest = parts.pop()!;
            for (const part of parts) this.take(JSON.parse(part) as Line);
            for (const look of this.waiting) look();
        });
        child.stderr!.on("data", (data) => (this.errors += String(data)));
        this.ended = new Promise((done) =>
            child.on("close", () => {
                for (const look of this.waiting) look();
                const last = this.lines.find((line) => "ended" in line);
                done(last && "ended" in last ? last.ended : undefined);
            }),
        );
    }

    private take(line: Line): void {
        this.lines.push(line);
        if (!("phase" in line)) return;
        const times = this.times.get(line.phase) ?? [];
        if (line.text === "begins" || /^[\d.]+ s$/.test(line.text)) this.times.set(line.phase, [...times, Date.now()]);
    }

    /** When a phase began and ended, milliseconds since the epoch. */
    timesOf = (phase: string): number[] => this.times.get(phase)!;

    /** What went wrong before it began. */
    get error(): string {
        const line = this.lines.find((one) => "error" in one);
        return line && "error" in line ? line.error : this.errors;
    }

    /** Until it says that a phase begins, or is over. @throws if it ends before */
    async says(phase: string, text: RegExp): Promise<void> {
        const said = () => this.lines.some((line) => "phase" in line && line.phase === phase && text.test(line.text));
        await new Promise<void>((done, fail) => {
            const look = () => {
                if (said()) done();
                else if (this.child.exitCode !== null || this.child.signalCode !== null)
                    fail(new Error(`it never said ${phase}: ${JSON.stringify(this.lines)} ${this.error}`));
            };
            this.waiting.add(look);
            look();
        });
    }

    /** Ends it, and the engine that it has started, as a machine does that is switched off. */
    async kill(): Promise<void> {
        process.kill(-this.child.pid!, "SIGKILL");
        await this.ended;
    }

    /** Ends it and not its engine, which ends by itself: it has nobody any more to ask for the program, or to tell how it goes. */
    async killAlone(): Promise<void> {
        this.child.kill("SIGKILL");
        await until("the engine ends", () => !lives(-this.child.pid!));
    }
}

/** A stack whose services really run, behind a load balancer that goes by the stack. */
export class Stage {
    private constructor(
        readonly stack: Inline,
        private readonly cloudName: CloudName,
        private input: AppInput,
        readonly fleet: Fleet,
        readonly balancer: Balancer,
        private readonly control: Server,
    ) {}

    static async start(cloudName: CloudName, strategy: "canary" | "blueGreen"): Promise<Stage> {
        const stack = await Inline.start("dev");
        const fleet = new Fleet(stack.cloud, builtBackend(), stack.folder, faults);
        const balancer = await Balancer.start(stack.cloud, cloudName, fleet);
        const control = createServer();
        const stage = new Stage(stack, cloudName, app(strategy), fleet, balancer, control);
        control.on("request", (incoming, outgoing) => {
            const { pathname, searchParams } = new URL(incoming.url!, "http://control");
            const [, method, service] = pathname.split("/");
            outgoing.end(
                JSON.stringify(stage.answer(method, `shop-dev-${service}`, Number(searchParams.get("since")))),
            );
        });
        await new Promise<void>((done) => control.listen(0, "127.0.0.1", done));
        stack.configure(stage.input, stage.config());
        await stack.preview();
        await stack.up();
        return stage;
    }

    private config = (): Config => stackFile("shop", this.cloudName, "dev", { "twinstack:overrides": this.overrides });

    /** What a cloud measures of a service, and knows of it. CloudWatch counts a target's errors only if the target answered. */
    private answer(method: string, service: string, since: number): unknown {
        if (method === "metrics") {
            this.looks++;
            const all = this.balancer.served.filter((one) => one.service === service && one.at >= since);
            const counted = this.cloudName === "aws" ? all.filter(({ byService }) => byService) : all;
            const seconds = counted.map((one) => one.seconds).sort((a, b) => a - b);
            return {
                requests: counted.length,
                errors: counted.filter(({ status }) => status >= 500).length,
                ...(seconds.length && { p99Seconds: seconds[Math.floor(seconds.length * 0.99)] }),
            };
        }
        if (method === "stopped") return this.fleet.ended.filter((one) => one.service === service && one.at >= since);
        if (method === "logs")
            return this.fleet.logs.filter((one) => one.service === service && one.at >= since).map(({ text }) => text);
        if (method === "events") return [`${service} has begun a deployment`];
        const thing = [...this.stack.cloud.things.values()].find(({ urn }) => nameOf(urn) === service);
        return thing ? this.fleet.tasksOf(thing).length : 0;
    }

    /** How often somebody has looked how a version does. */
    private looks = 0;
    /** The ship that was begun last. */
    private last?: Running;
    private overrides: object = {};

    /** Begins a ship, in a process of its own. */
    ship(letter: string, action: Errand["action"] = "drive", takeOver = false): Running {
        const { environment, folder } = this.stack;
        const { PULUMI_SKIP_CHECKPOINTS: _, PULUMI_EXPERIMENTAL: __, ...kept } = environment;
        const errand: Errand = {
            action,
            image: image(letter),
            takeOver,
            stack: "dev",
            workDir: join(folder, "work"),
            environment: kept,
            config: this.config(),
            app: this.input,
            balancer: this.balancer.url,
            control: `http://127.0.0.1:${(this.control.address() as AddressInfo).port}`,
            speed,
        };
        const args = ["-r", join(repository, "cli/source.js"), join(__dirname, "ship.ts"), JSON.stringify(errand)];
        const env = { ...process.env, NODE_OPTIONS: "" };
        const child = spawn(process.execPath, args, { detached: true, stdio: ["ignore", "pipe", "pipe"], env });
        return (this.last = new Running(child));
    }

    clients = (perSecond = 150): Clients => new Clients(this.balancer.url, perSecond);

    /** Requests of these clients that were led to an image. */
    answeredBy = ({ answers }: Clients, by: string): number =>
        answers.filter((one) => one.image === digestOf(by)).length;

    /** What the last ship did, in order. */
    lastPhases = (): string[] => [
        ...new Set(this.last!.lines.flatMap((line) => ("phase" in line && line.text === "begins" ? [line.phase] : []))),
    ];

    /** The share of the requests that an image had in a phase of the last ship, percent. */
    shareOf(by: string, { answers }: Clients, phase: string): { share: number; requests: number } {
        const [begin, end] = this.last!.timesOf(phase);
        const during = answers.filter(({ at }) => at > begin && at < end);
        const own = during.filter((one) => one.image === digestOf(by)).length;
        return { share: (100 * own) / during.length, requests: during.length };
    }

    /** When clients were first answered by an image, milliseconds since the epoch. */
    firstOf = (by: string, { answers }: Clients): number | undefined =>
        answers.find((one) => one.image === digestOf(by))?.at;

    /** Digests of the images that really run. */
    images(): string[] {
        const tasks = [...this.stack.cloud.things.values()].flatMap((thing) => this.fleet.tasksOf(thing));
        return [...new Set(tasks.map((task) => task.image))];
    }

    /** Another strategy from the next `up` on. */
    async use(strategy: "canary" | "blueGreen"): Promise<void> {
        this.input = app(strategy);
        await this.change({});
    }

    /** What somebody changes who knows of no ship; tried until the stack is free. */
    async change(overrides: object): Promise<void> {
        this.overrides = overrides;
        this.stack.configure(this.input, this.config());
        for (let left = 50; ; left--) {
            try {
                await this.stack.up();
                return;
            } catch (error) {
                if (!left || !/locked/.test((error as Error).message)) throw error;
                await sleep(200);
            }
        }
    }

    /** Waits until something is done in a phase: to the cloud, by an update that changes it; else the update itself, or a look. */
    async inTheMiddle(phase: string): Promise<void> {
        const { journal } = this.stack.cloud;
        const [mark, looks] = [journal.length, this.looks];
        if (phase === "begin") await until(phase, () => this.stack.isLocked());
        else if (phase.startsWith("watch")) await until(phase, () => this.looks > looks);
        else await until(phase, () => journal.length > mark);
    }

    /** Leaves the creation of a service without an answer; until it has been asked for. */
    async interrupt(service: string, ship: Running): Promise<void> {
        let asked = "";
        this.stack.cloud.onCreate = (urn) => {
            if (asked || !/Service$/.test(typeOf(urn)) || nameOf(urn) !== `shop-dev-${service}`) return undefined;
            asked = urn;
            return "hang";
        };
        const early = ship.ended.then(() => Promise.reject(new Error(`the ship ended: ${ship.error}`)));
        early.catch(() => undefined);
        const begun = () => asked !== "" && this.stack.state().pending.some(({ urn }) => urn === asked);
        await Promise.race([until(`${service} is made`, begun), early]);
        this.stack.cloud.onCreate = () => undefined;
    }

    /** What `twinstack recover` says, done: what was made and is in no state is deleted, and forgotten. Answers what that was. */
    async recover(): Promise<string[]> {
        const { pending: operations } = this.stack.state();
        // What was being changed or deleted is in the state, and the next update sees to it.
        const pending = operations.filter(({ operation }) => operation === "creating").map(({ urn }) => urn);
        for (const [key, thing] of this.stack.cloud.things) {
            if (!pending.includes(thing.urn)) continue;
            await this.stack.cloud.onRetire(thing);
            this.stack.cloud.things.delete(key);
        }
        if (pending.length) await this.stack.clearPending();
        return pending.map(nameOf);
    }

    /** What the stack remembers, as far as it is no secret. */
    release(): Release {
        return releaseIn(JSON.parse(this.stack.state().text), "dev")!;
    }

    candidates = (): string[] =>
        this.stack.cloud
            .urns()
            .map(nameOf)
            .filter((name) => name.includes(candidateName("api")));

    stop(): void {
        this.control.close();
        this.balancer.stop();
        this.fleet.stop();
        this.stack.stop();
    }
}

/** Waits until something is so. @throws after two minutes */
async function until(what: string, isSo: () => boolean): Promise<void> {
    for (const end = Date.now() + 120_000; !isSo(); await sleep(5))
        if (Date.now() > end) throw new Error(`waited two minutes for: ${what}`);
}

function lives(pid: number): boolean {
    try {
        process.kill(pid, 0);
        return true;
    } catch {
        return false;
    }
}

const goPath = { ...process.env, PATH: `${process.env.PATH}:/usr/local/go/bin` };

/** Whether the backend can be built here. */
export const hasGo = spawnSync("go", ["version"], { env: goPath }).status === 0;

/** The program of morrow's backend, built once a machine. */
function builtBackend(): string {
    const program = join(tmpdir(), `twinstack-rehearsal-${process.getuid?.() ?? 0}`, "backend");
    mkdirSync(dirname(program), { recursive: true });
    execFileSync("go", ["build", "-o", program, "."], { cwd: backend, env: goPath });
    return program;
}
