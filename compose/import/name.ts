import type { AppInput } from "../../topology/app";
import { nameLimits, type NameLimit } from "../../topology/limits";
import { prefixOf } from "../../topology/prefix";
import { nameFrom } from "./values";

/** The longest of the usual stacks' names, which stands in every name of a stack. */
const stack = "staging";
/** As long as a project's id may be, which Cloud SQL counts too. */
const project = 30;

/**
 * The name of an app that nobody has named, made of what its folder is called: as many of its words as leave room for its parts in the
 * names that clouds limit, or the beginning of the first. It stays as it is where the names of the parts alone are too long.
 */
export function fittingName(app: AppInput): string {
    const words = app.name.split("-");
    const wishes = [
        ...words.map((_, index) => words.slice(0, words.length - index).join("-")),
        ...Array.from({ length: Math.max(0, words[0].length - shortest) }, (_, cut) => words[0].slice(0, -1 - cut)),
    ];
    return wishes.find((name) => fits(name, app)) ?? app.name;
}
const shortest = 4;

/** The name of a service likewise: it leaves room for the app's. */
export function fittingPart(name: string): string {
    const words = name.split("-");
    const wishes = words.map((_, index) => words.slice(0, words.length - index).join("-"));
    return wishes.find((wish) => wish.length <= longestPart) ?? words[0].slice(0, longestPart);
}
const longestPart = 26;

const fits = (name: string, app: AppInput): boolean =>
    nameLimits.every(({ cloud, of, max, added }) => {
        const room = max - added - (cloud === "gcp" && of === "databases" ? project + 1 : 0);
        return namesOf(of, app).every((part) => `${prefixOf(name, stack)}${part}`.length <= room);
    });

/** What stands behind the prefix; an imported app has neither ports nor subnets nor candidates with names of their own. */
const namesOf = (of: NameLimit["of"], app: AppInput): string[] =>
    of === "stack"
        ? [""]
        : of === "endpoints" || of === "candidates" || of === "subnets"
          ? []
          : Object.keys(app[of] ?? {}).map((part) => `-${part}`);

/** Names of file systems for volumes and folders, which no other part has. Two folders of one name are two. */
export function filesystemNames(others: string[]) {
    const taken = new Set(others);
    const made = new Map<string, string>();
    const of = (volume: string, kind: "volume" | "bind"): string => {
        const key = `${kind} ${volume}`;
        const known = made.get(key);
        if (known !== undefined) return known;
        const parts = kind === "bind" ? volume.split("/").filter(Boolean) : [volume];
        const base = nameFrom(parts[parts.length - 1] ?? "") || "files";
        const longer = kind === "bind" ? nameFrom(parts.slice(-2).join("-")) : "";
        const wishes = [base, longer, `${base}-files`].filter(Boolean);
        let name = wishes.find((wish) => !taken.has(wish)) ?? base;
        for (let count = 2; taken.has(name); count++) name = `${base}-files-${count}`;
        taken.add(name);
        made.set(key, name);
        return name;
    };
    return { of, made };
}
