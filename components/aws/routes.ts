import type { input } from "@pulumi/aws/types";

import type * as topology from "../../topology/app";
import type * as roles from "../roles";

interface Rule {
    target: string;
    priority: number;
    conditions: input.lb.ListenerRuleCondition[];
}

/**
 * Routes as an ALB takes them: one target for whatever matches nothing else, and rules in order of priority, the most
 * specific first, because a load balancer stops at the first rule that matches.
 */
export function listenerRules(targets: Record<string, Pick<roles.Target, "routes">>): {
    fallback?: string;
    rules: Rule[];
} {
    const routes = Object.entries(targets).flatMap(([target, { routes }]) =>
        routes.map((route) => ({ target, ...route })),
    );
    const isFallback = (route: topology.Route) => !route.host && route.path === "/*";
    const rules = routes
        .filter((route) => !isFallback(route))
        .sort((a, b) => specificity(b) - specificity(a) || (a.path < b.path ? -1 : 1))
        .map(({ target, host, path }, index) => ({
            target,
            priority: index + 1,
            conditions: [
                ...(host ? [{ hostHeader: { values: [host] } }] : []),
                // `/api/*` does not match `/api` by itself.
                ...(path === "/*"
                    ? []
                    : [{ pathPattern: { values: path.endsWith("/*") ? [path, path.slice(0, -2)] : [path] } }]),
            ],
        }));
    return { fallback: routes.find(isFallback)?.target, rules };
}

/** A host beats none, a whole path beats a prefix, a longer path beats a shorter one. */
const specificity = ({ host, path }: topology.Route): number =>
    (host ? 1000 : 0) + (path.endsWith("*") ? 0 : 500) + path.length;
