import type { CacheEngineName } from "./engines";

/**
 * Environment variables that a service gets without asking, so that nothing it asks for collides with them. They are
 * made by components/contract.ts; a test compares the two.
 */

/** `orders-db` → `ORDERS_DB`. */
export const environmentPrefix = (name: string): string => name.toUpperCase().replaceAll("-", "_");

export function databaseVariables(name: string, replicas: number): string[] {
    const prefix = environmentPrefix(name);
    return [
        ...["HOST", "PORT", "NAME", "USER", "PASSWORD"].map((variable) => `${prefix}_${variable}`),
        ...(replicas ? [`${prefix}_REPLICA_HOST`] : []),
        name === "db" ? "DATABASE_URL" : `${prefix}_URL`,
    ];
}

export const cacheVariables = (name: string, engine: CacheEngineName = "redis"): string[] =>
    (engine === "redis" ? ["HOST", "PORT", "CA", "PASSWORD", "URL"] : ["HOST", "PORT", "SERVERS", "URL"]).map(
        (variable) => `${environmentPrefix(name)}_${variable}`,
    );
export const tableVariables = (name: string): string[] => [
    `${environmentPrefix(name)}_TABLE`,
    `${environmentPrefix(name)}_URL`,
];
export const bucketVariables = (name: string): string[] => [
    `${environmentPrefix(name)}_BUCKET`,
    `${environmentPrefix(name)}_URL`,
];
export const queueVariables = (name: string): string[] => [
    `${environmentPrefix(name)}_QUEUE`,
    `${environmentPrefix(name)}_URL`,
];
export const filesystemVariables = (name: string): string[] => [`${environmentPrefix(name)}_PATH`];
export const callVariables = (name: string): string[] => [`${environmentPrefix(name)}_URL`];

export const tracingVariables = [
    "OTEL_SERVICE_NAME",
    "OTEL_EXPORTER_OTLP_ENDPOINT",
    "OTEL_TRACES_SAMPLER",
    "OTEL_TRACES_SAMPLER_ARG",
];

/** Ports of the tracing collector that runs beside a service. */
export const tracingPorts = [4317, 4318];

/** Variables that Cloud Run sets and refuses from anybody else. */
export const cloudRunVariables = ["K_SERVICE", "K_REVISION", "K_CONFIGURATION"];
