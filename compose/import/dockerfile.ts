import { readFileSync } from "node:fs";
import { resolve } from "node:path";

import { isTree, type Tree } from "../load/places";
import { textOf } from "./values";

/** What a Dockerfile says of the image that it makes, as far as it can be told without building it. */
export interface Base {
    /** The image that the last stage, or the target, begins with; its variables in place. */
    image: string;
    /** Instructions that put something into it: `COPY init.sql /docker-entrypoint-initdb.d/`. */
    adds: string[];
    /** Ports that it exposes over TCP. */
    ports: number[];
}

interface Stage {
    name?: string;
    from: string;
    adds: string[];
    ports: number[];
}

/** Of a service that is built from a folder with a Dockerfile that can be read; undefined for any other. */
export function baseOf(service: Tree): Base | undefined {
    const { build } = service;
    if (!isTree(build) || build.context === undefined || build.dockerfile_inline !== undefined) return undefined;
    let text: string;
    try {
        text = readFileSync(resolve(textOf(build.context), textOf(build.dockerfile ?? "Dockerfile")), "utf8");
    } catch {
        return undefined;
    }
    const stages = stagesOf(text, isTree(build.args) ? build.args : {});
    const target = build.target === undefined || build.target === null ? undefined : textOf(build.target);
    let stage = target === undefined ? stages[stages.length - 1] : stages.find(({ name }) => name === target);
    const [adds, ports]: [string[], number[]] = [[], []];
    for (const seen = new Set<Stage>(); stage && !seen.has(stage);) {
        seen.add(stage);
        adds.unshift(...stage.adds);
        ports.push(...stage.ports);
        const { from } = stage;
        const before = stages.slice(0, stages.indexOf(stage)).find(({ name }) => name === from);
        if (!before) return { image: from, adds, ports: [...new Set(ports)] };
        stage = before;
    }
    return undefined;
}

function stagesOf(text: string, args: Tree): Stage[] {
    const stages: Stage[] = [];
    const values: Record<string, string> = {};
    const filled = (words: string) =>
        words.replace(
            /\$(?:\{(\w+)(?::?-([^}]*))?\}|(\w+))/g,
            (_, braced?: string, otherwise?: string, bare?: string) => values[braced ?? bare ?? ""] ?? otherwise ?? "",
        );
    const lines = text.replace(/^[ \t]*#.*\r?\n/gm, "").replace(/[\\`][ \t]*\r?\n/g, " ");
    for (const line of lines.split(/\r?\n/)) {
        const [, word = "", rest = ""] = /^\s*([A-Za-z]+)\s+(.*?)\s*$/.exec(line) ?? [];
        const stage = stages[stages.length - 1] as Stage | undefined;
        const instruction = word.toUpperCase();
        if (instruction === "ARG" || instruction === "ENV") {
            const [, name, quoted, bare] = /^(\w+)(?:[= ]+(?:"([^"]*)"|(\S*)))?/.exec(rest) ?? [];
            const given = instruction === "ARG" && name ? args[name] : undefined;
            const said = given === undefined || given === null ? (quoted ?? bare) : textOf(given);
            // `ARG NAME` in a stage takes in what stood before the first one.
            if (name && said !== undefined) values[name] = filled(said);
        } else if (instruction === "FROM") {
            const [, from, name] = /^(?:--\S+\s+)*(\S+)(?:\s+AS\s+(\S+))?/i.exec(rest) ?? [];
            if (from) stages.push({ from: filled(from), name, adds: [], ports: [] });
        } else if (instruction === "COPY" || instruction === "ADD") stage?.adds.push(`${instruction} ${rest}`);
        else if (instruction === "EXPOSE")
            for (const [, port] of filled(rest).matchAll(/(?:^|\s)(\d{1,5})(?:\/tcp)?(?=\s|$)/gi))
                stage?.ports.push(Number(port));
    }
    return stages;
}
