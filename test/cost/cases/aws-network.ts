import { GB, price, second, tiers, type Case, type Part } from "./case";

const tokyo = "ap-northeast-1";
const p = (id: string, region = tokyo) => price(`aws.${id}`, region);
const hours = 730;
const egress = tiers("aws.egress.internet_gb", tokyo);

const service = "aws:ecs/service:Service";

const balanced = (inputs: object = {}, rules = 0): Part[] => [
    { type: service, name: "api" },
    {
        type: "aws:lb/loadBalancer:LoadBalancer",
        inputs: { loadBalancerType: "application", subnets: ["a", "b"], ...inputs },
    },
    {
        type: "aws:lb/listener:Listener",
        name: "https",
        from: { loadBalancerArn: "aws:lb/loadBalancer:LoadBalancer x" },
    },
    ...Array.from({ length: rules }, (_, index) => ({
        type: "aws:lb/listenerRule:ListenerRule",
        name: `rule-${index}`,
        from: { listenerArn: "aws:lb/listener:Listener https" },
    })),
];

const one = (type: string, inputs: object = {}): Part[] => [{ type, inputs: { ...inputs } }];

/** What is reached, and by what way. */
export const network: Case[] = [
    {
        type: "aws:lb/loadBalancer:LoadBalancer",
        shows: "an address in each zone; LCUs by new connections: 25 a second make one",
        resources: balanced(),
        usage: {
            monthlyRequests: 100 * second,
            connectionsPerRequest: 1,
            averageConnectionSeconds: 1,
            averageResponseKb: 0,
            averageRequestKb: 0,
        },
        costs: {
            "Load balancer": hours * p("alb.hour"),
            LCU: (100 / 25) * hours * p("alb.lcu_hour"),
            "Public IPv4": 2 * hours * p("ipv4.hour"),
        },
    },
    {
        type: "aws:lb/loadBalancer:LoadBalancer",
        shows: "LCUs by active connections: 3,000 make one; none of it public",
        resources: balanced({ internal: true }),
        usage: {
            monthlyRequests: 100 * second,
            connectionsPerRequest: 1,
            averageConnectionSeconds: 300,
            averageResponseKb: 0,
            averageRequestKb: 0,
        },
        costs: { "Load balancer": hours * p("alb.hour"), LCU: ((100 * 300) / 3000) * hours * p("alb.lcu_hour") },
    },
    {
        type: "aws:lb/loadBalancer:LoadBalancer",
        shows: "LCUs by rule evaluations: 1,000 a second make one, and ten rules are free",
        resources: balanced({ internal: true }, 14),
        usage: { monthlyRequests: 500 * second, connectionsPerRequest: 0, averageResponseKb: 0, averageRequestKb: 0 },
        costs: { "Load balancer": hours * p("alb.hour"), LCU: ((500 * 4) / 1000) * hours * p("alb.lcu_hour") },
    },
    {
        type: "aws:lb/loadBalancer:LoadBalancer",
        shows: "LCUs by GB: one an hour makes one; egress in its first tier",
        resources: balanced(),
        usage: { monthlyRequests: GB, averageRequestKb: 500, averageResponseKb: 1000, connectionsPerRequest: 0 },
        costs: {
            "Load balancer": hours * p("alb.hour"),
            LCU: 1500 * p("alb.lcu_hour"),
            "Public IPv4": 2 * hours * p("ipv4.hour"),
            "Internet egress": 1000 * egress[0],
        },
    },
    {
        type: "aws:lb/loadBalancer:LoadBalancer",
        shows: "egress over all of its tiers",
        resources: balanced(),
        usage: { monthlyOutboundInternetGb: 200_000 },
        costs: {
            "Load balancer": hours * p("alb.hour"),
            LCU: 200_000 * p("alb.lcu_hour"),
            "Public IPv4": 2 * hours * p("ipv4.hour"),
            "Internet egress (first 10,240)": 10_240 * egress[0],
            "Internet egress (above 10,240)": 40_960 * egress[1],
            "Internet egress (above 51,200)": 102_400 * egress[2],
            "Internet egress (above 153,600)": 46_400 * egress[3],
        },
    },
    {
        type: "aws:lb/loadBalancer:LoadBalancer",
        shows: "a network load balancer: 800 new connections a second make a unit",
        resources: balanced({ loadBalancerType: "network", internal: true }),
        usage: {
            monthlyRequests: 1600 * second,
            connectionsPerRequest: 1,
            averageConnectionSeconds: 1,
            averageResponseKb: 0,
            averageRequestKb: 0,
        },
        costs: { "Load balancer": hours * p("nlb.hour"), NLCU: 2 * hours * p("nlb.nlcu_hour") },
    },
    {
        type: "aws:ec2/natGateway:NatGateway",
        shows: "hours, and half of the data where there are two",
        resources: [...one("aws:ec2/natGateway:NatGateway"), { type: "aws:ec2/natGateway:NatGateway", name: "y" }],
        usage: { monthlyNatGb: 100 },
        costs: { "NAT gateway": hours * p("nat.hour"), Data: 50 * p("nat.gb") },
    },
    {
        type: "aws:ec2/eip:Eip",
        shows: "every hour",
        resources: one("aws:ec2/eip:Eip"),
        costs: { "Public IPv4": hours * p("ipv4.hour") },
    },
    {
        type: "aws:ec2/vpcEndpoint:VpcEndpoint",
        shows: "an interface in each zone, and its data",
        resources: one("aws:ec2/vpcEndpoint:VpcEndpoint", { vpcEndpointType: "Interface", subnetIds: ["a", "b", "c"] }),
        usage: { monthlyNatGb: 80 },
        costs: { "Interface endpoint": 3 * hours * p("vpce.hour"), Data: 80 * tiers("aws.vpce.gb", tokyo)[0] },
    },
    {
        type: "aws:ec2/vpcEndpoint:VpcEndpoint",
        shows: "gateways for nothing",
        resources: one("aws:ec2/vpcEndpoint:VpcEndpoint", { vpcEndpointType: "Gateway" }),
        costs: {},
    },
    {
        type: "aws:cloudfront/distribution:Distribution",
        shows: "what leaves, what is asked, and what is passed on",
        resources: [...one("aws:cloudfront/distribution:Distribution"), { type: service, name: "api" }],
        usage: {
            monthlyRequests: 2 * GB,
            averageResponseKb: 1000,
            averageRequestKb: 10,
            cdnPercent: 50,
            cacheHitPercent: 75,
        },
        // Half of the requests go there.
        costs: {
            "CloudFront egress": 1000 * tiers("aws.cloudfront.gb", "japan")[0],
            "HTTPS requests": (GB / 10_000) * p("cloudfront.https_10k", "japan"),
            "Sent to the origin": 10 * 0.25 * p("cloudfront.to_origin_gb", "japan"),
        },
    },
    {
        type: "aws:route53/zone:Zone",
        shows: "the first 25",
        resources: one("aws:route53/zone:Zone"),
        costs: { "Hosted zone": tiers("aws.route53.zone_month", "global")[0] },
    },
    {
        type: "aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace",
        shows: "that its private zone is a zone as any other",
        resources: one("aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace"),
        costs: { "Hosted zone": tiers("aws.route53.zone_month", "global")[0] },
    },
    {
        type: "aws:route53/record:Record",
        shows: "queries over both tiers",
        resources: one("aws:route53/record:Record", { type: "A", records: ["192.0.2.1"] }),
        usage: { monthlyDnsQueries: 1.5e9 },
        costs: {
            "Hosted zone": tiers("aws.route53.zone_month", "global")[0],
            "Queries (first 1,000)": 1000 * tiers("aws.route53.queries_million", "global")[0],
            "Queries (above 1,000)": 500 * tiers("aws.route53.queries_million", "global")[1],
        },
    },
    {
        type: "aws:route53/record:Record",
        shows: "aliases for nothing, but the zone that they are in",
        resources: one("aws:route53/record:Record", { type: "A", aliases: [{ name: "lb" }] }),
        usage: { monthlyRequests: 1e9 },
        costs: { "Hosted zone": tiers("aws.route53.zone_month", "global")[0] },
    },
    {
        type: "aws:route53/record:Record",
        shows: "a zone once for all records in it",
        resources: ["a", "x"].map((name) => ({
            type: "aws:route53/record:Record",
            name,
            inputs: { type: "A", zoneId: "Z1", aliases: [{ name: "lb" }] },
        })),
        costs: {},
    },
    {
        type: "aws:route53/record:Record",
        shows: "a second zone beside the first",
        resources: ["a", "x"].map((name) => ({
            type: "aws:route53/record:Record",
            name,
            inputs: { type: "A", zoneId: `zone of ${name}`, aliases: [{ name: "lb" }] },
        })),
        costs: { "Hosted zone": tiers("aws.route53.zone_month", "global")[0] },
    },
    {
        type: "aws:route53/record:Record",
        shows: "no zone beside the stack's own",
        resources: [
            {
                type: "aws:route53/record:Record",
                inputs: { type: "A", aliases: [{ name: "lb" }] },
                from: { zoneId: "aws:route53/zone:Zone own" },
            },
            { type: "aws:route53/zone:Zone", name: "own" },
        ],
        costs: {},
    },
    {
        type: "aws:route53/healthCheck:HealthCheck",
        shows: "a check of what is outside",
        resources: one("aws:route53/healthCheck:HealthCheck", { fqdn: "example.com" }),
        costs: { "Health check": p("route53.health_check_other_month", "global") },
    },
    {
        type: "aws:route53/healthCheck:HealthCheck",
        shows: "a check of a load balancer",
        resources: one("aws:route53/healthCheck:HealthCheck", { fqdn: "${lb.dnsName}" }),
        costs: { "Health check": p("route53.health_check_aws_month", "global") },
    },
];
