import assert from "node:assert/strict";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import * as ecr from "@pulumi/aws/ecr";
import * as dockerbuild from "@pulumi/docker-build";
import * as artifactregistry from "@pulumi/gcp/artifactregistry";

import { contextTag } from "../../components/contract";
import { todoOnBoth } from "./stack";

const digest = `registry.example.com/todo@sha256:${"a".repeat(64)}`;

describe("Image", () => {
    it("is scanned on push, and the newest 10 are kept; on AWS none is overwritten", async () => {
        const { aws, gcp } = await todoOnBoth();

        const repository = aws.one(ecr.Repository, "api").inputs;
        assert.equal(repository.imageTagMutability, "IMMUTABLE");
        assert.equal(repository.imageScanningConfiguration?.scanOnPush, true);
        const policy = JSON.parse(String(aws.one(ecr.LifecyclePolicy, "api-lifecycle").inputs.policy));
        assert.deepEqual(policy.rules[0].selection, {
            tagStatus: "any",
            countType: "imageCountMoreThan",
            countNumber: 10,
        });
        const registry = gcp.one(artifactregistry.Repository).inputs;
        assert.equal(registry.format, "DOCKER");
        const kept = registry.cleanupPolicies?.find(({ action }) => action === "KEEP");
        assert.equal(kept?.mostRecentVersions?.keepCount, 10);
        assert.ok(
            registry.cleanupPolicies?.some(({ action }) => action === "DELETE"),
            "KEEP alone deletes nothing",
        );
    });

    it("is built with a registry cache, and not during a preview", async () => {
        const { aws, gcp } = await todoOnBoth();

        for (const { one } of [aws, gcp]) {
            const { buildOnPreview, push, cacheFrom, cacheTo, platforms, context } = one(dockerbuild.Image).inputs;
            assert.deepEqual(
                [buildOnPreview, push, platforms, context?.location],
                [false, true, ["linux/amd64"], "workloads/todo"],
            );
            assert.ok(cacheFrom?.[0].registry?.ref);
            assert.equal(cacheTo?.[0].registry?.mode, "max");
        }
    });

    it("is deployed by reference when CI built it; the registry stays where it is", async () => {
        const { aws, gcp } = await todoOnBoth({ services: { api: { image: { reference: digest } } } });

        for (const { of, outputs } of [aws, gcp]) {
            assert.equal(of(dockerbuild.Image).length, 0);
            assert.deepEqual(outputs.image, { api: digest });
        }
        assert.equal(aws.of(ecr.Repository).length, 1);
        assert.equal(gcp.of(artifactregistry.Repository).length, 1);
    });
});

describe("The tag of a build", () => {
    /** A tag is computed once per process and folder, so every case gets a folder of its own. */
    const tagOf = (files: Record<string, string>, platform: string) => {
        const folder = mkdtempSync(join(tmpdir(), "twinstack-context-"));
        for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
        return contextTag(folder, "Dockerfile", platform);
    };
    const files = { Dockerfile: "FROM scratch", ".dockerignore": "*.log\n", "main.py": "print(1)" };

    it("is the same for the same files, wherever they lie", () => {
        assert.match(tagOf(files, "amd64"), /^[0-9a-f]{12}$/);
        assert.equal(tagOf(files, "amd64"), tagOf(files, "amd64"));
    });

    it("changes with a file, its name, or a setting", () => {
        const tags = [
            tagOf(files, "amd64"),
            tagOf({ ...files, "main.py": "print(2)" }, "amd64"),
            tagOf({ ...files, "other.py": "print(1)" }, "amd64"),
            tagOf(files, "arm64"),
        ];
        assert.equal(new Set(tags).size, tags.length);
    });

    it("changes with the Dockerfile, even where .dockerignore leaves it out", () => {
        const allButCode = { ...files, ".dockerignore": "*\n!main.py\n" };
        assert.notEqual(tagOf({ ...allButCode, Dockerfile: "FROM debian" }, "amd64"), tagOf(allButCode, "amd64"));
    });

    it("does not see what .dockerignore leaves out", () => {
        assert.equal(tagOf({ ...files, "debug.log": "noise" }, "amd64"), tagOf(files, "amd64"));
    });
});
