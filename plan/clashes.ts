import { partKinds, type App } from "../topology/app";
import { ProblemsError, type Problem } from "../topology/problems";
import type { PlanResource } from "./resource";

/**
 * Parts whose resources would be one and the same: a bucket `files` with a copy makes `files-replica`, and so does a bucket
 * of that name. Nothing here knows which names a part makes; the program itself is asked.
 */

/** What the recorder says of two resources with one URN. */
const twice = /two resources have the URN (\S+)/;

/** Rejects with a problem of the configuration where a recording failed for one; otherwise as the recording did. */
export function explain(error: unknown, app: App, stack: string, prefix: string): never {
    const urn = twice.exec(error instanceof Error ? error.message : "")?.[1];
    if (urn === undefined) throw error;
    const [, , types, name] = urn.split("::");
    throw new ProblemsError([clash(app, prefix, types.split("$").at(-1)!, name)], stack);
}

/** Inputs that name a thing in its cloud, of types where the program and not Pulumi chooses the name. */
const chosen = ["accountId", "repositoryId", "bucketId", "roleId", "dashboardName", "workloadIdentityPoolId"];
const chosenNames = /^aws:cloudwatch\/logGroup:|^docker:index\/(container|volume|network):/;

/**
 * Throws where two resources of a plan would be called the same in their cloud.
 * @throws ProblemsError with all of them
 */
export function refuseTwins(resources: PlanResource[], app: App, stack: string, prefix: string): void {
    const seen = new Map<string, PlanResource>();
    const problems: Problem[] = [];
    for (const resource of resources) {
        const { type, inputs } = resource;
        const name = [...chosen, ...(chosenNames.test(type) ? ["name"] : [])]
            .map((input) => inputs[input])
            .find((value) => typeof value === "string");
        // In a preview a name may be unknown, and then two that are not the same read the same.
        if (name === undefined || /^\$\{[^}]*\}$/.test(String(name))) continue;
        const place = `${type} ${String(name)} ${String(inputs.location ?? inputs.region ?? "")}`;
        const twin = seen.get(place);
        if (twin) problems.push(clash(app, prefix, type, longer(resource.name, twin.name)));
        else seen.set(place, resource);
    }
    if (problems.length) throw new ProblemsError(problems, stack);
}

const longer = (one: string, other: string): string => (other.length > one.length ? other : one);

/** Of two parts that make one resource, the one with the longer name is to be renamed: the other one's follows from it. */
function clash(app: App, prefix: string, type: string, name: string): Problem {
    const rest = name.slice(prefix.length + 1);
    const parts = (["services", ...partKinds] as const)
        .flatMap((kind) => Object.keys(app[kind]).map((part) => ({ kind, part })))
        .filter(({ part }) => rest === part || rest.startsWith(`${part}-`))
        .sort((a, b) => b.part.length - a.part.length);
    const [longest, other] = parts;
    return {
        path: longest ? `${longest.kind}.${longest.part}` : "names of parts",
        found: `${name} (${type}), which ${other ? `${other.kind}.${other.part} makes, too` : "is made twice"}`,
        allowed: "a name that does not begin with another part's and a hyphen",
    };
}
