import { resourceName } from "../components/contract";
import type { Cloud } from "../topology/app";

/** The resource that holds a key of a set of secrets: one for the set on AWS, one for each key on Google Cloud. */
export const secretOf = (cloud: Cloud, prefix: string, set: string, key: string): { type: string; name: string } =>
    cloud === "aws"
        ? { type: "aws:secretsmanager/secret:Secret", name: `${prefix}-${set}` }
        : { type: "gcp:secretmanager/secret:Secret", name: `${prefix}-${set}-${resourceName(key)}` };
