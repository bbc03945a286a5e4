import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

import { isTree, type Tree } from "../load/places";
import { baseOf } from "./dockerfile";
import { to } from "./fields";
import { builtFrom } from "./own";
import { imageOf, type Backing } from "./parts";
import { asksByPg, isInPython } from "./products";
import { read } from "./texts";
import { environmentOf, textOf, textsOf } from "./values";

/** What clients of stores have to be told in a form of their own, so that they find the way over TLS. */

const lists = ["requirements.txt", "requirements", "pyproject.toml", "Pipfile", "setup.py", "manage.py"];

/** Whether a service is a program in Python: what it is built from says so, or it is told of Celery. */
export function isPython(raw: Tree): boolean {
    const build = builtFrom(raw);
    if (isInPython(imageOf(raw) ?? "")) return true;
    if (environmentOf(raw).some(([name]) => /(^|_)CELERY_|_RESULT_BACKEND$/.test(name))) return true;
    if ([...textsOf(raw.entrypoint), ...textsOf(raw.command)].some((word) => /\bcelery\b/.test(word))) return true;
    if (build === undefined) return false;
    if (/(^|\/)python[\w-]*(:|$)/.test(baseOf({ build })?.image ?? "")) return true;
    const context = textOf(build.context);
    const beside = dirname(resolve(context, textOf(build.dockerfile ?? "Dockerfile")));
    return [context, beside].some((folder) => lists.some((name) => existsSync(join(folder, name))));
}

/**
 * A URL of a cache with what redis-py and Celery want to hear of the server's certificate; anything else as it is. Celery's result backend
 * refuses a URL of TLS without it, and redis-py knows no authority of GCP's.
 * @see https://docs.celeryq.dev/en/stable/userguide/configuration.html#redis-backend-settings
 */
function withSslQuery(value: string, backing: Backing): string {
    if (backing.kind !== "caches" || backing.given.memcached || !value.startsWith(to(backing, "url"))) return value;
    const plain = value.replace(/([?&])ssl_cert_reqs=[^&]*&?/g, "$1").replace(/[?&]$/, "");
    return `${plain}${plain.includes("?") ? "&" : "?"}${to(backing, "sslQuery")}`;
}

/** Whether a service is a program of Node's that asks PostgreSQL by pg, by itself or by TypeORM, Sequelize, Knex and the like. */
const hasPg = (raw: Tree): boolean =>
    asksByPg(imageOf(raw) ?? "") || listed(raw, "package.json").some((list) => /"pg"\s*:/.test(list));

/** Lists of this name of what a service is built from. */
export function listed(raw: Tree, name: string): string[] {
    const build = builtFrom(raw);
    if (build === undefined) return [];
    const context = textOf(build.context);
    // One of several programs of a folder has its list beside its Dockerfile, or in a folder that this copies: `COPY server .`.
    const dockerfile = resolve(context, textOf(build.dockerfile ?? "Dockerfile"));
    const copies = read(dockerfile).matchAll(/^\s*(?:COPY|ADD)\s+(?!.*--from=)(?:--\S+\s+)*\/?([\w.-][\w./-]*)\s/gim);
    const copied = [...copies].map(([, folder]) => resolve(context, folder));
    return [...new Set([dirname(dockerfile), context, ...copied])]
        .map((folder) => read(join(folder, name)))
        .filter(Boolean);
}

/** A URL of PostgreSQL's in the contract's form, or in that of libpq. */
const isUrl = (value: string, backing: Backing): boolean =>
    backing.kind === "databases" &&
    !backing.given.mysql &&
    (value.startsWith(to(backing, "url")) || /^(postgres(ql)?|ecto):\/\//.test(value));

/** A URL in another scheme, or none, with something else about TLS in its query. */
function inScheme(value: string, scheme: string, backing: Backing, tls: string[]): string {
    const others = (/[?&](.*)$/.exec(value.replace(to(backing, "url"), ""))?.[1] ?? "")
        .split("&")
        .filter((pair) => pair && !/^(sslmode|ssl)=/.test(pair));
    const query = [...others, ...tls].join("&");
    const who = `${to(backing, "user")}:${to(backing, "password")}`;
    return `${scheme}://${who}@${to(backing, "host")}:${to(backing, "port")}/${to(backing, "name")}${query && `?${query}`}`;
}

/** How the program of a service wants values that lead to stores, and variables that it wants beside them. */
export interface Client {
    value(said: string, backing: Backing): string;
    beside(backing: Backing): [variable: string, value: string][];
}

const asItIs: Client = { value: (said) => said, beside: () => [] };

/**
 * pg takes `sslmode=require` for a wish to check the certificate, whose authority it does not know, and PGSSLMODE where a URL says nothing.
 * Ecto knows `ssl=true` in a URL, and no `sslmode`.
 * @see https://node-postgres.com/features/ssl
 * @see https://hexdocs.pm/ecto/Ecto.Repo.html#module-urls
 */
export function clientOf(raw: Tree): Client {
    if (isPython(raw)) return { ...asItIs, value: withSslQuery };
    if (listed(raw, "mix.exs").length)
        return {
            ...asItIs,
            value: (said, backing) =>
                isUrl(said, backing) ? inScheme(said, "ecto", backing, [`ssl=${to(backing, "tls")}`]) : said,
        };
    if (railsConfig(raw) !== undefined)
        return {
            ...asItIs,
            beside: (backing) => (backing.kind === "databases" ? [["DATABASE_URL", railsUrl(backing)]] : []),
        };
    if (!hasPg(raw)) return asItIs;
    return {
        value: (said, backing) => (isUrl(said, backing) ? inScheme(said, "postgresql", backing, []) : said),
        beside: (backing) =>
            backing.kind === "databases" && !backing.given.mysql ? [["PGSSLMODE", to(backing, "pgSslmode")]] : [],
    };
}

/**
 * The configuration of a Rails app's database, in its source. What DATABASE_URL says goes before it.
 * @see https://guides.rubyonrails.org/configuring.html#configuring-a-database
 */
export function railsConfig({ build }: Tree): string | undefined {
    if (!isTree(build)) return undefined;
    const folder = String(build.context);
    try {
        const config = join(folder, "config/database.yml");
        const isRails = /\brails\b/.test(readFileSync(join(folder, "Gemfile"), "utf8"));
        // One of several databases has a name of its own: `primary`.
        return isRails && !/^\s+(primary|cache|queue):\s*$/m.test(readFileSync(config, "utf8"))
            ? "config/database.yml"
            : undefined;
    } catch {
        return undefined;
    }
}

/** Its scheme names the adapter, which is mysql2 for MySQL. */
const railsUrl = (backing: Backing): string =>
    backing.given.mysql
        ? `mysql2://${to(backing, "user")}:${to(backing, "password")}@${to(backing, "host")}:${to(backing, "port")}/${to(backing, "name")}`
        : to(backing, "url");
