import assert from "node:assert/strict";

import { apps } from "../../apps";
import { releaseIn } from "../../plan/released";
import { clouds, type AppInput } from "../../topology/app";
import { parseRelease, type ServiceRelease } from "../../topology/release";
import { candidateHeader } from "../../topology/rollout";
import { Inline } from "./inline";
import { entrances, type Entrance } from "./matrix/cells";
import { outage, shares } from "./matrix/traffic";
import { describeWithEngine } from "./project";
import { stackFile } from "./stacks";
import { nameOf, type Entry } from "./standin/cloud";

const image = (letter: string): string => `ghcr.io/example/shop@sha256:${letter.repeat(64)}`;
const header = "0123456789abcdef";

/** An app in prod, the service that is released, and one of its ways in. */
const cases: { app: AppInput; service: string; at: { host: string; path: string } }[] = [
    // The default of a load balancer, which is no rule of its own.
    { app: apps.todo!, service: "api", at: { host: "todo.example.com", path: "/x" } },
    // By host, behind a CDN too, called by another service, and with a job before its deployments.
    { app: apps.morrow!, service: "backend", at: { host: "api.morrow.app", path: "/x" } },
];

for (const { app, service, at } of cases) for (const cloud of clouds) suite(app, service, { cloud, ...at });

function suite(app: AppInput, service: string, entrance: Entrance): void {
    const { cloud } = entrance;
    describeWithEngine(`a release of ${app.name} in prod on ${cloud}`, function () {
        let stack: Inline;
        let ways: Entrance[];
        const configure = (overrides: object = {}) => {
            const config = { ...stackFile(app.name, cloud, "prod"), "twinstack:overrides": overrides };
            ways = entrances(stack.configure(app, config).app, cloud);
        };
        before(async () => {
            stack = await Inline.start("prod");
            configure();
            await stack.preview();
            await stack.up();
            stack.cloud.pass();
        });
        after(() => stack.stop());

        const tell = (told?: ServiceRelease) =>
            (stack.told = told && parseRelease({ services: { [service]: told } }, "told", "prod"));
        /** An up during which every way in is served after every step, and each image gets what `may` admits. */
        const up = async (may: string[], run = () => stack.up()): Promise<Entry[]> => {
            const faults = new Set<string>();
            stack.cloud.onEntry = () => {
                for (const way of ways) {
                    const why = outage(stack.cloud, way);
                    if (why) faults.add(`${way.host}${way.path}: ${why}`);
                }
                if (!faults.size)
                    for (const one of Object.keys(shares(stack.cloud, entrance)))
                        if (!may.includes(one)) faults.add(`${one} gets requests`);
            };
            try {
                return await run();
            } finally {
                stack.cloud.onEntry = () => undefined;
                assert.deepEqual([...faults], []);
            }
        };
        const split = (token?: string) => shares(stack.cloud, entrance, token ? [candidateHeader, token] : undefined);
        const names = (entries: Entry[], action: Entry["action"]) =>
            entries
                .filter((entry) => entry.action === action)
                .map(({ urn, type }) => `${type.split(":")[2]} ${nameOf(urn)}`);
        const candidates = () =>
            stack.cloud
                .urns()
                .map(nameOf)
                .filter((name) => name.includes("-candidate"));
        const jobs = (entries: Entry[]) => names(entries, "update").filter((one) => one.startsWith("Job "));
        const migrates = app.jobs !== undefined && cloud === "gcp";

        it("takes an image that was shipped, and every later up keeps it", async () => {
            tell({ image: image("a") });
            await up([...Object.keys(split()), image("a")]);
            assert.deepEqual(split(), { [image("a")]: 100 });
            tell();
            await stack.expectNoChanges();
            assert.match(stack.notes.join(), /was shipped and stays/);
        });

        it("starts a candidate that only its header leads to", async () => {
            tell({ image: image("a"), candidate: { image: image("b"), weight: 0 }, header, instances: 3 });
            const entries = await up([image("a")]);
            assert.deepEqual(split(), { [image("a")]: 100 });
            assert.deepEqual(split(header), { [image("b")]: 100 });
            assert.deepEqual(split("another-header-0"), { [image("a")]: 100 });
            assert.deepEqual(
                names(entries, "delete").filter((one) => !/RandomId/.test(one)),
                [],
            );
            assert.equal(jobs(entries).length, migrates ? 1 : 0);
            const { text } = stack.state();
            assert.ok(!text.includes(header), "the header stands in the state as it is");
            // All else can be read there, which `twinstack diff --against-state` does.
            assert.equal(releaseIn(JSON.parse(text), "prod")?.services[service].candidate?.image, image("b"));
        });

        for (const weight of [5, 50, 100])
            it(`leads ${weight} % of the requests to it, and nothing else happens`, async () => {
                tell({ image: image("a"), candidate: { image: image("b"), weight }, header, instances: 3 });
                const entries = await up([image("a"), image("b")]);
                const [all, some] = [{ [image("b")]: 100 }, { [image("a")]: 100 - weight, [image("b")]: weight }];
                assert.deepEqual(split(), weight === 100 ? all : some);
                assert.deepEqual(split(header), all);
                const touched = new Set(entries.map(({ type, action }) => `${action} ${type.split(":")[2]}`));
                const leads = cloud === "gcp" ? ["update URLMap"] : ["update Listener", "update ListenerRule"];
                assert.ok(
                    [...touched].every((one) => leads.includes(one)),
                    [...touched].join(),
                );
            });

        it("keeps the candidate and its share in an up that knows of no release", async () => {
            tell();
            await stack.expectNoChanges();
            configure({ services: { [service]: { [cloud]: { scale: { max: 9 } } } } });
            const entries = await up([image("b")]);
            assert.ok(names(entries, "update").length > 0);
            assert.deepEqual(
                [...names(entries, "create"), ...names(entries, "delete")].filter(
                    (one) => !/^(TaskDefinition|RandomId) /.test(one),
                ),
                [],
            );
            assert.deepEqual(split(), { [image("b")]: 100 });
            assert.deepEqual(split(header), { [image("b")]: 100 });
        });

        it("lets the service take the image while the candidate still serves, and then takes the candidate away", async () => {
            tell({ image: image("b"), candidate: { image: image("b"), weight: 100 }, header, instances: 3 });
            assert.deepEqual(jobs(await up([image("b")])), []);
            tell({ image: image("b") });
            const entries = await up([image("b")]);
            assert.deepEqual(candidates(), []);
            assert.deepEqual(split(), { [image("b")]: 100 });
            assert.deepEqual(jobs(entries), []);
            tell();
            await stack.expectNoChanges();
        });

        it("takes the requests back from a candidate, in one step", async () => {
            tell({ image: image("b"), candidate: { image: image("c"), weight: 5 } });
            await up([image("b"), image("c")]);
            tell({ image: image("b") });
            const entries = await up([image("b"), image("c")]);
            assert.deepEqual(split(), { [image("b")]: 100 });
            assert.deepEqual(candidates(), []);
            // A migration of the old version might not know what the new one has left.
            assert.deepEqual(jobs(entries), []);
        });

        it("leads nobody to a candidate that does not start, and is over as soon as it is told so", async () => {
            const fails = cloud === "gcp" ? "cloudrunv2/service:Service" : "ecs/service:Service";
            stack.cloud.onCreate = (urn) =>
                urn.includes(fails) && nameOf(urn).endsWith("-candidate") ? "broken" : undefined;
            tell({ image: image("b"), candidate: { image: image("c"), weight: 50 }, header });
            await assert.rejects(up([image("b")]));
            stack.cloud.onCreate = () => undefined;
            assert.deepEqual(split(), { [image("b")]: 100 });
            tell({ image: image("b") });
            await up([image("b")]);
            assert.deepEqual(candidates(), []);
            tell();
            await stack.expectNoChanges();
        });
    });
}
