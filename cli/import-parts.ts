import type { AppInput } from "../topology/app";
import { bucketVariables, cacheVariables, databaseVariables, tableVariables } from "../topology/variables";
import type { ComposeFile } from "./import-file";
import { environmentOf, interpolate, nameFrom, targetOf } from "./import-values";

/** What a service of a Compose file is in a topology. */
export type Kind = "service" | "databases" | "caches" | "buckets" | "tables";
export type BackingKind = Exclude<Kind, "service">;

const backings: { kind: BackingKind; image: RegExp; usual: string; variables: (name: string) => string[] }[] = [
    {
        kind: "databases",
        image: /^(postgres|bitnami\/postgresql|postgis\/postgis|pgvector\/pgvector|timescale\/timescaledb)$/,
        usual: "db",
        variables: (name) => databaseVariables(name, 0),
    },
    {
        kind: "caches",
        image: /^(redis|valkey\/valkey|bitnami\/(redis|valkey)|redis\/redis-stack(-server)?)$/,
        usual: "redis",
        variables: cacheVariables,
    },
    { kind: "buckets", image: /^(minio\/minio|bitnami\/minio)$/, usual: "storage", variables: bucketVariables },
    { kind: "tables", image: /^amazon\/dynamodb-local$/, usual: "items", variables: tableVariables },
];

/** Images that have no place in a topology, and why. */
const foreign: [RegExp, string][] = [
    [/^(mysql|mariadb|percona|bitnami\/(mysql|mariadb))$/, "databases are PostgreSQL"],
    [
        /^(mongo|cassandra|couchdb|neo4j|influxdb|cockroachdb\/cockroach|clickhouse\/.*)$/,
        "databases are PostgreSQL, tables are found by key",
    ],
    [/^memcached$/, "caches speak the Redis protocol"],
    [/^(rabbitmq|nats|.*\/(cp-)?kafka|.*zookeeper|eclipse-mosquitto)$/, "there is no message broker"],
    [/^(.*elasticsearch.*|opensearchproject\/.*|getmeili\/meilisearch)$/, "there is no search engine"],
    [/^(traefik|caddy|haproxy|.*nginx-proxy.*|certbot\/.*)$/, "the stack's own load balancer does this"],
    [
        /^(adminer|dpage\/pgadmin4|.*phpmyadmin|mongo-express|.*redis-?commander|redis\/redisinsight|.*mailhog|axllent\/mailpit|portainer\/.*|containrrr\/watchtower)$/,
        "a tool for development",
    ],
    [/^localstack\/.*$/, "it stands in for a cloud; say tables and buckets instead"],
    [/^(prom\/.*|grafana\/.*|jaegertracing\/.*|otel\/.*)$/, "the stack has alarms, a dashboard and tracing of its own"],
];

/** An image's name without the registry of Docker Hub, tag and digest: `postgres`, `bitnami/redis`. */
const repositoryOf = (image: string): string =>
    image
        .replace(/@.*$/, "")
        .replace(/:[^/:]*$/, "")
        .replace(/^(docker\.io\/)?(library\/)?/, "");

export const imageOf = (service: Record<string, unknown>): string | undefined => {
    if ((service.build ?? undefined) !== undefined || typeof service.image !== "string") return undefined;
    return interpolate(service.image) ?? service.image;
};

/** What a service is; a text says why it is nothing. */
export function kindOf(service: Record<string, unknown>): Kind | { why: string } {
    const image = imageOf(service);
    if (image === undefined) return "service";
    const repository = repositoryOf(image);
    const backing = backings.find((candidate) => candidate.image.test(repository));
    if (backing) return backing.kind;
    const why = foreign.find(([pattern]) => pattern.test(repository))?.[1];
    return why ? { why } : "service";
}

/** A backing of the Compose file under its name in the topology. */
export interface Backing {
    /** In the Compose file. */
    from: string;
    name: string;
    kind: BackingKind;
    /** What a service that uses it is given. */
    variables: string[];
}

/**
 * Names backings so that the variables which services read already are those that they will be given: `DB_HOST=postgres`
 * makes the database `db`.
 */
export function nameBackings(file: ComposeFile, kinds: Map<string, Kind>): Map<string, Backing> {
    const named = new Map<string, Backing>();
    const taken = new Set([...kinds].filter(([, kind]) => kind === "service").map(([name]) => nameFrom(name)));
    for (const [from, kind] of kinds) {
        if (kind === "service") continue;
        const { usual, variables } = backings.find((backing) => backing.kind === kind)!;
        const wished = [...wishes(file, kinds, from), usual, nameFrom(from), `${nameFrom(from)}-${usual}`];
        const name = wished.find((wish) => wish !== "" && !taken.has(wish)) ?? `${usual}-${taken.size}`;
        taken.add(name);
        named.set(from, { from, name, kind, variables: variables(name) });
    }
    return named;
}

/** Names that services' variables suggest for what `host` is, the most frequent first. */
function wishes(file: ComposeFile, kinds: Map<string, Kind>, host: string): string[] {
    const counts = new Map<string, number>();
    for (const [name, service] of Object.entries(file.services)) {
        if (kinds.get(name) !== "service") continue;
        for (const [variable, value] of environmentOf(service.environment)) {
            if (value === undefined || targetOf(value)?.host !== host) continue;
            const base =
                variable === "DATABASE_URL" ? "DB" : /^(.+)_(HOST|HOSTNAME|URL|URI|ENDPOINT)$/.exec(variable)?.[1];
            if (base) counts.set(nameFrom(base), (counts.get(nameFrom(base)) ?? 0) + 1);
        }
    }
    return [...counts].sort(([, a], [, b]) => b - a).map(([base]) => base);
}

/** Names of all services in the topology's form, and what of them had to change. */
export const hasName = (name: string): boolean => /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name);

/** A service as an app writes it. */
export type ServiceInput = AppInput["services"][string];

/** What there is around a service while it is read. */
export interface Around {
    /** Its name in the Compose file. */
    from: string;
    backings: Map<string, Backing>;
    /** Services of the file that become services → their names in the topology. */
    services: Map<string, string>;
    /** A build context of the file as the project calls it. */
    contextOf(path: string): string;
    /** Takes down that something has no place, or another one. */
    note(path: (string | number)[], reason: string): void;
    /** Ports by which other services and its own health check call it. */
    calledAt: number[];
    /** Filled with file systems that its volumes ask for. */
    filesystems: Set<string>;
    /** Volumes that the file declares. */
    volumes: string[];
    /** Jobs that run before it are known by then, and need no word. */
    jobs: Set<string>;
}
