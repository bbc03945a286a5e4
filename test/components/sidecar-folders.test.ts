import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

import * as dockerbuild from "@pulumi/docker-build";

import { composeOf } from "../../compose/file";
import { planOf } from "../../plan/plan";
import type { AppInput, Target } from "../../topology/app";
import { ProblemsError } from "../../topology/problems";
import { resolve } from "../../topology/validate";
import { api } from "./data";
import { on } from "./stack";

describe("A sidecar with a folder of its service's image", () => {
    const page = { service: "/app/public" };
    const front = {
        image: { reference: "nginx:1.29", files: { "/srv/www": page, "/etc/motd": { content: "x" } } },
        ingress: true,
    };
    const with_ = (service: object, sidecar: object = {}) => ({
        filesystems: { files: {} },
        services: {
            api: { ...api, mounts: { files: "/app/data" }, ...service, sidecars: { nginx: { ...front, ...sidecar } } },
        },
    });

    const resolved = (cloud: Target, change: Omit<AppInput, "name">) =>
        resolve(
            {
                stack: "dev",
                config: {
                    "twinstack:app": "demo",
                    "twinstack:cloud": cloud,
                    "twinstack:environment": "dev",
                    ...(cloud === "aws"
                        ? { "aws:region": "ap-northeast-1", "twinstack:domain": "demo.example.com" }
                        : {}),
                },
            },
            { demo: { name: "demo", ...change } },
        );

    it("has it copied from what the service runs, and is another image when that is", async () => {
        for (const cloud of ["aws", "gcp"] as const) {
            const built = async (reference: string) => {
                const plan = await on(cloud, with_({ image: { reference } }));
                return plan.one(dockerbuild.Image, "-api-nginx-build").inputs;
            };
            const { context, dockerfile, tags } = await built("example/api:1");
            assert.match(String(context?.named?.["twinstack-service"].location), /^docker-image:\/\/.*example\/api:1$/);
            assert.equal(
                readFileSync(String(dockerfile?.location), "utf8"),
                "FROM nginx:1.29\nCOPY --from=twinstack-service /app/public/ /srv/www/\nCOPY root/ /\n",
            );
            assert.notDeepEqual((await built("example/api:2")).tags, tags);
        }
    });

    it("has it in a volume on a laptop, which Docker fills from the service's image, and which is another with that", async () => {
        const volumes = async (reference: string) => {
            const { compose } = composeOf(await planOf(resolved("local", with_({ image: { reference } }))));
            return [compose.services.api.volumes, compose.services["api-nginx"].volumes] as string[][];
        };
        const [own, beside] = await volumes("example/api:1");
        const name = /^(.*):\/app\/public$/.exec(own.find((volume) => volume.endsWith(":/app/public"))!)![1];
        assert.ok(beside.includes(`${name}:/srv/www:ro`), beside.join());
        const [other] = await volumes("example/api:2");
        assert.ok(!other.includes(`${name}:/app/public`));
    });

    it("is refused where a file system hides it, where two versions run at once, and in the service's own image", () => {
        const problems = (...[service, sidecar]: Parameters<typeof with_>) => {
            try {
                resolved("aws", with_(service, sidecar));
            } catch (error) {
                if (error instanceof ProblemsError) return error.problems.map(({ found }) => found).join();
                throw error;
            }
            return "";
        };
        assert.equal(problems({}), "");
        assert.match(problems({ mounts: { files: "/app" } }), /of the service's image, where the service mounts files/);
        assert.match(problems({}, { mounts: { files: "/srv" } }), /"\/srv\/www", where the sidecar mounts files/);
        assert.match(problems({ rollout: { strategy: "canary" } }), /of which canary runs two at once/);
        assert.match(problems({ image: { ...api.image, files: { "/x": page } } }), /which is this one/);
    });
});
