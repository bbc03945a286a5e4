import { posix } from "node:path";

import { callVariables } from "../../topology/variables";
import type { Tree } from "../load/places";
import { baseOf, hasShell } from "./dockerfile";
import { leadsTo } from "./mentions";
import type { Around } from "./around";
import { clientOf } from "./clients";
import type { ServiceInput } from "./parts";
import { urlReference } from "./references";
import { textsOf } from "./values";

type Environment = Pick<ServiceInput, "calls" | "uses" | "env">;

/** A command; what a shell of it reads of other services is theirs in the cloud. */
export function wordsFrom(
    raw: Tree,
    key: "command" | "entrypoint",
    around: Around,
    environment: Environment,
): string[] {
    const { hosts, backings, services, from, mend, note } = around;
    const words = shelled(raw, key, around);
    const before = key === "command" ? textsOf(raw.entrypoint) : [];
    const shell = [...before, ...words].findIndex(
        (_, index, all) => isShell(all[index - 2]) && /^-\w*c$/.test(all[index - 1]),
    );
    const text = words[shell - before.length] as string | undefined;
    if (text !== undefined) {
        const called = new Set<string>();
        const replaced = hosts.inShell(withStores(raw, text, around, environment), (host, part) => {
            const backing = backings.get(host);
            const end = { host: "_HOST", port: "_PORT", url: undefined }[part];
            // What does not use a store is told nothing of it.
            if (backing && !environment.uses?.includes(backing.name)) return undefined;
            if (backing) return prefixed(backing.variables.find((name) => end !== undefined && name.endsWith(end)));
            const service = services.get(host);
            if (service === undefined || service === services.get(from) || part !== "url") return undefined;
            called.add(service);
            return prefixed(callVariables(service)[0]);
        });
        if (replaced !== text) {
            words[shell - before.length] = replaced;
            note([key], "names of other services are variables in it, as the cloud gives them");
        }
        if (called.size) environment.calls = [...new Set([...(environment.calls ?? []), ...called])];
    }
    const said = new Set<string>();
    for (const mention of hosts.inWords(from, words, key)) {
        if (!said.has(mention.host)) mend([key], leadsTo(mention, around));
        said.add(mention.host);
    }
    return words;
}

/** The folder in which a service runs, where that is another than its image's own. */
export function directoryFrom(raw: Tree, mend: Around["mend"]): { workingDirectory?: string } {
    const said = typeof raw.working_dir === "string" ? raw.working_dir : "";
    if (said === "") return {};
    const folder = posix.normalize(said).replace(/(.)\/$/, "$1");
    if (!folder.startsWith("/")) mend(["working_dir"], `${said} is no absolute path`);
    else if (baseOf(raw)?.workdir !== folder) return { workingDirectory: folder };
    return {};
}

const quoted = (words: string[]): string[] =>
    words.map((word) =>
        /^[\w./:=@%+,-]+$/.test(word) ? word : `"${word.replace(/[\\"$\x60]/g, (mark) => `\\${mark}`)}"`,
    );

/** The words of a command; those that name another service, and no shell reads yet, as the words of one where the image has a shell. */
function shelled(raw: Tree, key: "command" | "entrypoint", { hosts, from }: Around): string[] {
    const words = textsOf(raw[key]);
    const base = baseOf(raw);
    const isEntrypoint = key === "entrypoint";
    const others = textsOf(isEntrypoint ? raw.command : raw.entrypoint);
    // An entry point before it has it as its arguments.
    if ([...others, ...words].some(isShell) || !words.length || (others.length && !isEntrypoint)) return words;
    // A script of somebody's image runs in the image's own shell, by an entry point that hands it on.
    const hasOne = base
        ? hasShell(base.image) && (isEntrypoint || !base.hasEntrypoint || base.handsOn)
        : /\.(ba)?sh$/.test(words[0]);
    if (!hasOne || !hosts.inWords(from, words, key).length) return words;
    const run = `exec ${quoted(words).join(" ")}`;
    // A command after it is what the shell hands on.
    return others.length ? ["sh", "-c", `${run} "$@"`, "--"] : ["sh", "-c", run];
}

/** Addresses of stores, `redis://redis:6379/0`, as variables that have them in the form that the program's client wants. */
function withStores(raw: Tree, text: string, { backings }: Around, environment: Environment): string {
    return text.replace(
        /\b(rediss?|postgres(?:ql)?):\/\/(?:[^@\s/"']*@)?([\w.-]+)(?::\d+)?((?:\/[^\s"']*)?)(?![\w.-])/g,
        (whole, scheme: string, host: string, path: string) => {
            const backing = backings.get(host);
            const own = backing?.variables.find((name) => name.endsWith("_URL"));
            const isCache = backing?.kind === "caches" && !backing.given.memcached && scheme.startsWith("redis");
            const isDatabase = backing?.kind === "databases" && !backing.given.mysql && !path.includes("?");
            if (!backing || own === undefined || !(isCache || (isDatabase && !scheme.startsWith("redis"))))
                return whole;
            const reference = urlReference(whole, backing);
            if (!("value" in reference)) return whole;
            environment.uses = [...new Set([...(environment.uses ?? []), backing.name])];
            const { value } = reference;
            const wanted = clientOf(raw).value(value, backing);
            // What the contract gives, unless the service says that variable itself, and what a shell puts behind it.
            if (wanted === value && environment.env?.[own] === undefined)
                return `$${own}${value.slice(`\${${backing.name}.url}`.length)}`;
            const [known] = Object.entries(environment.env ?? {}).find(([, said]) => said === wanted) ?? [];
            const name = known ?? `COMMAND_${own}`;
            environment.env = { ...environment.env, [name]: wanted };
            return `$${name}`;
        },
    );
}

const isShell = (word: string | undefined): boolean => word !== undefined && /(^|\/)(ba|da|a|z)?sh$/.test(word);
const prefixed = (variable: string | undefined): string | undefined =>
    variable === undefined ? undefined : `$${variable}`;
