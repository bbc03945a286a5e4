import { awsCompute } from "./aws-compute";
import { awsData } from "./aws-data";
import { awsNetwork } from "./aws-network";
import { gcpCompute } from "./gcp-compute";
import { gcpData } from "./gcp-data";
import { gcpNetwork } from "./gcp-network";
import type { Kind, Nowhere } from "./kind";

/** An image in a registry, which is the registry's to show. */
const images: Record<"aws" | "gcp", Kind> = {
    aws: {
        name: "{tags.0}",
        show: "aws ecr describe-images --repository-name {tags.0|repository} --image-ids imageTag={tags.0|tag} --query imageDetails[].imageDigest --output text",
        remove: ["aws ecr batch-delete-image --repository-name {tags.0|repository} --image-ids imageTag={tags.0|tag}"],
        console: "https://{region}.console.aws.amazon.com/ecr/repositories?region={region}",
        note: "the registry overwrites no tag, so one that is there must go before it is pushed again",
    },
    gcp: {
        name: "{tags.0}",
        show: "gcloud artifacts docker images describe {tags.0} --format value(image_summary.digest)",
        remove: ["gcloud artifacts docker images delete {tags.0} --delete-tags"],
        console: "https://console.cloud.google.com/artifacts?project={project}",
        note: "the registry overwrites no tag, so one that is there must go before it is pushed again",
    },
};

/** What lives in the state alone. */
const nowhere: Record<string, Nowhere> = {
    "random:index/randomBytes:RandomBytes": { nowhere: "it is a value in the state, and is drawn again" },
    "random:index/randomId:RandomId": { nowhere: "it is a number in the state, and is drawn again" },
    "random:index/randomPassword:RandomPassword": { nowhere: "it is a value in the state, and is drawn again" },
};

/** Every type that a stack on a cloud makes → what an operator has to know of it. */
export const kinds: Readonly<Record<string, Kind | Nowhere>> = {
    ...awsNetwork,
    ...awsData,
    ...awsCompute,
    ...gcpNetwork,
    ...gcpData,
    ...gcpCompute,
    ...nowhere,
};

/** What is known of a resource's type; undefined if nothing is. An image is known by the registry that it is pushed to. */
export function kindOfType(type: string, inputs: Record<string, unknown>): Kind | Nowhere | undefined {
    if (type.startsWith("pulumi:providers:")) return { nowhere: "it is a provider, which is configured again" };
    if (type !== "docker-build:index:Image") return Object.hasOwn(kinds, type) ? kinds[type] : undefined;
    const tag = Array.isArray(inputs.tags) ? String(inputs.tags[0]) : "";
    return /\.dkr\.ecr\.[\w-]+\.amazonaws\.com/.test(tag) ? images.aws : images.gcp;
}
