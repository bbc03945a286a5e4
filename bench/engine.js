"use strict";

const { spawnSync } = require("node:child_process");
const { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } = require("node:fs");
const { tmpdir } = require("node:os");
const { join } = require("node:path");

const hasEngine = () => spawnSync("pulumi", ["version"], { stdio: "ignore" }).status === 0;

/**
 * `pulumi preview` of todo in prod by the real engine, with the stand-in providers of the engine tests (they run in this
 * process, alike for all targets): as the repository has it, and with Pulumi's default, ts-node that type-checks.
 * @returns {Promise<{ targets: import("./measure").Target[], stop: () => void }>}
 */
async function engine() {
    require("../cli/source");
    const { Project } = require("../test/engine/project");
    const project = await Project.start("prod", {
        "twinstack:app": "todo",
        "twinstack:cloud": "aws",
        "twinstack:environment": "prod",
        "twinstack:domain": "todo.example.com",
        "aws:region": "ap-northeast-1",
    });
    const usual = asUsual(project.workDir);
    const preview = (id, title, cwd, env) => ({
        id,
        title: `pulumi preview, ${title}`,
        command: ["pulumi", "preview", "--stack", "prod", "--non-interactive"],
        cwd,
        env: () => ({ ...project.environment, ...env }),
    });
    return {
        targets: [
            preview("engine", "translated once (ours)", project.workDir, {}),
            // Goes before tsconfig.json, and "false" is what Pulumi does where nobody says anything.
            preview("engine default", "type-checked (Pulumi's default)", usual, {
                PULUMI_NODEJS_TRANSPILE_ONLY: "false",
            }),
        ],
        stop: async () => {
            rmSync(usual, { recursive: true });
            await project.stop();
        },
    };
}

/** A copy of the project as most are: the language host runs index.ts by way of ts-node. */
function asUsual(workDir) {
    const folder = mkdtempSync(join(tmpdir(), "twinstack-bench-"));
    cpSync(workDir, folder, { recursive: true, verbatimSymlinks: true });
    const edit = (file, change) => writeFileSync(join(folder, file), change(readFileSync(join(folder, file), "utf8")));
    // What it exports goes before main.
    edit("package.json", (text) => JSON.stringify({ ...JSON.parse(text), exports: undefined, main: "index.ts" }));
    // Ours is for translations without types.
    edit("tsconfig.json", (text) => text.replace(/^ *"ts-node":.*\n/m, ""));
    edit("Pulumi.yaml", (text) => text.replace("typescript: false", "typescript: true"));
    return folder;
}

/** Seconds that the program itself took in a run of the engine: the life of the language host's Node process. */
const programSeconds = ({ processes }) =>
    Math.max(...processes.filter(({ program }) => /cmd[\\/]run\b/.test(program)).map(({ seconds }) => seconds));

module.exports = { hasEngine, engine, programSeconds };
