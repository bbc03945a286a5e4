import assert from "node:assert/strict";

import { interruptions } from "../../operate/pending";
import { stateOf } from "../../operate/state";

const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", plaintext: '"hunter2"' };
const urn = (type: string, name: string) => `urn:pulumi:dev::twinstack::${type}::${name}`;
const provider = (cloud: "aws" | "gcp", inputs: object) => ({
    urn: urn(`pulumi:providers:${cloud}`, `todo-dev-${cloud}`),
    type: `pulumi:providers:${cloud}`,
    custom: true,
    id: "0a",
    inputs,
});
const providers = [
    provider("aws", { region: "eu-west-1", defaultTags: '{"tags":{"app":"todo","stack":"dev"}}' }),
    provider("gcp", { project: "my-project", region: "europe-west1" }),
];

/** A state in which one operation is pending. */
function pending(type: string, inputs: object, operation = "creating", others: object[] = []) {
    const cloud = type.split(":")[0];
    const resource = {
        urn: urn(type, "todo-dev-thing"),
        type,
        custom: true,
        inputs,
        provider: `${urn(`pulumi:providers:${cloud}`, `todo-dev-${cloud}`)}::0a`,
    };
    const deployment = { resources: [...providers, ...others], pending_operations: [{ type: operation, resource }] };
    return interruptions(stateOf({ version: 3, deployment })!)[0]!;
}

describe("What a killed `up` left", () => {
    it("is called as the cloud calls it, not as the program does", () => {
        const account = pending("gcp:serviceaccount/account:Account", { accountId: "todo-dev-api" });
        assert.equal(account.name, "todo-dev-api@my-project.iam.gserviceaccount.com");
        assert.deepEqual(account.remove, [
            "gcloud iam service-accounts delete todo-dev-api@my-project.iam.gserviceaccount.com --project my-project --quiet",
        ]);
        const logs = pending("aws:cloudwatch/logGroup:LogGroup", {
            name: "/aws/rds/instance/todo-dev-db-1a2b/postgresql",
        });
        assert.equal(logs.name, "/aws/rds/instance/todo-dev-db-1a2b/postgresql");
        const server = pending("aws:rds/instance:Instance", {
            identifier: "todo-dev-db-1a2b",
            deletionProtection: true,
        });
        assert.match(server.remove[0]!, /modify-db-instance .*--no-deletion-protection/);
        assert.match(
            server.remove[1]!,
            /delete-db-instance --db-instance-identifier todo-dev-db-1a2b --skip-final-snapshot/,
        );
    });

    it("is a made-up name where the provider made it up, which the state marks as a default", () => {
        const made = { name: "todo-dev-lb-1a2b3c4", __defaults: ["name"] };
        assert.equal(pending("aws:lb/loadBalancer:LoadBalancer", made).name, "todo-dev-lb-1a2b3c4");
    });

    it("is found by where it is, where it has no name, and told from what the state knows", () => {
        const other = {
            urn: urn("aws:ec2/subnet:Subnet", "todo-dev-public-2"),
            type: "aws:ec2/subnet:Subnet",
            custom: true,
            id: "subnet-2",
            inputs: {},
        };
        const subnet = pending("aws:ec2/subnet:Subnet", { vpcId: "vpc-1", cidrBlock: "10.0.1.0/24" }, "creating", [
            other,
        ]);
        assert.equal(subnet.name, undefined);
        assert.deepEqual(subnet.known, ["subnet-2"]);
        assert.match(subnet.show!, /--filters Name=vpc-id,Values=vpc-1 Name=cidr-block,Values=10\.0\.1\.0\/24/);
    });

    it("is left alone where deleting it would be the fault", () => {
        const bucket = pending("gcp:logging/projectBucketConfig:ProjectBucketConfig", {
            bucketId: "b-1",
            location: "x",
        });
        assert.deepEqual([bucket.todo, bucket.name], ["nothing", "b-1"]);
        assert.match(bucket.again!, /seven days/);
        assert.equal(pending("aws:s3/bucketPolicy:BucketPolicy", { bucket: "b" }).todo, "nothing");
        assert.equal(pending("random:index/randomId:RandomId", {}).todo, "nothing");
    });

    it("needs a look only if it was being made", () => {
        for (const operation of ["updating", "deleting", "reading"])
            assert.equal(pending("aws:s3/bucket:Bucket", { bucket: "b" }, operation).todo, "read");
        assert.equal(pending("aws:s3/bucket:Bucket", { bucket: "b" }).todo, "look");
    });

    it("shows no secret, however it is kept", () => {
        const database = pending("aws:rds/instance:Instance", { identifier: secret, password: "hunter2" });
        assert.doesNotMatch(JSON.stringify(database), /hunter2/);
        assert.deepEqual(database.missing, ["identifier"]);
    });

    it("is quoted for the shell that it is pasted into", () => {
        const evil = pending("gcp:monitoring/alertPolicy:AlertPolicy", { displayName: "it's $(rm) `x`" });
        assert.match(evil.show!, /--filter 'displayName="it'\\''s \$\(rm\) `x`"'/);
    });

    it("is said to be unknown where it is", () => {
        const strange = pending("aws:lambda/function:Function", { name: "f" });
        assert.equal(strange.todo, "look");
        assert.match(strange.note!, /does not know aws:lambda/);
    });

    it("is no matter of what is no state", () => {
        for (const json of [undefined, null, 1, [], {}, { deployment: [] }, { deployment: { resources: 1 } }])
            assert.equal(stateOf(json), undefined, JSON.stringify(json));
        const empty = stateOf({ deployment: {} })!;
        assert.deepEqual(interruptions(empty), []);
    });
});
