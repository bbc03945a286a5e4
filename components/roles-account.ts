import type { Output } from "@pulumi/pulumi";

import type * as topology from "../topology/app";
import type { Place } from "./roles-place";

/** What an account has once. A part of roles.ts. */

/**
 * What an AWS account or a GCP project has once for all of its stacks: who may preview and deploy from GitHub, by OpenID
 * Connect; a bucket for Pulumi's state; a key for the secrets in it. On GCP, the project's audit logs besides.
 */
export interface AccountArgs {
    place: Place;
    account: topology.Account;
    /** Whether bucket, key and provider refuse to be deleted. */
    deletionProtection: boolean;
}
export interface Account {
    /** What a workflow that only looks signs in as: the role's ARN, or the service account's e-mail address. */
    readonly preview: Output<string>;
    /** What a workflow that deploys signs in as, likewise. */
    readonly deploy: Output<string>;
    /** ARN of GitHub's OIDC provider, or name of the workload identity provider. */
    readonly provider: Output<string>;
    /** Where Pulumi keeps its state, as `pulumi login` takes it. */
    readonly state: Output<string>;
    /** What encrypts secrets in it, as `pulumi stack init --secrets-provider` takes it. */
    readonly secrets: Output<string>;
    /** ARN of what bounds the roles that the deploying one makes (AWS). */
    readonly permissionsBoundary?: Output<string>;
    /** Variables of GitHub that workflows read, by their names. */
    readonly variables: Record<string, Output<string> | string>;
}

/** What an account's stack tells: who signs in as what, and what to type. The same names on both clouds. */
export interface AccountOutputs extends Omit<Account, "variables"> {
    /** Lines to type for every other stack, once and in this order. */
    login: Output<string>;
    init: Output<string>;
    /** As JSON lines `NAME=value`, for `gh variable set --env-file`. */
    variables: Output<string>;
}
