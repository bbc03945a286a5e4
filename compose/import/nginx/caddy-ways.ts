import { secondsOf } from "../values";
import { isMatcher, refuse, type Scope } from "./caddy-matchers";
import { forwarded } from "./location";
import type { Way } from "./outcome";
import type { Directive } from "./syntax";

/** Where a `reverse_proxy` of a Caddyfile leads. @see https://caddyserver.com/docs/caddyfile/directives/reverse_proxy */

/** Inside of `reverse_proxy`. */
const spareInside =
    /^(to|header_up|header_down|transport|health_\w+|lb_\w+|fail_duration|max_fails|unhealthy_\w+|flush_interval|trusted_proxies|stream_\w+|(request|response)_buffers|buffer_\w+|verbose_logs)$/;

export interface Found extends Way {
    line: number;
    isWebSocket: boolean;
    isOrdered: boolean;
    seconds?: number;
    hosts: string[];
}

/** The ways of a `reverse_proxy`. */
export function passedOn({ args, block = [], line }: Directive, scope: Scope, siblings: Map<string, string>): Found[] {
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
export function inOrder(ways: Found[]): Found[] {
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
