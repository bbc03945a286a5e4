import { posix } from "node:path";

import type { Tree } from "../../load/places";
import type { Files } from "../../../topology/files";
import { dockerfileOf, type Configuration } from "./files";
import { parseNginx, type Directive } from "./syntax";

/** What nginx reads of its configuration, and what its images have beside that. */

/** Files that nginx's images have by themselves, and that pass on nothing. */
const ofTheImage =
    /^(\/etc\/nginx\/)?(mime\.types|(fastcgi|uwsgi|scgi)_params|fastcgi\.conf|modules-enabled\/\S*|conf\.d\/\*\.conf)$|^\/usr\/share\/nginx\/modules\//;

/** Directives of a file, what is in `http` as if it stood outside. */
export interface Read {
    configuration: Configuration;
    directives: Directive[];
}

/** The files that nginx reads, from the one that it begins with to all that they include. */
export function readFrom(configurations: Configuration[]): { files: Read[] } | { why: string } {
    const targets = new Map(
        configurations.map((each) => [
            each.target.replace(/^\/etc\/nginx\/templates\/(.*)\.template$/, "/etc/nginx/conf.d/$1"),
            each,
        ]),
    );
    const first = targets.has("/etc/nginx/nginx.conf") ? ["/etc/nginx/nginx.conf"] : ["/etc/nginx/conf.d/*.conf"];
    const files: Read[] = [];
    const seen = new Set<string>();
    for (const form of first) {
        const pattern = new RegExp(`^${form.replace(/[.+]/g, "\\$&").replaceAll("*", "[^/]*")}$`);
        for (const [target, configuration] of targets) {
            if (!pattern.test(target) || seen.has(target)) continue;
            seen.add(target);
            const parsed = parseNginx(configuration.text);
            if (!parsed) return { why: `${configuration.shown} is not read as nginx's configuration` };
            const directives = parsed.flatMap((each) => (each.name === "http" ? (each.block ?? []) : [each]));
            files.push({ configuration, directives });
            for (const { args, line } of all(directives).filter(({ name }) => name === "include")) {
                const path = posix.resolve("/etc/nginx", args[0] ?? "");
                const isThere = [...targets.keys()].some((each) => matches(path, each));
                if (!isThere && !ofTheImage.test(path))
                    return { why: `${configuration.shown}:${line} includes ${args[0]}, which is not there to be read` };
                first.push(path);
            }
        }
    }
    return { files };
}

const matches = (form: string, path: string): boolean =>
    new RegExp(`^${form.replace(/[.+]/g, "\\$&").replaceAll("*", "[^/]*")}$`).test(path);

/** Directives with all that are within them. */
export const all = (directives: Directive[]): Directive[] =>
    directives.flatMap((directive) => [directive, ...all(directive.block ?? [])]);

/** The server that nginx's images have by themselves at the same port, which must not be the one that is asked. */
export function ownServer(raw: Tree, files: Read[]): Files {
    const target = "/etc/nginx/conf.d/default.conf";
    const main = files.find(({ configuration }) => configuration.target === "/etc/nginx/nginx.conf");
    const isIncluded =
        !main || all(main.directives).some(({ name, args }) => name === "include" && /conf\.d\/\*/.test(args[0] ?? ""));
    const isTaken = files.some(({ configuration }) => /\/default\.conf(\.template)?$/.test(configuration.target));
    return isIncluded && !isTaken && !/\brm\s[^\n]*default\.conf/.test(dockerfileOf(raw))
        ? { [target]: { content: "# The image's own server would take requests in place of the other one.\n" } }
        : {};
}
