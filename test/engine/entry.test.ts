import assert from "node:assert/strict";

import { clouds, type AppInput, type Cloud } from "../../topology/app";
import { Inline } from "./inline";
import { draft } from "./matrix/cells";
import { describeWithEngine, Project } from "./project";
import { retained, todo } from "./stacks";
import { nameOf } from "./standin/cloud";
import type { Properties } from "./standin/values";

/** Todo as it is in prod, or in dev with a domain of its own. */
function configured(cloud: Cloud, stack: "prod" | "dev" | "dev-eu", domain = `${stack}.example.com`) {
    const { app, config } = draft("todo", cloud);
    const environment = stack === "prod" ? "prod" : "dev";
    return {
        app: app as AppInput,
        config: { ...config, "twinstack:environment": environment, "twinstack:domain": domain },
    };
}

for (const cloud of clouds)
    describeWithEngine(`Two stacks whose names begin alike, in one account of ${cloud}`, () => {
        let dev: Inline;
        let europe: Inline;
        before(async () => {
            dev = await Inline.start("dev");
            europe = await Inline.start("dev-eu", dev.cloud);
        });
        after(() => [dev, europe].forEach((stack) => stack?.stop()));

        const urns = (stack: string) => dev.cloud.urns().filter((urn) => urn.startsWith(`urn:pulumi:${stack}::`));

        it("come up side by side, and neither changes the other", async () => {
            for (const [stack, name] of [
                [dev, "dev"],
                [europe, "dev-eu"],
            ] as const) {
                const { app, config } = configured(cloud, name);
                stack.configure(app, config);
                await stack.preview();
                await stack.up();
            }
            await dev.expectNoChanges();
            assert.deepEqual(await dev.up({ refresh: true }), []);
            assert.deepEqual(await europe.up({ refresh: true }), []);
            assert.equal(urns("dev").length, urns("dev-eu").length);
        });

        it("collect their own logs only", () => {
            const things = [...dev.cloud.things.values()].filter(({ urn }) => urn.startsWith("urn:pulumi:dev::"));
            const names = [...dev.cloud.things.values()]
                .filter(
                    ({ urn, type }) =>
                        urn.startsWith("urn:pulumi:dev-eu::") && /^(aws:ecs|gcp:cloudrunv2)\/service:/.test(type),
                )
                .map(({ id }) => id);
            assert.ok(names.length);
            const patterns = things.flatMap(({ inputs }) =>
                [...JSON.stringify(inputs).matchAll(/=~\s*\\?"(\^[^"\\]*)/g)].map(([, text]) => text!),
            );
            if (cloud === "gcp") assert.ok(patterns.length);
            for (const pattern of patterns)
                for (const name of names) assert.ok(!new RegExp(pattern).test(name), `${pattern} takes ${name}`);
        });

        it("go one by one: the other has nothing to do and all that it had", async () => {
            const before = urns("dev");
            await europe.destroy();
            assert.deepEqual(
                [...dev.cloud.things.values()]
                    .filter(({ urn, type }) => urn.startsWith("urn:pulumi:dev-eu::") && !retained.has(type))
                    .map(({ urn }) => nameOf(urn)),
                [],
            );
            assert.deepEqual(urns("dev"), before);
            assert.deepEqual(await dev.up({ refresh: true }), []);
            await dev.expectNoChanges();
        });
    });

for (const cloud of clouds)
    describeWithEngine(`A record of the domain that is there already, on ${cloud}`, () => {
        let inline: Inline;
        const host = "taken.example.com";
        const { app, config } = configured(cloud, "dev", host);
        const type = { aws: "aws:route53/record:Record", gcp: "gcp:dns/recordSet:RecordSet" }[cloud];
        const theirs = `urn:pulumi:other::site::${type}::theirs`;
        const records = () =>
            [...inline.cloud.things.values()].filter(
                (thing) =>
                    thing.type === type &&
                    thing.live &&
                    String(thing.inputs.name).replace(/\.$/, "") === host &&
                    thing.inputs.type === "A",
            );
        before(async () => {
            inline = await Inline.start("dev");
            const place = cloud === "aws" ? "ap-northeast-1" : "my-project";
            const record: Properties =
                cloud === "aws"
                    ? { zoneId: "Z1", name: host, type: "A", records: ["192.0.2.1"] }
                    : { managedZone: "example-com", name: `${host}.`, type: "A", ttl: 300, rrdatas: ["192.0.2.1"] };
            await inline.cloud.create(theirs, record, place);
        });
        after(() => inline.stop());

        it("is not taken over, and up says what to do", async () => {
            inline.configure(app, config);
            await assert.rejects(
                inline.up(),
                cloud === "aws"
                    ? /already exists/
                    : /has a record of taken\.example\.com already[\s\S]*domain\.takeOver/,
            );
            assert.deepEqual(
                records().map(({ urn }) => urn),
                [theirs],
            );
        });

        it("is taken over when domain.takeOver says so, by one up", async () => {
            inline.configure({ ...app, domain: { takeOver: true } } as AppInput, config);
            await inline.up();
            const [record, ...others] = records();
            assert.notEqual(record?.urn, theirs);
            assert.deepEqual(others, []);
            await inline.expectNoChanges();
        });
    });

describeWithEngine("A certificate of Google that is not issued", () => {
    let project: Project;
    before(async () => (project = await Project.start("prod", todo("gcp", "prod"))));
    after(() => project.stop());
    const entries = () => project.cloud.urns().filter((urn) => urn.includes("certificateMapEntry"));

    it("fails up as soon as Google gives up, with where to look, before anything names it", async () => {
        project.cloud.issues = () => "FAILED";
        const said = await project.upFails();
        assert.match(
            said,
            /the certificate of todo\.example\.com is FAILED, not ACTIVE\. Do the registrar's name servers/,
        );
        assert.deepEqual(entries(), []);
    });

    it("is waited for, and serves by a plain rerun once it is issued", async () => {
        let asked = 0;
        project.cloud.issues = () => (asked++ < 2 ? "PROVISIONING" : "ACTIVE");
        await project.up();
        assert.equal(asked, 3);
        assert.ok(entries().length > 0);
        await project.expectNoChanges();
    });
});
