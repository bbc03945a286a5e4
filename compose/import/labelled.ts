import type { Compose } from "../load/load";
import { isStrip, labelledHosts, labelledStrips, labelledWays } from "./labels";
import { middlewaresBefore, middlewaresOf, sayMiddlewares } from "./middlewares";
import type { Say, ServiceInput } from "./parts";
import type { RouteInput } from "./routes";

/** What the rules of a Traefik of the file say: routes, and the domain where there are several hosts. */
export interface Labelled {
    /** Service in the topology → its routes. */
    routes: Map<string, RouteInput[]>;
    domain?: { name: string; redirects?: string[] };
}

/** Routes by the rules of a proxy; none of services whose rules say more than routes have, or two of which say the same. */
export function labelledRoutes(
    file: Compose,
    services: Map<string, string>,
    made: Record<string, ServiceInput>,
    say: Say,
): Labelled {
    const { mend } = say;
    const raw = file.services;
    const defined = middlewaresOf(file);
    const all = [...services].flatMap(([from, to]) => {
        const ways = made[to].ports ? (labelledWays(raw[from]) ?? []) : [];
        const middlewares = middlewaresBefore(raw[from], defined);
        if (made[to].ports) sayMiddlewares(middlewares, from, say);
        const elsewhere = middlewares.flatMap(({ settings }) =>
            settings.flatMap(([kind, key, value]) => (isStrip(kind, key) ? [value] : [])),
        );
        const strips = [...new Set([...labelledStrips(raw[from]), ...elsewhere])].flatMap((prefixes) =>
            prefixes.split(",").map((prefix) => `${prefix.trim().replace(/\/$/, "")}/*`),
        );
        const isStripped = (path: string) => path.length > 2 && strips.includes(path);
        const others = strips.filter((path) => !ways.some((way) => way.path === path && isStripped(path)));
        if (ways.length && others.length)
            mend(
                ["services", from, "labels"],
                `takes ${others.join(", ")} from the path of requests, which none of its routes does: let the service answer there`,
            );
        return ways.map((way) => ({ from, to, ...way, ...(isStripped(way.path) && { stripPrefix: true }) }));
    });
    const hosts = new Set(all.flatMap(({ host }) => host ?? []));
    const byPath = (one: (typeof all)[number]) => `${hosts.size > 1 ? (one.host ?? "") : ""} ${one.path}`;
    const twice = all.find((one) => all.some((other) => other.to !== one.to && byPath(other) === byPath(one)));
    if (!all.length || twice) return { routes: new Map() };
    return routesByHost(
        all.map(({ from, to, host, path, ...way }) => ({
            at: ["services", from, "labels"],
            to,
            host,
            route: { path, ...stripped(way) },
        })),
        say,
    );
}

/** A route with the name at which a proxy shows it. */
export interface Shown {
    /** Where the file says so. */
    at: string[];
    to: string;
    host?: string;
    route: RouteInput;
}

/** Routes of services; with hosts and a domain where they are shown under several names. */
export function routesByHost(all: Shown[], { note, mend }: Say): Labelled {
    const routes = new Map<string, RouteInput[]>();
    const add = (to: string, route: RouteInput) => void routes.set(to, [...(routes.get(to) ?? []), route]);
    const hosts = [...new Set(all.flatMap(({ host }) => host ?? []))];
    if (hosts.length < 2) {
        for (const { to, route } of all) add(to, route);
        return { routes };
    }
    // The shortest is the one that the others belong to: `shop.example.com` before `api.shop.example.com`.
    const [name] = [...hosts].sort((a, b) => a.split(".").length - b.split(".").length);
    const zone = hosts.every((host) => host === name || host.endsWith(`.${name}`))
        ? name
        : name.replace(/^[^.]+\./, "");
    const outside = hosts.find((host) => host !== zone && !host.endsWith(`.${zone}`));
    if (outside !== undefined) {
        const { at } = all.find(({ host }) => host === outside)!;
        mend(at, `${outside} is in another zone than ${name}: a stack has names of one`);
        return { routes };
    }
    for (const { at, to, host, route } of all) {
        add(to, { ...(host !== undefined && host !== name && { host }), ...route });
        if (host !== undefined)
            note(
                at,
                `${to} answers at ${host}, a name of domain ${name}: change it, or leave it out in stacks that have none`,
            );
    }
    return { routes, domain: { name } };
}

const stripped = ({ stripPrefix }: { stripPrefix?: boolean }) => (stripPrefix ? { stripPrefix } : {});

/** Host names that a proxy's labels give. */
export function domains({ services }: Compose, named: Map<string, string>, { note }: Say): void {
    for (const [from] of named) {
        const said = [...new Set(labelledHosts(services[from]))].filter(Boolean);
        if (said.length)
            note(
                ["services", from, "labels"],
                `${said.join(", ")}: say domain, and a route's host where there are several`,
            );
    }
}
