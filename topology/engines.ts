/**
 * What an engine of `databases` or `caches` is, wherever it runs: how it is called, its port, and the versions that both clouds have.
 * How a cloud runs a database's is a table of that cloud's components.
 */
export interface Engine {
    /** As its makers write it. */
    title: string;
    port: number;
    /** Major versions on both clouds alike, the oldest first. */
    versions: readonly string[];
    /** The version of a part that says none. */
    version: string;
}

/**
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/MySQL.Concepts.VersionMgmt.html
 * @see https://cloud.google.com/sql/docs/db-versions
 */
export const engines = {
    postgres: { title: "PostgreSQL", port: 5432, versions: ["14", "15", "16", "17"], version: "15" },
    mysql: { title: "MySQL", port: 3306, versions: ["8.0", "8.4"], version: "8.4" },
} as const satisfies Record<string, Engine>;

export type EngineName = keyof typeof engines;
export const engineNames = Object.keys(engines) as [EngineName, ...EngineName[]];
export const engineOf = (name: EngineName): Engine => engines[name];

type Version = (typeof engines)[EngineName]["versions"][number];
/** The versions of all engines; a rule holds each to its engine's. */
export const databaseVersions = Object.values(engines).flatMap(({ versions }) => [...versions]) as [
    Version,
    ...Version[],
];

/**
 * The port is that of AWS and of a laptop; Memorystore has another for TLS.
 * @see https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/supported-engine-versions-mc.html
 * @see https://cloud.google.com/memorystore/docs/memcached/supported-versions
 */
export const cacheEngines = {
    redis: { title: "Redis", port: 6379, versions: ["7"], version: "7" },
    memcached: { title: "memcached", port: 11211, versions: ["1.6"], version: "1.6" },
} as const satisfies Record<string, Engine>;

export type CacheEngineName = keyof typeof cacheEngines;
export const cacheEngineNames = Object.keys(cacheEngines) as [CacheEngineName, ...CacheEngineName[]];
export const cacheEngineOf = (name: CacheEngineName): Engine => cacheEngines[name];

type CacheVersion = (typeof cacheEngines)[CacheEngineName]["versions"][number];
export const cacheVersions = Object.values(cacheEngines).flatMap(({ versions }) => [...versions]) as [
    CacheVersion,
    ...CacheVersion[],
];

/** Nodes of a cache of memcached: one a zone. */
export const memcachedNodes = ({ highAvailability }: { highAvailability: boolean }): number =>
    highAvailability ? 2 : 1;
