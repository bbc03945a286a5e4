import * as ecr from "@pulumi/aws/ecr";
import * as dockerbuild from "@pulumi/docker-build";
import * as pulumi from "@pulumi/pulumi";

import { contextTag, keptImages } from "../contract";
import type * as roles from "../roles";

const keepLast = (count: number): string =>
    JSON.stringify({
        rules: [
            {
                rulePriority: 1,
                description: "Keep the newest",
                selection: { tagStatus: "any", countType: "imageCountMoreThan", countNumber: count },
                action: { type: "expire" },
            },
        ],
    });

/** An ECR repository, and the image that BuildKit builds into it. Its twin is ../gcp/image.ts. */
export class Image extends pulumi.ComponentResource implements roles.Image {
    readonly reference: pulumi.Output<string>;
    readonly repository?: pulumi.Output<string>;
    readonly repositoryId?: pulumi.Output<string>;

    constructor(name: string, args: roles.ImageArgs, opts?: pulumi.ComponentResourceOptions) {
        super("twinstack:aws:Image", name, {}, opts);
        const { context, reference } = args.image;

        let repository: ecr.Repository | undefined;
        if (context) {
            // With deletion allowed in dev the pushed images must not stand in the way of `destroy`.
            repository = this.addRepository(name, "IMMUTABLE", keptImages, !args.retain);
            this.repository = repository.repositoryUrl;
            this.repositoryId = repository.arn;
        }
        this.reference = reference || !repository ? pulumi.output(reference!) : this.build(name, args, repository);
        this.registerOutputs({ reference: this.reference });
    }

    private addRepository(
        name: string,
        imageTagMutability: string,
        kept: number,
        forceDelete: boolean,
    ): ecr.Repository {
        const repository = new ecr.Repository(
            name,
            {
                imageTagMutability,
                forceDelete,
                imageScanningConfiguration: { scanOnPush: true },
                encryptionConfigurations: [{ encryptionType: "AES256" }],
            },
            { parent: this },
        );
        new ecr.LifecyclePolicy(
            `${name}-lifecycle`,
            { repository: repository.name, policy: keepLast(kept) },
            { parent: this },
        );
        return repository;
    }

    private build(name: string, args: roles.ImageArgs, repository: ecr.Repository): pulumi.Output<string> {
        const { context, dockerfile } = args.image;
        // The cache overwrites its tag at every build, which the immutable repository rightly refuses.
        const cache = this.addRepository(`${name}-cache`, "MUTABLE", 1, true);
        const cacheRef = pulumi.interpolate`${cache.repositoryUrl}:cache`;
        const token = ecr.getAuthorizationTokenOutput({}, { parent: this });

        const image = new dockerbuild.Image(
            `${name}-build`,
            {
                context: { location: context! },
                dockerfile: { location: `${context}/${dockerfile}` },
                platforms: [args.platform as dockerbuild.Platform],
                tags: [
                    pulumi.interpolate`${repository.repositoryUrl}:${contextTag(context!, dockerfile, args.platform)}`,
                ],
                push: true,
                buildOnPreview: false,
                cacheFrom: [{ registry: { ref: cacheRef } }],
                // ECR takes a cache only as an OCI image manifest.
                cacheTo: [{ registry: { ref: cacheRef, mode: "max", imageManifest: true, ociMediaTypes: true } }],
                registries: [
                    {
                        address: repository.repositoryUrl,
                        username: token.userName,
                        password: pulumi.secret(token.password),
                    },
                ],
            },
            // The image goes with its repository; deleting it by itself would need the token of the day it was built.
            { parent: this, retainOnDelete: true },
        );
        return image.ref;
    }
}
