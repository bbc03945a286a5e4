import * as cloudwatch from "@pulumi/aws/cloudwatch";
import * as codebuild from "@pulumi/aws/codebuild";
import * as codeconnections from "@pulumi/aws/codeconnections";
import * as codepipeline from "@pulumi/aws/codepipeline";
import * as s3 from "@pulumi/aws/s3";
import * as pulumi from "@pulumi/pulumi";
import { stringify } from "yaml";

import { shortened } from "../../topology/names";
import { pipelineStages, scriptOf, step, stepTools, type Command } from "../../topology/steps";
import { deployRole } from "../github";
import type * as roles from "../roles";
import { encryptedOnly, privateBucket } from "./privatebucket";
import { assumedBy, roleWith, type Statement } from "./role";

/** Days that what stages hand on stays: long enough to run a stage again. */
const artifactDays = 30;

/** Characters of a connection's name. */
const longestConnection = 32;

/** The machine of a build, and its image with Node, Docker and AWS's command line. */
const machine = { computeType: "BUILD_GENERAL1_MEDIUM", image: "aws/codebuild/amazonlinux-x86_64-standard:5.0" };

/**
 * A push to a branch through CodePipeline: CodeBuild tests it, somebody approves it where that is asked for, and CodeBuild ships it, as the
 * account's deploying role. Its twin is ../gcp/pipeline.ts.
 */
export class Pipeline extends pulumi.ComponentResource implements roles.Pipeline {
    readonly monitoringId: pulumi.Output<string>;
    readonly url: pulumi.Output<string>;
    readonly connection: pulumi.Output<string>;

    constructor(name: string, args: roles.PipelineArgs, opts?: pulumi.ComponentResourceOptions) {
        super("twinstack:aws:Pipeline", name, {}, opts);
        const { place, pipeline } = args;
        const { region } = place;

        this.connection = pipeline.aws.connection
            ? pulumi.output(pipeline.aws.connection)
            : new codeconnections.Connection(
                  `${name}-github`,
                  { name: shortened(name, longestConnection), providerType: "GitHub" },
                  { parent: this },
              ).arn;
        const artifacts = this.artifacts(`${name}-artifacts`);
        const logs = new cloudwatch.LogGroup(
            `${name}-logs`,
            { name: `/codebuild/${name}`, retentionInDays: args.logRetentionDays },
            { parent: this },
        );
        const test = this.project(`${name}-test`, "test", args, artifacts, logs);
        const deploy = this.project(`${name}-deploy`, "deploy", args, artifacts, logs);
        const made = this.pipeline(name, args, artifacts, { test: test.name, deploy: deploy.name });

        this.monitoringId = made.name;
        this.url = pulumi.interpolate`https://${region}.console.aws.amazon.com/codesuite/codepipeline/pipelines/${made.name}/view?region=${region}`;
        this.registerOutputs({ url: this.url, connection: this.connection });
    }

    /** What one stage hands on to the next: copies of what is in the repository, so it goes with the stack. */
    private artifacts(name: string): s3.Bucket {
        const parent = this;
        const { bucket, locked } = privateBucket(name, { forceDestroy: true }, this);
        new s3.BucketLifecycleConfiguration(
            `${name}-lifecycle`,
            {
                bucket: bucket.id,
                rules: [
                    {
                        id: "expire",
                        status: "Enabled",
                        filter: {},
                        expiration: { days: artifactDays },
                        abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
                    },
                ],
            },
            { parent },
        );
        new s3.BucketPolicy(
            `${name}-policy`,
            {
                bucket: bucket.id,
                policy: pulumi.jsonStringify({ Version: "2012-10-17", Statement: [encryptedOnly(bucket.arn)] }),
            },
            { parent, dependsOn: [locked] },
        );
        return bucket;
    }

    /** A project of CodeBuild that runs a stage's steps. Tests may nothing; a deployment may become the account's deploying role. */
    private project(
        name: string,
        stage: keyof typeof pipelineStages,
        { place, pipeline }: roles.PipelineArgs,
        artifacts: s3.Bucket,
        logs: cloudwatch.LogGroup,
    ): codebuild.Project {
        const deploys = stage === "deploy";
        const role = roleWith(
            name,
            {
                place,
                trust: assumedBy("codebuild.amazonaws.com"),
                statements: [
                    {
                        Effect: "Allow",
                        Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
                        Resource: pulumi.interpolate`${logs.arn}:*`,
                    },
                    {
                        Effect: "Allow",
                        Action: ["s3:GetObject", "s3:GetObjectVersion"],
                        Resource: pulumi.interpolate`${artifacts.arn}/*`,
                    },
                    ...(deploys ? [assume] : []),
                ],
            },
            this,
        );
        return new codebuild.Project(
            name,
            {
                description: deploys ? "Ships what was tested" : "Tests what was pushed",
                serviceRole: role.arn,
                buildTimeout: pipeline.timeoutMinutes,
                source: { type: "CODEPIPELINE", buildspec: buildspec(stage, place, pipeline) },
                artifacts: { type: "CODEPIPELINE" },
                environment: { ...machine, type: "LINUX_CONTAINER", privilegedMode: deploys },
                // Of images besides what the registry's cache holds.
                cache: deploys ? { type: "LOCAL", modes: ["LOCAL_DOCKER_LAYER_CACHE"] } : undefined,
                logsConfig: { cloudwatchLogs: { status: "ENABLED", groupName: logs.name } },
            },
            { parent: this },
        );
    }

    private pipeline(
        name: string,
        { place, pipeline }: roles.PipelineArgs,
        artifacts: s3.Bucket,
        projects: Record<keyof typeof pipelineStages, pulumi.Output<string>>,
    ): codepipeline.Pipeline {
        const statements: Statement[] = [
            {
                Effect: "Allow",
                Action: ["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"],
                Resource: pulumi.interpolate`${artifacts.arn}/*`,
            },
            { Effect: "Allow", Action: ["s3:GetBucketVersioning"], Resource: artifacts.arn },
            {
                Effect: "Allow",
                // The second is what connections were called, and what earlier ones' ARNs still say.
                Action: ["codeconnections:UseConnection", "codestar-connections:UseConnection"],
                Resource: this.connection,
            },
            {
                Effect: "Allow",
                Action: ["codebuild:BatchGetBuilds", "codebuild:StartBuild"],
                Resource: pulumi
                    .all([projects.test, projects.deploy])
                    .apply((all) => all.map((project) => `arn:aws:codebuild:${place.region}:*:project/${project}`)),
            },
        ];
        const role = roleWith(
            `${name}-role`,
            { place, trust: assumedBy("codepipeline.amazonaws.com"), statements },
            this,
        );
        const action = { version: "1", owner: "AWS" };
        const build = (title: string, project: pulumi.Output<string>) => ({
            name: title,
            actions: [
                {
                    ...action,
                    name: title,
                    category: "Build",
                    provider: "CodeBuild",
                    inputArtifacts: ["source"],
                    configuration: { ProjectName: project },
                },
            ],
        });
        return new codepipeline.Pipeline(
            name,
            {
                pipelineType: "V2",
                // Runs that wait give way to later ones; one that deploys is not disturbed.
                executionMode: "SUPERSEDED",
                roleArn: role.arn,
                artifactStores: [{ type: "S3", location: artifacts.bucket }],
                stages: [
                    {
                        name: "Source",
                        actions: [
                            {
                                ...action,
                                name: "Source",
                                category: "Source",
                                provider: "CodeStarSourceConnection",
                                outputArtifacts: ["source"],
                                configuration: {
                                    ConnectionArn: this.connection,
                                    FullRepositoryId: pipeline.repository,
                                    BranchName: pipeline.branch,
                                    // The trigger below starts it.
                                    DetectChanges: "false",
                                },
                            },
                        ],
                    },
                    build("Test", projects.test),
                    ...(pipeline.approval
                        ? [
                              {
                                  name: "Approval",
                                  actions: [{ ...action, name: "Approval", category: "Approval", provider: "Manual" }],
                              },
                          ]
                        : []),
                    build("Deploy", projects.deploy),
                ],
                triggers: [
                    {
                        providerType: "CodeStarSourceConnection",
                        gitConfiguration: {
                            sourceActionName: "Source",
                            pushes: [{ branches: { includes: [pipeline.branch] } }],
                        },
                    },
                ],
            },
            { parent: this },
        );
    }
}

/** The account's own stack trusts roles of pipelines where its `account.pipelines` says so. */
const assume: Statement = {
    Effect: "Allow",
    Action: ["sts:AssumeRole"],
    Resource: `arn:aws:iam::*:role/${deployRole}`,
};

/** Signs in as the account's deploying role for as long as it takes: who uses the profile assumes the role anew before its hour ends. */
const assumeDeployRole = step(
    "Sign in",
    ["AWS_CONFIG_FILE", "AWS_PROFILE", "AWS_REGION", "CODEBUILD_BUILD_ARN"],
    'account=$(echo "$CODEBUILD_BUILD_ARN" | cut -d: -f5)',
    `printf '[profile %s]\\nrole_arn = arn:aws:iam::%s:role/${deployRole}\\ncredential_source = EcsContainer\\nrole_session_name = pipeline\\nregion = %s\\n' "$AWS_PROFILE" "$account" "$AWS_REGION" > "$AWS_CONFIG_FILE"`,
);

/**
 * What CodeBuild runs of a stage. Each command is a shell of its own, which fails where any part of it does.
 * @see https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html
 */
export function buildspec(
    stage: keyof typeof pipelineStages,
    { stack }: Pick<roles.Place, "stack">,
    { folder, aws }: Pick<roles.PipelineArgs["pipeline"], "folder" | "aws">,
): string {
    const deploys = stage === "deploy";
    const commands: Command[] = [...(deploys ? [assumeDeployRole] : []), ...pipelineStages[stage]];
    return stringify(
        {
            version: 0.2,
            env: {
                shell: "bash",
                ...(deploys && {
                    variables: {
                        AWS_CONFIG_FILE: "/tmp/aws-config",
                        AWS_PROFILE: "deploy",
                        AWS_SDK_LOAD_CONFIG: "1",
                        PULUMI_BACKEND_URL: aws.state!,
                        STACK: stack,
                    },
                }),
            },
            phases: {
                install: { "runtime-versions": { nodejs: Number(stepTools.node.split(".")[0]) } },
                build: { commands: commands.map((each) => `(\nset -eo pipefail\n${scriptOf(each, folder)})\n`) },
            },
        },
        { lineWidth: 0 },
    );
}
