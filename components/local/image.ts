import * as dockerbuild from "@pulumi/docker-build";
import * as pulumi from "@pulumi/pulumi";

import { buildOf, buildTag } from "../context";
import { buildInputs } from "../layer";
import type * as roles from "../roles";

/** An image that BuildKit builds into this machine's own store. Its twins are ../aws/image.ts and ../gcp/image.ts. */
export class Image extends pulumi.ComponentResource implements roles.Image {
    readonly reference: pulumi.Output<string>;

    constructor(name: string, args: Pick<roles.ImageArgs, "image">, opts?: pulumi.ComponentResourceOptions) {
        super("twinstack:local:Image", name, {}, opts);
        // Files that are added are mounted (service.ts): they need no build.
        const build = buildOf({ ...args.image, files: {} }, "local");
        if (!build) this.reference = pulumi.output(args.image.reference!);
        else {
            // Another content is another name, and so another container.
            const tag = `${name}:${buildTag(build)}`;
            const built = new dockerbuild.Image(
                `${name}-build`,
                {
                    ...buildInputs(build),
                    tags: [tag],
                    push: false,
                    load: true,
                    buildOnPreview: false,
                },
                { parent: this, retainOnDelete: true },
            );
            this.reference = built.tags.apply((tags) => tags![0]);
        }
        this.registerOutputs({ reference: this.reference });
    }

    /** Docker pulls from any registry. */
    pulled(reference: string): pulumi.Output<string> {
        return pulumi.output(reference);
    }
}
