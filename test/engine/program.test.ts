import assert from "node:assert/strict";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { describeWithEngine, Project } from "./project";
import { stackFile } from "./stacks";

describeWithEngine("What the engine says of the user's own source", () => {
    let project: Project;
    const file = () => join(project.workDir, "apps/todo.ts");
    let text: string;
    before(async () => {
        project = await Project.start("dev", stackFile("todo", "aws", "dev"));
        text = readFileSync(file(), "utf8");
    });
    after(() => project.stop());

    const slips: [slip: string, edit: () => void, said: RegExp][] = [
        [
            "that does not parse",
            () => writeFileSync(file(), `${text}\nexport const cut = {\n`),
            /error: apps\/todo\.ts:\d+:1: '}' expected\.\n/,
        ],
        [
            "that throws",
            () => writeFileSync(file(), `throw new RangeError("no such size");\n${text}`),
            /error: apps\/todo\.ts cannot be loaded: RangeError: no such size\n/,
        ],
        [
            "that is gone",
            () => rmSync(file()),
            /error: apps\/index\.ts: import "\.\/todo"\n\s+found\s+no apps\/todo\.ts\n/,
        ],
    ];
    for (const [slip, edit, said] of slips)
        it(`is one message with its place where it is source ${slip}`, async () => {
            edit();
            const output = await project.upFails();
            assert.match(output, said);
            assert.doesNotMatch(output, /\n\s+at /);
            assert.deepEqual(project.cloud.journal, []);
        });
});
