import type * as pulumi from "@pulumi/pulumi";

import { record, type PlanResource, type RecordOptions } from "../plan/record";

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- only `any` admits every constructor
type ResourceClass = abstract new (name: string, args: any, options?: any) => pulumi.Resource;
type Inputs<Class extends ResourceClass> = pulumi.Unwrap<NonNullable<ConstructorParameters<Class>[1]>>;
/** A recorded resource with the inputs of its class. */
export type ResourceOf<Class extends ResourceClass> = Omit<PlanResource, "inputs"> & { inputs: Inputs<Class> };

/** What a test asks of a recording. */
export interface TestPlan {
    resources: PlanResource[];
    outputs: Record<string, unknown>;
    /** All resources of an SDK class, sorted by name; by the end of their names if `suffix` is given. */
    of<Class extends ResourceClass>(type: Class, suffix?: string): ResourceOf<Class>[];
    /** The only one; fails, saying which there are, if there is none or more. */
    one<Class extends ResourceClass>(type: Class, suffix?: string): ResourceOf<Class>;
}

/** Records a program for a test: `(await plan(() => new aws.Database("orders", args))).one(rds.Instance).inputs.multiAz`. */
export async function plan(program: () => unknown, options?: RecordOptions): Promise<TestPlan> {
    const { resources, outputs } = await record(program, options);
    const typed = <Class extends ResourceClass>(type: Class, suffix = "") => {
        const token = (type as unknown as { __pulumiType: string }).__pulumiType;
        return resources
            .filter((resource) => resource.type === token && resource.name.endsWith(suffix))
            .sort((a, b) => (a.name < b.name ? -1 : 1)) as unknown as ResourceOf<Class>[];
    };
    return {
        resources,
        outputs,
        of: typed,
        one: (type, suffix) => {
            const found = typed(type, suffix);
            if (found.length === 1) return found[0];
            const names = found.map(({ name }) => name).join(", ") || "none";
            throw new Error(`expected one ${type.name}${suffix ? ` named *${suffix}` : ""}, found: ${names}`);
        },
    };
}
