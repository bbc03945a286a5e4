import { join, resolve } from "node:path";

import { callVariables } from "../../topology/variables";
import { isTree, type Tree } from "../load/places";
import type { Around } from "./around";
import type { ServiceInput } from "./parts";
import { fieldsOf } from "./required";
import { read, textsBelow } from "./texts";
import { environmentOf, textOf } from "./values";

/** Asks for variables that a class of settings wants and nothing gives the program. */
export function askRequired(
    raw: Tree,
    { env = {}, secrets = [], uses = [], calls = [] }: Partial<ServiceInput>,
    { backings, contextOf, mend }: Around,
): void {
    const { build } = raw;
    if (!isTree(build) || build.context === undefined) return;
    const folder = textOf(build.context);
    const dockerfile = read(resolve(folder, textOf(build.dockerfile ?? "Dockerfile")));
    if (!/\bpython|\buv\b|\bpip\b/.test(dockerfile)) return;
    const texts = textsBelow(folder, () => false, false).filter((path) => path.endsWith(".py"));
    const used = [...backings.values()].filter(({ name }) => uses.includes(name));
    const given = new Set(
        [
            ...Object.keys(env),
            ...secrets,
            ...calls.flatMap(callVariables),
            ...used.flatMap(({ variables }) => variables),
            ...environmentOf(raw).flatMap(([name, value]) => (value === undefined ? [] : [name])),
            ...[...dockerfile.matchAll(/^\s*(?:ENV|ARG)\s+(\w+)/gm)].map(([, name]) => name),
            ...["PORT", "HOSTNAME", "PATH", "HOME"],
        ].map((name) => name.toUpperCase()),
    );
    for (const path of texts) {
        const text = read(path);
        // A file of variables that is there goes into the image with the source.
        const files = [...text.matchAll(/\benv_file\s*=\s*\(?\s*["']([^"']+)["']/g)].map(([, name]) => name);
        if (files.some((name) => read(join(folder, name)) !== "" || read(resolve(path, "..", name)) !== "")) continue;
        const lacking = fieldsOf(text).filter(({ name }) => !given.has(name.toUpperCase()));
        if (!lacking.length) continue;
        const names = lacking.map(({ name }) => name).join(", ");
        mend(
            ["build"],
            `${contextOf(path)}:${lacking[0].line} asks for ${names}, which nothing sets: put ${lacking.length > 1 ? "them" : "it"} into env, or secrets`,
        );
    }
}
