import assert from "node:assert/strict";

import { diff, type Change } from "../../plan/diff";
import { snapshotOf, snapshotOfPlan, type Snapshot, type SnapshotResource } from "../../plan/snapshot";
import type { PlanResource } from "../../plan/resource";
import type { Cloud } from "../../topology/app";
import { planOf } from "../../plan/plan";
import { resolve } from "../../topology/validate";
import { apps } from "../../apps";
import { settings } from "../components/stack";

const urn = (type: string, name: string) => `urn:pulumi:dev::p::${type}::${name}`;
type Written = [type: string, name: string, inputs: Record<string, unknown>, more?: Partial<SnapshotResource>];
const snapshot = (resources: Written[], deployed = false): Snapshot => ({
    title: "dev",
    app: "todo",
    stack: "dev",
    deployed,
    resources: resources.map(([type, name, inputs, more]) => ({ urn: urn(type, name), type, name, inputs, ...more })),
});
const told = (changes: Change[]) => changes.map(({ kind, name }) => `${kind} ${name}`);

const vpc = "aws:ec2/vpc:Vpc";
const group = "aws:ec2/securityGroup:SecurityGroup";
const database = "aws:rds/instance:Instance";

/** A network, a group in it, and a database in the group. */
const chain = (cidrBlock: string): Written[] => [
    [
        database,
        "db",
        { vpcSecurityGroupIds: ["${group.id}"] },
        { propertyDependencies: { vpcSecurityGroupIds: [urn(group, "group")] } },
    ],
    [group, "group", { vpcId: "${network.id}" }, { propertyDependencies: { vpcId: [urn(vpc, "network")] } }],
    [vpc, "network", { cidrBlock }],
];

/** Todo's snapshot in prod, with other settings and overrides. */
async function todo(cloud: Cloud, config: Record<string, unknown> = {}, overrides = {}): Promise<Snapshot> {
    const { stack, config: common } = settings(cloud, "prod", overrides);
    return snapshotOfPlan(await planOf(resolve({ stack, config: { ...common, ...config } }, apps)));
}

describe("What a replacement brings with it", () => {
    it("replaces what takes the new id as an input that replaces, and updates the rest, in the order of a deployment", () => {
        const { changes } = diff(snapshot(chain("10.0.0.0/16")), snapshot(chain("10.1.0.0/16")));
        assert.deepEqual(told(changes), ["replace network", "replace group", "update db"]);
        assert.deepEqual(changes[1].properties, [
            { path: "vpcId", before: "${network.id}", after: "${network.id}", replaces: true, follows: ["network"] },
        ]);
        assert.deepEqual(changes[2].properties[0].follows, ["group"]);
    });

    it("follows it from a state, whose values are known", () => {
        const state = snapshot(
            [
                [database, "db", { vpcSecurityGroupIds: ["sg-1"] }],
                [group, "group", { vpcId: "vpc-1" }],
                [vpc, "network", { cidrBlock: "10.0.0.0/16" }],
            ],
            true,
        );
        assert.deepEqual(told(diff(state, snapshot(chain("10.1.0.0/16"))).changes), [
            "replace network",
            "replace group",
            "update db",
        ]);
        assert.deepEqual(diff(state, snapshot(chain("10.0.0.0/16"))).changes, []);
    });

    it("sees that an input comes from another resource now, although its value is not known yet", () => {
        const listener = "aws:lb/listener:Listener";
        const target = "aws:lb/targetGroup:TargetGroup";
        const targets: Written[] = [
            [target, "a", {}],
            [target, "b", {}],
        ];
        const from = (name: string) => ({ propertyDependencies: { defaultActions: [urn(target, name)] } });
        const before = snapshot(
            [...targets, [listener, "l", { defaultActions: [{ targetGroupArn: "arn:a" }] }, from("a")]],
            true,
        );
        const after = (name: string) =>
            snapshot([
                ...targets,
                [listener, "l", { defaultActions: [{ targetGroupArn: `\${${name}.arn}` }] }, from(name)],
            ]);
        assert.deepEqual(told(diff(before, after("b")).changes), ["update l"]);
        assert.deepEqual(diff(before, after("a")).changes, []);
    });

    it("does not take a value for what another plan does not know yet", () => {
        const at = (image: string) => snapshot([["aws:sqs/queue:Queue", "q", { image }]]);
        assert.deepEqual(told(diff(at("${build.ref}"), at("example.com/app:1")).changes), ["update q"]);
    });

    for (const deployed of [false, true])
        it(`follows a secret that is made anew, ${deployed ? "from a state, too" : "and shows none"}`, () => {
            const password = "random:index/randomPassword:RandomPassword";
            const version = "aws:secretsmanager/secretVersion:SecretVersion";
            const at = (length: number, state = false) =>
                snapshot(
                    [
                        [password, "password", { length }],
                        [
                            version,
                            "v",
                            { secretString: "[secret]" },
                            { propertyDependencies: { secretString: [urn(password, "password")] } },
                        ],
                    ],
                    state,
                );
            const { changes } = diff(at(20, deployed), at(30));
            assert.deepEqual(told(changes), ["replace password", "replace v"]);
            assert.deepEqual(changes[1].properties, [
                { path: "secretString", before: "[secret]", after: "[secret]", replaces: true, follows: ["password"] },
            ]);
        });

    it("deletes last, and what needs others first", () => {
        const { changes } = diff(snapshot(chain("10.0.0.0/16")), snapshot([]));
        assert.deepEqual(told(changes), ["delete db", "delete group", "delete network"]);
    });

    it("says where the old one goes first: the program says so, or its name stays", () => {
        const at = (family: string, more: object, own: object) =>
            snapshot([["aws:rds/parameterGroup:ParameterGroup", "g", { family, ...own }, more]]);
        const first = (more: object, own: object) =>
            diff(at("15", {}, own), at("16", more, own)).changes[0].deletedFirst;
        assert.equal(first({}, {}), undefined);
        assert.equal(first({ deleteBeforeReplace: true }, {}), true);
        assert.equal(first({}, { name: "fixed" }), true);
    });

    it("replaces what the program says is to be replaced on a change", () => {
        const at = (text: string, replaceOnChanges: string[]) =>
            snapshot([["aws:sns/topic:Topic", "t", { text }, { replaceOnChanges }]]);
        assert.deepEqual(told(diff(at("a", []), at("b", ["text"])).changes), ["replace t"]);
        assert.deepEqual(told(diff(at("a", []), at("b", ["*"])).changes), ["replace t"]);
        assert.deepEqual(told(diff(at("a", []), at("b", ["other"])).changes), ["update t"]);
    });

    it("says that the engine refuses what is protected, and that nothing is lost of what is retained", () => {
        const at = (username: string, more: Partial<SnapshotResource>) =>
            snapshot([[database, "db", { username }, more]]);
        const [refused] = diff(at("a", { protect: true }), at("b", { protect: true })).changes;
        assert.equal(refused.refused, true);
        const kept = diff(at("a", { retainOnDelete: true }), snapshot([]));
        assert.equal(kept.changes[0].retained, true);
        assert.deepEqual(kept.dangers, []);
    });

    it("keeps what moved with its parent, by the parent's alias", () => {
        const component = (name: string, aliases: string[]): PlanResource[] => [
            { ...blank, urn: urn("x:Part", name), type: "x:Part", name, custom: false, aliases },
            {
                ...blank,
                urn: `urn:pulumi:dev::p::x:Part$${database}::${name}-db`,
                type: database,
                name: `${name}-db`,
                parent: urn("x:Part", name),
                inputs: { username: "app" },
            },
        ];
        const blank = {
            custom: true,
            inputs: {},
            dependencies: [],
            propertyDependencies: {},
            protect: false,
            ignoreChanges: [],
            aliases: [],
        };
        const plan = (resources: PlanResource[]) =>
            snapshotOf({
                app: "todo",
                stack: "dev",
                cloud: "aws",
                environment: "dev",
                region: "",
                outputs: {},
                resources,
            })!;
        const before = plan(component("old", []));
        assert.deepEqual(diff(before, plan(component("new", [urn("x:Part", "old")]))).changes, []);
        assert.deepEqual(told(diff(before, plan(component("new", []))).changes), ["create new-db", "delete old-db"]);
    });
});

describe("A change of the place", () => {
    it("replaces on AWS everything that another region's provider makes, the database among it", async () => {
        const { changes, dangers } = diff(await todo("aws"), await todo("aws", { "aws:region": "us-east-1" }));
        const kept = changes.filter(({ kind, type }) => kind !== "replace" && type.startsWith("aws:"));
        assert.deepEqual(kept, []);
        const db = dangers.find(({ type }) => type === database);
        assert.equal(db?.refused, true);
        assert.ok(
            db?.properties.some(
                ({ path, before, after }) =>
                    `${path} ${before as string} ${after as string}` === "provider.region ap-northeast-1 us-east-1",
            ),
        );
    });

    it("replaces on Google Cloud everything that has a project, the database among it", async () => {
        const { changes, dangers } = diff(await todo("gcp"), await todo("gcp", { "gcp:project": "other-project" }));
        assert.ok(dangers.some(({ type }) => type === "gcp:sql/databaseInstance:DatabaseInstance"));
        // Neither has a project of its own: what they are of has.
        const kept = changes.filter(({ kind, type }) => kind !== "replace" && type.startsWith("gcp:"));
        assert.deepEqual(kept, []);
    });

    it("moves on Google Cloud what lives in a region, and keeps what is global", async () => {
        const { changes } = diff(await todo("gcp"), await todo("gcp", { "gcp:region": "asia-northeast2" }));
        const replaced = new Set(changes.filter(({ kind }) => kind === "replace").map(({ type }) => type));
        assert.ok(replaced.has("gcp:sql/databaseInstance:DatabaseInstance"));
        assert.ok(replaced.has("gcp:cloudrunv2/service:Service"));
        for (const type of ["gcp:compute/network:Network", "gcp:certificatemanager/certificate:Certificate"])
            assert.ok(!replaced.has(type), type);
    });

    it("changes tags of everything that has some, and replaces nothing", async () => {
        for (const cloud of ["aws", "gcp"] as const) {
            const { changes, dangers } = diff(await todo(cloud), await todo(cloud, {}, { tags: { team: "web" } }));
            assert.deepEqual(dangers, []);
            assert.deepEqual(new Set(changes.map(({ kind }) => kind)), new Set(["update"]));
            const paths = new Set(changes.flatMap(({ properties }) => properties.map(({ path }) => path)));
            assert.ok(paths.has(cloud === "aws" ? "tags.team" : "labels.team"));
        }
    });

    it("loses nothing when CI builds the image", async () => {
        for (const cloud of ["aws", "gcp"] as const) {
            const built = await todo(cloud, { "twinstack:image": "registry.example.com/todo:1" });
            const { changes, dangers } = diff(await todo(cloud), built);
            assert.deepEqual(dangers, []);
            const rolled = cloud === "aws" ? "aws:ecs/service:Service" : "gcp:cloudrunv2/service:Service";
            assert.ok(changes.some(({ type, kind }) => type === rolled && kind === "update"));
        }
    });

    it("replaces the records of a name that changes", async () => {
        for (const [cloud, record] of [
            ["aws", "aws:route53/record:Record"],
            ["gcp", "gcp:dns/recordSet:RecordSet"],
        ] as const) {
            const { changes } = diff(await todo(cloud), await todo(cloud, { "twinstack:domain": "www.example.com" }));
            assert.deepEqual(
                changes.filter(({ type, kind }) => type === record && kind === "update"),
                [],
            );
        }
    });
});
