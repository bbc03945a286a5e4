import type { Compose } from "../load/load";
import { isTree, type Tree } from "../load/places";
import { baseOf } from "./dockerfile";
import type { Mention } from "./hosts";
import { besideNginx } from "./nginx/beside";
import { configurationsOf, type Configuration } from "./nginx/files";
import type { Front, Gateway, Refusal } from "./nginx/outcome";
import { doneByBalancer, kindOf, productOf, type Say } from "./parts";
import { aliasesOf } from "./prepare";
import { volumesOf } from "../load/volumes";
import { publishedPorts } from "./ports";
import { environmentOf, pointsAt } from "./values";

/** Where web servers keep what may be theirs: nginx, and what it includes; Apache; Caddy. Which of it is read, the images know. */
const settings =
    /^\/(etc\/nginx|opt\/bitnami\/nginx\/conf|usr\/local\/openresty\/nginx\/conf|usr\/local\/apache2\/conf|etc\/apache2|etc\/httpd)\/.+|^\/etc\/caddy\/Caddyfile$/;
/** Images of web servers; one that a Dockerfile makes is known by what it copies there. */
const servers = /(^|\/)(nginx(-unprivileged)?|openresty|httpd|caddy)(:|@|$)/;

/** What asks by FastCGI, uWSGI or SCGI. */
const asks = /\b(fastcgi|uwsgi|scgi)_pass\b|\bphp_fastcgi\b|\bfcgi:\/\//;
/** What asks by HTTP. */
const asksByHttp = /\bproxy_pass\b|\breverse_proxy\b|^\s*ProxyPass\w*\s.*\b(https?|h2c?|wss?):\/\//im;

/** A text without its comments. */
export const said = (text: string): string => text.replace(/(^|\s)#.*$/gm, "$1");

/** The Compose services that are such a web server, before one service that nobody else asks in that way. */
export function gatewaysOf(
    file: Compose,
    mentions: Map<string, Mention[]>,
    contextOf: (path: string) => string,
): Map<string, Gateway> {
    const found = new Map<string, Gateway>();
    for (const [from, all] of mentions) {
        const raw = file.services[from];
        const kind = kindOf(raw);
        if (kind !== "service" && (typeof kind === "string" || kind.why !== doneByBalancer)) continue;
        if (!servers.test(productOf(raw)) && !isTree(raw.build)) continue;
        const [behind, ...others] = new Set(all.map(({ host }) => host));
        if (behind === undefined || others.length || kindOf(file.services[behind]) !== "service") continue;
        if (isAskedByOthers(file, mentions, from, behind)) continue;
        const gateway = gatewayOf(file, raw, behind, contextOf);
        if (gateway) found.set(from, gateway);
    }
    return found;
}

/** Whether others call the web server by its name, or the service behind it in its way. */
const isAskedByOthers = ({ services }: Compose, mentions: Map<string, Mention[]>, from: string, behind: string) =>
    Object.entries(services).some(
        ([other, raw]) =>
            other !== from &&
            (mentions.get(other)!.some(({ host, gateway }) => host === from || (host === behind && gateway)) ||
                environmentOf(raw).some(
                    ([variable, value]) => value !== undefined && pointsAt(variable, value)?.host === from,
                )),
    );

function gatewayOf(file: Compose, raw: Tree, behind: string, contextOf: (path: string) => string): Gateway | undefined {
    const names = [behind, ...[...aliasesOf(file)].flatMap(([alias, service]) => (service === behind ? [alias] : []))];
    const either = names.map((name) => name.replace(/[.]/g, "\\.")).join("|");
    const leads = new RegExp(
        `((?:\\b(?:fastcgi_pass|uwsgi_pass|scgi_pass|server|set\\s+\\$\\w+)\\s+["']?)|\\bphp_fastcgi\\s+(?:[/*@]\\S*\\s+)?|\\bfcgi://)(?:${either})(:\\d{2,5}\\b)`,
        "g",
    );
    const configurations = configurationsOf(file, raw, contextOf, settings);
    const passes = (by: RegExp) => configurations.some(({ text }) => by.test(said(text)));
    if (!passes(asks) || passes(asksByHttp)) return undefined;
    const replaced: Gateway["replaced"] = {};
    for (const { target, text } of configurations) {
        const texts = [...text.matchAll(leads)].map(([all, before, port]) => [all, `${before}127.0.0.1${port}`]);
        if (texts.length) replaced[target] = Object.fromEntries(texts) as Record<string, string>;
        const rest = said(text.replace(leads, ""));
        if (new RegExp(`(?<![\\w./-])(?:${either})(?=:\\d|\\s*;)`).test(rest)) return undefined;
    }
    return Object.keys(replaced).length
        ? { behind, by: "FastCGI or the like", configurations, replaced, files: {}, notes: [] }
        : undefined;
}

/** Ports at which a web server answers plain HTTP, as far as its configuration says it. */
const listensAt = (configurations: Configuration[]): number[] => [
    ...new Set(
        configurations.flatMap(({ text }) =>
            [...said(text).matchAll(/(?:^|[{;])\s*listen\s+(?:\S+:)?(\d{1,5})\b([^;\n]*)/gim)].flatMap(
                ([, port, more]) => (/\bssl\b|\bquic\b/.test(more) || port === "443" ? [] : [Number(port)]),
            ),
        ),
    ),
];

/** The service behind is what requests come to. */
export function takePorts({ services }: Compose, from: string, { behind, configurations }: Gateway): void {
    const [front, service] = [services[from], services[behind]];
    const own = listensAt(configurations)[0] ?? baseOf(front)?.ports[0] ?? 80;
    // Requests that come to it by another port than the web server's do so on one's own machine alone.
    service.ports = publishedPorts(front) as unknown as Tree[];
    service.expose = publishedPorts(front).length ? [] : (front.expose ?? [String(own)]);
    for (const key of ["labels", "networks"]) if (front[key] !== undefined) service[key] = front[key];
}

/** A web server that asks by a socket in a volume, which Docker's containers share and no file system of a cloud's has. */
function saySockets(file: Compose, from: string, contextOf: (path: string) => string, { mend }: Say): void {
    const raw = file.services[from];
    for (const { text, shown, at } of configurationsOf(file, raw, contextOf, settings))
        for (const [, path] of said(text).matchAll(
            /(?:\b(?:fastcgi|uwsgi|scgi)_pass\s+["']?unix:|\bserver\s+unix:|\bphp_fastcgi\s+unix\/|\bproxy:unix:)([\w./-]+)/g,
        ))
            if (volumesOf(raw).some(({ target }) => path.startsWith(`${target.replace(/\/$/, "")}/`)))
                mend(
                    at,
                    `${shown} asks by the socket ${path}, which no file system of a cloud has: let the service behind listen at a port, such as 9000, and ask it by its name and that port`,
                );
}

/**
 * An nginx that looks names up while it runs, by Docker's own DNS: no cloud has that. What the load balancer passes on in its place is not in
 * the files of a front any more.
 */
function sayResolver(
    file: Compose,
    from: string,
    contextOf: (path: string) => string,
    front: Front | Refusal | undefined,
    { mend }: Say,
): void {
    if (front && "refused" in front) return;
    const configurations = configurationsOf(file, file.services[from], contextOf, settings);
    const texts = configurations.map((each) => ({
        ...each,
        text: said(front?.files[each.target]?.content ?? each.text),
    }));
    const asking = texts.find(({ text }) => /\bresolver\s[^;]*\b127\.0\.0\.11\b/.test(text));
    const looksUp = texts.some(({ text }) =>
        /\b\w+_pass\s+[^;]*\$(?!(?:request_uri|uri|is_args|args|\d)\b)/.test(text),
    );
    if (asking && looksUp)
        mend(
            asking.at,
            `${asking.shown} looks names up by Docker's own DNS (resolver 127.0.0.11), which no cloud has, while it runs: let it lead to a name that it says itself, without a variable and a resolver`,
        );
}

/** What a web server that stays a service would not find in a cloud. */
export function sayServer(
    file: Compose,
    from: string,
    contextOf: (path: string) => string,
    front: Front | Refusal | undefined,
    say: Say,
): void {
    saySockets(file, from, contextOf, say);
    sayResolver(file, from, contextOf, front, say);
}

/** Those of nginxs whose ways no routes can say that can be a sidecar of the only service that they lead to; the others say why not. */
export function takeBeside(
    file: Compose,
    mentions: Map<string, Mention[]>,
    fronts: Map<string, Front | Refusal>,
    gateways: Map<string, Gateway>,
    contextOf: (path: string) => string,
): void {
    for (const [from, front] of fronts) {
        if ("ways" in front) continue;
        const found = besideNginx(file, from, mentions, contextOf);
        if (found && "why" in found)
            fronts.set(from, {
                ...front,
                refused: `${front.refused}; nor is it a sidecar of ${found.behind}: ${found.why}`,
            });
        else if (found && ![...gateways.values()].some(({ behind }) => behind === found.behind)) {
            gateways.set(from, found);
            takePorts(file, from, found);
            mentions.set(from, []);
            fronts.delete(from);
        }
    }
}
