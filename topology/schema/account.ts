import { z } from "zod";

import { Name, text } from "./forms";

/** A repository at GitHub. */
export const Repository = text(/^[\w.-]+\/[\w.-]+$/, "a repository such as owner/name");

/**
 * Names of GitHub's environments. A job with `environment:` proves that name and not its branch, so which branches may use it is said at
 * GitHub, in the environment's own rules.
 */
export const GithubEnvironment = text(
    /^[A-Za-z0-9_.-]{1,100}$/,
    "the name of an environment at GitHub: letters, digits, ., _ and -",
);

/**
 * What an AWS account or a GCP project has once, for all of its stacks: who may deploy from GitHub, and where Pulumi keeps
 * its state. An app that says this is nothing else; it is built in as `account`.
 */
export const Account = z.strictObject({
    /** Repositories whose workflows may preview and deploy. */
    repositories: z.array(Repository).min(1, "at least one repository such as owner/name"),
    /** Branches whose workflows may deploy. Any branch and any pull request of the repositories may preview. */
    branches: z.array(z.string().min(1)).default(["develop", "main"]),
    /** GitHub's environments whose jobs may deploy, such as those that wait for an approval. */
    environments: z.array(GithubEnvironment).default(["staging", "production"]),
    /** Names of the apps that may be deployed: what the deploying role makes and changes begins with one of them. Default: the project's apps. */
    apps: z
        .array(Name)
        .min(1, "at least one app's name")
        .max(12, "up to 12 apps' names, which is what the policies of a role on AWS have room for"),
    /** Whether the clouds' own pipelines of these apps may deploy as well (`pipeline` of an app): CodePipeline, or Cloud Build. */
    pipelines: z.boolean().default(false),
    aws: z
        .strictObject({
            /** An account has one provider for GitHub: this stack makes it, or uses the one that is there. */
            provider: z.enum(["create", "existing"]).default("create"),
        })
        .prefault({}),
});
