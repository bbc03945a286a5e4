import type { Compose } from "../load/load";
import { isTree, type Tree } from "../load/places";
import { volumesOf } from "../load/volumes";
import { productOf } from "./parts";
import { read, textsBelow } from "./texts";
import { textOf, textsOf } from "./values";

/** Proxies whose settings are not read as routes: what in them tells that more than passing everything on is lost with them. */

/** Image → what in its settings decides about requests, or changes them. */
const decides: [image: RegExp, words: RegExp][] = [
    [
        /(^|\/)haproxy(:|@|$)/,
        /^\s*(acl|use_backend|use-server|userlist|stick-table|mode\s+tcp|reqrep|http-request\s+(?!set-header\s+X-)\S+|tcp-request\s+\S+|redirect\s+(?!scheme\s+https)\S+)/,
    ],
    [
        /(^|\/)traefik(:|@|$)/,
        /\b(basicAuth|digestAuth|forwardAuth|ipAllowList|ipWhiteList|addPrefix|replacePath\w*|stripPrefix\w*|customRequestHeaders|redirectRegex|plugin)\b["'`]?\s*[:=\].]|\b(PathPrefix|Path|PathRegexp|HeadersRegexp|Headers?|Method|Query|ClientIP)\(/i,
    ],
    [
        /(^|\/)envoy(:|@|$)/,
        /\b(ext_authz|jwt_authn|rbac|prefix_rewrite|regex_rewrite|path_rewrite\w*|safe_regex|(path|prefix):\s*["']?\/[^"'\s]+|local_ratelimit|basic_auth|oauth2|lua)/,
    ],
];

/** What has to be said by somebody of a proxy that leads to these services of the file. */
export function unreadFault(
    file: Compose,
    raw: Tree,
    hosts: Set<string>,
    contextOf: (path: string) => string,
): string | undefined {
    if (hosts.size > 1)
        return `leads to ${[...hosts].join(" and ")} by settings that are not read here: say their routes`;
    const answers = isTree(raw.build)
        ? textsBelow(textOf(raw.build.context), () => false, true).find((path) =>
              /\blocation\b[^{}]*\{[^}]*\b(alias|root|try_files|auth_basic|return)\s/.test(read(path)),
          )
        : undefined;
    if (answers !== undefined)
        return `${contextOf(answers)} answers something by itself, which no load balancer does: make it a service of its own, or let another one answer it`;
    const words = decides.find(([image]) => image.test(productOf(raw)))?.[1];
    if (!words) return undefined;
    const everywhere = textsOf(raw.command).find((word) => /^--entrypoints?\.[^=]*\.middlewares=/i.test(word));
    if (everywhere !== undefined)
        return `${everywhere}: what that does to every request no load balancer does: let the services do so`;
    for (const [path, text] of settingsOf(file, raw))
        // A Traefik's file that leads nowhere defines what labels name, and is judged with them.
        for (const [index, line] of text.split("\n").entries())
            if (leadsOn(text) && words.test(line.replace(/(^|\s)#.*$/, "")))
                return `${path === undefined ? "its text" : contextOf(path)}:${index + 1}: ${line.trim()}: settings that are not read here: say the routes, and let services do what a load balancer does not`;
    return undefined;
}

const leadsOn = (text: string): boolean => !/\brouters\b|\bmiddlewares\b/i.test(text) || /\bloadBalancer\b/i.test(text);

/** Texts that a service mounts, with the files that they are in. */
const settingsOf = ({ configs }: Compose, raw: Tree): [string | undefined, string][] => [
    ...volumesOf(raw)
        .filter(({ type, source }) => type === "bind" && source !== undefined)
        .flatMap(({ source }) => textsBelow(source!, () => false, true))
        .map((path): [string, string] => [path, read(path)]),
    ...(Array.isArray(raw.configs) ? (raw.configs as Tree[]) : []).flatMap((config): [string | undefined, string][] => {
        const said = configs[textOf(config.source)];
        if (!isTree(said)) return [];
        if (typeof said.file === "string") return [[said.file, read(said.file)]];
        return typeof said.content === "string" ? [[undefined, said.content]] : [];
    }),
];
