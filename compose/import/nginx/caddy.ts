import { isPublic } from "../labels";
import { secondsOf } from "../values";
import { parseCaddyfile, withSnippets, type Site } from "./caddyfile";
import type { Configuration } from "./files";
import { forwarded } from "./location";
import type { Front, Refusal, Way } from "./outcome";
import { without, type Directive } from "./syntax";

/**
 * What a Caddyfile passes on, as routes. Where nothing else is in it, the load balancer takes Caddy's place; otherwise Caddy stays for
 * what it answers itself, on port 80 and without TLS. @see https://caddyserver.com/docs/caddyfile
 */

/** A path that Caddy answers in any case, where `/` is not its own any more. */
const healthPath = "/caddy-health";

/** What a load balancer does by itself, or need not. */
const spare = /^(encode|log|log_\w+|tls|bind|root|vars|header|skip_log|@.*|request_body|handle_errors)$/;
/** What is Caddy's own to answer. */
const answers = /^(file_server|redir|respond|templates|error|abort|metrics)$/;
/** What goes with that. */
const besides = /^(try_files|rewrite|uri|fs|push|map)$/;
/** Inside of `reverse_proxy`. */
const spareInside =
    /^(to|header_up|header_down|transport|health_\w+|lb_\w+|fail_duration|max_fails|unhealthy_\w+|flush_interval|trusted_proxies|stream_\w+|(request|response)_buffers|buffer_\w+|verbose_logs)$/;

/** Which requests a block is for. */
interface Scope {
    paths: string[];
    hosts: string[];
    /** What is taken from the path before. */
    strip?: string;
    isWebSocket?: boolean;
    /** Whether the first that fits is taken, and not the most specific one. */
    isOrdered?: boolean;
}

interface Found extends Way {
    line: number;
    isWebSocket: boolean;
    isOrdered: boolean;
    seconds?: number;
    hosts: string[];
}

/** What a site does. */
interface Served {
    site: Site;
    ways: Found[];
    own: string[];
    passed: Directive[];
    /** Hosts that it leads elsewhere, if it does nothing else. */
    leadsTo?: string;
}

class Refused extends Error {
    constructor(
        readonly line: number,
        readonly reason: string,
    ) {
        super(reason);
    }
}

const refuse = (line: number, reason: string): never => {
    throw new Refused(line, reason);
};

/** What a Caddyfile does; or why no routes say it. Undefined where nothing of it is the file's. */
export function caddyFront(configuration: Configuration, siblings: Map<string, string>): Front | Refusal | undefined {
    const { shown, at } = configuration;
    try {
        return frontOf(configuration, siblings);
    } catch (error) {
        if (error instanceof Refused) return { refused: `${shown}:${error.line}: ${error.reason}`, at };
        throw error;
    }
}

function frontOf(configuration: Configuration, siblings: Map<string, string>): Front | undefined {
    const { text, variables, shown, at, target } = configuration;
    const all = parseCaddyfile(text, variables);
    if (!all) return refuse(1, "is not read as a Caddyfile");
    const snippets = new Map(
        all.flatMap(({ addresses: [name], block }) =>
            name?.startsWith("(") ? [[name.slice(1, -1), block] as const] : [],
        ),
    );
    const found = all
        .filter(({ addresses: [name] }) => name !== undefined && !name.startsWith("("))
        .map((site) => servedBy(site, snippets, siblings));
    if (!found.some(({ ways, own }) => ways.length || own.length)) return undefined;
    const served = found.filter(({ ways, own, leadsTo }) => leadsTo === undefined && (ways.length || own.length));
    const kinds = new Map(served.map((each) => [doesOf(each), each]));
    if (!served.length) return undefined;
    const staying = [...kinds.values()].filter(({ own }) => own.length);
    if (staying.length > 1)
        return refuse(staying[1].site.line, "answers for several sites itself: make a service of each");
    const hostsOf = (each: Served) => [
        ...new Set(served.filter((other) => doesOf(other) === doesOf(each)).flatMap(({ site }) => publicHosts(site))),
    ];
    const isSplit = kinds.size > 1;
    for (const each of kinds.values())
        if (isSplit && !hostsOf(each).length)
            refuse(each.site.line, "is one of several addresses: say the hosts of routes, and a domain");
    const within = (each: Served, hosts: string[]): (string | undefined)[] =>
        hosts.length ? hosts : isSplit ? hostsOf(each) : [undefined];
    const ways = [...kinds.values()].flatMap((each) =>
        inOrder(each.ways).flatMap(({ service, path, port, stripPrefix, hosts }) =>
            within(each, hosts).map((host) => ({
                service,
                path,
                port,
                ...(stripPrefix && { stripPrefix }),
                ...(host !== undefined && { host }),
            })),
        ),
    );
    const names = [...new Set(served.flatMap(({ site }) => publicHosts(site)))];
    const redirects = found.flatMap(({ site, leadsTo }) => {
        if (leadsTo === undefined) return [];
        if (leadsTo !== "" && !names.includes(leadsTo))
            refuse(site.line, `leads to ${leadsTo}, which is no site of it: no load balancer does so`);
        return leadsTo === "" ? [] : publicHosts(site);
    });
    const [stays] = staying;
    const isSpare = (stays as Served | undefined) === undefined;
    const isWhole = !isSpare && !stays.own.includes("/*");
    const seconds = served.flatMap((each) => each.ways);
    return {
        isSpare,
        ways,
        own: isSpare
            ? []
            : stays.own.flatMap((path) =>
                  within(stays, []).map((host) => ({ path, ...(host !== undefined && { host }) })),
              ),
        files: isSpare ? {} : { [target]: { content: rewritten(text, stays, found, isWhole) } },
        skips: new Set([JSON.stringify(at)]),
        shown: new Set([shown]),
        variables: new Set(
            [...variables].flatMap(([name, value]) =>
                siblings.has(value.replace(/^https?:\/\//, "").replace(/[:/].*$/, "")) && text.includes(`{$${name}`)
                    ? [name]
                    : [],
            ),
        ),
        seconds: new Map(
            seconds.flatMap((way) =>
                way.seconds === undefined ? [] : [[way.service, Math.ceil(way.seconds)] as const],
            ),
        ),
        ...(isWhole && { health: healthPath }),
        ...(redirects.length && { redirects }),
        notes: [
            ...notesOf([...kinds.values()]),
            ...(names.length && !isSplit
                ? [
                      `${names.join(", ")}: say domain${redirects.length ? `, and its redirects, ${redirects.join(", ")}` : ""}`,
                  ]
                : []),
        ],
    };
}

const doesOf = ({ ways, own }: Served): string =>
    JSON.stringify([
        ways.map(({ service, path, port, stripPrefix, hosts }) => [service, path, port, stripPrefix, hosts]),
        own,
    ]);

/** Names of a site that the DNS may have; an address without a name, or a variable without a value, is none. */
const publicHosts = ({ addresses }: Site): string[] =>
    addresses.map((address) => address.replace(/^https?:\/\//, "").replace(/:\d+$/, "")).filter(isPublic);

function servedBy(site: Site, snippets: Map<string, Directive[]>, siblings: Map<string, string>): Served {
    const strange = site.addresses.find((address) => /^[^/]*[^:/]\/[^/]/.test(address.replace(/^https?:\/\//, "")));
    if (strange !== undefined) refuse(site.line, `${strange} has a path`);
    const expanded = withSnippets(site.block, snippets);
    if (!Array.isArray(expanded))
        return refuse(expanded.line, `${expanded.args.join(" ")} is imported and not read here: say the routes`);
    const served: Served = { site: { ...site, block: expanded }, ways: [], own: [], passed: [] };
    const rest = expanded.filter(({ name }) => !spare.test(name));
    const [only] = rest;
    if (rest.length === 1 && only.name === "redir" && !isMatcher(only.args[0])) {
        const [, host] = /^https?:\/\/([\w.-]+|\{host\})(?::443)?\{uri\}$/.exec(only.args[0] ?? "") ?? [];
        if (host !== undefined) return { ...served, leadsTo: host === "{host}" ? "" : host };
    }
    walk(expanded, { paths: [], hosts: [] }, new Map(), served, siblings);
    return served;
}

const isMatcher = (word: string | undefined): boolean => /^(\*$|[/@])/.test(word ?? "");

function walk(
    block: Directive[],
    outer: Scope,
    above: Map<string, Directive>,
    served: Served,
    siblings: Map<string, string>,
): void {
    const matchers = new Map(above);
    for (const directive of block) if (directive.name.startsWith("@")) matchers.set(directive.name, directive);
    const stripped = block.find(({ name, args }) => name === "uri" && args.includes("strip_prefix"));
    const scope = stripped ? { ...outer, strip: stripped.args[stripped.args.length - 1] } : outer;
    const count = served.passed.length;
    for (const directive of block) {
        const { name, args, line } = directive;
        const matcher = isMatcher(args[0]) ? args[0] : undefined;
        if (name === "reverse_proxy") {
            served.ways.push(...passedOn(directive, narrowed(scope, matcher, matchers, line), siblings));
            served.passed.push(directive);
        } else if (name === "handle" || name === "handle_path" || name === "route") {
            const inner = narrowed(scope, matcher, matchers, line);
            if (name === "handle_path" && scope.paths.length) refuse(line, "handle_path within a path");
            const strip = name === "handle_path" ? matcher?.replace(/\/?\*$/, "") : undefined;
            walk(
                directive.block ?? [],
                { ...inner, ...(strip !== undefined && { strip }), ...(name === "route" && { isOrdered: true }) },
                matchers,
                served,
                siblings,
            );
        } else if (answers.test(name)) own(directive, narrowed(scope, matcher, matchers, line), served);
        else if (name === "php_fastcgi")
            refuse(line, "php_fastcgi asks by FastCGI, and load balancers by HTTP: build one image of both");
        else if (!spare.test(name) && !besides.test(name))
            refuse(line, `${name}, which no load balancer does: say the routes`);
    }
    // What changes a path does so for what is passed on beside it.
    const changes = block.find(
        ({ name, args }) => (name === "rewrite" || name === "map" || name === "uri") && !args.includes("strip_prefix"),
    );
    if (changes && block.some(({ name }) => name === "reverse_proxy") && served.passed.length > count)
        refuse(changes.line, `${changes.name} changes the path of requests, which no route does`);
}

/** What Caddy answers by itself. */
function own({ name, args, line }: Directive, { paths, hosts, strip }: Scope, served: Served): void {
    if (hosts.length) refuse(line, `${name} for one host of several: make a service of it`);
    const isDenial =
        name === "abort" || name === "error" || (name === "respond" && args.some((word) => /^[45]\d\d$/.test(word)));
    // Nothing else is asked of a load balancer whose routes are not for all.
    if (isDenial && !paths.length) return;
    if (isDenial)
        refuse(line, `${name} denies ${paths.join(", ")}, which no load balancer does: let the service do so`);
    if (name === "redir" && /^https:\/\/\{host\}(:443)?\{uri\}$/.test(args[args.length - 1] ?? "")) return;
    // A text that says that Caddy is well.
    if (name === "respond" && paths.length && paths.every((path) => !path.endsWith("*")) && strip === undefined) return;
    for (const path of paths.length ? paths : ["/*"]) if (!served.own.includes(path)) served.own.push(path);
}

/** A scope within another one. */
function narrowed(outer: Scope, matcher: string | undefined, matchers: Map<string, Directive>, line: number): Scope {
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

/** The ways of a `reverse_proxy`. */
function passedOn({ args, block = [], line }: Directive, scope: Scope, siblings: Map<string, string>): Found[] {
    const strange = block.find(
        ({ name, args: words }) =>
            !spareInside.test(name) ||
            (name === "header_up" &&
                !forwarded.test(words[0] ?? "") &&
                !/^\{(http\.request\.)?header\./.test(words[1] ?? "")),
    );
    if (strange)
        refuse(
            strange.line,
            `${strange.name}${strange.name === "header_up" ? ` ${strange.args[0]}` : ""}, which no load balancer does: say the routes`,
        );
    const transport = block.find(({ name }) => name === "transport");
    const encrypted = transport?.block?.find(({ name }) => /^tls/.test(name));
    if (encrypted) refuse(encrypted.line, "leads to it by HTTPS, and services are asked by HTTP");
    if (transport && transport.args[0] !== "http")
        refuse(transport.line, `asks by ${transport.args[0]}, and load balancers by HTTP`);
    const to = [
        ...(isMatcher(args[0]) ? args.slice(1) : args),
        ...block.filter(({ name }) => name === "to").flatMap(({ args: words }) => words),
    ];
    const [, scheme, host = "", port] = /^(?:(\w+):\/\/)?([\w.-]+)(?::(\d+))?\/?$/.exec(to[0] ?? "") ?? [];
    const service = siblings.get(host);
    if (service === undefined || to.length > 1)
        return refuse(line, `leads to ${to.join(" ")}, which is not one service of the file: say the routes`);
    if (scheme !== undefined && scheme !== "http")
        refuse(
            line,
            `leads to it by ${scheme}, and services are asked by HTTP: say its protocol in ports, and the routes`,
        );
    const { strip, paths, hosts, isWebSocket = false, isOrdered = false } = scope;
    const stripPrefix = strip !== undefined;
    const prefixes = paths.map((path) => path.replace(/\/\*$/, ""));
    if (
        stripPrefix &&
        (paths.length !== 1 || !/^\/.+\/\*$/.test(paths[0]) || prefixes[0] !== strip.replace(/(.)\/$/, "$1"))
    )
        refuse(line, `${paths.join(" ") || "/"} is no prefix that a route goes without`);
    const waits = transport?.block?.find(({ name }) => /^(read|response_header)_timeout$/.test(name))?.args[0];
    const seconds = secondsOf(waits);
    return (paths.length ? paths : ["/*"]).map((path) => ({
        service,
        path,
        port: Number(port ?? 80),
        ...(stripPrefix && { stripPrefix }),
        ...(seconds !== undefined && { seconds }),
        hosts,
        line,
        isWebSocket,
        isOrdered,
    }));
}

/** Ways of a site of which the most specific path is the one that Caddy takes, as load balancers do. */
function inOrder(ways: Found[]): Found[] {
    const isSame = (one: Found, other: Found) =>
        one.service === other.service && one.port === other.port && one.stripPrefix === other.stripPrefix;
    const covers = (one: string, other: string) =>
        one === other || (one.endsWith("/*") && other.startsWith(one.slice(0, -1)));
    const all = ways.filter(({ isWebSocket }) => !isWebSocket);
    for (const way of ways)
        if (way.isWebSocket && !all.some((other) => covers(other.path, way.path) && isSame(other, way)))
            refuse(way.line, `leads WebSockets to ${way.service} alone: routes are paths and hosts`);
    for (const [index, way] of all.entries()) {
        const first = all
            .slice(0, index)
            .find(
                (other) =>
                    other.hosts.join() === way.hosts.join() &&
                    covers(other.path, way.path) &&
                    !isSame(other, way) &&
                    (other.path === way.path || (other.isOrdered && way.isOrdered)),
            );
        if (first) refuse(way.line, `${way.path} goes to ${first.service} before, by ${first.path}`);
    }
    return all.filter(
        (way, index) =>
            all.findIndex((other) => other.path === way.path && other.hosts.join() === way.hosts.join()) === index,
    );
}

/** The Caddyfile without what is passed on; load balancers speak TLS, and plain HTTP to what stands behind them. */
function rewritten(text: string, { site, passed }: Served, all: Served[], isWhole: boolean): string {
    const [, port = "80"] = site.addresses.map((address) => /:(\d+)$/.exec(address)).find((match) => match) ?? [];
    const health = isWhole ? `\n    handle ${healthPath} {\n        respond 200\n    }\n` : "";
    const tls = (block: Directive[]): Directive[] => block.filter(({ name }) => name === "tls");
    return without(text, [
        ...all
            .filter((each) => each.site.start !== site.start)
            .map((each) => ({ start: each.site.start, end: each.site.until })),
        { start: site.start, end: site.end, instead: `:${port === "443" ? "80" : port}` },
        ...(health === "" ? [] : [{ start: site.inner, end: site.inner, instead: health }]),
        ...passed,
        ...tls(site.block),
    ]);
}

function notesOf(all: Served[]): string[] {
    const directives = all.flatMap(({ site }) => site.block);
    return [
        ...(directives.some(({ name, args }) => name === "header" && !args.some((word) => word.startsWith("-")))
            ? ["headers that it adds (header) are not on what goes straight to them"]
            : []),
        ...(directives.some(({ name }) => name === "encode") ? ["nobody but they compress what they answer"] : []),
        ...(directives.some(({ name }) => name === "request_body")
            ? ["bodies may be as large as the load balancer takes"]
            : []),
    ];
}
