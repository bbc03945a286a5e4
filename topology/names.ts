import { createHash } from "node:crypto";

import type { Cloud, ParsedApp } from "./app";
import { endpoints } from "./endpoints";
import { nameLimits } from "./limits";
import type { Path } from "./merge";
import { prefixOf } from "./prefix";
import type { Finding } from "./problems";
import { show } from "./problems";
import { candidateName, splits } from "./rollout";

/**
 * A name that a cloud takes: as it is, or with a hash in place of what is too much, so that two that begin alike stay apart. The same
 * name is always shortened alike.
 * @param max characters that the cloud takes; at least 12
 */
export function shortened(name: string, max: number): string {
    if (name.length <= max) return name;
    const hash = createHash("sha256").update(name).digest("hex").slice(0, 6);
    return `${name.slice(0, max - 7).replace(/-+$/, "")}-${hash}`;
}

/** What is wrong with a stack's name, in words of what is allowed; undefined if nothing is. */
export const stackNameFault = (stack: string): string | undefined =>
    /^[a-z0-9]+(-[a-z0-9]+)*$/.test(stack)
        ? undefined
        : "lower-case letters, digits and single hyphens, since all names and labels contain it: pulumi stack rename";

/** Names that a cloud would refuse once they have the stack's prefix, and Pulumi's random suffix. */
export function* nameRules(app: ParsedApp, cloud: Cloud, stack: string, project: string): Generator<Finding> {
    const prefix = prefixOf(app.name, stack);
    if (cloud === "aws" && app.name.startsWith("internal") && prefix.startsWith("internal-"))
        yield {
            at: ["name"],
            found: show(app.name),
            allowed: "another name: no load balancer's name on AWS may begin with internal-",
        };
    const reported = new Set<string>();
    for (const { of, resource, min = 1, max, added, cloud: limited } of nameLimits) {
        if (limited !== cloud) continue;
        // Cloud SQL counts `project:instance`.
        const room = max - added - (cloud === "gcp" && of === "databases" ? project.length + 1 : 0);
        for (const [at, name] of named(app, prefix, of)) {
            // Of a name that is too long for two things, the one with less room says enough.
            if ((name.length >= min && name.length <= room) || reported.has(name)) continue;
            reported.add(name);
            yield {
                at,
                found: `${show(name)}, ${name.length} characters`,
                allowed: `${min > 1 ? `${min} to ${room}` : `up to ${room}`} characters for a ${resource} on ${cloud}: change the name of the app, the stack or the part`,
                reads: [["name"]],
            };
        }
    }
}

function* named(app: ParsedApp, prefix: string, of: (typeof nameLimits)[number]["of"]): Generator<[Path, string]> {
    if (of === "stack") yield [["name"], prefix];
    else if (of === "subnets")
        for (const name of Object.keys(app.network.gcp.subnets ?? {}))
            yield [["network", "gcp", "subnets", name], `${prefix}-${name}`];
    else if (of === "candidates")
        for (const { key, service } of endpoints(app).filter(({ service }) => splits(app.services[service])))
            yield [["services", service, "rollout", "strategy"], `${prefix}-${candidateName(key)}`];
    else if (of === "endpoints")
        for (const { key, service, portName } of endpoints(app))
            yield [["services", service, ...(key === service ? [] : ["ports", portName])], `${prefix}-${key}`];
    else for (const name of Object.keys(app[of])) yield [[of, name], `${prefix}-${name}`];
}
