import { isDeepStrictEqual } from "node:util";

import type { App, Cloud } from "./app";
import { partKinds } from "./kinds";
import type { Problem } from "./problems";
import { isCandidateOf } from "./rollout";
import type { Stack } from "./validate";

/** Of two parts that make one resource, the one with the longer name is to be renamed: the other one's follows from it. */
export function clash(app: App, prefix: string, type: string, name: string): Problem {
    const rest = name.slice(prefix.length + 1);
    const named = [
        ...(["services", ...partKinds] as const).flatMap((kind) =>
            Object.keys(app[kind]).map((part) => ({ kind, part, called: part })),
        ),
        ...Object.entries(app.services).flatMap(([service, { sidecars }]) =>
            Object.keys(sidecars).map((part) => ({
                kind: `services.${service}.sidecars`,
                part,
                called: `${service}-${part}`,
            })),
        ),
        ...Object.keys(app.cdn?.origins ?? {}).map((part) => ({ kind: "cdn.origins", part, called: `cdn-${part}` })),
    ];
    const parts = named
        .filter(({ called }) => rest === called || rest.startsWith(`${called}-`))
        .sort((a, b) => b.called.length - a.called.length);
    const [part, other] = parts;
    return {
        path: part ? `${part.kind}.${part.part}` : "names of parts",
        found: `${name} (${type}), which ${other ? `${other.kind}.${other.part} makes, too` : "is made twice"}`,
        allowed: part?.kind.endsWith(".sidecars")
            ? "another name"
            : "a name that does not begin with another part's and a hyphen",
    };
}

/** What the user names of what a resource of a service's holds, by what it is: first what is renamed most easily. */
const namedWithin: Record<string, (app: App, service: string, name: string) => string[]> = {
    containers: ({ services, jobs }, service, name) => [
        ...(Object.hasOwn(services[service].sidecars, name) ? [`services.${service}.sidecars.${name}`] : []),
        ...(Object.hasOwn(jobs, name) && jobs[name].service === service ? [`jobs.${name}`] : []),
        ...(service === name ? [`services.${name}`] : []),
    ],
    volumes: ({ services }, service, name) =>
        Object.hasOwn(services[service].mounts, name) ? [`filesystems.${name}`] : [],
};

/** Of two things within one resource that have one name, such as containers of a task, the part that is called so is to be renamed. */
export function clashWithin(app: App, prefix: string, resource: string, what: string, name: string): Problem {
    const rest = resource.slice(prefix.length + 1);
    const service = Object.hasOwn(app.jobs, rest)
        ? app.jobs[rest].service
        : Object.keys(app.services).find((one) => rest === one || isCandidateOf(rest, one));
    const [path, other] = (service !== undefined && namedWithin[what]?.(app, service, name)) || [];
    return {
        path: path ?? "names of parts",
        found: other
            ? `"${name}", the name of ${other} too: both are ${what} of ${resource}`
            : `"${name}", the name of a ${what.replace(/s$/, "")} that twinstack adds to ${resource}`,
        allowed: "another name",
    };
}

/**
 * Kinds of parts whose names have an end that is fixed, wherever two stacks live together: a service account's or a registry's id on
 * Google Cloud, by whose form logs are told as well; on AWS the log group of a state machine.
 */
const fixed: Record<Cloud, readonly ("services" | (typeof partKinds)[number])[]> = {
    gcp: ["services", ...partKinds],
    aws: ["jobs", "secrets"],
};

/**
 * Parts of a stack that another stack, in the same project or account, has a part of the same name for: stack `dev` with a part
 * `eu-api`, and stack `dev-eu` with a part `api`.
 * @param file the other stack's
 */
export function shared(stack: Stack, other: Stack, file: string): Problem[] {
    const { cloud, place } = stack;
    const together =
        cloud === other.cloud &&
        place.project === other.place.project &&
        (cloud === "gcp" || (place.region === other.place.region && isDeepStrictEqual(stack.provider, other.provider)));
    if (!together || place.prefix === other.place.prefix) return [];
    const named = (of: Stack): Map<string, string> =>
        new Map(
            fixed[cloud].flatMap((kind) =>
                Object.keys(of.app[kind]).map((part) => [`${of.place.prefix}-${part}`, `${kind}.${part}`] as const),
            ),
        );
    const theirs = named(other);
    return [...named(stack)]
        .filter(([name]) => theirs.has(name))
        .map(([name, path]) => ({
            path,
            found: `"${name}", which ${theirs.get(name)} of ${file} is called as well`,
            allowed:
                "another name of the part, or of the stack that is not deployed yet: the cloud refuses the second of two things of one name",
        }));
}
