import type { Job, Service } from "./app";

/** Whether a reference names one image for ever. */
export const hasDigest = (reference: string): boolean => /@sha256:[0-9a-f]{64}$/.test(reference);

/** Whether a reference means another image from day to day: without a tag or a digest, or `latest`. */
export function floats(reference: string): boolean {
    if (hasDigest(reference)) return false;
    const tag = /:([\w.-]+)$/.exec(reference.split("/").at(-1)!)?.[1];
    return tag === undefined || tag === "latest";
}

/**
 * Whether a service's container has a read-only root file system on AWS: as said; else where the image is built from a folder of
 * the project, whose Dockerfile can see to it. An image of somebody else's is not known to bear it.
 */
export const isRootReadOnly = ({ aws, image }: Pick<Service, "aws" | "image">): boolean =>
    aws.readonlyRootFilesystem ?? image.context !== undefined;

/** The folder in which a job runs: as it says, else its service's, which another image knows nothing of. */
export const jobDirectory = (job: Job, service: Service): string | undefined =>
    job.workingDirectory ?? (job.image ? undefined : service.workingDirectory);

/** The entry point of a job, likewise. */
export const jobEntrypoint = (job: Job, service: Service): string[] | undefined =>
    job.entrypoint ?? (job.image ? undefined : service.entrypoint);
