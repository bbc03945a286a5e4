import type { SecretFormat } from "../../../topology/app";

/**
 * What is known of a well-known image, as far as it changes what becomes of a Compose file: what the file does not say, as
 * everybody who runs the image has it so.
 */
export interface Product {
    /** As registries call it, without the registry: `gitea/gitea`; `redmine` is Docker's own. */
    images: string[];
    /** Whose documentation, or Dockerfile, says so. */
    source: string;
    /** The port that its image exposes. */
    port?: number;
    /** Ports of its that are not asked by HTTP → what they are. */
    others?: Record<number, string>;
    /** Commands with which it takes requests. With another one it does something else, as a worker does. */
    serves?: RegExp;
    /** Variables by which it does something else as well → their values with which it takes requests. */
    roles?: Record<string, RegExp>;
    /** A path that answers 200 to anybody, also before the product is set up. */
    health?: string;
    /** Why one instance alone may run. */
    alone?: string;
    /** Variables by which it is told of its database: the whole set. */
    databases?: Told;
    /** Variables that make it ask its database for TLS, of whose authorities it knows nothing; they go before switches of the file's. */
    tls?: Told;
    /** The same as of a database, of a cache. */
    caches?: Told;
    /** What its program is written in, where that decides how it is told of a cache. */
    language?: "python";
    /** Variables by which it is told of others of its family → their images. */
    calls?: Record<string, string>;
    /** The number of the user as whom its program writes files; 0 for root. */
    user?: number;
    /**
     * Stores to which its clients speak TLS, whatever the certificate: by themselves, as libpq and JDBC for PostgreSQL do, or by the
     * variables of its sets.
     */
    triesTls?: ("postgres" | "mysql" | "redis")[];
    /** Secrets that it needs, or makes up anew in each container unless it is told → what each has to be, or `any`. */
    keys?: Record<string, SecretFormat | "any">;
    /** Secrets of its that a file may name → what each has to be. */
    forms?: Record<string, SecretFormat>;
    /** The variable that says by which hosts it may be asked, without which it answers nobody but one's own machine. */
    hosts?: string;
    /** A folder in which it keeps a database of its own, unless a variable has another value than the one for that. */
    files?: { folder: string; unless?: RegExp; engine?: string };
    /** How whoever opens it first is asked for its database, which no variable answers. */
    asks?: string;
    /** It takes DATABASE_URL for more than what the file says, and in another form than the one that a database `db` gives. */
    shunsDatabaseUrl?: true;
}

/**
 * Variable → a field of the store (`host`), a text with fields in it (`jdbc:postgresql://{host}:{port}/{name}`), or a text for
 * each kind of database; without one for a kind, the product has no such database.
 */
export type Told = Record<string, string | { postgres?: string; mysql?: string }>;

/** What Laravel's own settings are called. */
export const laravel: Told = {
    DB_CONNECTION: { postgres: "pgsql", mysql: "mysql" },
    DB_HOST: "host",
    DB_PORT: "port",
    DB_DATABASE: "name",
    DB_USERNAME: "user",
    DB_PASSWORD: "password",
};
