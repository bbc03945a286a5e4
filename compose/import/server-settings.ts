import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

import type { EngineName } from "../../topology/engines";
import type { Said } from "../../topology/parameters";
import type { Compose } from "../load/load";
import { isTree, type Tree } from "../load/places";
import { volumesOf } from "../load/volumes";
import { isInit } from "./init";
import { fateOf, type Setting } from "./server-fates";
import type { Say } from "./parts";
import { read } from "./texts";
import { environmentOf, textOf, textsOf } from "./values";

/** What a file says of how its database's server runs, as parameters of the topology: on its command line, in files, by variables of its image. */

const unquoted = (text: string): string => text.trim().replace(/^(["'])(.*)\1$/, "$2");

const settingFrom = (text: string): Setting | undefined => {
    const [, name, value] = /^([A-Za-z][\w.-]*)(?:\s*=\s*|\s+|$)([\s\S]*)$/.exec(text.trim()) ?? [];
    if (name === undefined) return undefined;
    return { name: name.toLowerCase().replaceAll("-", "_"), value: text.trim() === name ? undefined : unquoted(value) };
};

/** Settings on a command line: `-c wal_level=logical`, `--sql-mode=ANSI`, `-N 200`. */
export const settingsInWords = (words: string[]): Setting[] =>
    words
        .join(" ")
        .split(/\s(?=-)/)
        .flatMap((part) => {
            const text = /^(?:-c\s*|--)(?=[A-Za-z])([\s\S]*)/.exec(part.trim())?.[1];
            const connections = /^-N\s*(\d+)$/.exec(part.trim())?.[1];
            const found =
                connections === undefined
                    ? text && settingFrom(unquoted(text))
                    : { name: "max_connections", value: connections };
            return found ? [found] : [];
        });

/** Settings in a file: postgresql.conf, or what a my.cnf says of the server. */
export function settingsInFile(text: string, engine: EngineName): Setting[] {
    let isServers = true;
    return text.split("\n").flatMap((said) => {
        const line = said.replace(/(^|\s)#.*$/, "").trim();
        const section = /^\[([\w.-]+)\]$/.exec(line)?.[1];
        if (section !== undefined)
            isServers = /^(mysqld|mysqld-[\d.]+|server|mariadb|mariadbd|mariadb-[\d.]+)$/.test(section);
        if (section !== undefined || line === "" || line.startsWith(";") || !isServers) return [];
        if (engine === "mysql" && line.startsWith("!")) return [];
        const found = settingFrom(line);
        return found ? [found] : [];
    });
}

/** Texts of a file, or of the files of a folder that the image reads; undefined where there is none. */
function textsAt(path: string, engine: EngineName): string[] | undefined {
    const status = statSync(path, { throwIfNoEntry: false });
    if (!status) return undefined;
    if (!status.isDirectory()) return [read(path)];
    const ends = engine === "mysql" ? /\.cnf$/ : /\.conf$/;
    return readdirSync(path)
        .filter((name) => ends.test(name))
        .sort()
        .map((name) => read(join(path, name)));
}

/** Variables of images that say what a command line would. @see https://github.com/bitnami/containers */
const variables: Record<string, string> = {
    MYSQL_SQL_MODE: "sql_mode",
    MARIADB_SQL_MODE: "sql_mode",
    MYSQL_CHARACTER_SET: "character_set_server",
    MARIADB_CHARACTER_SET: "character_set_server",
    MYSQL_COLLATE: "collation_server",
    MARIADB_COLLATE: "collation_server",
    POSTGRESQL_SHARED_PRELOAD_LIBRARIES: "shared_preload_libraries",
    POSTGRESQL_MAX_CONNECTIONS: "max_connections",
    POSTGRESQL_STATEMENT_TIMEOUT: "statement_timeout",
    POSTGRESQL_WAL_LEVEL: "wal_level",
};
const flags = /^(MYSQL|MARIADB|POSTGRESQL)_EXTRA_FLAGS$/;

/** Whether a mount says how a server runs. */
const isSettings = (target: string): boolean => /\.(conf|cnf)$|\/(conf\.d|mysql\.conf\.d|my\.cnf)\/?$/.test(target);

/** Parameters that a database gets; what has none is said, place by place. */
export function parametersFrom(
    { configs }: Pick<Compose, "configs">,
    raw: Tree,
    engine: EngineName,
    at: string[],
    say: Say,
): Record<string, Said> {
    const made: Record<string, Said> = {};
    const take = (path: (string | number)[], settings: Setting[], otherwise?: string) => {
        const left = new Map<string, string[]>();
        let isTaken = false;
        for (const setting of settings) {
            const fate = fateOf(engine, setting);
            const said = `${setting.name}${setting.value === undefined ? "" : `=${setting.value}`}`;
            if ("told" in fate) {
                made[fate.told] = fate.value;
                isTaken = true;
            }
            if ("mend" in fate) say.mend(path, `${said}: ${fate.mend}`);
            if (fate.note !== undefined) left.set(fate.note, [...(left.get(fate.note) ?? []), said]);
        }
        for (const [why, said] of left) say.note(path, `${said.join(", ")}: ${why}`);
        if (!isTaken && !left.size && otherwise) say.note(path, otherwise);
    };
    const usual = "the cloud runs it with settings of its own";
    // A later place goes before an earlier one: files, then variables, then the command line.
    for (const [index, { type, source, target }] of volumesOf(raw).entries()) {
        const path = [...at, "volumes", index];
        if (type !== "bind" || isInit(` ${target}`)) continue;
        if (/pg_hba\.conf$/.test(target))
            say.note(path, "who may connect is the network's to say, and each comes with a password");
        else if (isSettings(target)) {
            const texts = textsAt(source ?? "", engine);
            if (texts === undefined)
                say.mend(path, `${target} says how the server runs, and is not there: say parameters of the database`);
            else
                take(
                    path,
                    texts.flatMap((text) => settingsInFile(text, engine)),
                    usual,
                );
        } else if (/\.(sql|sh)$/.test(target))
            say.mend(path, `${target} is for a server of one's own, and the cloud's has nothing of it`);
    }
    for (const [index, config] of (Array.isArray(raw.configs) ? (raw.configs as Tree[]) : []).entries()) {
        const said = configs[textOf(config.source)];
        const target = textOf(config.target ?? config.source);
        const text = isTree(said)
            ? said.content === undefined
                ? textsAt(textOf(said.file), engine)?.join("\n")
                : textOf(said.content)
            : undefined;
        const path = [...at, "configs", index];
        if (text === undefined || !isSettings(target))
            say.mend(path, `${target} is for a server of one's own, and the cloud's has nothing of it`);
        else take(path, settingsInFile(text, engine), usual);
    }
    for (const [variable, value] of environmentOf(raw)) {
        if (!value) continue;
        const path = [...at, "environment", variable];
        if (Object.hasOwn(variables, variable)) take(path, [{ name: variables[variable], value }]);
        else if (flags.test(variable)) take(path, settingsInWords([value]));
        else if (variable === "POSTGRES_INITDB_ARGS" || variable === "POSTGRESQL_INITDB_ARGS") {
            const locale = /--(?:locale|lc-collate|lc-ctype)[= ]["']?(\S+?)["']?(?=\s|$)/.exec(value)?.[1];
            if (locale !== undefined && /^(C|POSIX)$/.test(locale))
                say.mend(
                    path,
                    `the database has the locale en_US.UTF-8 on both clouds, not ${locale}: leave it out where the app bears that`,
                );
            else if (/--encoding[= ]["']?(?!utf-?8)/i.test(value))
                say.mend(path, "the database is in UTF-8 on both clouds");
            else say.note(path, "both clouds make the database, in UTF-8 with the locale en_US.UTF-8");
        } else if (variable === "TZ" && !/^(Etc\/)?(UTC|GMT|Universal|Zulu)$/i.test(value))
            say.note(path, `servers run in UTC on both clouds: NOW() and the like are not in ${value}`);
    }
    for (const key of ["entrypoint", "command"])
        if (textsOf(raw[key]).length) take([...at, key], settingsInWords(textsOf(raw[key])), usual);
    return made;
}
