import type { Compose } from "../load/load";
import { labelsOf } from "./labels";
import type { Say } from "./parts";

/**
 * What a Traefik does to requests before a service has them, by its middlewares.
 * @see https://doc.traefik.io/traefik/reference/routing-configuration/http/middlewares/overview/
 */

/** One that a router of a service names. */
interface Middleware {
    name: string;
    /** Kind, in small letters, and what follows it → the value; none where no label of the file says it. */
    settings: [kind: string, key: string, value: string][];
}

/** What every load balancer does by itself, or need not. */
const spare =
    /^(compress|buffering|retry|circuitbreaker|contenttype|redirectscheme|stripprefix|replacepath\w*|stripprefixregex)$/;
/** What an app can do without, and is said. */
const lost: Record<string, string> = {
    redirectregex: "leads visitors elsewhere: say domain.redirects, where it is from one name to another",
    ratelimit: "limits requests: firewall.rateLimit does so for the whole stack",
    inflightreq: "limits requests at a time: scale and gcp.concurrency do so",
    errors: "has pages of its own for errors, which visitors do not get",
};
/** Names of what is defined elsewhere that promise nothing but what is spare or lost. */
const harmless = /redirect|https|compress|gzip|header|secur|hsts|cors|rate-?limit/i;

/** Middlewares of the file: name → what labels say of it, on whichever service. */
export function middlewaresOf({ services }: Compose): Map<string, Middleware> {
    const found = new Map<string, Middleware>();
    for (const service of Object.values(services))
        for (const [key, value] of labelsOf(service)) {
            const [, name, kind, rest = ""] =
                /^traefik\.http\.middlewares\.([^.]+)\.([^.]+)(?:\.(.+))?$/i.exec(key) ?? [];
            if (name === undefined) continue;
            const known = found.get(name.toLowerCase()) ?? { name, settings: [] };
            known.settings.push([kind.toLowerCase(), rest.toLowerCase(), value]);
            found.set(name.toLowerCase(), known);
        }
    return found;
}

/** Those that the routers of a service name, and all that are in a chain of them. */
export function middlewaresBefore(service: Compose["services"][string], all: Map<string, Middleware>): Middleware[] {
    const named = (text: string) =>
        text.split(",").flatMap((name) => name.trim().replace(/@docker$|@swarm$/, "") || []);
    const names = new Set(
        labelsOf(service).flatMap(([key, value]) =>
            /^traefik\.http\.routers\.[^.]+\.middlewares$/i.test(key) ? named(value) : [],
        ),
    );
    // A set is gone through with what is added on the way.
    for (const name of names)
        for (const [kind, , value] of all.get(name.toLowerCase())?.settings ?? [])
            if (kind === "chain") for (const inner of named(value)) names.add(inner);
    return [...names].map((name) => all.get(name.toLowerCase()) ?? { name, settings: [] });
}

/** Says what of them no load balancer does. */
export function sayMiddlewares(middlewares: Middleware[], from: string, { note, mend }: Say): void {
    const at = ["services", from, "labels"];
    for (const { name, settings } of middlewares) {
        const kinds = new Set(settings.map(([kind]) => kind));
        if (kinds.size === 0 && /https/i.test(name) && /redirect/i.test(name)) continue;
        if (kinds.size === 0 && harmless.test(name))
            note(at, `${name}, a middleware that the file does not define, is not before it any more`);
        else if (kinds.size === 0)
            mend(
                at,
                `${name}, a middleware that the file does not define, is before it: let the service do what it does`,
            );
        for (const kind of kinds) {
            if (spare.test(kind) || kind === "chain") continue;
            if (Object.hasOwn(lost, kind)) note(at, `${name} (${kind}) ${lost[kind]}`);
            else if (/^(basicauth|digestauth|forwardauth|ipwhitelist|ipallowlist)$/.test(kind))
                mend(
                    at,
                    `${name} (${kind}) lets some in and others not, and the load balancer everybody: let the service see to that`,
                );
            else if (
                kind === "headers" &&
                !settings.some(([, key]) => /^customrequestheaders\.(?!x-forwarded-)/.test(key))
            )
                note(at, `${name} (headers): what it adds is not on what the service answers`);
            else mend(at, `${name} (${kind}) changes requests, which no load balancer does: let the service do so`);
        }
    }
}
