import { isPublic } from "../labels";
import { isMatcher, narrowed, refuse, Refused, type Scope } from "./caddy-matchers";
import { inOrder, passedOn, type Found } from "./caddy-ways";
import { parseCaddyfile, withSnippets, type Site } from "./caddyfile";
import type { Configuration } from "./files";
import type { Front, Refusal } from "./outcome";
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
/** What a site does. */
interface Served {
    site: Site;
    ways: Found[];
    own: string[];
    passed: Directive[];
    /** Hosts that it leads elsewhere, if it does nothing else. */
    leadsTo?: string;
}

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
    const below = (block: Directive[]): Directive[] =>
        block.flatMap((directive) => [
            directive,
            ...(directive.name.startsWith("@") ? [] : below(directive.block ?? [])),
        ]);
    const directives = all.flatMap(({ site }) => below(site.block));
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
