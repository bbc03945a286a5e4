import type { input } from "@pulumi/gcp/types";
import type { Input } from "@pulumi/pulumi";

import { namedByHost } from "../hosts";
import type * as roles from "../roles";

type UrlMap = Pick<input.compute.URLMapPathMatcher, "defaultService" | "defaultRouteAction"> & {
    hostRules: input.compute.URLMapHostRule[];
    pathMatchers: input.compute.URLMapPathMatcher[];
};

/**
 * Routes as a URL map takes them: a matcher per host, in which the longest path wins, and a backend for whatever matches
 * nothing else.
 */
export function urlMap(
    targets: Record<string, Pick<roles.Target, "routes">>,
    backends: Record<string, Input<string>>,
    cdn?: roles.Cdn,
): UrlMap {
    const routes = Object.entries(targets).flatMap(([target, { routes }]) =>
        routes.map(({ host = "*", path }) => ({ service: backends[target], host, path })),
    );
    const isFallback = (of: string) => (route: (typeof routes)[number]) => route.host === of && route.path === "/*";
    const fallback = routes.find(isFallback("*"));
    // A URL map must name a backend even where none is meant.
    const otherwise = fallback
        ? { defaultService: fallback.service }
        : { defaultService: routes[0].service, ...notFound };

    // A host's matcher hides the one for all hosts, so it repeats that one's paths behind its own.
    const shared = routes.filter(({ host, path }) => host === "*" && path !== "/*");
    const hosts = [...new Set(routes.filter((route) => route !== fallback).map(({ host }) => host))].sort();
    const matched = [...hosts, ...(cdn ? [cdn.host] : [])];
    const matchers = hosts.map((host) => {
        const all = routes.find(isFallback(host));
        const own = routes.filter((route) => route.host === host && route.path !== "/*");
        const taken = new Set(own.map(({ path }) => path));
        // `/*` of a host comes before any path that all hosts share, as on the other cloud.
        const inherited = host === "*" || all ? [] : shared.filter(({ path }) => !taken.has(path));
        const paths = [...own, ...inherited];
        const exact = new Set(paths.map(({ path }) => path));
        return {
            name: matcherName(host),
            ...(all ? { defaultService: all.service } : otherwise),
            pathRules: paths
                .sort((a, b) => b.path.length - a.path.length || (a.path < b.path ? -1 : 1))
                // `/api/*` does not match `/api` by itself, which may be a route of its own; no path stands in a map twice.
                .map(({ path, service }) => ({
                    paths: path.endsWith("/*")
                        ? [path.slice(0, -2), path].filter((p) => p === path || !exact.has(p))
                        : [path],
                    service,
                })),
        };
    });
    return {
        ...otherwise,
        hostRules: matched.map((host) => ({ hosts: [host], pathMatcher: matcherName(host) })),
        pathMatchers: [...matchers, ...(cdn ? [cdnMatcher(cdn)] : [])],
    };
}

/** The CDN's paths, in their own order. A matcher has rules of this kind, which rewrite, or of the other. */
function cdnMatcher({ host, routes = [] }: roles.Cdn): input.compute.URLMapPathMatcher {
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

/** 404 instead of a service that nobody routed the request to. */
const notFound = { defaultRouteAction: { faultInjectionPolicy: { abort: { httpStatus: 404, percentage: 100 } } } };

/** Up to 63 characters that begin with a letter, which a host may not. */
const matcherName = (host: string): string => (host === "*" ? "all-hosts" : namedByHost("host", host, 63));
