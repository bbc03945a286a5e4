import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

import { isTree, type Tree } from "../load/places";
import { baseOf } from "./dockerfile";
import { to } from "./fields";
import type { Backing } from "./parts";
import { environmentOf, textOf, textsOf } from "./values";

/** What Python's clients of Redis have to be told. */

const lists = ["requirements.txt", "requirements", "pyproject.toml", "Pipfile", "setup.py", "manage.py"];

/** Whether a service is a program in Python: what it is built from says so, or it is told of Celery. */
export function isPython(raw: Tree): boolean {
    const { build } = raw;
    if (environmentOf(raw).some(([name]) => /(^|_)CELERY_|_RESULT_BACKEND$/.test(name))) return true;
    if ([...textsOf(raw.entrypoint), ...textsOf(raw.command)].some((word) => /\bcelery\b/.test(word))) return true;
    if (!isTree(build) || build.context === undefined) return false;
    if (/(^|\/)python[\w-]*(:|$)/.test(baseOf(raw)?.image ?? "")) return true;
    const context = textOf(build.context);
    const beside = dirname(resolve(context, textOf(build.dockerfile ?? "Dockerfile")));
    return [context, beside].some((folder) => lists.some((name) => existsSync(join(folder, name))));
}

/**
 * A URL of a cache with what redis-py and Celery want to hear of the server's certificate; anything else as it is. Celery's result backend
 * refuses a URL of TLS without it, and redis-py knows no authority of GCP's.
 * @see https://docs.celeryq.dev/en/stable/userguide/configuration.html#redis-backend-settings
 */
export function withSslQuery(value: string, backing: Backing): string {
    if (backing.kind !== "caches" || backing.given.memcached || !value.startsWith(to(backing, "url"))) return value;
    const plain = value.replace(/([?&])ssl_cert_reqs=[^&]*&?/g, "$1").replace(/[?&]$/, "");
    return `${plain}${plain.includes("?") ? "&" : "?"}${to(backing, "sslQuery")}`;
}
