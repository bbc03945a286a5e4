import { relative } from "node:path";

import { isTree, type Tree } from "../load/places";
import { to } from "./fields";
import type { Backing } from "./parts";
import { read, textsBelow } from "./texts";
import { textOf } from "./values";

/** Variables that a framework reads of its store by a URL, where neither the Compose file nor a default in the source says where that is. */

interface Form {
    file: RegExp;
    /** How the file reads the variable, by its name. */
    reads: RegExp;
}

const reading = (name: string) =>
    `(?:process\\.env\\.|process\\.env\\[["']|ENV\\.fetch\\(["']|ENV\\[["']|os\\.Getenv\\("|os\\.LookupEnv\\("|env::var\\(")(${name})\\b`;

const databases: Form[] = [
    // @see https://www.prisma.io/docs/orm/reference/connection-urls
    { file: /\.prisma$/, reads: /\burl\s*=\s*env\("([A-Z][A-Z0-9_]*)"\)/ },
    // @see https://symfony.com/doc/current/doctrine.html#configuring-the-database
    { file: /(^|\/)doctrine\.ya?ml$/, reads: /%env\((?:\w+:)*([A-Z][A-Z0-9_]*)\)%/ },
    // @see https://hexdocs.pm/ecto/Ecto.Repo.html#module-urls
    {
        file: /(^|\/)config\/(runtime|prod|releases)\.exs$/,
        reads: /System\.(?:get_env|fetch_env!)\(\s*"(\w*DATABASE_URL)"/,
    },
    // @see https://pypi.org/project/dj-database-url and https://django-environ.readthedocs.io
    { file: /\.py$/, reads: /\b(?:env\.db\(\)|dj_database_url\.config\((?!.*\benv\s*=))/ },
    { file: /\.py$/, reads: /\benv\.db(?:_url)?\(\s*["']([A-Z][A-Z0-9_]*)["']/ },
    { file: /\.(js|ts|mjs|cjs|go|rb|rs)$/, reads: new RegExp(reading("DATABASE_URL")) },
];
const caches: Form[] = [
    { file: /\.(js|ts|mjs|cjs|go|rb|rs|ya?ml|erb)$/, reads: new RegExp(reading("(?:[A-Z]+_)?REDIS_URL")) },
    { file: /\.exs$/, reads: /System\.(?:get_env|fetch_env!)\(\s*"(\w*REDIS_URL)"/ },
    { file: /\.ya?ml$/, reads: /%env\((?:\w+:)*(REDIS_URL)\)%/ },
];

/** The variable that the source of a service reads of a store, its value, and where. */
export function readByFramework(
    { build }: Tree,
    backing: Backing,
    contextOf: (path: string) => string,
): { variable: string; value: string; where: string } | undefined {
    if (!isTree(build) || build.context === undefined || backing.given.memcached) return undefined;
    const forms = backing.kind === "databases" ? databases : backing.kind === "caches" ? caches : [];
    const folder = textOf(build.context);
    const texts = textsBelow(folder, () => false, false);
    for (const { file, reads } of forms)
        for (const path of texts) {
            if (!file.test(relative(folder, path))) continue;
            const text = read(path);
            const found = reads.exec(text);
            if (!found) continue;
            const line = text.slice(0, found.index).split("\n").length;
            return {
                variable: (found[1] as string | undefined) ?? "DATABASE_URL",
                value: to(backing, "url"),
                where: `${contextOf(path)}:${line}`,
            };
        }
    return undefined;
}
