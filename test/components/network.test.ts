import assert from "node:assert/strict";

import * as cloudwatch from "@pulumi/aws/cloudwatch";
import * as ec2 from "@pulumi/aws/ec2";
import * as iam from "@pulumi/aws/iam";
import * as awsx from "@pulumi/awsx/ec2";
import * as compute from "@pulumi/gcp/compute";
import * as servicenetworking from "@pulumi/gcp/servicenetworking";

import type { AppInput } from "../../topology/app";
import { on, todoOn, todoOnBoth } from "./stack";

const api = { image: { reference: "registry.example.com/api:1" }, ports: { http: 80 }, health: { path: "/" } };

describe("Network", () => {
    it("logs in prod whom the network refuses on AWS, or all if asked to, for as long as other logs", async () => {
        const flows = async (environment: "dev" | "prod", overrides = {}) => {
            const plan = await todoOn("aws", overrides, environment);
            return { plan, logs: plan.of(ec2.FlowLog) };
        };
        assert.equal((await flows("dev")).logs.length, 0);
        const { plan, logs } = await flows("prod");
        const [{ inputs }] = logs;
        assert.deepEqual([inputs.trafficType, inputs.logDestination], ["REJECT", "${todo-prod-network-flows.arn}"]);
        const group = plan.one(cloudwatch.LogGroup, "-network-flows").inputs;
        assert.deepEqual([group.name, group.retentionInDays], ["/vpc/todo-prod-network", 90]);
        const { policy } = plan.one(iam.RolePolicy, "-flows-role-policy").inputs;
        assert.match(String(policy), /"Resource":"\$\{todo-prod-network-flows\.arn\}:\*"/);
        const all = await flows("dev", { network: { aws: { flowLogs: "all" } } });
        assert.equal(all.logs[0].inputs.trafficType, "ALL");
    });

    it("takes exactly the document's ranges, in Tokyo's zones 1a and 1c", async () => {
        const vpc = (await todoOn("aws")).one(awsx.Vpc);

        assert.equal(vpc.inputs.cidrBlock, "10.0.0.0/16");
        assert.deepEqual(vpc.inputs.availabilityZoneNames, ["ap-northeast-1a", "ap-northeast-1c"]);
        assert.equal(vpc.inputs.subnetStrategy, "Auto");
        assert.deepEqual(vpc.inputs.subnetSpecs, [
            { type: "Public", name: "public", cidrBlocks: ["10.0.1.0/24", "10.0.2.0/24"] },
            { type: "Private", name: "private", cidrBlocks: ["10.0.10.0/24", "10.0.20.0/24"] },
        ]);
    });

    it("reaches S3, and where there are tables DynamoDB, without a NAT gateway's meter", async () => {
        const services = async (tables: AppInput["tables"]) => {
            const { of } = await on("aws", { services: { api }, tables });
            return of(ec2.VpcEndpoint).map(({ inputs }) => [inputs.vpcEndpointType, inputs.serviceName]);
        };
        const [dynamodb, s3] = ["dynamodb", "s3"].map((name) => ["Gateway", `com.amazonaws.ap-northeast-1.${name}`]);
        assert.deepEqual(await services({ facts: { partitionKey: { name: "id" } } }), [dynamodb, s3]);
        assert.deepEqual(await services({}), [s3]);
    });

    it("spans Tokyo and Osaka on GCP", async () => {
        const { one, of } = await todoOn("gcp");

        assert.equal(one(compute.Network).inputs.autoCreateSubnetworks, false);
        assert.deepEqual(
            of(compute.Subnetwork).map(({ name, inputs }) => [
                name.split("-").at(-1),
                inputs.region,
                inputs.ipCidrRange,
            ]),
            [
                ["osaka", "asia-northeast2", "10.0.2.0/24"],
                ["tokyo", "asia-northeast1", "10.0.1.0/24"],
            ],
        );
    });

    for (const [nat, strategy, gateways] of [
        ["none", "None", 0],
        ["single", "Single", 1],
        ["perZone", "OnePerAz", 2],
    ] as const)
        it(`pays for ${gateways} NAT gateways with nat: ${nat}, and on GCP for ${gateways ? "one" : "none"}`, async () => {
            const { aws, gcp } = await todoOnBoth({ network: { nat } });

            assert.equal(aws.one(awsx.Vpc).inputs.natGateways?.strategy, strategy);
            assert.equal(aws.of(ec2.NatGateway).length, gateways);
            assert.equal(aws.of(ec2.Eip).length, gateways);
            assert.equal(gcp.of(compute.RouterNat).length, Math.min(gateways, 1));
        });

    it("reaches S3 from every route table without NAT", async () => {
        const endpoint = (await todoOn("aws", { network: { nat: "perZone" } })).one(ec2.VpcEndpoint);

        assert.equal(endpoint.inputs.serviceName, "com.amazonaws.ap-northeast-1.s3");
        assert.equal(endpoint.inputs.vpcEndpointType, "Gateway");
        assert.equal((endpoint.inputs.routeTableIds as string[]).length, 4);
    });

    it("empties the VPC's default security group", async () => {
        const group = (await todoOn("aws")).one(ec2.DefaultSecurityGroup);

        assert.deepEqual([group.inputs.ingress, group.inputs.egress], [[], []]);
    });

    it("has the document's firewall rules on top of default deny", async () => {
        const rules = (await todoOn("gcp")).of(compute.Firewall);
        const ports = (name: string) => rules.find((rule) => rule.name.endsWith(name))?.inputs.allows;

        assert.deepEqual(ports("allow-https-http"), [{ protocol: "tcp", ports: ["80", "443"] }]);
        assert.deepEqual(ports("allow-cloud-run"), [{ protocol: "tcp", ports: ["8080"] }]);
        const deny = rules.find((rule) => rule.inputs.denies);
        assert.deepEqual([deny?.inputs.denies, deny?.inputs.priority], [[{ protocol: "all" }], 65534]);
        for (const rule of rules) if (rule.inputs.allows) assert.ok((rule.inputs.priority ?? 1000) < 65534);
    });

    it("peers with Google's services before anything private is made there", async () => {
        const plan = await todoOn("gcp");

        const range = plan.resources.find(({ inputs }) => inputs.purpose === "VPC_PEERING");
        assert.equal(range?.inputs.addressType, "INTERNAL");
        const peering = plan.one(servicenetworking.Connection);
        const server = plan.resources.find(({ type }) => type === "gcp:sql/databaseInstance:DatabaseInstance");
        assert.ok(server && reaches(plan.resources, server.urn, peering.urn));
    });
});

/** Whether one resource waits for another, directly or by way of others. */
function reaches(resources: { urn: string; dependencies: string[] }[], from: string, to: string): boolean {
    const seen = new Set<string>();
    const queue = [from];
    for (let urn = queue.pop(); urn; urn = queue.pop()) {
        if (urn === to) return true;
        if (seen.has(urn)) continue;
        seen.add(urn);
        queue.push(...(resources.find((resource) => resource.urn === urn)?.dependencies ?? []));
    }
    return false;
}
