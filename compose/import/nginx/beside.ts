import type { Compose } from "../../load/load";
import type { Mention } from "../hosts";
import { kindOf } from "../parts";
import { publishedPorts } from "../ports";
import { aliasesOf } from "../prepare";
import { environmentOf, pointsAt } from "../values";
import { configurationsOf } from "./files";
import { all, ownServer, readFrom, type Read } from "./included";
import { secondsOf, setIn } from "./location";
import type { Gateway } from "./outcome";
import type { Directive } from "./syntax";

/**
 * An nginx before one service that does with requests what no load balancer does: it becomes a sidecar of that service, takes the requests
 * in its place, and finds it at localhost. What it would do otherwise there than under Compose is a reason to leave it to somebody.
 */

/** What depends on who the other end of the connection is, which is the load balancer in a cloud, or on TLS, which that ends. */
const ofTheConnection =
    /\$\{?(scheme|https|server_port|remote_addr|binary_remote_addr|remote_port|remote_user|server_addr|realip_\w+|proxy_protocol_\w+|ssl_\w+|geoip\w*|proxy_host|proxy_port)\b/;
/** What nginx does by the client's address or certificate, or by a module that nobody reads here. */
const strange =
    /^(allow|satisfy|geo|geoip\w*|set_real_ip_from|real_ip_\w+|ssl|ssl_\w+|http3\w*|quic\w*|proxy_bind|proxy_protocol\w*|proxy_ssl_\w+|js_\w+|perl\w*|\w+_by_lua\w*|lua_\w+|load_module|stream|mail|mirror)$|^(?!proxy_pass$)\w+_pass$/;
/** Logs say whose connection it was; nothing is decided by it. */
const logs = /^(log_format|access_log|error_log)$/;
const settings = /^\/etc\/nginx\/.+/;

/** The only service of the file that an nginx leads to; undefined where there are several, or none. */
const onlyOne = (file: Compose, mentions: Mention[]): string | undefined => {
    const [behind, ...others] = new Set(mentions.map(({ host }) => host));
    return others.length || behind === undefined || kindOf(file.services[behind]) !== "service" ? undefined : behind;
};

/** What an nginx becomes as a sidecar of the one service that it leads to; the reason why it cannot; undefined where there is no such service. */
export function besideNginx(
    file: Compose,
    from: string,
    mentions: Map<string, Mention[]>,
    contextOf: (path: string) => string,
): Gateway | { behind: string; why: string } | undefined {
    const raw = file.services[from];
    const behind = onlyOne(file, mentions.get(from) ?? []);
    if (behind === undefined || kindOf(raw) !== "service") return undefined;
    const because = (why: string) => ({ behind, why });
    if (configurationsOf(file, raw, contextOf).some(({ isMade }) => isMade))
        return because("its configuration is made by envsubst in a command");
    const configurations = configurationsOf(file, raw, contextOf, settings);
    const read = readFrom(configurations);
    if ("why" in read) return because(read.why);
    const names = new Map([
        ...Object.keys(file.services).map((name): [string, string] => [name, name]),
        ...aliasesOf(file),
    ]);
    const led = ledToLocalhost(read.files, behind, names);
    if ("why" in led) return because(led.why);
    const clash = clashOf(file, from, behind, led, mentions);
    if (clash !== undefined) return because(clash);
    return {
        behind,
        by: "HTTP",
        configurations,
        replaced: led.replaced,
        files: ownServer(raw, read.files),
        ...(led.seconds !== undefined && { seconds: led.seconds }),
        notes: led.notes,
    };
}

interface Led {
    replaced: Gateway["replaced"];
    /** The port at which it listens, and those at which it asks. */
    listens: number;
    asks: Set<number>;
    seconds?: number;
    notes: string[];
}

function ledToLocalhost(files: Read[], behind: string, names: Map<string, string>): Led | { why: string } {
    const replaced: Gateway["replaced"] = {};
    const asks = new Set<number>();
    const notes = new Set<string>();
    const isBehind = (host: string) => names.get(host) === behind;
    const top = files.flatMap(({ directives }) => directives);
    const upstreams = new Map(
        top.filter(({ name }) => name === "upstream").map(({ args, block = [] }) => [args[0], block]),
    );
    const servers = top.filter(({ name }) => name === "server");
    if (servers.length !== 1)
        return { why: `it has ${servers.length || "no"} servers, and the load balancer asks one` };
    const everywhere = all(top);
    const usesDns = everywhere.some(
        ({ name, args }) => name === "resolver" && args.some((arg) => /^127\.0\.0\.11\b/.test(arg)),
    );

    for (const { configuration, directives } of files) {
        const { shown, text, target } = configuration;
        const swap = ({ start, end }: Directive, to: (said: string) => string) => {
            const said = text.slice(start, end);
            if (to(said) !== said) (replaced[target] ??= {})[said] = to(said);
        };
        const fault = visit(directives, { variables: new Map(), headers: outside(top) }, (directive, within) => {
            const { name, args, line } = directive;
            const where = `${shown}:${line}`;
            if (strange.test(name) || (name === "auth_basic" && args[0] !== "off" && !within.path))
                return `${where}: ${name} does not mean there what it means here`;
            if (name === "deny" && args[0] !== "all") return `${where}: deny is told the load balancer's address`;
            if (name === "set" && isBehind(hostOf(args[1] ?? ""))) {
                swap(directive, (said) => said.replace(hostOf(args[1]), "127.0.0.1"));
                return undefined;
            }
            if (name === "resolver" && args.some((arg) => /^127\.0\.0\.11\b/.test(arg))) swap(directive, () => "");
            else if (name === "proxy_set_header") {
                const [header = "", value = ""] = args;
                if (/\$remote_addr$/.test(value) && !/^X-Forwarded-For$/i.test(header))
                    notes.add(`${header} is the load balancer's address; the client's is in X-Forwarded-For`);
                else if (asCame(header, value) !== undefined)
                    swap(directive, (said) => said.replace(value, asCame(header, value)!));
                else if (ofTheConnection.test(value)) return `${where}: ${header} is not what it is here`;
            } else if (name === "proxy_pass") {
                const said = (args[0] ?? "").replace(
                    /\$\{(\w+)\}|\$(\w+)/g,
                    (whole, braced?: string, bare?: string) => within.variables.get(braced ?? bare ?? "") ?? whole,
                );
                const [, scheme, host, digits] = /^(https?):\/\/([\w.-]+)(?::(\d+))?(?=$|[/$?])/.exec(said) ?? [];
                if (host === undefined) return `${where} leads to ${said}, which is not known`;
                if (upstreams.has(host)) return undefined;
                if (!isBehind(host)) {
                    if (names.has(host) || !host.includes(".")) return `${where} leads to ${host}, which is not known`;
                    return usesDns && (args[0] ?? "").includes("$")
                        ? `${where} finds ${host} by Docker's own DNS (resolver 127.0.0.11)`
                        : undefined;
                }
                if (scheme === "https") return `${where} asks it by HTTPS`;
                if (!within.headers.some((header) => /^host$/i.test(header)))
                    return `${where} sends no Host of its own, which would be 127.0.0.1: say proxy_set_header Host $host`;
                asks.add(Number(digits ?? 80));
                swap(directive, (whole) => whole.replace(new RegExp(`(//)${escaped(host)}(?![\\w.-])`), "$1127.0.0.1"));
            } else if (
                !logs.test(name) &&
                name !== "map" &&
                !isForwarded(within.map, args) &&
                args.some((arg) => ofTheConnection.test(arg))
            )
                return `${where}: ${name} ${args.join(" ")} is not what it is here`;
            else if (name === "map" && ofTheConnection.test(args[0] ?? ""))
                return `${where}: ${args[0]} is not what it is here`;
            return undefined;
        });
        if (fault !== undefined) return { why: fault };
        for (const { name, block = [] } of directives)
            for (const server of name === "upstream" ? block.filter((each) => each.name === "server") : []) {
                const [host, port = "80"] = server.args[0].split(":");
                if (!isBehind(host)) return { why: `${shown}:${server.line} leads to ${host} beside it` };
                if (server.args.includes("resolve"))
                    return { why: `${shown}:${server.line} is looked up again and again` };
                asks.add(Number(port));
                swap(server, (said) => said.replace(host, "127.0.0.1"));
            }
    }
    const left = stillNamed(files, replaced, [...names.keys()].filter(isBehind));
    if (left !== undefined) return { why: left };
    const listens = listensAt(servers[0]);
    if (typeof listens === "string") return { why: listens };
    if (!asks.size) return { why: "it leads to it in a way that is not read" };
    const waits = everywhere.flatMap(({ name, args }) =>
        name === "proxy_read_timeout" ? (secondsOf(args[0]) ?? []) : [],
    );
    if (everywhere.some(({ name }) => name === "client_max_body_size"))
        notes.add("bodies may be as large as the load balancer takes, too: 32 MiB on GCP");
    if (!passesAll(servers[0]))
        notes.add("it is asked for health.path, which it must answer with 200, or pass on as it is");
    return { replaced, listens, asks, ...(waits.length && { seconds: Math.max(...waits) }), notes: [...notes] };
}

interface Within {
    variables: Map<string, string>;
    /** Headers that are set here: those of the innermost block that sets any. */
    headers: string[];
    /** The path of the location that it is in, where that is not all. */
    path?: string;
    /** What the map is of that it is in. */
    map?: string;
}

const setHeaders = (block: Directive[]): string[] =>
    block.flatMap(({ name, args }) => (name === "proxy_set_header" ? [args[0] ?? ""] : []));
/** Headers that are set outside of servers hold in them. */
const outside = (top: Directive[]): string[] => setHeaders(top);

/** Looks at each directive with what holds where it stands; the first fault. */
function visit(
    block: Directive[],
    within: Within,
    look: (directive: Directive, within: Within) => string | undefined,
): string | undefined {
    const own = setHeaders(block);
    const here: Within = {
        ...within,
        variables: new Map([...within.variables, ...setIn(block)]),
        headers: own.length ? own : within.headers,
    };
    for (const directive of block) {
        const { name, args, block: inner } = directive;
        const fault =
            look(directive, here) ??
            (inner && name !== "upstream"
                ? visit(
                      inner,
                      {
                          ...here,
                          ...(name === "location" && args[args.length - 1] !== "/" && { path: args[args.length - 1] }),
                          ...(name === "map" && { map: args[0] }),
                      },
                      look,
                  )
                : undefined);
        if (fault !== undefined) return fault;
    }
    return undefined;
}

/** A header by which the service is told who asks, and how, as the load balancer says it: nginx's own connection is from that. */
function asCame(header: string, value: string): string | undefined {
    if (value === "$proxy_add_x_forwarded_for" || (value === "$remote_addr" && /^X-Forwarded-For$/i.test(header)))
        return "$http_x_forwarded_for";
    if (value === "$scheme") return "$http_x_forwarded_proto";
    return value === "$server_port" ? "$http_x_forwarded_port" : undefined;
}

/** Whether a line of a map says what holds where no load balancer is before: `map $http_x_forwarded_proto $proto { "" $scheme; }`. */
const isForwarded = (map: string | undefined, args: string[]): boolean =>
    /^\$http_x_forwarded_(proto|for|port)$/.test(map ?? "") && args.length === 1;

const hostOf = (address: string): string => /^(?:https?:\/\/)?([\w.-]+)(?::\d+)?\/?$/.exec(address)?.[1] ?? "";
const escaped = (name: string): string => name.replace(/\W/g, "\\$&");

/** Where a file leads to the service still, by a name that nothing knows any more. */
function stillNamed(files: Read[], replaced: Gateway["replaced"], names: string[]): string | undefined {
    const form = new RegExp(
        `(//|_pass\\s+|\\bserver\\s+|\\bset\\s+\\$\\w+\\s+["']?)(${names.map(escaped).join("|")})(?![\\w.-])`,
    );
    for (const { configuration, directives } of files) {
        const swaps = Object.keys(replaced[configuration.target] ?? {});
        for (const { start, end, block, line, name } of all(directives)) {
            const said = configuration.text.slice(start, end);
            // A server names itself; a name of an upstream is that one's.
            if (
                block ||
                name === "server_name" ||
                swaps.includes(said) ||
                /^proxy_pass\s/.test(said) ||
                !form.test(said)
            )
                continue;
            return `${configuration.shown}:${line} names it elsewhere than where requests are passed on`;
        }
    }
    return undefined;
}

/** Whether a server passes on all paths as they come, so that a health check asks the service. */
const passesAll = ({ block = [] }: Directive): boolean =>
    !block.some(({ name }) => /^(rewrite|return|if|auth_request)$/.test(name)) &&
    block.some(
        ({ name, args, block: inner = [] }) =>
            name === "location" &&
            args.join(" ") === "/" &&
            !inner.some((each) => /^(rewrite|return|if|auth_\w+|deny|try_files)$/.test(each.name)) &&
            inner.some((each) => each.name === "proxy_pass" && /^https?:\/\/[^/]+$|^\$\w+$/.test(each.args[0] ?? "")),
    );

/** The port at which a server listens; why it is no single one of plain HTTP. */
function listensAt({ block = [] }: Directive): number | string {
    const listens = block.filter(({ name }) => name === "listen").map(({ args }) => args);
    const odd = listens.find((args) => args.some((arg) => /^(ssl|quic|proxy_protocol|http2)$|^unix:/.test(arg)));
    if (odd) return `it listens by ${odd.join(" ")}, and the load balancer speaks plain HTTP to it`;
    const ports = new Set(listens.map(([address = ""]) => Number(/(?:^|:)(\d+)$/.exec(address)?.[1] ?? 80)));
    const [port = 80] = ports;
    return ports.size > 1 ? `it listens at ${[...ports].join(" and ")}` : port;
}

/** What two containers that share their network cannot both have, and whoever else asks either of them. */
function clashOf(
    file: Compose,
    from: string,
    behind: string,
    { listens, asks }: Led,
    mentions: Map<string, Mention[]>,
): string | undefined {
    const [front, service] = [file.services[from], file.services[behind]];
    if (asks.has(listens))
        return `both listen at ${listens}, and they share one network there: let one take another port`;
    const other = publishedPorts(front).find(({ target }) => target !== listens);
    if (other) return `it is asked at ${other.target}, and listens at ${listens}`;
    const open = publishedPorts(service).find(({ target }) => !asks.has(target));
    if (open) return `${behind} is asked at ${open.target} beside it`;
    if (environmentOf(service).some(([variable]) => variable === "PORT"))
        return `${behind} is told its port by PORT, which the cloud says: tell it by its command`;
    const caller = Object.entries(file.services).find(
        ([name, raw]) =>
            name !== from &&
            ((name !== behind && mentions.get(name)?.some(({ host }) => host === behind || host === from)) ||
                environmentOf(raw).some(
                    ([variable, value]) =>
                        value !== undefined &&
                        [from, ...(name === behind ? [] : [behind])].includes(pointsAt(variable, value)?.host ?? ""),
                )),
    );
    return caller && `${caller[0]} asks ${caller[0] === behind ? from : `${behind} or ${from}`}, too`;
}
