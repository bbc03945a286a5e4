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
    /** Whether it says an entry point, to which a command is an argument. */
    hasEntrypoint: boolean;
}

interface Stage {
    hasEntrypoint: boolean;
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
    let hasEntrypoint = false;
    for (const seen = new Set<Stage>(); stage && !seen.has(stage);) {
        seen.add(stage);
        adds.unshift(...stage.adds);
        ports.push(...stage.ports);
        hasEntrypoint ||= stage.hasEntrypoint;
        const { from } = stage;
        const before = stages.slice(0, stages.indexOf(stage)).find(({ name }) => name === from);
        if (!before) return { image: from, adds, ports: [...new Set(ports)], hasEntrypoint };
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
            if (from) stages.push({ from: filled(from), name, adds: [], ports: [], hasEntrypoint: false });
        } else if (instruction === "COPY" || instruction === "ADD") stage?.adds.push(`${instruction} ${rest}`);
        else if (instruction === "ENTRYPOINT" && stage) stage.hasEntrypoint = !/^\[\s*\]$/.test(rest);
        else if (instruction === "EXPOSE")
            for (const [, port] of filled(rest).matchAll(/(?:^|\s)(\d{1,5})(?:\/tcp)?(?=\s|$)/gi))
                stage?.ports.push(Number(port));
    }
    return stages;
}

const registries = "(docker\\.io/|library/|public\\.ecr\\.aws/docker/library/|mcr\\.microsoft\\.com/)*";
const withShell = new RegExp(
    `^${registries}(python|node|golang|ruby|rust|php|openjdk|eclipse-temurin|amazoncorretto|elixir|alpine|debian|ubuntu|busybox|dotnet/(runtime|aspnet)|oven/bun|denoland/deno)(-[\\w-]+)?(:|@|$)`,
);
const without = /^(scratch$|gcr\.io\/distroless\/)/;

/** Whether an image is a language's, or a system's, with a shell in it, by its reference. */
export const hasShell = (image: string): boolean => withShell.test(image) && !/:.*(distroless|chiseled)/.test(image);
/** Whether an image serves nothing by itself: a program has to be put into it. */
export const isRuntime = (image: string): boolean =>
    without.test(image) || (withShell.test(image) && !/\b(apache|fpm|aspnet)\b/.test(image));
