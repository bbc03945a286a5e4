import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { isNoise, noise, reasons } from "../../operate/noise";
import { driftMarkdown, driftOf, type Digest } from "../../pipeline/drift";
import { root, twinstack } from "../twinstack";
import { runJob, type Ran } from "./runner";
import { shop, type Repository } from "./world";

type Step = NonNullable<Digest["steps"]>[number];

const urn = (name: string, type = "aws:rds/instance:Instance") =>
    `urn:pulumi:prod::shop::twinstack:aws:Database$${type}::${name}`;
/** A step as the engine prints it. */
const step = (op: string, name: string, changes: Record<string, [unknown, unknown]> = {}, type?: string): Step => ({
    op,
    urn: urn(name, type),
    oldState: { inputs: Object.fromEntries(Object.entries(changes).map(([path, [was]]) => [path, was])) },
    newState: { inputs: Object.fromEntries(Object.entries(changes).map(([path, [, is]]) => [path, is])) },
    detailedDiff: Object.fromEntries(Object.keys(changes).map((path) => [path, { kind: "update", inputDiff: true }])),
});
const drifted = (...steps: Step[]) => driftOf({ steps: [] }, { steps });

describe("Drift", () => {
    it("is what was changed by hand, with what the next up does about it", () => {
        const { drifted: found } = drifted(
            step("refresh", "quiet"),
            step("update", "db", { backupRetentionPeriod: [7, 1] }),
            step("update", "db", { backupRetentionPeriod: [1, 7] }),
        );
        assert.deepEqual(found, [
            {
                name: "db",
                type: "aws:rds/instance:Instance",
                what: "changed",
                properties: [{ path: "backupRetentionPeriod", was: 7, is: 1 }],
                up: "update",
            },
        ]);
    });

    it("is found where a provider does not say by paths what is another", () => {
        const bare = (op: string, was: unknown, is: unknown): Step => ({
            op,
            urn: urn("db"),
            oldState: { inputs: { size: was, other: 1 } },
            newState: { inputs: { size: is, other: 1 } },
            diffReasons: ["size"],
        });
        assert.deepEqual(drifted(bare("refresh", 1, 1), bare("update", 2, 1)).drifted, [
            {
                name: "db",
                type: "aws:rds/instance:Instance",
                what: "changed",
                properties: [{ path: "size", was: 1, is: 2 }],
                up: "update",
            },
        ]);
    });

    it("is what nobody finds any more, before what only changes with it", () => {
        const { drifted: found } = drifted(
            step("refresh", "a-service"),
            step("refresh", "logs"),
            step("create", "logs"),
            step("replace", "a-service", { group: ["new", "old"] }),
        );
        assert.deepEqual(
            found.map(({ name, what, up }) => [name, what, up]),
            [
                ["logs", "gone", "create"],
                ["a-service", "consequence", "replace"],
            ],
        );
    });

    it("is also what nothing puts back, as the program does not say it", () => {
        const { drifted: found } = drifted(step("update", "db", { caCertIdentifier: ["a", "b"] }));
        assert.equal(found[0].up, undefined);
        assert.match(
            driftMarkdown("prod", { drifted: found, pending: [], quiet: 0 }),
            /nothing puts it back[^]*`caCertIdentifier`: `"a"` → `"b"`/,
        );
    });

    it("is not what clouds change by themselves", () => {
        const { drifted: found, quiet } = drifted(
            step("update", "db", { latestRestorableTime: [1, 2], allocatedStorage: [20, 30] }),
            step("update", "api", { desiredCount: [2, 7] }, "aws:ecs/service:Service"),
            step(
                "update",
                "run",
                { "terminalConditions[0].lastTransitionTime": [1, 2], latestReadyRevision: ["a", "b"] },
                "gcp:cloudrunv2/service:Service",
            ),
        );
        assert.deepEqual([found, quiet], [[], 5]);
        // The same field of something else is.
        assert.equal(drifted(step("update", "x", { desiredCount: [2, 7] })).drifted.length, 1);
        assert.equal(isNoise("aws:ecs/service:Service", "desiredCountMore"), false);
    });

    it("is neither a default that is spelled out, nor a list in another order, nor nothing in another form", () => {
        const { drifted: found } = drifted(
            step("update", "db", {
                networkType: [undefined, "IPV4"],
                subnets: [
                    ["a", "b"],
                    ["b", "a"],
                ],
                tags: [undefined, {}],
                description: ["", null],
            }),
        );
        assert.deepEqual(found, []);
        assert.equal(
            drifted(
                step("update", "db", {
                    subnets: [
                        ["a", "b"],
                        ["a", "c"],
                    ],
                }),
            ).drifted.length,
            1,
        );
        assert.equal(drifted(step("update", "db", { tags: ["x", undefined] })).drifted.length, 1);
    });

    it("is not what nobody has deployed yet", () => {
        const later = step("update", "db", { instanceClass: ["small", "large"] });
        const both = driftOf(
            { steps: [later, step("create", "new")] },
            { steps: [step("refresh", "db"), later, step("create", "new")] },
        );
        assert.deepEqual([both.drifted, both.pending.map(({ name }) => name)], [[], ["db", "new"]]);
        assert.match(
            driftMarkdown("prod", both),
            /Stack prod is what was deployed\.\n\n<sub>Not deployed yet, and no drift: 2 changes/,
        );
        // What was changed by hand is told beside it.
        const hand = driftOf(
            { steps: [later] },
            {
                steps: [
                    step("update", "db", { multiAz: [true, false] }),
                    step("update", "db", { instanceClass: ["small", "large"], multiAz: [false, true] }),
                ],
            },
        );
        assert.deepEqual(
            hand.drifted.map(({ properties }) => properties.map(({ path }) => path)),
            [["multiAz"]],
        );
    });

    it("is told also of what is to change anyway", () => {
        const bare = (op: string, size: number, was: number): Step => ({
            op,
            urn: urn("db"),
            oldState: { inputs: { size, other: was } },
            newState: { inputs: { size: 9, other: was } },
            diffReasons: ["size"],
        });
        const { drifted: found } = driftOf(
            { steps: [bare("update", 1, 1)] },
            { steps: [bare("refresh", 1, 1), bare("update", 1, 2)] },
        );
        assert.deepEqual(
            found.map(({ properties, up }) => [properties, up]),
            [[[{ path: "other", was: 1, is: 2 }], "update"]],
        );
    });

    it("is bounded in words", () => {
        const many = Array.from({ length: 300 }, (_, index) =>
            step("update", `db-${index}`, { engine: ["x".repeat(500), "y".repeat(500)] }),
        );
        const text = driftMarkdown("prod", drifted(...many));
        assert.ok(text.length < 60_000);
        assert.match(text, /- and 200 more\n/);
    });
});

describe("The noise of a refresh", () => {
    it("is of types and fields that there are", () => {
        for (const { type, fields } of noise) {
            const [name, path, kind] = type.split(":");
            const folder = join(root, "node_modules/@pulumi", name, path.split("/")[0]);
            const file = readdirSync(folder).find(
                (each) =>
                    each.endsWith(".js") &&
                    readFileSync(join(folder, each), "utf8").includes(`__pulumiType = '${type}'`),
            );
            assert.ok(file, `${type} (${kind})`);
            const types = readFileSync(join(folder, file.replace(/\.js$/, ".d.ts")), "utf8");
            for (const field of fields) assert.match(types, new RegExp(`readonly ${field}: `), `${type}: ${field}`);
        }
    });

    it("is what the runbook lists", () => {
        const runbook = readFileSync(join(root, "docs/runbook.md"), "utf8");
        for (const why of Object.values(reasons))
            assert.ok(runbook.replaceAll(/\s+/g, " ").includes(why.slice(1)), why);
        for (const { fields } of noise) for (const field of fields) assert.ok(runbook.includes(`\`${field}\``), field);
    });
});

describe("The nightly look at a stack", function () {
    this.timeout(60_000);
    let repository: Repository;
    before(async () => (repository = await shop()));
    after(() => repository.remove());
    const jobs = () => repository.workflow("drift").jobs;
    const asked = () => join(repository.folder, "asked");

    /** @param refreshed what `pulumi preview --refresh` prints */
    function look(refreshed: Digest | string, code = 0, vars: Record<string, string> = {}): Ran {
        writeFileSync(asked(), "");
        writeFileSync(
            join(repository.folder, "refreshed.json"),
            typeof refreshed === "string" ? refreshed : JSON.stringify(refreshed),
        );
        return runJob(jobs()["drift-prod"], {
            workspace: repository.folder,
            env: { ASKED: asked() },
            needs: { ready: { result: "success", outputs: { aws: "true" } } },
            vars: { AWS_DEPLOY_ROLE: "arn:deploy", ...vars },
            skip: ["Packages"],
            commands: {
                pulumi: `echo "$*" >> "$ASKED"; case "$*" in *--refresh*) cat refreshed.json; exit ${code} ;; *) echo '{"steps":[]}' ;; esac`,
            },
        });
    }
    const issue = (outputs: Record<string, string>, open: object[] = []): string[] => {
        writeFileSync(asked(), "");
        const { failed } = runJob(jobs()["issue-prod"], {
            workspace: repository.folder,
            env: { ASKED: asked() },
            needs: { "drift-prod": { result: "success", outputs } },
            commands: {
                gh: `echo "$*" >> "$ASKED"; case "$*" in "issue list"*) echo '${JSON.stringify(open)}' ;; esac`,
            },
        });
        assert.equal(failed, false);
        return readFileSync(asked(), "utf8").trim().split("\n").slice(1);
    };
    const change = {
        steps: [step("update", "db", { multiAz: [true, false] }), step("update", "db", { multiAz: [false, true] })],
    };

    it("opens one issue with what is another, keeps it up to date, and closes it", () => {
        const { failed, outputs, steps, summary } = look(change);
        assert.equal(failed, false, JSON.stringify(steps));
        assert.equal(outputs.drifted, "true");
        assert.match(summary, /`multiAz`: `true` → `false`/);
        assert.match(issue(outputs).at(-1)!, /^issue create .*--title Drift of stack prod --body-file issue\.md$/);
        assert.match(
            repository.read("issue.md"),
            /rds\.Instance `db` was changed; the next `up`: update\n {2}- `multiAz`: `true` → `false`/,
        );
        const there = [{ number: 9, title: "Drift of stack prod" }];
        assert.deepEqual(issue(outputs, there), ["issue edit 9 --repo acme/shop --body-file issue.md"]);
        const quiet = look({ steps: [step("refresh", "db")] });
        assert.equal(quiet.outputs.drifted, "false");
        assert.deepEqual(issue(quiet.outputs, there), ["issue close 9 --repo acme/shop --comment It is over."]);
        assert.deepEqual(issue(quiet.outputs), []);
    });

    it("changes nothing: it previews, twice, with variables of the stack's own before the repository's", () => {
        const { steps } = look(change);
        assert.deepEqual(readFileSync(asked(), "utf8").trim().split("\n"), [
            "preview --stack prod --json --non-interactive",
            "preview --stack prod --json --refresh --non-interactive",
        ]);
        const signed = JSON.parse(steps["aws-actions/configure-aws-credentials"].output) as Record<string, string>;
        assert.equal(signed["role-to-assume"], "arn:deploy");
        const own = look(change, 0, { AWS_DEPLOY_ROLE_PROD: "arn:of-prod" });
        assert.match(own.steps["aws-actions/configure-aws-credentials"].output, /"role-to-assume":"arn:of-prod"/);
        const checkedOut = JSON.parse(steps["actions/checkout"].output) as Record<string, string>;
        assert.equal(checkedOut.ref, "main");
    });

    it("fails where nobody can look, and says why", async () => {
        const broken = look({ diagnostics: [{ severity: "error", message: "the stack is locked" }] }, 255);
        assert.equal(broken.failed, true);
        assert.match(broken.steps["What is another than the code says"].output, /the stack is locked/);
        assert.equal(look("no JSON").failed, true);
        assert.equal((await twinstack(["pipeline", "drift"], repository.folder)).status, 2);
    });
});
