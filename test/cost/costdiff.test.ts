import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

import type { History } from "../../cli/history";
import { costDiff, type CostDiff } from "../../cost/costdiff";
import { estimate } from "../../cost/estimate";
import { diffMarkdown } from "../../cost/markdown";
import { usageOf } from "../../cost/usage";
import { stackFor, planFor } from "../plan/stacks";
import { close, costOfLines, line, tokyo } from "./figures";

const root = resolve(__dirname, "../..");
const names = { before: "main", after: "the working tree" };

describe("A change of cost", () => {
    const before = costOfLines("aws", [
        line("Service", "aws.fargate.x86.vcpu_hour", 365, 0.05, { item: "vCPU" }),
        line("Network", "aws.nat.hour", 730, 0.062, { item: "NAT gateway" }),
    ]);
    const after = costOfLines("aws", [
        line("Service", "aws.fargate.x86.vcpu_hour", 730, 0.05, { item: "vCPU" }),
        line("Dns", "aws.route53.zone_month", 1, 0.5, { item: "Hosted zone" }),
    ]);

    it("is known per role, in total and by line, the largest first", () => {
        const { monthly, roles, lines } = costDiff(before, after, names);
        assert.deepEqual(
            roles.map(({ role, before, after }) => [role, before, after]),
            [
                ["Service", 18.25, 36.5],
                ["Network", 45.26, 0],
                ["Dns", 0, 0.5],
            ],
        );
        close(monthly.difference, 36.5 + 0.5 - 18.25 - 45.26);
        assert.deepEqual(
            lines.map(({ item }) => item),
            ["NAT gateway", "vCPU", "Hosted zone"],
        );
    });

    it("is of what resources mean, not of the stack's name in theirs", () => {
        const other = costOfLines(
            "aws",
            before.lineItems.map((one) => ({ ...one, resource: "todo-prod-it" })),
            { stack: "prod" },
        );
        assert.deepEqual(costDiff(before, other, names).lines, []);
    });

    it("tells which usage is not the same, and what else there is to know", () => {
        const more = { ...after, usage: { ...after.usage, monthlyRequests: 5e6, monthlyLogGb: 2 } };
        const diff = costDiff(before, more, { ...names, notes: ["A note."] });
        assert.deepEqual(diff.usage, [
            { quantity: "monthly_requests", before: before.usage.monthlyRequests, after: 5e6 },
            { quantity: "monthly_log_gb", before: undefined, after: 2 },
        ]);
        assert.match(
            diffMarkdown(diff),
            /each with its own traffic: monthly_requests 100,000 → 5,000,000, monthly_log_gb – → 2\. A note\./,
        );
    });

    it("tells what has no price now", () => {
        const reason = { type: "a:b/c:C", resource: "todo-dev-c", role: "C", service: "c", reason: "no price" };
        const more = { ...after, unpriced: [reason], atLeast: true };
        assert.deepEqual(costDiff(before, more, names).unpriced, [reason]);
        assert.deepEqual(costDiff(more, more, names).unpriced, []);
        assert.match(
            diffMarkdown(costDiff(before, more, names)),
            /\*\*≥ -\$26\.51\*\* a month: .*each at least: .*Unpriced: `todo-dev-c`/s,
        );
    });

    it("concludes nothing of a role, nor of the total, that a price could overturn which is missing", () => {
        const hole = { type: "a:b/c:C", resource: "todo-dev-c", role: "Service", service: "c", reason: "no price" };
        const without = { ...after, unpriced: [hole], atLeast: true };
        const said = (of: CostDiff) => of.roles.map((role) => [role.role, role.saidBefore, role.saidAfter, role.said]);
        const [now, then] = [costDiff(before, without, names), costDiff(without, before, names)];
        assert.deepEqual(said(now)[0], ["Service", "$18.25", "≥ $36.50", "≥ +$18.25"]);
        assert.deepEqual(said(then)[0], ["Service", "≥ $36.50", "$18.25", "≤ -$18.25"]);
        assert.deepEqual([now.unpricedBefore, then.unpriced, then.unpricedBefore], [[], [], [hole]]);
        assert.match(
            diffMarkdown(then),
            /\| Service \|[^|]*≥ \$36\.50 \|[^\n]*≤ -\$18\.25[^]*Unpriced before: `todo-dev-c`/,
        );
        // A role that has nothing but what lacks a price is there all the same.
        const alone = costDiff(before, { ...before, unpriced: [{ ...hole, role: "Cache" }], atLeast: true }, names);
        assert.deepEqual(said(alone).at(-1), ["Cache", "$0.00", "≥ $0.00", "≥ $0.00"]);
        assert.ok(!/no change/.test(diffMarkdown(alone)));
        const full = { ...after, beyondCapacity: true };
        const beyond = costDiff(before, full, names).monthly;
        assert.deepEqual([beyond.said, beyond.saidAfter], ["open", "beyond scale.max"]);
    });

    it("reads as a comment on a pull request", () => {
        const text = diffMarkdown(costDiff(before, after, names));
        assert.match(
            text,
            /^### Cost of todo on AWS in dev\n\n\*\*-\$26\.51\*\* a month \(-41\.7 %\): \$63\.51 → \*\*\$37\.00\*\*/,
        );
        assert.match(text, /\| Network \| \$45\.26 \| \$0\.00 \| -\$45\.26 \|/);
        assert.match(text, /\| \*\*Total\*\* \| \*\*\$63\.51\*\* \| \*\*\$37\.00\*\* \| \*\*-\$26\.51\*\* \|/);
        assert.match(
            text,
            /<sub>From main to the working tree\. Both at today's list prices, with the same traffic\.<\/sub>/,
        );
        assert.match(diffMarkdown(costDiff(before, before, names)), /no change: \*\*\$63\.51\*\* a month\n\n<sub>/);
    });

    it("of one NAT gateway is its hours, its address and its data, less the task's address", async () => {
        const usage = usageOf(stackFor("aws", "dev").app);
        const none = estimate(await planFor("aws", "dev"), usage);
        const single = estimate(await planFor("aws", "dev", { network: { nat: "single" } }), usage);
        const { monthly, roles } = costDiff(none, single, names);
        close(monthly.difference, 730 * tokyo("aws.nat.hour") + usage.monthlyNatGb * tokyo("aws.nat.gb"));
        close(
            roles.reduce((sum, { difference }) => sum + difference, 0),
            monthly.difference,
        );
    });
});

describe("twinstack cost diff", function () {
    this.timeout(120_000);
    let folder: string;
    const git = (...args: string[]) =>
        execFileSync("git", ["-c", "user.name=test", "-c", "user.email=test@example.com", ...args], {
            cwd: folder,
            encoding: "utf8",
        });
    const twinstack = (...args: string[]) => {
        const { status, stdout, stderr } = spawnSync(process.execPath, [join(folder, "cli/bin.js"), ...args], {
            cwd: folder,
            encoding: "utf8",
            env: { ...process.env, NO_COLOR: "1" },
        });
        return { status, stdout, stderr };
    };

    // A repository of its own: the project as it is, committed, and then changed.
    before(() => {
        folder = mkdtempSync(join(tmpdir(), "twinstack-"));
        const parts = ["apps", "cli", "components", "cost", "plan", "report", "stacks", "topology", "workloads"];
        for (const part of [...parts, "Pulumi.yaml", "Pulumi.dev.yaml", "package.json", "tsconfig.json"])
            cpSync(join(root, part), join(folder, part), { recursive: true });
        writeFileSync(join(folder, ".gitignore"), "node_modules\nbefore.json\n");
        git("init", "--quiet");
        git("add", ".");
        git("commit", "--quiet", "--message", "before");
        symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
        writeFileSync(join(folder, "before.json"), twinstack("plan", "--json").stdout);
        appendFileSync(join(folder, "Pulumi.dev.yaml"), "  twinstack:overrides: { network: { nat: single } }\n");
    });
    after(() => rmSync(folder, { recursive: true }));

    const nat = 730 * tokyo("aws.nat.hour") + 5 * tokyo("aws.nat.gb");

    it("compares a revision, planned by its own program, with the working tree, and leaves nothing behind", () => {
        const { status, stdout, stderr } = twinstack("cost", "diff", "HEAD", "--json");
        assert.equal(status, 0, stderr);
        const diff = JSON.parse(stdout) as CostDiff;
        close(diff.monthly.difference, nat);
        assert.deepEqual([diff.before, diff.after], ["HEAD", "the working tree"]);
        assert.deepEqual([diff.usage, diff.notes], [[], []]);
        assert.equal(git("worktree", "list").trim().split("\n").length, 1);
        assert.equal(git("status", "--porcelain").trim(), "M Pulumi.dev.yaml");
    });

    it("compares a saved plan, as Markdown, and holds what is after it to the budget", () => {
        appendFileSync(join(folder, "Pulumi.dev.yaml"), "  twinstack:monthlyBudget: 1\n");
        const { status, stdout, stderr } = twinstack("cost", "diff", "before.json", "--markdown", "--check");
        assert.equal(status, 3, stderr);
        assert.ok(stdout.includes(`**+$${nat.toFixed(2)}** a month`), stdout);
        assert.match(stdout, /before\.json does not say its traffic: it is the working tree's\./);
        assert.match(stderr, /over budget/);
    });

    it("prices a revision for the traffic of its own stack file", () => {
        const file = join(folder, "Pulumi.dev.yaml");
        const dev = readFileSync(file, "utf8");
        try {
            writeFileSync(
                file,
                dev.replace("{ nat: single } }", "{ nat: single }, traffic: { monthlyRequests: 3000000 } }"),
            );
            const { status, stdout, stderr } = twinstack("cost", "diff", "HEAD", "--json");
            assert.equal(status, 0, stderr);
            const diff = JSON.parse(stdout) as CostDiff;
            assert.deepEqual(diff.usage, [{ quantity: "monthly_requests", before: 100_000, after: 3_000_000 }]);
            assert.deepEqual(diff.notes, []);
            assert.ok(diff.monthly.difference > nat + 1, String(diff.monthly.difference));
        } finally {
            writeFileSync(file, dev);
        }
    });

    it("tells from revision to revision what the total was, and which does not run any more", function () {
        this.timeout(300_000);
        const commit = (message: string) => git("commit", "--quiet", "--all", "--message", message);
        const file = join(folder, "apps/todo.ts");
        const todo = readFileSync(file, "utf8");
        commit("one NAT gateway");
        writeFileSync(file, `${todo}\nthrow new Error("halfway");\n`);
        commit("halfway");
        writeFileSync(file, todo);
        commit("mended");
        appendFileSync(join(folder, "README.md"), "Text changes no total.\n");
        git("add", "README.md");
        commit("words");
        const { status, stdout, stderr } = twinstack("cost", "history", "--json", "--seconds", "240");
        assert.equal(status, 0, stderr);
        const { rows, looked, of, stopped } = JSON.parse(stdout) as History;
        assert.deepEqual([looked, of, stopped], [4, 4, undefined], "words are no revision to look at");
        assert.deepEqual(
            rows.map(({ subject }) => subject),
            ["before", "one NAT gateway", "halfway"],
        );
        assert.match(rows[2].problem!, /^it no longer runs: error: .*halfway/);
        close(rows[1].difference!, nat);
        close(rows[0].monthly! + nat, rows[1].monthly!);
        assert.match(stderr, /1 of 4, \d+ s left/);
        // The newest first, so that a limit leaves the oldest out, and says so.
        const last = JSON.parse(twinstack("cost", "history", "--json", "--last", "1").stdout) as History;
        assert.deepEqual([last.looked, last.of, last.stopped], [1, 4, "--last 1"]);
        const none = twinstack("cost", "history", "--last", "0");
        assert.equal(none.status, 2);
        assert.match(none.stderr, /--last\n +found +"0"\n +allowed +a whole number from 1/);
    });

    it("refuses what is no plan and no revision, and another cloud's plan", () => {
        for (const [args, message] of [
            [["nonsense"], /neither a file with a plan .* nor a git revision/],
            [["package.json"], /package\.json is no plan/],
            [["before.json", "--cloud", "gcp"], /twinstack compare/],
            [["--output=x"], /unknown option/],
        ] as const) {
            const { status, stderr } = twinstack("cost", "diff", ...args);
            assert.equal(status, 2, stderr);
            assert.match(stderr, message);
        }
    });
});
