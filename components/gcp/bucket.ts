import * as storage from "@pulumi/gcp/storage";
import type { input } from "@pulumi/gcp/types";
import * as pulumi from "@pulumi/pulumi";

import type * as topology from "../../topology/app";
import { dualRegion, secondRegions } from "../../topology/dual-regions";
import { bucketEnvironment } from "../contract";
import type * as roles from "../roles";

const day = 24 * 60 * 60;

/** What holds for every bucket: permissions of the bucket alone, never public. Cloud Storage encrypts by itself. */
export const privateBucket = { uniformBucketLevelAccess: true, publicAccessPrevention: "enforced" } as const;

/** Days that Cloud Storage keeps what is deleted or overwritten, the bucket itself included: a week, or not at all. */
export const softDelete = (kept: boolean) => ({ retentionDurationSeconds: kept ? 7 * day : 0 });

/** Objects in Cloud Storage, in two regions at once if asked for. Its twin is ../aws/bucket.ts. */
export class Bucket extends pulumi.ComponentResource implements roles.Bucket {
    readonly name: string;
    readonly bucket: pulumi.Output<string>;
    readonly id: pulumi.Output<string>;
    readonly environment: Record<string, pulumi.Input<string>>;
    readonly secrets = {};

    constructor(name: string, args: roles.BucketArgs, opts?: pulumi.ComponentResourceOptions) {
        super("twinstack:gcp:Bucket", name, {}, opts);
        const { place, bucket, deletionProtection } = args;
        this.name = args.name;

        const made = new storage.Bucket(
            name,
            {
                ...privateBucket,
                ...locationOf(bucket, place.region),
                storageClass: "STANDARD",
                versioning: { enabled: bucket.versioned },
                lifecycleRules: lifecycle(bucket),
                softDeletePolicy: softDelete(deletionProtection),
                forceDestroy: !deletionProtection,
            },
            { parent: this, protect: deletionProtection },
        );

        this.bucket = made.name;
        this.id = made.id;
        this.environment = bucketEnvironment(args.name, {
            bucket: made.name,
            url: pulumi.interpolate`gs://${made.name}`,
        });
        this.registerOutputs({ bucket: this.bucket });
    }

    grant(name: string, member: pulumi.Output<string>, parent: pulumi.Resource): pulumi.Resource[] {
        return [objectUser(name, this.bucket, member, parent)];
    }
}

/** Lets an identity read, write, list and delete the objects of a bucket. */
export const objectUser = (
    name: string,
    bucket: pulumi.Output<string>,
    member: pulumi.Output<string>,
    parent: pulumi.Resource,
): storage.BucketIAMMember =>
    new storage.BucketIAMMember(name, { bucket, role: "roles/storage.objectUser", member }, { parent });

/** The stack's region; or a dual-region with the one said or the first that makes a pair with it. */
function locationOf({ replicate, gcp }: topology.Bucket, region: string) {
    const pair = replicate ? dualRegion(region, gcp.secondRegion ?? secondRegions(region)[0]) : undefined;
    if (!pair) return { location: region.toUpperCase() };
    const { location, dataLocations } = pair;
    return {
        location,
        customPlacementConfig: dataLocations ? { dataLocations } : undefined,
        // Most within minutes; ASYNC_TURBO would promise 15 of them, at a price for every GB written.
        rpo: "DEFAULT",
    };
}

/** What goes by itself: objects in time, earlier versions, and uploads that nobody finished. */
function lifecycle({ expireDays, noncurrentDays }: topology.Bucket): input.storage.BucketLifecycleRule[] {
    const remove = (condition: input.storage.BucketLifecycleRuleCondition) => ({
        action: { type: "Delete" },
        condition,
    });
    return [
        ...(expireDays ? [remove({ age: expireDays, withState: "LIVE" })] : []),
        remove({ daysSinceNoncurrentTime: noncurrentDays, withState: "ARCHIVED" }),
        { action: { type: "AbortIncompleteMultipartUpload" }, condition: { age: 7 } },
    ];
}
