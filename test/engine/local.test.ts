import assert from "node:assert/strict";

import { describeWithEngine, Project } from "./project";
import { canary } from "./standin/resources";

describeWithEngine("cloud: local under the engine", () => {
    let project: Project;
    before(async () => {
        project = await Project.start("dev", { "twinstack:app": "morrow", "twinstack:cloud": "local" });
    });
    after(() => project?.stop());

    it("comes up in the order of what is used, changes nothing the second time, and goes", async () => {
        const made = (await project.up()).map(({ urn }) => urn.split("::").pop()!);
        const order = ["db-data", "db", "migrate", "backend", "frontend"].map((part) => `morrow-dev-${part}`);
        for (const name of order) assert.ok(made.includes(name), name);
        assert.deepEqual(
            [...order].sort((a, b) => made.lastIndexOf(a) - made.lastIndexOf(b)),
            order,
        );
        await project.expectNoChanges();

        const { resources, text } = await project.state();
        assert.equal(resources.filter(({ urn }) => urn.includes("docker:index/container:Container")).length, 6);
        assert.doesNotMatch(text, new RegExp(`${canary}|POSTGRES_PASSWORD=`));

        await project.destroy();
        assert.equal((await project.state()).resources.filter(({ custom }) => custom).length, 0);
    });
});
