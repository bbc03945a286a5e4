import type { AppInput } from "../../topology/app";
import { engines } from "../../topology/engines";
import { oneOf } from "../../topology/suggest";
import type { Compose } from "../load/load";
import type { Tree } from "../load/places";
import { baseOf } from "./dockerfile";
import { isInit } from "./init";
import { settingsOfOthers } from "./cache-settings";
import { imageOf, productOf, type Backing, type Say } from "./parts";
import { parametersFrom } from "./server-settings";
import { volumesOf } from "../load/volumes";
import { numberOf } from "./values";

/** Whether an image is a PostgreSQL that somebody made for an app: by its name, or by an account that is nobody's who makes it for all. */
function isSomebodysOwn(image: string): boolean {
    // A registry is a host name, and may have the official image.
    const name = image.replace(/^[\w-]+([.:][\w.-]+)+\//, "");
    const [, account] = /^(.*)\/postgres(?:ql)?(?:[:@]|$)/.exec(name) ?? [];
    return (
        /(^|\/)(\w+-postgres(ql)?|postgres-\w+)([:@]|$)/.test(name) || (account !== undefined && !forAll.test(account))
    );
}
/**
 * The extension after which an image of PostgreSQL is called, where both clouds have it without a setting of the server: `postgres-partman`.
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/PostgreSQLReleaseNotes/postgresql-extensions.html
 * @see https://cloud.google.com/sql/docs/postgres/extensions
 */
function extensionIn(image: string): string | undefined {
    const [, name] = /(?:^|\/)postgres(?:ql)?[-_](partman|hypopg|hll|ip4r|unaccent|trgm)(?:[:@]|$)/.exec(image) ?? [];
    return name === undefined ? undefined : ["partman", "trgm"].includes(name) ? `pg_${name}` : name;
}
const forAll =
    /(^|\/)(library|bitnami\w*|cimg|circleci|supabase|immich-app|rapidfort|chainguard|tensorchord|zalando|percona|crunchydata|docker|linuxserver|sameersbn)$/;

/**
 * What images of databases and caches have in them that neither cloud has; where an app does without, the plain image says so.
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/PostgreSQLReleaseNotes/postgresql-extensions.html
 * @see https://cloud.google.com/sql/docs/postgres/extensions
 */
const lacking: [image: RegExp, what: string][] = [
    [/timescaledb/, "TimescaleDB, which neither cloud has: say postgres"],
    [
        /pgvecto-rs|immich-app\/postgres|vchord|vectorchord/,
        "VectorChord or pgvecto.rs, which neither cloud has: say pgvector/pgvector with DB_VECTOR_EXTENSION: pgvector (Immich)",
    ],
    [/supabase\/postgres/, "roles, schemas and extensions of Supabase's own, which neither cloud has: say postgres"],
    [/redismod|redis-stack/, "search, JSON and other modules, which neither cloud's Redis has: say redis:7"],
];

type Backings = Pick<AppInput, "databases" | "caches" | "buckets" | "tables">;

/** The parts that data stores of the file become, and what of them is otherwise; `optional` says why the TLS of some is. */
export function backingsOf(
    file: Compose,
    backings: Map<string, Backing>,
    optional: Map<string, string>,
    say: Say,
): Backings {
    const { note, mend } = say;
    const { services } = file;
    const made: Backings = {};
    for (const [from, { kind, name, given }] of backings) {
        const raw = services[from];
        const at = ["services", from];
        const parameters =
            kind === "databases" ? parametersFrom(file, raw, given.mysql ? "mysql" : "postgres", at, say) : {};
        if (kind !== "databases") settingsOfOthers(kind, raw, at, say);
        const base = imageOf(raw) === undefined ? baseOf(raw) : undefined;
        const adds = base?.adds ?? [];
        // Texts that lie in the image, and that nothing which it runs by itself could read.
        const lies = (instruction: string) =>
            !adds.some(isInit) && /^(COPY|ADD)\s.*\.(sql|csv)(\s+\S+)?$/i.test(instruction);
        const added = adds.find((instruction) => !isInit(instruction) && !lies(instruction));
        if (added !== undefined)
            mend(
                [...at, "build"],
                `a server of the cloud's has nothing of what its Dockerfile adds (${added}): a job may, before each deployment`,
            );
        const installs = base?.runs.find((words) => /\b(install|apk add|git clone|curl|wget|make)\b/.test(words));
        if (installs !== undefined)
            mend(
                [...at, "build"],
                `a server of the cloud's has nothing of what its Dockerfile installs (${installs.slice(0, 60)}): extensions that the cloud has, a migration makes by CREATE EXTENSION`,
            );
        const lack = lacking.find(([image]) => image.test(productOf(raw)))?.[1];
        if (lack !== undefined) mend([...at, "image"], `${productOf(raw)} has ${lack}, if the app does without`);
        const extension = extensionIn(productOf(raw));
        if (extension !== undefined)
            note(
                [...at, "image"],
                `${extension} is in the PostgreSQL of both clouds: the app makes it by CREATE EXTENSION, and what else the image sets up is not there`,
            );
        else if (isSomebodysOwn(productOf(raw)))
            mend(
                [...at, "image"],
                `${productOf(raw)} is somebody's own PostgreSQL: databases, users and extensions that it makes are not in a server of the cloud's`,
            );
        const tls = optional.has(name) ? { tls: "optional" as const } : {};
        const doubt = optional.get(name);
        if (doubt !== undefined)
            note(
                [...at, "image"],
                `tls: "optional", plain text within the private network: ${doubt}; take it out when they do`,
            );
        if (given.memcached)
            note(
                [...at, "image"],
                `memcached, without a password and without TLS on both clouds; on GCP to 31 January 2029, when Google ends it: Redis stays`,
            );
        if (kind === "databases")
            made.databases = {
                ...made.databases,
                [name]: {
                    ...(given.mysql ? mysqlFrom : databaseFrom)(raw, (reason) => note([...at, "image"], reason)),
                    ...(Object.keys(parameters).length ? { parameters } : {}),
                    ...tls,
                },
            };
        else if (given.memcached) made.caches = { ...made.caches, [name]: { engine: "memcached" } };
        else if (kind === "caches") {
            const image = productOf(raw);
            if (!/:v?7/.test(image)) note([...at, "image"], `${image}: caches are Redis 7 on both clouds`);
            made.caches = { ...made.caches, [name]: tls };
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
    if (/postgis|pgvector/.test(image))
        say("extensions that both clouds have (PostGIS, pgvector) are made by a migration: CREATE EXTENSION");
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
    return { engine: "mysql" as const, version } as const;
}

/** Volumes in which data stores of the file keep what they have → the store. */
export const keptBy = (file: Compose, backings: Map<string, Backing>): Map<string, string> =>
    new Map(
        [...backings.keys()].flatMap((from) =>
            volumesOf(file.services[from]).flatMap(({ type, source, target }) =>
                type === "volume" && source !== undefined && /^\/(var\/lib|bitnami|data)\b/.test(target)
                    ? [[source, from] as const]
                    : [],
            ),
        ),
    );
