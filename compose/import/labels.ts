import { isTree, type Tree } from "../load/places";
import { baseOf } from "./dockerfile";
import { environmentOf, numberOf, textOf, textsOf } from "./values";

/** What the labels of a reverse proxy (Traefik, Caddy), or its variables (nginx-proxy), say of a service. */

/** Labels of a service, and those of it in a swarm. */
export const labelsOf = (service: Tree): [string, string][] => {
    const deploy = isTree(service.deploy) && isTree(service.deploy.labels) ? service.deploy.labels : {};
    const own = isTree(service.labels) ? service.labels : {};
    return Object.entries({ ...deploy, ...own }).map(([key, value]) => [key, textOf(value)]);
};

/** The port at which the proxy asks the service. */
export function labelledPort(service: Tree): number | undefined {
    for (const [key, value] of labelsOf(service)) {
        const port = /^traefik\.http\.services\.[^.]+\.loadbalancer\.server\.port$|^traefik\.port$/i.test(key)
            ? value
            : /^caddy(_\d+)?\.(?:.*\.)?reverse_proxy$/i.test(key)
              ? /\{\{\s*upstreams\s+(?:https?\s+)?(\d+)\s*\}\}|:(\d+)/.exec(value)?.slice(1).find(Boolean)
              : undefined;
        if (port !== undefined && /^\d{1,5}$/.test(port)) return numberOf(port);
    }
    return virtualPort(service);
}

/**
 * The port at which nginx-proxy asks a service: `VIRTUAL_PORT`, the only one that it exposes, or 80.
 * @see https://github.com/nginx-proxy/nginx-proxy/tree/main/docs
 */
function virtualPort(service: Tree): number | undefined {
    const variables = new Map(environmentOf(service));
    // Without a value, which the shell may have, nothing is shown to anybody.
    if (!variables.get("VIRTUAL_HOST")) return undefined;
    const said = variables.get("VIRTUAL_PORT");
    if (said !== undefined) return /^\d{1,5}$/.test(said) ? numberOf(said) : undefined;
    const exposed = [
        ...textsOf(service.expose).map((port) => Number.parseInt(port, 10)),
        ...(baseOf(service)?.ports ?? []),
    ];
    return new Set(exposed).size === 1 ? exposed[0] : 80;
}

/** What the proxy speaks to the service: `h2c` for HTTP/2 without TLS. */
export const labelledScheme = (service: Tree): string | undefined =>
    labelsOf(service).find(([key]) => /^traefik\.http\.services\.[^.]+\.loadbalancer\.server\.scheme$/i.test(key))?.[1];

/** The host names under which the proxy shows the service to everybody. */
export function labelledHosts(service: Tree): string[] {
    return labelsOf(service)
        .flatMap(([key, value]) => {
            if (/^traefik\.http\.routers\.[^.]+\.rule$/i.test(key))
                return [...value.matchAll(/Host\(([^)]*)\)/g)].flatMap(([, hosts]) =>
                    hosts.split(",").map((host) => host.replace(/[`'"\s]/g, "")),
                );
            if (/^caddy(_\d+)?$/i.test(key))
                return value.split(/[\s,]+/).map((host) => host.replace(/^https?:\/\//, ""));
            return [];
        })
        .concat(
            (new Map(environmentOf(service)).get("VIRTUAL_HOST") ?? "")
                .split(",")
                .map((host) => host.trim().split(":")[0])
                .filter(Boolean),
        );
}

/** Under which host names and paths a proxy shows a service; no path where a rule says something that routes have not. */
export function labelledWays(service: Tree): { host?: string; path: string }[] | undefined {
    const rules = labelsOf(service).filter(([key]) => /^traefik\.http\.routers\.[^.]+\.rule$/i.test(key));
    const ways = rules.map(([, rule]) => {
        const said = (name: string) =>
            [...rule.matchAll(new RegExp(`\\b${name}\\(([^)]*)\\)`, "g"))].flatMap(([, words]) =>
                words.split(",").map((word) => word.replace(/[`'"\s]/g, "")),
            );
        const rest = rule.replace(/\b(Host|PathPrefix|Path)\([^)]*\)/g, "").replace(/[\s()&|]/g, "");
        const prefixes = said("PathPrefix").map((path) => `${path.replace(/\/$/, "")}/*`);
        const paths = [...prefixes, ...said("Path")];
        // An «or» between a host and a path is neither's.
        const mixed = rule.includes("||") && said("Host").length > 0 && paths.length > 0;
        if (rest !== "" || mixed || !paths.every((path) => /^\/([\w.~-]+\/)*(\*|[\w.~-]+)?$/.test(path)))
            return undefined;
        const hosts = said("Host").filter((host) => isPublic(host));
        return (hosts.length ? hosts : [undefined]).flatMap((host) =>
            (paths.length ? paths : ["/*"]).map((path) => ({ ...(host && { host }), path })),
        );
    });
    if (ways.includes(undefined)) return undefined;
    const known = new Map(ways.flatMap((each) => each ?? []).map((way) => [JSON.stringify(way), way]));
    return [...known.values()];
}

/** Whether a name is one that the DNS may have. */
export const isPublic = (host: string): boolean =>
    /^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$/i.test(host) &&
    !/(^|\.)(localhost|local|test|internal|lan)$/i.test(host);

/** Paths that a proxy takes from requests before it passes them on, by labels of the service itself. */
export const labelledStrips = (service: Tree): string[] =>
    labelsOf(service).flatMap(([key, value]) => {
        const [, kind, rest] = /\.middlewares\.[^.]+\.(\w+)\.(\w+)$/i.exec(key) ?? [];
        return kind !== undefined && isStrip(kind, rest) ? [value] : [];
    });

/** Whether a setting of a middleware takes something from paths. */
export const isStrip = (kind: string, key: string): boolean =>
    /^(stripprefix\.prefixes|replacepath\w*\.\w+|stripprefixregex\.\w+)$/i.test(`${kind}.${key}`);

/** Whether a proxy shows the service to everybody. */
export const isProxied = (service: Tree): boolean =>
    labelledPort(service) !== undefined ||
    Boolean(new Map(environmentOf(service)).get("VIRTUAL_HOST")) ||
    labelledHosts(service).length > 0 ||
    labelsOf(service).some(
        ([key, value]) =>
            (/^traefik\.enable$/i.test(key) && value === "true") || /^traefik\.frontend\.rule$/i.test(key),
    );
