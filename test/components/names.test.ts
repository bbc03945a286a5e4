import assert from "node:assert/strict";

import * as lb from "@pulumi/aws/lb";

import { on } from "./stack";

describe("Physical names", () => {
    it("of target groups are Pulumi's own, or begin with six characters where those would be too long", async () => {
        const service = {
            image: { reference: "registry.example.com/app:1" },
            ports: { http: 80, "a-longer-name": 81 },
            routes: [{}, { path: "/a/*", port: "a-longer-name" }],
            health: { path: "/" },
        };
        const groups = (await on("aws", { services: { web: service } })).of(lb.TargetGroup);

        assert.deepEqual(groups.map(({ name, inputs }) => [name, inputs.namePrefix]).sort(), [
            ["demo-dev-lb-web", undefined],
            ["demo-dev-lb-web-a-longer-name", "demo-"],
        ]);
    });
});
