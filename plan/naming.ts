import { replacing } from "./replacing";

/** Inputs that are a resource's own name and that Pulumi fills in where a program does not. */
const nameInputs = ["name", "bucket", "identifier", "replicationGroupId", "secretId"];

/** Types whose `name` or `bucket` is another's, and those whose names Pulumi never makes up. */
const notNamed =
    /IamMember|IAMMember|:record|:recordSet|s3\/bucket[A-Z]|^gcp:(artifactregistry|iam|projects|serviceaccount|sql\/(database|user):)/i;

/** The name that a program gives a resource itself, where Pulumi would make one up; otherwise undefined. */
export function ownName(type: string, inputs: Record<string, unknown>): string | undefined {
    if (notNamed.test(type) || !Object.hasOwn(replacing, type)) return undefined;
    const name = nameInputs.map((input) => inputs[input]).find((value) => value !== undefined);
    return typeof name === "string" ? name : undefined;
}

/** Whether a resource has the very name that it had: then its replacement is made only once it is gone. */
export function keepsName(type: string, before: Record<string, unknown>, after: Record<string, unknown>): boolean {
    const name = ownName(type, after);
    return name !== undefined && name === ownName(type, before);
}
