"use strict";

/** A project of somebody's own that has the package installed, with this repository's todo in it. */

const { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } = require("node:fs");
const { tmpdir } = require("node:os");
const { join } = require("node:path");

require("../cli/source");
const { command, install, pack } = require("../test/package/packed");

/** @returns {{ target: import("./measure").Target, remove: () => void }} a plan there, as one in the repository */
function project(like) {
    const root = join(__dirname, "..");
    const folder = mkdtempSync(join(tmpdir(), "twinstack-bench-project-"));
    const packed = pack();
    install(packed, folder);
    packed.remove();
    const { status, stderr } = command(folder, "init", "--name", "shop");
    if (status !== 0) throw new Error(stderr);
    symlinkSync(join(root, "workloads"), join(folder, "workloads"));
    const todo = readFileSync(join(root, "apps/todo.ts"), "utf8").replace("../topology/app", "@twinstack/core");
    writeFileSync(join(folder, "apps/todo.ts"), todo);
    writeFileSync(join(folder, "apps/index.ts"), 'import { todo } from "./todo";\n\nexport const apps = { todo };\n');
    for (const stack of ["dev", "prod"])
        cpSync(join(root, `Pulumi.${stack}.yaml`), join(folder, `Pulumi.${stack}.yaml`));
    const [node, , ...args] = like.command;
    return {
        target: {
            id: "project aws",
            title: "twinstack plan, AWS, in a project of one's own",
            command: [node, join(folder, "node_modules/.bin/twinstack"), ...args],
            cwd: folder,
        },
        remove: () => rmSync(folder, { recursive: true, force: true }),
    };
}

module.exports = { project };
