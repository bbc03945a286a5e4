import type { AppInput } from "../../topology/app";
import type { Compose } from "../load/load";
import type { Tree } from "../load/places";
import type { Mention } from "./hosts";
import { isProxied } from "./labels";
import { kindOf, type Say, type ServiceInput } from "./parts";
import { publishedPorts, runsOn } from "./ports";
import { volumesOf } from "../load/volumes";
import { environmentOf, numberOf, pointsAt, textOf, textsOf, type Target } from "./values";

/**
 * Services that take no requests and call one other service alone, at a port that is open to nobody else, as runners and agents do. A
 * cloud's service is called at its first port: they are sidecars of it, and find that port at localhost.
 */

/** Such services → the one that each calls. Their variables lead to localhost from then on. */
export function besidesOf(file: Compose, mentions: Map<string, Mention[]>): Map<string, string> {
    const found = new Map<string, string>();
    for (const [from, raw] of Object.entries(file.services)) {
        if (kindOf(raw) !== "service" || opened(raw).size || isProxied(raw) || volumesOf(raw).length) continue;
        // What a command or a file leads to is not led to localhost here.
        if (mentions.get(from)?.length) continue;
        const targets = targetsOf(raw).filter(({ host }) => host !== from && file.services[host] !== undefined);
        const called = targets.filter(({ host }) => kindOf(file.services[host]) === "service");
        const [behind, ...others] = new Set(called.map(({ host }) => host));
        if (behind === undefined || others.length || called.length < targets.length) continue;
        if (textOf(raw.platform ?? "") !== textOf(file.services[behind].platform ?? "")) continue;
        const own = opened(file.services[behind]);
        const ports = called.map(({ port }) => port);
        if (ports.some((port) => port === undefined || own.has(port))) continue;
        const isShared = Object.entries(file.services).some(
            ([other, service]) =>
                other !== from &&
                (targetsOf(service).some(({ host }) => host === from) ||
                    (opened(service).size > 0 &&
                        targetsOf(service).some(({ host, port }) => host === behind && ports.includes(port)))),
        );
        // Of one that has no port of its own this may be the one at which it answers, unless it works and takes no requests.
        if (isShared || (!own.size && !runsOn(textsOf(file.services[behind].command).join(" ")))) continue;
        found.set(from, behind);
    }
    for (const [from, behind] of found) leadToLocalhost(file.services[from], behind);
    return found;
}

/** Ports that a service says it has. */
const opened = (raw: Tree): Set<number> =>
    new Set([...publishedPorts(raw).map(({ target }) => target), ...textsOf(raw.expose).map((port) => numberOf(port))]);

/** Where the variables of a service lead. */
const targetsOf = (raw: Tree): Target[] =>
    environmentOf(raw).flatMap(([variable, value]) => (value === undefined ? [] : (pointsAt(variable, value) ?? [])));

function leadToLocalhost(raw: Tree, behind: string): void {
    raw.environment = Object.fromEntries(
        environmentOf(raw).map(([variable, value]) => {
            const isTo = value !== undefined && pointsAt(variable, value)?.host === behind;
            const host = new RegExp(`(^|@|//)${behind.replace(/\W/g, "\\$&")}(?=[:/]|$)`);
            return [variable, isTo ? value.replace(host, "$1localhost") : (value ?? null)];
        }),
    ) as Tree;
    delete raw.depends_on;
    delete raw.links;
}

/** Makes sidecars of services that have been read as such. */
export function placeBesides(
    file: Compose,
    besides: Map<string, string>,
    services: Map<string, string>,
    app: Pick<AppInput, "services" | "secrets">,
    { note, mend }: Say,
): void {
    for (const [from, behind] of besides) {
        const [name, host] = [services.get(from), services.get(behind)];
        if (name === undefined || host === undefined) continue;
        const { image, command, entrypoint, workingDirectory, ...said } = app.services[name];
        const { env, secrets, uses = [], cpu, memory, scale, ...rest } = said;
        const service: ServiceInput = app.services[host];
        const at = ["services", from];
        const variables = new Map(environmentOf(file.services[from]));
        const sets = uses.filter((used) => Object.hasOwn(app.secrets ?? {}, used));
        // A sidecar has what its own variables say, and nothing by a contract.
        const shared = sets.flatMap((set) =>
            app
                .secrets![set].keys.filter((key) => !Object.hasOwn(env ?? {}, key) && variables.has(key))
                .map((key): [string, string] => [key, `\${${set}.${key}}`]),
        );
        if (secrets?.length)
            mend(at, `has ${secrets.join(" and ")} as a secret of its own: a sidecar is given those of a set`);
        const stores = uses.filter((used) => !sets.includes(used));
        if (stores.length) mend(at, `uses ${stores.join(" and ")}: a sidecar is given variables alone, by references`);
        const { health, drainSeconds, ...more } = rest;
        const dropped = Object.entries({ health: health?.container, drainSeconds }).flatMap(([key, is]) =>
            is ? [key] : [],
        );
        if (dropped.length) note(at, `${dropped.join(" and ")} left out: a sidecar has none of its own`);
        const lost = Object.keys(more).filter((key) => !["routes", "aws", "gcp"].includes(key));
        if (lost.length) mend(at, `says ${lost.join(" and ")}, which a sidecar cannot have`);
        if ((scale?.min ?? 1) > 1) mend(at, "has more instances than one: a sidecar has as many as its service");
        const all = { ...env, ...Object.fromEntries(shared) };
        service.uses = [...new Set([...(service.uses ?? []), ...sets])];
        service.sidecars = {
            ...service.sidecars,
            [name]: {
                image,
                ...(command ? { command } : {}),
                ...(entrypoint ? { entrypoint } : {}),
                ...(workingDirectory === undefined ? {} : { workingDirectory }),
                ...(Object.keys(all).length ? { env: all } : {}),
                ...(cpu === undefined && memory === undefined
                    ? {}
                    : { gcp: { ...(cpu && { cpu }), ...(memory && { memory }) } }),
            },
        };
        if (!service.uses.length) delete service.uses;
        delete app.services[name];
        note(
            at,
            `is a sidecar of ${host}, which it calls at a port that is open to nobody else: each instance has one`,
        );
    }
}
