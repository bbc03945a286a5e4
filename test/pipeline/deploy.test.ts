import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { buildTag, forgetBuilds } from "../../components/context";
import { runJob, type Given, type Ran } from "./runner";
import { shop, type Repository } from "./world";

/** Whatever is asked of a service is answered by these, and written down. */
const said = (name: string) => `echo "${name} $*" >> "$ASKED"`;

for (const cloud of ["aws", "gcp"] as const)
    describe(`A deployment on ${cloud}`, function () {
        this.timeout(60_000);
        let repository: Repository;
        before(async () => (repository = await shop({ cloud })));
        after(() => repository.remove());
        const jobs = () => repository.workflow("deploy").jobs;
        const asked = () => join(repository.folder, "asked");
        const ready = {
            ready: { result: "success", outputs: { aws: "true", gcp: "true" } },
            check: { result: "success" },
        };

        /**
         * @param ship what `twinstack ship` prints and answers
         * @param smoke what `twinstack smoke` answers
         */
        function deploy(
            stack: string,
            ship: { state?: string; status?: number; reason?: string } | undefined,
            { smoke = 0, branch = "main", more = {} as Partial<Given> } = {},
        ): Ran {
            writeFileSync(asked(), "");
            const { status = 0, ...json } = ship ?? {};
            return runJob(jobs()[`deploy-${stack}`], {
                workspace: repository.folder,
                env: { ASKED: asked() },
                vars: { PULUMI_BACKEND_URL: "s3://state" },
                secrets: { PULUMI_CONFIG_PASSPHRASE: "a secret" },
                github: { ref: `refs/heads/${branch}` },
                needs: ready,
                commands: {
                    npm: said("npm"),
                    pulumi: `${said("pulumi")}
                        [ "$PULUMI_BACKEND_URL" = s3://state ]
                        case "$*" in
                            "stack output release"*) ${ship ? "echo '{}'" : "exit 1"} ;;
                            "stack output url"*) echo https://shop.example.com ;;
                        esac`,
                    npx: `${said("npx")}
                        case "$*" in
                            *" ship "*) echo '${JSON.stringify(json)}'; exit ${status} ;;
                            *" smoke "*) exit ${smoke} ;;
                        esac`,
                },
                ...more,
            });
        }
        const told = () => readFileSync(asked(), "utf8").trim().split("\n");

        it("is of develop to staging and of main to production, and only when the check has passed", () => {
            const wanted = (stack: string, branch: string, needs: Given["needs"] = ready) =>
                runJob(
                    { ...jobs()[`deploy-${stack}`], steps: [], outputs: {} },
                    {
                        workspace: repository.folder,
                        github: { ref: `refs/heads/${branch}` },
                        needs,
                    },
                ).wanted;
            assert.deepEqual(
                ["develop", "main", "other"].map((branch) => [wanted("staging", branch), wanted("prod", branch)]),
                [
                    [true, false],
                    [false, true],
                    [false, false],
                ],
            );
            assert.equal(wanted("prod", "main", { ...ready, check: { result: "failure" } }), false);
            assert.equal(
                wanted("prod", "main", { ready: { result: "success", outputs: { [cloud]: "false" } } }),
                false,
            );
            assert.equal(jobs()["deploy-prod"].environment?.name, "production");
            assert.equal(jobs()["deploy-staging"].environment?.name, "staging");
            for (const stack of ["staging", "prod"])
                assert.deepEqual(jobs()[`deploy-${stack}`].concurrency, {
                    group: `twinstack-deploy-${stack}`,
                    "cancel-in-progress": false,
                });
        });

        it("builds for staging, and takes to production what staging has run", () => {
            assert.equal(deploy("staging", { state: "released" }, { branch: "develop" }).failed, false);
            assert.ok(told().includes("npx --no twinstack ship --stack staging --yes --json"));
            const { failed, steps, summary } = deploy("prod", { state: "released" });
            assert.equal(failed, false, JSON.stringify(steps));
            assert.deepEqual(
                told().filter((line) => !line.startsWith("npm")),
                [
                    "pulumi stack output release --stack prod",
                    "npx --no twinstack ship --stack prod --from staging --yes --json",
                    "pulumi stack output url --stack prod",
                    "npx --no twinstack smoke --stack prod --retries 15",
                ],
            );
            assert.match(summary, /^released/);
            assert.equal(steps["Take it back"].skipped, true);
            // Whoever says so builds for production, and so does whose accounts are apart.
            for (const more of [
                { inputs: { build: true } },
                { vars: { PROMOTE_FROM: "none", PULUMI_BACKEND_URL: "s3://state" } },
            ]) {
                deploy("prod", { state: "released" }, { more });
                assert.ok(told().includes("npx --no twinstack ship --stack prod --yes --json"));
            }
        });

        it("takes back what is shipped and does not answer, and fails", () => {
            const { failed, steps } = deploy("prod", { state: "released" }, { smoke: 1 });
            assert.equal(failed, true);
            assert.equal(steps["Take it back"].status, 0);
            assert.equal(told().at(-1), "npx --no twinstack rollback --stack prod --yes");
        });

        it("takes back nothing that a ship has taken back itself, or has not begun", () => {
            for (const [state, status] of [
                ["returned", 1],
                ["refused", 3],
                ["stuck", 1],
            ] as const) {
                const { failed, steps, summary } = deploy("prod", { state, status, reason: "it is no good" });
                assert.equal(failed, true);
                assert.equal(steps["Take it back"].skipped, true);
                assert.equal(steps.Smoke.skipped, true);
                assert.match(summary, new RegExp(`^${state}[^]*it is no good`));
            }
            // Nor what an update made, of which nobody knows what was before.
            const { steps } = deploy("prod", { state: "nothing" }, { smoke: 1 });
            assert.equal(steps["Take it back"].skipped, true);
        });

        it("brings a stack up that was never up, and updates what is no image's", () => {
            const first = deploy("prod", undefined);
            assert.equal(first.failed, false, JSON.stringify(first.steps));
            assert.ok(told().includes("pulumi up --stack prod --yes --non-interactive"));
            assert.ok(!told().some((line) => line.includes("ship")));
            deploy("prod", { state: "nothing" });
            assert.deepEqual(told().slice(-5, -2), [
                "pulumi stack export --stack prod --file state.json",
                "npx --no twinstack diff --stack prod --against-state state.json",
                "pulumi up --stack prod --yes --non-interactive",
            ]);
        });

        it("signs in by OpenID Connect as who may deploy, in the stack's region", () => {
            const { steps } = deploy(
                "prod",
                { state: "released" },
                {
                    more: {
                        vars: {
                            PULUMI_BACKEND_URL: "s3://state",
                            AWS_DEPLOY_ROLE: "arn:deploy",
                            GCP_DEPLOY_ACCOUNT: "deploy@p",
                            GCP_WORKLOAD_IDENTITY_PROVIDER: "pool",
                        },
                    },
                },
            );
            const [action, given] =
                cloud === "aws"
                    ? [
                          "aws-actions/configure-aws-credentials",
                          { "role-to-assume": "arn:deploy", "aws-region": "us-east-1", "role-duration-seconds": 14400 },
                      ]
                    : [
                          "google-github-actions/auth",
                          { workload_identity_provider: "pool", service_account: "deploy@p" },
                      ];
            assert.deepEqual(JSON.parse(steps[action as string].output), given);
            assert.deepEqual(jobs()["deploy-prod"].permissions, { contents: "read", "id-token": "write" });
        });

        describe("begins only", () => {
            const set: Record<string, string> =
                cloud === "aws"
                    ? { AWS_DEPLOY_ROLE: "arn", PULUMI_BACKEND_URL: "s3://state" }
                    : {
                          GCP_WORKLOAD_IDENTITY_PROVIDER: "pool",
                          GCP_DEPLOY_ACCOUNT: "deploy@p",
                          PULUMI_BACKEND_URL: "gs://state",
                      };
            const begins = (
                vars: Record<string, string>,
                reviewers: unknown = [{ type: "required_reviewers" }],
                branch = "main",
            ) =>
                runJob(jobs().ready, {
                    workspace: repository.folder,
                    vars,
                    github: { ref: `refs/heads/${branch}` },
                    commands: {
                        gh: `[ "$*" = "api repos/acme/shop/environments/production" ]
                            ${reviewers === null ? "echo 'Not Found' >&2; exit 1" : `echo '${JSON.stringify({ protection_rules: reviewers })}'`}`,
                    },
                });

            it("where its variables are set; where none is, it says so and is no failure", () => {
                assert.deepEqual([begins(set).failed, begins(set).outputs], [false, { [cloud]: "true" }]);
                const none = begins({});
                assert.deepEqual([none.failed, none.outputs], [false, { [cloud]: "false" }]);
                assert.match(
                    none.steps["Whether it is set up"].output,
                    new RegExp(`::warning::.*${Object.keys(set)[0]} .*PULUMI_BACKEND_URL`),
                );
                const some = begins({ PULUMI_BACKEND_URL: "s3://state" });
                assert.equal(some.failed, true);
                assert.match(
                    some.steps["Whether it is set up"].output,
                    new RegExp(`::error::.*not set: ${Object.keys(set)[0]}`),
                );
            });

            it("where somebody has to approve production, unless that was said not to be", () => {
                assert.equal(begins(set, [{ type: "wait_timer" }]).failed, true);
                const unknown = begins(set, null);
                assert.equal(unknown.failed, true);
                assert.match(
                    unknown.steps["Whether somebody has to approve it"].output,
                    /::error::Environment production has no required reviewers/,
                );
                assert.equal(begins({ ...set, DEPLOY_UNREVIEWED: "true" }, []).failed, false);
                assert.equal(begins(set, [], "develop").failed, false);
            });
        });
    });

describe("A deployment by the real command", function () {
    this.timeout(60_000);
    let repository: Repository;
    before(async () => (repository = await shop()));
    after(() => repository.remove());

    /**
     * With a `pulumi` that knows what runs, and what twinstack itself makes of it.
     * @param ship what is under way
     */
    function deploy(ship?: object): Ran & { asked: string[] } {
        const before = process.cwd();
        process.chdir(repository.folder);
        forgetBuilds();
        let source: string;
        try {
            source = buildTag({ context: "web", dockerfile: "Dockerfile", platform: "linux/amd64" });
        } finally {
            process.chdir(before);
        }
        const web = { image: `registry.example.com/web@sha256:${"a".repeat(64)}`, source, by: "ship" };
        const outputs = {
            release: { services: { web }, ...(ship && { ship }) },
            registry: {},
            url: "https://shop.example.com",
        };
        repository.write({
            "outputs.json": JSON.stringify(outputs),
            "deployed.json": JSON.stringify({ version: 3, deployment: { resources: [] } }),
            asked: "",
        });
        const ran = runJob(repository.workflow("deploy").jobs["deploy-prod"], {
            workspace: repository.folder,
            github: { ref: "refs/heads/main" },
            needs: { ready: { result: "success", outputs: { aws: "true" } }, check: { result: "success" } },
            vars: { PROMOTE_FROM: "none" },
            skip: ["Packages", "Smoke"],
            commands: {
                pulumi: `echo "$*" >> asked
                    case "$*" in
                        "stack output release"*) echo '{}' ;;
                        "stack output --json"*) cat outputs.json ;;
                        "stack output url"*) echo https://shop.example.com ;;
                        "stack export"*) cp deployed.json state.json ;;
                    esac`,
            },
        });
        return { ...ran, asked: repository.read("asked").trim().split("\n") };
    }

    it("ships nothing where what runs is what the code says, and updates the rest", () => {
        const { failed, steps, summary, asked } = deploy();
        assert.equal(failed, false, JSON.stringify(steps));
        assert.match(summary, /^nothing/);
        assert.deepEqual(asked.slice(-3, -1), [
            "stack export --stack prod --file state.json",
            "up --stack prod --yes --non-interactive",
        ]);
    });

    it("fails where a ship is under way, and touches nothing", () => {
        const ship = {
            id: "20260101-0000-abcd",
            holder: "somebody",
            startedAt: "2026-01-01T00:00:00.000Z",
            at: "2026-01-01T00:00:00.000Z",
            state: "candidate",
            services: {},
        };
        const { failed, steps, summary, asked } = deploy(ship);
        assert.equal(failed, true);
        assert.equal(steps.Deploy.status, 3);
        assert.match(summary, /^refused[^]*ship 20260101-0000-abcd is under way/);
        assert.ok(!asked.some((line) => line.startsWith("up ")), asked.join());
        assert.equal(steps["Take it back"].skipped, true);
    });
});
