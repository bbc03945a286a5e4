import type { AppInput } from "../../topology/app";
import { oneOf } from "../../topology/suggest";
import type { Compose } from "../load/load";
import { isTree, type Place } from "../load/places";
import { besidesOf, placeBesides } from "./beside";
import { backingsOf, keptBy } from "./backings";
import { mayCall, portsCalled } from "./called";
import { stageOf } from "./development";
import { grouped, hostsOf, type Mention } from "./hosts";
import { firstValues } from "./first-values";
import { filesystemNames, fittingPart } from "./name";
import { filesystemsFrom } from "./owners";
import { sayMigrations } from "./migrations";
import { frontsOf } from "./nginx/front";
import type { Front, Refusal } from "./nginx/outcome";
import { partDatabases } from "./databases";
import { isDealtWith, waysInWords, waysOf, withoutWays } from "./nginx/ways";
import { gatewaysOf, sayServer, takeBeside, takePorts } from "./gateway";
import { sidecarFrom } from "./gateway-sidecar";
import { initJobs } from "./init";
import { jobInputs, jobsOf, programOf, runsBeside, sharesState } from "./jobs";
import { domains, labelledRoutes } from "./labelled";
import { spokenOf } from "./spoken";
import type { Around } from "./around";
import {
    doneByBalancer,
    imageOf,
    kindOf,
    nameBackings,
    type Backing,
    type Kind,
    type Say,
    type ServiceInput,
} from "./parts";
import { publishedPorts } from "./ports";
import { productOfImage } from "./products/lookup";
import { prepare } from "./prepare";
import { exposedAlone, firstPortOf, sayProcessor, uncalled, withCallers, withRoutes } from "./routes";
import { serviceFrom } from "./service";
import { sharedSecrets } from "./shared";
import { optionalTls } from "./tls";
import { unreadFault } from "./unread";
import { awaitedBy, nameFrom, textsOf } from "./values";

/** Something of the Compose file that has no place in the app, or another than one would think. */
export interface Note {
    file: string;
    line: number;
    /** `services.api.command` */
    at: string;
    reason: string;
    /** Whether the app is not right before somebody mends it. */
    mend: boolean;
    /** Whether a value is somebody's to set before the first start. */
    yours?: true;
}
export interface Imported {
    app: AppInput;
    /** By file and line. */
    notes: Note[];
}

/** An app from a Compose project. `contextOf` says how the project calls a folder or file that the Compose file names. */
export function mapCompose(file: Compose, name: string, contextOf: (path: string) => string): Imported {
    const notes: Note[] = [];
    const add = (place: Place | undefined, at: string, reason: string, mend: boolean, yours = false) =>
        void notes.push({ file: place?.file ?? "", line: place?.line ?? 1, at, reason, mend, ...(yours && { yours }) });
    const say = (prefix: readonly string[] = []): Say => {
        const speak = (mend: boolean, yours?: true) => (path: (string | number)[], reason: string) => {
            const whole = [...prefix, ...path];
            add(file.placeOf(whole), whole.join("."), reason, mend, yours);
        };
        return { note: speak(false), mend: speak(true), yours: speak(false, true) };
    };
    prepare(file, contextOf);
    partDatabases(file, contextOf, say());
    for (const { place, at, reason } of file.remarks) add(place, at, reason, false);
    for (const key of file.others)
        say().note([key], key === "networks" ? "services of a stack share one private network" : "has no counterpart");

    const hosts = hostsOf(file, contextOf);
    const jobs = jobsOf(file);
    const mentions = new Map(Object.keys(file.services).map((from) => [from, hosts.of(from)]));
    const gateways = gatewaysOf(file, mentions, contextOf);
    for (const [from, gateway] of gateways) {
        takePorts(file, from, gateway);
        mentions.set(from, []);
    }
    const fronts = frontsOf(file, mentions, contextOf);
    for (const from of gateways.keys()) fronts.delete(from);
    takeBeside(file, mentions, fronts, gateways, contextOf);
    const besides = besidesOf(file, mentions);
    const [kinds, left] = kindsOf(file, jobs, fronts, mentions, contextOf, say());
    for (const [from, { behind, by, notes: otherwise }] of gateways) {
        kinds.delete(from);
        left.set(from, false);
        say().note(["services", from], [`is a sidecar of ${behind}, which it asks by ${by}`, ...otherwise].join("; "));
    }
    const backings = nameBackings(file, kinds, mentions);
    const services = serviceNames(kinds, backings);
    for (const [from, to] of services) if (from !== to) say().note(["services", from], `its name is ${to} here`);
    for (const [from, { profiles, place }] of file.leftOut)
        add(
            place,
            `services.${from}`,
            `left out: it belongs to the profile ${oneOf(profiles)}; --profile takes it in`,
            false,
        );

    const filesystems = filesystemNames([...services.values(), ...[...backings.values()].map((each) => each.name)]);
    const called = portsCalled(file, mentions);
    for (const { service, port } of [...fronts.values()].flatMap((front) => ("ways" in front ? front.ways : [])))
        called.set(service, [...(called.get(service) ?? []), port]);
    const published = new Map(
        Object.entries(file.services).flatMap(([from, raw]) =>
            publishedPorts(raw).flatMap(({ published: port }) => (port ? [[Number(port), from] as const] : [])),
        ),
    );
    const calls: { callee: string; port: number; place: string[] }[] = [];
    const locked = new Map<string, string>();
    const alone = new Set<string>();
    const made: Record<string, ServiceInput> = {};
    const alike = grouped(services.keys(), (from) => [programOf(file.services[from])]);
    const isBeside = runsBeside(file);
    const waiting = grouped(services.keys(), (other) => awaitedBy(file.services[other]));
    const kept = keptBy(file, backings);
    const staying = (from: string) => {
        const front = fronts.get(from);
        return front && "ways" in front ? front : undefined;
    };
    const exposed = exposedAlone(file, [...services.keys()], called);
    const around = (from: string): Around => {
        const stays = staying(from);
        return {
            from,
            backings,
            services,
            contextOf,
            ...say(["services", from]),
            calledAt: called.get(from) ?? [],
            exposed: exposed?.from === from ? exposed.port : undefined,
            dependents: (waiting.get(from) ?? []).filter((other) =>
                mayCall(file.services[other], from, mentions.get(other)!),
            ),
            filesystemOf: filesystems.of,
            alone: () => void alone.add(services.get(from) ?? from),
            locked: (filesystem) => void locked.set(filesystem, services.get(from) ?? from),
            hosts,
            mentions: (mentions.get(from) ?? []).filter((mention) => !stays || !isDealtWith(mention, stays)),
            front: fronts.get(from),
            sharesWith: (alike.get(programOf(file.services[from])) ?? []).find(
                (other) => other !== from && sharesState(file, from, other),
            ),
            volumes: Object.keys(file.volumes),
            kept,
            configs: file.configs,
            jobs: new Set(jobs.keys()),
            leftOut: file.leftOut,
            foreign: Object.keys(isTree(file.services[from].networks) ? file.services[from].networks : {}).find(
                (network) => isTree(file.networks[network]) && Boolean(file.networks[network].external),
            ),
            published,
            told: file.told,
            lacks: file.remarks
                .find(({ at, reason }) => at === `services.${from}.env_file` && reason.includes("is unknown"))
                ?.reason.replace(/ is not there.*/, ""),
            isOf: (other, image) =>
                productOfImage(imageOf(file.services[other]) ?? "")?.images.includes(image) === true,
            isAside: !called.has(from) && !waiting.has(from) && isBeside(from),
            isAlike: (other) => programOf(file.services[other]) === programOf(file.services[from]),
            answers: (other) =>
                publishedPorts(file.services[other]).length > 0 || textsOf(file.services[other].expose).length > 0,
            calls: (callee, port, at) =>
                void calls.push({ callee, port, place: ["services", from, ...at.map(String)] }),
            left,
        };
    };
    for (const [from, to] of services) {
        const stays = staying(from);
        if (stays) withoutWays(file.services[from], stays, say(["services", from]));
        sayServer(file, from, contextOf, fronts.get(from), say(["services", from]));
        made[to] = serviceFrom(file.services[from], around(from));
    }
    for (const [from, gateway] of gateways) {
        const service = made[services.get(gateway.behind)!];
        const name = fittingPart(nameFrom(from)) || "web";
        const behind = file.services[gateway.behind];
        const sidecar = sidecarFrom(file.services[from], gateway, around(from), service.mounts ?? {}, behind);
        service.sidecars = { ...service.sidecars, [name]: sidecar };
        if ((gateway.seconds ?? 0) > 60) service.timeoutSeconds = Math.min(3600, gateway.seconds!);
    }
    for (const { callee, port, place } of calls) {
        const { port: first } = firstPortOf(made[callee]);
        if (port !== first)
            say().mend(
                place,
                `calls ${callee} at ${port}: services are called at their first port, ${first ?? "and it has none"} here`,
            );
    }
    const proxied = new Set([...left.keys()].flatMap((from) => (mentions.get(from) ?? []).map(({ host }) => host)));
    const passed = waysOf(fronts, services, made, say());
    const labelled = labelledRoutes(file, services, made, say());
    withRoutes(file, services, made, proxied, passed.routes.size ? passed.routes : labelled.routes, say());
    withCallers(services, made, say());
    const amiss = new Set(notes.flatMap(({ at, mend }) => (mend ? [at.split(".")[1]] : [])));
    uncalled(file, new Map([...services].filter(([from]) => !amiss.has(from))), made, say());
    const domain = passed.routes.size ? passed.domain : labelled.domain;
    if (!domain) domains(file, services, say());

    sayProcessor(services, made, say());
    for (const to of locked.values()) made[to].scale = { min: 1, max: 1 };
    for (const to of alone) if (Object.hasOwn(made, to)) made[to].scale ??= { min: 1, max: 1 };

    const stores = [...backings.values()].map((each) => each.name);
    const parts = [...services.values(), ...stores, ...filesystems.made.values()];
    const secrets = sharedSecrets(file, services, made, parts, say());
    const app: AppInput = {
        name,
        services: made,
        ...(domain && { domain }),
        ...backingsOf(file, backings, optionalTls(file, backings, services, made, contextOf), say()),
        ...(filesystems.made.size && {
            filesystems: filesystemsFrom(file, filesystems.made, locked, services, made, say()),
        }),
    };
    if (Object.keys(secrets).length) app.secrets = secrets;
    placeBesides(file, besides, services, app, say());
    const run = {
        ...initJobs(file, backings, made, app.databases, say()),
        ...jobInputs(file, jobs, services, made, app.filesystems ?? {}, around, say()),
    };
    if (Object.keys(run).length) app.jobs = run;
    firstValues(file, services, app, say());
    unconnected(app, backings, say());
    sayMigrations(file, services, app, contextOf, say());
    return { app, notes: notes.sort((a, b) => (a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1)) };
}

/** What every service is; what has no place is left out, and said. */
function kindsOf(
    file: Compose,
    jobs: Map<string, string>,
    fronts: Map<string, Front | Refusal>,
    mentions: Map<string, Mention[]>,
    contextOf: (path: string) => string,
    { note, mend }: Say,
): [Map<string, Kind>, Map<string, boolean>] {
    const kinds = new Map<string, Kind>();
    const left = new Map<string, boolean>();
    const spoken = spokenOf(file);
    for (const [from, raw] of Object.entries(file.services)) {
        const front = fronts.get(from);
        // A proxy that answers something itself is more than one.
        const kind = front && "ways" in front ? "service" : (spoken.get(from) ?? kindOf(raw));
        if (front && "ways" in front && front.isSpare) {
            left.set(from, false);
            note(
                ["services", from],
                `left out: it only passes requests on, which the load balancer does: ${waysInWords(front)}`,
            );
            continue;
        }
        const whole = kind === "service" ? stageOf(file, from) : undefined;
        if (whole !== undefined) {
            left.set(from, false);
            note(
                ["services", from],
                `left out: it is a stage of the image of ${whole}, which takes what it makes, and runs by itself in development alone`,
            );
            continue;
        }
        if (typeof kind === "string") {
            if (!jobs.has(from)) kinds.set(from, kind);
            continue;
        }
        left.set(from, kind.lost);
        (kind.lost ? mend : note)(["services", from, "image"], `left out: ${kind.why}`);
        const others = new Set(mentions.get(from)?.map(({ host }) => host));
        const fault = kind.why === doneByBalancer && unreadFault(file, raw, others, contextOf);
        if (front && "refused" in front) mend(["services", from], `no routes do what it does: ${front.refused}`);
        else if (fault && !front) mend(["services", from], fault);
    }
    return [kinds, left];
}

/** Services that stay services → their names, each its own. */
function serviceNames(kinds: Map<string, Kind>, backings: Map<string, Backing>): Map<string, string> {
    const taken = new Set([...backings.values()].map(({ name }) => name));
    const names = new Map<string, string>();
    const wanted = new Map<string, number>();
    for (const [from, kind] of kinds) {
        if (kind !== "service") continue;
        const base = fittingPart(nameFrom(from)) || "service";
        let count = wanted.get(base) ?? 1;
        let name = count === 1 ? base : `${base}-${count}`;
        while (taken.has(name)) name = `${base}-${++count}`;
        wanted.set(base, count + 1);
        taken.add(name);
        names.set(from, name);
    }
    return names;
}

/** A part that no service uses is there for nothing: something that connects them got lost. */
function unconnected(app: AppInput, backings: Map<string, Backing>, { note, mend }: Say): void {
    const used = new Set(Object.values(app.services).flatMap(({ uses }) => uses ?? []));
    for (const [from, { name, kind }] of backings)
        if (used.has(name)) continue;
        else if (/(^|[_-])tests?([_-]|$)/.test(from) && app[kind]) {
            const { [name]: _, ...others } = app[kind];
            if (Object.keys(others).length) Object.assign(app, { [kind]: others });
            else delete app[kind];
            note(
                ["services", from],
                "left out: no service uses it, and tests have a store of their own where they run",
            );
        } else mend(["services", from], `no service uses ${name}: say uses where it is needed`);
}
