import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { parse } from "yaml";

import { apps } from "../../apps";
import { hostBeside, refinementOf } from "../../pipeline/copy";
import { clouds, type Refinement } from "../../topology/app";
import { resolve } from "../../topology/validate";
import { json, twinstack } from "../twinstack";
import { runJob, type Given, type Ran } from "./runner";
import { shop, type Repository } from "./world";

describe("A preview of a pull request", function () {
    this.timeout(60_000);
    let repository: Repository;
    before(async () => (repository = await shop()));
    after(() => repository.remove());
    const jobs = () => repository.workflow("preview").jobs;
    const asked = () => join(repository.folder, "asked");
    const told = () => readFileSync(asked(), "utf8").trim().split("\n");
    const ready = { ready: { result: "success", outputs: { aws: "true" } } };

    interface Event {
        name?: string;
        action?: string;
        labels?: string[];
        label?: string;
        from?: string;
    }
    const event = ({
        name = "pull_request",
        action = "synchronize",
        labels = ["preview"],
        label,
        from = "acme/shop",
    }: Event) => ({
        event_name: name,
        event: {
            action,
            ...(label !== undefined && { label: { name: label } }),
            ...(name === "pull_request" && {
                pull_request: {
                    number: 123,
                    labels: labels.map((each) => ({ name: each })),
                    head: { repo: { full_name: from } },
                },
            }),
        },
    });
    /** The jobs that an event starts. */
    const starts = (given: Event): string[] =>
        ["ready", "up", "down", "sweep"].filter(
            (id) =>
                runJob(
                    { ...jobs()[id], steps: [], outputs: {} },
                    {
                        workspace: repository.folder,
                        github: event(given),
                        ...(id !== "ready" && { needs: ready }),
                    },
                ).wanted,
        );

    it("comes with the label and each push, and goes with the label or the pull request", () => {
        assert.deepEqual(starts({ action: "labeled", label: "preview" }), ["ready", "up"]);
        assert.deepEqual(starts({ action: "synchronize" }), ["ready", "up"]);
        assert.deepEqual(starts({ action: "closed" }), ["ready", "down"]);
        assert.deepEqual(starts({ action: "unlabeled", label: "preview", labels: [] }), ["ready", "down"]);
        assert.deepEqual(starts({ name: "schedule" }), ["ready", "sweep"]);
        for (const nothing of [
            { labels: [] },
            { action: "closed", labels: [] },
            { action: "labeled", label: "bug", labels: ["bug"] },
            { action: "unlabeled", label: "bug", labels: [] },
        ])
            assert.deepEqual(starts(nothing), [], JSON.stringify(nothing));
    });

    it("is of the repository's own branches alone", () => {
        for (const action of ["labeled", "synchronize", "closed", "unlabeled"])
            assert.deepEqual(starts({ action, label: "preview", from: "eve/shop" }), [], action);
    });

    it("is one at a time for each pull request, and never broken off", () => {
        for (const id of ["up", "down"])
            assert.deepEqual(jobs()[id].concurrency, {
                group: "twinstack-preview-${{ github.event.pull_request.number }}",
                "cancel-in-progress": false,
            });
        for (const id of ["up", "down", "sweep"]) assert.equal(jobs()[id].environment?.name, "preview");
    });

    const given = (more: Partial<Given>): Given => ({
        workspace: repository.folder,
        env: { ASKED: asked() },
        needs: ready,
        github: event({}),
        vars: { PULUMI_BACKEND_URL: "s3://state", PULUMI_SECRETS_PROVIDER: "awskms://key" },
        skip: ["Packages"],
        ...more,
    });
    const pulumi = (cases: string) => `echo "$*" >> "$ASKED"; case "$*" in ${cases} esac`;

    it("is a stack like dev, whose cost stands in the pull request", () => {
        writeFileSync(asked(), "");
        const up = runJob(
            jobs().up,
            given({ commands: { pulumi: pulumi('"stack output url"*) echo https://pr.example.com ;;') } }),
        );
        assert.equal(up.failed, false, JSON.stringify(up.steps));
        assert.deepEqual(told(), [
            "stack select --create pr-123 --non-interactive --secrets-provider awskms://key",
            "up --stack pr-123 --yes --non-interactive",
            "stack output url --stack pr-123",
        ]);
        const { config } = parse(repository.read("Pulumi.pr-123.yaml")) as { config: Record<string, unknown> };
        assert.equal(config["twinstack:environment"], "dev");
        assert.equal(up.outputs.url, "https://pr.example.com");
        assert.match(up.outputs.cost, /\*\*\$[\d.]+ a month/);

        writeFileSync(asked(), "");
        const { failed } = runJob(
            jobs().comment,
            given({
                needs: { up: { result: "success", outputs: up.outputs } },
                commands: { gh: `echo "$*" >> "$ASKED"; case "$*" in *--paginate*) echo '[]' ;; esac` },
            }),
        );
        assert.equal(failed, false);
        assert.match(told().at(-1)!, /^api --method POST repos\/acme\/shop\/issues\/123\/comments -F body=@body\.md/);
        const comment = repository.read("body.md");
        assert.match(comment, /^<!-- twinstack: preview -->\n## Preview pr-123\n\nhttps:\/\/pr\.example\.com\n/);
        assert.match(comment, /a month[^]*nothing was pushed for 72 hours/);
    });

    it("is taken down by its name, where there is one", () => {
        const down = (names: string[]) => {
            writeFileSync(asked(), "");
            const { failed } = runJob(
                jobs().down,
                given({
                    github: event({ action: "closed" }),
                    commands: {
                        pulumi: pulumi(`"stack ls"*) echo '${JSON.stringify(names.map((name) => ({ name })))}' ;;`),
                    },
                }),
            );
            assert.equal(failed, false);
            return told().slice(1);
        };
        assert.deepEqual(down(["dev", "acme/shop/pr-123"]), [
            "destroy --stack pr-123 --yes --non-interactive --remove",
        ]);
        assert.deepEqual(down(["dev", "pr-12", "pr-1234"]), []);
    });

    describe("that nobody takes down", () => {
        function sweep(
            stacks: Record<string, { hours: number; state?: string; labels?: string[] }>,
            { ttl = undefined as string | undefined, fails = "" } = {},
        ): Ran {
            writeFileSync(asked(), "");
            const at = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString();
            const list = Object.entries(stacks).map(([name, { hours }]) => ({ name, lastUpdate: at(hours) }));
            const pulls = Object.entries(stacks).map(
                ([name, { state = "OPEN", labels = ["preview"] }]) =>
                    `"pr view ${name.split("-").at(-1)} "*) echo '${JSON.stringify({ state, labels: labels.map((each) => ({ name: each })), updatedAt: at(0) })}' ;;`,
            );
            return runJob(
                jobs().sweep,
                given({
                    github: event({ name: "schedule" }),
                    vars: { PULUMI_BACKEND_URL: "s3://state", ...(ttl !== undefined && { PREVIEW_TTL_HOURS: ttl }) },
                    commands: {
                        pulumi: pulumi(
                            `"stack ls"*) echo '${JSON.stringify(list)}' ;; "destroy --stack ${fails} "*) exit 1 ;;`,
                        ),
                        gh: `case "$*" in ${pulls.join(" ")} *) exit 9 ;; esac`,
                    },
                }),
            );
        }
        const destroyed = () =>
            told().flatMap((line) => /^destroy --stack (\S+) --yes --non-interactive --remove$/.exec(line)?.[1] ?? []);

        it("goes in the night: closed, without its label, or forgotten", () => {
            const { failed, steps } = sweep({
                dev: { hours: 900 },
                prod: { hours: 900 },
                "pr-1": { hours: 1 },
                "pr-2": { hours: 1, state: "MERGED" },
                "acme/shop/pr-3": { hours: 1, labels: ["bug"] },
                "pr-4": { hours: 73 },
                "pr-5": { hours: 71 },
                "my-pr-6": { hours: 900 },
            });
            assert.equal(failed, false, JSON.stringify(steps));
            assert.deepEqual(destroyed(), ["pr-2", "pr-3", "pr-4"]);
            assert.match(steps["Take down what nobody needs"].output, /pr-4 goes: nothing was pushed for 7[23] hours/);
            sweep({ "pr-5": { hours: 71 } }, { ttl: "24" });
            assert.deepEqual(destroyed(), ["pr-5"]);
        });

        it("is tried again where it fails, after all others, and that is told", () => {
            const { failed, steps } = sweep({ "pr-1": { hours: 80 }, "pr-2": { hours: 80 } }, { fails: "pr-1" });
            assert.equal(failed, true);
            assert.deepEqual(destroyed(), ["pr-1", "pr-2"]);
            assert.match(steps["Take down what nobody needs"].output, /::error::.*tomorrow: pr-1/);
            const notice = runJob(
                { ...jobs().notice, steps: [] },
                { workspace: repository.folder, needs: { sweep: { result: "failure" } } },
            );
            assert.equal(notice.wanted, true);
        });
    });
});

describe("twinstack pipeline stack", function () {
    this.timeout(60_000);
    for (const cloud of clouds)
        it(`writes a stack that is right on ${cloud}, for every app`, async () => {
            const { Repository } = await import("./world");
            for (const app of Object.keys(apps)) {
                const config = {
                    "twinstack:app": app,
                    "twinstack:cloud": cloud,
                    "twinstack:environment": "dev",
                    "aws:region": "ap-northeast-1",
                    "gcp:project": "my-project",
                    "gcp:region": "asia-northeast1",
                };
                const repository = new Repository({
                    "Pulumi.yaml": "name: shop\nruntime: nodejs\n",
                    "Pulumi.dev.yaml": JSON.stringify({
                        config,
                        encryptionsalt: "v1:abc",
                        secretsprovider: "awskms://key",
                        encryptedkey: "k",
                    }),
                    "apps/index.ts": `export const apps = ${JSON.stringify(apps)};\n`,
                }).installed();
                try {
                    for (const [, { image }] of Object.entries(resolve({ stack: "dev", config }, apps).app.services))
                        if (image.context !== undefined)
                            repository.write({ [join(image.context, image.dockerfile)]: "FROM scratch\n" });
                    const made = await twinstack(["pipeline", "stack", "pr-123", "--like", "dev"], repository.folder);
                    assert.equal(made.status, 0, `${app}: ${made.stderr}`);
                    const { stack, valid } = await json<{ stack: string; valid: boolean }>(
                        ["validate", "--stack", "pr-123"],
                        repository.folder,
                    );
                    assert.deepEqual([stack, valid], ["pr-123", true]);
                    const written = parse(repository.read("Pulumi.pr-123.yaml")) as Record<string, unknown>;
                    assert.deepEqual(Object.keys(written).sort(), ["config", "secretsprovider"]);
                } finally {
                    repository.remove();
                }
            }
        });

    it("gives it host names of its own, in the same zone", () => {
        assert.equal(hostBeside("api.dev.example.com", "example.com", "pr-1"), "pr-1-api.dev.example.com");
        assert.equal(hostBeside("example.com", "example.com", "pr-1"), "pr-1.example.com");
        const config = {
            "twinstack:app": "morrow",
            "twinstack:cloud": "aws",
            "twinstack:environment": "staging",
            "aws:region": "us-east-1",
        };
        const { app } = resolve({ stack: "staging", config }, apps);
        const refined = refinementOf(app, "pr-1");
        assert.deepEqual(refined.domain, {
            name: "pr-1-api.staging.morrow.app",
            zone: "morrow.app",
            alternativeNames: ["pr-1-cdn.staging.morrow.app", "pr-1-www.staging.morrow.app"],
        });
        // What it says is right, and none of the names is the first stack's.
        const copy = resolve(
            { stack: "pr-1", config: { ...config, "twinstack:overrides": refined as Refinement } },
            apps,
        ).app;
        const hosts = (of: typeof app) => [
            of.domain?.name,
            of.cdn?.host,
            ...Object.values(of.services).flatMap(({ routes }) => routes.map(({ host }) => host)),
        ];
        for (const host of hosts(copy)) assert.ok(host === undefined || !hosts(app).includes(host), host);
        assert.equal(copy.deployer?.aws.provider, "existing");
    });

    it("refuses what is no preview", async () => {
        const repository = await shop({ stacks: ["dev"] });
        try {
            for (const [args, message] of [
                [["PR_12", "--like", "dev"], /name\n {2}found {4}"PR_12"/],
                [["pr-12", "--like", "prod"], /--like\n {2}found {4}prod, which is of environment prod/],
                [["pr-12", "--like", "nope"], /no stack "nope"/],
            ] as const) {
                const { status, stderr } = await twinstack(["pipeline", "stack", ...args], repository.folder);
                assert.equal(status, 2);
                assert.match(stderr, message);
            }
            assert.ok(!existsSync(join(repository.folder, "Pulumi.pr-12.yaml")));
        } finally {
            repository.remove();
        }
    });
});
