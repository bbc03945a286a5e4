import * as pulumi from "@pulumi/pulumi";

import type { AppInput, Target } from "../topology/app";
import { resolve, type Stack } from "../topology/validate";

/** Keys whose values are maps or lists, which the engine hands over as JSON. */
const structured = /^aws:allowedAccountIds$|:overrides$/;

/**
 * The stack that the engine runs, from its config; the only reader of Pulumi's config.
 * @throws ProblemsError with everything that is wrong with it
 */
export function readStack(apps: Record<string, AppInput>): Stack<Target> {
    const values = pulumi.runtime.allConfig();
    const config = Object.fromEntries(Object.entries(values).map(([key, value]) => [key, read(key, value)]));
    return resolve<Target>({ stack: pulumi.getStack(), project: pulumi.getProject(), config }, apps);
}

function read(key: string, value: string): unknown {
    // The engine hands over secrets in the clear: said as a stack file says them, no message can repeat them.
    if (isConfigSecret(key)) return { secure: "" };
    if (!structured.test(key)) return value;
    try {
        return JSON.parse(value) as unknown;
    } catch {
        return value;
    }
}

/** The SDK knows which keys are secret, but its types do not say so. */
const { isConfigSecret } = pulumi.runtime as unknown as { isConfigSecret(key: string): boolean };
