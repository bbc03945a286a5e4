import * as ecr from "@pulumi/aws/ecr";
import * as dockerbuild from "@pulumi/docker-build";
import * as pulumi from "@pulumi/pulumi";

import { buildOf, builtPrefix, buildTag, releasePrefix, type Build } from "../context";
import { keptImages } from "../contract";
import { buildInputs } from "../layer";
import type * as roles from "../roles";

/** A rule that expires all but the newest: of the images with such a tag, or of all. */
const keepNewest = (rulePriority: number, count: number, prefix?: string) => ({
    rulePriority,
    description: prefix ? `Keep the newest ${prefix}*` : "Keep the newest",
    selection: {
        ...(prefix ? { tagStatus: "tagged", tagPatternList: [`${prefix}*`] } : { tagStatus: "any" }),
        countType: "imageCountMoreThan",
        countNumber: count,
    },
    action: { type: "expire" },
});

/**
 * What runs is deployed by a tag of the first two kinds, and a later rule expires nothing that an earlier one looks at: so
 * however much CI pushes, it takes neither what runs nor what a rollback needs.
 * @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html
 */
const keepDeployed = [
    keepNewest(1, keptImages, builtPrefix),
    keepNewest(2, keptImages, releasePrefix),
    keepNewest(3, keptImages),
];

/** Tags move only where the program builds the same again: it deploys by digest, which no tag can change. */
const immutableButBuilt: Partial<ecr.RepositoryArgs> = {
    imageTagMutability: "IMMUTABLE_WITH_EXCLUSION",
    imageTagMutabilityExclusionFilters: [{ filter: `${builtPrefix}*`, filterType: "WILDCARD" }],
};

/** An ECR repository, and the image that BuildKit builds into it. Its twin is ../gcp/image.ts. */
export class Image extends pulumi.ComponentResource implements roles.Image {
    readonly reference: pulumi.Output<string>;
    readonly repository?: pulumi.Output<string>;
    readonly repositoryId?: pulumi.Output<string>;

    constructor(name: string, args: roles.ImageArgs, opts?: pulumi.ComponentResourceOptions) {
        super("twinstack:aws:Image", name, {}, opts);
        const { context, reference } = args.image;
        const build = buildOf(args.image, args.platform, args.service?.source);

        let repository: ecr.Repository | undefined;
        if (context || build) {
            repository = this.addRepository(name, immutableButBuilt, keepDeployed, args.deletionProtection);
            this.repository = repository.repositoryUrl;
            this.repositoryId = repository.arn;
        }
        // The cache overwrites its tag at every build, which an immutable repository rightly refuses. Whoever builds a
        // release uses it too.
        const cache =
            repository && build
                ? this.addRepository(`${name}-cache`, { imageTagMutability: "MUTABLE" }, [keepNewest(1, 1)], false)
                : undefined;
        this.reference =
            args.release || !build || !repository || !cache
                ? pulumi.output((args.release ?? reference)!)
                : this.build(name, build, repository, cache, args.service?.reference);
        this.registerOutputs({ reference: this.reference });
    }

    /** Fargate pulls from any registry that answers. */
    pulled(reference: string): pulumi.Output<string> {
        return pulumi.output(reference);
    }

    private addRepository(
        name: string,
        mutability: Partial<ecr.RepositoryArgs>,
        rules: ReturnType<typeof keepNewest>[],
        deletionProtection: boolean,
    ): ecr.Repository {
        const repository = new ecr.Repository(
            name,
            {
                ...mutability,
                // ECR deletes no repository with images in it, unless told so beforehand.
                forceDelete: !deletionProtection,
                imageScanningConfiguration: { scanOnPush: true },
                encryptionConfigurations: [{ encryptionType: "AES256" }],
            },
            { parent: this, protect: deletionProtection },
        );
        new ecr.LifecyclePolicy(
            `${name}-lifecycle`,
            { repository: repository.name, policy: JSON.stringify({ rules }) },
            { parent: this },
        );
        return repository;
    }

    private build(
        name: string,
        build: Build,
        repository: ecr.Repository,
        cache: ecr.Repository,
        service: pulumi.Output<string> | undefined,
    ): pulumi.Output<string> {
        const cacheRef = pulumi.interpolate`${cache.repositoryUrl}:cache`;
        const token = ecr.getAuthorizationTokenOutput({}, { parent: this });

        const image = new dockerbuild.Image(
            `${name}-build`,
            {
                ...buildInputs(build, service),
                platforms: [build.platform as dockerbuild.Platform],
                tags: [pulumi.interpolate`${repository.repositoryUrl}:${buildTag(build)}`],
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
            // Still there when another image is deployed, so that there is a way back. It goes with its repository;
            // deleting it by itself would need the token of the day it was built.
            { parent: this, retainOnDelete: true },
        );
        return image.ref;
    }
}
