import type { Compose } from "../load/load";
import type { Tree } from "../load/places";
import { isPython, listed } from "./clients";
import { baseOf } from "./dockerfile";
import { familyOf, to } from "./fields";
import { builtFrom } from "./own";
import { imageOf, type Backing, type ServiceInput } from "./parts";
import { triesTls, tlsBy } from "./products";
import { readByFramework } from "./reads";
import { read, textsBelow } from "./texts";
import { environmentOf, textOf } from "./values";

/**
 * Stores of which it is not known that all who use them speak TLS to them, on both clouds. There it is optional: a client that has no word
 * of it would be refused, or would refuse the certificate of an authority that it does not know.
 */

/** A client of a store: what the file says of it, and what it is told. */
interface Client {
    name: string;
    raw: Tree;
    env: NonNullable<ServiceInput["env"]>;
    /** Values in files that are written for it. */
    written: string[];
    /** Files of the source in whose place those are. */
    replaced: Set<string>;
}

/** A service as a client. */
function clientFrom(name: string, raw: Tree, { env = {}, secretFiles = {} }: ServiceInput): Client {
    const files = Object.values(secretFiles).flatMap((file) => (typeof file === "object" ? [file] : []));
    return {
        name,
        raw,
        env,
        written: files.flatMap(({ replace }) => Object.values(replace ?? {})).filter((value) => value !== undefined),
        replaced: new Set(files.flatMap(({ from }) => from ?? [])),
    };
}

/** A store's name → why its TLS is optional. */
export function optionalTls(
    file: Compose,
    backings: Map<string, Backing>,
    services: Map<string, string>,
    made: Record<string, ServiceInput>,
    contextOf: (path: string) => string,
): Map<string, string> {
    const optional = new Map<string, string>();
    for (const backing of backings.values()) {
        if ((backing.kind !== "databases" && backing.kind !== "caches") || backing.given.memcached) continue;
        const clients = [...services].flatMap(([from, name]): Client[] =>
            Object.hasOwn(made, name) && made[name].uses?.includes(backing.name)
                ? [clientFrom(name, file.services[from], made[name])]
                : [],
        );
        const refusals: string[] = [];
        const doubtful: string[] = [];
        for (const client of clients) {
            const where = refusesTls(client, backing, contextOf);
            if (where !== undefined) refusals.push(`${client.name} asks for none (${where}, sslmode=disable)`);
            else if (!speaksTls(client, backing, contextOf)) doubtful.push(client.name);
        }
        if (!refusals.length && !doubtful.length) continue;
        const says = doubtful.length
            ? `it is not known that ${doubtful.join(", ").replace(/, (?=[^,]*$)/, " and ")} ${doubtful.length > 1 ? "speak" : "speaks"} TLS to it on both clouds`
            : "";
        optional.set(backing.name, [...refusals, says].filter(Boolean).join(", and "));
    }
    return optional;
}

/** Whether a client is known to speak TLS to a store, whatever its certificate. */
function speaksTls({ raw, env, written }: Client, backing: Backing, contextOf: (path: string) => string): boolean {
    const family = familyOf(backing);
    const told = [...Object.values(env).filter((value) => value !== undefined), ...written].filter((value) =>
        value.includes(`\${${backing.name}.`),
    );
    const image = imageOf(raw) ?? "";
    if (family === "redis") return speaksToRedis({ raw, env }, backing, told);
    // What an image is to be told of TLS is said, or the file says something else there.
    const switches = tlsBy(image, backing);
    if (switches.length) return switches.every(([name, value]) => env[name] === value);
    if (triesTls(image, backing)) return true;
    const isToldOfTls = told.some((value) => value.includes(to(backing, "tls")));
    if (family === "mysql") return isToldOfTls || told.some(isMysqlWithTls) || isJava(raw, "mysql-connector");
    if (hasNodeSwitch(raw, env, contextOf)) return false;
    const isTold = (field: string) =>
        told.some((value) => value.includes(to(backing, field))) || isGiven(raw, env, backing, field);
    if (isToldOfTls || isTold("sslmode") || isTold("pgSslmode") || isTold("url")) return true;
    return readByFramework(raw, backing, contextOf) !== undefined || triesPostgres(raw);
}

/**
 * redis-py hears of the certificate in a URL; whoever is told a host and no more asks without TLS, and other clients check a certificate
 * whose authority, on Google Cloud, no system knows.
 */
function speaksToRedis({ raw, env }: Pick<Client, "raw" | "env">, backing: Backing, told: string[]): boolean {
    if (triesTls(imageOf(raw) ?? "", backing)) return true;
    const isOther = (value: string) => value.includes(to(backing, "host")) || value.includes(to(backing, "tls"));
    const urls = told.filter((value) => value.includes(to(backing, "url")));
    const hasQuery = (value: string) => value.includes(to(backing, "sslQuery"));
    return (
        isPython(raw) &&
        urls.length > 0 &&
        urls.every(hasQuery) &&
        !told.some(isOther) &&
        !isGiven(raw, env, backing, "host") &&
        !isGiven(raw, env, backing, "url")
    );
}

/** Whether a file names the contract's own variable for a field, which is then told without a word of it in `env`. */
function isGiven(raw: Tree, env: Client["env"], backing: Backing, field: string): boolean {
    const ends = { host: "_HOST", url: "_URL" } as Record<string, string>;
    const given = backing.variables.find((name) => ends[field] !== undefined && name.endsWith(ends[field]));
    return given !== undefined && !Object.hasOwn(env, given) && environmentOf(raw).some(([name]) => name === given);
}

/**
 * Values by which a client of MySQL asks for TLS: Go's, and Connector/J's and .NET's, which do by themselves.
 * @see https://github.com/go-sql-driver/mysql#tls
 * @see https://dev.mysql.com/doc/connector-j/en/connector-j-connp-props-security.html
 * @see https://mysqlconnector.net/connection-options
 */
const isMysqlWithTls = (value: string): boolean =>
    /[?&]tls=preferred\b|^jdbc:mysql:/.test(value) ||
    (/(^|;)\s*(server|data source)=/i.test(value) && !/ssl\s*mode=(none|disabled)/i.test(value));

/** Whether a program in Java brings a driver along. */
const isJava = (raw: Tree, driver: string): boolean =>
    ["pom.xml", "build.gradle", "build.gradle.kts"].some((name) =>
        listed(raw, name).some((list) => list.includes(driver)),
    );

/**
 * Whether the client of PostgreSQL that a service is built with tries TLS by itself, whatever it is told: those on libpq, JDBC's, Npgsql,
 * pgx, lib/pq and asyncpg do; Node's, postgrex and pg8000 do not.
 * @see https://www.postgresql.org/docs/current/libpq-ssl.html#LIBPQ-SSL-SSLMODE-STATEMENTS
 */
function triesPostgres(raw: Tree): boolean {
    const build = builtFrom(raw);
    if (build === undefined) return false;
    const base = baseOf({ build })?.image ?? "";
    const lists = (name: string, client: RegExp) => listed(raw, name).some((list) => client.test(list));
    if (isPython(raw)) return !["requirements.txt", "pyproject.toml"].some((name) => lists(name, /\bpg8000\b/));
    return (
        listed(raw, "composer.json").length > 0 ||
        /(^|\/)(php|dotnet\/(aspnet|runtime|sdk))[\w-]*(:|$)/.test(base) ||
        lists("Gemfile", /\bpg\b/) ||
        lists("go.mod", /jackc\/pgx|lib\/pq\b|gorm\.io\/driver\/postgres/) ||
        lists("Cargo.toml", /\b(sqlx|diesel)\b/) ||
        isJava(raw, "postgresql")
    );
}

/** Whether a program of Node's says of TLS itself, by something else than a variable that it is told. */
function hasNodeSwitch(raw: Tree, env: Client["env"], contextOf: (path: string) => string): boolean {
    if (!listed(raw, "package.json").length) return false;
    return (
        lineIn(
            raw,
            /\.([cm]?[jt]s)$/,
            (line) =>
                /(^|[\s{,])ssl["']?\s*:(?!\s*(\{|true|boolean))/.test(line) &&
                !Object.keys(env).some((name) => line.includes(name)),
            contextOf,
        ) !== undefined
    );
}

const programs = /\.(go|rs|py|js|ts|java|kt|cs|php|rb|exs?|ya?ml|toml|json|ini|cfg|properties)$/;

/** Where a source asks PostgreSQL for no TLS, whatever it is told: `fmt.Sprintf("host=%s … sslmode=disable", host)`. */
function refusesTls(
    { raw, replaced }: Client,
    backing: Backing,
    contextOf: (path: string) => string,
): string | undefined {
    if (backing.kind !== "databases" || backing.given.mysql) return undefined;
    // What a variable says goes before what stands beside it.
    if (lineIn(raw, programs, (line) => /\b[A-Z][A-Z0-9_]*SSL_?MODE\b/.test(line), contextOf) !== undefined)
        return undefined;
    // A whole address is a default, which a variable changes, or is found by the host in it; one that is put together is neither.
    const isWhole = (line: string) => line.includes("://") && !/:\/\/["'`]?\s*([%{+]|\$\{)/.test(line);
    return lineIn(
        raw,
        programs,
        (line) =>
            /\bsslmode["']?\s*[=:]>?\s*["']?disable\b/.test(line) && !isWhole(line) && !/^\s*(\/\/|#|\*)/.test(line),
        contextOf,
        replaced,
    );
}

/** The first line of a service's source that is such a one. */
function lineIn(
    raw: Tree,
    files: RegExp,
    isSuch: (line: string) => boolean,
    contextOf: (path: string) => string,
    spared: ReadonlySet<string> = new Set(),
): string | undefined {
    const build = builtFrom(raw);
    if (build === undefined) return undefined;
    const isOther = (path: string) => /\/(scripts?|tools?|hack|examples?|migrations?)$/.test(path);
    for (const path of textsBelow(textOf(build.context), isOther, false)) {
        const index = files.test(path) && !spared.has(contextOf(path)) ? read(path).split("\n").findIndex(isSuch) : -1;
        if (index >= 0) return `${contextOf(path)}:${index + 1}`;
    }
    return undefined;
}
