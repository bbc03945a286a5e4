import assert from "node:assert/strict";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { apps } from "../../apps";
import { clouds } from "../../topology/app";
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

for (const cloud of clouds)
    describeWithEngine(`A program on ${cloud} with two parts that make one resource`, () => {
        let project: Project;
        before(async () => {
            project = await Project.start("dev", stackFile("todo", cloud, "dev"));
            const job = { service: "api", command: ["clean"], run: "schedule" as const, cron: "0 3 * * *" };
            project.write({ ...apps.todo!, jobs: { clean: job, "clean-schedule": job } });
        });
        after(() => project.stop());

        for (const command of ["up --yes", "up --yes --skip-preview"])
            it(`is refused by \`pulumi ${command}\` before anything is made, as validate refuses it`, async () => {
                const { code, output, errors } = await project.run(`pulumi ${command} --non-interactive`);
                assert.notEqual(code, 0);
                const told = await project.run("npx --no twinstack validate --stack dev");
                assert.equal(told.code, 2, told.errors);
                const block =
                    /jobs\.clean-schedule\s+found\s+todo-dev-clean-schedule-\w+ \(\S+\), which jobs\.clean makes, too/;
                assert.match(told.errors, block);
                assert.match(output + errors, block);
                assert.match(output + errors, /1 problem in the configuration/);
                assert.doesNotMatch(output + errors, /\n\s+at /);
                assert.deepEqual(project.cloud.journal, []);
            });
    });
