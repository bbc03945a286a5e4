import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join, posix, resolve } from "node:path";

import type { Compose } from "../../load/load";
import { isTree, type Tree } from "../../load/places";
import { volumesOf } from "../../load/volumes";
import { baseOf } from "../dockerfile";
import { environmentOf, textOf, textsOf } from "../values";

/** A file of nginx's configuration. */
export interface Configuration {
    /** Where the container has it. */
    target: string;
    text: string;
    /** As messages call it. */
    shown: string;
    /** Where in the service it is said: `["volumes", 0]`. */
    at: (string | number)[];
    /** Names of variables → their values, where the image's entry point puts them in; empty for what it does not read. */
    variables: Map<string, string>;
    /** Whether a command makes it, by envsubst, when the container starts. */
    isMade: boolean;
}

/** Where nginx's images read their configuration. @see https://hub.docker.com/_/nginx */
const nginxs =
    /^\/etc\/nginx\/(nginx\.conf|(conf|http)\.d\/[^/]+\.conf|sites-enabled\/[^/]+|templates\/[^/]+\.template)$/;

/** The Caddyfile that a service has. */
export const caddyfileOf = (file: Compose, raw: Tree, contextOf: (path: string) => string): Configuration | undefined =>
    configurationsOf(file, raw, contextOf, /^\/etc\/caddy\/Caddyfile$/)[0];

/** The files of configuration that a service of the file has: mounted, as configs, and by its Dockerfile. What is mounted counts. */
export function configurationsOf(
    file: Compose,
    raw: Tree,
    contextOf: (path: string) => string,
    form = nginxs,
): Configuration[] {
    const found = new Map<string, Configuration>();
    const values = new Map(environmentOf(raw).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
    const add = (
        target: string,
        path: string | undefined,
        content: string | undefined,
        at: Configuration["at"],
    ): void => {
        if (path !== undefined && statSync(path, { throwIfNoEntry: false })?.isDirectory()) {
            for (const name of readdirSync(path)) add(posix.join(target, name), join(path, name), undefined, at);
            return;
        }
        const text = path === undefined ? content : read(path);
        if (!form.test(target) || text === undefined) return;
        // Caddy puts variables in by itself.
        const isTemplate = target.startsWith("/etc/nginx/templates/") || target.startsWith("/etc/caddy/");
        const shown = path === undefined ? "its text" : contextOf(path);
        found.set(target, { target, text, shown, at, variables: isTemplate ? values : new Map(), isMade: false });
    };
    for (const [path, target] of copies(raw)) add(target, path, undefined, ["build"]);
    for (const [index, config] of (Array.isArray(raw.configs) ? (raw.configs as Tree[]) : []).entries()) {
        const said = file.configs[textOf(config.source)];
        const target = textOf(config.target ?? `/${textOf(config.source)}`);
        if (isTree(said))
            add(
                target,
                typeof said.file === "string" ? said.file : undefined,
                typeof said.content === "string" ? said.content : undefined,
                ["configs", index],
            );
    }
    for (const [index, { type, source, target }] of volumesOf(raw).entries())
        if (type === "bind" && source !== undefined)
            add(target.replace(/(.)\/$/, "$1"), source, undefined, ["volumes", index]);
    for (const [target, { path, at }] of form === nginxs ? templatesOf(raw) : [])
        found.set(target, { target, text: textIn(path), shown: contextOf(path), at, variables: values, isMade: true });
    return [...found.values()];
}

/** What a command, or a script that the image has, makes a configuration of: `envsubst < /tmp/site.conf > /etc/nginx/conf.d/default.conf`. */
function templatesOf(raw: Tree): Map<string, { path: string; at: Configuration["at"] }> {
    const places = new Map<string, { path: string; at: Configuration["at"] }>();
    const add = (target: string, path: string, at: Configuration["at"]): void => {
        if (isFolder(path)) for (const name of readdirSync(path)) add(posix.join(target, name), join(path, name), at);
        else places.set(target, { path, at });
    };
    for (const [path, target] of copies(raw)) add(target, path, ["build"]);
    for (const [index, { type, source, target }] of volumesOf(raw).entries())
        if (type === "bind" && source !== undefined) add(target.replace(/(.)\/$/, "$1"), source, ["volumes", index]);
    const words = [...textsOf(raw.entrypoint), ...textsOf(raw.command)].join(" ");
    const scripts = [...places].filter(([target]) => target.endsWith(".sh")).map(([, { path }]) => textIn(path));
    const made = new Map<string, { path: string; at: Configuration["at"] }>();
    for (const text of [words, dockerfileOf(raw), ...scripts])
        for (const match of text.matchAll(
            /(?:\bcat\s+([\w./-]+)\s*\|\s*)?\benvsubst\b(?:\s+(?:"[^"]*"|'[^']*'|[^\s<>|;&"']+))*?(?:\s*<\s*([\w./-]+))?\s*>\s*([\w./-]+)/g,
        )) {
            const [, piped, read, target] = match as (string | undefined)[];
            const place = places.get(read ?? piped ?? "");
            if (place && nginxs.test(target!)) made.set(target!, place);
        }
    return made;
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
const textIn = (path: string): string => read(path) ?? "";
/** The text of the Dockerfile that a service is built by. */
export const dockerfileOf = ({ build }: Tree): string =>
    isTree(build) && build.context !== undefined
        ? textIn(resolve(textOf(build.context), textOf(build.dockerfile ?? "Dockerfile")))
        : "";

/** What a Dockerfile puts into the image from its context: path on the machine, and in the container. */
function copies(raw: Tree): [string, string][] {
    const context = isTree(raw.build) && raw.build.context !== undefined ? textOf(raw.build.context) : undefined;
    return (context === undefined ? [] : (baseOf(raw)?.adds ?? [])).flatMap((instruction): [string, string][] => {
        const words = instruction
            .split(/[\s,[\]"]+/)
            .filter(Boolean)
            .slice(1);
        const sources = words.filter((word) => !word.startsWith("--"));
        const target = sources.pop();
        if (words.some((word) => word.startsWith("--from")) || !target?.startsWith("/")) return [];
        return sources
            .flatMap((source) => matching(resolve(context!, source)))
            .map((path) => {
                const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
                const isInto =
                    !isFolder &&
                    (/\/((conf|http)\.d)?$/.test(target) || !/\.\w+$|\/(Caddyfile|sites-enabled\/[^/]+)$/.test(target));
                return [path, isInto ? posix.join(target, basename(path)) : target.replace(/(.)\/$/, "$1")];
            });
    });
}

/** Files that a source of COPY means; only its last part may hold patterns here. */
function matching(path: string): string[] {
    const name = basename(path);
    if (!/[*?]/.test(name)) return [path];
    const form = new RegExp(
        `^${name
            .replace(/[.+^${}()|[\]\\]/g, "\\$&")
            .replaceAll("*", ".*")
            .replaceAll("?", ".")}$`,
    );
    const folder = dirname(path);
    if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) return [];
    return readdirSync(folder)
        .filter((each) => form.test(each))
        .sort()
        .map((each) => join(folder, each));
}

function read(path: string): string | undefined {
    try {
        return readFileSync(path, "utf8");
    } catch {
        return undefined;
    }
}
