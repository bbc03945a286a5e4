import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

import { holding } from "../../plan/holding";
import { clouds, type AppInput } from "../../topology/app";
import { Inline } from "./inline";
import { entrances } from "./matrix/cells";
import { outage } from "./matrix/traffic";
import { describeWithEngine } from "./project";
import { retained, stackFile } from "./stacks";
import { nameOf } from "./standin/cloud";

const repository = resolve(__dirname, "../..");
/** The last version in which the first host had no name of its own, and one certificate of Google was for all. */
const earlier = "860499c01e2c93d8ad2c8ef62a24e3ddd6931767";

/** What that version could say already. */
const app: AppInput = {
    name: "shop",
    services: {
        api: {
            image: { reference: `ghcr.io/example/shop@sha256:${"a".repeat(64)}` },
            ports: { http: 8080 },
            routes: [{}, { host: "www.shop.example.com" }],
            health: { path: "/healthz" },
            uses: ["db", "sessions", "files"],
            secrets: ["TOKEN"],
        },
    },
    databases: { db: {} },
    caches: { sessions: {} },
    buckets: { files: { replicate: false } },
};

/** The program of another version, which knows neither gates nor memory. */
interface Program {
    deploy: (stack: unknown) => Promise<unknown>;
    resolve: (settings: unknown, apps: Record<string, AppInput>) => unknown;
}

/** A version of this repository in a folder; undefined where a clone is too shallow to have it. */
function checkedOut(version: string): string | undefined {
    const folder = mkdtempSync(join(tmpdir(), "twinstack-earlier-"));
    try {
        // Pulumi.yaml makes a project of it, whose sources are translated as this one's are.
        const rooms = ["topology", "components", "stacks", "apps", "package.json", "Pulumi.yaml", "tsconfig.json"];
        const archive = execFileSync("git", ["archive", version, ...rooms], { cwd: repository, maxBuffer: 1 << 28 });
        execFileSync("tar", ["x"], { cwd: folder, input: archive });
    } catch {
        rmSync(folder, { recursive: true });
        return undefined;
    }
    symlinkSync(join(repository, "node_modules"), join(folder, "node_modules"));
    return folder;
}

for (const cloud of clouds)
    describeWithEngine(`A stack of an earlier version on ${cloud}`, () => {
        let inline: Inline;
        let folder: string | undefined;
        before(async function () {
            folder = checkedOut(earlier);
            if (!folder) {
                console.warn("\n  SKIPPED: an upgrade from an earlier version. This clone has no history.\n");
                this.skip();
            }
            inline = await Inline.start("prod");
        });
        after(() => {
            inline?.stop();
            if (folder) rmSync(folder, { recursive: true });
        });

        const config = stackFile("shop", cloud, "prod");

        it("is taken over by one up, with its data, its entrances and no outage", async () => {
            const { deploy } = (await import(join(folder!, "stacks"))) as Program;
            const { resolve: read } = (await import(join(folder!, "topology/validate"))) as Program;
            const now = inline.program;
            inline.program = () => deploy(read(inline.settings(config), { [app.name]: app }));
            await inline.preview();
            await inline.up();
            inline.cloud.pass();

            inline.program = now;
            const { app: after } = inline.configure(app, config);
            const outages: string[] = [];
            const look = () =>
                outages.push(...entrances(after, cloud).flatMap((one) => outage(inline.cloud, one) ?? []));
            look();
            assert.deepEqual(outages, []);
            inline.cloud.onEntry = look;
            const entries = await inline.up();
            inline.cloud.onEntry = () => undefined;

            assert.deepEqual([...new Set(outages)], []);
            const kept =
                /^aws:(lb\/loadBalancer|acm\/certificate|route53\/record):|^gcp:(compute\/global\w+|dns\/recordSet):/;
            const lost = entries.filter(
                ({ action, type }) => action === "delete" && (holding[type] ?? kept.test(type)),
            );
            assert.deepEqual(
                lost.map(({ type, urn }) => `${type} ${nameOf(urn)}`),
                [],
            );
            await inline.expectNoChanges();
            // What has another name now is the same thing.
            const called = (type: string, id: unknown) => `${type} ${String(id)}`;
            const things = [...inline.cloud.things.values()].filter(({ type, live }) => live && !retained.has(type));
            const { resources } = inline.state();
            const known = resources.filter(
                (r) => r.custom && r.id && !/^pulumi:/.test(r.type) && !retained.has(r.type),
            );
            assert.deepEqual(
                things.map(({ type, id }) => called(type, id)).sort(),
                known.map(({ type, id }) => called(type, id)).sort(),
            );
        });
    });
