import type { Compose } from "../load/load";
import { labelledStrips, labelledWays } from "./labels";
import type { Say, ServiceInput } from "./parts";
import type { RouteInput } from "./routes";

/** What the rules of a Traefik of the file say: routes, and the domain where there are several hosts. */
export interface Labelled {
    /** Service in the topology → its routes. */
    routes: Map<string, RouteInput[]>;
    domain?: { name: string };
}

/** Routes by the rules of a proxy; none of services whose rules say more than routes have, or two of which say the same. */
export function labelledRoutes(
    { services: raw }: Compose,
    services: Map<string, string>,
    made: Record<string, ServiceInput>,
    { note, mend }: Say,
): Labelled {
    const all = [...services].flatMap(([from, to]) => {
        const ways = made[to].ports ? (labelledWays(raw[from]) ?? []) : [];
        if (ways.length && labelledStrips(raw[from]).length)
            mend(
                ["services", from, "labels"],
                `takes ${labelledStrips(raw[from]).join(", ")} from the path of requests, which no route does: let the service answer there`,
            );
        return ways.map((way) => ({ from, to, ...way }));
    });
    const hosts = [...new Set(all.flatMap(({ host }) => host ?? []))];
    const byPath = (one: (typeof all)[number]) => `${hosts.length > 1 ? (one.host ?? "") : ""} ${one.path}`;
    const twice = all.find((one) => all.some((other) => other.to !== one.to && byPath(other) === byPath(one)));
    const routes = new Map<string, RouteInput[]>();
    if (!all.length || twice) return { routes };
    const add = (to: string, route: RouteInput) => void routes.set(to, [...(routes.get(to) ?? []), route]);
    if (hosts.length < 2) {
        for (const { to, path } of all) add(to, { path });
        return { routes };
    }
    // The shortest is the one that the others belong to: `shop.example.com` before `api.shop.example.com`.
    const [name] = [...hosts].sort((a, b) => a.split(".").length - b.split(".").length);
    const zone = hosts.every((host) => host === name || host.endsWith(`.${name}`))
        ? name
        : name.replace(/^[^.]+\./, "");
    const outside = hosts.find((host) => host !== zone && !host.endsWith(`.${zone}`));
    if (outside !== undefined) {
        const { from } = all.find(({ host }) => host === outside)!;
        mend(["services", from, "labels"], `${outside} is in another zone than ${name}: a stack has names of one`);
        return { routes };
    }
    for (const { from, to, host, path } of all) {
        add(to, host === undefined || host === name ? { path } : { host, path });
        if (host !== undefined)
            note(
                ["services", from, "labels"],
                `answers at ${host}, a name of domain ${name}: change it, or leave it out in stacks that have none`,
            );
    }
    return { routes, domain: { name } };
}
