import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

import { root } from "../twinstack";
import { docker, eventually, Talking } from "./docker";

/** A copy of the project, whose files may be changed. */
function copied(): string {
    const folder = mkdtempSync(join(tmpdir(), "twinstack-dev-"));
    const left = new Set([".git", "node_modules", ".venv", ".twinstack", ".cache", "test", "docs"]);
    cpSync(root, folder, { recursive: true, filter: (path) => path === root || !left.has(basename(path)) });
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
    // No name that anybody's own stack has: it goes with its data.
    cpSync(join(folder, "Pulumi.dev.yaml"), join(folder, "Pulumi.tried.yaml"));
    return folder;
}

describe("twinstack dev on a real engine", function () {
    this.timeout(600_000);
    const folder = copied();
    const bin = join(folder, "cli/bin.js");
    const runApp = (app: string, ...args: string[]) =>
        new Talking("node", [bin, "dev", "--stack", "tried", "--app", app, ...args], { cwd: folder });
    const run = (...args: string[]) => runApp("morrow", ...args);
    const container = (service: string) =>
        docker(
            ...["ps", "--quiet", "--filter", "label=com.docker.compose.project=morrow-tried"],
            ...["--filter", `label=com.docker.compose.service=${service}`],
        );
    const body = async (url: string, init?: RequestInit) => (await fetch(url, init)).text();
    const post = (text: string) => ({ method: "POST", body: JSON.stringify({ text }) });
    after(async () => {
        const compose =
            spawnSync("docker", ["compose", "version"]).status === 0 ? ["docker", "compose"] : ["docker-compose"];
        for (const project of ["morrow-tried", "todo-tried"]) {
            const files = ["-p", project, "-f", join(folder, `.twinstack/${project}/compose.yaml`)];
            spawnSync(compose[0], [...compose.slice(1), ...files, "down", "--volumes"]);
        }
        rmSync(folder, { recursive: true });
    });

    it("brings everything up, says where, follows the logs, builds what is saved, and stops on Ctrl-C", async () => {
        const dev = run("--watch");
        await dev.says(/Logs follow/, 300);
        const [, site] = await dev.says(/(http:\/\/localhost:\d+) +frontend +everything/);
        await dev.says(/^backend +\| .*listening on 8080/m);
        assert.match(await body(`${site}/api/notes`, post("kept")), /kept/);

        const [frontend, backend] = [await container("frontend"), await container("backend")];
        const page = join(folder, "workloads/morrow/frontend/public/index.html");
        writeFileSync(page, readFileSync(page, "utf8").replace("</title>", " changed</title>"));
        await eventually(async () => assert.match(await body(site), / changed<\/title>/));
        assert.notEqual(await container("frontend"), frontend);
        assert.equal(await container("backend"), backend);

        // A Dockerfile that does not build leaves what runs alone.
        const recipe = join(folder, "workloads/morrow/frontend/Dockerfile");
        const right = readFileSync(recipe, "utf8");
        writeFileSync(recipe, `${right}\nRUN false\n`);
        await dev.says(/not built/);
        assert.match(await body(site), / changed<\/title>/);
        writeFileSync(recipe, right);

        dev.kill("SIGINT");
        assert.equal(await dev.end(), 0, dev.output);
        assert.match(dev.output, /stopped +morrow-tried/);
        assert.equal(await container("frontend"), "");
        assert.ok(!dev.output.includes("\u001b"), "colours where nobody looks");
        const secret = /^DB_PASSWORD=(.*)$/m.exec(
            readFileSync(join(folder, ".twinstack/morrow-tried/.env"), "utf8"),
        )![1];
        assert.ok(!dev.output.includes(secret));
        assert.deepEqual(readdirSync(join(folder, ".twinstack/morrow-tried")).sort(), [".env", "compose.yaml"]);
    });

    it("finds its data again, at another port where one is taken, and lets it run on", async () => {
        const squatter = createServer().listen(3000, "127.0.0.1");
        await new Promise((resolve) => squatter.once("listening", resolve));
        try {
            const dev = run("--detach");
            assert.equal(await dev.end(), 0, dev.output);
            assert.match(dev.output, /Port 3000 of this machine is taken: frontend is at localhost:3001\./);
            assert.match(await body("http://localhost:3001/api/notes"), /kept/);
        } finally {
            squatter.close();
        }
        const json = run("--detach", "--json");
        assert.equal(await json.end(), 0, json.output);
        const { project, addresses } = JSON.parse(json.output) as { project: string; addresses: { url: string }[] };
        assert.deepEqual([project, addresses.length], ["morrow-tried", 4]);
        const stopped = run("--stop");
        assert.equal(await stopped.end(), 0, stopped.output);
        assert.equal(await container("db"), "");
    });

    it("begins from nothing when it is asked to", async () => {
        const dev = run("--reset", "--detach");
        assert.equal(await dev.end(), 0, dev.output);
        assert.match(dev.output, /deleted +containers and data/);
        const [, site] = await dev.says(/(http:\/\/localhost:\d+) +frontend/);
        assert.doesNotMatch(await body(`${site}/api/notes`), /kept/);
    });

    it("says what a service said that does not start, and fails", async () => {
        const file = join(folder, "Pulumi.tried.yaml");
        const config = readFileSync(file, "utf8");
        const overrides = 'twinstack:overrides: { services: { api: { env: { LOG_LEVEL: "LOUD" } } } }';
        writeFileSync(file, `config:\n  twinstack:app: todo\n  ${overrides}\n`);
        try {
            const dev = runApp("todo", "--detach");
            assert.equal(await dev.end(), 1, dev.output);
            assert.match(dev.output, /error: api .*LOG_LEVEL must be one of/s);
        } finally {
            writeFileSync(file, config);
        }
    });
});
