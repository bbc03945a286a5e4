import type { Tree } from "../load/places";
import { volumesOf } from "../load/volumes";
import { isInit } from "./init";
import type { BackingKind, Say } from "./parts";
import { read } from "./texts";
import { textsOf } from "./values";

/** Settings on a command line: `-c wal_level=logical`, `--databases 32`. */
const settingsIn = (words: string[]): string[] =>
    words
        .join(" ")
        .split(/\s(?=-)/)
        .flatMap((words) => /^(?:-c\s*|--)(.*)/.exec(words)?.[1].replace("=", " ").trim() ?? []);

/** Whether a setting of a server is one that an app sees, and otherwise than both clouds have it. */
const isOtherwise = (setting: string): boolean => {
    const [name = "", ...values] = setting.toLowerCase().replace("=", " ").split(/\s+/);
    const value = values.join(" ").replace(/["']/g, "");
    const key = name.replaceAll("_", "-");
    return (
        (key === "wal-level" && value === "logical") ||
        (key === "lower-case-table-names" && value !== "0") ||
        (key === "notify-keyspace-events" && value !== "") ||
        (key === "databases" && Number(value) > 16) ||
        ["shared-preload-libraries", "sql-mode", "loadmodule", "aclfile", "user"].includes(key)
    );
};

/** What a full Redis does in the cloud, where the file has it do something else. */
const evicts = (settings: string[]): string => {
    const [, policy] =
        /\bmaxmemory-policy["']?[\s=]+["']?([a-z-]+)/.exec(
            settings.filter((line) => !line.startsWith("#")).join("\n"),
        ) ?? [];
    return policy && policy !== "volatile-lru"
        ? `; when it is full, keys with an expiry go first (volatile-lru), not by ${policy}`
        : "";
};

/** What a file says of how a cache or another store runs, where the cloud's has settings of its own. */
export function settingsOfOthers(kind: BackingKind, raw: Tree, at: string[], { note, mend }: Say): void {
    for (const key of ["command", "entrypoint"]) {
        const words = textsOf(raw[key]);
        const seen = settingsIn(words).find(isOtherwise);
        if (seen)
            mend(
                [...at, key],
                `${seen}: the cloud runs it with settings of its own; leave it out where the app does without`,
            );
        else if (words.length) note([...at, key], `the cloud runs it with settings of its own${evicts(words)}`);
    }
    for (const [index, { type, source, target }] of volumesOf(raw).entries()) {
        if (type !== "bind" || isInit(` ${target}`) || !/\.(sql|sh|conf|cnf)$|\/(conf\.d|my\.cnf)/.test(target))
            continue;
        const settings = kind === "caches" && target.endsWith(".conf") ? read(source ?? "") : "";
        const lines = settings.split("\n").map((line) => line.trim());
        const otherwise = lines.find(isOtherwise);
        if (settings && !otherwise)
            note(
                [...at, "volumes", index],
                `it says how a server of one's own runs, which the cloud does${evicts(lines)}`,
            );
        else
            mend(
                [...at, "volumes", index],
                `${target} says how a server of one's own runs${otherwise ? ` (${otherwise})` : ""}, and the cloud's has settings of its own: leave it out where the app does without`,
            );
    }
}
