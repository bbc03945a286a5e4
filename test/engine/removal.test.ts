import assert from "node:assert/strict";

import { clouds, type AppInput } from "../../topology/app";
import { describeWithEngine, Project } from "./project";
import { commandsOf, expectTyped } from "./runbook";
import { nameOf, typeOf } from "./standin/cloud";
import { retained, stackFile } from "./stacks";

/** A shop with two of everything that can be given up. */
const shop: AppInput = {
    name: "shop",
    services: {
        web: {
            image: { context: "workloads/todo" },
            ports: { http: 8000 },
            health: { path: "/health-check" },
            uses: ["db", "orders", "files"],
        },
        admin: {
            image: { context: "workloads/todo" },
            ports: { http: 8000 },
            routes: [{ path: "/admin/*" }],
            health: { path: "/health-check" },
            secrets: ["ADMIN_TOKEN"],
        },
    },
    databases: { db: {}, orders: { replicas: 1 } },
    buckets: { files: { replicate: false }, assets: { replicate: false } },
    cdn: { host: "static.shop.example.com", origins: { assets: { bucket: "assets" } } },
};

/** What each part is called, how its protection is lifted, and the app without it. */
const parts: { what: string; path: string; names: RegExp; without: (app: AppInput) => AppInput }[] = [
    {
        what: "a service, with its images and secrets",
        path: "services.admin",
        names: /^shop-prod-admin(-|$)/,
        without: ({ services: { admin: _, ...services }, ...app }) => ({ ...app, services }),
    },
    {
        what: "the CDN, with its logs",
        path: "cdn",
        names: /^shop-prod-cdn(-|$)/,
        without: ({ cdn: _, ...app }) => app,
    },
    {
        what: "a bucket, with what is in it",
        path: "buckets.assets",
        names: /^shop-prod-assets(-|$)/,
        without: (app) => ({ ...app, buckets: { files: app.buckets!.files } }),
    },
    {
        what: "a database, with its replica",
        path: "databases.orders",
        names: /^shop-prod-(orders|web-orders|web-to-orders)(-|$)/,
        without: ({ services: { web }, ...app }) => ({
            ...app,
            services: { web: { ...web, uses: ["db", "files"] } },
            databases: { db: {} },
        }),
    },
];

/** What of the other parts must be there afterwards: whatever holds something, or serves. */
const keeps =
    /^(aws:(rds|s3\/bucket:|ecr\/repository:|ecs\/service:|secretsmanager\/secret:)|gcp:(sql|storage\/bucket:|artifactregistry|cloudrunv2|secretmanager\/secret:))/;

after(expectTyped);

for (const cloud of clouds)
    describeWithEngine(`a shop in prod on ${cloud}, that loses one part after the other`, () => {
        const config = stackFile("shop", cloud, "prod");
        let app = shop;
        let project: Project;
        before(async () => {
            project = await Project.start("prod", config);
            project.write(app);
            await project.preview();
            await project.up();
        });
        after(() => project.stop());

        const run = async (command: string): Promise<void> => {
            const { code, output, errors } = await project.run(command);
            assert.equal(code, 0, `${command}\n${output}${errors}`);
        };
        const commandsFor = (path: string): string[] =>
            commandsOf("## Removing a part in production").map((command) =>
                command.replaceAll("databases.orders", path),
            );

        for (const { what, path, names, without } of parts)
            it(`refuses to lose ${what} by a slip, and then does so in one go`, async () => {
                const there = (): string[] =>
                    project.cloud.urns().filter((urn) => names.test(nameOf(urn)) && !retained.has(typeOf(urn)));
                assert.ok(there().length > 0);

                // Taken out while protected: said before anything is touched.
                if (cloud === "aws" || path !== "cdn") {
                    project.write(without(app));
                    const slip = project.cloud.journal.length;
                    const { code, output } = await project.run("pulumi up --yes");
                    assert.notEqual(code, 0);
                    assert.match(output, /cannot be deleted\s+because it is protected/);
                    assert.deepEqual(project.cloud.since(slip), []);
                    project.write(app);
                }

                const [lift, up, forget, remove] = commandsFor(path);
                const lifting = project.cloud.journal.length;
                await run(lift!);
                await run(up!);
                for (const { action, urn } of project.cloud.since(lifting)) {
                    assert.equal(action, "update", urn);
                    assert.match(nameOf(urn), names);
                }

                app = without(app);
                project.write(app);
                await run(forget!);
                const removing = project.cloud.journal.length;
                await run(remove!);
                assert.deepEqual(there(), []);
                const lost = project.cloud
                    .since(removing)
                    .filter(
                        ({ action, type, urn }) => action === "delete" && keeps.test(type) && !names.test(nameOf(urn)),
                    );
                assert.deepEqual(lost, []);
                await project.expectNoChanges();
            });
    });
