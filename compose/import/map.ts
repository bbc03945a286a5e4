import type { AppInput } from "../../topology/app";
import { engines } from "../../topology/engines";
import { oneOf } from "../../topology/suggest";
import type { Compose } from "../load/load";
import type { Place, Tree } from "../load/places";
import type { Volume } from "../load/volumes";
import { labelledHosts } from "./labels";
import { baseOf } from "./dockerfile";
import { dependsOn, hostsOf, type Mention } from "./hosts";
import { jobInputs, jobsOf, sharesState } from "./jobs";
import {
    imageOf,
    kindOf,
    nameBackings,
    productOf,
    type Backing,
    type Kind,
    type Say,
    type ServiceInput,
} from "./parts";
import { publishedPorts } from "./ports";
import { prepare } from "./prepare";
import { firstPortOf, withCallers, withoutCircles, withRoutes } from "./routes";
import { serviceFrom } from "./service";
import { sharedSecrets } from "./shared";
import { environmentOf, nameFrom, numberOf, pointsAt, textsOf } from "./values";

/** Something of the Compose file that has no place in the app, or another than one would think. */
export interface Note {
    file: string;
    line: number;
    /** `services.api.command` */
    at: string;
    reason: string;
    /** Whether the app is not right before somebody mends it. */
    mend: boolean;
}
export interface Imported {
    app: AppInput;
    /** By file and line. */
    notes: Note[];
}

/** An app from a Compose project. `contextOf` says how the project calls a folder or file that the Compose file names. */
export function mapCompose(file: Compose, name: string, contextOf: (path: string) => string): Imported {
    const notes: Note[] = [];
    const add = (place: Place | undefined, at: string, reason: string, mend: boolean) =>
        void notes.push({ file: place?.file ?? "", line: place?.line ?? 1, at, reason, mend });
    const say = (prefix: readonly string[] = []): Say => {
        const speak = (mend: boolean) => (path: (string | number)[], reason: string) => {
            const whole = [...prefix, ...path];
            add(file.placeOf(whole), whole.join("."), reason, mend);
        };
        return { note: speak(false), mend: speak(true) };
    };
    for (const { place, at, reason } of file.remarks) add(place, at, reason, false);
    for (const key of file.others)
        say().note([key], key === "networks" ? "services of a stack share one private network" : "has no counterpart");

    prepare(file);
    const hosts = hostsOf(file, contextOf);
    const jobs = jobsOf(file);
    const [kinds, left] = kindsOf(file, jobs, say());
    const mentions = new Map(Object.keys(file.services).map((from) => [from, hosts.of(from)]));
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
    const published = new Map(
        Object.entries(file.services).flatMap(([from, raw]) =>
            publishedPorts(raw).flatMap(({ published: port }) => (port ? [[Number(port), from] as const] : [])),
        ),
    );
    const calls: { callee: string; port: number; place: string[] }[] = [];
    const made: Record<string, ServiceInput> = {};
    for (const [from, to] of services)
        made[to] = serviceFrom(file.services[from], {
            from,
            backings,
            services,
            contextOf,
            ...say(["services", from]),
            calledAt: called.get(from) ?? [],
            dependents: [...services.keys()].filter(
                (other) =>
                    dependsOn(file.services[other], from) && mayCall(file.services[other], from, mentions.get(other)!),
            ),
            filesystemOf: filesystems.of,
            hosts,
            mentions: mentions.get(from) ?? [],
            sharesWith: [...services.keys()].find((other) => other !== from && sharesState(file, from, other)),
            volumes: Object.keys(file.volumes),
            configs: file.configs,
            jobs: new Set(jobs.keys()),
            leftOut: file.leftOut,
            published,
            calls: (callee, port, at) =>
                void calls.push({ callee, port, place: ["services", from, ...at.map(String)] }),
            left,
        });
    for (const { callee, port, place } of calls) {
        const { port: first } = firstPortOf(made[callee]);
        if (port !== first)
            say().mend(
                place,
                `calls ${callee} at ${port}: services are called at their first port, ${first ?? "and it has none"} here`,
            );
    }
    const fromOf = new Map([...services].map(([from, to]) => [to, from]));
    withoutCircles(made, (service, reason) => say().mend(["services", fromOf.get(service)!, "environment"], reason));
    const proxied = new Set([...left.keys()].flatMap((from) => (mentions.get(from) ?? []).map(({ host }) => host)));
    withRoutes(file, services, made, proxied, say());
    withCallers(services, made, say());
    domains(file, services, say());

    const parts = [
        ...services.values(),
        ...[...backings.values()].map((each) => each.name),
        ...filesystems.made.values(),
    ];
    const secrets = sharedSecrets(file, services, made, parts, say());
    const app: AppInput = {
        name,
        services: made,
        ...backingsOf(file, backings, say()),
        ...(filesystems.made.size
            ? { filesystems: Object.fromEntries([...filesystems.made.values()].map((key) => [key, {}])) }
            : {}),
    };
    if (Object.keys(secrets).length) app.secrets = secrets;
    const run = jobInputs(file, jobs, services, say());
    if (Object.keys(run).length) app.jobs = run;
    unconnected(app, backings, say());
    return { app, notes: notes.sort((a, b) => (a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1)) };
}

/** Whether a service may call another one: source that can be read, and that names it nowhere, does not. */
const mayCall = (raw: Tree, other: string, mentions: Mention[]): boolean =>
    baseOf(raw) === undefined ||
    mentions.some(({ host }) => host === other) ||
    environmentOf(raw).some(([variable, value]) => value !== undefined && pointsAt(variable, value)?.host === other);

/** What every service is; what has no place is left out, and said. */
function kindsOf(
    file: Compose,
    jobs: Map<string, string>,
    { note, mend }: Say,
): [Map<string, Kind>, Map<string, boolean>] {
    const kinds = new Map<string, Kind>();
    const left = new Map<string, boolean>();
    for (const [from, raw] of Object.entries(file.services)) {
        const kind = kindOf(raw);
        if (typeof kind === "string") {
            if (!jobs.has(from)) kinds.set(from, kind);
            continue;
        }
        left.set(from, kind.lost);
        (kind.lost ? mend : note)(["services", from, "image"], `left out: ${kind.why}`);
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
        const base = nameFrom(from) || "service";
        let count = wanted.get(base) ?? 1;
        let name = count === 1 ? base : `${base}-${count}`;
        while (taken.has(name)) name = `${base}-${++count}`;
        wanted.set(base, count + 1);
        taken.add(name);
        names.set(from, name);
    }
    return names;
}

/** Names of file systems for volumes and folders, which no other part has. Two folders of one name are two. */
function filesystemNames(others: string[]) {
    const taken = new Set(others);
    const made = new Map<string, string>();
    const of = (volume: string, kind: "volume" | "bind"): string => {
        const key = `${kind} ${volume}`;
        const known = made.get(key);
        if (known !== undefined) return known;
        const parts = kind === "bind" ? volume.split("/").filter(Boolean) : [volume];
        const base = nameFrom(parts[parts.length - 1] ?? "") || "files";
        const longer = kind === "bind" ? nameFrom(parts.slice(-2).join("-")) : "";
        const wishes = [base, longer, `${base}-files`].filter(Boolean);
        let name = wishes.find((wish) => !taken.has(wish)) ?? base;
        for (let count = 2; taken.has(name); count++) name = `${base}-files-${count}`;
        taken.add(name);
        made.set(key, name);
        return name;
    };
    return { of, made };
}

/** Service → ports at which variables, commands and files of other services call it. */
function portsCalled({ services }: Compose, mentions: Map<string, Mention[]>): Map<string, number[]> {
    const called = new Map<string, number[]>();
    for (const { host, port, gateway } of [...mentions.values()].flat())
        if (port !== undefined && !gateway) called.set(host, [...(called.get(host) ?? []), port]);
    for (const [from, service] of Object.entries(services))
        for (const [variable, value] of environmentOf(service)) {
            const target = value === undefined ? undefined : pointsAt(variable, value);
            if (!target?.port || target.host === from || services[target.host] === undefined) continue;
            called.set(target.host, [...(called.get(target.host) ?? []), target.port]);
        }
    return called;
}

/** Host names that a proxy's labels give. */
function domains({ services }: Compose, named: Map<string, string>, { note }: Say): void {
    for (const [from] of named) {
        const said = [...new Set(labelledHosts(services[from]))].filter(Boolean);
        if (said.length)
            note(
                ["services", from, "labels"],
                `${said.join(", ")}: say domain, and a route's host where there are several`,
            );
    }
}

/** A part that no service uses is there for nothing: something that connects them got lost. */
function unconnected(app: AppInput, backings: Map<string, Backing>, { mend }: Say): void {
    const used = new Set(Object.values(app.services).flatMap(({ uses }) => uses ?? []));
    for (const [from, { name }] of backings)
        if (!used.has(name)) mend(["services", from], `no service uses ${name}: say uses where it is needed`);
}

type Backings = Pick<AppInput, "databases" | "caches" | "buckets" | "tables">;

function backingsOf({ services }: Compose, backings: Map<string, Backing>, { note, mend }: Say): Backings {
    const made: Backings = {};
    for (const [from, { kind, name, given }] of backings) {
        const raw = services[from];
        const at = ["services", from];
        for (const key of ["command", "entrypoint"])
            if (textsOf(raw[key]).length) note([...at, key], "the cloud runs it with settings of its own");
        for (const [index, { type, target }] of (Array.isArray(raw.volumes) ? (raw.volumes as Volume[]) : []).entries())
            if (type === "bind" && /initdb|\.(sql|sh|conf|cnf)$/.test(target))
                mend([...at, "volumes", index], "nothing is put into it: a job may, before each deployment");
        const base = imageOf(raw) === undefined ? baseOf(raw) : undefined;
        if (base?.adds.length)
            mend(
                [...at, "build"],
                `a server of the cloud's has nothing of what its Dockerfile adds (${base.adds[0]}): a job may, before each deployment`,
            );
        if (/(^|\/)(\w+-postgres(ql)?|postgres-\w+)(:|@|$)/.test(productOf(raw)))
            mend(
                [...at, "image"],
                `${productOf(raw)} is somebody's own PostgreSQL: databases, users and extensions that it makes are not in a server of the cloud's`,
            );
        if (kind === "databases" && !given.mysql)
            note(
                [...at, "image"],
                "PostgreSQL admits encrypted connections alone on both clouds: tell a client that does not ask for them by itself (Node's pg does not)",
            );
        if (kind === "caches")
            note(
                [...at, "image"],
                `both clouds ask for TLS and a password, which \${${name}.url} has: tell a client that is told a host alone`,
            );
        if (kind === "databases")
            made.databases = {
                ...made.databases,
                [name]: (given.mysql ? mysqlFrom : databaseFrom)(raw, (reason) => note([...at, "image"], reason)),
            };
        else if (kind === "caches") {
            const image = productOf(raw);
            if (/redismod|redis-stack/.test(image))
                note([...at, "image"], `${image}: Redis it is, without search, JSON and other modules`);
            else if (!/:v?7/.test(image)) note([...at, "image"], `${image}: caches are Redis 7 on both clouds`);
            made.caches = { ...made.caches, [name]: {} };
        } else if (kind === "buckets") made.buckets = { ...made.buckets, [name]: {} };
        else {
            mend([...at, "image"], `table ${name} has the key \`id\`, which is a guess: say its keys`);
            made.tables = { ...made.tables, [name]: { partitionKey: { name: "id" } } };
        }
    }
    return made;
}

const versions = engines.postgres.versions;

function databaseFrom(raw: Tree, say: (reason: string) => void) {
    const image = productOf(raw);
    const tag = image.replace(/@.*$/, "").split("/").pop()!.split(":")[1] ?? "";
    const major = (/(?:^|pg)(\d+)/.exec(tag.includes("pg") ? tag.slice(tag.indexOf("pg")) : tag) ?? [])[1];
    const version = versions.find((known) => known === major) ?? (numberOf(major) < 14 ? "14" : "17");
    if (version !== major) say(`${image}: PostgreSQL ${version} it is, one of ${oneOf(versions)}`);
    if (/postgis|vector|timescale|citus|supabase/.test(image))
        say("extensions are made by a migration: CREATE EXTENSION");
    return { version };
}

function mysqlFrom(raw: Tree, say: (reason: string) => void) {
    const image = productOf(raw);
    const tag = image.replace(/@.*$/, "").split("/").pop()!.split(":")[1] ?? "";
    const isMysql = !/maria/.test(image);
    const version = isMysql && /^8\.0\b/.test(tag) ? "8.0" : "8.4";
    if (!isMysql)
        say(
            `${image}: MySQL ${version} it is, which neither cloud has as MariaDB; sequences, system-versioned tables, RETURNING and MariaDB's own ` +
                "collations and dump options are not known to it",
        );
    else if (!/^8\.[04]\b/.test(tag)) say(`${image}: MySQL ${version} it is, one of ${oneOf(engines.mysql.versions)}`);
    say(
        "MySQL admits encrypted connections alone on both clouds: tell the client, if it does not ask for TLS by itself (PHP's, Node's and Go's do not)",
    );
    return { engine: "mysql" as const, version } as const;
}
