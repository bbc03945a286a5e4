import { apps } from "../../apps";
import { planOf, type Plan } from "../../plan/plan";
import type { Cloud, Environment, Refinement } from "../../topology/app";
import { resolve, type Stack } from "../../topology/validate";

/** The todo app's stack on a cloud in an environment. */
export function stackFor(cloud: Cloud, environment: Environment, overrides: Refinement = {}): Stack {
    const config = {
        "twinstack:app": "todo",
        "twinstack:cloud": cloud,
        "twinstack:environment": environment,
        "twinstack:overrides": overrides,
        ...(environment === "prod" && { "twinstack:domain": "todo.example.com" }),
        "aws:region": "ap-northeast-1",
        "gcp:project": "todo-example",
        "gcp:region": "asia-northeast1",
    };
    return resolve({ stack: environment, config }, apps);
}

export const planFor = (
    cloud: Cloud,
    environment: Environment,
    overrides?: Refinement,
    options?: { preview?: boolean },
): Promise<Plan> => planOf(stackFor(cloud, environment, overrides), options);
