import * as ecs from "@pulumi/aws/ecs";

import type { TestPlan } from "../recorded";

/** A container of an ECS task, as its task definition says it. */
export interface TaskContainer {
    name: string;
    image: string;
    environment: { name: string; value: string }[];
    secrets: { name: string; valueFrom: string }[];
    [key: string]: unknown;
}

/** The containers of a plan's task definition: the only one, or the one of a service. */
export const taskContainers = (plan: TestPlan, service?: string): TaskContainer[] =>
    JSON.parse(String(plan.one(ecs.TaskDefinition, service).inputs.containerDefinitions));
