import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { sinceOf } from "../../cli/logs";
import { settle } from "../topology/settings";
import { apps } from "../../apps";
import { root, twinstack } from "../twinstack";
import { credentials, FakeApi, setEnvironment, stateFile, type Asked } from "../ship/live/clouds";

describe("twinstack logs and exec", function () {
    this.timeout(60_000);
    const api = new FakeApi();
    const folder = mkdtempSync(join(tmpdir(), "twinstack-logs-"));
    const path = process.env.PATH;
    let state: string;
    let restore: () => void;
    before(async () => {
        await api.start();
        state = await stateFile(folder);
        mkdirSync(join(folder, "bin"));
        restore = setEnvironment({
            ...credentials,
            AWS_ENDPOINT_URL: api.url,
            PATH: `${join(folder, "bin")}:${path}`,
        });
    });
    after(() => {
        restore();
        api.stop();
        rmSync(folder, { recursive: true });
    });
    beforeEach(() => api.reset());

    /** A program on PATH that says what it was called with. */
    const program = (name: string, script: string): void => {
        writeFileSync(join(folder, "bin", name), `#!/bin/sh\n${script}\n`);
        chmodSync(join(folder, "bin", name), 0o755);
    };
    const says =
        (...messages: string[]) =>
        () => ({
            body: {
                events: messages.map((message, nth) => ({
                    eventId: String(nth),
                    timestamp: Date.UTC(2026, 0, 1, 0, 0, nth),
                    logStreamName: "api/api/t1",
                    message,
                })),
            },
        });

    it("shows what services of the state write, and moves no cursor", async () => {
        api.answer = says("ready", "a\ttab\x1b[2J and \x07", "two\nlines\n");
        const { status, stdout, stderr } = await twinstack(["logs", "--state", state]);
        assert.equal(status, 0, stderr);
        assert.equal(
            stdout,
            [
                "2026-01-01T00:00:00Z api | ready",
                "2026-01-01T00:00:01Z api | a\ttab\\x1b[2J and \\x07",
                "2026-01-01T00:00:02Z api | two",
                "2026-01-01T00:00:02Z api | lines",
                "",
            ].join("\n"),
        );
        const [{ body }] = api.asked;
        assert.equal(body.logStreamNamePrefix, "api/");
        assert.ok(Math.abs(Number(body.startTime) - (Date.now() - 600_000)) < 60_000);
    });

    it("prints an object a line with --json", async () => {
        api.answer = says("ready", "\x1b[2J");
        const { stdout } = await twinstack(["logs", "api", "--state", state, "--json", "--since", "2h"]);
        const lines = stdout
            .trim()
            .split("\n")
            .map((line) => JSON.parse(line) as object);
        assert.deepEqual(lines, [
            { at: "2026-01-01T00:00:00.000Z", service: "api", source: "api/t1", text: "ready" },
            { at: "2026-01-01T00:00:01.000Z", service: "api", source: "api/t1", text: "\x1b[2J" },
        ]);
    });

    it("answers 1 with what to run when credentials have expired", async () => {
        api.answer = () => ({ status: 400, body: { __type: "ExpiredTokenException", message: "expired" } });
        const { status, stderr } = await twinstack(["logs", "--state", state]);
        assert.equal(status, 1);
        assert.match(stderr, /aws sso login/);
    });

    const bad: [args: string[], said: RegExp][] = [
        [["logs", "apy"], /service\n +found +"apy"\n +allowed +api/],
        [["logs", "--since", "yesterday"], /--since\n +found +"yesterday"\n +allowed .*10m/],
        [["logs", "--lines", "0"], /--lines\n +found +"0"/],
        [["exec", "api"], /command\n +found +nothing\n +allowed +what to run, after --/],
        [["exec", "api", "--json", "--", "sh"], /--json\n +found +with exec/],
        [["exec", "api", "--", "sh"], /services\.api\.aws\.exec\n +found +false\n +allowed +true, deployed/],
    ];
    for (const [args, said] of bad)
        it(`refuses ${args.join(" ")} before it asks anybody`, async () => {
            const { status, stderr } = await twinstack(args);
            assert.equal(status, 2);
            assert.match(stderr, said);
            assert.equal(api.asked.length, 0);
        });

    it("reads times as people say them", () => {
        const now = Date.UTC(2026, 0, 2);
        assert.equal(sinceOf("30s", now).toISOString(), "2026-01-01T23:59:30.000Z");
        assert.equal(sinceOf("1d", now).toISOString(), "2026-01-01T00:00:00.000Z");
        assert.equal(sinceOf("2026-01-01T09:00:00+09:00", now).toISOString(), "2026-01-01T00:00:00.000Z");
        assert.throws(() => sinceOf("2026-13-01", now), /--since/);
    });

    describe("on AWS with aws.exec", () => {
        const project = join(folder, "project");
        before(() => {
            mkdirSync(project);
            symlinkSync(join(root, "apps"), join(project, "apps"));
            symlinkSync(join(root, "workloads"), join(project, "workloads"));
            writeFileSync(join(project, "Pulumi.yaml"), "name: twinstack\nruntime: nodejs\n");
            const overrides = { services: { api: { aws: { exec: true, readonlyRootFilesystem: false } } } };
            writeFileSync(
                join(project, "Pulumi.dev.yaml"),
                `config:\n  twinstack:app: todo\n  twinstack:cloud: aws\n  twinstack:environment: dev\n  aws:region: ap-northeast-1\n  twinstack:overrides: ${JSON.stringify(overrides)}\n`,
            );
        });
        const task = (agent: string, enableExecuteCommand = true) => ({
            taskArn: "arn:task/1",
            lastStatus: "RUNNING",
            enableExecuteCommand,
            containers: [{ name: "api", managedAgents: [{ name: "ExecuteCommandAgent", lastStatus: agent }] }],
        });
        const ecs =
            (running: object) =>
            ({ what }: Asked) => ({
                body: {
                    ListTasks: { taskArns: ["arn:task/1"] },
                    DescribeTasks: { tasks: [running] },
                    ExecuteCommand: {
                        session: { sessionId: "s-1", streamUrl: "wss://example.com/s-1", tokenValue: "token-of-s-1" },
                    },
                }[what]!,
            });
        const plugin = (version: string, does: string) =>
            program("session-manager-plugin", `[ "$1" = --version ] && { echo '${version}'; exit; }\n${does}`);
        const run = () => twinstack(["exec", "api", "--state", state, "--", "sh", "-c", "ls '/tmp'"], project);

        it("hands a session to AWS's own program, whose exit code is its own", async () => {
            api.answer = ecs(task("RUNNING"));
            plugin("1.2.650.0", `{ printf '%s\\n' "$@"; printenv "$1"; } > ${folder}/called; exit 3`);
            const { status, stdout, stderr } = await run();
            assert.equal(status, 3, stderr);
            const { readFileSync } = await import("node:fs");
            const [variable, region, action, session] = readFileSync(join(folder, "called"), "utf8").trim().split("\n");
            // As an argument everybody on the machine would see it.
            assert.equal(variable, "AWS_SSM_START_SESSION_RESPONSE");
            assert.equal(
                (JSON.parse(session) as { TokenValue?: string; tokenValue?: string }).tokenValue,
                "token-of-s-1",
            );
            assert.deepEqual([region, action], ["ap-northeast-1", "StartSession"]);
            const { body } = api.asked.find(({ what }) => what === "ExecuteCommand")!;
            assert.deepEqual(
                [body.task, body.container, body.interactive, body.command],
                ["arn:task/1", "api", true, `sh -c 'ls '\\''/tmp'\\'''`],
            );
            assert.doesNotMatch(stdout + stderr, /token-of-s-1/);
        });

        it("opens no session for a program that would show its token to everybody on the machine", async () => {
            api.answer = ecs(task("RUNNING"));
            for (const version of ["1.2.497.0", "1.2.54.0", "", "what"]) {
                plugin(version, `touch ${folder}/shown`);
                api.reset();
                const { status, stderr } = await run();
                assert.equal(status, 1);
                assert.match(stderr, /takes a session's token as an argument[^]*1\.2\.536\.0 does not[^]*Install it/);
                assert.deepEqual(api.asked, []);
            }
            const { existsSync } = await import("node:fs");
            assert.ok(!existsSync(join(folder, "shown")));
        });

        it("says what to install without that program, and shows no token", async () => {
            api.answer = ecs(task("RUNNING"));
            rmSync(join(folder, "bin", "session-manager-plugin"), { force: true });
            const { status, stderr } = await run();
            assert.equal(status, 1);
            assert.match(stderr, /no `session-manager-plugin` on PATH[^]*docs\.aws\.amazon\.com/);
            assert.doesNotMatch(stderr, /token-of-s-1/);
        });

        it("says why no task takes commands", async () => {
            plugin("1.2.650.0", "exit 3");
            api.answer = ecs(task("RUNNING", false));
            assert.match((await run()).stderr, /were started before aws.exec was on: pulumi up starts new ones/);
            api.answer = ecs(task("PENDING"));
            assert.match((await run()).stderr, /in no task of api does the agent run/);
        });
    });

    it("is refused with a read-only root, on which the agent cannot run", () => {
        const app = (aws: object) => ({
            ...apps.todo,
            services: { api: { ...apps.todo.services.api, aws } },
        });
        const config = { "twinstack:cloud": "aws" };
        assert.throws(
            () => settle({ app: app({ exec: true, readonlyRootFilesystem: true }) as never, config } as never),
            /aws\.exec[^]*readonlyRootFilesystem: false/,
        );
    });
});
