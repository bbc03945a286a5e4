import assert from "node:assert/strict";

import * as ecs from "@pulumi/aws/ecs";
import * as cloudrunv2 from "@pulumi/gcp/cloudrunv2";

import { on } from "./stack";

describe("A job of its service's image", () => {
    it("has its service's entry point or its own, and without a command does what the image does", async () => {
        const image = { reference: "registry.example.com/api:1" };
        const run = "deployment" as const;
        const app = {
            services: {
                api: { image, entrypoint: ["/init"], command: ["serve"], ports: { http: 80 }, health: { path: "/" } },
            },
            jobs: {
                a: { service: "api", run },
                b: { service: "api", entrypoint: ["sh", "-c"], command: ["c"], run },
                d: { service: "api", entrypoint: ["/d"], run },
            },
        };
        const said = {
            a: [["/init"], undefined],
            b: [["sh", "-c"], ["c"]],
            d: [["/d"], undefined],
        };
        const task = JSON.parse((await on("aws", app)).one(ecs.TaskDefinition).inputs.containerDefinitions) as {
            name: string;
            entryPoint?: string[];
            command?: string[];
        }[];
        const onAws = task.slice(1).map(({ name, entryPoint, command }) => [name, [entryPoint, command]]);
        assert.deepEqual(Object.fromEntries(onAws), said);
        const onGcp = (await on("gcp", app)).of(cloudrunv2.Job).map(({ name, inputs }) => {
            const [{ commands, args }] = inputs.template.template.containers!;
            return [name.slice("demo-dev-".length), [commands, args]];
        });
        assert.deepEqual(Object.fromEntries(onGcp), said);
    });
});

describe("The folder in which containers run", () => {
    it("is the image's own, or the one that the topology says, of services, sidecars and jobs", async () => {
        const image = { reference: "registry.example.com/api:1" };
        const app = {
            services: {
                api: {
                    image,
                    workingDirectory: "/app",
                    ports: { http: 8000 },
                    health: { path: "/" },
                    sidecars: { agent: { image, workingDirectory: "/agent" }, plain: { image } },
                },
                work: { image, workingDirectory: "/work", ports: {} },
            },
            jobs: {
                clean: { service: "work", command: ["clean"], run: "demand" as const },
                migrate: { service: "api", command: ["migrate"], run: "deployment" as const },
                seed: { service: "api", command: ["seed"], workingDirectory: "/seed", run: "deployment" as const },
                tables: {
                    service: "api",
                    image: { reference: "registry.example.com/sql:1" },
                    run: "deployment" as const,
                },
            },
        };
        const aws = await on("aws", app);
        const folders = aws
            .of(ecs.TaskDefinition)
            .flatMap(
                ({ inputs }) =>
                    JSON.parse(inputs.containerDefinitions) as { name: string; workingDirectory?: string }[],
            )
            .map(({ name, workingDirectory }) => [name, workingDirectory]);
        assert.deepEqual(Object.fromEntries(folders), {
            api: "/app",
            migrate: "/app",
            seed: "/seed",
            tables: undefined,
            agent: "/agent",
            plain: undefined,
            work: "/work",
        });

        const gcp = await on("gcp", app);
        assert.deepEqual(
            gcp.one(cloudrunv2.Service).inputs.template?.containers?.map(({ name, workingDir }) => [name, workingDir]),
            [
                ["api", "/app"],
                ["agent", "/agent"],
                ["plain", undefined],
            ],
        );
        assert.equal(gcp.one(cloudrunv2.WorkerPool).inputs.template.containers?.[0].workingDir, "/work");
        const jobs = gcp
            .of(cloudrunv2.Job)
            .map(({ name, inputs }) => [
                name.slice("demo-dev-".length),
                inputs.template.template.containers?.[0].workingDir,
            ]);
        assert.deepEqual(Object.fromEntries(jobs), {
            clean: "/work",
            migrate: "/app",
            seed: "/seed",
            tables: undefined,
        });
    });
});
