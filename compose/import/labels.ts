import { isTree, type Tree } from "../load/places";
import { baseOf } from "./dockerfile";
import { environmentOf, numberOf, textOf, textsOf } from "./values";

/** What the labels of a reverse proxy (Traefik, Caddy), or its variables (nginx-proxy), say of a service. */

const labelsOf = (service: Tree): [string, string][] => {
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
    if (!variables.has("VIRTUAL_HOST")) return undefined;
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

/** Whether a proxy shows the service to everybody. */
export const isProxied = (service: Tree): boolean =>
    labelledPort(service) !== undefined ||
    new Map(environmentOf(service)).has("VIRTUAL_HOST") ||
    labelledHosts(service).length > 0 ||
    labelsOf(service).some(([key, value]) => /^traefik\.enable$/i.test(key) && value === "true");
