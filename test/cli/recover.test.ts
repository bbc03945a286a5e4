import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

import type { Interrupted } from "../../operate/pending";
import { twinstack, type Said } from "../twinstack";

const account = {
    urn: "urn:pulumi:dev::twinstack::gcp:serviceaccount/account:Account::todo-dev-api-account",
    type: "gcp:serviceaccount/account:Account",
    custom: true,
    inputs: { accountId: "todo-dev-api", project: "my-project" },
};
const state = (pending: object[]) => JSON.stringify({ version: 3, deployment: { pending_operations: pending } });
const killed = state([{ type: "creating", resource: account }]);

describe("twinstack recover", () => {
    let folder: string;
    const path = process.env.PATH;
    beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "twinstack-recover-"))));
    afterEach(() => {
        process.env.PATH = path;
        rmSync(folder, { recursive: true });
    });

    const file = (text: string): string => {
        writeFileSync(join(folder, "state.json"), text);
        return join(folder, "state.json");
    };
    /** A `pulumi` on PATH that writes down what it is asked, and does what a script says. */
    const pulumi = (script: string): (() => string[]) => {
        const log = join(folder, "log");
        writeFileSync(join(folder, "pulumi"), `#!/bin/sh\necho "$*" >> ${log}\n${script}\n`);
        chmodSync(join(folder, "pulumi"), 0o755);
        process.env.PATH = `${folder}${delimiter}${path}`;
        return () => (existsSync(log) ? readFileSync(log, "utf8").trim().split("\n") : []);
    };
    const recover = (...args: string[]): Promise<Said> => twinstack(["recover", ...args]);

    it("reads an export, names what is pending, and answers 3", async () => {
        const { status, stdout } = await recover("--state", file(killed));
        assert.equal(status, 3);
        assert.match(stdout, /^1 operation of stack dev began, and nobody saw the end\n/);
        assert.match(stdout, /name {5}todo-dev-api@my-project\.iam\.gserviceaccount\.com\n/);
        assert.match(stdout, /delete {3}gcloud iam service-accounts delete todo-dev-api@my-project/);
        assert.match(
            stdout,
            /npx --no twinstack recover --unlock\n.*npx --no twinstack recover --clear\n.*pulumi up --yes\n/s,
        );
    });

    it("prints the same as JSON", async () => {
        const { status, stdout } = await recover("--state", file(killed), "--json");
        assert.equal(status, 3);
        const { pending, next } = JSON.parse(stdout) as { pending: Interrupted[]; next: string[] };
        assert.deepEqual([pending[0]!.urn, pending[0]!.todo], [account.urn, "look"]);
        assert.deepEqual(next, [
            "npx --no twinstack recover --unlock",
            "npx --no twinstack recover --clear",
            "pulumi up --yes",
        ]);
    });

    it("names what the cloud refused, with the refresh that `up` asks for, and answers 3", async () => {
        const urn = "urn:pulumi:dev::twinstack::aws:wafv2/webAcl:WebAcl::todo-dev-firewall";
        const left = { urn, type: "aws:wafv2/webAcl:WebAcl", custom: true, inputs: {}, initErrors: ["refused"] };
        const at = file(JSON.stringify({ version: 3, deployment: { resources: [left] } }));
        const { status, stdout } = await recover("--state", at);
        assert.equal(status, 3);
        assert.match(stdout, /REFUSED: 1 change that the state has and the cloud has not\n.*todo-dev-firewall\n/);
        assert.ok(stdout.includes(`pulumi refresh --yes --target '${urn}'\n`), stdout);
        assert.doesNotMatch(stdout, /Nothing is pending|recover --clear/);

        const { next } = JSON.parse((await recover("--state", at, "--json")).stdout) as { next: string[] };
        assert.deepEqual(next, [`pulumi refresh --yes --target '${urn}'`, "pulumi up --yes"]);
    });

    it("says what the next `up` tries again, which keeps nobody from it", async () => {
        const urn = "urn:pulumi:dev::twinstack::gcp:sql/user:User::todo-dev-db-user";
        const left = { urn, type: "gcp:sql/user:User", custom: true, inputs: { passwordWoVersion: 2 } };
        const at = file(JSON.stringify({ version: 3, deployment: { resources: [left] } }));
        const { status, stdout } = await recover("--state", at);
        assert.equal(status, 0);
        assert.match(stdout, /PENDING: 1 change tried and not succeeded\n.*todo-dev-db-user\n.*tries again/);
        assert.doesNotMatch(stdout, /Nothing is pending/);
        assert.match(stdout, /Go on:\n\s+pulumi up --yes\n/);
    });

    it("answers 0 where nothing is pending", async () => {
        const { status, stdout } = await recover("--state", file(state([])));
        assert.deepEqual([status, stdout], [0, "  Nothing is pending. Go on:\n    pulumi up --yes\n"]);
    });

    it("asks the Pulumi CLI for the state, and for nothing else without a flag", async () => {
        const asked = pulumi(`cat <<'END'\n${killed}\nEND`);
        assert.equal((await recover()).status, 3);
        assert.equal((await recover("--stack", "prod")).status, 3);
        assert.deepEqual(asked(), ["stack export --non-interactive", "stack export --stack prod --non-interactive"]);
    });

    it("releases the lock and clears when told, in that order, and looks again", async () => {
        const asked = pulumi(`[ "$1" != stack ] || cat <<'END'\n${state([])}\nEND`);
        const { status, stdout } = await recover("--clear", "--unlock", "--json");
        assert.equal(status, 0);
        assert.deepEqual(asked(), [
            "stack export --non-interactive",
            "cancel --yes --non-interactive",
            "refresh --yes --skip-preview --clear-pending-creates --non-interactive",
            "stack export --non-interactive",
        ]);
        assert.equal((JSON.parse(stdout) as { done: string[] }).done.length, 2);
    });

    const urnOf = (type: string, name: string) => `urn:pulumi:dev::twinstack::${type}::${name}`;
    const root = { urn: urnOf("pulumi:pulumi:Stack", "twinstack-dev"), type: "pulumi:pulumi:Stack" };
    const made = (type: string, name: string, more = {}) => ({
        ...{ urn: urnOf(`twinstack:aws:Part$${type}`, name), type, custom: true, inputs: {} },
        ...more,
    });
    const cleared = async (resources: object[], pending: object[]): Promise<string> => {
        const text = JSON.stringify({ version: 3, deployment: { resources, pending_operations: pending } });
        const asked = pulumi(`[ "$1" != stack ] || cat <<'END'\n${text}\nEND`);
        await recover("--clear");
        return asked().find((line) => line.startsWith("refresh"))!;
    };
    const refresh = "refresh --yes --skip-preview --clear-pending-creates";

    it("reads with --clear what was interrupted or refused, and no more of the stack", async () => {
        const service = made("aws:ecs/service:Service", "todo-dev-api");
        const server = made("aws:rds/instance:Instance", "todo-dev-db", { initErrors: ["refused"] });
        const others = [made("aws:ec2/vpc:Vpc", "todo-dev-network"), made("aws:s3/bucket:Bucket", "todo-dev-files")];
        const pending = [
            { type: "updating", resource: service },
            { type: "creating", resource: account },
        ];
        assert.equal(
            await cleared([root, service, server, ...others], pending),
            `${refresh} --target ${service.urn} --target ${server.urn} --non-interactive`,
        );
    });

    it("reads nothing with --clear where creates alone were interrupted", async () => {
        const there = made("aws:ec2/vpc:Vpc", "todo-dev-network");
        assert.equal(
            await cleared([root, there], [{ type: "creating", resource: account }]),
            `${refresh} --target ${root.urn} --non-interactive`,
        );
    });

    it("answers 1 and stops when the Pulumi CLI fails at it", async () => {
        const asked = pulumi(
            `case "$1" in stack) cat <<'END'\n${killed}\nEND\n;; *) echo "error: the stack is currently locked" >&2; exit 255;; esac`,
        );
        const { status, stderr } = await recover("--clear");
        assert.equal(status, 1);
        assert.match(stderr, /currently locked/);
        assert.match(stderr, /`pulumi refresh .* failed.* --unlock/s);
        assert.equal(asked().length, 2);
    });

    const refused: Record<string, [args: string[], says: RegExp]> = {
        "a file that is not there": [["--state", "nowhere.json"], /--state nowhere\.json cannot be read/],
        "flags that change, with a file": [["--state", "x.json", "--clear"], /only read/],
        "an unknown flag": [["--force"], /unknown option/],
    };
    for (const [what, [args, says]] of Object.entries(refused))
        it(`refuses ${what}`, async () => {
            const { status, stdout, stderr } = await recover(...args);
            assert.deepEqual([status, stdout], [2, ""]);
            assert.match(stderr, says);
        });

    for (const text of ["", "{", "[]", "null", '{"resources":[]}'])
        it(`refuses ${JSON.stringify(text)}, which is no state`, async () => {
            const { status, stderr } = await recover("--state", file(text));
            assert.equal(status, 2);
            assert.match(stderr, /is no state: pulumi stack export --file/);
        });

    it("says where to get the Pulumi CLI, or how to do without", async () => {
        process.env.PATH = folder;
        const { status, stderr } = await recover();
        assert.equal(status, 2);
        assert.match(stderr, /no `pulumi` on PATH.*--state state\.json/s);
        // It previews, and so reads no state from a file.
        const drift = await twinstack(["pipeline", "drift", "-s", "dev"]);
        assert.deepEqual([drift.status, drift.stderr.includes("--state")], [2, false]);
    });

    it("says what the Pulumi CLI said of a stack that does not exist", async () => {
        pulumi(`echo "error: no stack named 'nope' found" >&2; exit 255`);
        for (const command of [["recover"], ["destroy-check"]]) {
            const { status, stderr } = await twinstack([...command, "--stack", "nope"]);
            assert.equal(status, 2);
            assert.match(stderr, /no stack named 'nope' found/);
            assert.doesNotMatch(stderr, /at .*\.ts/);
        }
    });
});

describe("twinstack destroy-check", () => {
    it("tells from the plan what refuses in prod, and answers 3", async () => {
        const { status, stdout } = await twinstack(["destroy-check", "--plan", "--stack", "prod"]);
        assert.equal(status, 3);
        assert.match(stdout, /rds\.Instance +todo-prod-db +protected by Pulumi, deletionProtection\n/);
        assert.match(stdout, /delete-db-snapshot --db-snapshot-identifier '<finalSnapshotIdentifier>'/);
    });

    it("answers 0 where nothing refuses, and prints JSON", async () => {
        const { status, stdout } = await twinstack(["destroy-check", "--plan", "--json"]);
        assert.equal(status, 0);
        const { refused, obstacles } = JSON.parse(stdout) as { refused: boolean; obstacles: { id: string }[] };
        assert.equal(refused, false);
        assert.ok(obstacles.some(({ id }) => id === "data"));
    });

    it("refuses both a plan and a state", async () => {
        assert.equal((await twinstack(["destroy-check", "--plan", "--state", "x"])).status, 2);
    });
});
