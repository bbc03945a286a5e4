import * as iam from "@pulumi/aws/iam";
import * as pulumi from "@pulumi/pulumi";

import { accountKey } from "../../topology/account";
import { githubIssuer } from "../github";
import type * as roles from "../roles";

/** GitHub's OIDC provider, which an account has once: for the account's own stack, and for deployers of a stack. */

const url = `https://${githubIssuer}`;

/**
 * Makes the account's provider for GitHub.
 * @param opts what becomes of it with the stack
 * @returns its ARN. The program fails where another stack, or somebody else, has made it
 */
export const makeProvider = (
    name: string,
    place: roles.Place,
    opts: pulumi.CustomResourceOptions & { parent: pulumi.Resource },
): pulumi.Output<string> =>
    new iam.OpenIdConnectProvider(
        name,
        { url: unlessTaken(place, opts.parent), clientIdLists: ["sts.amazonaws.com"] },
        opts,
    ).arn;

/** ARN of the account's provider for GitHub. The program fails where there is none, and says how to make it. */
export const existingProvider = (place: roles.Place, parent: pulumi.Resource): pulumi.Output<string> =>
    pulumi.output(
        iam.getOpenIdConnectProvider({ url }, { parent }).then(
            ({ arn }) => arn,
            (error: Error) => {
                throw new pulumi.RunError(
                    `The account has no OIDC provider for GitHub, or these credentials may not look for it (${error.message}). ` +
                        (place.app === accountKey
                            ? "This stack makes it: leave account.aws.provider out."
                            : "The account's own stack makes it (docs/account.md): `pulumi up` that first. " +
                              "Without such a stack, set deployer.aws.provider to create in one of the account's stacks."),
                );
            },
        ),
    );

/** The URL, unless another stack or somebody else has made the account's provider for it: the preview says so, and how to go on. */
function unlessTaken({ app, stack }: roles.Place, parent: pulumi.Resource): pulumi.Output<string> {
    const found = iam.getOpenIdConnectProvider({ url, tags: { app, stack } }, { parent }).then(
        ({ arn, tags }) => {
            if (tags.app === app && tags.stack === stack) return url;
            throw new pulumi.RunError(
                `The account has an OIDC provider for GitHub already (${arn}), and can have only one. ` +
                    `Use it: set ${app === accountKey ? "account" : "deployer"}.aws.provider to existing.`,
            );
        },
        // There is none, or nobody may look: then IAM says so.
        () => url,
    );
    return pulumi.output(found);
}

/** Trust in GitHub's tokens of some subjects; of patterns, where `*` stands for anything; and what else is trusted. */
export const githubTrust = (
    provider: pulumi.Input<string>,
    subjects: string[],
    patterns: string[] = [],
    others: object[] = [],
): pulumi.Output<string> => {
    const statement = (operator: "StringEquals" | "StringLike", values: string[]) => ({
        Effect: "Allow",
        Principal: { Federated: provider },
        Action: "sts:AssumeRoleWithWebIdentity",
        Condition: {
            ...(operator === "StringLike" && {
                StringEquals: { [`${githubIssuer}:aud`]: "sts.amazonaws.com" },
            }),
            [operator]: {
                ...(operator === "StringEquals" && { [`${githubIssuer}:aud`]: "sts.amazonaws.com" }),
                [`${githubIssuer}:sub`]: values,
            },
        },
    });
    return pulumi.jsonStringify({
        Version: "2012-10-17",
        Statement: [
            ...(subjects.length ? [statement("StringEquals", subjects)] : []),
            ...(patterns.length ? [statement("StringLike", patterns)] : []),
            ...others,
        ],
    });
};
