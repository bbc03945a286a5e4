import { setting, type Kind } from "./kind";

const page = (path: string) => `https://console.cloud.google.com/${path}?project={project}`;
const balancing = page("net-services/loadbalancing/list/loadBalancers");
/** Something of Compute Engine that is called by name, in a region or globally. */
const compute = (noun: string, where: "" | "--global" | "--region {region}", console: string): Kind => ({
    name: "{name}",
    show: `gcloud compute ${noun} describe {name} ${where} --format value(name)`.replace("  ", " "),
    remove: [`gcloud compute ${noun} delete {name} ${where}`.trim()],
    console,
});
/** Something of Certificate Manager. */
const certificates = (noun: string, more = ""): Kind => ({
    name: "{name}",
    show: `gcloud certificate-manager ${noun} describe {name}${more} --format value(name)`,
    remove: [`gcloud certificate-manager ${noun} delete {name}${more}`],
    console: page("security/ccm/list/certificates"),
});

/** Networks, load balancers, names and certificates. */
export const gcpNetwork: Record<string, Kind> = {
    "gcp:compute/network:Network": compute("networks", "", page("networking/networks/details/{name}")),
    "gcp:compute/subnetwork:Subnetwork": compute(
        "networks subnets",
        "--region {region}",
        page("networking/subnetworks/details/{region}/{name}"),
    ),
    "gcp:compute/router:Router": compute(
        "routers",
        "--region {region}",
        page("hybrid/routers/details/{region}/{name}"),
    ),
    "gcp:compute/routerNat:RouterNat": {
        name: "{name}",
        show: "gcloud compute routers nats describe {name} --router {router} --region {region} --format value(name)",
        remove: ["gcloud compute routers nats delete {name} --router {router} --region {region}"],
        console: page("net-services/nat/details/{region}/{router}/{name}"),
    },
    "gcp:compute/firewall:Firewall": compute("firewall-rules", "", page("networking/firewalls/details/{name}")),
    "gcp:compute/globalAddress:GlobalAddress": compute("addresses", "--global", page("networking/addresses/list")),
    "gcp:compute/globalForwardingRule:GlobalForwardingRule": compute("forwarding-rules", "--global", balancing),
    "gcp:compute/targetHttpProxy:TargetHttpProxy": compute("target-http-proxies", "--global", balancing),
    "gcp:compute/targetHttpsProxy:TargetHttpsProxy": compute("target-https-proxies", "--global", balancing),
    "gcp:compute/uRLMap:URLMap": compute("url-maps", "--global", balancing),
    "gcp:compute/backendService:BackendService": compute("backend-services", "--global", balancing),
    "gcp:compute/backendBucket:BackendBucket": compute("backend-buckets", "", balancing),
    "gcp:compute/regionNetworkEndpointGroup:RegionNetworkEndpointGroup": compute(
        "network-endpoint-groups",
        "--region {region}",
        page("compute/networkendpointgroups/list"),
    ),
    "gcp:compute/sSLPolicy:SSLPolicy": compute("ssl-policies", "--global", page("net-security/sslpolicies")),
    "gcp:compute/securityPolicy:SecurityPolicy": compute(
        "security-policies",
        "",
        page("net-security/securitypolicies/details/{name}"),
    ),
    "gcp:certificatemanager/certificate:Certificate": certificates("certificates"),
    "gcp:certificatemanager/certificateMap:CertificateMap": certificates("maps"),
    "gcp:certificatemanager/certificateMapEntry:CertificateMapEntry": certificates("maps entries", " --map {map}"),
    "gcp:certificatemanager/dnsAuthorization:DnsAuthorization": certificates("dns-authorizations"),
    "gcp:dns/managedZone:ManagedZone": {
        name: "{name}",
        show: "gcloud dns managed-zones describe {name} --format value(name)",
        remove: ["gcloud dns managed-zones delete {name}"],
        console: page("net-services/dns/zones/{name}/details"),
    },
    "gcp:dns/recordSet:RecordSet": {
        name: "{name} {type}",
        ...setting(
            "gcloud dns record-sets describe {name} --type {type} --zone {managedZone} --format value(name)",
            "gcloud dns record-sets delete {name} --type {type} --zone {managedZone}",
            page("net-services/dns/zones/{managedZone}/details"),
        ),
        again: "a record of that name and type is taken over",
    },
    "gcp:servicenetworking/connection:Connection": {
        ...setting(
            "gcloud services vpc-peerings list --network {network|last} --service {service} --format value(peering)",
            "gcloud services vpc-peerings delete --network {network|last} --service {service}",
            page("networking/networks/details/{network|last}"),
        ),
        again: "a network has one, which is taken over",
    },
};
