import assert from "node:assert/strict";

import * as rpc from "@pulumi/pulumi/runtime/rpc";
import * as acm from "@pulumi/aws/acm";
import * as rds from "@pulumi/aws/rds";
import * as route53 from "@pulumi/aws/route53";
import * as secretsmanager from "@pulumi/aws/secretsmanager";
import * as ec2x from "@pulumi/awsx/ec2";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

import { record } from "../../plan/record";
import { plan } from "../recorded";

const canary = "c4n4ry-5up3r-53cr3t";

class Inner extends pulumi.ComponentResource {
    readonly password: random.RandomPassword;
    readonly server: rds.Instance;
    constructor(name: string, opts?: pulumi.ComponentResourceOptions) {
        super("twinstack:test:Inner", name, {}, opts);
        this.password = new random.RandomPassword(`${name}-password`, { length: 32 }, { parent: this });
        const subnets = new rds.SubnetGroup(`${name}-subnets`, { subnetIds: ["subnet-1"] }, { parent: this });
        this.server = new rds.Instance(
            name,
            {
                instanceClass: "db.t3.micro",
                multiAz: true,
                dbSubnetGroupName: subnets.name,
                password: this.password.result,
                tags: { url: pulumi.interpolate`postgres://app:${this.password.result}@host` },
            },
            {
                parent: this,
                ignoreChanges: ["engineVersion"],
                aliases: [{ name: "before" }],
                deleteBeforeReplace: true,
                replaceOnChanges: ["username"],
                retainOnDelete: true,
                customTimeouts: { create: "1h" },
            },
        );
        this.registerOutputs({});
    }
}
class Outer extends pulumi.ComponentResource {
    readonly inner: Inner;
    constructor(name: string, opts?: pulumi.ComponentResourceOptions) {
        super("twinstack:test:Outer", name, {}, opts);
        this.inner = new Inner(`${name}-db`, { parent: this });
        this.registerOutputs({});
    }
}

describe("The recorder", () => {
    it("builds URNs as the engine does, from the types of all parents", async () => {
        const { one } = await plan(() => new Outer("a"), { project: "p", stack: "s" });
        const prefix = "urn:pulumi:s::p::twinstack:test:Outer$twinstack:test:Inner";
        assert.equal(one(rds.Instance).urn, `${prefix}$aws:rds/instance:Instance::a-db`);
        assert.equal(one(rds.Instance).parent, `${prefix}::a-db`);
    });

    it("leaves the stack itself out, so that a component in it has no parent", async () => {
        const { resources } = await plan(() => new Outer("a"));
        assert.deepEqual(
            resources.filter((resource) => !resource.parent).map(({ type }) => type),
            ["twinstack:test:Outer"],
        );
    });

    it("refuses two resources with one URN", async () => {
        const twice = () => [new Outer("a"), new Outer("a")];
        await assert.rejects(plan(twice), /two resources have the URN .*Outer::a/);
    });

    it("knows what each input depends on", async () => {
        const { one } = await plan(() => new Outer("a"));
        const { dependencies, propertyDependencies } = one(rds.Instance);
        const [subnets, password] = [one(rds.SubnetGroup).urn, one(random.RandomPassword).urn];
        assert.deepEqual(propertyDependencies, {
            dbSubnetGroupName: [subnets],
            password: [password],
            tags: [password],
        });
        assert.deepEqual(dependencies, [subnets, password].sort());
    });

    it("takes the resource options down", async () => {
        const { one } = await plan(() => new Outer("a", { protect: true }));
        const server = one(rds.Instance);
        assert.equal(server.protect, true);
        assert.deepEqual(server.ignoreChanges, ["engineVersion"]);
        assert.deepEqual(server.aliases, [server.urn.replace(/a-db$/, "before")]);
        assert.equal(server.deleteBeforeReplace, true);
        assert.deepEqual(server.replaceOnChanges, ["username"]);
        assert.equal(server.retainOnDelete, true);
        assert.deepEqual(server.customTimeouts, { create: "1h" });
    });

    it("names the provider of a resource that has one of its own", async () => {
        const { one, resources } = await plan(async () => {
            const { Provider } = await import("@pulumi/aws/provider");
            return new Outer("a", { providers: [new Provider("tokyo", { region: "ap-northeast-1" })] });
        });
        const provider = resources.find(({ name }) => name === "tokyo");
        assert.equal(one(rds.Instance).provider, provider?.urn);
    });

    it("reads an output as ${name.property}, in strings and lists, too", async () => {
        const { outputs } = await plan(() => {
            const { server } = new Outer("a").inner;
            return { host: server.address, url: pulumi.interpolate`https://${server.address}/`, list: [server.id] };
        });
        assert.deepEqual(outputs, { host: "${a-db.address}", url: "https://${a-db.address}/", list: ["${a-db.id}"] });
    });

    it("leaves outputs unknown in a preview, and runs nothing on them", async () => {
        let ran = false;
        const program = () => {
            const { server } = new Outer("a").inner;
            server.address.apply(() => (ran = true));
            new rds.SubnetGroup("b", { subnetIds: ["subnet-1"], description: server.address });
        };
        const { one } = await plan(program, { preview: true });
        assert.equal(one(rds.SubnetGroup, "b").inputs.description, "${a-db}");
        assert.equal(ran, false);
    });

    it("still knows in a preview what the program itself said", async () => {
        const program = () => ({ class: new Outer("a").inner.server.instanceClass });
        assert.deepEqual((await plan(program, { preview: true })).outputs, { class: "db.t3.micro" });
    });

    for (const preview of [false, true])
        it(`never tells a secret (preview ${preview})`, async () => {
            const secret = pulumi.secret(canary);
            const recorded = await record(
                () => {
                    const { password } = new Outer("a").inner;
                    new secretsmanager.SecretVersion("plain", { secretId: "s", secretString: canary });
                    new secretsmanager.SecretVersion("json", {
                        secretId: "s",
                        secretString: pulumi.jsonStringify({ secret, password: password.result }),
                    });
                    new rds.SubnetGroup("b", { subnetIds: [secret], description: pulumi.interpolate`a ${secret}` });
                    return { secret, deep: { list: [secret] }, joined: pulumi.all([secret, 1]), password };
                },
                { preview },
            );
            const text = JSON.stringify(recorded);
            assert.ok(!text.includes(canary));
            assert.ok(!text.includes("1b47061264138c4ac30d75fd1eb44270"));
            assert.ok(!text.includes(".result}"), "a generated password is secret, too");
        });

    it("shows that there is a secret where there is one", async () => {
        const { one } = await plan(() => new Outer("a"));
        assert.equal(one(rds.Instance).inputs.password, "[secret]");
        assert.deepEqual(one(rds.Instance).inputs.tags, { url: "[secret]" });
    });

    it("answers the functions of the provider that it knows", async () => {
        const { one } = await plan(() => {
            const certificate = new acm.Certificate("c", { domainName: "todo.example.com" });
            const proof = certificate.domainValidationOptions[0];
            const { zoneId } = route53.getZoneOutput({ name: "example.com" });
            const { resourceRecordName: name, resourceRecordValue: value } = proof;
            new route53.Record("r", { zoneId, name, type: "CNAME", ttl: 60, records: [value] });
        });
        const { zoneId, name } = one(route53.Record).inputs;
        assert.equal(zoneId, "${zone.example.com}");
        assert.equal(name, "${c.domainValidationOptions[0].resourceRecordName}");
    });

    it("fails on a function that it does not know, and names it", async () => {
        await assert.rejects(
            plan(() => route53.getZonesOutput().apply((zones) => zones)),
            /aws:route53\/getZones:getZones/,
        );
    });

    for (const [how, program] of Object.entries({
        "while it runs": () => {
            throw new Error("boom");
        },
        asynchronously: async () => {
            new Outer("a");
            await Promise.reject(new Error("boom"));
        },
        "behind apply": () => {
            new Outer("a").inner.server.id.apply(() => {
                throw new Error("boom");
            });
        },
        "in the value of an input": () => {
            const description = pulumi.output(1).apply((): string => {
                throw new Error("boom");
            });
            const first = new rds.SubnetGroup("a", { subnetIds: [], description });
            return new rds.SubnetGroup("b", { subnetIds: [first.id] });
        },
    }))
        it(`rejects with the error of a program that fails ${how}`, async () => {
            await assert.rejects(plan(program), (error: Error) => {
                assert.match(error.message, /boom/);
                assert.match(error.stack ?? "", /record\.test\.ts/);
                return true;
            });
        });

    it("records one after another without anything left over", async () => {
        const failing = plan(() => {
            throw new Error("boom");
        });
        const config = { "todo:secret": "x" };
        const [a, b] = [
            plan(() => ({ made: new Outer("a").urn, value: new pulumi.Config("todo").get("secret") }), { config }),
            plan(() => ({ made: new Outer("a").urn, value: new pulumi.Config("todo").get("secret") ?? "none" }), {
                stack: "other",
            }),
        ];
        await assert.rejects(failing);
        assert.equal((await a).outputs.value, "x");
        assert.equal((await b).outputs.value, "none");
        assert.equal((await a).resources.length, (await b).resources.length);
        assert.match(String((await b).outputs.made), /^urn:pulumi:other::/);
    });

    it("yields the same bytes every time, whatever the order of registration", async () => {
        const program = (names: string[]) => () => names.forEach((name) => void new Outer(name));
        const texts = [
            ["a", "b", "c"],
            ["c", "a", "b"],
        ].map(async (names) => JSON.stringify(await record(program(names))));
        const [first, second] = await Promise.all(texts);
        assert.equal(first, second);
    });

    it("accepts resource hooks, which run only under the engine", async () => {
        const hooks = { afterCreate: [async () => undefined] };
        const { resources } = await plan(() => new rds.SubnetGroup("a", { subnetIds: [] }, { hooks }));
        assert.equal(resources.length, 1);
    });

    it("makes an output no earlier than it is read, and the same at every reading", async () => {
        await plan(() => {
            const group = new rds.SubnetGroup("a", { subnetIds: ["subnet"] });
            assert.ok(!Object.hasOwn(group, "arn"), "nobody has read it yet");
            assert.equal(group.arn, group.arn);
            assert.ok(Object.hasOwn(group, "arn"));
        });
    });

    it("fails with an input that fails, though nobody reads what would come of it", async () => {
        const broken = Promise.reject(new Error("no subnets today"));
        await assert.rejects(
            plan(() => void new rds.SubnetGroup("a", { subnetIds: broken as never })),
            /no subnets today/,
        );
    });

    it("leaves the SDK as it was", async () => {
        const before = rpc.transferProperties;
        const during = await new Promise((resolve) => void plan(() => resolve(rpc.transferProperties)));
        assert.notEqual(during, before);
        await plan(() => undefined);
        assert.equal(rpc.transferProperties, before);
    });

    it("leaves stack traces and listeners as they were", async () => {
        const before = [Error.stackTraceLimit, process.listeners("unhandledRejection").length];
        await plan(() => new Outer("a"));
        assert.deepEqual([Error.stackTraceLimit, process.listeners("unhandledRejection").length], before);
    });

    describe("of awsx.ec2.Vpc", () => {
        const vpc = (strategy: "None" | "Single" | "OnePerAz") =>
            plan(
                () =>
                    new ec2x.Vpc("main", {
                        cidrBlock: "10.0.0.0/16",
                        availabilityZoneNames: ["ap-northeast-1a", "ap-northeast-1c"],
                        natGateways: { strategy },
                        subnetStrategy: "Auto",
                        subnetSpecs: [
                            { type: "Public", cidrBlocks: ["10.0.1.0/24", "10.0.2.0/24"] },
                            { type: "Private", cidrBlocks: ["10.0.10.0/24", "10.0.20.0/24"] },
                        ],
                    }),
            );
        const named = async (strategy: Parameters<typeof vpc>[0], type: string) =>
            (await vpc(strategy)).resources.filter((r) => r.type.endsWith(type) && r.synthesised).map((r) => r.name);

        it("adds the resources that its plugin will make, marked as synthesised", async () => {
            const subnets = ["main-private-1", "main-private-2", "main-public-1", "main-public-2"];
            assert.deepEqual(await named("None", ":Vpc"), ["main"]);
            assert.deepEqual(await named("None", ":InternetGateway"), ["main"]);
            for (const type of [":Subnet", ":RouteTable", ":RouteTableAssociation"])
                assert.deepEqual(await named("None", type), subnets);
            assert.deepEqual(await named("None", ":Route"), ["main-public-1", "main-public-2"]);
            assert.deepEqual(await named("Single", ":Route"), subnets);
        });

        it("adds a NAT gateway and its address per zone, one, or none", async () => {
            for (const type of [":NatGateway", ":Eip"]) {
                assert.deepEqual(await named("None", type), []);
                assert.deepEqual(await named("Single", type), ["main-1"]);
                assert.deepEqual(await named("OnePerAz", type), ["main-1", "main-2"]);
            }
        });

        it("gives each subnet its range and zone", async () => {
            const { resources } = await vpc("None");
            const subnet = resources.find((r) => r.type.endsWith(":Subnet") && r.name === "main-private-2");
            assert.equal(subnet?.inputs.cidrBlock, "10.0.20.0/24");
            assert.equal(subnet?.inputs.availabilityZone, "ap-northeast-1c");
        });
    });
});
