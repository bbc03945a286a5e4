import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { parse } from "yaml";

import { gatesOf, longest, reviewMarkdown, verdictOf, type StackReview } from "../../pipeline/review";
import { root, twinstack } from "../twinstack";
import { runJob, type Given, type Ran } from "./runner";
import { shop, shopApp, type Repository } from "./world";

/** What dorny/paths-filter asks by. */
// eslint-disable-next-line @typescript-eslint/no-require-imports
const picomatch = require("picomatch") as (pattern: string, options: { dot: boolean }) => (file: string) => boolean;

describe("A check of a pull request", function () {
    this.timeout(120_000);
    let repository: Repository;
    before(async () => (repository = await shop({ stacks: ["dev"] })));
    after(() => repository.remove());
    const check = () => repository.workflow("check");

    /** The review's job, as for pull request 12 that is merged into what is there. */
    function review(more: Partial<Given> = {}): Ran {
        return runJob(check().jobs.review, {
            workspace: repository.folder,
            github: { event_name: "pull_request", event: { pull_request: { number: 12 } } },
            actions: { packages: { "cache-hit": "true" } },
            ...more,
        });
    }
    const change = (files: Record<string, string>, more?: Partial<Given>) => {
        repository.git("reset", "--quiet", "--hard", "main");
        repository.git("clean", "--quiet", "--force", "-d", "-x", "--exclude=node_modules");
        repository.write(files).commit();
        return review(more);
    };
    before(() => {
        repository.git("branch", "--quiet", "merge");
        repository.git("checkout", "--quiet", "merge");
    });

    it("says what a change does to every stack, what that costs, and leaves it for whoever comments", () => {
        const dev = repository.read("Pulumi.dev.yaml");
        const { failed, steps, summary } = change({
            "apps/shop.ts": shopApp("", 0.5),
            "Pulumi.dev.yaml": `${dev}  twinstack:monthlyBudget: 1000\n`,
            "Pulumi.eu.yaml": dev.replace("us-east-1", "eu-west-1"),
        });
        assert.equal(failed, false, JSON.stringify(steps, null, 1));
        assert.equal(steps.Packages.skipped, true);
        const comment = repository.read("review/comment.md");
        assert.equal(repository.read("review/number"), "12");
        assert.equal(summary, comment);
        for (const title of ["dev: shop on AWS in dev", "prod: shop on AWS in prod"])
            assert.ok(comment.includes(`### ${title}\n`), title);
        assert.match(comment, /0 created, 1 changed, 1 replaced, 0 deleted, \d+ unchanged/);
        assert.match(comment, /- replace ecs\.TaskDefinition `shop-dev-web`: .*`cpu`/);
        assert.match(comment, /\*\*-\$\d+\.\d\d\*\* a month \(-\d+\.\d %\): \$[\d.]+ → \*\*\$[\d.]+\*\*/);
        assert.match(comment, /: within the budget of \$1,000\.00\.\n/);
        // A stack that the base has not got is shown as it is.
        assert.match(
            comment,
            /### eu: shop on AWS in dev\n\n\*\*\$[\d.]+\*\* a month\. Nothing to compare with:\n\n```text\n[^`]*no stack "eu"/,
        );
        assert.doesNotMatch(comment, /⚠️/);
    });

    it("says what is noticed of a change while it is made", () => {
        change({
            "apps/shop.ts": shopApp()
                .replace('health: { path: "/" }', 'health: { path: "/ready" }')
                .replace('path: "/" }]', 'path: "/*" }]'),
        });
        const comment = repository.read("review/comment.md");
        assert.match(
            comment,
            /- update lb\.TargetGroup `shop-dev-lb-web`: `healthCheck\.path` ⚠️ the tasks that run are asked this at once/,
        );
    });

    it("finds no change where there is none, images that are built among it", () => {
        // The first time, with packages that are new.
        const npm =
            'mkdir -p node_modules/x; echo 1 > node_modules/x/a.js; echo 1 > node_modules/x/a.d.ts; echo "npm $*"';
        const { failed, steps } = change({ "README.md": "# another text\n" }, { actions: {}, commands: { npm } });
        assert.equal(failed, false, JSON.stringify(steps));
        assert.match(steps.Packages.output, /^npm ci /);
        assert.deepEqual(readdirSync(join(repository.folder, "node_modules/x")), ["a.js"]);
        assert.equal(repository.read("review/comment.md").match(/No resource changes\./g)?.length, 2);
    });

    it("fails where a configuration is wrong, and says where; the other stacks are looked at all the same", () => {
        const prod = repository.read("Pulumi.prod.yaml").replace(/twinstack:domain: .*/, "");
        const { failed, steps } = change({ "Pulumi.prod.yaml": prod });
        assert.equal(failed, true);
        assert.equal(steps["Plan, difference, cost, budget"].status, 2);
        assert.equal(steps["Keep the result"].status, 0);
        const comment = repository.read("review/comment.md");
        assert.match(comment, /### prod: invalid\n\n```text\n.*Pulumi\.prod\.yaml: twinstack:domain/s);
        assert.match(comment, /### dev: shop on AWS in dev\n\nNo resource changes/);
    });

    it("fails where an app does not parse, and says where", async () => {
        repository.git("reset", "--quiet", "--hard", "main");
        repository.write({ "apps/shop.ts": "export const shop = {\n" });
        const bin = join(root, "cli/bin.js");
        const { status, stdout } = spawnSync(
            process.execPath,
            [bin, "pipeline", "review", "--base", "HEAD", "--stack", "dev"],
            {
                cwd: repository.folder,
                encoding: "utf8",
            },
        );
        assert.equal(status, 2);
        assert.match(stdout, /### dev: invalid\n\n```text\n.*apps\/shop\.ts:2/s);
    });

    it("is a gate for budgets, and for data that would be lost", () => {
        repository.git("checkout", "--quiet", "main");
        repository
            .write({ "apps/shop.ts": shopApp('databases: { db: { engine: "postgres" } },') })
            .commit("a database");
        repository.git("checkout", "--quiet", "merge");
        const { failed, steps } = change({
            "apps/shop.ts": shopApp(),
            "Pulumi.dev.yaml": `${repository.read("Pulumi.dev.yaml")}  twinstack:monthlyBudget: 1\n`,
        });
        assert.equal(failed, true);
        assert.equal(steps["Plan, difference, cost, budget"].status, 3);
        const comment = repository.read("review/comment.md");
        assert.match(
            comment,
            /## ⚠️ Look at this first\n\n- dev: \$[\d.]+ a month on AWS: \$[\d.]+ beyond the budget of \$1\.00\n(- dev: deletes .*\n)*- dev: deletes rds\.Instance `shop-dev-db`, and with it the database\n/,
        );
    });

    it("asks for a base that there is", async () => {
        const { status, stderr } = await twinstack(["pipeline", "review", "--base", "nowhere"], repository.folder);
        assert.equal(status, 2);
        assert.match(stderr, /--base\n {2}found {4}"nowhere"\n {2}allowed {2}a git revision/);
    });

    it("passes only where everything has passed or had nothing to do", () => {
        const { passed } = check().jobs;
        const needed = passed.needs as string[];
        assert.deepEqual(
            needed.sort(),
            Object.keys(check().jobs)
                .filter((id) => id !== "passed")
                .sort(),
        );
        const ends = (results: string[]) =>
            runJob(passed, {
                workspace: repository.folder,
                needs: Object.fromEntries(results.map((result, index) => [`job${index}`, { result }])),
            });
        assert.equal(ends(["success", "skipped"]).failed, false);
        for (const bad of ["failure", "cancelled"]) assert.equal(ends(["success", bad, "success"]).failed, true);
        assert.equal(ends(["failure"]).wanted, true);
    });

    it("tests what changed, and nothing else", () => {
        const { jobs } = check();
        const step = jobs.changes.steps![0];
        const filters = parse(String(step.with!.filters)) as Record<string, string[]>;
        assert.equal(step.with!["predicate-quantifier"], "every");
        /** As dorny/paths-filter asks. */
        const found = (file: string) =>
            Object.keys(filters).filter((name) =>
                filters[name].every((pattern) => picomatch(pattern, { dot: true })(file)),
            );
        assert.deepEqual(found("web/main.go"), ["web"]);
        assert.deepEqual(found("apps/shop.ts"), ["project"]);
        assert.deepEqual(found("Pulumi.prod.yaml"), ["project"]);
        assert.deepEqual(found("web/README.md"), []);
        assert.deepEqual(found("docs/flow.md"), []);
        assert.deepEqual(found(".github/workflows/twinstack-check.yaml"), ["project", "web"]);
        const wanted = (outputs: Record<string, string>) =>
            Object.entries(jobs)
                .filter(([id, job]) => {
                    if (["changes", "review", "passed"].includes(id)) return false;
                    const bare = { ...job, steps: [] };
                    return runJob(bare, {
                        workspace: repository.folder,
                        needs: { changes: { result: "success", outputs } },
                    }).wanted;
                })
                .map(([id]) => id);
        assert.deepEqual(wanted({ project: "false", web: "true" }), ["test-web", "image-web"]);
        assert.deepEqual(wanted({ project: "true", web: "false" }), ["project-typecheck"]);
        // Of a push nobody says what changed: all of it is tested.
        assert.deepEqual(wanted({}), ["project-typecheck", "test-web", "image-web"]);
    });
});

describe("Tests of a program, by what is in its folder", function () {
    this.timeout(120_000);
    let repository: Repository;
    const names = ["script", "node", "go", "python"];
    const tested = (body: string) => `package g\n\nimport "testing"\n\nfunc TestG(t *testing.T) { ${body} }\n`;
    before(async () => {
        repository = await shop({
            files: {
                ...Object.fromEntries(names.map((name) => [`programs/${name}/Dockerfile`, "FROM scratch\n"])),
                "programs/script/test.sh": "#!/bin/sh\necho by the script\n",
                "programs/script/package.json": "{",
                "programs/node/package.json": JSON.stringify({
                    name: "n",
                    scripts: { test: "node -e 'console.log(6*7)'", lint: "echo linted" },
                }),
                "programs/node/package-lock.json": JSON.stringify({
                    name: "n",
                    lockfileVersion: 3,
                    packages: { "": { name: "n" } },
                }),
                "programs/go/go.mod": "module example.com/g\n\ngo 1.22\n",
                "programs/go/g_test.go": tested(""),
                "programs/requirements-dev.txt": "",
                "programs/python/requirements.txt": "",
                "programs/python/tests/test_it.py": "def test_it():\n    assert 6 * 7 == 42\n",
            },
            app: `export const shop = { name: "shop", services: {
${names.map((name) => `    ${name}: { image: { context: "programs/${name}" }, ports: { http: 8080 }, health: { path: "/" }, routes: [{ path: "/${name}" }] },`).join("\n")}
} };
`,
        });
    });
    after(() => repository.remove());
    const job = (name: string, given: Partial<Given> = {}) =>
        runJob(repository.workflow("check").jobs[name], {
            workspace: repository.folder,
            needs: { changes: { result: "success", outputs: {} } },
            ...given,
        });

    it("is its own test.sh where there is one", () => {
        const { failed, steps } = job("test-programs-script");
        assert.equal(failed, false);
        assert.match(steps.Tests.output, /by the script/);
    });

    it("is what package.json says", () => {
        const { failed, steps } = job("test-programs-node");
        assert.equal(failed, false, JSON.stringify(steps));
        assert.match(steps["Lint, types and tests"].output, /linted.*42/s);
    });

    it("is Go's", function () {
        const { failed, steps } = job("test-programs-go");
        if (steps["Vet and test"].status === 127) return this.skip();
        assert.equal(failed, false, JSON.stringify(steps));
        assert.match(steps["Vet and test"].output, /ok\s+example\.com\/g/);
        repository.write({ "programs/go/g_test.go": tested("t.Fail()") });
        assert.equal(job("test-programs-go").failed, true);
    });

    it("is pytest, with requirements of the folders above", () => {
        // What is installed is not asked here; that it is asked for is.
        const asked = join(repository.folder, "asked");
        const python = `echo "$*" >> ${asked}; case "$*" in *"pytest --version") exit 1 ;; *"-m pytest") exec python3 -c 'import sys; sys.path.insert(0, "tests"); import test_it; test_it.test_it(); print("1 passed")' ;; esac`;
        const { failed, steps } = job("test-programs-python", { commands: { python } });
        assert.equal(failed, false, JSON.stringify(steps));
        assert.match(steps.Tests.output, /1 passed/);
        assert.deepEqual(readFileSync(asked, "utf8").trim().split("\n"), [
            "-m pip install --disable-pip-version-check -r requirements.txt",
            "-m pip install --disable-pip-version-check -r ../requirements-dev.txt",
            "-m pytest --version",
            "-m pip install --disable-pip-version-check pytest",
            "-m pytest",
        ]);
    });

    it("runs the project's own scripts", () => {
        const tsc = 'case "$*" in "run typecheck") echo typed ;; *) exit 9 ;; esac';
        const { failed, steps } = job("project-typecheck", {
            commands: { npm: tsc },
            actions: { packages: { "cache-hit": "true" } },
        });
        assert.equal(failed, false);
        assert.match(steps.typecheck.output, /typed/);
        // Packages come from the lock file alone.
        const fresh = job("project-typecheck", { commands: { npm: 'echo "npm $*"' } });
        assert.match(fresh.steps.Packages.output, /^npm ci /);
    });
});

describe("The text of a review", () => {
    const invalid: StackReview = { stack: "dev", invalid: "services.web\n```\nfound nothing" };

    it("shows what others wrote as it is", () => {
        assert.match(reviewMarkdown("abc", [invalid]), /````text\nservices\.web\n```\nfound nothing\n````\n/);
        assert.equal(verdictOf([invalid]), 2);
        assert.deepEqual(gatesOf(invalid), ["dev: the configuration is wrong"]);
        assert.equal(verdictOf([]), 0);
    });

    it("is never longer than a comment", () => {
        const many = Array.from({ length: 50 }, (_, index): StackReview => ({
            stack: `s${index}`,
            invalid: "x".repeat(5000),
        }));
        const text = reviewMarkdown("abc", many);
        assert.ok(text.length < 65_000 && text.length > longest);
        assert.match(text, /… and more: see the run of this check\.\n$/);
    });
});
