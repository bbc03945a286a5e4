"use strict";

const { spawnSync } = require("node:child_process");

const hasEngine = () => spawnSync("pulumi", ["version"], { stdio: "ignore" }).status === 0;

/**
 * `pulumi preview` of todo in prod by the real engine, with the stand-in providers of the engine tests (they run in this
 * process, alike for all targets): as the repository has it, and with Pulumi's default, which type-checks.
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
    const preview = (id, title, env) => ({
        id,
        title: `pulumi preview, ${title}`,
        command: ["pulumi", "preview", "--non-interactive"],
        cwd: project.workDir,
        env: () => ({ ...project.environment, ...env }),
    });
    return {
        targets: [
            preview("engine", "transpile only (ours)", {}),
            // Goes before tsconfig.json, and "false" is what Pulumi does where nobody says anything.
            preview("engine default", "type-checked (Pulumi's default)", { PULUMI_NODEJS_TRANSPILE_ONLY: "false" }),
        ],
        stop: () => project.stop(),
    };
}

/** Seconds that the program itself took in a run of the engine: the life of the language host's Node process. */
const programSeconds = ({ processes }) =>
    Math.max(...processes.filter(({ program }) => /cmd[\\/]run\b/.test(program)).map(({ seconds }) => seconds));

module.exports = { hasEngine, engine, programSeconds };
