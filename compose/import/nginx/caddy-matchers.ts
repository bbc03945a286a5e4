import { isPublic } from "../labels";
import type { Directive } from "./syntax";

/** Which requests a directive of a Caddyfile is for. @see https://caddyserver.com/docs/caddyfile/matchers */

/** Which requests a block is for. */
export interface Scope {
    paths: string[];
    hosts: string[];
    /** What is taken from the path before. */
    strip?: string;
    isWebSocket?: boolean;
    /** Whether the first that fits is taken, and not the most specific one. */
    isOrdered?: boolean;
}

/** Why no routes say what a Caddyfile does. */
export class Refused extends Error {
    constructor(
        readonly line: number,
        readonly reason: string,
    ) {
        super(reason);
    }
}

export const refuse = (line: number, reason: string): never => {
    throw new Refused(line, reason);
};

export const isMatcher = (word: string | undefined): boolean => /^(\*$|[/@])/.test(word ?? "");

/** A scope within another one. */
export function narrowed(
    outer: Scope,
    matcher: string | undefined,
    matchers: Map<string, Directive>,
    line: number,
): Scope {
    if (matcher === undefined || matcher === "*") return outer;
    const inner = matcher.startsWith("/")
        ? { paths: [pathOf(matcher, line)], hosts: [] }
        : named(matcher, matchers, line);
    if (inner.paths.length && outer.strip !== undefined) refuse(line, `${matcher} is a path of what is left of one`);
    const isInside = (path: string) =>
        outer.paths.some((above) => above === path || (above.endsWith("/*") && path.startsWith(above.slice(0, -1))));
    if (outer.paths.length && inner.paths.some((path) => !isInside(path)))
        refuse(line, `${matcher} lies outside of ${outer.paths.join(", ")}`);
    return {
        ...outer,
        ...inner,
        paths: inner.paths.length ? inner.paths : outer.paths,
        hosts: inner.hosts.length ? inner.hosts : outer.hosts,
    };
}

/** `@api path /api/* /auth/*`, or a block of such lines, all of which a request must fit. */
function named(matcher: string, matchers: Map<string, Directive>, line: number): Scope {
    const said = matchers.get(matcher);
    if (!said) return refuse(line, `${matcher} is no matcher of it`);
    const [kind, ...words] = said.args;
    const conditions = said.block ?? [{ ...said, name: kind, args: words }];
    const scope: Scope = { paths: [], hosts: [], isOrdered: true };
    for (const { name, args, line: where } of conditions) {
        if (name === "path") scope.paths.push(...args.map((path) => pathOf(path, where)));
        else if (name === "host" && args.every((host) => isPublic(host))) scope.hosts.push(...args);
        else if (name === "header" && /^(Connection|Upgrade)$/i.test(args[0] ?? "")) scope.isWebSocket = true;
        else refuse(where, `${matcher} asks for ${name} ${args.join(" ")}: routes are paths and hosts`);
    }
    return scope;
}

/** The path of a matcher as routes have it: `/api*` is `/api/*`. */
function pathOf(matcher: string, line: number): string {
    if (matcher === "/*") return matcher;
    const path = matcher.replace(/([\w.~-])\*$/, "$1/*");
    return /^\/([\w.~-]+\/)*(\*|[\w.~-]+)?$/.test(path) ? path : refuse(line, `${matcher} is no path that routes have`);
}
