import type { Backing } from "./parts";

/** Variables by which well-known images are told of a store, beside those that a Compose file says. */

interface Product {
    image: RegExp;
    /** Whose documentation says so. */
    source: string;
    databases?: Record<string, string>;
    caches?: Record<string, string>;
}

const products: Product[] = [
    {
        image: /(^|\/)paperless-ngx$/,
        source: "docs.paperless-ngx.com/configuration",
        databases: {
            PAPERLESS_DBPORT: "port",
            PAPERLESS_DBNAME: "name",
            PAPERLESS_DBUSER: "user",
            PAPERLESS_DBPASS: "password",
        },
    },
    {
        image: /(^|\/)n8n$/,
        source: "docs.n8n.io/hosting/configuration/environment-variables/queue-mode",
        caches: {
            QUEUE_BULL_REDIS_PORT: "port",
            QUEUE_BULL_REDIS_PASSWORD: "password",
            QUEUE_BULL_REDIS_TLS: "tls",
        },
    },
    {
        image: /(^|\/)redmine$/,
        source: "hub.docker.com/_/redmine",
        databases: {
            REDMINE_DB_PORT: "port",
            REDMINE_DB_DATABASE: "name",
            REDMINE_DB_USERNAME: "user",
            REDMINE_DB_PASSWORD: "password",
        },
    },
    {
        image: /(^|\/)wordpress$/,
        source: "hub.docker.com/_/wordpress",
        databases: { WORDPRESS_DB_NAME: "name", WORDPRESS_DB_USER: "user", WORDPRESS_DB_PASSWORD: "password" },
    },
    {
        image: /(^|\/)espocrm$/,
        source: "docs.espocrm.com/administration/docker/installation",
        databases: {
            ESPOCRM_DATABASE_NAME: "name",
            ESPOCRM_DATABASE_USER: "user",
            ESPOCRM_DATABASE_PASSWORD: "password",
        },
    },
];

/** Variable → field of a store, for an image by its reference; none for one that nobody here knows. */
export function readBy(image: string, { kind, given }: Backing): [string, string][] {
    const repository = image.replace(/@.*$/, "").replace(/:[^/:]*$/, "");
    const product = products.find((known) => known.image.test(repository));
    if ((kind !== "databases" && kind !== "caches") || given.memcached) return [];
    return Object.entries(product?.[kind] ?? {});
}
