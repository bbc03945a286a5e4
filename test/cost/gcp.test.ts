import { gcpTable } from "../../cost/gcp";
import { describeCases } from "./cases/checks";
import { compute } from "./cases/gcp-compute";
import { data } from "./cases/gcp-data";
import { network } from "./cases/gcp-network";
import { roles } from "./cases/gcp-roles";

/** Types that cost the same whatever is said of them. */
const indifferent = [
    "gcp:artifactregistry/repository:Repository",
    "gcp:cloudscheduler/job:Job",
    "gcp:compute/globalForwardingRule:GlobalForwardingRule",
    "gcp:container/cluster:Cluster",
    "gcp:dns/managedZone:ManagedZone",
    "gcp:kms/cryptoKey:CryptoKey",
    "gcp:secretmanager/secretVersion:SecretVersion",
];

describe("GCP is priced as by hand", () => {
    describeCases("gcp", gcpTable, [...compute, ...data, ...network, ...roles], indifferent);
});
