import type { AppInput } from "../../topology/app";
import type { Clock, Cloud, Deps, Engine, Measured, Progress, Stopped } from "../../ship/deps";
import { drive, type Ended, type Order } from "../../ship/driver";
import { Phases } from "../../ship/phases";
import { newShip } from "../../ship/states";
import { decide, type Release } from "../../topology/release";
import { rolloutOf } from "../../topology/rollout";
import type { Ship } from "../../topology/underway";
import { settle, smallApp, smallService } from "../topology/settings";

export const image = (letter: string): string => `registry.example.com/shop@sha256:${letter.repeat(64)}`;

const app: AppInput = {
    ...smallApp,
    alarms: { errorPercent: 1, latencySeconds: 0.5 },
    services: {
        api: {
            ...smallService,
            routes: [{ path: "/api/*" }],
            health: { path: "/api/ok" },
            rollout: { strategy: "canary" },
        },
        site: { ...smallService, rollout: { strategy: "blueGreen", bakeMinutes: 2 } },
        admin: { ...smallService, routes: [{ path: "/admin/*" }], health: { path: "/admin/" } },
    },
} as AppInput;

/** An app with a canary, a blue/green service, and one that rolls. */
export const shop = settle({ app }).app;
const sources = { api: "api-1", site: "site-1", admin: "admin-1" };

/** Time that passes when somebody sleeps, and for nothing else. */
export class FakeClock implements Clock {
    private time = Date.parse("2026-01-01T00:00:00Z");
    private timers: { at: number; call: () => void }[] = [];
    now = (): number => this.time;
    sleep = async (milliseconds: number): Promise<void> => {
        const end = this.time + milliseconds;
        const due = this.timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
        this.timers = this.timers.filter((timer) => !due.includes(timer));
        for (const { at, call } of due) {
            this.time = Math.max(this.time, at);
            call();
        }
        this.time = end;
        await Promise.resolve();
    };
    after = (milliseconds: number, call: () => void): (() => void) => {
        const timer = { at: this.time + milliseconds, call };
        this.timers.push(timer);
        return () => void (this.timers = this.timers.filter((one) => one !== timer));
    };
}

/** What an engine does with a release: it decides as the program does, and remembers it if the `up` succeeds. */
export class FakeEngine implements Engine {
    ups: Release[] = [];
    /** Called before each `up`; what it throws is how that fails. */
    onUp: (told: Release, nth: number) => void | Promise<void> = () => undefined;
    /** Called after each, with the outcome lost to whoever asked. */
    afterUp: (told: Release, nth: number) => void | Promise<void> = () => undefined;
    constructor(public state: Release | undefined) {}

    up = async (told: Release): Promise<void> => {
        const nth = this.ups.push(told);
        await this.onUp(told, nth);
        const { release } = decide(shop, { told, remembered: this.state, sources }, "told", "dev");
        this.state = structuredClone(release);
        await this.afterUp(told, nth);
    };
    remembered = (): Promise<Release | undefined> => Promise.resolve(structuredClone(this.state));
}

export class FakeCloud implements Cloud {
    measured: (service: string, since: Date, until: Date) => Measured | Promise<Measured> = () => ({
        requests: 1000,
        errors: 0,
        p99Seconds: 0.1,
    });
    ended: (service: string, since: Date) => Stopped[] = () => [];
    metrics = async (service: string, since: Date, until: Date): Promise<Measured> =>
        this.measured(service, since, until);
    events = (service: string): Promise<string[]> => Promise.resolve([`${service} was started`]);
    stopped = (service: string, since: Date): Promise<Stopped[]> => Promise.resolve(this.ended(service, since));
    lastLogs = (): Promise<string[]> => Promise.reject(new Error("no access"));
    running = (): Promise<number> => Promise.resolve(3);
}

/** A ship under test: its stack, its cloud, its clock. */
export interface Bench {
    engine: FakeEngine;
    cloud: FakeCloud;
    deps: Deps;
    said: Progress[];
    ship: Ship;
}

/** A stack that runs image a of everything, and a ship of these services to image b. */
export function bench(services: ("api" | "site" | "admin")[], more: Partial<Deps> = {}): Bench {
    const state: Release = {
        services: Object.fromEntries(
            Object.entries(sources).map(([name, source]) => [name, { image: image("a"), source, by: "up" as const }]),
        ),
    };
    const [engine, cloud, clock] = [new FakeEngine(state), new FakeCloud(), new FakeClock()];
    const said: Progress[] = [];
    const say = (one: Progress): void => void said.push(one);
    const deps: Deps = {
        engine,
        cloud,
        clock,
        ask: () => Promise.resolve(undefined),
        say,
        phases: new Phases({ clock, say }),
        ...more,
    };
    const wanted = Object.fromEntries(services.map((name) => [name, { to: image("b"), source: `${name}-2` }]));
    const ship = newShip("7", wanted, state, (name) => rolloutOf(shop, name).steps, new Date(clock.now()));
    return { engine, cloud, deps, said, ship };
}

/** Weight of each candidate in each `up`, and the image of the service where there is none. */
export const track = (ups: Release[], service: string): string[] =>
    ups.map(({ services }) => {
        const one = services[service];
        if (!one) return "-";
        return `${one.image.at(-1)}${one.candidate ? ` ${one.candidate.weight}` : ""}`;
    });

/** A ship that is to begin. */
export const order = ({ engine, ship }: Bench, more: Partial<Order> = {}): Order => ({
    app: shop,
    ship,
    remembered: structuredClone(engine.state),
    ...more,
});
/** One that is under way: whoever takes it over has nothing but what the stack remembers. */
export const found = ({ engine }: Bench): Order => ({
    app: shop,
    ship: engine.state!.ship!,
    remembered: structuredClone(engine.state),
});
export const start = (of: Bench): Promise<Ended> => drive(order(of), of.deps);
/** What a canary is told, `up` by `up`: image, and weight of the candidate. */
export const forward = ["a", "a 0", "a 5", "a 50", "a 100", "b 100", "b 0", "b"];
