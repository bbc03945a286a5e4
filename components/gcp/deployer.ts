import * as iam from "@pulumi/gcp/iam";
import * as serviceaccount from "@pulumi/gcp/serviceaccount";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

import { githubIssuer, subjectsOf } from "../github";
import type * as roles from "../roles";
import { callerAccount, letDeployJob, letUpdate, letUseImages } from "./caller";

/**
 * A service account as which GitHub's workflows of some branches act. It may push images and deploy them to the stack's
 * services and jobs, run those jobs (a migration before the service), and nothing else. Its twin is ../aws/deployer.ts.
 * @see https://cloud.google.com/iam/docs/workload-identity-federation-with-deployment-pipelines
 */
export class Deployer extends pulumi.ComponentResource implements roles.Deployer {
    readonly identity: pulumi.Output<string>;
    readonly provider: pulumi.Output<string>;

    constructor(name: string, args: roles.DeployerArgs, opts?: pulumi.ComponentResourceOptions) {
        super("twinstack:gcp:Deployer", name, {}, opts);
        const { place, deployer, services, jobs = {}, images } = args;
        const { github } = deployer;

        const account = callerAccount(name, `Deploys from ${github}`, this);
        // A deleted pool holds on to its id for thirty days.
        const suffix = new random.RandomId(`${name}-suffix`, { byteLength: 3 }, { parent: this });
        const pool = new iam.WorkloadIdentityPool(
            `${name}-pool`,
            { workloadIdentityPoolId: pulumi.interpolate`github-${suffix.hex}`, displayName: "GitHub" },
            { parent: this },
        );
        const provider = new iam.WorkloadIdentityPoolProvider(
            `${name}-github`,
            {
                workloadIdentityPoolId: pool.workloadIdentityPoolId,
                workloadIdentityPoolProviderId: "github",
                displayName: "GitHub",
                oidc: { issuerUri: `https://${githubIssuer}` },
                attributeMapping: {
                    "google.subject": "assertion.sub",
                    "attribute.repository": "assertion.repository",
                    "attribute.ref": "assertion.ref",
                },
                attributeCondition: condition(deployer),
            },
            { parent: this },
        );
        new serviceaccount.IAMMember(
            `${name}-assume`,
            {
                serviceAccountId: account.name,
                role: "roles/iam.workloadIdentityUser",
                member: pulumi.interpolate`principalSet://iam.googleapis.com/${pool.name}/attribute.repository/${github}`,
            },
            { parent: this },
        );
        for (const [key, image] of Object.entries(images))
            letUseImages(`${name}-${key}`, image, "writer", account.member, this);
        // Whoever makes a revision must be able to read all of its images.
        for (const [key, image] of Object.entries(args.beside ?? {}))
            letUseImages(`${name}-${key}`, image, "reader", account.member, this);
        for (const [key, service] of Object.entries(services))
            letUpdate(`${name}-${key}`, { place, service, member: account.member, role: "roles/run.developer" }, this);
        for (const [key, job] of Object.entries(jobs))
            letDeployJob(`${name}-${key}`, { place, job, member: account.member }, this);

        this.identity = account.email;
        this.provider = provider.name;
        this.registerOutputs({ identity: this.identity, provider: this.provider });
    }
}

/** Whose tokens the pool takes, in the Common Expression Language. */
function condition({ github, branches, environments }: roles.DeployerArgs["deployer"]): string {
    const list = (values: string[]) => `[${values.map((value) => JSON.stringify(value)).join(", ")}]`;
    const ref = `assertion.ref in ${list(branches.map((branch) => `refs/heads/${branch}`))}`;
    const whose = environments.length
        ? `(${ref} || assertion.sub in ${list(subjectsOf(github, { environments }))})`
        : ref;
    return `assertion.repository == ${JSON.stringify(github)} && ${whose}`;
}
