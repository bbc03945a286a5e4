"use strict";

/** `npm test` begins here: lint and types side by side, since each leaves a core idle. What they find is printed as they end. */

const { spawn } = require("node:child_process");

const run = (script) =>
    new Promise((resolve) => {
        const said = [];
        const child = spawn("npm", ["run", "--silent", script], { shell: process.platform === "win32" });
        for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => said.push(data));
        child.on("error", (error) => said.push(Buffer.from(`${error.message}\n`)));
        child.on("close", (code) => {
            process.stdout.write(Buffer.concat(said));
            resolve(code ?? 1);
        });
    });

void Promise.all(["lint", "typecheck"].map(run)).then((codes) => (process.exitCode = Math.max(...codes)));
