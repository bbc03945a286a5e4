import assert from "node:assert/strict";

import type { Plan } from "../../plan/plan";
import { planOf } from "../../plan/plan";
import { warningsOf } from "../../plan/warnings";
import type { Cloud, Environment, Refinement } from "../../topology/app";
import { accepted, refused } from "../topology/settings";
import { bothWays, everything, full } from "../everything";
import { stackOf } from "./stack";

const existing = {
    aws: {
        vpcId: "vpc-0123456789abcdef0",
        publicSubnets: ["subnet-0a000001", "subnet-0a000002"],
        privateSubnets: ["subnet-0b000001", "subnet-0b000002"],
    },
    gcp: {
        network: "projects/host-project/global/networks/shared",
        subnetwork: "projects/host-project/regions/asia-northeast1/subnetworks/apps",
    },
};
const overridesOf = (cloud: Cloud, more: object = {}): Refinement => ({
    network: { ...more, [cloud]: { existing: existing[cloud] } },
});
const stackIn = (cloud: Cloud, environment: Environment, overrides: Refinement) =>
    stackOf(everything, cloud, environment, { overrides, domain: true });
const planIn = (cloud: Cloud, environment: Environment = "prod"): Promise<Plan> =>
    planOf(stackIn(cloud, environment, overridesOf(cloud)));
const inputsOf = (plan: Plan, type: string) =>
    plan.resources.filter((resource) => resource.type === type).map(({ inputs }) => inputs as Record<string, unknown>);

describe("A network that is there already", () => {
    for (const cloud of ["aws", "gcp"] as const)
        it(`gets nothing of its own on ${cloud}: all else is as in a network of the stack's`, async () => {
            const names = ({ resources }: Plan) => resources.map(({ type, name }) => `${type} ${name}`);
            const own = await planOf(stackIn(cloud, "prod", {}));
            const borrowed = await planIn(cloud);
            const gone = names(own).filter((name) => !names(borrowed).includes(name));
            assert.deepEqual(
                names(borrowed).filter((name) => !names(own).includes(name)),
                [],
            );
            // The component stays; what it is made of goes.
            for (const name of gone) assert.match(name, / all-prod-network/);
            assert.deepEqual(
                names(borrowed).filter((name) => / all-prod-network/.test(name)),
                [`twinstack:${cloud}:Network all-prod-network`],
            );
            assert.doesNotMatch(JSON.stringify(borrowed), /all-prod-network[-.\w]*\.(id|network)/);
        });

    it("holds load balancer, tasks, databases, caches and file systems on AWS", async () => {
        const { vpcId, publicSubnets, privateSubnets } = existing.aws;
        const plan = await planIn("aws");
        assert.deepEqual(inputsOf(plan, "aws:lb/loadBalancer:LoadBalancer")[0]!.subnets, publicSubnets);
        assert.deepEqual(inputsOf(plan, "aws:rds/subnetGroup:SubnetGroup")[0]!.subnetIds, privateSubnets);
        assert.deepEqual(inputsOf(plan, "aws:elasticache/subnetGroup:SubnetGroup")[0]!.subnetIds, privateSubnets);
        assert.deepEqual(
            inputsOf(plan, "aws:efs/mountTarget:MountTarget").map(({ subnetId }) => subnetId),
            privateSubnets,
        );
        for (const { vpcId: id } of inputsOf(plan, "aws:ec2/securityGroup:SecurityGroup")) assert.equal(id, vpcId);
        const subnetsOf = ({ networkConfiguration }: Record<string, unknown>) =>
            (networkConfiguration as { subnets: string[]; assignPublicIp: boolean }).subnets;
        assert.deepEqual(inputsOf(plan, "aws:ecs/service:Service").map(subnetsOf)[0], privateSubnets);
        const dev = await planIn("aws", "dev");
        assert.deepEqual(inputsOf(dev, "aws:ecs/service:Service").map(subnetsOf)[0], publicSubnets);
    });

    it("holds Cloud Run's egress, databases and caches on GCP", async () => {
        const { network, subnetwork } = existing.gcp;
        const plan = await planIn("gcp");
        const [service] = inputsOf(plan, "gcp:cloudrunv2/service:Service") as [{ template: object }];
        assert.ok(JSON.stringify(service.template).includes(JSON.stringify(subnetwork)));
        const [server] = inputsOf(plan, "gcp:sql/databaseInstance:DatabaseInstance") as [
            { settings: { ipConfiguration: { privateNetwork: string } } },
        ];
        assert.equal(server.settings.ipConfiguration.privateNetwork, network);
        assert.equal(inputsOf(plan, "gcp:redis/instance:Instance")[0]!.authorizedNetwork, network);
    });

    it("is not paid for: neither NAT nor endpoint is anybody's here", async () => {
        for (const cloud of ["aws", "gcp"] as const)
            assert.doesNotMatch(
                (await planIn(cloud)).resources.map(({ type }) => type).join(" "),
                /natGateway|routerNat|eip|vpcEndpoint|ec2:Vpc\b/i,
            );
    });

    it("is said to owe the app something", () => {
        const onGcp = warningsOf(stackIn("gcp", "prod", { ...full.everything!(), ...overridesOf("gcp") })).join("\n");
        for (const owed of ["service agent", "Cloud NAT", "private services access", "run.app."])
            assert.ok(onGcp.includes(owed), owed);
        assert.match(warningsOf(stackIn("aws", "prod", overridesOf("aws"))).join("\n"), /NAT gateway/);
        assert.doesNotMatch(warningsOf(stackIn("aws", "prod", {})).join("\n"), /not the stack's/);
    });

    it("must know private names on AWS where services call each other in a circle", () => {
        const said = (overrides: Refinement) => warningsOf(stackOf(bothWays, "aws", "dev", { overrides })).join("\n");
        assert.match(said(overridesOf("aws")), /enableDnsSupport and enableDnsHostnames/);
        assert.doesNotMatch(said({}), /enableDnsSupport/);
        assert.doesNotMatch(warningsOf(stackIn("aws", "prod", overridesOf("aws"))).join("\n"), /enableDnsSupport/);
    });

    const aws = (change: object) => ({ overrides: { network: { aws: { existing: { ...existing.aws, ...change } } } } });
    const gcp = (change: object) => ({
        cloud: "gcp" as const,
        overrides: { network: { gcp: { existing: { ...existing.gcp, ...change } } } },
    });
    const at = (path: string) => `Pulumi.dev.yaml: twinstack:overrides.network.${path}`;

    it("is refused where it cannot be one", () => {
        refused(aws({ vpcId: "my-vpc" }), at("aws.existing.vpcId"), /such as vpc-0123/);
        refused(aws({ publicSubnets: ["subnet-0a000001"] }), at("aws.existing.publicSubnets"), /2/);
        refused(
            aws({ privateSubnets: ["subnet-0b000001", "subnet-0b000001"] }),
            at("aws.existing.privateSubnets"),
            /each subnet once/,
            "subnet-0b000001, twice",
        );
        refused(
            aws({ privateSubnets: ["subnet-0b000001", "subnet-0a000001"] }),
            at("aws.existing.privateSubnets"),
            /each subnet once/,
        );
        refused(gcp({ network: "shared" }), at("gcp.existing.network"), /such as projects\/host-project/);
        refused(
            gcp({ subnetwork: "projects/host-project/regions/us-east1/subnetworks/apps" }),
            at("gcp.existing.subnetwork"),
            /the stack's region, asia-northeast1/,
            "apps, which is in us-east1",
        );
    });

    it("wins over ranges that the app says, and is of no matter on the other cloud", () => {
        accepted(aws({}));
        accepted(gcp({}));
        accepted({ cloud: "gcp", overrides: { network: { aws: { existing: existing.aws } } } });
        accepted({ cloud: "aws", overrides: { network: { gcp: { existing: existing.gcp } } } });
    });
});
