import { parseEnv } from "./dotenv";
import type { Files } from "./files";
import { entriesOf, isTree, itemsOf, placeIn, treeOf, type Place, type Tree } from "./places";
import type { Project } from "./project";
import { scalar } from "./scalar";

/** Files that stand for an env file which everybody makes for himself. */
const samples = ["example", "sample", "template", "dist", "default", "defaults", "EXAMPLE", "TEMPLATE"];

/** The file that a repository keeps in place of one which everybody makes for himself: `.env.example`, `sample.env`. */
export const sampleOf = (path: string, files: Files): string | undefined =>
    samples
        .flatMap((word) => [
            ...[`${path}.${word}`, `${path}-${word}`, `${path}_${word}`, path.replace(/\.env$/, `.${word}.env`)],
            ...[path.replace(/\.env$/, `${word}.env`), path.replace(/\.env$/, `env.${word}`)],
        ])
        .find((candidate) => candidate !== path && files.read(candidate) !== undefined);

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
            remark(`${files.shown(path)} is not there: ${files.shown(sample)} was read instead`);
        }
    }
    return parseEnv(text ?? "", variables).map(({ name, value, line }): [string, string | null, Place] => [
        name,
        value ?? null,
        { file: files.shown(from), line, column: 1 },
    ]);
}
