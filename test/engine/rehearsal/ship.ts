import { writeSync } from "node:fs";

import { ask, placed, reasonOf } from "../../../ship/ask";
import type { Clock, Cloud, Deps } from "../../../ship/deps";
import { abort, drive, resume, type Ended, type Order } from "../../../ship/driver";
import { engineOf } from "../../../ship/engine";
import { Phases } from "../../../ship/phases";
import { newShip, rollbackOf, type Wanted } from "../../../ship/states";
import { deployed } from "../../../stacks/program";
import { sourcesOf } from "../../../stacks/sources";
import type { AppInput } from "../../../topology/app";
import { rolloutOf } from "../../../topology/rollout";
import { candidateHeader } from "../../../topology/rollout";
import { resolve } from "../../../topology/validate";
import type { Config } from "../project";

/** What a ship of the rehearsal is told: all that a laptop has. */
export interface Errand {
    action: "drive" | "resume" | "abort" | "rollback";
    /** What is shipped of `api`. */
    image: string;
    takeOver?: boolean;
    stack: string;
    workDir: string;
    environment: Record<string, string>;
    config: Config;
    app: AppInput;
    /** Where the load balancer answers, and where the cloud's figures are asked for. */
    balancer: string;
    control: string;
    /** How many times faster than clocks time passes for it. */
    speed: number;
}

/** What it says, a line of JSON each. */
export type Line = { phase: string; text: string } | { ended: Ended } | { error: string };

const say = (line: Line): void => void writeSync(1, `${JSON.stringify(line)}\n`);

/** A process of its own, which can be killed: `twinstack ship` with the real driver and engine, and a program of this process. */
async function main(errand: Errand): Promise<void> {
    const { stack, workDir, environment, config, app, speed } = errand;
    const begun = Date.now();
    const clock: Clock = {
        now: () => begun + (Date.now() - begun) * speed,
        sleep: (milliseconds) => new Promise((done) => setTimeout(done, milliseconds / speed)),
        after: (milliseconds, call) => {
            const timer = setTimeout(call, milliseconds / speed);
            return () => clearTimeout(timer);
        },
    };
    const realTime = (time: Date): number => begun + (time.getTime() - begun) / speed;
    const asked = async <T>(method: string, service: string, since = new Date(begun)): Promise<T> => {
        const response = await fetch(`${errand.control}/${method}/${service}?since=${realTime(since)}`);
        if (!response.ok) throw new Error(`${method}: ${response.status}`);
        return (await response.json()) as T;
    };
    const cloud: Cloud = {
        metrics: (service, since) => asked("metrics", service, since),
        events: (service, since) => asked("events", service, since),
        stopped: (service, since) => asked("stopped", service, since),
        lastLogs: (service, since) => asked("logs", service, since),
        running: (service) => asked("running", service),
    };
    const resolved = resolve({ stack, project: "twinstack", config }, { [app.name]: app });
    const progress: Deps["say"] = ({ phase, text }) => say({ phase, text });
    const deps: Omit<Deps, "engine"> = {
        cloud,
        clock,
        ask: (request, header) => {
            const headers = header === undefined ? undefined : { [candidateHeader]: header };
            return ask(placed(new URL(errand.balancer), request), request, { headers, timeout: 30_000 }).catch(
                reasonOf,
            );
        },
        say: progress,
        phases: new Phases({ clock, say: progress }),
    };
    const engine = await engineOf(
        {
            stack,
            workDir,
            environment,
            program: (told) => async () => {
                const { outputs } = await deployed(() => resolved, { release: told, from: "told" });
                return { ...outputs };
            },
        },
        deps,
    );
    if (errand.takeOver) await engine.unlock();
    const remembered = await engine.remembered();
    const steps = (service: string) => rolloutOf(resolved.app, service).steps;
    const order: Omit<Order, "ship"> = { app: resolved.app, remembered, takeOver: errand.takeOver };
    const under = remembered?.ship;
    const begin = (wanted: Record<string, Wanted>, stepsOf: typeof steps, hurried = false): Promise<Ended> => {
        const ship = newShip(`ship-${process.pid}`, wanted, remembered, stepsOf, new Date(clock.now()));
        return drive({ ...order, ship, hurried }, { ...deps, engine });
    };
    const goOn = (way: typeof resume): Promise<Ended> => {
        if (!under) throw new Error("no ship is under way");
        return way({ ...order, ship: under }, { ...deps, engine });
    };
    const source = sourcesOf(resolved).api;
    const actions: Record<Errand["action"], () => Promise<Ended>> = {
        drive: () => begin({ api: { to: errand.image, source } }, steps),
        resume: () => goOn(resume),
        abort: () => goOn(abort),
        rollback: () => (under ? goOn(abort) : begin(rollbackOf(remembered, 1), () => [100], true)),
    };
    const ended = await actions[errand.action]();
    say({ ended });
}

main(JSON.parse(process.argv[2]) as Errand)
    .catch((error: Error) => say({ error: error.message }))
    .finally(() => process.exit());
