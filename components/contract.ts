import { createHash } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

import type { Input } from "@pulumi/pulumi";

/**
 * What holds on both clouds whatever builds it: the environment contract, the registry's rules, what is never logged.
 */

/** Headers that carry credentials; no log shows their values. */
export const redactedHeaders = ["authorization", "x-api-token", "cookie"] as const;

/** Images that a registry keeps. */
export const keptImages = 10;

/** Name of the database and of its owner, inside the server. */
export const databaseName = "app";
export const databaseUser = "app";

/** `orders-db` → `ORDERS_DB`. */
export const environmentPrefix = (name: string): string => name.toUpperCase().replaceAll("-", "_");

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

/** `host` and `password` as a URL that any PostgreSQL client takes; encryption is required by server and client. */
export const databaseUrl = (host: string, password: string, port: number): string =>
    `postgresql://${databaseUser}:${password}@${host}:${port}/${databaseName}?sslmode=require`;

/** `api-token` from `API_TOKEN`: what resource names admit. */
export const resourceName = (variable: string): string => variable.toLowerCase().replaceAll("_", "-");

/**
 * A tag that changes exactly when what is built changes: registries here refuse to overwrite a tag.
 * Reads the build context; everything in it counts, as it does for BuildKit.
 */
export function contextTag(context: string, ...settings: string[]): string {
    const hash = createHash("sha256").update(settings.join("\0"));
    const visit = (folder: string): void => {
        for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
            const path = join(folder, entry.name);
            if (entry.isDirectory()) visit(path);
            else if (entry.isFile())
                hash.update(`${path.slice(context.length)}\0`)
                    .update(readFileSync(path))
                    .update("\0");
        }
    };
    visit(context);
    return hash.digest("hex").slice(0, 12);
}
