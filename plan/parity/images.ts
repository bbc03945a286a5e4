import type { Row } from "./row";

/** How an image is built, wherever it is said. */
export const built = (at: string): Row[] => [
    { field: `${at}.dockerfile`, aws: "BuildKit's Dockerfile", gcp: "BuildKit's Dockerfile" },
    { field: `${at}.target`, aws: "Stage of the Dockerfile", gcp: "Stage of the Dockerfile" },
    { field: `${at}.args.*`, aws: "Build arguments", gcp: "Build arguments" },
    {
        field: `${at}.files.*`,
        aws: "A layer on top, built by BuildKit and pushed to ECR",
        gcp: "A layer on top, built by BuildKit and pushed to Artifact Registry",
        note: "{ link } leads to a file of secretFiles; locally that file is there itself. A folder of the service's image (service, of a sidecar) is copied by COPY --from: what the program changes there later is the service's own. On a laptop both have a volume, which Docker fills",
    },
];

/** What a service runs. */
export const images: Row[] = [
    {
        field: "services.*.image.context",
        aws: "Built by BuildKit, pushed to an ECR repository",
        gcp: "Built by BuildKit, pushed to an Artifact Registry repository",
    },
    ...built("services.*.image"),
    {
        field: "services.*.image.reference",
        aws: "Image of the task definition; nothing is built",
        gcp: "Image of the Cloud Run service; nothing is built. From another registry than Docker Hub, ghcr.io and Google's own by way of a remote repository of Artifact Registry",
        note: "Public images. Cloud Run cannot have those of a private ECR registry or of one that Google does not reach, which is refused",
    },
];
