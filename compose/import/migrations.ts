import { basename, relative, resolve } from "node:path";

import type { AppInput } from "../../topology/app";
import type { Compose } from "../load/load";
import { isTree, type Tree } from "../load/places";
import { baseOf, hasShell } from "./dockerfile";
import { imageOf, type Say } from "./parts";
import { read, textsBelow } from "./texts";
import { environmentOf, textOf, textsOf } from "./values";

/**
 * Migrations of a database that nothing runs: with Compose somebody does it by hand, in the container (`docker compose exec`). An app without
 * its tables comes up and answers nothing.
 */

interface Tool {
    /** A file that says that the program has it. */
    sign: RegExp;
    /** What that file has to say. */
    says?: RegExp;
    /** How a command runs them, in whatever writing: `alembic upgrade head`, `["alembic", "upgrade", "head"]`. */
    runs: RegExp;
    /** How a program does, as it starts. */
    inCode?: RegExp;
    command(sign: string): string;
}

const node = /(^|\/)package\.json$/;
const tools: Tool[] = [
    {
        sign: /(^|\/)alembic\.ini$/,
        runs: /\balembic\b.*\bupgrade\b|\bdb["',\s]+upgrade\b/,
        inCode: /\bcommand\.upgrade\(|^\s*(flask_migrate\.)?upgrade\(\)\s*$/m,
        command: (sign) => (/(^|\/)migrations\/alembic\.ini$/.test(sign) ? "flask db upgrade" : "alembic upgrade head"),
    },
    {
        sign: /(^|\/)manage\.py$/,
        says: /\bdjango\b/i,
        runs: /\b(manage(\.py)?|django-admin)\b.*\bmigrate\b/,
        inCode: /\bcall_command\(\s*["']migrate["']/,
        command: () => "python manage.py migrate",
    },
    {
        sign: /(^|\/)db\/(migrate\/\w+|schema)\.rb$/,
        runs: /\bdb:(prepare|migrate|setup|schema:load)\b/,
        inCode: /\bMigrationContext\b|\bActiveRecord::Tasks\b/,
        command: () => "bin/rails db:prepare",
    },
    {
        sign: /(^|\/)database\/migrations\/\w+\.php$/,
        runs: /\bartisan\b.*\bmigrate\b|\bAUTORUN_ENABLED\b/,
        inCode: /\bArtisan::call\(\s*["']migrate/,
        command: () => "php artisan migrate --force",
    },
    {
        sign: /(^|\/)migrations\/(\w+\/)*Version\d+\.php$/,
        runs: /\bdoctrine:(migrations:migrate|schema:(create|update))\b|\bd:m:m\b/,
        command: () => "php bin/console doctrine:migrations:migrate --no-interaction",
    },
    {
        sign: /\.prisma$/,
        says: /^\s*provider\s*=\s*"(postgresql|postgres|mysql)"/m,
        runs: /\bprisma\b.*\b(migrate|db)["',\s]+(deploy|push|dev)\b/,
        inCode: /\bprisma\b.*\bmigrate["',\s]+deploy\b/,
        command: () => "npx prisma migrate deploy",
    },
    {
        sign: /(^|\/)knexfile\.\w+$/,
        runs: /\bmigrate:latest\b/,
        inCode: /\.migrate\s*\.\s*latest\(/,
        command: () => "npx knex migrate:latest",
    },
    {
        sign: node,
        says: /"sequelize-cli"\s*:/,
        runs: /\bdb:migrate\b/,
        inCode: /\bumzug\b|\.sync\(/i,
        command: () => "npx sequelize-cli db:migrate",
    },
    {
        sign: /(^|\/)migrations?\/\d{10,}-?\w+\.[jt]s$/,
        says: /\bMigrationInterface\b/,
        runs: /\bmigrations?:run\b/,
        inCode: /\bmigrationsRun\s*:(?!\s*false)|\brunMigrations\(|\bsynchronize\s*:(?!\s*false)/,
        command: () => "npx typeorm migration:run",
    },
    {
        sign: /(^|\/)drizzle\.config\.\w+$/,
        runs: /\bdrizzle-kit\b.*\b(push|migrate)\b/,
        inCode: /\bdrizzle-orm\/[\w-]+\/migrator\b/,
        command: () => "npx drizzle-kit migrate",
    },
    {
        sign: /(^|\/)Migrations\/\d+_\w+\.cs$/,
        runs: /\bef["',\s]+database["',\s]+update\b|\befbundle\b/,
        inCode: /\bDatabase\s*\.\s*(Migrate|EnsureCreated)(Async)?\(|\.MigrateAsync\(/,
        command: () => "./efbundle",
    },
];

/** Says of each source that uses a database which migrations of its nothing runs. */
export function sayMigrations(
    file: Compose,
    services: Map<string, string>,
    app: AppInput,
    contextOf: (path: string) => string,
    { note }: Say,
): void {
    const databases = Object.keys(app.databases ?? {});
    const isRunBy = Object.values(file.services).some((raw) =>
        /\b(migrate\/migrate|flyway|liquibase|dbmate|goose)\b/.test(imageOf(raw) ?? ""),
    );
    if (!databases.length || isRunBy) return;
    const sources = new Set<string>();
    const inOrder = [...services]
        .filter(([, to]) => Object.hasOwn(app.services, to))
        .sort(([, a], [, b]) => Number(!app.services[a].ports) - Number(!app.services[b].ports));
    for (const [from, to] of inOrder) {
        const raw = file.services[from];
        const folder = folderOf(raw);
        if (folder === undefined || sources.has(folder)) continue;
        if (!app.services[to].uses?.some((part) => databases.includes(part))) continue;
        sources.add(folder);
        const texts = textsBelow(folder, () => false, true);
        const run = whatRuns(file, folder, texts);
        if (run === undefined) continue;
        for (const { sign, says, runs, inCode, command } of tools) {
            const found = texts.find(
                (path) => sign.test(relative(folder, path)) && (says === undefined || says.test(read(path))),
            );
            if (found === undefined || run.texts.some((text) => runs.test(text))) continue;
            const isInCode = texts.some(
                (path) =>
                    !sign.test(relative(folder, path)) &&
                    !(isOfItsOwn(path) && !isNamed(path, texts)) &&
                    inCode?.test(read(path)) === true,
            );
            if (isInCode) continue;
            const words = command(relative(folder, found));
            note(
                ["services", from, "build"],
                `nothing runs the migrations of ${contextOf(found)}, without which the database has no tables: say a job, such as jobs: { migrate: { service: "${to}", command: ${JSON.stringify(words.split(" "))}, run: "deployment" } }`,
            );
            break;
        }
    }
}

const folderOf = ({ build }: Tree): string | undefined =>
    isTree(build) && build.context !== undefined ? textOf(build.context) : undefined;

/** A program that does nothing else, and so runs only where something names it. */
const isOfItsOwn = (path: string): boolean => /^(run[_-]?)?migrat/i.test(basename(path));
const isNamed = (path: string, texts: string[]): boolean => {
    const stem = basename(path).replace(/\.\w+$/, "");
    const imports = new RegExp(`\\b(import|require|from)\\b.*\\b${stem.replace(/\W/g, "\\$&")}\\b`);
    return texts.some((other) => other !== path && imports.test(read(other)));
};

/**
 * What containers of a source run: commands, Dockerfiles, and every script of the source that one of these names. Undefined where it cannot be
 * told, as an image begins with somebody's own.
 */
function whatRuns(file: Compose, folder: string, texts: string[]): { texts: string[] } | undefined {
    const found: string[] = [];
    for (const raw of Object.values(file.services)) {
        if (folderOf(raw) !== folder) continue;
        const base = baseOf(raw);
        const own = textsOf(raw.entrypoint).length > 0;
        if (!base || (!own && !hasShell(base.image) && !/^ghcr\.io\/astral-sh\/uv\b/.test(base.image)))
            return undefined;
        const { build } = raw;
        const dockerfile = isTree(build) ? resolve(folder, textOf(build.dockerfile ?? "Dockerfile")) : "";
        found.push([...textsOf(raw.entrypoint), ...textsOf(raw.command)].join(" "), read(dockerfile));
        for (const [name, value] of environmentOf(raw)) {
            if (/MIGRAT/i.test(name)) return undefined;
            found.push(`${name}=${value ?? ""}`);
        }
    }
    const reached = new Set<string>();
    for (let index = 0; index < found.length; index++) {
        const text = found[index];
        for (const path of texts) {
            const name = basename(path);
            if (reached.has(path) || !/(^|\/)[\w-]+$|\.(sh|bash|py|rb|[cm]?[jt]s|php|exs|conf|ini|toml)$/.test(name))
                continue;
            const escaped = name.replace(/\W/g, "\\$&");
            if (!new RegExp(`(^|[\\s/"'=])${escaped}($|[\\s"';,&|)\\]])`, "m").test(text)) continue;
            reached.add(path);
            // A name of many files stands in many texts; what a script says is short.
            found.push(read(path));
        }
        for (const path of texts.filter((one) => node.test(one))) found.push(...scriptsIn(read(path), text, reached));
        if (/\bmake\s+\w/.test(text) && !reached.has("Makefile")) {
            reached.add("Makefile");
            found.push(read(resolve(folder, "Makefile")));
        }
    }
    // A command that goes over several lines is one.
    return { texts: found.map((text) => text.replace(/\\\r?\n/g, " ")) };
}

/** Scripts of a package.json that a text runs: `npm run start:prod`, `yarn dev`. */
function scriptsIn(list: string, text: string, reached: Set<string>): string[] {
    let read: unknown;
    try {
        read = JSON.parse(list);
    } catch {
        return [];
    }
    const { scripts } = (isTree(read) ? read : {}) as Tree;
    if (!isTree(scripts)) return [];
    return Object.entries(scripts).flatMap(([name, command]) => {
        const bare = name.replace(/^(pre|post)(?=\w)/, "");
        const called = new RegExp(
            `\\b(?:npm|yarn|pnpm|bun)\\b["',\\s]+(?:(?:run|run-script|--?[\\w=-]+)["',\\s]+)*${bare.replace(/\W/g, "\\$&")}(?![\\w:-])`,
        );
        const key = `${list.length}:${name}`;
        if (reached.has(key) || !called.test(text)) return [];
        reached.add(key);
        return [textOf(command)];
    });
}
