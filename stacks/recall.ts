import * as pulumi from "@pulumi/pulumi";

import type { Passage } from "../components/gates";
import { recalled } from "../topology/release";
import { unpacked } from "./manifests";
import type { Memory } from "./memory";

/**
 * What the stack that the engine runs remembers, read from its own outputs. A passage that is missing there or has another form
 * (a stack from before, or one whose `up --continue-on-error` failed) is not remembered, and so tried again.
 * @throws where the stack's outputs cannot be read, or its release is of a form that is not known
 */
export async function recall(): Promise<Memory> {
    const stack = pulumi.getStack();
    const name = [pulumi.getOrganization(), pulumi.getProject(), stack].join("/");
    const last = new pulumi.StackReference("last", { name });
    const [passed, release, manifests] = await Promise.all(
        ["passed", "release", "manifests"].map((key) => last.getOutputDetails(key)),
    );
    return {
        passed: Object.fromEntries(Object.entries((passed.value ?? {}) as object).filter(isPassage)),
        // It is a secret while it holds the way to a candidate.
        release: recalled(release.value ?? release.secretValue, stack),
        manifests: unpacked(manifests.value ?? manifests.secretValue),
    };
}

const isPassage = (entry: [string, unknown]): entry is [string, Passage] => {
    const { what, attempt } = (entry[1] ?? {}) as Partial<Passage>;
    return typeof what === "string" && typeof attempt === "number";
};
