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
        image: /(^|\/)goauthentik\/server$/,
        source: "docs.goauthentik.io/install-config/configuration",
        caches: {
            AUTHENTIK_REDIS__PORT: "port",
            AUTHENTIK_REDIS__PASSWORD: "password",
            AUTHENTIK_REDIS__TLS: "tls",
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
    const product = products.find((known) => known.image.test(repositoryOf(image)));
    if ((kind !== "databases" && kind !== "caches") || given.memcached) return [];
    return Object.entries(product?.[kind] ?? {});
}

/** Images of which everybody makes an env file for himself, by a sample that stands elsewhere: what it says of their database, and secrets. */
const samples: { image: RegExp; source: string; variables: Record<string, string>; secrets: string[] }[] = [
    {
        image: /(^|\/)fireflyiii\/core$/,
        source: "github.com/firefly-iii/firefly-iii, .env.example",
        variables: {
            DB_CONNECTION: "ENGINE",
            DB_HOST: "host",
            DB_PORT: "port",
            DB_DATABASE: "name",
            DB_USERNAME: "user",
            DB_PASSWORD: "password",
        },
        secrets: ["APP_KEY"],
    },
    {
        image: /(^|\/)vabene1111\/recipes$/,
        source: "github.com/TandoorRecipes/recipes, .env.template",
        variables: {
            DB_ENGINE: "django.db.backends.postgresql",
            POSTGRES_HOST: "host",
            POSTGRES_PORT: "port",
            POSTGRES_DB: "name",
            POSTGRES_USER: "user",
            POSTGRES_PASSWORD: "password",
        },
        secrets: ["SECRET_KEY"],
    },
];

/** Variables that an image has of its database by its maker's own sample, and its secrets; undefined for one that nobody here knows. */
export function sampleOf(
    image: string,
    { name, kind, given }: Backing,
): { source: string; variables: [string, string][]; secrets: string[] } | undefined {
    const known = samples.find((one) => one.image.test(repositoryOf(image)));
    if (!known || kind !== "databases") return undefined;
    const value = (said: string) =>
        said === "ENGINE" ? (given.mysql ? "mysql" : "pgsql") : /^[a-z]+$/.test(said) ? `\${${name}.${said}}` : said;
    return { ...known, variables: Object.entries(known.variables).map(([key, said]) => [key, value(said)]) };
}

/** Images that keep their database in a file of a folder, unless a variable names a server; what each one's documentation says. */
const inFiles: { image: RegExp; folder: string; unless?: RegExp }[] = [
    { image: /(^|\/)uptime-kuma$/, folder: "/app/data", unless: /^UPTIME_KUMA_DB_(TYPE|HOSTNAME)$/ },
    { image: /(^|\/)linkding(-plus)?$/, folder: "/etc/linkding/data", unless: /^LD_DB_ENGINE$/ },
    { image: /(^|\/)audiobookshelf$/, folder: "/config" },
    { image: /(^|\/)(vaultwarden\/server|bitwarden_rs|vaultwarden)$/, folder: "/data", unless: /^DATABASE_URL$/ },
    { image: /(^|\/)memos$/, folder: "/var/opt/memos", unless: /^MEMOS_(DRIVER|DSN)$/ },
    { image: /(^|\/)navidrome$/, folder: "/data" },
    { image: /(^|\/)(sonarr|radarr|prowlarr|lidarr|readarr|bazarr|jellyfin|tautulli|plex)$/, folder: "/config" },
    { image: /(^|\/)(overseerr|jellyseerr|seerr)$/, folder: "/app/config" },
    { image: /(^|\/)gotify\/server$/, folder: "/app/data", unless: /^GOTIFY_DATABASE_DIALECT$/ },
    { image: /(^|\/)(gitea|forgejo)$/, folder: "/data", unless: /^(GITEA|FORGEJO)__database__/ },
    { image: /(^|\/)n8n$/, folder: "/home/node/.n8n", unless: /^DB_TYPE$/ },
    { image: /(^|\/)filebrowser$/, folder: "/database" },
    { image: /(^|\/)(actual-server|actualbudget\/actual-server)$/, folder: "/data" },
    { image: /(^|\/)open-webui$/, folder: "/app/backend/data", unless: /^DATABASE_URL$/ },
    { image: /(^|\/)flowise$/, folder: "/root/.flowise", unless: /^DATABASE_(TYPE|HOST)$/ },
    { image: /(^|\/)mealie$/, folder: "/app/data", unless: /^(DB_ENGINE|POSTGRES_SERVER)$/ },
    { image: /(^|\/)(grocy|freshrss|calibre-web|heimdall|homarr|healthchecks)$/, folder: "/config" },
    { image: /(^|\/)freshrss$/, folder: "/var/www/FreshRSS/data", unless: /^DB_|^FRESHRSS_INSTALL$/ },
    { image: /(^|\/)kanboard$/, folder: "/var/www/app/data", unless: /^(DATABASE_URL|DB_DRIVER)$/ },
    { image: /(^|\/)paperless-ngx$/, folder: "/usr/src/paperless/data", unless: /^PAPERLESS_DBHOST$/ },
    { image: /(^|\/)docuseal$/, folder: "/data", unless: /^DATABASE_URL$/ },
    { image: /(^|\/)(opengist|kavita|komga|beszel|readeck|upsnap|headscale)$/, folder: "" },
    { image: /(^|\/)woodpecker-server$/, folder: "/var/lib/woodpecker", unless: /^WOODPECKER_DATABASE_DATASOURCE$/ },
    { image: /(^|\/)drone$/, folder: "/data", unless: /^DRONE_DATABASE_DATASOURCE$/ },
    { image: /(^|\/)trilium(-?next)?(\/notes)?$/, folder: "/home/node/trilium-data" },
];

/** Where an image keeps a database in a file, of the folders that are mounted; undefined for one of which nobody here knows that. */
export function keepsInFiles(
    image: string,
    variables: [string, string | undefined][],
    mounted: string[],
): string | undefined {
    const folders = inFiles
        .filter(({ image: known, unless }) => {
            const told = variables.some(([name, value]) => unless?.test(name) && value);
            return known.test(repositoryOf(image)) && !told;
        })
        .map(({ folder }) => folder);
    if (folders.includes("")) return mounted.length === 1 ? mounted[0] : undefined;
    return mounted.find((path) => folders.some((folder) => folder === path || folder.startsWith(`${path}/`)));
}

/** Ports at which images answer that Compose files need not say, as a proxy or a label leads there; what their Dockerfiles expose. */
const ports: [RegExp, number][] = [
    [/(^|\/)(freshrss|shaarli|network-multitool|nextcloud|wordpress|matomo|nginx|httpd|drupal|joomla|phpmyadmin)$/, 80],
    [/(^|\/)(jira-software|adguardhome-sync|keycloak|tomcat)$/, 8080],
    [/(^|\/)mattermost-(team|enterprise)-edition$/, 8065],
    [/(^|\/)casdoor$/, 8000],
    [/(^|\/)(grafana|gitea|forgejo|metabase|wiki|outline)$/, 3000],
    [/(^|\/)ghost$/, 2368],
    [/(^|\/)n8n$/, 5678],
    [/(^|\/)sonarqube$/, 9000],
    [/(^|\/)vaultwarden\/server$/, 80],
    [/(^|\/)odoo$/, 8069],
    [/(^|\/)uptime-kuma$/, 3001],
    [/(^|\/)weblate\/weblate$/, 8080],
    [/(^|\/)directus$/, 8055],
];
export const portOfProduct = (image: string): number | undefined =>
    ports.find(([known]) => known.test(repositoryOf(image)) && !/:.*fpm/.test(image))?.[1];

const repositoryOf = (image: string): string =>
    image
        .replace(/@.*$/, "")
        .replace(/:[^/:]*$/, "")
        .toLowerCase();
