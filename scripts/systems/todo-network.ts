import { at, byDefault, not, row, type Carried, type System } from "./row";
import { aws, gcp } from "./types";

const subnet = (name: string) => at(aws.subnet, `network-${name}`);
const subnetwork = (name: string) => at(gcp.subnet, `network-${name}`);
const regional = not("A subnet spans its region's zones, and nothing with a public address is in it");
const firewall = (name: string) => at(gcp.networkFirewall, `network-allow-${name}`);
const ours: Carried = at(gcp.network)("autoCreateSubnetworks", false);
const noGroups = not("Cloud Run has no security groups: `ingress` and IAM decide");

/** Ranges, gateways and rules of the todo document's networks. */
export const todoNetwork: System["parts"] = {
    Network: [
        row("AWS: VPC 10.0.0.0/16; GCP: a custom network", at(aws.vpc, "network")("cidrBlock", "10.0.0.0/16"), ours),
        row("AWS: public subnet 10.0.1.0/24", subnet("public-1")("cidrBlock", "10.0.1.0/24"), regional),
        row("… in zone 1a", subnet("public-1")("availabilityZone", "ap-northeast-1a"), regional),
        row("AWS: public subnet 10.0.2.0/24", subnet("public-2")("cidrBlock", "10.0.2.0/24"), regional),
        row("… in zone 1c", subnet("public-2")("availabilityZone", "ap-northeast-1c"), regional),
        row("AWS: private subnet 10.0.10.0/24", subnet("private-1")("cidrBlock", "10.0.10.0/24"), regional),
        row("… in zone 1a", subnet("private-1")("availabilityZone", "ap-northeast-1a"), regional),
        row("AWS: private subnet 10.0.20.0/24", subnet("private-2")("cidrBlock", "10.0.20.0/24"), regional),
        row("… in zone 1c", subnet("private-2")("availabilityZone", "ap-northeast-1c"), regional),
        row(
            "GCP: subnet `tokyo` 10.0.1.0/24",
            not("A VPC is in one region; its subnets are above"),
            subnetwork("tokyo")("ipCidrRange", "10.0.1.0/24"),
        ),
        row(
            "… in Tokyo",
            at(aws.provider)("region", "ap-northeast-1"),
            subnetwork("tokyo")("region", "asia-northeast1"),
        ),
        row(
            "GCP: subnet `osaka` 10.0.2.0/24",
            not("A VPC is in one region"),
            subnetwork("osaka")("ipCidrRange", "10.0.2.0/24"),
        ),
        row("… in Osaka", not("A VPC is in one region"), subnetwork("osaka")("region", "asia-northeast2")),
        row(
            "NAT gateway in a public subnet; Cloud NAT",
            at(aws.natGateway, "network-1")("subnetId", /todo-prod-network-public-1\.id/),
            at(gcp.nat)("sourceSubnetworkIpRangesToNat", "ALL_SUBNETWORKS_ALL_IP_RANGES"),
            { note: "One a zone in prod, so that the loss of one is not that of the other; `network.nat`" },
        ),
        row(
            "Internet gateway, route tables; Cloud Router",
            at(aws.route, "network-public-1")("destinationCidrBlock", "0.0.0.0/0"),
            at(gcp.router)("region", "asia-northeast1"),
        ),
        row(
            "Private IP by VPC peering",
            at(aws.database, "db")("publiclyAccessible", false),
            at(gcp.address, "network-services")("purpose", "VPC_PEERING"),
        ),
    ],
    "Security groups and firewall rules": [
        row(
            "Load balancer: in, 443 from 0.0.0.0/0",
            at(aws.ingress, "lb-443")("cidrIpv4", "0.0.0.0/0"),
            firewall("https-http")("allows[0].ports[1]", "443"),
        ),
        row(
            "Load balancer: in, 80 from 0.0.0.0/0",
            at(aws.ingress, "lb-80")("fromPort", 80),
            firewall("https-http")("allows[0].ports[0]", "80"),
            { note: "It redirects to HTTPS" },
        ),
        row(
            "GCP: targets, tag `http-server`",
            not("Its groups have members instead of tags"),
            firewall("https-http")("targetTags", ["http-server"]),
            { note: "As documented; nothing wears the tag, as Cloud Run is reached by the load balancer alone" },
        ),
        row(
            "GCP: source 0.0.0.0/0",
            at(aws.ingress, "lb-80")("cidrIpv4", "0.0.0.0/0"),
            firewall("https-http")("sourceRanges", ["0.0.0.0/0"]),
        ),
        row(
            "Load balancer: out, 8000 to the tasks",
            at(aws.egress, "api-from-ingress-8000")("fromPort", 8000),
            noGroups,
        ),
        row(
            "Tasks: in, 8000 from the load balancer",
            at(aws.ingress, "api-from-ingress-8000")("fromPort", 8000),
            at(gcp.run, "api")("ingress", "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER"),
        ),
        row("GCP: 8080 to Cloud Run", not("Port 8000 above"), firewall("cloud-run")("allows[0].ports", ["8080"]), {
            note: "As documented; no rule of a network is on the way from the load balancer to Cloud Run",
        }),
        row(
            "GCP: from the load balancer's ranges",
            at(aws.ingress, "api-from-ingress-8000")("referencedSecurityGroupId", /todo-prod-lb-access\.id/),
            firewall("cloud-run")("sourceRanges", ["130.211.0.0/22", "35.191.0.0/16"]),
        ),
        row("Tasks: out, 5432 to the database", at(aws.egress, "api-to-db-5432")("fromPort", 5432), noGroups, {
            note: "Out to 443 as well: images, secrets and logs are fetched there",
        }),
        row(
            "Database: in, 5432 from the tasks",
            at(aws.ingress, "api-to-db-5432")("fromPort", 5432),
            at(gcp.database, "db")("settings.ipConfiguration.ipv4Enabled", false),
        ),
        row(
            "Database: out, nothing",
            byDefault(at(aws.securityGroup, "db-access")("egress", "nothing")),
            not("Cloud SQL begins no connections"),
            { note: "A group without a rule that says so lets nothing out" },
        ),
    ],
};
