import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { clouds } from "../../topology/app";
import { command, install, pack, type Packed } from "../package/packed";
import { describeWithEngine, Project } from "./project";

describe("A project of somebody's own, with the package", () => {
    let packed: Packed;
    let source: string;
    before(() => {
        packed = pack();
        source = mkdtempSync(join(tmpdir(), "twinstack-mine-"));
        install(packed, source);
        assert.equal(command(source, "init", "--name", "shop").status, 0);
    });
    after(() => {
        rmSync(source, { recursive: true });
        packed.remove();
    });

    for (const cloud of clouds)
        describeWithEngine(`on ${cloud}, under the real engine`, () => {
            let project: Project;
            before(async () => {
                const config = {
                    "twinstack:app": "shop",
                    "twinstack:cloud": cloud,
                    "twinstack:environment": "dev",
                    "aws:region": "eu-central-1",
                    "gcp:project": "shop-dev",
                    "gcp:region": "europe-west3",
                };
                project = await Project.start("dev", config, [], source);
            });
            after(() => project.stop());

            it("comes up, changes nothing after that, and says slips in its own source with their place", async () => {
                const made = await project.up();
                assert.ok(made.length > 30, `${made.length} resources`);
                await project.expectNoChanges();
                const file = join(project.workDir, "apps/shop.ts");
                const text = readFileSync(file, "utf8");
                writeFileSync(file, `${text}const cut = {\n`);
                assert.match(await project.upFails(), /apps\/shop\.ts:\d+:\d+: '}' expected\./);
                writeFileSync(file, text);
            });

            it("goes away", async () => {
                await project.destroy();
                assert.deepEqual(
                    (await project.state()).resources.filter(({ custom }) => custom),
                    [],
                );
            });
        });
});
