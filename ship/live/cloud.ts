import type { State } from "../../operate/state";
import type { Target } from "../../topology/app";
import type { Stack } from "../../topology/validate";
import type { CloudArgs, LiveCloud } from "./client";

/**
 * What asks the cloud of a stack. Its clients are loaded here, and not before.
 * @param state as `pulumi stack export` prints it, read again when something is not in it yet
 * @throws NotAllowed and Missing, by each of its methods
 */
export async function cloudOf(
    stack: Stack<Target>,
    state: () => Promise<State>,
    others: Partial<Pick<CloudArgs, "sleep" | "now" | "endpoint" | "patience">> = {},
): Promise<LiveCloud> {
    const args = cloudArgs(stack, state, others);
    if (stack.cloud === "aws") return (await import("./aws/cloud")).awsCloud(args);
    if (stack.cloud === "gcp") return (await import("./gcp/cloud")).gcpCloud(args);
    return (await import("./local")).localCloud(args);
}

/** What clients work with, with the machine's own clock. */
export const cloudArgs = (
    stack: Stack<Target>,
    state: () => Promise<State>,
    others: Partial<Pick<CloudArgs, "sleep" | "now" | "endpoint" | "patience">> = {},
): CloudArgs => ({ sleep: pause, now: Date.now, ...others, stack, state });

const pause = (milliseconds: number): Promise<void> => new Promise((done) => setTimeout(done, milliseconds));
