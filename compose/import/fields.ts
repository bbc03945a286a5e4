import { withoutReferences } from "../../topology/references";
import type { Backing } from "./parts";

/** What variables say of a data store, and references to it. */

/** What a variable becomes, or why it cannot. */
export type Reference = { backing: Backing; value: string; note?: string } | { backing: Backing; mend: string };

export type Field = "host" | "port" | "name" | "user" | "password" | "sslmode" | "tls";
export const to = ({ name }: Backing, field: string): string => `\${${name}.${field}}`;

/** Ends of names → what they say. A prefix before them makes a set: `WORDPRESS_DB_HOST`, `WORDPRESS_DB_USER`. */
const ends: [RegExp, Field][] = [
    [/^(HOST|HOSTNAME|HOST_?NAME|SERVER|ADDR|ADDRESS|ENDPOINT)$/i, "host"],
    [/^(PORT|PORT_NUMBER|HOST_PORT|HOSTPORT)$/i, "port"],
    [/^(NAME|DATABASE|DB|DBNAME|DB_NAME|DATABASE_NAME)$/i, "name"],
    [/^(USER|USERNAME|USER_NAME|LOGIN|UID)$/i, "user"],
    [/^(PASS|PASSWD|PASSWORD|PWD|USER_PASSWORD|HOST_PASSWORD)$/i, "password"],
    [/^(SSLMODE|SSL_MODE)$/i, "sslmode"],
    [/^(SSL|TLS|USE_SSL|USE_TLS|SSL_ENABLED|TLS_ENABLED|ENABLE_SSL|ENABLE_TLS)$/i, "tls"],
];
export const fieldOf = (end: string): Field | undefined => ends.find(([form]) => form.test(end))?.[1];

/** Text that is no reference, whatever is in it. */
export const literal = withoutReferences;

/** A server of the app has one database. */
export function otherDatabase(name: string | undefined, backing: Backing): string | undefined {
    const { given, named } = backing;
    if (!name) return undefined;
    // A server that is told of none has one that the app makes itself, whatever it calls it.
    const [first = name] = given.isNamed ? [given.name] : named;
    named.add(name);
    if (name === first) return undefined;
    return `leads to the database ${name} of ${backing.from}, which has only ${first} here: make it another part of databases`;
}

/** Which product's forms hold. */
export function familyOf({ kind, given }: Backing): "postgres" | "mysql" | "redis" | "memcached" {
    if (kind === "caches") return given.memcached ? "memcached" : "redis";
    return given.mysql ? "mysql" : "postgres";
}
