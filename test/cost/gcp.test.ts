import { gcpTable } from "../../cost/gcp";
import { describeCases } from "./cases/checks";
import { compute } from "./cases/gcp-compute";
import { data } from "./cases/gcp-data";

/** Types that cost the same whatever is said of them. */
const indifferent = [
    "gcp:artifactregistry/repository:Repository",
    "gcp:compute/globalForwardingRule:GlobalForwardingRule",
    "gcp:container/cluster:Cluster",
    "gcp:dns/managedZone:ManagedZone",
    "gcp:firestore/database:Database",
    "gcp:kms/cryptoKey:CryptoKey",
    "gcp:secretmanager/secretVersion:SecretVersion",
    "gcp:storage/bucket:Bucket",
];

describe("GCP is priced as by hand", () => {
    describeCases("gcp", gcpTable, [...compute, ...data], indifferent);
});
