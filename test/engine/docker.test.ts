import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";

import { build, docker, eventually, statusOf } from "../docker/docker";
import { describeWithEngine, Project } from "./project";
import { canary } from "./standin/resources";

const missing = [
    ...(spawnSync("pulumi-resource-docker", ["--version"]).error ? ["its provider"] : []),
    ...(spawnSync("docker", ["info"]).status === 0 ? [] : ["an engine that answers"]),
];
if (missing.length)
    console.warn(`\n  SKIPPED: cloud: local under Docker's real provider, for want of ${missing.join(" and ")}.\n`);

/**
 * Docker's real provider, where `pulumi-resource-docker` is on PATH. Images are built by the engine's own BuildKit under the tags
 * that the plan names (the provider docker-build would pull a BuildKit of its own); random values are the stand-in's, which are known.
 */
(missing.length ? describe.skip : describeWithEngine)("cloud: local on a real Docker engine", function () {
    this.timeout(900_000);
    const config = {
        "twinstack:app": "morrow",
        "twinstack:cloud": "local",
        "twinstack:environment": "dev",
    };
    let project: Project;
    // A stack's name of the test's own: what it deletes is nobody else's.
    before(async () => {
        project = await Project.start("tried", config, ["docker"]);
        const { output, code, errors } = await project.run("node cli/bin.js plan --stack tried --json");
        assert.equal(code, 0, errors);
        const { resources } = JSON.parse(output) as { resources: { type: string; inputs: unknown }[] };
        for (const { type, inputs } of resources) {
            if (type !== "docker-build:index:Image") continue;
            const { tags, context } = inputs as { tags: [string]; context: { location: string } };
            await build(tags[0], context.location);
        }
    });
    after(async () => {
        try {
            await project?.destroy();
        } finally {
            project?.stop();
        }
    });

    const containers = async (): Promise<Record<string, string>> => {
        const lines = await docker(
            "ps",
            "--all",
            "--no-trunc",
            "--filter",
            "label=dev.twinstack.stack=tried",
            "--format",
            "{{.Names}} {{.ID}}",
        );
        return Object.fromEntries(
            lines
                .split("\n")
                .filter(Boolean)
                .map((line) => line.split(" ") as [string, string]),
        );
    };

    it("comes up and serves", async () => {
        await project.up();
        const running = await docker("ps", "--filter", "label=dev.twinstack.stack=tried", "--format", "{{.Names}}");
        assert.deepEqual(
            running.split("\n").sort(),
            ["backend", "db", "frontend", "redis"].map((part) => `morrow-tried-${part}`),
        );
        for (const path of ["http://localhost:8080/health", "http://localhost:3000/health"])
            await eventually(async () => assert.equal(await statusOf(path), 200));
    });

    it("changes nothing the second time", async () => {
        await project.expectNoChanges();
    });

    it("tells secrets to nothing that does not need them, and keeps none in its state as they are", async () => {
        const told: string[] = [];
        for (const [name, id] of Object.entries(await containers()))
            if ((await docker("inspect", id)).includes(canary)) told.push(name);
        assert.deepEqual(
            told.sort(),
            ["backend", "db", "migrate", "redis"].map((part) => `morrow-tried-${part}`),
        );
        assert.ok(!(await project.state()).text.includes(canary));
    });

    it("replaces one container alone when one of its variables changes", async () => {
        const before = await containers();
        project.configure({
            ...config,
            "twinstack:overrides": { services: { frontend: { env: { TRIED: "again" } } } },
        });
        await project.up();
        const after = await containers();
        assert.deepEqual(Object.keys(after), Object.keys(before));
        const changed = Object.keys(after).filter((name) => after[name] !== before[name]);
        assert.deepEqual(changed, ["morrow-tried-frontend"]);
        assert.match(await docker("inspect", "morrow-tried-frontend"), /"TRIED=again"/);
        await project.expectNoChanges();
    });

    it("leaves nothing when it is destroyed", async () => {
        await project.destroy();
        assert.deepEqual(await containers(), {});
        for (const kind of ["volume", "network"])
            assert.equal(await docker(kind, "ls", "--quiet", "--filter", "name=morrow-tried"), "", kind);
    });
});
