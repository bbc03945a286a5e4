import type { input } from "@pulumi/gcp/types";
import type { Input } from "@pulumi/pulumi";

import { candidateHeader } from "../../topology/rollout";
import { namedByHost } from "../hosts";
import type * as roles from "../roles";

type Matcher = input.compute.URLMapPathMatcher;
type Default = Pick<Matcher, "defaultService" | "defaultRouteAction">;
type UrlMap = Default & {
    hostRules: input.compute.URLMapHostRule[];
    pathMatchers: Matcher[];
};

type Targets = Record<string, Pick<roles.Target, "routes" | "candidate">>;

/** A path and the target that takes it. */
interface Way {
    target: string;
    path: string;
    /** The target is asked without what the path begins with. */
    stripPrefix?: boolean;
}

type Leads = ReturnType<typeof leadsOf>;

/** What leads to backends: to a target's own, or to that and its candidate's by their weights. */
function leadsOf(targets: Targets, backends: Record<string, Input<string>>) {
    const weighted = (target: string) => {
        const { candidate } = targets[target];
        return (
            candidate && [
                { backendService: backends[target], weight: 100 - candidate.weight },
                { backendService: backends[candidate.target], weight: candidate.weight },
            ]
        );
    };
    return {
        /** Of one path. */
        to(target: string) {
            const weightedBackendServices = weighted(target);
            return weightedBackendServices
                ? { routeAction: { weightedBackendServices } }
                : { service: backends[target] };
        },
        /** Of whatever matches nothing else. */
        otherwise(target: string): Default {
            const weightedBackendServices = weighted(target);
            return weightedBackendServices
                ? { defaultRouteAction: { weightedBackendServices } }
                : { defaultService: backends[target] };
        },
        /** 404 instead of a service that nobody routed the request to. A URL map must name a backend even then. */
        nowhere: (target: string): Default => ({
            defaultService: backends[target],
            defaultRouteAction: { faultInjectionPolicy: { abort: { httpStatus: 404, percentage: 100 } } },
        }),
        /** The candidate of a target, where a header leads to it. */
        sent(target: string): { service: Input<string>; header: Input<string> } | undefined {
            const { target: candidate, header } = targets[target].candidate ?? {};
            return candidate && header ? { service: backends[candidate], header } : undefined;
        },
    };
}

/**
 * Routes as a URL map takes them: a matcher per host, in which the longest path wins, and a backend for whatever matches
 * nothing else.
 */
export function urlMap(
    targets: Targets,
    backends: Record<string, Input<string>>,
    cdn?: roles.Cdn,
    domain?: Pick<roles.IngressArgs["domain"] & object, "name" | "redirects">,
): UrlMap {
    const leads = leadsOf(targets, backends);
    const routes = Object.entries(targets).flatMap(([target, { routes }]) =>
        routes.map(({ host = "*", path, stripPrefix }) => ({ target, host, path, stripPrefix })),
    );
    const isFallback = (of: string) => (route: (typeof routes)[number]) => route.host === of && route.path === "/*";
    const fallback = routes.find(isFallback("*"));
    const otherwise = fallback ? leads.otherwise(fallback.target) : leads.nowhere(routes[0].target);

    // A host's matcher hides the one for all hosts, so it repeats that one's paths behind its own.
    const shared = routes.filter(({ host, path }) => host === "*" && path !== "/*");
    // Only a matcher knows headers: whatever matches nothing else has none of its own.
    const hidden = fallback && leads.sent(fallback.target) ? undefined : fallback;
    const hosts = [...new Set(routes.filter((route) => route !== hidden).map(({ host }) => host))].sort();
    const matched = [...hosts, ...(cdn ? [cdn.host] : [])];
    const matchers = hosts.map((host): Matcher => {
        const all = routes.find(isFallback(host));
        const own = routes.filter((route) => route.host === host && route.path !== "/*");
        const taken = new Set(own.map(({ path }) => path));
        // `/*` of a host comes before any path that all hosts share, as on the other cloud.
        const inherited = host === "*" || all ? [] : shared.filter(({ path }) => !taken.has(path));
        const ways = [...own, ...inherited].sort((a, b) => b.path.length - a.path.length || (a.path < b.path ? -1 : 1));
        const last = (all ?? fallback)?.target;
        const taking = [...ways, ...(last ? [{ target: last, path: "/*" }] : [])];
        // Rules of the other kind do not say what of a path is replaced.
        const rules = taking.some((way: Way) => way.stripPrefix === true || leads.sent(way.target) !== undefined)
            ? { routeRules: routeRules(leads, ways, last) }
            : { pathRules: pathRules(leads, ways) };
        return { name: matcherName(host), ...(all ? leads.otherwise(all.target) : otherwise), ...rules };
    });
    return {
        ...otherwise,
        hostRules: [
            ...matched.map((host) => ({ hosts: [host], pathMatcher: matcherName(host) })),
            ...(domain?.redirects.length ? [{ hosts: domain.redirects, pathMatcher: redirecting }] : []),
        ],
        pathMatchers: [
            ...matchers,
            ...(cdn ? [cdnMatcher(cdn)] : []),
            ...(domain?.redirects.length ? [redirectMatcher(domain.name)] : []),
        ],
    };
}

/** What leads all requests to another host, whatever their path and query. No host is called so. */
const redirecting = "redirects";
const redirectMatcher = (hostRedirect: string): Matcher => ({
    name: redirecting,
    defaultUrlRedirect: {
        hostRedirect,
        httpsRedirect: true,
        redirectResponseCode: "MOVED_PERMANENTLY_DEFAULT",
        stripQuery: false,
    },
});

/** `/api/*` does not match `/api` by itself, which may be a route of its own; no path stands in a map twice. */
function patterns(path: string, ways: Way[]): string[] {
    const bare = path.slice(0, -2);
    return path.endsWith("/*") && !ways.some((way) => way.path === bare) ? [bare, path] : [path];
}

function pathRules(leads: Leads, ways: Way[]): input.compute.URLMapPathMatcherPathRule[] {
    return ways.map(({ target, path }) => ({ paths: patterns(path, ways), ...leads.to(target) }));
}

/** What a rule matches is replaced: `/api/` of `/api/users`, and all of `/api`. */
const rootAgain = { urlRewrite: { pathPrefixRewrite: "/" } };

/**
 * The same as rules that know headers, too: the first that matches wins. Whoever sends the header of a route's candidate is led
 * there, and everybody else as by path rules.
 */
function routeRules(leads: Leads, ways: Way[], last?: string): input.compute.URLMapPathMatcherRouteRule[] {
    const matching = (path: string) =>
        patterns(path, ways).map((pattern) =>
            pattern.endsWith("*") ? { prefixMatch: pattern.slice(0, -1) } : { fullPathMatch: pattern },
        );
    const sent = (target: string, matches: ReturnType<typeof matching>, routeAction?: typeof rootAgain) => {
        const candidate = leads.sent(target);
        if (!candidate) return [];
        const headerMatches = [{ headerName: candidateHeader, exactMatch: candidate.header }];
        const matchRules = matches.map((match) => ({ ...match, headerMatches }));
        return [{ matchRules, service: candidate.service, ...(routeAction && { routeAction }) }];
    };
    const rules = [
        ...ways.flatMap(({ target, path, stripPrefix }) => {
            const led: { service?: Input<string>; routeAction?: object } = leads.to(target);
            const routeAction = stripPrefix ? { ...led.routeAction, ...rootAgain } : led.routeAction;
            return [
                ...sent(target, matching(path), stripPrefix ? rootAgain : undefined),
                { matchRules: matching(path), ...led, ...(routeAction && { routeAction }) },
            ];
        }),
        ...(last ? sent(last, [{ prefixMatch: "/" }]) : []),
    ];
    return rules.map((rule, index) => ({ priority: index + 1, ...rule }));
}

/** The CDN's paths, in their own order. A matcher has rules of this kind, which rewrite, or of the other. */
function cdnMatcher({ host, routes = [] }: roles.Cdn): Matcher {
    return {
        name: matcherName(host),
        // Never asked: the last route takes every path.
        defaultService: routes[routes.length - 1].backend,
        routeRules: routes.map(({ prefix, rewrite, backend }, index) => ({
            priority: index + 1,
            matchRules: [{ prefixMatch: prefix }],
            service: backend,
            routeAction: prefix === rewrite ? undefined : { urlRewrite: { pathPrefixRewrite: rewrite } },
        })),
    };
}

/** Up to 63 characters that begin with a letter, which a host may not. */
const matcherName = (host: string): string => (host === "*" ? "all-hosts" : namedByHost("host", host, 63));
