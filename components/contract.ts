import { interpolate, output, type Input, type Output } from "@pulumi/pulumi";

import type * as topology from "../topology/app";
import { engineOf, type EngineName } from "../topology/engines";
import { environmentPrefix } from "../topology/variables";
import { sortedEntries } from "./map";
import type * as roles from "./roles";

/**
 * What holds on both clouds whatever builds it: the environment contract, the registry's rules, what is never logged.
 */

/** Headers that carry credentials; no log shows their values. */
export const redactedHeaders = ["authorization", "x-api-token", "cookie"] as const;

/** Images of a kind that a registry keeps: of those that the program built, of releases, of all together. */
export const keptImages = 10;

/** Name of the database and of its owner, inside the server. */
export const databaseName = "app";
export const databaseUser = "app";

/** The plain variables that a service which uses database `name` gets: for `db`, `DB_HOST`, `DB_PORT`, … */
export function databaseEnvironment(
    name: string,
    at: { host: Input<string>; port: number; replicaHost?: Input<string> },
) {
    const prefix = environmentPrefix(name);
    return {
        [`${prefix}_HOST`]: at.host,
        [`${prefix}_PORT`]: String(at.port),
        [`${prefix}_NAME`]: databaseName,
        [`${prefix}_USER`]: databaseUser,
        ...(at.replicaHost ? { [`${prefix}_REPLICA_HOST`]: at.replicaHost } : {}),
    };
}

/** The secret variables beside them: the password, and a URL that holds it. Database `db` makes `DATABASE_URL`. */
export function databaseSecretNames(name: string): { password: string; url: string } {
    const prefix = environmentPrefix(name);
    return { password: `${prefix}_PASSWORD`, url: name === "db" ? "DATABASE_URL" : `${prefix}_URL` };
}

/** What a URL says of TLS, by engine and by whether there is any. MySQL's own clients and Rust's SQLx know it; others have words of their own. */
const tlsInUrl: Record<EngineName, Record<"on" | "off", string>> = {
    postgres: { on: "sslmode=require", off: "sslmode=disable" },
    mysql: { on: "ssl-mode=REQUIRED", off: "ssl-mode=PREFERRED" },
};
const schemes: Record<EngineName, string> = { postgres: "postgresql", mysql: "mysql" };

/** `host` and `password` as a URL of the engine's; where there is TLS, the server requires it whatever the URL says. */
export const databaseUrl = (engine: EngineName, host: string, password: string, tls: "on" | "off" = "on"): string =>
    `${schemes[engine]}://${databaseUser}:${password}@${host}:${engineOf(engine).port}/${databaseName}?${tlsInUrl[engine][tls]}`;

/** What only references name of a database: whether there is TLS, and PostgreSQL's word for it; Node's pg has another. */
export const databaseFields = (engine: EngineName, tls: "on" | "off" = "on"): Record<string, string> => ({
    ...(engine === "postgres"
        ? { sslmode: tls === "on" ? "require" : "disable", pgSslmode: tls === "on" ? "no-verify" : "disable" }
        : {}),
    tls: String(tls === "on"),
});

/** What a service that uses cache `redis` gets: `REDIS_HOST`, `REDIS_PORT`, and `REDIS_CA` where the server's certificate is its own. */
export function cacheEnvironment(name: string, at: { host: Input<string>; port: Input<number>; ca?: Input<string> }) {
    const prefix = environmentPrefix(name);
    return {
        [`${prefix}_HOST`]: at.host,
        [`${prefix}_PORT`]: output(at.port).apply(String),
        ...(at.ca ? { [`${prefix}_CA`]: at.ca } : {}),
    };
}

/** The secret variables beside them: the password, and a URL that holds it. */
export function cacheSecretNames(name: string): { password: string; url: string } {
    const prefix = environmentPrefix(name);
    return { password: `${prefix}_PASSWORD`, url: `${prefix}_URL` };
}

/**
 * What only references name of a cache of Redis: whether there is TLS, and what Python's clients have to hear of the certificate in a URL's
 * query. Celery refuses a URL of TLS without it, and one without TLS that has it.
 */
export const cacheFields = (certificate?: "required" | "none"): Record<string, string> => ({
    tls: String(certificate !== undefined),
    sslQuery: certificate === undefined ? "" : `ssl_cert_reqs=${certificate}`,
});

/**
 * What a service that uses a cache `sessions` of memcached gets: `SESSIONS_HOST` and `SESSIONS_PORT`, which are the first node's,
 * `SESSIONS_SERVERS` and `SESSIONS_URL`, which name all.
 */
export function memcachedEnvironment(name: string, hosts: Output<string[]>, port: number) {
    const prefix = environmentPrefix(name);
    const servers = hosts.apply((nodes) => nodes.map((host) => `${host}:${port}`).join(","));
    return {
        [`${prefix}_HOST`]: hosts.apply(([first]) => first),
        [`${prefix}_PORT`]: String(port),
        [`${prefix}_SERVERS`]: servers,
        [`${prefix}_URL`]: interpolate`memcached://${servers}`,
    };
}

/** A URL that any Redis client takes; `rediss` is Redis over TLS. */
export const cacheUrl = (host: string, password: string, port: number, { tls }: Pick<topology.Cache, "tls">): string =>
    `${tls === "optional" ? "redis" : "rediss"}://:${password}@${host}:${port}`;

/** What a service that uses table `facts` gets: `FACTS_TABLE`, its name, and `FACTS_URL`, which says the product too. */
export const tableEnvironment = (name: string, at: { table: Input<string>; url: Input<string> }) => ({
    [`${environmentPrefix(name)}_TABLE`]: at.table,
    [`${environmentPrefix(name)}_URL`]: at.url,
});

/** What a service that uses bucket `assets` gets: `ASSETS_BUCKET`, its name, and `ASSETS_URL`: `s3://…`, `gs://…` or `file://…`. */
export const bucketEnvironment = (name: string, at: { bucket: Input<string>; url: Input<string> }) => ({
    [`${environmentPrefix(name)}_BUCKET`]: at.bucket,
    [`${environmentPrefix(name)}_URL`]: at.url,
});

/** What a service that uses queue `mail` gets: `MAIL_QUEUE`, its name, and `MAIL_URL`, which says the product too. */
export const queueEnvironment = (name: string, at: { queue: Input<string>; url: Input<string> }) => ({
    [`${environmentPrefix(name)}_QUEUE`]: at.queue,
    [`${environmentPrefix(name)}_URL`]: at.url,
});
/** Days that messages which nobody could handle are kept: the most that SQS does. */
export const deadLetterDays = 14;

/** What a service that uses a set of secrets gets: a variable a key. */
export const secretBacking = (name: string, set: roles.Secret, keys: readonly string[]): roles.Backing => ({
    name,
    environment: {},
    secrets: Object.fromEntries(keys.map((key) => [key, set.ref(key)])),
});

/** What a service that mounts file system `cache` gets: `CACHE_PATH`. */
export const filesystemEnvironment = (name: string, path: string) => ({ [`${environmentPrefix(name)}_PATH`]: path });

/** What a service that calls service `backend` gets: `BACKEND_URL`. */
export const callEnvironment = (name: string, url: Input<string>) => ({ [`${environmentPrefix(name)}_URL`]: url });

/** What is known of a service before it is there, for one that calls it and is made before it: `BACKEND_URL` alone. */
export const backingAhead = (name: string, url: Input<string>): roles.Backing => ({
    name,
    environment: callEnvironment(name, url),
    secrets: {},
});

/** `api-token` from `API_TOKEN`, and `file-run-secrets-token` from `/run/secrets/token`: what resource names admit. */
export const resourceName = (named: string): string =>
    named.toLowerCase().replace(/^\//, "file-").replace(/[/._]/g, "-");

/** DNS name of the zone that holds the domain: as said, or the name without its first label. */
export function zoneOf(domain: topology.Domain): string {
    const parent = domain.name.split(".").slice(1).join(".");
    return domain.zone ?? (parent.includes(".") ? parent : domain.name);
}

/** The variables that make an app's OpenTelemetry SDK send its traces to the collector beside it. */
export const tracingEnvironment = (service: string, tracing: topology.Tracing): Record<string, string> =>
    tracing.enabled
        ? {
              OTEL_SERVICE_NAME: service,
              OTEL_EXPORTER_OTLP_ENDPOINT: "http://localhost:4318",
              OTEL_TRACES_SAMPLER: "parentbased_traceidratio",
              OTEL_TRACES_SAMPLER_ARG: String(tracing.samplePercent / 100),
          }
        : {};

/** What a service reaches: what it uses or calls, and the file systems that it mounts. */
export const reachedBy = ({ backings, mounts }: roles.ServiceArgs): roles.Backing[] => [
    ...backings,
    ...mounts.map(({ filesystem }) => filesystem),
];

/** The plain variables of a service but for `PORT`. */
export const plainEnvironment = (args: roles.ServiceArgs): Record<string, Input<string>> =>
    environmentOf(args, tracingEnvironment(args.name, args.tracing)).plain;

/** Every secret that a service reads: its own, and those of what it uses. */
export const secretsOf = (args: roles.ServiceArgs): Record<string, roles.SecretRef> => environmentOf(args).secrets;

/**
 * Every secret that a service may read, each once: those of its variables under their names, those of files under their paths, and those
 * of sidecars under their names and the variables'.
 */
export function readableSecrets(args: roles.ServiceArgs): [name: string, secret: roles.SecretRef][] {
    const beside = sortedEntries(args.sidecars).flatMap(([sidecar, { secrets }]) =>
        sortedEntries(secrets).map(([variable, ref]): [string, roles.SecretRef] => [`${sidecar}.${variable}`, ref]),
    );
    const all = [...Object.entries(secretsOf(args)), ...sortedEntries(args.secretFiles), ...beside];
    return all.filter(([, ref], index) => all.findIndex(([, other]) => other === ref) === index);
}

/** The variables of a service, each once: what the app says itself takes the place of what the contract gives. */
export function environmentOf(
    { backings, mounts, env, secrets }: Pick<roles.ServiceArgs, "backings" | "mounts" | "env" | "secrets">,
    more: Record<string, Input<string>> = {},
): { plain: Record<string, Input<string>>; secrets: Record<string, roles.SecretRef> } {
    const own = new Set([...Object.keys(env), ...Object.keys(secrets)]);
    const given = <T>(...all: Record<string, T>[]): Record<string, T> =>
        Object.fromEntries(all.flatMap((each) => Object.entries(each)).filter(([variable]) => !own.has(variable)));
    const mounted = mounts.map(({ filesystem, path }) => filesystemEnvironment(filesystem.name, path));
    return {
        plain: { ...given<Input<string>>(...backings.map((each) => each.environment), ...mounted, more), ...env },
        secrets: { ...given(...backings.map((each) => each.secrets)), ...secrets },
    };
}
