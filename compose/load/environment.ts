import { basename, dirname, join } from "node:path";

import { parseEnv } from "./dotenv";
import type { Files } from "./files";
import { entriesOf, isTree, itemsOf, placeIn, treeOf, type Place, type Tree } from "./places";
import type { Project } from "./project";
import { scalar } from "./scalar";

/** Files that stand for an env file which everybody makes for himself. */
const samples = ["example", "sample", "template", "dist", "default", "defaults", "tmpl", "tpl", "EXAMPLE", "TEMPLATE"];
const places = ["prod", "production", "docker", "compose", "docker-compose", "local"];

/** The file that a repository keeps in place of one which everybody makes for himself: `.env.example`, `sample.env`. */
export const sampleOf = (path: string, files: Files): string | undefined =>
    samples
        .flatMap((word) => [
            ...[`${path}.${word}`, `${path}-${word}`, `${path}_${word}`, path.replace(/\.env$/, `.${word}.env`)],
            ...[path.replace(/\.env$/, `${word}.env`), path.replace(/\.env$/, `env.${word}`)],
            ...places.flatMap((place) => [`${path}.${place}.${word}`, `${path}.${word}.${place}`]),
        ])
        .find((candidate) => candidate !== path && files.read(candidate) !== undefined) ?? copiedFrom(path, files);

/** What the README says to copy, and call so: `cp shop.env .env`. */
function copiedFrom(path: string, files: Files): string | undefined {
    const text = ["README.md", "readme.md", "README.rst", "README"]
        .map((name) => files.read(join(dirname(path), name)))
        .find((found) => found !== undefined);
    const name = basename(path).replace(/\W/g, "\\$&");
    const copies = new RegExp(
        `(?:^|[\\s\`$])(?:cp|mv|copy)\\s+(?:-\\w+\\s+)*([\\w./-]+)\\s+(?:\\./)?${name}(?![\\w./-])`,
        "gm",
    );
    const [only, ...others] = new Set(
        [...(text ?? "").matchAll(copies)]
            .map(([, from]) => join(dirname(path), from))
            .filter((from) => from !== path && files.read(from) !== undefined),
    );
    return others.length ? undefined : only;
}

/**
 * A service whose environment holds what its `env_file`s say; what `environment` says wins. Where a file is missing, as it is in
 * a repository that keeps `.env` out, its sample is read and a remark says so.
 */
export function environmentFiles(service: Tree, name: string, project: Project): Tree {
    const entries = new Map<string, readonly [string, unknown, Place | undefined]>();
    for (const [item, place] of Array.isArray(service.env_file) ? itemsOf(service.env_file) : []) {
        if (!isTree(item)) continue;
        for (const [variable, value, at] of variablesIn(item, place, name, project))
            entries.set(variable, [variable, value, at]);
    }
    const own = isTree(service.environment) ? entriesOf(service.environment) : [];
    for (const [variable, value, place] of own) {
        // A bare name takes the value that the project's variables give it.
        const given = value ?? project.variables.get(variable) ?? null;
        if (given !== null || !entries.has(variable)) entries.set(variable, [variable, given, place]);
    }
    if (!entries.size) return treeOf(entriesOf(service).filter(([key]) => key !== "env_file"));
    const environment = treeOf(entries.values());
    return treeOf([
        ...entriesOf(service).filter(([key]) => key !== "environment" && key !== "env_file"),
        ["environment", environment, placeIn(service, "environment") ?? placeIn(service, "env_file")] as const,
    ]);
}

function variablesIn(item: Tree, place: Place | undefined, service: string, { files, variables, remarks }: Project) {
    const path = scalar(item.path);
    const remark = (reason: string) => void remarks.push({ place, at: `services.${service}.env_file`, reason });
    let from = path;
    let text = files.read(path);
    if (text === undefined && item.required !== false) {
        const sample = sampleOf(path, files);
        if (sample === undefined) remark(`${files.shown(path)} is not there: what it would say is unknown`);
        else {
            from = sample;
            text = files.read(sample);
            remark(
                `${files.shown(path)} is not there: ${files.shown(sample)} was read instead, whose values are a template's`,
            );
        }
    }
    return parseEnv(text ?? "", variables).map(({ name, value, line }): [string, string | null, Place] => [
        name,
        value ?? null,
        { file: files.shown(from), line, column: 1 },
    ]);
}
