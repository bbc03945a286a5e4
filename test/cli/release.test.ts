import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { Cost } from "../../cost/cost";
import type { Diff } from "../../plan/diff";
import type { Plan } from "../../plan/plan";
import { json, twinstack } from "../twinstack";

const image = (letter: string): string => `registry.example.com/todo@sha256:${letter.repeat(64)}`;
const header = "0123456789abcdef";
const release = (weight: number, more: object = {}) => ({
    services: { api: { image: image("a"), candidate: { image: image("b"), weight }, header, ...more } },
});

/** A release that is looked at beforehand: what it builds, costs and changes. */
describe("twinstack … --release", function () {
    this.timeout(60000);
    let folder: string;
    let files = 0;
    before(() => (folder = mkdtempSync(join(tmpdir(), "twinstack-release-"))));
    after(() => rmSync(folder, { recursive: true }));
    const file = (data: unknown): string => {
        const path = join(folder, `${files++}.json`);
        writeFileSync(path, typeof data === "string" ? data : JSON.stringify(data));
        return path;
    };
    const prod = (cloud: string, ...args: string[]) => [...args, "-s", "prod", "--cloud", cloud];

    for (const cloud of ["aws", "gcp"]) {
        it(`plans both services and the share of each on ${cloud}, and not the header`, async () => {
            const { status, stdout } = await twinstack(prod(cloud, "plan", "--release", file(release(5))));
            assert.equal(status, 0);
            assert.match(stdout, /^Service {2}todo-prod-api-candidate/m);
            assert.match(stdout, /95 % and 5 % of the requests/);
            const plan = await json<Plan>(prod(cloud, "plan", "--release", file(release(5))));
            assert.ok(!JSON.stringify(plan).includes(header));
        });

        it(`prices what runs twice on ${cloud}, with its own part of the requests`, async () => {
            const lines = async (...args: string[]) => {
                const { lineItems } = await json<Cost>(prod(cloud, "cost", ...args));
                return (resource: string, item: RegExp) =>
                    lineItems.find((line) => line.resource === resource && item.test(line.item))?.quantity;
            };
            const [before, during] = [await lines(), await lines("--release", file(release(25)))];
            const size = cloud === "aws" ? /^vCPU$/ : /^Requests$/;
            const [of, main, tried] = [
                before("todo-prod-api", size)!,
                during("todo-prod-api", size)!,
                during("todo-prod-api-candidate", size)!,
            ];
            // Tasks run whether or not somebody asks; on Cloud Run requests themselves are paid.
            assert.deepEqual([main / of, tried / of], cloud === "aws" ? [1, 1] : [0.75, 0.25]);
        });

        it(`says what the next step changes on ${cloud}: the weights, and nothing else`, async () => {
            const saved = file(await json<Plan>(prod(cloud, "plan", "--release", file(release(5)))));
            const { changes } = await json<Diff>(prod(cloud, "diff", saved, "--release", file(release(50))));
            const leads = cloud === "aws" ? "aws:lb/listener:Listener" : "gcp:compute/uRLMap:URLMap";
            assert.deepEqual(
                changes.map(({ kind, type }) => [kind, type]),
                [["update", leads]],
            );
            assert.match(JSON.stringify(changes[0].properties), /weight/);
        });
    }

    it("goes by what a state remembers, since an up would", async () => {
        const plan = await json<Plan>(prod("aws", "plan", "--release", file(release(5))));
        const sealed = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", ciphertext: "v1:x" };
        const { services } = plan.outputs.release as { services: { api: object } };
        const stack = (outputs: object) => ({
            urn: "urn:pulumi:prod::twinstack::pulumi:pulumi:Stack::s",
            type: "pulumi:pulumi:Stack",
            outputs,
        });
        const state = (outputs: object) => file({ deployment: { resources: [stack(outputs), ...plan.resources] } });
        const remembered = state({ release: { services: { api: { ...services.api, header: sealed } } } });
        const none = await json<Diff>(prod("aws", "diff", "--against-state", remembered));
        assert.deepEqual(
            none.changes.map(({ name }) => name),
            [],
        );
        // Without it the configuration alone is the measure.
        const all = await json<Diff>(prod("aws", "diff", "--against-state", state({})));
        assert.ok(all.changes.some(({ kind, name }) => kind === "delete" && name === "todo-prod-api-candidate"));
    });

    it("refuses what is wrong, and says where", async () => {
        const refused = async (path: string, ...args: string[]) => {
            const { status, stderr } = await twinstack([...prod("aws", "plan", "--release", path), ...args]);
            assert.equal(status, 2);
            return stderr;
        };
        assert.match(await refused(join(folder, "none.json")), /cannot be read/);
        assert.match(await refused(file("{")), /text that is no JSON/);
        assert.match(await refused(file(release(101))), /services\.api\.candidate\.weight\n +found +101/);
        assert.match(await refused(file({ services: { app: { image: image("a") } } })), /which the app does not have/);
        const { status, stderr } = await twinstack(["plan", "-s", "dev", "--release", file(release(5))]);
        assert.equal(status, 2);
        assert.match(stderr, /whose rollout is rolling/);
        assert.match(
            (await twinstack(["plan", "-s", "dev", "--cloud", "local", "--release", file(release(5))])).stderr,
            /nothing is released to a laptop/,
        );
    });
});
