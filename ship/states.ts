import { randomBytes } from "node:crypto";

import { floats } from "../topology/images";
import type { Release, ServiceRelease } from "../topology/release";
import { rememberedShips, type PastShip, type Ship, type ShipState } from "../topology/underway";

/** A state of a ship that is to be reached; `over`: the new version runs, alone. */
export interface Stage {
    state: ShipState | "over" | "returned";
    step?: number;
}

/** What a ship tells beside images and weights. */
export interface Beside {
    /** Value of the header that leads to candidates. */
    header: string;
    /** Service → instances that run at least while there is a candidate. */
    instances: Record<string, number>;
    /** Service → the image whose jobs before a deployment ran last: on the way back they are not run again. */
    jobs: Record<string, string>;
}

export const newHeader = (): string => randomBytes(24).toString("base64url");

type Shipped = Ship["services"][string];

/** Whether the new version of a service runs beside the old one for a while. */
export const hasCandidate = ({ from, steps }: Shipped): boolean => from !== undefined && steps.length > 0;

/** Services of a ship whose new version runs beside the old one. */
export const candidatesOf = ({ services }: Pick<Ship, "services">): string[] =>
    Object.keys(services).filter((name) => hasCandidate(services[name]));

/** Steps of a ship: as many as those of the service that has most. */
const stepsOf = (ship: Pick<Ship, "services">): number =>
    Math.max(0, ...candidatesOf(ship).map((name) => ship.services[name].steps.length));

/** The share of a service at a step of the ship, percent. Who has fewer steps begins later, so that all arrive together. */
function weightAt(ship: Pick<Ship, "services">, name: string, step: number): number {
    const { steps } = ship.services[name];
    return steps[step - (stepsOf(ship) - steps.length)] ?? 0;
}

/** Services that have requests at a step. */
export const servedAt = (ship: Pick<Ship, "services">, step: number): string[] =>
    candidatesOf(ship).filter((name) => weightAt(ship, name, step) > 0);

/** Whether all requests go to the new version at a step: the last. */
export const isLast = (ship: Pick<Ship, "services">, step: number): boolean => step === stepsOf(ship) - 1;

/** The way forward. What only rolls needs no state before it: a failed `up` of it leaves the stack as it was remembered. */
export function wayOf(ship: Pick<Ship, "services">): Stage[] {
    const steps = Array.from({ length: stepsOf(ship) }, (_, step): Stage => ({ state: "step", step }));
    const beside: Stage[] = steps.length ? [{ state: "begun" }, { state: "candidate" }, ...steps] : [];
    // What is deleted has no requests before, so that whoever was killed meanwhile leads nobody to it by asking once more.
    const handed: Stage[] = steps.length ? [{ state: "handed" }] : [];
    return [...beside, { state: "taken" }, ...handed, { state: "over" }];
}

/** The way back from a state that was reached, or asked for. Weights first; the candidate goes last. */
export function wayBack(ship: Pick<Ship, "services">, { state }: Stage): Stage[] {
    const returned: Stage = { state: "returned" };
    // What has no requests, or no candidate, is gone in one.
    if (!candidatesOf(ship).length || ["begun", "candidate", "returning"].includes(state)) return [returned];
    const returning: Stage = { state: "returning" };
    return state === "taken" || state === "handed"
        ? [{ state: "restoring" }, returning, returned]
        : [returning, returned];
}

const backwards: Stage["state"][] = ["restoring", "returning", "returned"];

/**
 * What an `up` is told so that services stay as they are, whatever the configuration says by now: their images, and no candidates.
 * One that is another image from day to day cannot be held: it is what the configuration says, and no ship's.
 */
export const held = (services: Release["services"], names: string[]): Release["services"] =>
    Object.fromEntries(
        Object.entries(services)
            .filter(([name, { image }]) => names.includes(name) && !floats(image))
            .map(([name, { candidate: _, header: __, instances: ___, ...kept }]) => [name, kept]),
    );

/** What each service of a ship runs in a state. */
export function servicesAt(ship: Pick<Ship, "services">, stage: Stage, beside: Beside): Release["services"] {
    return Object.fromEntries(
        Object.entries(ship.services).map(([name, shipped]) => [name, serviceAt(ship, name, shipped, stage, beside)]),
    );
}

function serviceAt(
    ship: Pick<Ship, "services">,
    name: string,
    shipped: Shipped,
    { state, step = 0 }: Stage,
    { header, instances, jobs }: Beside,
): ServiceRelease {
    const { from, to, source, fromSource, jobImage } = shipped;
    const isNew = from === undefined || ["taken", "handed", "over"].includes(state);
    const said = isNew ? source : fromSource;
    const ran = backwards.includes(state) ? jobs[name] : state === "begun" ? undefined : jobImage;
    const runs: ServiceRelease = {
        image: isNew ? to : from,
        ...(said !== undefined && { source: said }),
        ...(ran !== undefined && { jobImage: ran }),
    };
    const weight = {
        candidate: 0,
        returning: 0,
        step: weightAt(ship, name, step),
        taken: 100,
        handed: 0,
        restoring: 100,
    };
    if (!hasCandidate(shipped) || !(state in weight)) return runs;
    return {
        ...runs,
        candidate: { image: to, weight: weight[state as keyof typeof weight] },
        header,
        ...(name in instances && { instances: instances[name] }),
    };
}

/** What a stack remembers of a ship that is over, with those before it. */
export function historyWith(
    history: PastShip[] | undefined,
    { id, startedAt, services, reason }: Ship,
    state: PastShip["state"],
    endedAt: string,
): PastShip[] {
    const images = (which: "from" | "to") =>
        Object.fromEntries(Object.entries(services).flatMap(([name, one]) => (one[which] ? [[name, one[which]]] : [])));
    const past = { id, state, startedAt, endedAt, before: images("from"), images: images("to") };
    const why = state === "returned" && reason !== undefined && { reason };
    return [{ ...past, ...why }, ...(history ?? [])].slice(0, rememberedShips);
}

/** What a stage is called for whoever looks on. */
export function nameOf({ state, step = 0 }: Stage, ship: Pick<Ship, "services">): string {
    if (state === "step") return `${Math.max(...candidatesOf(ship).map((name) => weightAt(ship, name, step)))} %`;
    const names: Record<Exclude<Stage["state"], "step">, string> = {
        begun: "begin",
        candidate: "candidate",
        taken: "take over",
        handed: "hand over",
        over: "finish",
        restoring: "restore",
        returning: "take requests back",
        returned: "clean up",
    };
    return names[state];
}

/** Services of a ship with where each goes back to, as a stack remembers it by now. */
export const withOrigins = (services: Ship["services"], remembered: Release | undefined): Ship["services"] =>
    Object.fromEntries(
        Object.entries(services).map(([name, shipped]) => {
            const known = remembered?.services[name];
            if (shipped.from === undefined || !known) return [name, shipped];
            const { fromSource: _, ...rest } = shipped;
            return [
                name,
                { ...rest, from: known.image, ...(known.source !== undefined && { fromSource: known.source }) },
            ];
        }),
    );

/** What is to be shipped of a service. */
export interface Wanted {
    to: string;
    /** What the configuration says its image is. */
    source: string;
    /** The image whose jobs before a deployment are to have run. Default: `to`. */
    jobImage?: string;
}

/**
 * A ship that is to begin.
 * @throws where nobody can say what ran before
 * @param remembered what the stack remembers: where each service goes back to
 * @param stepsOf shares of the requests that each gets on the way; none where it rolls
 */
export function newShip(
    id: string,
    wanted: Record<string, Wanted>,
    remembered: Release | undefined,
    stepsOf: (service: string) => number[],
    now: Date,
): Ship {
    const at = now.toISOString();
    const services = Object.entries(wanted).map(
        ([name, { to, source, jobImage }]): [string, Ship["services"][string]] => {
            const known =
                remembered && Object.hasOwn(remembered.services, name) ? remembered.services[name] : undefined;
            const before = known && {
                from: known.image,
                ...(known.source !== undefined && { fromSource: known.source }),
            };
            if (known && floats(known.image))
                throw new Error(
                    `${name} runs ${known.image}, which is another image from day to day: there is no way back to it. ` +
                        "Name it with a digest, or a tag that stays, and run pulumi up once",
                );
            const jobs = jobImage !== undefined && { jobImage };
            return [name, { ...before, to, source, steps: known ? stepsOf(name) : [], ...jobs }];
        },
    );
    return { id, holder: id, state: "begun", startedAt: at, at, services: Object.fromEntries(services) };
}

/**
 * What a rollback ships: for each service of the last `count` releases, what ran before them. Jobs before a deployment are not run
 * again: one of an old version might not know what a newer one has left.
 * @throws where it is not known what ran, or something else runs by now
 */
export function rollbackOf(remembered: Release | undefined, count: number): Record<string, Wanted> {
    const released = (remembered?.history ?? []).filter(({ state }) => state === "released");
    if (released.length < count)
        throw new Error(
            `The stack remembers ${released.length} releases, and so none ${count} before the present one.`,
        );
    const wanted: Record<string, Wanted> = {};
    for (const { before, images } of released.slice(0, count).reverse())
        for (const [name, image] of Object.entries(images)) {
            if (name in wanted) continue;
            const now = remembered?.services[name];
            const latest = released.find((one) => name in one.images)!.images[name];
            if (now && now.image !== latest)
                throw new Error(
                    `${name} runs ${now.image}, which is not what was shipped last, ${latest}: name the image, --image ${name}=…`,
                );
            if (!(name in before)) throw new Error(`${name} was new when ${image} was shipped: nothing ran before it.`);
            wanted[name] = {
                to: before[name],
                source: now?.source ?? before[name],
                jobImage: now?.jobImage ?? now?.image,
            };
        }
    return wanted;
}
