import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join, resolve } from "node:path";

import type { AppInput } from "../../topology/app";
import type { Compose } from "../load/load";
import { isTree, type Tree } from "../load/places";
import { volumesOf } from "../load/volumes";
import { baseOf } from "./dockerfile";
import type { Backing, Say, ServiceInput } from "./parts";
import { textOf } from "./values";

/**
 * What a database's image runs once, when its volume is new: the files of `/docker-entrypoint-initdb.d`. A server of the cloud's has
 * its database and its user already; what else they make, a job makes before the first deployment.
 */

const folder = /^\/docker-entrypoint-initdb\.d(\/|$)/;

/** Files that a server's image would run, where the Compose file or a Dockerfile says so. */
interface Init {
    at: (string | number)[];
    /** What is there, or would be. */
    source: string;
}

function initsOf(raw: Tree): Init[] {
    const found: Init[] = [];
    for (const [index, { type, source, target }] of volumesOf(raw).entries())
        if (type === "bind" && source !== undefined && folder.test(target))
            found.push({ at: ["volumes", index], source });
    for (const words of baseOf(raw)?.adds ?? []) {
        const [, ...rest] = words.split(/\s+/).filter((word) => !word.startsWith("--"));
        const target = rest.pop() ?? "";
        if (folder.test(target) && isTree(raw.build))
            for (const source of rest)
                found.push({ at: ["build"], source: resolve(textOf(raw.build.context), source) });
    }
    return found;
}

/** Whether an instruction of a Dockerfile puts files where a database's image looks for them once. */
export const isInit = (instruction: string): boolean => /\s\/docker-entrypoint-initdb\.d(\/\S*)?$/.test(instruction);

/** Files at a path, in the order in which the image runs them; undefined for one that is not there. */
function filesAt(path: string): string[] | undefined {
    const status = statSync(path, { throwIfNoEntry: false });
    if (status === undefined) return /\.\w+$/.test(basename(path)) ? undefined : [];
    if (!status.isDirectory()) return [path];
    return readdirSync(path)
        .filter((name) => !name.startsWith(".") && /\.(sql|sh)(\.\w+)?$/.test(name))
        .sort()
        .map((name) => join(path, name));
}

/** Statements about databases, users and rights, which are the part's own: one database, and one user who may do everything in it. */
const ofThePart =
    /^(create\s+(database|user|role)|alter\s+(database|user|role|default\s+privileges)|drop\s+(database|user|role)|grant|revoke|flush\s+privileges|set\s+(names|global|session|time_zone|@|sql_mode|default_tablespace|client_encoding|statement_timeout)|use|\\c(onnect)?|begin|commit|start\s+transaction|select\s+'create\s+(database|role|user)|do\s+\$\w*\$[\s\S]*create\s+(role|user)|alter\s+[\s\S]*\sowner\s+to)\b/i;

/** Statements of a text, without comments. What stands in quotes or between dollars parts nothing. */
export function statementsOf(sql: string): string[] {
    const pieces =
        sql.match(
            /--[^\n]*|\/\*[\s\S]*?\*\/|^\\[^\n]*|'(?:[^'\\]|\\.|'')*'|"[^"]*"|`[^`]*`|(\$\w*\$)[\s\S]*?\1|;|[^;'"`$\\/-]+|[\s\S]/gm,
        ) ?? [];
    const statements: string[] = [];
    let open = "";
    for (const piece of pieces) {
        if (/^(--|\/\*)/.test(piece)) continue;
        if (piece === ";" || (piece.startsWith("\\") && piece.length > 1)) {
            statements.push(`${open}${piece === ";" ? "" : piece}`.trim());
            open = "";
        } else open += piece;
    }
    return [...statements, open.trim()].filter((statement) => statement !== "" && statement !== "\\gexec");
}

/** The SQL that a script of a shell hands to a client; undefined for one that does anything else. */
function sqlOf(script: string): string | undefined {
    let sql = "";
    const rest = script.replace(/<<-?\s*(['"]?)(\w+)\1([^\n]*)\n([\s\S]*?)\n\s*\2[ \t]*(?=\n|$)/g, (...found) => {
        sql += `${String(found[4])};\n`;
        return String(found[3]);
    });
    for (const line of rest.replace(/\\\n/g, " ").split("\n")) {
        const said = line.trim();
        const client = /^(PGPASSWORD=\S+\s+|MYSQL_PWD=\S+\s+)*(psql|mysql|mariadb)\b(.*)$/.exec(said);
        const statement = client && /\s-(?:\w*c|e)\s*(["'])(.*?)\1/.exec(client[3]);
        if (statement) sql += `${statement[2]};\n`;
        else if (client && /\s-f\s|<[^<]/.test(client[3])) return undefined;
        else if (
            !client &&
            said !== "" &&
            !/^(#|set\b|if\b|then\b|else\b|elif\b|fi\b|for\b|do\b|done\b|echo\b|function\b|\w+\s*\(\)|[{}]|local\b|export\b|return\b|exit\b|\w+=|\w+\s*(\$|")|;;|\[)/.test(
                said,
            )
        )
            return undefined;
    }
    return sql;
}

/** Whether nothing but databases, users and rights is made by the files that a server's image runs once. */
export const makesPartsOnly = (raw: Tree): boolean =>
    initsOf(raw).every(({ source }) =>
        filesAt(source)?.every((name) => {
            const text = readFileSync(name, "utf8");
            const sql = /\.sql$/.test(name) ? text : /\.sh$/.test(name) ? sqlOf(text) : undefined;
            return (
                sql !== undefined &&
                statementsOf(sql).every((statement) => /^set\s/i.test(statement) || ofThePart.test(statement))
            );
        }),
    );

/** The longest text that a command may be. A task definition of ECS has 64 KiB in all. */
const longest = 16_000;

/** Jobs that do what is left of it, by the client of the server's own image; says the rest. */
export function initJobs(
    file: Compose,
    backings: Map<string, Backing>,
    made: Record<string, ServiceInput>,
    databases: AppInput["databases"] = {},
    { note, mend }: Say,
): NonNullable<AppInput["jobs"]> {
    const jobs: NonNullable<AppInput["jobs"]> = {};
    for (const [from, backing] of backings) {
        const left: string[] = [];
        for (const { at, source } of initsOf(file.services[from])) {
            const path = ["services", from, ...at];
            const files = filesAt(source);
            if (files === undefined) {
                mend(path, `${basename(source)}, which sets the database up, is not there`);
                continue;
            }
            if (!files.length)
                note(path, "nothing is in it: a server of the cloud's has its database and its user already");
            for (const name of files) {
                const text = readFileSync(name, "utf8");
                const sql = /\.sql$/.test(name) ? text : /\.sh$/.test(name) ? sqlOf(text) : undefined;
                if (sql === undefined) {
                    mend(
                        path,
                        `${basename(name)} does more than SQL, in a server that is the cloud's: let a job do it before each deployment`,
                    );
                    continue;
                }
                const rest = statementsOf(sql).filter((statement) => !ofThePart.test(statement));
                if (rest.some((statement) => !/^set\s/i.test(statement))) left.push(...rest);
                else
                    note(
                        path,
                        `${basename(name)} makes databases, users and rights: ${backing.name} has a database and a user of its own, who may do everything in it`,
                    );
            }
        }
        if (!left.length) continue;
        const at = ["services", from, "volumes"];
        const service = Object.keys(made).find((name) => made[name].uses?.includes(backing.name));
        const sql = left.map((statement) => (statement.startsWith("\\") ? statement : `${statement};`)).join("\n");
        if (service === undefined) continue;
        if (sql.length > longest || /^\\|\bfrom\s+stdin\b/im.test(sql)) {
            mend(
                at,
                `sets tables up by ${sql.length} characters of SQL, more than a command may have, or in psql's own words: let a job of the app do it before each deployment`,
            );
            continue;
        }
        const name = `${backing.name}-setup`;
        jobs[name] = {
            service,
            image: { reference: clientOf(backing, databases[backing.name]?.version) },
            command: ["sh", "-c", (backing.given.mysql ? byMysql : byPsql)(backing, sql)],
            run: "deployment",
        };
        note(
            at,
            `what its files make beside databases and users, the job ${name} makes once, before the first deployment`,
        );
    }
    return jobs;
}

const clientOf = ({ given }: Backing, version?: string): string =>
    given.mysql ? `mysql:${version ?? "8.4"}` : `postgres:${version ?? "17"}-alpine`;

const variable = ({ variables }: Backing, end: string): string =>
    `$${variables.find((name) => name.endsWith(end)) ?? ""}`;

/** In one transaction with the table that says it is done, so that it is done once, and whole. */
const byPsql = (backing: Backing, sql: string): string =>
    [
        "set -e",
        `done=$(psql "${variable(backing, "_URL")}" -tAc "SELECT to_regclass('setup_is_done')")`,
        `[ -n "$done" ] || psql "${variable(backing, "_URL")}" -1 -v ON_ERROR_STOP=1 <<'END_OF_SQL'`,
        "CREATE TABLE setup_is_done ();",
        sql,
        "END_OF_SQL",
    ].join("\n");

/** MySQL commits at each statement that makes a table: the one that says it is done comes last. */
const byMysql = (backing: Backing, sql: string): string =>
    [
        "set -e",
        `export MYSQL_PWD="${variable(backing, "_PASSWORD")}"`,
        `client="mysql --ssl-mode=REQUIRED -h ${variable(backing, "_HOST")} -P ${variable(backing, "_PORT")} -u ${variable(backing, "_USER")} ${variable(backing, "_NAME")}"`,
        `done=$($client -N -e "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'setup_is_done'")`,
        `[ "$done" = 1 ] || $client <<'END_OF_SQL'`,
        sql,
        "CREATE TABLE setup_is_done (id INT);",
        "END_OF_SQL",
    ].join("\n");
