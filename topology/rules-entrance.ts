import type { Environment, ParsedApp } from "./app";
import { hasEntrance, isWorker } from "./endpoints";
import type { Path } from "./merge";
import { originRoute } from "./origins";
import { show, type Finding } from "./problems";
import { choices } from "./suggest";
import { defaultZone } from "./zones";

type Domain = NonNullable<ParsedApp["domain"]>;
type Cdn = NonNullable<ParsedApp["cdn"]>;

/** What must hold between the ways in: routes, domain, CDN, and who deploys. */
export function* entranceRules(app: ParsedApp, environment: Environment): Generator<Finding> {
    yield* routes(app);
    if (app.domain && !hasEntrance(app)) {
        // Without a worker the missing route is what is wrong.
        if (Object.values(app.services).some(isWorker))
            yield {
                at: ["domain"],
                found: "a domain for an app without routes",
                allowed: "none: nothing answers there; or a route, such as services.web.routes: [{ path: /* }]",
                reads: [["services"]],
            };
        return;
    }
    if (app.domain) {
        yield* domain(app.domain);
        yield* redirects(app, app.domain);
    } else if (environment === "prod" && hasEntrance(app))
        yield {
            at: ["domain"],
            found: "nothing",
            allowed: "a host name in a zone of yours, such as todo.example.com: prod serves HTTPS only",
        };
    if (app.cdn) yield* cdn(app, app.cdn);
    if (app.deployer) yield* branches(app.deployer.branches, (index) => ["deployer", "branches", index]);
    if (app.pipeline) yield* branches([app.pipeline.branch], () => ["pipeline", "branch"]);
}

/** A request has one way: no two routes take the same host and path. */
function* routes(app: ParsedApp): Generator<Finding> {
    if (!hasEntrance(app) && !Object.values(app.services).some(isWorker))
        yield {
            at: ["services"],
            found: "no service with a route",
            allowed:
                "a route for at least one of them, such as routes: [{ path: /* }]; without one nothing reaches the app. Or a worker, which has no ports",
        };
    const seen = new Map<string, string>();
    for (const [name, { routes }] of Object.entries(app.services))
        for (const [index, { host, path, stripPrefix }] of routes.entries()) {
            const at = ["services", name, "routes", index];
            if (stripPrefix && (!path.endsWith("/*") || path === "/*"))
                yield {
                    at: [...at, "stripPrefix"],
                    found: `true, for ${path}`,
                    allowed: "false; or a path with a prefix to go without, such as /api/*",
                    reads: [[...at, "path"]],
                };
            const shown = `${host ?? ""}${path}`;
            // The domain's own name and no host at all are different: the one is the other's special case.
            const other = seen.get(shown);
            if (other !== undefined)
                yield {
                    at,
                    found: `${shown}, which is also a route of ${other}`,
                    allowed:
                        other === name ? "each route once" : "a path or host of its own: give each service its routes",
                };
            seen.set(shown, name);
            if (host !== undefined)
                yield* inZone(host, app.domain, [...at, "host"], "no host, or a domain for the app");
        }
}

function* inZone(host: string, domain: Domain | undefined, at: Path, without: string): Generator<Finding> {
    if (!domain) yield { at, found: `${show(host)} without a domain`, allowed: without, reads: [["domain"]] };
    else if (host !== domain.name && !isBeneath(host, zoneOf(domain)))
        yield {
            at,
            found: show(host),
            allowed: `${domain.name} or a name in the zone ${zoneOf(domain)}`,
            reads: [["domain"]],
        };
}

function* domain(domain: Domain): Generator<Finding> {
    const { name, zone, alternativeNames } = domain;
    if (zone !== undefined && name !== zone && !isBeneath(name, zone)) {
        yield {
            at: ["domain", "zone"],
            found: show(zone),
            allowed: `a zone that holds ${name}, such as ${defaultZone(name)}`,
            reads: [["domain", "name"]],
        };
        return;
    }
    for (const [index, alternative] of alternativeNames.entries()) {
        const at = ["domain", "alternativeNames", index];
        const reads = [["domain"]];
        if (alternative === name)
            yield {
                at,
                found: `${show(alternative)}, which is the domain's name`,
                allowed: "further names only",
                reads,
            };
        else if (alternativeNames.indexOf(alternative) !== index)
            yield { at, found: `${show(alternative)} again`, allowed: "each name once" };
        else if (!isBeneath(alternative.replace(/^\*\./, ""), zoneOf(domain)))
            yield {
                at,
                found: show(alternative),
                allowed: `a name in the zone ${zoneOf(domain)}, whose records prove the certificate`,
                reads,
            };
    }
}

/** A host leads on, or it answers. */
function* redirects({ services, cdn }: ParsedApp, domain: Domain): Generator<Finding> {
    for (const [index, host] of domain.redirects.entries()) {
        const at = ["domain", "redirects", index];
        const routed = Object.keys(services).find((name) => services[name].routes.some((route) => route.host === host));
        if (host === domain.name)
            yield {
                at,
                found: `${show(host)}, which is the domain's name`,
                allowed: "other names, which lead there",
                reads: [["domain", "name"]],
            };
        else if (domain.redirects.indexOf(host) !== index)
            yield { at, found: `${show(host)} again`, allowed: "each name once" };
        else if (routed !== undefined || host === cdn?.host)
            yield {
                at,
                found: `${show(host)}, which is ${routed === undefined ? "the CDN's host" : `also a route of ${routed}`}`,
                allowed: "a name that nothing else answers at",
                reads: [["services"], ["cdn"]],
            };
        else yield* inZone(host, domain, at, "no redirect");
    }
}

function* cdn(app: ParsedApp, cdn: Cdn): Generator<Finding> {
    const { host, origins, behaviors } = cdn;
    const at = ["cdn", "host"];
    const routed = Object.entries(app.services).find(([, { routes }]) => routes.some((route) => route.host === host));
    if (routed || host === app.domain?.name)
        yield {
            at,
            found: `${show(host)}, which is ${routed ? `also a route of ${routed[0]}` : "the domain's name"}`,
            allowed: "a name of its own, such as cdn.example.com",
            reads: [["domain"], ["services"]],
        };
    else yield* inZone(host, app.domain, at, "a domain for the app: a CDN has a name in its zone");

    const [first] = Object.keys(origins);
    for (const name of Object.keys(origins)) {
        yield* origin(app, cdn, name);
        if (name !== first && !behaviors.some(({ origin }) => origin === name))
            yield {
                at: ["cdn", "origins", name],
                found: "an origin that no behavior asks",
                allowed: `a behavior with origin: ${name}; the first origin alone is asked without one`,
                reads: [["cdn"]],
            };
    }
    for (const [index, { path, origin }] of behaviors.entries()) {
        const where = ["cdn", "behaviors", index];
        if (behaviors.findIndex((other) => other.path === path) !== index)
            yield { at: [...where, "path"], found: `${path} again`, allowed: "each path once" };
        if (origin !== undefined && !Object.hasOwn(origins, origin))
            yield {
                at: [...where, "origin"],
                found: show(origin),
                allowed: choices(origin, Object.keys(origins)),
                reads: [["cdn", "origins"]],
            };
    }
}

/** An origin is a bucket that there is, or a service one of whose routes takes all that the CDN asks it for. */
function* origin(app: ParsedApp, cdn: Cdn, name: string): Generator<Finding> {
    const { service, bucket, path = "" } = cdn.origins[name];
    const at = ["cdn", "origins", name];
    const buckets = Object.keys(app.buckets);
    if (bucket !== undefined && !buckets.includes(bucket))
        yield {
            at: [...at, "bucket"],
            found: show(bucket),
            allowed: choices(bucket, buckets, "nothing: the app has no buckets"),
            reads: [["buckets", bucket]],
        };
    if (service === undefined) return;
    const routed = Object.keys(app.services).filter((other) => app.services[other].routes.length > 0);
    if (!routed.includes(service)) {
        const known = Object.hasOwn(app.services, service);
        yield {
            at: [...at, "service"],
            found: `${show(service)}${known ? ", which has no routes" : ""}`,
            allowed: choices(service, routed, "a service with a route"),
            reads: [known ? ["services", service, "routes"] : ["services", service]],
        };
    } else if (app.services[service].routes.some(({ stripPrefix }) => stripPrefix))
        yield {
            at: [...at, "service"],
            found: `${show(service)}, a route of which goes without its prefix`,
            allowed: "a service whose routes keep their paths: on GCP a CDN does not ask by way of routes",
            reads: [["services", service, "routes"]],
        };
    else if (!originRoute(app, cdn, name))
        yield {
            at: [...at, "service"],
            found: `${show(service)}, no route of which takes all that the CDN asks for`,
            allowed: `a service with a route such as ${path}/*`,
            reads: [["services", service, "routes"], ["services", service, "ports"], ["cdn"]],
        };
}

/** Branches whose workflows may deploy: whole names, since a pattern would trust branches that nobody has made yet. */
function* branches(names: string[], path: (index: number) => (string | number)[]): Generator<Finding> {
    for (const [index, name] of names.entries()) {
        const at = path(index);
        if (!/^[\w.#@+-]+(\/[\w.#@+-]+)*$/.test(name) || name.includes(".."))
            yield { at, found: show(name), allowed: "the whole name of a branch, such as main, without wildcards" };
        else if (name.startsWith("refs/"))
            yield { at, found: show(name), allowed: "the branch's own name, such as main, without refs/heads" };
        else if (names.indexOf(name) !== index) yield { at, found: `${show(name)} again`, allowed: "each branch once" };
    }
}

const isBeneath = (host: string, zone: string): boolean => host === zone || host.endsWith(`.${zone}`);
const zoneOf = ({ name, zone }: Domain): string => zone ?? defaultZone(name);
