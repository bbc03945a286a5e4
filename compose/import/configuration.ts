import { posix, relative } from "node:path";

import type { Files } from "../../topology/files";
import { withoutReferences } from "../../topology/references";
import { isTree, type Tree } from "../load/places";
import { volumesOf } from "../load/volumes";
import type { Around, Configurations } from "./around";
import { baseOf } from "./dockerfile";
import { entriesOf, type Entry } from "./entries";
import type { Reference } from "./fields";
import { placesOf } from "./image-places";
import type { Backing, ServiceInput } from "./parts";
import { referencesOf } from "./references";
import { read, textsBelow } from "./texts";
import { environmentOf, textOf } from "./values";

/**
 * Configuration files that say where a store is and what its password is, mounted ones and those that a build copies: each becomes a secret
 * file with references in it, to which a link leads from where the program reads it.
 */

/** A file, and where the container has it. */
interface Candidate {
    path: string;
    to: string;
}

const forms = /\.(ya?ml|json|toml|ini|cfg|conf|properties)$/i;
/** What is read by others than the program: package managers, compilers, linters, pipelines. */
const tools =
    /^(package(-lock)?|tsconfig[\w.]*|composer|nest-cli|angular|vercel|turbo|lerna|renovate|jest[\w.]*|pubspec|Cargo|pyproject|mkdocs|openapi|swagger|\.\w.*)\.\w+$/i;
/** More of one kind than a program reads. */
const most = 4;

export function configurationsOf(raw: Tree, around: Around): Configurations {
    const { backings, contextOf, mentions } = around;
    const led = new Map<string, Candidate & { replace: Record<string, string> }>();
    let known: (Candidate & { references: Map<Entry, Reference> })[] | undefined;
    const told = new Map(environmentOf(raw));
    const all = () =>
        (known ??= [...mounted(raw, around), ...copied(raw)].flatMap((candidate) => {
            const references = leadingIn(candidate.path, backings, told);
            return references.size ? [{ ...candidate, references }] : [];
        }));
    const lead = (backing: Backing): string | undefined => {
        const those = all().filter(({ references }) => [...references.values()].some((one) => one.backing === backing));
        const paths = those.map(({ path }) => path);
        // What else names it is none of these files', and stays as it is.
        const isElsewhere = mentions.some(
            ({ host, at: [key], path }) =>
                backings.get(host) === backing &&
                ["build", "volumes", "configs"].includes(String(key)) &&
                !(path !== undefined && paths.includes(path)),
        );
        if (!those.length || those.length > most || isElsewhere) return undefined;
        const found = those.map(({ path, to, references }) => {
            const foreign = mentions.some(
                (one) => one.path === path && !backings.has(one.host) && around.left.get(one.host) !== false,
            );
            const replace = foreign ? undefined : replacementsIn(path, references);
            return replace && { path, to, replace };
        });
        if (found.includes(undefined)) return undefined;
        for (const file of found) led.set(file!.to, file!);
        return contextOf(paths[0]);
    };
    return {
        lead,
        has: (where) => [...led.values()].some(({ path }) => where.replace(/:\d+$/, "") === contextOf(path)),
        made: () => {
            const files: Files = {};
            const secretFiles: NonNullable<ServiceInput["secretFiles"]> = {};
            for (const [index, { path, to, replace }] of [...led.values()].entries()) {
                const secret = `/run/config${index ? `-${index + 1}` : ""}/${posix.basename(to)}`;
                secretFiles[secret] = { from: contextOf(path), replace };
                files[to] = { link: secret };
            }
            return { files, secretFiles };
        },
    };
}

/** Files that the service mounts: each by itself, or those of a folder. */
function mounted(raw: Tree, { configs }: Around): Candidate[] {
    const below = (source: string, target: string): Candidate[] =>
        textsBelow(source, () => false, true)
            .filter((path) => forms.test(path))
            .map((path) => ({ path, to: posix.join(target, relative(source, path)) }));
    const binds = volumesOf(raw).flatMap(({ type, source, target }) =>
        type === "bind" && source !== undefined ? below(source, target) : [],
    );
    const said = (Array.isArray(raw.configs) ? (raw.configs as Tree[]) : []).flatMap((config): Candidate[] => {
        const name = textOf(config.source);
        const one = configs[name];
        const path = isTree(one) && typeof one.file === "string" ? one.file : undefined;
        return path !== undefined && forms.test(path) ? [{ path, to: textOf(config.target ?? `/${name}`) }] : [];
    });
    return [...binds, ...said];
}

/** Files of the source whose place in the image the Dockerfile tells. */
function copied(raw: Tree): Candidate[] {
    const { build } = raw;
    if (!isTree(build) || build.context === undefined) return [];
    const context = textOf(build.context);
    const { copies = [] } = baseOf(raw) ?? {};
    return textsBelow(context, (path) => /\/(examples?|testdata|fixtures|charts?|k8s|deploy\w*)$/.test(path), false)
        .filter((path) => forms.test(path) && !tools.test(posix.basename(path)))
        .flatMap((path) => {
            const places = placesOf(relative(context, path), copies, raw);
            return places.size === 1 ? [{ path, to: [...places][0] }] : [];
        });
}

/** `redis.maxConnections` → `FILEREDIS_MAX_CONNECTIONS`: what a file says is read as variables are, of which none is the contract's. */
const variableOf = (keys: string[]): string => {
    const words = keys.map((key) => key.replace(/([a-z0-9])([A-Z])/g, "$1_$2").replace(/\W+/g, "_"));
    return `file${keys.length === 1 ? "_" : ""}${words.join("_")}`.toUpperCase();
};

/** What of a file leads to stores: every value of a set, or what is wrong with one. */
function leadingIn(
    path: string,
    backings: Map<string, Backing>,
    told: Map<string, string | undefined>,
): Map<Entry, Reference> {
    // What the program puts in for `${DB_USER}` is what its own variable says.
    const filled = (value: string): string =>
        value.replace(/\$\{(\w+)\}/g, (whole, name: string) => told.get(name) ?? whole);
    const entries = entriesOf(path);
    const names = new Map(entries.map((entry) => [variableOf(entry.keys), entry]));
    // Of two that would be one variable, neither is known.
    if (names.size !== entries.length) return new Map();
    const references = referencesOf(
        entries.map((entry) => [variableOf(entry.keys), filled(entry.value)]),
        backings,
    );
    return new Map(
        [...references].flatMap(([name, reference]): [Entry, Reference][] => {
            const entry = names.get(name);
            // A set that is led there needs what the file does not say.
            return entry ? [[entry, reference]] : [];
        }),
    );
}

/** Lines of a file → those that stand in their place; undefined where a value cannot be led, or is not found where it is said. */
function replacementsIn(path: string, references: Map<Entry, Reference>): Record<string, string> | undefined {
    const text = read(path);
    const lines = text.split("\n");
    const changed = new Map<number, string>();
    for (const [{ value, line }, reference] of references) {
        if ("mend" in reference) return undefined;
        const said = lines[line - 1];
        const at = value === "" ? said.search(/(?<=(["']))\1\s*,?\s*$/) : said.lastIndexOf(value);
        if (at < 0 || changed.has(line)) return undefined;
        const [before, after] = [said.slice(0, at), said.slice(at + value.length)];
        changed.set(line, withoutReferences(before) + reference.value + withoutReferences(after));
    }
    const isOnce = (part: string) => part !== "" && text.split(part).length === 2;
    const [first, last] = [Math.min(...changed.keys()), Math.max(...changed.keys())];
    if ([...changed.keys()].every((line) => isOnce(lines[line - 1].trim())))
        return Object.fromEntries([...changed].map(([line, now]) => [lines[line - 1].trim(), now.trim()]));
    const whole = lines.slice(first - 1, last);
    const now = whole.map((line, index) => changed.get(first + index) ?? withoutReferences(line));
    return isOnce(whole.join("\n")) ? { [whole.join("\n")]: now.join("\n") } : undefined;
}
