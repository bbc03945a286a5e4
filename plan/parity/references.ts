import { referenceFields } from "../../topology/references";
import type { Row } from "./row";

/** What a value of `env` may refer to, by kind of part. */
const references = Object.entries(referenceFields)
    .map(([kind, fields]) => `${kind}: ${fields.map(({ name }) => name).join(", ")}`)
    .join("; ");

/** Variables under the image's own names. */
export const variables: Row[] = [
    {
        field: "services.*.env.*",
        aws: "Environment of the container; with a secret in it, a Secrets Manager secret of its own",
        gcp: "Environment of the container; with a secret in it, a Secret Manager secret of its own",
        note: `\${part.field} refers to ${references}; $\${ is a \${`,
    },
    {
        field: "services.*.secrets",
        aws: "Secrets Manager secret, read when a task starts",
        gcp: "Secret Manager secret, read when an instance starts",
        note: "Made with a random value that is yours to replace",
    },
    {
        field: "services.*.secretFormats.*.format",
        aws: "First value of the secret",
        gcp: "First version of the secret",
        note: "Random bytes as hex, base64, base64url or a UUID, or letters and digits; yours to replace. Another format leaves a secret that is there alone",
    },
    {
        field: "services.*.secretFormats.*.bytes",
        aws: "How many random bytes, of hex and base64",
        gcp: "How many random bytes, of hex and base64",
    },
    {
        field: "services.*.secretFormats.*.length",
        aws: "How many letters and digits",
        gcp: "How many letters and digits",
    },
    { field: "services.*.secretFormats.*.prefix", aws: "What stands before it", gcp: "What stands before it" },
    {
        field: "services.*.secretFiles.*",
        aws: "Volume of the task, into which a container of busybox writes the secret before the app begins",
        gcp: "Secret Manager secret, mounted as a volume",
        note: "A path hides its whole folder in the image, unless image.files links to it from elsewhere; { from, replace } is a file of the project with references in it; Cloud Run has one secret a folder",
    },
];
