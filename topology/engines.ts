/**
 * What an engine of `databases` is, wherever it runs: how it is called, its port, and the versions that both clouds have. How a
 * cloud runs it is a table of that cloud's components.
 */
export interface Engine {
    /** As its makers write it. */
    title: string;
    port: number;
    /** Major versions on RDS and on Cloud SQL alike, the oldest first. */
    versions: readonly string[];
    /** The version of a database that says none. */
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
