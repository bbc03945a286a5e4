import * as dockerbuild from "@pulumi/docker-build";
import * as artifactregistry from "@pulumi/gcp/artifactregistry";
import * as organizations from "@pulumi/gcp/organizations";
import * as pulumi from "@pulumi/pulumi";

import { buildOf, buildTag, releasePrefix, type Build } from "../context";
import { keptImages } from "../contract";
import { buildInputs } from "../layer";
import { shortened } from "../../topology/names";
import { upstreamOf, withinRegistry } from "../../topology/registries";
import type * as roles from "../roles";

/** Characters of a repository's id. */
const longestRepository = 63;

/** A repository in Artifact Registry, and the image that BuildKit builds into it. Its twin is ../aws/image.ts. */
export class Image extends pulumi.ComponentResource implements roles.Image {
    readonly reference: pulumi.Output<string>;
    readonly repository?: pulumi.Output<string>;
    readonly repositoryId?: pulumi.Output<string>;
    private readonly remotes = new Map<string, artifactregistry.Repository>();

    constructor(
        private readonly name: string,
        private readonly args: roles.ImageArgs,
        opts?: pulumi.ComponentResourceOptions,
    ) {
        super("twinstack:gcp:Image", name, {}, opts);
        const { context, reference } = args.image;
        const build = buildOf(args.image, args.platform, args.service?.source);

        if (context || build) {
            const repository = this.addRepository(name, args);
            this.repository = pulumi.interpolate`${repository.registryUri}/app`;
            this.repositoryId = repository.id;
        }
        this.reference =
            args.release || !build || !this.repository
                ? this.pulled((args.release ?? reference)!)
                : this.build(name, args, build, this.repository);
        // What was released may be a copy in the repository that the configuration asks for.
        if (!build && reference) this.pulled(reference);
        this.registerOutputs({ reference: this.reference });
    }

    /**
     * What Cloud Run pulls an image by: its own name, or that in a repository which fetches it from a registry that Cloud Run does not
     * know, and keeps what it has fetched.
     */
    pulled(reference: string): pulumi.Output<string> {
        const upstream = upstreamOf(reference);
        if (upstream === undefined) return pulumi.output(reference);
        const repository = this.remotes.get(upstream) ?? this.addRemote(upstream);
        this.remotes.set(upstream, repository);
        return pulumi.interpolate`${repository.registryUri}/${withinRegistry(reference)}`;
    }

    private addRemote(upstream: string): artifactregistry.Repository {
        const id = `${this.name}-${upstream.replace(/[^a-z0-9]+/g, "-")}`;
        return new artifactregistry.Repository(
            `${id}-remote`,
            {
                repositoryId: shortened(id, longestRepository),
                location: this.args.place.region,
                format: "DOCKER",
                mode: "REMOTE_REPOSITORY",
                remoteRepositoryConfig: {
                    description: `Images of ${upstream}`,
                    commonRepository: { uri: `https://${upstream}` },
                },
                // What is deleted here is fetched again when it is asked for.
                cleanupPolicies: [
                    { id: "keep-recent", action: "KEEP", mostRecentVersions: { keepCount: keptImages } },
                    { id: "delete-others", action: "DELETE", condition: { tagState: "ANY" } },
                ],
            },
            { parent: this },
        );
    }

    private addRepository(name: string, { place, deletionProtection }: roles.ImageArgs): artifactregistry.Repository {
        return new artifactregistry.Repository(
            name,
            {
                repositoryId: name,
                location: place.region,
                format: "DOCKER",
                // Tags stay movable: Artifact Registry's immutable ones can't be deleted either, so that nothing would ever
                // be cleaned up. Services are deployed by digest, which no tag can change.
                // Keeping alone deletes nothing: it only wins over a rule that deletes. It counts each image by itself,
                // so that what CI pushes (`app`), what the program builds and the build cache take no places of each
                // other. What runs needs none: Cloud Run keeps a copy. A rollback does.
                cleanupPolicies: [
                    { id: "keep-recent", action: "KEEP", mostRecentVersions: { keepCount: keptImages } },
                    { id: "keep-releases", action: "KEEP", condition: { tagPrefixes: [releasePrefix] } },
                    { id: "delete-others", action: "DELETE", condition: { tagState: "ANY" } },
                ],
            },
            { parent: this, protect: deletionProtection },
        );
    }

    private build(
        name: string,
        { place, service: beside }: roles.ImageArgs,
        build: Build,
        repository: pulumi.Output<string>,
    ): pulumi.Output<string> {
        const cache = { ref: pulumi.interpolate`${repository}-cache:cache` };
        const client = organizations.getClientConfigOutput({ parent: this });

        const image = new dockerbuild.Image(
            `${name}-build`,
            {
                ...buildInputs(build, beside?.reference),
                platforms: [build.platform as dockerbuild.Platform],
                tags: [pulumi.interpolate`${repository}-built:${buildTag(build)}`],
                push: true,
                buildOnPreview: false,
                cacheFrom: [{ registry: cache }],
                cacheTo: [{ registry: { ...cache, mode: "max" } }],
                // The credentials that Pulumi itself uses, so that nobody configures Docker first. The token is another
                // at every run; docker-build leaves passwords out when it compares.
                registries: [
                    {
                        address: `${place.region}-docker.pkg.dev`,
                        username: "oauth2accesstoken",
                        password: pulumi.secret(client.accessToken),
                    },
                ],
            },
            // Still there when another image is deployed, so that there is a way back. It goes with its repository.
            { parent: this, retainOnDelete: true },
        );
        return image.ref;
    }
}
