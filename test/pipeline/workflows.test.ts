import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { delimiter, join } from "node:path";

import { apps } from "../../apps";
import { gather } from "../../cli/pipeline-project";
import { githubFiles, workflowFolder } from "../../pipeline/github";
import { actions } from "../../pipeline/github/actions";
import { invoked } from "../../cli/selection";
import { clouds } from "../../topology/app";
import { root, twinstack } from "../twinstack";
import { parsed, type ParsedWorkflow } from "./runner";
import { shop, type Repository } from "./world";

/** Where go and pip put what .ci/run installs. */
const PATH = [process.env.PATH, join(homedir(), "go/bin"), join(homedir(), ".local/bin")].join(delimiter);

/** Every workflow that the command writes, by where it would be: for each app on each cloud, for a project in a folder, and our own. */
async function everyWorkflow(): Promise<Record<string, string>> {
    const all: Record<string, string> = {};
    invoked();
    for (const app of Object.keys(apps))
        for (const cloud of clouds)
            for (const [file, text] of Object.entries(githubFiles(gather({ app, cloud }).project)))
                all[`${app}-${cloud}/${file}`] = text;
    const inFolder = await shop({ project: "infra" });
    try {
        for (const file of readdirSync(join(inFolder.folder, workflowFolder)))
            all[`in-a-folder/${file}`] = inFolder.read(`${workflowFolder}/${file}`);
    } finally {
        inFolder.remove();
    }
    for (const file of readdirSync(join(root, workflowFolder)))
        all[`own/${file}`] = readFileSync(join(root, workflowFolder, file), "utf8");
    return all;
}

describe("The workflows", function () {
    this.timeout(120_000);
    let all: Record<string, string>;
    let workflows: [string, ParsedWorkflow][];
    before(async () => {
        all = await everyWorkflow();
        workflows = Object.entries(all).map(([file, text]) => [file, parsed(text)]);
    });

    it("of this repository are those that the command writes, and one that is ours alone", async () => {
        const { status, stdout, stderr } = await twinstack(["pipeline", "github", "--check"]);
        assert.equal(status, 0, stdout + stderr);
        const foreign = readdirSync(join(root, workflowFolder)).filter((file) => !file.startsWith("twinstack-"));
        assert.deepEqual(foreign, ["own.yaml"]);
    });

    it("may do nothing but what a job says, and run nobody else's code with rights", () => {
        for (const [file, { on, permissions, jobs }] of workflows) {
            assert.deepEqual(permissions, {}, file);
            assert.ok(!Object.hasOwn(on, "pull_request_target"), file);
            for (const [id, job] of Object.entries(jobs)) assert.ok(job.permissions, `${file}: ${id}`);
            if (!Object.hasOwn(on, "workflow_run")) continue;
            // What runs after a check of anybody's code checks nothing out.
            const steps = Object.values(jobs).flatMap(({ steps }) => steps ?? []);
            assert.ok(!steps.some(({ uses }) => uses?.startsWith("actions/checkout")), file);
        }
    });

    it("check pull requests without rights and without secrets", () => {
        for (const [file, { on, jobs }] of workflows.filter(([file]) => file.endsWith("/twinstack-check.yaml"))) {
            assert.ok(Object.hasOwn(on, "pull_request"), file);
            for (const { permissions } of Object.values(jobs))
                for (const [scope, right] of Object.entries(permissions!))
                    assert.ok(right === "read" && ["contents", "pull-requests"].includes(scope), `${file}: ${scope}`);
            assert.doesNotMatch(all[file], /\bsecrets\.|\bvars\.|id-token|github\.token/);
        }
    });

    it("name actions of others by their commits, with the version beside it", () => {
        const known = new Map<string, string>(
            Object.values(actions).map(([repository, commit, version]) => [`${repository}@${commit}`, version]),
        );
        for (const [file, text] of Object.entries(all))
            for (const [, action, version] of text.matchAll(/uses: (\S+)(?: # (\S+))?$/gm)) {
                if (action.startsWith("./")) continue;
                assert.match(action, /^[\w-]+\/[\w-]+@[0-9a-f]{40}$/, file);
                assert.equal(version, known.get(action), `${file}: ${action}`);
            }
    });

    it("put nothing that somebody wrote into what a shell reads", () => {
        for (const [file, { jobs }] of workflows)
            for (const { steps = [] } of Object.values(jobs))
                for (const { run = "" } of steps) assert.doesNotMatch(run, /\$\{\{/, file);
    });

    describe("for every app on both clouds", () => {
        let folder: string;
        before(() => {
            folder = mkdtempSync(join(tmpdir(), "twinstack-lint-"));
            // Each as in a repository of its own: what they call is beside them.
            for (const [file, text] of Object.entries(all)) {
                const [repository, name] = file.split("/");
                const at = join(folder, repository, workflowFolder);
                mkdirSync(at, { recursive: true });
                writeFileSync(join(at, name), text);
            }
            for (const repository of readdirSync(folder))
                execFileSync("git", ["init", "--quiet"], { cwd: join(folder, repository) });
        });
        after(() => rmSync(folder, { recursive: true }));

        for (const [tool, args] of Object.entries({
            actionlint: ["-no-color", "-oneline"],
            zizmor: ["--offline", "--no-progress", "--color=never", "--quiet", "--persona=regular", "."],
        }))
            it(`are nothing that ${tool} finds a fault in`, function () {
                const there = spawnSync(tool, ["--version"], { env: { ...process.env, PATH } });
                if (there.error) {
                    process.stderr.write(
                        `      skipped: there is no ${tool} on PATH; .ci/run says how it is installed\n`,
                    );
                    return this.skip();
                }
                const findings = (repository: string) => {
                    const { status, stdout, stderr } = spawnSync(tool, args, {
                        cwd: join(folder, repository),
                        encoding: "utf8",
                        env: { ...process.env, PATH },
                    });
                    return status === 0 ? [] : [`${repository}\n${stdout}${stderr}`];
                };
                assert.deepEqual(readdirSync(folder).flatMap(findings), []);
                // It does find what it is asked for.
                const file = join(folder, "in-a-folder", workflowFolder, "twinstack-check.yaml");
                const good = readFileSync(file, "utf8");
                writeFileSync(file, good.replace('echo "$RESULTS"', "echo ${{ github.head_ref }}"));
                assert.match(findings("in-a-folder").join(), /twinstack-check\.yaml:\d+:\d+/);
                writeFileSync(file, good);
            });
    });
});

describe("twinstack pipeline github", function () {
    this.timeout(60_000);
    let repository: Repository;
    before(async () => (repository = await shop({ stacks: ["dev"] })));
    after(() => repository.remove());
    const github = (...args: string[]) => twinstack(["pipeline", "github", ...args], repository.folder);
    const file = ".github/workflows/twinstack-check.yaml";

    it("shows with --check what is another than it would be written", async () => {
        assert.equal((await github("--check")).status, 0);
        const before = repository.read(file);
        repository.write({ [file]: before.replace("timeout-minutes: 10", "timeout-minutes: 90") });
        const { status, stdout, stderr } = await github("--check");
        assert.equal(status, 1);
        assert.match(stdout, /-\s+timeout-minutes: 90\n\+\s+timeout-minutes: 10\n/);
        assert.match(stderr, /twinstack-check\.yaml/);
        const json = JSON.parse((await github("--check", "--json")).stdout) as { same: boolean; files: unknown[] };
        assert.equal(json.same, false);
        assert.ok(
            json.files.some((one) => JSON.stringify(one) === '{"file":"twinstack-check.yaml","state":"changed"}'),
        );
    });

    it("overwrites nothing that was changed by hand or is somebody else's, unless it is told to", async () => {
        const changed = repository.read(file);
        const { status, stderr } = await github();
        assert.equal(status, 2);
        assert.match(stderr, /twinstack-check\.yaml\n {2}found {4}written or changed by hand\n {2}allowed .*--force/);
        assert.equal(repository.read(file), changed);
        assert.equal((await github("--force")).status, 0);
        assert.notEqual(repository.read(file), changed);
        assert.equal((await github("--check")).status, 0);
    });

    it("writes anew, without being told twice, what it has written itself for another project", async () => {
        repository.write({ ".nvmrc": "24\n" });
        assert.equal((await github()).status, 0);
        assert.match(repository.read(file), /node-version-file: \.nvmrc/);
    });

    it("goes by the package manager whose lock file it can install by", async () => {
        repository.write({ "pnpm-lock.yaml": "" });
        const { status, stderr } = await github();
        assert.equal(status, 2);
        assert.match(stderr, /pnpm-lock\.yaml\n {2}found .*\n {2}allowed {2}package-lock\.json/);
        rmSync(join(repository.folder, "pnpm-lock.yaml"));
    });

    it("leaves the account's own stack to a person", async () => {
        repository.write({
            "Pulumi.account.yaml": `config:
  twinstack:app: account
  twinstack:cloud: aws
  twinstack:environment: prod
  twinstack:overrides: { account: { repositories: [acme/shop] } }
  aws:region: us-east-1
`,
        });
        const { status, stderr } = await github("--check");
        assert.equal(status, 0, stderr);
        assert.deepEqual(
            Object.keys(repository.workflow("deploy").jobs).filter((id) => id.startsWith("deploy-")),
            ["deploy-prod"],
        );
        rmSync(join(repository.folder, "Pulumi.account.yaml"));
    });

    it("finds the repository's folder from that of the project", async () => {
        const inFolder = await shop({ project: "infra", stacks: ["dev"] });
        try {
            assert.ok(existsSync(join(inFolder.folder, file)));
            const { jobs } = inFolder.workflow("check");
            assert.equal(jobs.review.defaults?.run["working-directory"], "infra");
            assert.ok(jobs["test-infra-web"]);
        } finally {
            inFolder.remove();
        }
    });
});
