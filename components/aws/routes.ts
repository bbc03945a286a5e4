import { createHash } from "node:crypto";

import type { input } from "@pulumi/aws/types";

import type * as topology from "../../topology/app";
import { candidateHeader } from "../../topology/rollout";
import type * as roles from "../roles";

interface Rule {
    target: string;
    priority: number;
    conditions: input.lb.ListenerRuleCondition[];
    /** What becomes of the path before the target is asked. */
    transforms?: input.lb.ListenerRuleTransform[];
}

interface Rules {
    /** The target for whatever matches nothing else. */
    fallback?: string;
    rules: Rule[];
    /** Hosts that lead to another, before any rule that leads to a target. */
    redirects: { host: string; priority: number }[];
}

/**
 * Routes as an ALB takes them: one target for whatever matches nothing else, and rules in order of priority, the most
 * specific first, because a load balancer stops at the first rule that matches.
 */
export function listenerRules(
    targets: Record<string, Pick<roles.Target, "routes">>,
    redirects: readonly string[] = [],
): Rules {
    const routes = Object.entries(targets).flatMap(([target, { routes }]) =>
        routes.map((route) => ({ target, ...route })),
    );
    const isFallback = (route: topology.Route) => !route.host && route.path === "/*";
    const taken = new Set<number>();
    const slotsTaken = new Set<number>();
    const ruled = routes
        .filter((route) => !isFallback(route))
        .sort((a, b) => bandOf(a) - bandOf(b) || (keyOf(a) < keyOf(b) ? -1 : 1));
    // Beyond a load balancer's usual hundred rules there may be no slot left: then they are counted through.
    const crowded = ruled.length + redirects.length > slots;
    const leading = redirects.map((host, index) => ({
        host,
        priority: crowded ? index + 1 : 1 + slotOf(host, slots, slotsTaken),
    }));
    // Before all others: those of hosts with the longest paths alone share their priorities.
    for (const { priority } of leading) taken.add(priority);
    const rules = ruled.map(({ target, host, path, stripPrefix }, index) => ({
        target,
        ...(stripPrefix && { transforms: [withoutPrefix(path)] }),
        priority: crowded ? redirects.length + index + 1 : priorityOf({ host, path, stripPrefix }, taken),
        conditions: [
            ...(host ? [{ hostHeader: { values: [host] } }] : []),
            // `/api/*` does not match `/api` by itself.
            ...(path === "/*"
                ? []
                : [{ pathPattern: { values: path.endsWith("/*") ? [path, path.slice(0, -2)] : [path] } }]),
        ],
    }));
    return {
        fallback: routes.find(isFallback)?.target,
        rules: rules.sort((a, b) => a.priority - b.priority),
        redirects: leading,
    };
}

/**
 * For each rule that leads to a target whose candidate has a header, one before all others that leads those who send it to the
 * candidate. Numbered through, in the same order: they come and go with a release.
 */
export function candidateRules(
    targets: Record<string, Pick<roles.Target, "candidate">>,
    { fallback, rules, redirects }: Rules,
): (Rule & { role: string })[] {
    const taken = new Set([...rules, ...redirects].map(({ priority }) => priority));
    let last = 0;
    const next = (): number => {
        while (taken.has(++last));
        return last;
    };
    const all = [
        ...rules.map((rule) => ({ ...rule, role: `${rule.priority}-candidate` })),
        ...(fallback ? [{ target: fallback, conditions: [], role: "candidate" }] : []),
    ];
    return all.flatMap(({ target, conditions, role, transforms }: Omit<Rule, "priority"> & { role: string }) => {
        const { target: candidate, header } = targets[target].candidate ?? {};
        if (!candidate || !header) return [];
        const sent = { httpHeader: { httpHeaderName: candidateHeader, values: [header] } };
        return [{ target: candidate, role, priority: next(), conditions: [sent, ...conditions], transforms }];
    });
}

/** A rule for each target group that ties it to the load balancer, on a listener that gets no requests. */
export function tyingRules(keys: string[]): Record<string, Omit<Rule, "target">> {
    const taken = new Set<number>();
    return Object.fromEntries(
        [...keys].sort().map((key) => {
            const priority = slotOf(key, 50_000, taken) + 1;
            return [key, { priority, conditions: [{ hostHeader: { values: [`${key}.invalid`] } }] }];
        }),
    );
}

/** A slot that follows from a key alone, as far as no other has it. */
function slotOf(key: string, slots: number, taken: Set<number>): number {
    let slot = createHash("sha256").update(key).digest().readUInt32BE() % slots;
    while (taken.has(slot)) slot = (slot + 1) % slots;
    taken.add(slot);
    return slot;
}

const keyOf = ({ host = "", path }: topology.Route): string => `${host}${path}`;

/** `/api/users` as `/users`, and `/api` as `/`. A query stays as it is. */
const withoutPrefix = (path: string): input.lb.ListenerRuleTransform => ({
    type: "url-rewrite",
    urlRewriteConfig: {
        rewrite: { regex: `^${path.slice(0, -2).replace(/[.~]/g, "\\$&")}/?(.*)$`, replace: "/$1" },
    },
});

/** Priorities for routes that are equally specific: a load balancer has no more than a hundred rules. */
const slots = 96;
/** Characters of the longest path that a rule may have. */
const longest = 128;

/** How specific a route is; the most specific is 0. */
const bandOf = ({ host, path }: topology.Route): number =>
    ((host ? 0 : 2) + (path.endsWith("*") ? 1 : 0)) * (longest + 1) + Math.max(0, longest - path.length);

/**
 * A host beats none, a whole path beats a prefix, a longer path beats a shorter one. Among equals, which never match the same
 * request, it follows from the route itself: counted through, a new route would take the priority of one that is still
 * there, which a load balancer refuses.
 */
function priorityOf(route: topology.Route, taken: Set<number>): number {
    const first = 1 + slots * bandOf(route);
    let slot = createHash("sha256").update(keyOf(route)).digest().readUInt32BE() % slots;
    while (taken.has(first + slot)) slot = (slot + 1) % slots;
    taken.add(first + slot);
    return first + slot;
}
