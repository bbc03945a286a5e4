import assert from "node:assert/strict";
import { appendFileSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

import { describeWithEngine, Project } from "./project";
import { todo } from "./stacks";

/** The command as a person types it, the real engine and a cloud to stand in; one server is the registry, and what answers. */
describeWithEngine("twinstack ship under the real engine", () => {
    let project: Project;
    let host: string;
    const digests: Record<string, string> = Object.fromEntries(
        ["2", "3"].map((tag) => [tag, `sha256:${tag.repeat(64)}`]),
    );
    const server = createServer((request, response) => {
        const [, tag] = /^\/v2\/todo\/manifests\/(?:sha256:)?(.)/.exec(request.url!) ?? [];
        if (tag === undefined) response.end("ok");
        else response.writeHead(tag in digests ? 200 : 404, { "docker-content-digest": digests[tag] ?? "" }).end();
    });
    before(async () => {
        await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
        host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
        project = await Project.start("dev", todo("aws", "dev"));
        await project.preview();
        await project.up();
    });
    after(() => {
        server.close();
        project.stop();
    });
    const ship = async (args: string, code = 0): Promise<{ output: string; errors: string }> => {
        const ended = await project.run(`node cli/bin.js ${args} -s dev`);
        assert.equal(ended.code, code, ended.output + ended.errors);
        return ended;
    };
    const released = async () =>
        (JSON.parse((await ship("ship history --json")).output) as { runs: Record<string, string> }).runs;

    it("has nothing to do after an up, and names the file that is another", async () => {
        assert.match((await ship("ship --plan")).output, /^api {2}nothing/m);
        const file = join(project.workDir, "workloads/todo/Dockerfile");
        const before = readFileSync(file, "utf8");
        appendFileSync(file, "\n# another\n");
        assert.match((await ship("ship --plan")).output, /^api {2}rebuild +Dockerfile$/m);
        await project.run(`cat > ${file} <<'END'\n${before}END`);
    });

    it("ships an image by the digest that its registry tells, and tells how it went", async () => {
        const { output, errors } = await ship(`ship --yes --image api=${host}/todo:2 --url http://${host}`);
        assert.match(output, /The update changes nothing beside that/);
        assert.match(output, /released {2}ship \d{8}-\d{4}/);
        assert.match(errors, /take over/);
        // What docs/shipping.md says of each phase.
        if (process.env.FIGURES) console.log(output.replace(/^/gm, "      "));
        assert.deepEqual(await released(), { api: `${host}/todo@${digests["2"]}` });
        await project.expectNoChanges();
        assert.match((await ship("ship --plan")).output, /^api {2}nothing/m);
    });

    it("restarts what has another configuration, and says which", async () => {
        project.configure(todo("aws", "dev", { "twinstack:overrides": { services: { api: { memory: 4096 } } } }));
        const { output } = await ship(`ship --yes --url http://${host}`);
        assert.match(output, /^api {2}restart +memory \d+ → 4096$/m);
        assert.deepEqual(await released(), { api: `${host}/todo@${digests["2"]}` });
        await project.expectNoChanges();
    });

    it("goes on in the background, where its id finds it", async () => {
        const { output } = await ship(`ship --detach --image api=${host}/todo:3 --url http://${host}`);
        const id = output.split("\n")[0];
        assert.match((await ship(`ship status ${id} --follow`)).output, new RegExp(`ship ${id} {2}released`));
        assert.match((await ship("ship list")).output, new RegExp(`^${id} +released`, "m"));
    });

    it("is taken back", async () => {
        await ship(`rollback --yes --url http://${host}`);
        assert.deepEqual(await released(), { api: `${host}/todo@${digests["2"]}` });
        await project.expectNoChanges();
    });
});
