import type { PortInput } from "../../topology/schema/service";
import type { Compose } from "../load/load";
import type { Tree } from "../load/places";
import { builtCheck } from "./checks";
import { baseOf, isRuntime } from "./dockerfile";
import { grouped } from "./hosts";
import { isProxied } from "./labels";
import { imageOf, type Say, type ServiceInput } from "./parts";
import { mayBeHttp, publishedPorts } from "./ports";
import { portOfProduct } from "./products";
import { awaitedBy, textsOf } from "./values";

/** A service of the file that is called privately: who calls it knows of no identity token, which Cloud Run would ask for. */
export function withCallers(
    services: Map<string, string>,
    made: Record<string, ServiceInput>,
    { note }: Pick<Say, "note">,
): void {
    const called = new Set(Object.values(made).flatMap(({ calls }) => calls ?? []));
    for (const [from, to] of services) {
        const { ports, routes, gcp } = made[to];
        if (!called.has(to) || !ports || routes?.length !== 0) continue;
        made[to].gcp = { ...gcp, callers: "network" };
        note(
            ["services", from],
            "private: on AWS its callers alone reach it, on GCP whatever is in the project's networks, as they send no identity token",
        );
    }
}

/** A service that nobody reaches, neither from outside nor by a call, is there for nothing: something that leads to it got lost. */
export function uncalled(
    file: Compose,
    services: Map<string, string>,
    made: Record<string, ServiceInput>,
    { mend }: Pick<Say, "mend">,
): void {
    const called = new Set(Object.values(made).flatMap(({ calls }) => calls ?? []));
    for (const [from, to] of services) {
        if (!made[to].ports || made[to].routes?.length !== 0 || called.has(to)) continue;
        const proxy = [...services.keys()].find((other) => other !== from && mayPass(file.services[other], from));
        mend(
            ["services", from],
            proxy === undefined
                ? `no variable and no route leads to it: let who calls it read \${${to}.url}, or say its routes`
                : `no variable and no route leads to it, unless ${proxy} does so by what is in its image, which would not find it here: say the routes of both, and leave ${proxy} out if it only passes requests on`,
        );
    }
}

/** Whether an image may be a proxy that leads to a service: it waits for it, or is called one, and takes requests from outside. */
const mayPass = (raw: Tree, to: string): boolean =>
    imageOf(raw) !== undefined &&
    publishedPorts(raw).some(({ target }) => target === 80 || target === 443) &&
    (awaitedBy(raw).includes(to) || /proxy|gateway|nginx|caddy/.test(imageOf(raw)!));

/** A route as an app writes it. */
export type RouteInput = NonNullable<ServiceInput["routes"]>[number];

/** The port at which a service is asked. */
export function firstPortOf({ ports = {} }: ServiceInput): Partial<PortInput> {
    const [first] = Object.values(ports);
    return typeof first === "object" ? first : { port: first, protocol: "http" };
}

/** Whether a program is known to listen for nothing: built here, on nothing that serves by itself, without EXPOSE. */
function takesNone(raw: Tree): boolean {
    const base = baseOf(raw);
    return base !== undefined && base.ports.length === 0 && isRuntime(base.image);
}

/** The profile that a file of profiles alone may be meant to be started with: the one called so, or the one with the most services. */
function profileToTake(leftOut: Compose["leftOut"]): string {
    const members = grouped(leftOut.keys(), (from) => leftOut.get(from)!.profiles);
    const [most] =
        [...members].find(([profile]) => /^(default|all|full|prod(uction)?)$/i.test(profile)) ??
        [...members].sort(([, one], [, other]) => other.length - one.length)[0] ??
        [];
    return most === undefined ? "" : `, and --profile ${most} takes in ${members.get(most)!.join(", ")}`;
}

/** The one service of a file that may take requests, where none says a port, by what its Dockerfile exposes or asks. */
export function exposedAlone(
    { services }: Compose,
    all: string[],
    called: Map<string, number[]>,
): { from: string; port: number } | undefined {
    const listens = (raw: Tree) => publishedPorts(raw).length > 0 || textsOf(raw.expose).length > 0 || isProxied(raw);
    if (all.some((from) => listens(services[from]) || called.has(from) || portOfProduct(services[from]) !== undefined))
        return undefined;
    const found = all.flatMap((from) => {
        const { ports = [] } = baseOf(services[from]) ?? {};
        const asked = builtCheck(services[from])?.port;
        // Of several, or of none, the one that its own check asks.
        const port = ports.length === 1 ? ports[0] : !ports.length || ports.includes(asked!) ? asked : undefined;
        return port !== undefined && mayBeHttp(port) ? [{ from, port }] : [];
    });
    // Workers of one image have a command of their own.
    const usual = found.filter(({ from }) => !textsOf(services[from].command).length);
    return found.length === 1 ? found[0] : usual.length === 1 ? usual[0] : undefined;
}

/** One service takes every request; the others with published ports those below a path of their own. */
export function withRoutes(
    { services: raw, leftOut }: Compose,
    services: Map<string, string>,
    made: Record<string, ServiceInput>,
    /** To which a proxy that the stack's load balancer replaces leads. */
    proxied: Set<string>,
    /** Routes that the file says itself. */
    said: Map<string, RouteInput[]>,
    { note, mend }: Say,
): void {
    const answering = [...services].filter(([, to]) => made[to].ports);
    const published = answering.filter(
        ([from, to]) =>
            said.has(to) || publishedPorts(raw[from]).length > 0 || isProxied(raw[from]) || proxied.has(from),
    );
    if (!published.length && answering.length) {
        published.push(answering[0]);
        note(["services", published[0][0]], "no service publishes a port: this one is taken for the public one");
    }
    if (!answering.length && services.size) {
        const doubtful = [...services.keys()].filter((from) => !takesNone(raw[from]));
        if (doubtful.length)
            mend(
                ["services"],
                `only workers, of which ${doubtful.join(" and ")} may listen: an app has a service that takes requests; say the ports of one`,
            );
        else note(["services"], "only workers: nothing of it takes requests, and there is no load balancer");
    }
    if (!services.size)
        mend(
            ["services"],
            `every one of them is a store, a proxy or a tool, or belongs to a profile: an app has a service of its own${profileToTake(leftOut)}`,
        );
    const main =
        answering.find(([, to]) => said.get(to)?.some(({ path, host }) => path === "/*" && host === undefined)) ??
        answering.find(([, to]) => said.get(to)?.some(({ path }) => path === "/*")) ??
        published.find(([from]) =>
            /^(front(-?end)?|web|www|ui|app|client|(web)?site|webapp|nginx|proxy|gateway)$/i.test(from),
        ) ??
        published.find(([from]) =>
            /(^|[-_])(front(-?end)?|web|www|ui|client|(web)?site|webapp|gateway)$/i.test(from),
        ) ??
        // Where people open it on their own machine without a port in the address.
        published.find(([from]) => publishedPorts(raw[from]).some((port) => /^(80|443)$/.test(port.published ?? ""))) ??
        published.find(([, to]) => [80, 3000].includes(firstPortOf(made[to]).port ?? 0)) ??
        published[0];
    if (main && firstPortOf(made[main[1]]).protocol !== "http")
        mend(
            ["services", main[0], "ports"],
            "takes all requests and speaks HTTP/2 or gRPC: say a domain, without which AWS leads to none",
        );
    const isPublished = new Set(published.map(([from]) => from));
    const taken = new Set([...said.values()].flat().map(({ path }) => path));
    for (const [from, to] of answering) {
        const own = said.get(to);
        if (own && (from !== main?.[0] || own.length > 1 || own[0].host !== undefined)) made[to].routes = own;
        if (own || from === main?.[0]) continue;
        if (!isPublished.has(from)) {
            made[to].routes = [];
            continue;
        }
        if (firstPortOf(made[to]).protocol !== "http") {
            made[to].routes = [];
            mend(
                ["services", from, "ports"],
                "is published and speaks HTTP/2 or gRPC: say its routes, such as /package.Service/*, and a domain, without which AWS leads to none",
            );
            continue;
        }
        const path = /api|back-?end|server/.test(to) && !taken.has("/api/*") ? "/api/*" : `/${to}/*`;
        taken.add(path);
        made[to].routes = [{ path }];
        note(["services", from, "ports"], `gets ${path}, which is a guess, and ${main[1]} the rest: say routes`);
    }
}

/** What Cloud Run does otherwise than Compose for the only service of an app: where there are workers, they do what is done between requests. */
export function sayProcessor(services: Map<string, string>, made: Record<string, ServiceInput>, { note }: Say): void {
    const [[from, to] = [], ...more] = [...services];
    if (from === undefined || to === undefined || more.length || firstPortOf(made[to]).port === undefined) return;
    note(
        ["services", from],
        'on GCP a service has its CPU while it answers requests: a program that works between them as well (a scheduler, a loop) wants gcp.cpuBilling: "instance", and scale.min: 1 in dev too',
    );
}
