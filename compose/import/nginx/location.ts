import type { Directive } from "./syntax";

/** A location that passes requests on to a service of the file. */
export interface Passed {
    location: Directive;
    line: number;
    /** Its name in the Compose file. */
    service: string;
    /** As routes have it. */
    path: string;
    port: number;
    /** Whether the service is asked without the path of the location. */
    stripPrefix?: boolean;
    /** How long nginx waits for an answer, where it says so. */
    seconds?: number;
    /** Names of directives and headers of it that a load balancer has not. */
    lost: string[];
}

/** What the rest of the file says. */
export interface Known {
    variables: Map<string, string>;
    /** Names that Compose's network knows → services. */
    siblings: Map<string, string>;
    upstreams: Map<string, Directive[]>;
}

/** What a load balancer does by itself, or need not. */
const usual =
    /^(proxy_pass|proxy_http_version|proxy_redirect|proxy_\w+_timeout|proxy_buffer\w*|proxy_busy_buffers_size|proxy_max_temp_file_size|proxy_temp_file_write_size|proxy_request_buffering|proxy_cache_bypass|proxy_no_cache|proxy_next_upstream\w*|proxy_pass_request_(headers|body)|proxy_pass_header|proxy_socket_keepalive|proxy_intercept_errors|chunked_transfer_encoding|tcp_nodelay|tcp_nopush|access_log|error_log|log_not_found|set|resolver\w*|keepalive_\w+|send_timeout|client_body_\w+|gzip\w*|charset|etag)$/;
/** What is lost by it, and said. */
const lostHere = /^(add_header|client_max_body_size|expires|proxy_hide_header)$/;
/** Headers that tell a service who asks, which a load balancer sends in its way; any other one is the app's own. */
export const forwarded =
    /^(Host|X-Real-IP|X-Forwarded-(For|Proto|Host|Port|Server|Ssl|Protocol|Scheme)|X-Scheme|X-Url-Scheme|X-NginX-Proxy|X-Forwarded|Forwarded|Upgrade|Connection|Accept-Encoding)$/i;
/** A header that is handed on as it came. */
const isHandedOn = (args: string[]): boolean =>
    /^\$(http_\w+|content_type|content_length|request_id)$/.test(args[1] ?? "");

/** What a location passes on, and to whom; undefined for one that nginx answers itself, or that leads out of the file. */
export function passedOn(location: Directive, known: Known): Passed | { refused: string; line: number } | undefined {
    const block = location.block ?? [];
    const called = `location ${location.args.join(" ")}`;
    const refuse = (reason: string, line = location.line) => ({ refused: `${called} ${reason}`, line });
    const nested = block.find(({ name }) => name === "location" || name === "if");
    const pass = block.find(({ name }) => name === "proxy_pass");
    const other = block.find(({ name }) => /^(fastcgi|uwsgi|scgi|grpc|memcached)_pass$/.test(name));
    if (other) return refuse(`passes requests on by ${other.name}, and load balancers do so by HTTP`, other.line);
    if (!pass) {
        const within = nested?.block?.find(({ name }) => /_pass$/.test(name));
        return within ? refuse(`has a ${nested!.name} in it`, nested!.line) : undefined;
    }
    const variables = new Map([...known.variables, ...setIn(block)]);
    const said = pass.args[0].replace(/\$\{(\w+)\}|\$(\w+)/g, (whole, braced?: string, bare?: string) => {
        const name = braced ?? bare ?? "";
        return variables.get(name) ?? whole;
    });
    const [, scheme, host, digits, uri] = /^(https?):\/\/([\w.-]+)(?::(\d+))?(.*)$/.exec(said) ?? [];
    if (host === undefined) return refuse(`leads to ${said}, which is not known`, pass.line);
    const address = addressOf(host, digits, known);
    if (address === undefined) return undefined;
    if ("refused" in address) return refuse(address.refused, pass.line);
    if (scheme === "https") return refuse("leads to it by HTTPS, and services are asked by HTTP", pass.line);

    const path = pathOf(location);
    if (path === undefined) return refuse("is none that routes have: they are paths, and no regular expressions");
    const where = location.args[location.args.length - 1];
    const rewrites = block.filter(({ name }) => name === "rewrite");
    const isStripped = rewrites.length === 1 && uri === "" && path.length > 2 && isStrip(rewrites[0], where);
    const stripPrefix = isStripped || (uri === "/" && path !== "/*" && where.endsWith("/"));
    if (uri !== "" && uri !== where && uri !== "$request_uri" && !stripPrefix)
        return refuse(
            `changes the path of requests to ${uri}…, which no route does: let the service answer at ${where}`,
            pass.line,
        );
    if (nested) return refuse(`has a ${nested.name} in it`, nested.line);
    const strange = block.find(({ name, args }) =>
        name === "proxy_set_header"
            ? !forwarded.test(args[0]) && !isHandedOn(args)
            : name === "proxy_cache"
              ? args[0] !== "off"
              : name === "proxy_intercept_errors"
                ? args[0] === "on"
                : !(name === "rewrite" && isStripped) &&
                  !usual.test(name) &&
                  !lostHere.test(name) &&
                  !(name === "include" && /proxy_params$/.test(args[0])),
    );
    if (strange)
        return refuse(
            `has ${strange.name}${strange.name === "proxy_set_header" ? ` ${strange.args[0]}` : ""}, which no load balancer does`,
            strange.line,
        );
    const seconds = secondsOf(block.find(({ name }) => name === "proxy_read_timeout")?.args[0]);
    return {
        location,
        line: pass.line,
        service: address.service,
        path,
        port: address.port,
        ...(stripPrefix && { stripPrefix }),
        ...(seconds === undefined ? {} : { seconds }),
        lost: block.map(({ name, args }) => (name === "proxy_set_header" ? args[0] : name)),
    };
}

/** `rewrite ^/api/(.*)$ /$1 break`: a service is asked without the path of the location. */
function isStrip({ args: [form = "", to, flag] }: Directive, where: string): boolean {
    const path = where.replace(/\/$/, "");
    const rest = form.replace(/^\^/, "").replace(/\$$/, "");
    if (flag !== "break" || !rest.startsWith(path)) return false;
    const end = rest.slice(path.length);
    return to === "/$1" ? end === "/(.*)" || end === "/?(.*)" : to === "$1" && (end === "(/.*)" || end === "(.*)");
}

/** The service that a host of `proxy_pass` is, by itself or by an upstream of one server; undefined for one that is not of the file. */
function addressOf(
    host: string,
    digits: string | undefined,
    { siblings, upstreams }: Known,
): { service: string; port: number } | { refused: string } | undefined {
    const upstream = upstreams.get(host);
    if (!upstream) {
        const service = siblings.get(host);
        return service === undefined ? undefined : { service, port: Number(digits ?? 80) };
    }
    const servers = upstream.filter(({ name }) => name === "server").map(({ args }) => args[0]);
    const found = [...new Set(servers)].map((server) => {
        const [name, port] = server.split(":");
        return { service: siblings.get(name), port: Number(port ?? 80) };
    });
    const [first] = found;
    if (found.every(({ service }) => service === undefined)) return undefined;
    if (found.length > 1 || first.service === undefined)
        return {
            refused: `leads to several (${servers.join(", ")}): make one service of them, with as many instances (scale.min)`,
        };
    return { service: first.service, port: first.port };
}

/** `60`, `60s`, `5m`, `1h` */
export function secondsOf(said: string | undefined): number | undefined {
    const [, count, unit = "s"] = /^(\d+)(s|m|h|d)?$/.exec(said ?? "") ?? [];
    return count === undefined
        ? undefined
        : Number(count) * { s: 1, m: 60, h: 3600, d: 86_400 }[unit as "s" | "m" | "h" | "d"];
}

/** `set $upstream api:3000` */
export const setIn = (block: Directive[]): [string, string][] =>
    block.flatMap(({ name, args }): [string, string][] =>
        name === "set" && args.length === 2 ? [[args[0].slice(1), args[1]]] : [],
    );

/** The path of a location as routes have it; undefined for one that they do not have. */
export function pathOf({ args }: Directive): string | undefined {
    const [first, second] = args;
    if (args.length === 1 || first === "^~") {
        const prefix = (second ?? first).replace(/\/$/, "");
        return /^(\/[\w.~-]+)*$/.test(prefix) ? `${prefix}/*` : undefined;
    }
    return first === "=" && /^(\/[\w.~-]+)+$/.test(second) ? second : undefined;
}

/** A location by a regular expression that means paths, as one for each of them; any other as it is. */
export function plainLocations(location: Directive): Directive[] {
    const [kind, form = ""] = location.args;
    const [, many, one = "", end = ""] =
        kind === "~"
            ? (/^\^\/(?:\(([\w.~|/\\-]+)\)|((?:[\w~/-]|\\?\.)+?))(\/|\/?\.\*|\/?\(\.\*\)|\(\/\|\$\)|\(\/\.\*\)\??|\$)?\$?$/.exec(
                  form,
              ) ?? [])
            : [];
    if (many === undefined && one === "") return [location];
    const paths = (many ?? one).split("|").map((path) => `/${path.replace(/\\([.-])/g, "$1").replace(/\/$/, "")}`);
    if (!paths.every((path) => /^(\/[\w.~-]+)+$/.test(path))) return [location];
    const isExact = end === "$" || (end === "" && form.endsWith("$"));
    return paths.map((path) => ({ ...location, args: isExact ? ["=", path] : [path] }));
}

/** A location by a regular expression that takes requests of one with a longer path, or comes before one that it is not alike. */
export function hiddenBy(locations: Directive[]): { location: Directive; by: Directive } | undefined {
    const plain = locations.flatMap((by) =>
        by.args[0] === "~" ? plainLocations(by).map((each) => ({ by, each })) : [],
    );
    for (const { by, each } of plain)
        for (const location of locations.flatMap(plainLocations)) {
            const [path, other] = [pathOf(each), pathOf(location)];
            const isLater = location.start !== by.start && location.args[0] !== "^~" && location.args[0] !== "=";
            if (isLater && path?.endsWith("/*") && other !== path && other?.startsWith(path.slice(0, -1)))
                return { location, by };
        }
    return undefined;
}
