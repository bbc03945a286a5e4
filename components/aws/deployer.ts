import * as iam from "@pulumi/aws/iam";
import * as pulumi from "@pulumi/pulumi";

import type * as roles from "../roles";
import { passTaskRoles, roleWith, type Statement } from "./role";

const issuer = "token.actions.githubusercontent.com";

/**
 * A role that GitHub's workflows of some branches assume. It may push images and deploy them to the stack's services, and
 * nothing else. Its twin is ../gcp/deployer.ts.
 */
export class Deployer extends pulumi.ComponentResource implements roles.Deployer {
    readonly identity: pulumi.Output<string>;

    constructor(name: string, args: roles.DeployerArgs, opts?: pulumi.ComponentResourceOptions) {
        super("twinstack:aws:Deployer", name, {}, opts);
        const { github, branches, aws } = args.deployer;
        const url = `https://${issuer}`;

        const provider =
            aws.provider === "existing"
                ? iam.getOpenIdConnectProviderOutput({ url }, { parent: this }).arn
                : new iam.OpenIdConnectProvider(
                      `${name}-github`,
                      { url: this.unlessTaken(url, args.place), clientIdLists: ["sts.amazonaws.com"] },
                      // An account has one for all its stacks: the others go on when this one goes.
                      { parent: this, retainOnDelete: true },
                  ).arn;
        const trust = pulumi.jsonStringify({
            Version: "2012-10-17",
            Statement: [
                {
                    Effect: "Allow",
                    Principal: { Federated: provider },
                    Action: "sts:AssumeRoleWithWebIdentity",
                    Condition: {
                        StringEquals: {
                            [`${issuer}:aud`]: "sts.amazonaws.com",
                            [`${issuer}:sub`]: branches.map((branch) => `repo:${github}:ref:refs/heads/${branch}`),
                        },
                    },
                },
            ],
        });
        this.identity = roleWith(name, trust, permissions(args), this).arn;
        this.registerOutputs({ identity: this.identity });
    }

    /** The URL, unless another stack or somebody else has made the account's provider for it: the preview says so, and how to go on. */
    private unlessTaken(url: string, { app, stack }: roles.Place): pulumi.Output<string> {
        const found = iam.getOpenIdConnectProvider({ url, tags: { app, stack } }, { parent: this }).then(
            ({ arn, tags }) => {
                if (tags.app === app && tags.stack === stack) return url;
                throw new pulumi.RunError(
                    `The account has an OIDC provider for GitHub already (${arn}), and can have only one. ` +
                        "Use it: set deployer.aws.provider to existing.",
                );
            },
            // There is none, or nobody may look: then IAM says so.
            () => url,
        );
        return pulumi.output(found);
    }
}

/** Push an image, register a task definition that names it, and move the service to that. */
function permissions({ place, images, services, platform }: roles.DeployerArgs): Statement[] {
    const repositories = Object.values(images).flatMap(({ repositoryId }) => repositoryId ?? []);
    const running = Object.values(services);
    const serviceArns = running.map(
        ({ serviceName }) =>
            pulumi.interpolate`arn:aws:ecs:${place.region}:*:service/${platform.cluster}/${serviceName}`,
    );
    const push: Statement[] = [
        // The login itself knows no resource.
        { Effect: "Allow", Action: ["ecr:GetAuthorizationToken"], Resource: "*" },
        {
            Effect: "Allow",
            Action: [
                "ecr:BatchCheckLayerAvailability",
                "ecr:BatchGetImage",
                "ecr:CompleteLayerUpload",
                "ecr:DescribeImages",
                "ecr:GetDownloadUrlForLayer",
                "ecr:InitiateLayerUpload",
                "ecr:PutImage",
                "ecr:UploadLayerPart",
            ],
            Resource: pulumi.all(repositories),
        },
    ];
    return [
        ...(repositories.length ? push : []),
        // Reading task definitions knows no resource, either. What one may run as is said by the roles below.
        { Effect: "Allow", Action: ["ecs:DescribeTaskDefinition"], Resource: "*" },
        {
            Effect: "Allow",
            Action: ["ecs:RegisterTaskDefinition"],
            Resource: Object.keys(services).map(
                (service) => `arn:aws:ecs:${place.region}:*:task-definition/${place.prefix}-${service}:*`,
            ),
        },
        {
            Effect: "Allow",
            Action: ["ecs:DescribeServices", "ecs:UpdateService"],
            Resource: pulumi.all(serviceArns),
        },
        passTaskRoles(running.flatMap(({ taskRoles }) => taskRoles ?? [])),
    ];
}
