import * as pulumi from "@pulumi/pulumi";

import { Gates, planned, type Passage } from "../components/gates";

/** What a stack knows of its last `up` that succeeded: it is among its outputs, which a failed or killed one does not write. */
export interface Memory {
    /** What has passed its gate (components/gates.ts), and how. */
    passed: Record<string, Passage>;
}

/**
 * What the stack that the engine runs remembers, read from its own outputs. What is missing there or has another form (a stack
 * from before, or one whose `up --continue-on-error` failed) is not remembered, and so tried again.
 * @throws where the stack's outputs cannot be read
 */
export async function recall(): Promise<Memory> {
    const name = [pulumi.getOrganization(), pulumi.getProject(), pulumi.getStack()].join("/");
    const { value } = await new pulumi.StackReference("last", { name }).getOutputDetails("passed");
    return { passed: Object.fromEntries(Object.entries((value ?? {}) as object).filter(isPassage)) };
}

const isPassage = (entry: [string, unknown]): entry is [string, Passage] => {
    const { what, attempt } = (entry[1] ?? {}) as Partial<Passage>;
    return typeof what === "string" && typeof attempt === "number";
};

/** The gates of an `up`, which is one attempt at all that has not succeeded yet. */
export const gatesOf = ({ passed }: Memory, attempt = Math.floor(Date.now() / 1000)): Gates =>
    new Gates(passed, attempt);

/** The gates of a plan, which deploys nothing and remembers nothing. */
export const plannedGates = (): Gates => new Gates({}, planned);
