import type { Target } from "../topology/app";
import type { Stack } from "../topology/validate";
import { explain, refuseTwins } from "./clashes";
import { refuseTooMany } from "./quotas";
import { record, type RecordOptions } from "./record";
import type { Plan, PlanResource } from "./resource";

export type { Plan, PlanResource };

/**
 * Runs the very program that `pulumi up` runs, and records it. Rejects if the program fails.
 * @throws ProblemsError if two parts would make one and the same resource, or there is more of something than a cloud gives to anybody
 */
export async function planOf<T extends Target>(
    stack: Stack<T>,
    options: Pick<RecordOptions, "project" | "preview" | "onResource"> = {},
): Promise<Plan<T>> {
    const { app, cloud, environment, place } = stack;
    const config: Record<string, string> = {
        ...(cloud !== "local" && { [`${cloud}:region`]: place.region }),
        ...(place.project && { "gcp:project": place.project }),
    };
    const { deploy } = await import("../stacks");
    const { plannedGates } = await import("../stacks/memory");
    const settings = { project: "twinstack", ...options, stack: place.stack, config };
    const recorded = await record(() => deploy(stack, plannedGates()), settings).catch((error) =>
        explain(error, app, place.stack, place.prefix),
    );
    if (!options.preview) {
        refuseTwins(recorded.resources, app, place.stack, place.prefix);
        refuseTooMany(recorded.resources, place.stack);
    }
    return { app: app.name, cloud, environment, stack: place.stack, region: place.region, ...recorded };
}
