import { basename, relative, resolve } from "node:path";

import type { Files } from "../../topology/files";
import { isTree, type Tree } from "../load/places";
import type { Around } from "./around";
import { baseOf } from "./dockerfile";
import { placesOf } from "./image-places";
import type { Mention } from "./hosts";
import { leadsTo } from "./mentions";
import type { Backing } from "./parts";
import { read } from "./texts";
import { textOf, textsOf } from "./values";

/**
 * Scripts by which an image starts, and which wait for a store by the name that Compose's network has for it: their lines are led to the
 * variables of the contract.
 */
export function scriptsFrom(raw: Tree, around: Around, uses: string[]): Files {
    const { build } = raw;
    if (!isTree(build) || build.context === undefined) return {};
    const context = textOf(build.context);
    const starts = [
        read(resolve(context, textOf(build.dockerfile ?? "Dockerfile"))),
        ...textsOf(raw.entrypoint),
        ...textsOf(raw.command),
    ].join("\n");
    const scripts = new Map<string, { mention: Mention; backing: Backing }[]>();
    for (const mention of around.mentions) {
        const backing = around.backings.get(mention.host);
        const { path } = mention;
        if (mention.at[0] !== "build" || path === undefined || !backing || !uses.includes(backing.name)) continue;
        if (!/\.(sh|bash)$/.test(path) || !starts.includes(basename(path))) continue;
        scripts.set(path, [...(scripts.get(path) ?? []), { mention, backing }]);
    }
    const files: Files = {};
    for (const [path, all] of scripts) {
        const places = [...placesOf(relative(context, path), baseOf(raw)?.copies ?? [], raw)];
        const text = read(path);
        const replace: Record<string, string> = {};
        for (const { mention } of all) {
            const now = around.hosts.inShell(mention.text, (host, part) => variableOf(around.backings.get(host), part));
            if (now !== mention.text && text.split(mention.text).length === 2) replace[mention.text] = now;
        }
        const isLed = all.every(({ mention }) => mention.text in replace);
        if (places.length !== 1 || !isLed) {
            const [{ mention }] = all;
            around.mend(["build"], leadsTo(mention, around));
            continue;
        }
        files[places[0]!] = { from: around.contextOf(path), replace };
        for (const { mention, backing } of all)
            around.note(
                ["build"],
                `${mention.where} waits for ${mention.host}: it is led to ${backing.name} by its variables`,
            );
    }
    return files;
}

/** `$DB_HOST` of the contract. */
function variableOf(backing: Backing | undefined, part: "host" | "port" | "url"): string | undefined {
    const name = backing?.variables.find((variable) => variable.endsWith(`_${part.toUpperCase()}`));
    return name === undefined || part === "url" ? undefined : `$${name}`;
}
