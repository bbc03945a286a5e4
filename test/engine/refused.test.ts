import assert from "node:assert/strict";

import { pendingOf } from "../../plan/pending";
import { clouds, type AppInput, type Cloud } from "../../topology/app";
import { Inline } from "./inline";
import { describeWithEngine } from "./project";
import { typeOf } from "./standin/cloud";
import { stackFile } from "./stacks";

/** What no gate is for: another size of the server, another rule of the firewall. */
const app = (size: "small" | "large"): AppInput => ({
    name: "shop",
    services: {
        api: {
            image: { reference: `registry.example.com/shop@sha256:${"a".repeat(64)}` },
            ports: { http: 8080 },
            health: { path: "/healthz" },
            uses: ["db"],
        },
    },
    databases: {
        db: {
            aws: { instanceClass: size === "small" ? "db.t4g.micro" : "db.t4g.medium" },
            gcp: { tier: size === "small" ? "db-f1-micro" : "db-custom-2-8192" },
        },
    },
    firewall: { enabled: true, rateLimit: { requests: size === "small" ? 1000 : 2000 } },
});

const types: Record<Cloud, string[]> = {
    aws: ["aws:rds/instance:Instance", "aws:wafv2/webAcl:WebAcl"],
    gcp: ["gcp:sql/databaseInstance:DatabaseInstance", "gcp:compute/securityPolicy:SecurityPolicy"],
};

for (const cloud of clouds)
    describeWithEngine(`an update on ${cloud} that the cloud refused`, () => {
        let inline: Inline;
        before(async () => {
            inline = await Inline.start("dev");
            write("small");
            await inline.preview();
            await inline.up();
        });
        after(() => inline.stop());

        const write = (size: "small" | "large") => inline.configure(app(size), stackFile("shop", cloud, "dev"));
        const refused = () => pendingOf(JSON.parse(inline.state().text)).filter(({ kind }) => kind === "refused");
        const said = /the cloud refused this change before[\s\S]*pulumi refresh --yes --target/;

        it("is not taken for done by the next up, nor by its preview, until a refresh", async () => {
            write("large");
            inline.cloud.onUpdate = (urn) => (types[cloud].includes(typeOf(urn)) ? "fail" : undefined);
            await assert.rejects(inline.up({ continueOnError: true }), /ordered to fail/);
            assert.deepEqual(new Set(refused().map(({ type }) => type)), new Set(types[cloud]));

            inline.cloud.onUpdate = () => undefined;
            const mark = inline.cloud.journal.length;
            await assert.rejects(inline.preview(), said);
            await assert.rejects(inline.up(), said);
            await assert.rejects(inline.up({ continueOnError: true }), said);
            assert.deepEqual(
                inline.cloud.since(mark).filter(({ type }) => types[cloud].includes(type)),
                [],
            );

            for (const { urn } of refused()) await inline.refresh(urn);
            const did = (await inline.up()).map(({ action, type }) => `${action} ${type}`);
            for (const type of types[cloud]) assert.ok(did.includes(`update ${type}`), did.join("\n"));
            assert.deepEqual(refused(), []);
            await inline.expectNoChanges();
        });

        it("is over when the change is taken back", async () => {
            write("small");
            inline.cloud.onUpdate = (urn) => (types[cloud].includes(typeOf(urn)) ? "fail" : undefined);
            await assert.rejects(inline.up({ continueOnError: true }), /ordered to fail/);
            inline.cloud.onUpdate = () => undefined;
            write("large");
            await inline.up();
            assert.deepEqual(refused(), []);
            await inline.expectNoChanges();
        });
    });
