import * as pulumi from "@pulumi/pulumi";

import { subjectsOf } from "../github";
import type * as roles from "../roles";
import { existingProvider, githubTrust, makeProvider } from "./github";
import { passTaskRoles, roleWith, type Statement } from "./role";

/**
 * A role that GitHub's workflows of some branches and environments assume. It may push images and deploy them to the stack's services, and
 * nothing else. Its twin is ../gcp/deployer.ts.
 */
export class Deployer extends pulumi.ComponentResource implements roles.Deployer {
    readonly identity: pulumi.Output<string>;

    constructor(name: string, args: roles.DeployerArgs, opts?: pulumi.ComponentResourceOptions) {
        super("twinstack:aws:Deployer", name, {}, opts);
        const { place, deployer } = args;
        const { github, aws } = deployer;
        const provider =
            aws.provider === "existing"
                ? existingProvider(place, this)
                : // An account has one for all its stacks: the others go on when this one goes.
                  makeProvider(`${name}-github`, place, { parent: this, retainOnDelete: true });
        const trust = githubTrust(provider, subjectsOf(github, deployer));
        this.identity = roleWith(name, { place, trust, statements: permissions(args) }, this).arn;
        this.registerOutputs({ identity: this.identity });
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
