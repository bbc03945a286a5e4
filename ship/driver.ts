import { randomUUID } from "node:crypto";

import type { App } from "../topology/app";
import type { Release } from "../topology/release";
import { rolloutOf } from "../topology/rollout";
import { smokeRequests } from "../topology/smoke";
import type { PastShip, Ship } from "../topology/underway";
import { Locked, Unfit, type Deps, type Phase } from "./deps";
import {
    candidatesOf,
    hasCandidate,
    held,
    historyWith,
    isLast,
    nameOf,
    newHeader,
    servedAt,
    servicesAt,
    wayBack,
    wayOf,
    withOrigins,
    type Beside,
    type Stage,
} from "./states";
import { smoke, stillWanted, watch } from "./watch";
import { whyOf, type Why } from "./why";

/** How a ship ended. */
export interface Ended {
    id: string;
    /**
     * `released`: the new versions run. `returned`: the old ones do. `stuck`: it could go neither on nor back, and says so in `reason`;
     * the stack knows where it is. `takenOver`: somebody else drives it by now.
     */
    state: PastShip["state"] | "stuck" | "takenOver";
    /** What went wrong. */
    reason?: string;
    /** What the cloud has to say about it. */
    why?: Why[];
    phases: Phase[];
}

/** What is driven, and how. */
export interface Order {
    app: App;
    /** What is under way, in the state that was reached; in none if it is to begin. */
    ship: Ship;
    /** What the stack remembers of it: nothing before its first `up`. */
    remembered: Release | undefined;
    /** Whether what is under way, if anything is, is dropped for this one. */
    takeOver?: boolean;
    /** Not watched beyond its smoke requests: what ran before is known to be good. */
    hurried?: boolean;
}

/** Tries of a smoke request: a load balancer takes a moment to lead to what is new. */
const smokeTries = 30;
/** Tries of an `up` that takes a version back, and seconds between them. */
const [backTries, backPause] = [3, 10];

/**
 * Takes a ship from its beginning to its end, and back if it is no good.
 * @throws where another one is under way that is not to be taken over
 */
export async function drive(order: Order, deps: Deps): Promise<Ended> {
    const other = order.remembered?.ship;
    if (!other) return new Driver(order, deps).forward({ state: "begun" }, true);
    if (!order.takeOver)
        throw new Error(`ship ${other.id} is under way since ${other.startedAt}: resume it, abort it, or take it over`);
    // Its requests first: a candidate that is half gone must not have any.
    const dropped = await abort({ ...order, ship: other }, deps, `dropped for ship ${order.ship.id}`);
    if (dropped.state !== "returned") return dropped;
    const remembered = await deps.engine.remembered();
    const ship = { ...order.ship, services: withOrigins(order.ship.services, remembered) };
    return new Driver({ ...order, ship, remembered }, deps).forward({ state: "begun" }, true);
}

/**
 * Goes on with a ship where it was left: with what its last `up` asked for, so that whatever was interrupted after it is put right.
 * One that was on its way back goes back.
 */
export function resume(order: Order, deps: Deps): Promise<Ended> {
    const { state, step, reason } = order.ship;
    const driver = new Driver(order, deps);
    if (state === "restoring" || state === "returning")
        return driver.back(
            { state: state === "restoring" ? "taken" : "returning" },
            new Unfit(reason ?? "interrupted"),
        );
    return driver.forward({ state, step }, false);
}

/**
 * Takes back whatever a ship has done.
 * @param why as the stack remembers it
 */
export function abort(order: Order, deps: Deps, why = "aborted"): Promise<Ended> {
    const { state, step, reason } = order.ship;
    const reached = state === "restoring" ? "taken" : state;
    return new Driver(order, deps).back({ state: reached, step }, new Unfit(reason ?? why));
}

class Driver {
    private readonly beside: Beside;
    private readonly holder = randomUUID();
    private readonly began: Date;
    private ship: Ship;
    private remembered: Release | undefined;
    /** Whether an `up` of its own has succeeded. */
    private hasBegun = false;

    constructor(
        private readonly order: Order,
        private readonly deps: Deps,
    ) {
        this.ship = { ...order.ship };
        this.remembered = order.remembered;
        this.began = new Date(deps.clock.now());
        const known = order.remembered?.services ?? {};
        const shipped = Object.keys(order.ship.services).filter((name) => Object.hasOwn(known, name));
        const each = <T>(of: (service: Release["services"][string]) => T | undefined): Record<string, T> =>
            Object.fromEntries(
                shipped.flatMap((name) => {
                    const value = of(known[name]);
                    return value === undefined ? [] : [[name, value]];
                }),
            );
        this.beside = {
            header: Object.values(each(({ header }) => header))[0] ?? newHeader(),
            instances: each(({ instances }) => instances),
            jobs: each(({ jobImage }) => jobImage),
        };
    }

    /** From a stage on; `again` is one that was reached before, and is asked for once more. */
    async forward(from: Stage, isNew: boolean): Promise<Ended> {
        const way = wayOf(this.ship);
        const at = way.findIndex(({ state, step }) => state === from.state && step === from.step);
        // What only rolls has no beginning of its own, and a step may be one that the ship has no more.
        const rest = way.slice(Math.max(0, at));
        for (const stage of rest) {
            try {
                if (stage.state !== "over") stillWanted(this.deps);
                if (stage.state === "candidate") await this.countInstances();
                await this.reach(stage);
                await this.prove(stage);
            } catch (error) {
                const reason = error as Error;
                if (await this.isTakenOver()) return this.takenOver();
                if (this.nobodyLets(reason)) return this.ended("stuck", reason.message);
                if (stage.state === "over") return this.over(reason);
                if (stage.state === "begun" && isNew)
                    return this.ended("stuck", `it could not begin: ${reason.message}`);
                return this.back(stage, reason);
            }
        }
        return this.ended("released");
    }

    /** Back from a stage that was reached, or asked for. */
    async back(from: Stage, error: Error): Promise<Ended> {
        const { clock, say } = this.deps;
        const reason = error.message;
        // What an engine says may be long, and is nothing to be kept in a stack's outputs.
        this.ship = { ...this.ship, reason: error instanceof Unfit ? reason : `${this.nameOf(from)} failed` };
        say({ at: clock.now(), phase: "back", text: `going back: ${reason}` });
        if (Object.values(this.ship.services).every((one) => one.from === undefined))
            return this.ended("stuck", `${reason}. There is nothing to go back to: it is the first version`);
        let why: Why[] | undefined;
        const way = wayBack(this.ship, from);
        for (const stage of way) {
            // Before the candidate goes, and after the requests have gone from it.
            if (stage.state === "returned" && candidatesOf(this.ship).length) why = await this.why();
            const problem = await this.reachSomehow(stage);
            if (problem === undefined) continue;
            if (await this.isTakenOver()) return this.takenOver();
            return this.ended("stuck", `${reason}. And it could not be taken back: ${problem}`, why);
        }
        why ??= await this.why();
        return this.ended("returned", reason, why);
    }

    /** An `up` to a stage. */
    private async reach(stage: Stage): Promise<void> {
        const { clock, engine, phases } = this.deps;
        await this.catchUp();
        const at = new Date(clock.now()).toISOString();
        const { services = {}, ship: _, history, ...rest } = this.remembered ?? {};
        const isEnd = stage.state === "over" || stage.state === "returned";
        const state = isEnd ? undefined : (stage.state as Ship["state"]);
        const told: Release = {
            ...rest,
            id: this.ship.id,
            services: { ...this.others(services), ...servicesAt(this.ship, stage, this.beside) },
            ...(state && { ship: { ...this.ship, holder: this.holder, state, step: stage.step, at } }),
            history: isEnd
                ? historyWith(history, this.ship, stage.state === "over" ? "released" : "returned", at)
                : (history ?? []),
            expects: this.remembered?.ship?.holder,
        };
        await phases.timed(this.nameOf(stage), () => engine.up(told));
        this.remembered = told;
        this.hasBegun = true;
        if (["candidate", "step", "taken", "handed"].includes(stage.state))
            for (const [name, { to, jobImage }] of Object.entries(this.ship.services))
                this.beside.jobs[name] = jobImage ?? to;
        if (told.ship) this.ship = told.ship;
    }

    /** What somebody else's `up` has changed meanwhile is kept. Where that cannot be read, the `up` itself fails or succeeds. */
    private async catchUp(): Promise<void> {
        if (this.remembered?.ship?.holder !== this.holder) return;
        const known = await this.deps.engine.remembered().catch(() => undefined);
        if (known?.ship?.holder === this.holder) this.remembered = known;
    }

    /** Services of the app that are no part of the ship stay as they are. */
    private others(services: Release["services"]): Release["services"] {
        const names = Object.keys(this.order.app.services).filter((name) => !Object.hasOwn(this.ship.services, name));
        return held(services, names);
    }

    /** A way back is tried more than once: nobody wants to stand halfway. */
    private async reachSomehow(stage: Stage): Promise<string | undefined> {
        for (let left = backTries; ; left--) {
            try {
                await this.reach(stage);
                return undefined;
            } catch (error) {
                if (left <= 1 || this.nobodyLets(error) || (await this.isTakenOver())) return (error as Error).message;
                const text = `${this.nameOf(stage)} is tried again: ${(error as Error).message}`;
                this.deps.say({ at: this.deps.clock.now(), phase: "back", text });
                await this.deps.clock.sleep(backPause * 1000);
            }
        }
    }

    /** What makes a stage that was reached a good one. @throws Unfit if it is none */
    private async prove({ state, step = 0 }: Stage): Promise<void> {
        const beside = candidatesOf(this.ship);
        const { header } = this.beside;
        const { phases } = this.deps;
        if (state === "candidate")
            await phases.timed("smoke", () => smoke(this.requestsOf(beside), header, this.deps, smokeTries));
        if (state === "step") await this.watched(step, header);
        if (state === "taken") {
            const rolled = Object.keys(this.ship.services).filter((name) => !hasCandidate(this.ship.services[name]));
            if (rolled.length)
                await phases.timed("smoke", () => smoke(this.requestsOf(rolled), undefined, this.deps, smokeTries));
        }
        if (state === "handed")
            await phases.timed("smoke", () => smoke(this.requestsOf(beside), undefined, this.deps, smokeTries));
    }

    private async watched(step: number, header: string): Promise<void> {
        const { app, hurried } = this.order;
        const watched = servedAt(this.ship, step).map((service) => ({
            service,
            rollout: rolloutOf(app, service),
            requests: this.requestsOf([service]),
        }));
        const minutes = Math.max(
            ...watched.map(({ rollout }) => (isLast(this.ship, step) ? rollout.bakeMinutes : rollout.stepMinutes)),
        );
        const phase = `watch ${this.nameOf({ state: "step", step })}`;
        await this.deps.phases.timed<unknown>(phase, () =>
            hurried || minutes === 0
                ? smoke(this.requestsOf(servedAt(this.ship, step)), header, this.deps, smokeTries)
                : watch(watched, { minutes, phase, header }, this.deps),
        );
    }

    private requestsOf(services: string[]) {
        return smokeRequests(this.order.app, true).filter(({ service }) => services.includes(service));
    }

    /** Whichever of the two gets all requests has as many instances as run at present. */
    private async countInstances(): Promise<void> {
        for (const name of candidatesOf(this.ship)) this.beside.instances[name] ??= await this.deps.cloud.running(name);
    }

    /** What the cloud says of the new versions. */
    private why(): Promise<Why[]> {
        return Promise.all(
            Object.entries(this.ship.services).map(([name, shipped]) =>
                whyOf(name, hasCandidate(shipped), this.began, this.deps.cloud),
            ),
        );
    }

    /** The new version runs, and something about its end went wrong: what may be left of its candidate, or a smoke request. */
    private async over(error: Error): Promise<Ended> {
        if (error instanceof Unfit)
            return this.ended("stuck", `the new version is released, but ${error.message}`, await this.why());
        return this.ended("stuck", `the new version runs, but its candidate could not be taken away: ${error.message}`);
    }

    /** Whether it has not begun, as somebody has the stack: it would not be let go back either. One that is halfway tries to. */
    private nobodyLets(error: unknown): boolean {
        return error instanceof Locked && !this.hasBegun;
    }

    /** Whether the stack remembers another driver than this one's last `up`. Where it cannot be read, none is assumed. */
    private async isTakenOver(): Promise<boolean> {
        let known: Release | undefined;
        try {
            known = await this.deps.engine.remembered();
        } catch {
            return false;
        }
        // An up of ours may have succeeded without our hearing of it.
        if (known?.ship?.holder === this.holder) this.remembered = known;
        return known?.ship?.holder !== this.remembered?.ship?.holder;
    }

    private takenOver(): Ended {
        return this.ended("takenOver", "somebody else has taken the ship over, or ended it: ship status tells");
    }

    private nameOf(stage: Stage): string {
        return nameOf(stage, this.ship);
    }

    private ended(state: Ended["state"], reason?: string, why?: Why[]): Ended {
        return {
            id: this.ship.id,
            state,
            ...(reason !== undefined && { reason }),
            ...(why && { why }),
            phases: this.deps.phases.all,
        };
    }
}
