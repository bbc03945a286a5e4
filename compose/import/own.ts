import { basename, dirname, join, resolve } from "node:path";

import type { Compose } from "../load/load";
import { isTree, placeIn, type Tree } from "../load/places";
import { kindOf } from "./parts";
import { read } from "./texts";
import { textOf } from "./values";

/**
 * The source of an image that a service only names, where the Compose file lies in the repository which it is built from: what the
 * source says of how the program asks its stores holds for the image too.
 */

const key = "x-twinstack-source";

/** What a service is built from, here or by its maker; undefined where nobody knows. */
export const builtFrom = (raw: Tree): Tree | undefined =>
    [raw.build, raw[key]].find((said): said is Tree => isTree(said) && said.context !== undefined);

/** Finds the sources of images that are named as the repository around the file, or as the program in it. */
export function takeOwnSources(file: Compose, contextOf: (path: string) => string): void {
    const beside = resolve(file.folder);
    for (const [name, service] of Object.entries(file.services)) {
        if (service.build !== undefined || service.image === undefined || kindOf(service) !== "service") continue;
        const [, called] = /\/([^/:@]+)(?:[:@][^/]*)?$/.exec(textOf(service.image)) ?? [];
        if (called === undefined) continue;
        // `docker/compose/compose.yaml`
        const above = [dirname(beside), dirname(dirname(beside))];
        const found = [beside, ...above].flatMap((root) =>
            namesOf(root).some((one) => alike(one) === alike(called)) ? dockerfilesIn(root, beside) : [],
        )[0] as { context: string; dockerfile: string } | undefined;
        if (found === undefined) continue;
        service[key] = found;
        file.remarks.push({
            place: placeIn(service, "image"),
            at: `services.${name}.image`,
            reason: `${contextOf(found.dockerfile)} builds such an image: how its program asks stores is read in its source`,
        });
    }
}

const alike = (name: string): string => name.toLowerCase().replace(/[-_.]/g, "");

/** What a folder with a program is called: by itself, and by what says how the program is built. */
function namesOf(root: string): string[] {
    const said: [file: string, name: RegExp][] = [
        ["package.json", /^[\s{]*"name"\s*:\s*"(?:@[^/"]+\/)?([^"]+)"/m],
        ["composer.json", /^[\s{]*"name"\s*:\s*"(?:[^/"]+\/)?([^"]+)"/m],
        ["mix.exs", /\bapp:\s*:(\w+)/],
        ["pyproject.toml", /^name\s*=\s*"([^"]+)"/m],
        ["Cargo.toml", /^name\s*=\s*"([^"]+)"/m],
        ["go.mod", /^module\s+(?:\S*\/)?([^/\s]+?)(?:\/v\d+)?\s*$/m],
    ];
    const names = said.map(([file, name]) => name.exec(read(join(root, file)))?.[1]);
    return [basename(root), ...names].flatMap((one) => (one === undefined ? [] : [one]));
}

const dockerfilesIn = (root: string, beside: string): { context: string; dockerfile: string }[] =>
    [join(root, "Dockerfile"), join(root, "dockerfile"), join(root, "docker", "Dockerfile"), join(beside, "Dockerfile")]
        .filter((path) => read(path) !== "")
        .map((dockerfile) => ({ context: root, dockerfile }));
