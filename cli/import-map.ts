import type { AppInput } from "../topology/app";
import { oneOf } from "../topology/suggest";
import type { ComposeFile } from "./import-file";
import { kindOf, nameBackings, type Backing, type Kind, type ServiceInput } from "./import-parts";
import { serviceFrom } from "./import-service";
import { commandOf, environmentOf, isRecord, listOf, nameFrom, numberOf, targetOf, textOf } from "./import-values";

/** Something of the Compose file that has no place in the app, or another than one would think. */
export interface Note {
    line: number;
    /** `services.api.command` */
    at: string;
    reason: string;
}
export interface Imported {
    app: AppInput;
    /** By line. */
    notes: Note[];
}

type Raw = Record<string, unknown>;

/** An app from a Compose file. Pure: `contextOf` says how the project calls a build context of the file. */
export function mapCompose(file: ComposeFile, name: string, contextOf: (path: string) => string): Imported {
    const notes: Note[] = [];
    const note = (path: readonly (string | number)[], reason: string) =>
        void notes.push({ line: file.lineOf(path), at: path.join("."), reason });
    for (const key of file.others)
        note([key], key === "networks" ? "services of a stack share one private network" : "has no counterpart");

    const jobs = jobsOf(file);
    const kinds = new Map<string, Kind>();
    for (const [from, raw] of Object.entries(file.services)) {
        const kind = kindOf(raw);
        if (typeof kind !== "string") note(["services", from, "image"], `left out: ${kind.why}`);
        else if (!jobs.has(from)) kinds.set(from, kind);
    }
    const backings = nameBackings(file, kinds);
    const services = serviceNames(kinds, backings);
    for (const [from, to] of services) if (from !== to) note(["services", from], `its name is ${to} here`);

    const filesystems = new Set<string>();
    const made: Record<string, ServiceInput> = {};
    for (const [from, to] of services) {
        const raw = file.services[from];
        made[to] = serviceFrom(raw, {
            from,
            backings,
            services,
            contextOf,
            note: (path, reason) => note(["services", from, ...path], reason),
            calledAt: portsCalled(file, from),
            filesystems,
            volumes: file.volumes,
            jobs: new Set(jobs.keys()),
        });
    }
    withoutCircles(made, (service, reason) => note(["services", fromOf(services, service), "environment"], reason));
    withRoutes(file, services, made, note);

    const app: AppInput = {
        name,
        services: made,
        ...backingsOf(file, backings, note),
        ...(filesystems.size ? { filesystems: Object.fromEntries([...filesystems].map((path) => [path, {}])) } : {}),
    };
    const run = jobInputs(file, jobs, services, note);
    if (Object.keys(run).length) app.jobs = run;
    return { app, notes: notes.sort((a, b) => a.line - b.line) };
}

/** Services that stay services → their names, each its own. */
function serviceNames(kinds: Map<string, Kind>, backings: Map<string, Backing>): Map<string, string> {
    const taken = new Set([...backings.values()].map(({ name }) => name));
    const names = new Map<string, string>();
    for (const [from, kind] of kinds) {
        if (kind !== "service") continue;
        let name = nameFrom(from) || "service";
        for (let count = 2; taken.has(name); count++) name = `${nameFrom(from) || "service"}-${count}`;
        taken.add(name);
        names.set(from, name);
    }
    return names;
}

const fromOf = (services: Map<string, string>, to: string): string =>
    [...services].find(([, name]) => name === to)?.[0] ?? to;

/** Services that end before another one starts → that one. */
function jobsOf({ services }: ComposeFile): Map<string, string> {
    const jobs = new Map<string, string>();
    for (const [from, { depends_on }] of Object.entries(services))
        if (isRecord(depends_on))
            for (const [other, how] of Object.entries(depends_on))
                if (
                    isRecord(how) &&
                    how.condition === "service_completed_successfully" &&
                    services[other]?.command !== undefined &&
                    kindOf(services[other]) === "service"
                )
                    jobs.set(other, jobs.get(other) ?? from);
    return jobs;
}

function jobInputs(
    file: ComposeFile,
    jobs: Map<string, string>,
    services: Map<string, string>,
    note: (path: string[], reason: string) => void,
): NonNullable<AppInput["jobs"]> {
    const made: NonNullable<AppInput["jobs"]> = {};
    for (const [from, service] of jobs) {
        const to = services.get(service);
        if (to === undefined) {
            note(["services", from], `left out: ${service}, which waits for it, is not in the app`);
            continue;
        }
        note(
            ["services", from],
            `runs as a job of ${to} before each deployment, with the image and variables of ${to}`,
        );
        made[nameFrom(from)] = { service: to, command: commandOf(file.services[from].command), run: "deployment" };
    }
    return made;
}

/** Ports at which variables of other services call a service. */
const portsCalled = ({ services }: ComposeFile, host: string): number[] =>
    Object.values(services).flatMap(({ environment }) =>
        environmentOf(environment).flatMap(([, value]) => {
            const target = value === undefined ? undefined : targetOf(value);
            return target?.host === host && target.port ? [target.port] : [];
        }),
    );

/** Calls in a circle cannot be deployed: no order of services would do. */
function withoutCircles(services: Record<string, ServiceInput>, refused: (service: string, reason: string) => void) {
    const reaches = (from: string, to: string): boolean =>
        from === to || (services[from].calls ?? []).some((next) => reaches(next, to));
    const wished = Object.entries(services).map(([name, service]) => ({ name, service, calls: service.calls ?? [] }));
    for (const { service } of wished) delete service.calls;
    for (const { name, service, calls } of wished)
        for (const callee of calls)
            if (reaches(callee, name))
                refused(name, `${callee} calls ${name} already: calls in a circle have no order`);
            else service.calls = [...(service.calls ?? []), callee];
}

/** One service takes every request; the others with published ports those below a path of their own. */
function withRoutes(
    { services: raw }: ComposeFile,
    services: Map<string, string>,
    made: Record<string, ServiceInput>,
    note: (path: string[], reason: string) => void,
): void {
    const isPublic = ([from]: [string, string]) => listOf(raw[from].ports).length > 0;
    const published = [...services].filter(isPublic);
    if (!published.length && services.size) {
        published.push([...services][0]);
        note(["services", published[0][0]], "no service publishes a port: this one is taken for the public one");
    }
    const main =
        published.find(([from]) => /^(front-?end|web|www|ui|app|client|site|nginx)$/i.test(from)) ??
        published.find(([, to]) => [80, 3000].includes(Object.values(made[to].ports)[0])) ??
        published[0];
    const taken = new Set<string>();
    for (const entry of services) {
        const [from, to] = entry;
        if (entry[0] === main?.[0]) continue;
        if (!published.some(([other]) => other === from)) {
            made[to].routes = [];
            continue;
        }
        const path = /api|back-?end|server/.test(to) && !taken.has("/api/*") ? "/api/*" : `/${to}/*`;
        taken.add(path);
        made[to].routes = [{ path }];
        note(["services", from, "ports"], `gets ${path}, which is a guess, and ${main[1]} the rest: say routes`);
    }
}

type Backings = Pick<AppInput, "databases" | "caches" | "buckets" | "tables">;

function backingsOf(
    { services }: ComposeFile,
    backings: Map<string, Backing>,
    note: (path: (string | number)[], reason: string) => void,
): Backings {
    const made: Backings = {};
    for (const [from, { kind, name }] of backings) {
        const raw = services[from];
        const say = (key: string, reason: string) => note(["services", from, key], reason);
        for (const key of ["command", "entrypoint", "env_file"])
            if (raw[key] !== undefined) say(key, "the cloud runs it with settings of its own");
        for (const [index, volume] of listOf(raw.volumes).entries())
            if (/^[.~/]/.test(textOf(isRecord(volume) ? volume.source : volume)))
                note(["services", from, "volumes", index], "nothing is put into it: a job may, before each deployment");
        if (kind === "databases") made.databases = { ...made.databases, [name]: databaseFrom(raw, say) };
        else if (kind === "caches") {
            if (/:\D*[^7\D]/.test(textOf(raw.image)))
                say("image", `${textOf(raw.image)}: caches are Redis 7 on both clouds`);
            made.caches = { ...made.caches, [name]: {} };
        } else if (kind === "buckets") made.buckets = { ...made.buckets, [name]: {} };
        else {
            say("image", `table ${name} has the key \`id\`, which is a guess: say its keys`);
            made.tables = { ...made.tables, [name]: { partitionKey: { name: "id" } } };
        }
    }
    return made;
}

const versions = ["14", "15", "16", "17"] as const;

function databaseFrom(raw: Raw, say: (key: string, reason: string) => void) {
    const image = textOf(raw.image);
    const major = /:(?:pg)?(\d+)/.exec(image.replace(/\$\{\w+:?-([^}]*)\}/g, "$1"))?.[1];
    const version = versions.find((known) => known === major) ?? (numberOf(major) < 14 ? "14" : "17");
    if (version !== major) say("image", `${image}: PostgreSQL ${version} it is, one of ${oneOf(versions)}`);
    if (/postgis|pgvector|timescale/.test(image)) say("image", "extensions are made by a migration: CREATE EXTENSION");
    return { version };
}
