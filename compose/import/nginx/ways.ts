import type { Tree } from "../../load/places";
import type { Mention } from "../hosts";
import type { Say, ServiceInput } from "../parts";
import { publishedPorts } from "../ports";
import { routesByHost, type Labelled, type Shown } from "../labelled";
import { firstPortOf } from "../routes";
import type { Front, Refusal } from "./outcome";

/** What becomes of the services that an nginx passes requests on to, and of nginx. */

/** Whether a mention of a service stands in what nginx does no more. */
export const isDealtWith = ({ at, where }: Mention, { skips, shown }: Front): boolean =>
    skips.has(JSON.stringify(at)) || (at[0] === "build" && shown.has(where.replace(/:\d+$/, "")));

/** `/api/* to backend, the rest to web; bodies may be …` */
export function waysInWords({ ways, notes }: Front): string {
    const rest = ways.filter(({ path }) => path === "/*");
    const others = ways.filter(({ path }) => path !== "/*");
    const said = [...others, ...rest].map(
        ({ path, service, host }) =>
            `${host ?? ""}${path === "/*" ? (host !== undefined ? "" : others.length ? "the rest" : "all") : path} to ${service}`,
    );
    return [said.join(", "), ...notes].filter(Boolean).join("; ");
}

/** Takes from an nginx that stays what it needs no more. */
export function withoutWays(raw: Tree, front: Front, { note }: Pick<Say, "note">): void {
    const said = waysInWords(front);
    if (front.ways.length) note([], `passes nothing on any more, which the load balancer does: ${said}`);
    else if (said) note([], `answers without TLS, which the load balancer speaks; ${said}`);
    const ports = publishedPorts(raw);
    if (ports.some(({ target }) => target !== 443)) raw.ports = ports.filter(({ target }) => target !== 443);
    else if (ports.length) raw.ports = ports.map((port) => ({ ...port, target: 80 }));
    if (front.health !== undefined && raw.healthcheck !== undefined) {
        note(["healthcheck"], `asks what is not its own any more: ${front.health} it is, which it answers in any case`);
        delete raw.healthcheck;
    }
}

/** Service → its routes, as the proxy of the file says them, and the domain that they are of; and how long requests to it may take. */
export function waysOf(
    fronts: Map<string, Front | Refusal>,
    services: Map<string, string>,
    made: Record<string, ServiceInput>,
    say: Say,
): Labelled {
    const { note, mend } = say;
    const all: Shown[] = [];
    const known = [...fronts].flatMap(([from, front]) =>
        "ways" in front && front.ways.length ? [[from, front] as const] : [],
    );
    if (known.length > 1) {
        for (const [from] of known.slice(1))
            mend(
                ["services", from],
                "a second proxy that passes requests on: say the routes of one of them, by host or path",
            );
    }
    for (const [from, { ways, own, seconds }] of known.slice(0, 1)) {
        for (const { service, path, port, stripPrefix, host } of ways) {
            const to = services.get(service);
            if (to === undefined) continue;
            const name = Object.entries(made[to].ports ?? {}).find(
                ([, said]) => (typeof said === "object" ? said.port : said) === port,
            )?.[0];
            if (name === undefined)
                mend(["services", service], `${from} asks it at ${port}, which is none of its ports`);
            all.push({
                at: ["services", from],
                to,
                host,
                route: {
                    path,
                    ...(stripPrefix && { stripPrefix }),
                    ...(firstPortOf(made[to]).port === port || name === undefined ? {} : { port: name }),
                },
            });
            const asked = seconds.get(service) ?? 0;
            if (asked > 60) made[to].timeoutSeconds = Math.min(3600, Math.max(asked, made[to].timeoutSeconds ?? 0));
            if (asked > 3600)
                note(["services", service], `its requests end after an hour, and ${from} waited ${asked} seconds`);
        }
        const itself = services.get(from);
        if (itself !== undefined)
            for (const { path, host } of own) all.push({ at: ["services", from], to: itself, host, route: { path } });
    }
    const { routes, domain } = routesByHost(all, say);
    const redirects = known.flatMap(([, front]) => front.redirects ?? []);
    return { routes, ...(domain && { domain: { ...domain, ...(redirects.length && { redirects }) } }) };
}
