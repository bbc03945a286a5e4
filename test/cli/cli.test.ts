import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { appendFileSync, mkdtempSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { Plan } from "../../plan/plan";
import { json, root, twinstack } from "../twinstack";

const bin = join(root, "cli/bin.js");

/** The command in a process of its own. */
function alone(args: string[], env: Record<string, string> = {}, cwd = root) {
    const { NO_COLOR: _, FORCE_COLOR: __, ...inherited } = process.env;
    const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...args], {
        cwd,
        env: { ...inherited, ...env },
        encoding: "utf8",
    });
    return { status, stdout, stderr };
}

describe("twinstack", function () {
    this.timeout(60000);
    let folder: string;
    /** A project of its own, with a dev stack unless `files` says otherwise. */
    const project = (files: Record<string, string>): string => {
        const path = mkdtempSync(join(folder, "project-"));
        for (const part of ["apps", "workloads"]) symlinkSync(join(root, part), join(path, part));
        const dev = "config:\n  twinstack:app: todo\n  twinstack:cloud: aws\n  aws:region: ap-northeast-1\n";
        for (const [name, text] of Object.entries({
            "Pulumi.yaml": "name: twinstack\nruntime: nodejs\n",
            "Pulumi.dev.yaml": `${dev}  twinstack:environment: dev\n`,
            ...files,
        }))
            writeFileSync(join(path, name), text);
        return path;
    };
    before(() => (folder = mkdtempSync(join(tmpdir(), "twinstack-"))));
    after(() => rmSync(folder, { recursive: true }));

    it("plans the dev stack, and says so on stdout alone", () => {
        const { status, stdout } = alone(["plan"]);
        assert.equal(status, 0);
        assert.match(stdout, /^todo on AWS in dev {2}ap-northeast-1, stack dev\n/);
        assert.match(stdout, /rds\.Instance .*db\.t3\.micro/);
    });

    it("answers 2 to bad input, on stderr alone", () => {
        const { status, stdout, stderr } = alone(["plan", "--cloud", "azure"]);
        assert.deepEqual([status, stdout], [2, ""]);
        assert.match(stderr, /^error: .*azure/s);
    });

    it("prints a plan as JSON and nothing else", async () => {
        const { status, stdout } = await twinstack(["plan", "--cloud", "gcp", "--json"]);
        assert.equal(status, 0);
        const { app, cloud, resources } = JSON.parse(stdout) as Plan;
        assert.deepEqual([app, cloud], ["todo", "gcp"]);
        assert.ok(resources.length > 40);
    });

    it("has colours only where a person looks, or insists", () => {
        const escape = String.fromCharCode(27);
        assert.ok(!alone(["validate"]).stdout.includes(escape));
        assert.ok(!alone(["validate"], { NO_COLOR: "1" }).stdout.includes(escape));
        assert.ok(alone(["validate"], { FORCE_COLOR: "1" }).stdout.includes(escape));
    });

    it("takes the stack named like the environment, and dev's data where there is none", async () => {
        const named = json<{ stack: string; environment: string; file: string }>;
        const prod = await named(["validate", "--environment", "prod", "--domain", "todo.example.com"]);
        assert.deepEqual([prod.stack, prod.environment, prod.file], ["prod", "prod", "Pulumi.prod.yaml"]);
        const staging = await named(["validate", "--environment", "staging"], project({}));
        assert.deepEqual([staging.stack, staging.environment, staging.file], ["staging", "staging", "Pulumi.dev.yaml"]);
    });

    it("finds its project from a folder inside it, in the process that plans the other cloud as well", async () => {
        const cwd = project({});
        const dev = join(cwd, "Pulumi.dev.yaml");
        appendFileSync(dev, "  gcp:project: example-project\n  gcp:region: asia-northeast1\n");
        mkdirSync(join(cwd, "inner"));
        assert.equal((await twinstack(["validate"], join(cwd, "inner"))).status, 0);
        const { status, stderr } = alone(["compare"], {}, join(cwd, "inner"));
        assert.equal(status, 0, stderr);
    });

    for (const [what, args, files, expected] of [
        ["a command that is none", ["pln"], {}, /unknown command 'pln'[^]*Did you mean [^?]*plan/],
        ["a flag that is none", ["plan", "--colour"], {}, /unknown option '--colour'/],
        ["an argument too many", ["plan", "x"], {}, /too many arguments/],
        [
            "an unknown stack",
            ["plan", "--stack", "dve"],
            {},
            /no stack "dve"[^]*Did you mean dev\?[^]*Pulumi\.dev\.yaml/,
        ],
        ["a stack that is a path", ["plan", "--stack", "../dev"], {}, /no stack "..\/dev"/],
        ["an unknown app", ["plan", "--app", "tood"], {}, /--app[^]*"tood"[^]*todo/],
        ["an unknown cloud", ["plan", "--cloud", "azure"], {}, /--cloud[^]*"azure"/],
        ["an unknown environment", ["plan", "--environment", "qa"], {}, /--environment[^]*"qa"/],
        ["the other cloud without its project", ["plan", "--cloud", "gcp"], {}, /gcp:project/],
        [
            "broken YAML",
            ["plan"],
            { "Pulumi.dev.yaml": "config:\n  a: [1\n  b: 2\n" },
            /Pulumi\.dev\.yaml is not valid YAML[^]*line \d/,
        ],
        [
            "a stack file that is a list",
            ["plan"],
            { "Pulumi.dev.yaml": "- a\n" },
            /Pulumi\.dev\.yaml: a map was expected/,
        ],
        [
            "a config that is a list",
            ["plan"],
            { "Pulumi.dev.yaml": "config: [a]\n" },
            /Pulumi\.dev\.yaml: config[^]*a list/,
        ],
        [
            "a mistake in the file whose data an environment borrows",
            ["validate", "--environment", "staging"],
            { "Pulumi.dev.yaml": "config:\n  twinstack:app: tood\n  aws:region: ap-northeast-1\n" },
            /^ {2}Pulumi\.dev\.yaml: twinstack:app\n/m,
        ],
        ["prod without a domain", ["validate", "--environment", "prod"], {}, /domain/],
        ["a diff with nothing", ["diff"], {}, /What to compare with/],
        ["a diff with a file that is absent", ["diff", "--against", "nope.json"], {}, /nope\.json cannot be read/],
        [
            "a diff with a file of something else",
            ["diff", "--against", "other.json"],
            { "other.json": "{}" },
            /neither a plan/,
        ],
    ] as [string, string[], Record<string, string>, RegExp][])
        it(`refuses ${what} with exit code 2, on stderr, without a stack trace`, async () => {
            const { status, stdout, stderr } = await twinstack(args, project(files));
            assert.equal(status, 2, stderr);
            assert.equal(stdout, "");
            assert.match(stderr, expected);
            assert.doesNotMatch(stderr, /\n\s+at /);
        });

    it("reports every problem of a configuration at once", async () => {
        const config = "config:\n  twinstack:app: nope\n  twinstack:cloud: azure\n  twinstack:environment: qa\n";
        const { status, stderr } = await twinstack(["validate"], project({ "Pulumi.dev.yaml": config }));
        assert.equal(status, 2);
        for (const key of ["twinstack:app", "twinstack:cloud", "twinstack:environment"])
            assert.ok(stderr.includes(key), key);
    });

    it("says outside of a project that there is none", async () => {
        const { status, stderr } = await twinstack(["plan"], folder);
        assert.equal(status, 2);
        assert.match(stderr, /There is no Pulumi\.yaml/);
    });

    it("validates: one line for what is good", async () => {
        const { status, stdout, stderr } = await twinstack(["validate"]);
        assert.equal(status, 0);
        assert.equal(stdout, "✓ Pulumi.dev.yaml is valid: todo on aws in dev (ap-northeast-1)\n");
        assert.equal(stderr, "");
    });

    for (const [cloud, kind] of [
        ["gcp", "services"],
        ["aws", "jobs"],
    ] as const)
        it(`refuses on ${cloud} a name that a part of another of the project's stacks has`, async () => {
            const cwd = mkdtempSync(join(folder, "project-"));
            mkdirSync(join(cwd, "apps"));
            const service = {
                image: { reference: "registry.example.com/a:1" },
                ports: { http: 80 },
                health: { path: "/" },
            };
            const job = { service: "web", command: ["x"], run: "schedule", cron: "0 3 * * *" };
            const app = {
                name: "shop",
                services: { web: service },
                jobs: {},
                [kind]:
                    kind === "jobs"
                        ? { clean: job, "eu-clean": job }
                        : { web: service, "eu-web": { ...service, routes: [{ path: "/eu/*" }] } },
            };
            const place = (where: string) =>
                cloud === "gcp"
                    ? `  gcp:region: asia-northeast1\n  gcp:project: ${where}\n`
                    : `  aws:region: ap-northeast-1\n  aws:profile: ${where}\n`;
            const config = (where: string) =>
                `config:\n  twinstack:app: shop\n  twinstack:cloud: ${cloud}\n  twinstack:environment: dev\n${place(where)}`;
            for (const [name, text] of Object.entries({
                "Pulumi.yaml": "name: twinstack\nruntime: nodejs\n",
                "apps/index.ts": `export const apps = ${JSON.stringify({ shop: app })};\n`,
                "Pulumi.dev.yaml": config("my-project"),
                "Pulumi.dev-eu.yaml": config("my-project"),
                "Pulumi.broken.yaml": "config: 3\n",
            }))
                writeFileSync(join(cwd, name), text);
            const [long, short] =
                kind === "jobs" ? ["jobs.eu-clean", "jobs.clean"] : ["services.eu-web", "services.web"];
            const { status, stderr } = await twinstack(["validate"], cwd);
            assert.equal(status, 2, stderr);
            assert.match(
                stderr,
                new RegExp(
                    `${long}\\s+found\\s+"shop-dev-eu-\\w+", which ${short} of Pulumi.dev-eu.yaml is called as well`,
                ),
            );
            const other = await twinstack(["validate", "--stack", "dev-eu"], cwd);
            assert.equal(other.status, 2);
            assert.match(other.stderr, new RegExp(`${short}\\s+found.*which ${long} of Pulumi.dev.yaml`));

            // In another project, or another account, it is nobody else's.
            writeFileSync(join(cwd, "Pulumi.dev-eu.yaml"), config("other-project"));
            assert.equal((await twinstack(["validate"], cwd)).status, 0);
        });

    it("takes defaults from Pulumi.yaml", async () => {
        const cwd = project({
            "Pulumi.yaml":
                "name: mine\nruntime: nodejs\nconfig:\n  twinstack:cloud:\n    default: aws\n  aws:region:\n    value: eu-central-1\n",
            "Pulumi.dev.yaml": "config:\n  twinstack:app: todo\n  twinstack:environment: dev\n",
        });
        assert.match((await twinstack(["validate"], cwd)).stdout, /todo on aws in dev \(eu-central-1\)/);
    });

    it("says after npm start how to go on", async () => {
        const { status, stdout } = await twinstack(["start"]);
        assert.equal(status, 0);
        assert.match(stdout, /--cloud gcp/);
        assert.match(stdout, /pulumi up/);
    });

    it("shows parity for people and as JSON", async () => {
        assert.match((await twinstack(["parity"])).stdout, /Cloud Run has no Spot/);
        const rows = await json<{ field: string; values: object }[]>(["parity"]);
        assert.deepEqual(rows.find(({ field }) => field === "services.*.cpu")?.values, { "services.api.cpu": 0.5 });
    });

    describe("diff", () => {
        it("finds nothing against the plan that was just saved", async () => {
            const file = join(folder, "plan.json");
            writeFileSync(file, (await twinstack(["plan", "--json"])).stdout);
            const { status, stdout } = await twinstack(["diff", "--against", file]);
            assert.equal(status, 0);
            assert.match(stdout, /0 created, 0 changed, 0 replaced, 0 deleted/);
        });

        it("compares a state with the plan of its own stack, and reads it from a pipe", () => {
            const cwd = project({
                "Pulumi.prod.yaml":
                    "config:\n  twinstack:app: todo\n  twinstack:cloud: aws\n  aws:region: ap-northeast-1\n  twinstack:environment: prod\n  twinstack:domain: todo.example.com\n",
            });
            const command = (stack: string) =>
                `(printf '{"deployment":'; "$0" "$1" plan --stack ${stack} --json; printf '}') | "$0" "$1" diff --against-state /dev/stdin`;
            for (const stack of ["dev", "prod"]) {
                const { status, stdout, stderr } = spawnSync("/bin/sh", ["-c", command(stack), process.execPath, bin], {
                    cwd,
                    encoding: "utf8",
                });
                assert.equal(status, 0, stderr);
                assert.match(
                    stdout,
                    new RegExp(`from the state of stack ${stack}\nto   todo on aws in ${stack} \\(stack ${stack}\\)`),
                );
            }
        });

        it("answers 3, loudly, when a change would lose the database", async () => {
            const file = join(folder, "before.json");
            const saved = await json<Plan>(["plan"]);
            for (const { type, inputs } of saved.resources)
                if (type === "aws:rds/instance:Instance") inputs.username = "somebody-else";
            writeFileSync(file, JSON.stringify(saved));
            const { status, stdout, stderr } = await twinstack(["diff", "--against", file]);
            assert.equal(status, 3);
            assert.match(stdout, /! replace {2}rds\.Instance/);
            assert.match(stderr, /DATA WOULD BE LOST[^]*todo-dev-db[^]*the database \(because of username\)/);
        });

        it("answers 3 when the cloud is changed, since the data stays behind", async () => {
            const { status, stderr } = await twinstack(["diff", "--against-cloud", "gcp"]);
            assert.equal(status, 3);
            assert.match(stderr, /deletes rds\.Instance todo-dev-db/);
        });

        it("answers 0 for another environment, which is another stack", async () => {
            const args = ["diff", "--against-environment", "prod", "--domain", "todo.example.com"];
            const { status, stdout } = await twinstack([...args, "--json"]);
            assert.equal(status, 0);
            const changes = JSON.parse(stdout).changes as { type: string; properties: { path: string }[] }[];
            const server = changes.find(({ type }) => type === "aws:rds/instance:Instance");
            assert.ok(server?.properties.some(({ path }) => path === "multiAz"));
        });
    });

    it("does not mind a reader that stops early", () => {
        const { status, stderr } = spawnSync(
            "/bin/sh",
            ["-c", `"$0" "$1" plan --json | head -c 10`, process.execPath, bin],
            {
                cwd: root,
                encoding: "utf8",
            },
        );
        assert.equal(status, 0);
        assert.doesNotMatch(stderr, /EPIPE|Error/);
    });
});
