import { existsSync, readFileSync } from "node:fs";
import { posix, resolve } from "node:path";

import { isTree, type Tree } from "../load/places";
import { textOf } from "./values";

/** What a Dockerfile says of the image that it makes, as far as it can be told without building it. */
export interface Base {
    /** The image that the last stage, or the target, begins with; its variables in place. */
    image: string;
    /** The name of that stage. */
    stage?: string;
    /** Instructions that put something into it: `COPY init.sql /docker-entrypoint-initdb.d/`. */
    adds: string[];
    /** What it runs to make it: `apt-get install postgresql-16-cron`. */
    runs: string[];
    /** Ports that it exposes over TCP. */
    ports: number[];
    /** What its health check runs: `CMD curl --fail http://localhost:8080/ping`. */
    check?: string;
    /** Whether it says an entry point, to which a command is an argument. */
    hasEntrypoint: boolean;
    /** Whether that is a script of the folder which ends by running the command: `exec "$@"`. */
    handsOn: boolean;
    /** The folder in which it runs. */
    workdir?: string;
    /** As whom it runs, by name or number; absent: as who its base does. */
    user?: string;
    /** Stages of the Dockerfile that the image takes files from, and images: `COPY --from=assets`. */
    takesFrom: string[];
    /** What it puts where: files of the folder, or of another stage or image. */
    copies: Copy[];
}

/** `COPY --from=build /app/dist /app/` */
export interface Copy {
    sources: string[];
    /** An absolute path; where the folder in which the image runs is not known, what the Dockerfile says. */
    to: string;
    from?: string;
    /** Whether that is a stage of the same file. */
    isBuilt: boolean;
}

interface Stage {
    hasEntrypoint: boolean;
    name?: string;
    from: string;
    adds: string[];
    copies: Copy[];
    runs: string[];
    ports: number[];
    check?: string;
    workdir?: string;
    entrypoint?: string;
    user?: string;
}

/** The text of a build's Dockerfile, if it can be read. */
function dockerfileOf({ context, dockerfile }: Tree): string | undefined {
    if (context === undefined) return undefined;
    try {
        return readFileSync(resolve(textOf(context), textOf(dockerfile ?? "Dockerfile")), "utf8");
    } catch {
        return undefined;
    }
}

/** Of a service that is built from a folder with a Dockerfile that can be read; undefined for any other. */
export function baseOf(service: Tree): Base | undefined {
    const { build } = service;
    if (!isTree(build) || build.context === undefined || build.dockerfile_inline !== undefined) return undefined;
    const text = dockerfileOf(build);
    if (text === undefined) return undefined;
    const stages = stagesOf(text, isTree(build.args) ? build.args : {});
    const target = build.target === undefined || build.target === null ? undefined : textOf(build.target);
    let stage = target === undefined ? stages[stages.length - 1] : stages.find(({ name }) => name === target);
    const [adds, runs, ports]: [string[], string[], number[]] = [[], [], []];
    const copies: Copy[] = [];
    const built = stage?.name;
    let [hasEntrypoint, entrypoint, workdir, user, check]: [boolean, string?, string?, string?, string?] = [false];
    for (const seen = new Set<Stage>(); stage && !seen.has(stage);) {
        seen.add(stage);
        adds.unshift(...stage.adds);
        copies.unshift(...stage.copies);
        runs.unshift(...stage.runs);
        ports.push(...stage.ports);
        hasEntrypoint ||= stage.hasEntrypoint;
        entrypoint ??= stage.entrypoint;
        workdir ??= stage.workdir;
        check ??= stage.check;
        user ??= stage.user;
        const { from } = stage;
        const before = stages.slice(0, stages.indexOf(stage)).find(({ name }) => name === from);
        if (!before)
            return {
                image: from,
                ...(built === undefined ? {} : { stage: built }),
                adds,
                runs,
                ports: [...new Set(ports)],
                ...(check === undefined ? {} : { check }),
                hasEntrypoint,
                handsOn: entrypoint !== undefined && isHandedOn(textOf(build.context), entrypoint),
                ...(workdir === undefined ? {} : { workdir }),
                ...(user === undefined ? {} : { user }),
                takesFrom: copies.flatMap(({ from: taken }) => taken ?? []),
                copies,
            };
        stage = before;
    }
    return undefined;
}

/** Whether a file or folder of its context may get into a service's image: some stage of its Dockerfile copies it. */
export function copying(service: Tree): (path: string) => boolean {
    const { build } = service;
    const text = isTree(build) && build.dockerfile_inline === undefined ? dockerfileOf(build) : undefined;
    // What a build mounts, nobody has to copy.
    if (text === undefined || /--mount=\S*\btype=bind\b|\bONBUILD\b/.test(text)) return () => true;
    const context = textOf((build as Tree).context);
    const sources = stagesOf(text, {}).flatMap(({ copies }) =>
        copies.flatMap(({ sources: named, from }) => (from === undefined ? named : [])),
    );
    // What somebody made of the source before has anything of it.
    if (
        !sources.length ||
        sources.some((source) => /\$|\.[jw]ar$|(^|\/)(target|build|dist|out|publish|bin)(\/|$)/.test(source))
    )
        return () => true;
    // Of a pattern, the folder before it.
    const folders = sources.map((source) => {
        const plain = source.replace(/^\/+/, "");
        const before = plain.replace(/[^/]*[*?[].*$/, "");
        return resolve(context, before || ".");
    });
    const within = (path: string, folder: string) => path === folder || path.startsWith(`${folder}/`);
    return (path) => folders.some((folder) => within(path, folder) || within(folder, path));
}

/** What the Dockerfile of a service copies from its folder, and the folder has not. */
export function missingIn(service: Tree): string[] {
    const { build } = service;
    if (!isTree(build) || !existsSync(resolve(textOf(build.context)))) return [];
    const own = (baseOf(service)?.copies ?? []).filter(({ from }) => from === undefined);
    const sources = own.flatMap(({ sources: named }) => named);
    return sources.filter(
        (source) =>
            /^[\w./@+-]+$/.test(source) && !existsSync(resolve(textOf(build.context), source.replace(/^\/+/, ""))),
    );
}

/** Whether an entry point is a script in the folder whose last words run what it is given. */
function isHandedOn(context: string, entrypoint: string): boolean {
    const [, script] =
        /^\[\s*"([^"]+)"\s*\]$/.exec(entrypoint) ??
        /^\[\s*"(?:\/bin\/)?(?:ba)?sh"\s*,\s*"([^"-][^"]*)"\s*\]$/.exec(entrypoint) ??
        [];
    if (script === undefined) return false;
    const parts = script.split("/").filter((part) => part && part !== ".");
    // `/usr/src/app/entrypoint.sh` is `entrypoint.sh` in the folder, or lies deeper in it.
    for (let from = 0; from < parts.length; from++)
        try {
            const text = readFileSync(resolve(context, ...parts.slice(from)), "utf8");
            return /^\s*exec\s+"?\$(@|\{@\})"?\s*$/m.test(text);
        } catch {
            // Elsewhere in the image, or not there at all.
        }
    return false;
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
            if (from)
                stages.push({
                    from: filled(from),
                    name,
                    adds: [],
                    copies: [],
                    runs: [],
                    ports: [],
                    hasEntrypoint: false,
                });
        } else if ((instruction === "COPY" || instruction === "ADD") && stage) {
            stage.adds.push(`${instruction} ${rest}`);
            stage.copies.push(copyOf(filled(rest), folderOf(stage, stages), stages));
        } else if (instruction === "RUN") stage?.runs.push(rest);
        else if (instruction === "ENTRYPOINT" && stage) {
            stage.hasEntrypoint = !/^\[\s*\]$/.test(rest);
            stage.entrypoint = rest;
        } else if (instruction === "WORKDIR" && stage)
            stage.workdir = posix.resolve(folderOf(stage, stages) ?? "/", filled(rest).replace(/^"(.*)"$/, "$1"));
        else if (instruction === "USER" && stage) stage.user = filled(rest).split(":")[0];
        else if (instruction === "HEALTHCHECK" && stage) stage.check = checkOf(rest, values);
        else if (instruction === "EXPOSE")
            for (const [, port] of filled(rest).matchAll(/(?:^|\s)(\d{1,5})(?:\/tcp)?(?=\s|$)/gi))
                stage?.ports.push(Number(port));
    }
    return stages;
}

/** What a HEALTHCHECK runs; what is filled in only as it runs stays a variable. */
const checkOf = (rest: string, values: Record<string, string>): string =>
    rest
        .replace(/^(--\S+\s+)+/, "")
        .replace(/\$(?:\{(\w+)\}|(\w+))/g, (all, braced?: string, bare?: string) => values[braced ?? bare!] ?? all);

/** The folder in which a stage stands, also where one that it begins with said it. */
function folderOf(stage: Stage, stages: Stage[]): string | undefined {
    if (stage.workdir !== undefined) return stage.workdir;
    const before = stages.slice(0, stages.indexOf(stage)).find(({ name }) => name === stage.from);
    return before && folderOf(before, stages);
}

function copyOf(rest: string, folder: string | undefined, stages: Stage[]): Copy {
    const flags = /^(--\S+\s+)*/.exec(rest)![0];
    const said = rest.slice(flags.length);
    const words = said.startsWith("[")
        ? [...said.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, word]) => word)
        : said.split(/\s+/).filter(Boolean);
    const to = words.at(-1) ?? "";
    const from = /--from=(\S+)/.exec(flags)?.[1];
    return {
        sources: words.slice(0, -1),
        to: folder !== undefined || to.startsWith("/") ? posix.resolve(folder ?? "/", to) : to,
        ...(from === undefined ? {} : { from }),
        isBuilt: from !== undefined && (/^\d+$/.test(from) || stages.some(({ name }) => name === from)),
    };
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
