import assert from "node:assert/strict";
import { appendFileSync } from "node:fs";
import { join } from "node:path";

import { engineOf } from "../../ship/engine";
import { describeWithEngine, Project } from "./project";
import { image, todo } from "./stacks";

const shipped = (letter: string) => ({ image: `ghcr.io/example/todo@sha256:${letter.repeat(64)}` });
const header = "0123456789abcdef";

/** The whole program, its config in a stack file and its state in files: what it is told, what it remembers, and which of them wins. */
describeWithEngine("what an up runs", () => {
    let project: Project;
    const configure = (more = {}) =>
        project.configure(
            todo("aws", "dev", {
                "twinstack:overrides": { services: { api: { rollout: { strategy: "canary" } } } },
                ...more,
            }),
        );
    before(async () => {
        project = await Project.start("dev", todo("aws", "dev"));
        configure();
        await project.preview();
        await project.up();
    });
    after(() => project.stop());

    /** An `up` in a shell, as `twinstack ship` runs it. */
    const tell = async (services: object, command = "pulumi up --yes --skip-preview"): Promise<string> => {
        const told = JSON.stringify({ services, id: "7", note: { kept: true } });
        const { code, output, errors } = await project.run(`TWINSTACK_RELEASE='${told}' ${command} --stack dev`);
        assert.equal(code, 0, output + errors);
        return output;
    };
    /** Image of the service's tasks. */
    const runs = (name = "todo-dev-api"): string => {
        const service = [...project.cloud.things.values()].find(
            ({ type, urn }) => type === "aws:ecs/service:Service" && urn.endsWith(`::${name}`),
        );
        const task = [...project.cloud.things.values()].find(
            ({ outputs }) => outputs.arn === service?.inputs.taskDefinition,
        );
        return (JSON.parse(String(task?.inputs.containerDefinitions)) as { image: string }[])[0].image;
    };

    it("is what it is told, and then what it was told", async () => {
        await tell({ api: shipped("a") });
        assert.equal(runs(), shipped("a").image);
        await project.expectNoChanges();
    });

    it("keeps a candidate, its share and its header in an up that is told nothing", async () => {
        const output = await tell({ api: { ...shipped("a"), candidate: { ...shipped("b"), weight: 5 }, header } });
        assert.ok(!output.includes(header), "the header is shown");
        assert.equal(runs("todo-dev-api-candidate"), shipped("b").image);
        await project.expectNoChanges();
        const { output: outputs } = await project.run("pulumi stack output release --json --show-secrets --stack dev");
        const { id, note, services } = JSON.parse(outputs) as {
            id: string;
            note: unknown;
            services: { api: { header: string } };
        };
        assert.deepEqual([id, note, services.api.header], ["7", { kept: true }, header]);
        // Another content of the folder is no reason to end a release.
        appendFileSync(join(project.workDir, "workloads/todo/Dockerfile"), "\n# during a release\n");
        await project.expectNoChanges();
    });

    it("is what a diff against the exported state goes by", async () => {
        const { code, output } = await project.run(
            "pulumi stack export > state.json; node cli/bin.js diff --against-state state.json --json -s dev",
        );
        assert.equal(code, 0, output);
        const { changes } = JSON.parse(output) as { changes: { kind: string; properties: { path: string }[] }[] };
        assert.deepEqual(
            changes.filter(({ kind }) => kind !== "update"),
            [],
        );
        // Tags, which the state has from the provider.
        const paths = changes.flatMap(({ properties }) => properties.map(({ path }) => path));
        assert.deepEqual(
            paths.filter((path) => /image|containerDefinitions|weight|forward|conditions/i.test(path)),
            [],
        );
    });

    it("is what the folder builds, where its content is another than when the image was shipped", async () => {
        await tell({ api: { ...shipped("b"), source: "built-000000000000" } });
        assert.equal(runs(), shipped("b").image);
        await project.up();
        assert.match(runs(), /:built-[0-9a-f]{12}@sha256:/);
        await project.expectNoChanges();
    });

    it("is what twinstack:image says, once that says something else than when an image was shipped", async () => {
        await tell({ api: shipped("c") });
        configure(image("d"));
        await project.up();
        assert.equal(runs(), image("d")["twinstack:image"]);
        await tell({ api: shipped("e") });
        await project.expectNoChanges();
        assert.equal(runs(), shipped("e").image);
    });

    it("is refused before anything changes where it is wrong", async () => {
        const mark = project.cloud.journal.length;
        const { code, output } = await project.run(
            `TWINSTACK_RELEASE='{"services":{"apo":{"image":"x/y:1"}}}' pulumi up --yes --skip-preview --stack dev`,
        );
        assert.notEqual(code, 0);
        assert.match(output, /TWINSTACK_RELEASE: services\.apo/);
        assert.equal(project.cloud.journal.length, mark);
    });

    it("is what the engine of a ship tells it, and what that reads again, secrets included", async () => {
        const said: string[] = [];
        const engine = await engineOf(
            { stack: "dev", workDir: project.workDir, environment: project.environment },
            {
                clock: { now: Date.now, sleep: () => Promise.resolve(), after: () => () => undefined },
                say: ({ text }) => said.push(text),
            },
        );
        const services = { api: { ...shipped("f"), candidate: { ...shipped("e"), weight: 0 }, header } };
        await engine.up({ services, id: "8" });
        assert.equal(runs(), shipped("f").image);
        assert.equal((await engine.remembered())?.services.api.header, header);
        assert.match((await engine.url())!, /^http/);
        await engine.up({ services: { api: shipped("f") }, id: "8" });

        // What was wrong is said without the rest of what an engine prints, and changes nothing of what is remembered.
        const wrong = engine.up({ services: { wbe: shipped("a") }, id: "9" });
        await assert.rejects(wrong, /services\.wbe\n.*the app does not have/);
        await assert.rejects(wrong, ({ message }: Error) => !/Updating|Resources:/.test(message));
        assert.equal((await engine.remembered())?.id, "8");
        await engine.unlock();
        assert.deepEqual(said, []);
    });
});
