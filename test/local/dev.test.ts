import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { apps } from "../../apps";
import { addressesOf, checksOf } from "../../compose/addresses";
import { make, movedSentences } from "../../compose/make";
import type { Target } from "../../topology/app";
import { resolve } from "../../topology/validate";
import { twinstack } from "../twinstack";

describe("twinstack dev without an engine", function () {
    this.timeout(60000);
    const folder = mkdtempSync(join(tmpdir(), "twinstack-"));
    const path = process.env.PATH;
    before(() => (process.env.PATH = folder));
    after(() => {
        process.env.PATH = path;
        rmSync(folder, { recursive: true });
    });
    const docker = (script: string) => {
        writeFileSync(join(folder, "docker"), `#!/bin/sh\n${script}\n`);
        chmodSync(join(folder, "docker"), 0o755);
    };

    it("says what to install where there is no Docker", async () => {
        const { status, stderr } = await twinstack(["dev"]);
        assert.equal(status, 1);
        assert.match(stderr, /There is no Docker on this machine\.\nInstall Docker: .*\n.*apt-get install/);
    });

    it("says what to start, whom to ask, or what is missing, where Docker does not answer", async () => {
        for (const [script, said] of [
            ["echo 'Cannot connect to the Docker daemon at unix:///x' >&2; exit 1", /does not answer.*\nStart Docker/],
            [
                "echo 'permission denied while trying to connect' >&2; exit 1",
                /refuses you.*\nAdd yourself to the group/,
            ],
            ['[ "$1" = version ]', /Compose is not: neither/],
        ] as const) {
            docker(script);
            const { status, stderr } = await twinstack(["dev"]);
            assert.equal(status, 1);
            assert.match(stderr, said);
        }
    });

    it("refuses what cannot be meant", async () => {
        for (const flags of [["--json"], ["--watch", "--detach"], ["--cloud", "gcp"]])
            assert.equal((await twinstack(["dev", ...flags])).status, 2, flags.join(" "));
    });
});

describe("A local stack's addresses", function () {
    this.timeout(60000);
    const made = async (app: string) => {
        const stack = resolve<Target>(
            { stack: "dev", config: { "twinstack:app": app, "twinstack:cloud": "local" } },
            apps,
        );
        return { app: stack.app, compose: (await make(stack, "twinstack")).compose };
    };

    it("say which URL leads where, what a person opens first", async () => {
        const { app, compose } = await made("morrow");
        const parts = addressesOf(app, compose).map(({ part, what }) => `${part}: ${what}`);
        assert.deepEqual(parts, [
            "frontend: everything",
            "backend: /api/*, /static/*",
            "db: PostgreSQL: user app, database app",
            "redis: Redis",
        ]);
        const weather = await made("weather");
        assert.deepEqual(
            addressesOf(weather.app, weather.compose).map(({ what }) => what),
            ["ui: everything", "api: /api/*"],
        );
    });

    it("are asked whether they are ready, at each port's own path", async () => {
        const asked = async (name: string) => {
            const { app, compose } = await made(name);
            return checksOf(app, compose).map(({ service, url }) => `${service} ${new URL(url).pathname}`);
        };
        assert.deepEqual(await asked("morrow"), ["backend /ready", "frontend /health"]);
        assert.deepEqual(await asked("weather"), ["app /", "app /health"]);
    });

    it("that moved are said in a sentence", () => {
        assert.deepEqual(movedSentences([{ service: "web", wanted: 80, host: 8080, container: 80 }]), [
            "Port 80 of this machine is taken: web is at localhost:8080.",
        ]);
    });
});
