import { readdirSync } from "node:fs";
import { join } from "node:path";

import { parseEnv } from "../load/dotenv";
import { sampleOf } from "../load/environment";
import { filesFrom } from "../load/files";
import type { Compose } from "../load/load";
import { isTree, placeIn, put, type Tree } from "../load/places";
import { kindOf, productOf } from "./parts";
import { volumesOf } from "../load/volumes";
import { isRequired } from "./required";
import { read, textsBelow } from "./texts";
import { awaitedBy, environmentOf, pointsAt, textOf } from "./values";

/** Files such as `.env`, which a program reads itself. */

/** A mount that is no volume any more: what it has are variables. */
export const dotenv = "dotenv";

/**
 * The variables of a `.env` that is mounted where a program reads it. Libraries for it let a variable of the process go before what the file
 * says. Where it is not there, as in a repository that keeps it out, its sample is read.
 */
export function takeMountedDotenv(
    { remarks }: Compose,
    name: string,
    service: Tree,
    contextOf: (path: string) => string,
): void {
    const files = filesFrom("");
    for (const [index, volume] of volumesOf(service).entries()) {
        const { type, source, target } = volume;
        if (type !== "bind" || source === undefined || !/(^|\/)\.env$/.test(target)) continue;
        const from = files.read(source) === undefined ? sampleOf(source, files) : source;
        if (from === undefined) continue;
        volume.type = dotenv;
        service.environment ??= {};
        if (!isTree(service.environment)) continue;
        for (const { name: variable, value, line } of parseEnv(files.read(from)!)) {
            if (Object.hasOwn(service.environment, variable)) continue;
            service.environment[variable] = value ?? null;
            put(service.environment, variable, { file: contextOf(from), line, column: 1 });
        }
        remarks.push({
            place: placeIn(service, "volumes"),
            at: `services.${name}.volumes.${index}`,
            reason: `${contextOf(from)} is variables here, which programs take before what such a file says: one that reads the file alone, or writes to it, needs another way`,
        });
    }
}

/** Libraries that read `.env` beside a program, by what its lists of libraries say; a variable of the process goes before for all of them. */
const libraries: [RegExp, RegExp][] = [
    [
        /(^|\/)composer\.json$/,
        /"(laravel\/framework|vlucas\/phpdotenv|symfony\/(dotenv|flex|runtime|framework-bundle))"/,
    ],
    [
        /(^|\/)package\.json$/,
        /"(dotenv[\w-]*|env-cmd|@nestjs\/config|prisma|next|nuxt|@adonisjs\/core|@strapi\/strapi)"\s*:/,
    ],
    [
        /(^|\/)(requirements[\w.-]*\.(txt|in)|pyproject\.toml|Pipfile|setup\.(py|cfg))$/,
        /\b(python-dotenv|django-environ|environs|python-decouple|pydantic-settings|django-dotenv)\b|\bpydantic\[dotenv\]|\buvicorn\[standard\]/i,
    ],
    [/(^|\/)Gemfile$/, /\bdotenv\b/],
    [/(^|\/)go\.mod$/, /\bjoho\/godotenv\b/],
    [/(^|\/)Cargo\.toml$/, /^\s*(dotenv|dotenvy)\b/m],
];
/** What lets the file go before the process's own variables. */
const overrides =
    /\b(load_dotenv|read_dotenv|config|Dotenv)\([^)]*\boverride\s*[=:]\s*(True|true)|\bOverload\(|\bDotenv\.overload\b|createMutable|createUnsafeMutable|overwrite\s*=\s*True|dotenv_override/;

/** Variables that are Compose's own, or that a front end's build puts into its pages, where nobody changes them any more. */
const builtIn = /^(COMPOSE|DOCKER|NEXT_PUBLIC|NUXT_PUBLIC|EXPO_PUBLIC|PUBLIC|VITE|REACT_APP|GATSBY)_/;

/**
 * The variables of the `.env` in a source, or of its sample, where they lead to a store or another service of which the Compose file
 * does not tell the program: what it reads there is what it is told in Compose's network.
 */
export function takeDotenv(file: Compose, name: string, contextOf: (path: string) => string): void {
    const service = file.services[name];
    const { build } = service;
    if (!isTree(build) || build.context === undefined || kindOf(service) !== "service") return;
    const folder = textOf(build.context);
    const files = filesFrom("");
    const own = join(folder, ".env");
    const from = files.read(own) === undefined ? sampleOf(own, files) : own;
    if (from === undefined) return;
    const texts = textsBelow(folder, () => false, false);
    const lists = namesIn(folder)
        .map((name) => join(folder, name))
        .filter((path) => libraries.some(([list, reads]) => list.test(path) && reads.test(read(path))));
    if (!lists.length || texts.some((path) => overrides.test(read(path)))) return;
    const given = new Map(environmentOf(service));
    const targets = (variables: Iterable<[string, string | undefined]>) =>
        new Set(
            [...variables].flatMap(([variable, value]) => {
                const host = value === undefined ? undefined : pointsAt(variable, value)?.host;
                return host !== undefined && host !== name && Object.hasOwn(file.services, host) ? [host] : [];
            }),
        );
    const entries = parseEnv(files.read(from)!).filter(
        ({ name: variable, value }) => value !== undefined && !given.has(variable) && !builtIn.test(variable),
    );
    const known = targets(given);
    const more = [...targets(entries.map(({ name: variable, value }) => [variable, value]))].filter(
        (host) => !known.has(host),
    );
    const untold = awaitedBy(service).filter(
        (other) => !known.has(other) && Object.hasOwn(file.services, other) && isStore(file.services[other]),
    );
    const asks = isSample(from) && untold.length > 0 && entries.some(({ name: variable }) => ofStore.test(variable));
    const isWanted = isSample(from) && entries.some(({ name: variable }) => isRequired(variable, texts));
    if (!more.length && !asks && !isWanted) return;
    // PHP's frameworks read much in their own libraries; elsewhere a variable that no line names is somebody else's.
    const said = lists.some((path) => path.endsWith("composer.json")) ? undefined : texts.map(read).join("\n");
    service.environment ??= {};
    const { environment } = service;
    if (!isTree(environment)) return;
    for (const { name: variable, value, line } of entries) {
        if (said !== undefined && !new RegExp(`\\b${variable}\\b`, "i").test(said)) continue;
        environment[variable] = value;
        put(environment, variable, { file: contextOf(from), line, column: 1 });
    }
    file.remarks.push({
        place: placeIn(service, "build"),
        at: `services.${name}.build`,
        reason: `${contextOf(from)}, which the program reads by a library (${contextOf(lists[0])}), is variables here: they go before what the file says${more.length ? `; it leads to ${more.join(" and ")}` : ""}`,
    });
}

/** Variables of stores in samples, which are written for a machine of one's own: `DB_HOST=127.0.0.1`. */
const ofStore = /(^|_)(DB|DATABASE|POSTGRES|PG|MYSQL|MARIADB|SQL|REDIS|CACHE|MEMCACHED)(_|HOST|$)/;
const isSample = (path: string | undefined): boolean =>
    /(example|sample|template|dist|defaults?)(\.env)?$/i.test(path ?? "");

/**
 * Leads a sample's variables of a store to the one that the service waits for, or that alone there is: everybody who takes the sample for his
 * Compose file says so himself.
 */
export function takeSamplesHosts(file: Compose): void {
    const stores = Object.keys(file.services).filter((name) => isStore(file.services[name]));
    if (!stores.length) return;
    for (const name of Object.keys(file.services)) {
        takeSampleHosts(file, name, stores);
        takeConnection(file, name, stores);
    }
}

function takeSampleHosts(file: Compose, name: string, stores: string[]): void {
    const service = file.services[name];
    const { environment } = service;
    if (!isTree(environment) || kindOf(service) !== "service") return;
    const variables = environmentOf(service);
    const led = new Set(variables.map(([variable, value]) => pointsAt(variable, value ?? "")?.host));
    for (const [variable, value] of variables) {
        const place = placeIn(environment, variable);
        const target = value === undefined ? undefined : pointsAt(variable, value);
        if (!target || !/^(localhost|127\.0\.0\.1)$/.test(target.host)) continue;
        if (!isSample(place?.file) || !ofStore.test(variable)) continue;
        const fitting = stores.filter((other) => fits(variable, value!, file.services[other]));
        const awaited = fitting.filter((other) => awaitedBy(service).includes(other));
        const [store, another] = awaited.length ? awaited : fitting;
        if (store === undefined || another !== undefined || led.has(store)) continue;
        environment[variable] = value!.replace(target.host, store);
        put(environment, variable, place);
        file.remarks.push({
            place,
            at: `services.${name}.environment.${variable}`,
            reason: `is a sample's, for a machine of one's own: here it leads to ${store}`,
        });
    }
}

/**
 * Laravel's sample says which kind of database it is in DB_CONNECTION, SQLite in new projects: where the service waits for a server, it is that one.
 * @see https://laravel.com/docs/database#configuration
 */
function takeConnection(file: Compose, name: string, stores: string[]): void {
    const { environment } = file.services[name];
    if (!isTree(environment) || typeof environment.DB_CONNECTION !== "string") return;
    const place = placeIn(environment, "DB_CONNECTION");
    const awaited = awaitedBy(file.services[name]);
    const databases = stores.filter((store) => kindOf(file.services[store]) === "databases");
    const [store, another] = databases.filter(
        (one) => awaited.includes(one) || environmentOf(file.services[name]).some(([, value]) => value === one),
    );
    if (!isSample(place?.file) || store === undefined || another !== undefined) return;
    const fitting = isMysql(file.services[store]) ? ["mysql", "mariadb"] : ["pgsql"];
    const said = environment.DB_CONNECTION;
    if (fitting.includes(said)) return;
    const say = (variable: string, value: string) => {
        environment[variable] = value;
        put(environment, variable, place);
    };
    say("DB_CONNECTION", fitting[0]);
    if (said === "sqlite") {
        say("DB_HOST", store);
        for (const variable of ["DB_PORT", "DB_DATABASE", "DB_USERNAME", "DB_PASSWORD"]) say(variable, "");
    }
    file.remarks.push({
        place,
        at: `services.${name}.environment.DB_CONNECTION`,
        reason: `is ${said} in a sample: ${fitting[0]} it is, as ${store} is`,
    });
}

const namesIn = (folder: string): string[] => {
    try {
        return readdirSync(folder);
    } catch {
        return [];
    }
};
const isStore = (service: Tree): boolean => ["databases", "caches"].includes(kindOf(service) as string);
const isMysql = (store: Tree): boolean => /mysql|mariadb|percona/.test(productOf(store));

/** Whether a variable may mean a store of this kind. */
function fits(variable: string, value: string, store: Tree): boolean {
    const image = productOf(store);
    const words = `${variable} ${/^[\w+:]+(?=:\/\/)/.exec(value)?.[0] ?? ""}`;
    if (/memcached/i.test(words)) return /memcached/.test(image);
    if (/redis|cache/i.test(words)) return kindOf(store) === "caches" && !/memcached/.test(image);
    if (kindOf(store) !== "databases") return false;
    if (/mysql|mariadb/i.test(words)) return isMysql(store);
    return /postgres|pgsql|(^|_)PG/i.test(words) ? !isMysql(store) : true;
}
