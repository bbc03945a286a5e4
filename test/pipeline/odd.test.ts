import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";

import { filtersOf } from "../../pipeline/github/check";
import { gather } from "../../cli/pipeline-project";
import { root, said, twinstack } from "../twinstack";
import { runJob } from "./runner";
import { shop, type Repository } from "./world";

const built = { Dockerfile: "FROM scratch\nCOPY main.go /\n", "main.go": "package main\n" };
const within = (...folders: string[]) =>
    Object.fromEntries(folders.flatMap((folder) => Object.entries(built).map(([f, text]) => [`${folder}/${f}`, text])));
const app = (images: Record<string, string>): string =>
    `export const shop = { name: "shop", services: { ${Object.entries(images)
        .map(
            ([name, image]) =>
                `${name}: { image: ${image}, ports: { http: 8080 }, health: { path: "/" }, routes: [{ path: "/${name === "web" ? "" : name}" }] }`,
        )
        .join(", ")} } };\n`;

describe("Workflows of an odd repository", function () {
    this.timeout(60_000);
    let repository: Repository;
    afterEach(() => repository.remove());
    const filtersHere = async (): Promise<Record<string, string[]>> => {
        let filters = {};
        await said(() => {
            filters = filtersOf(gather({}).project);
            return Promise.resolve(0);
        }, repository.folder);
        return filters;
    };
    const github = (...flags: string[]) => twinstack(["pipeline", "github", ...flags], repository.folder);

    it("test each folder, where several would have one name, or that of something else", async () => {
        const folders = ["web-api", "web/api", "Web_API", "project", "2nd"];
        repository = await shop({
            app: app(
                Object.fromEntries(folders.map((context, at) => [at ? `s${at}` : "web", `{ context: "${context}" }`])),
            ),
            files: {
                ...within(...folders),
                ...Object.fromEntries(folders.map((f) => [`${f}/test.sh`, "#!/bin/sh\n"])),
            },
        });
        const { jobs } = repository.workflow("check");
        for (const kind of ["test", "image"])
            assert.deepEqual(
                folders.filter((folder) => !Object.values(jobs).some(({ name }) => name === `${kind} ${folder}`)),
                [],
            );
        const names = Object.keys(jobs).map((id) => id.toLowerCase());
        assert.equal(new Set(names).size, names.length);
        const filters = await filtersHere();
        assert.ok(filters.project);
        assert.deepEqual(
            Object.keys(filters).filter((name) => !/^[a-z][a-z0-9-]*$/.test(name)),
            [],
        );
        assert.equal(Object.keys(filters).length, folders.length + 1);
        assert.equal((await github("--check")).status, 0);
    });

    it("build with arguments as the app says them, whatever GitHub or the action would read in them", async () => {
        const value = "a 'b' $(id) ${{ github.token }}";
        const args = JSON.stringify({ PLAIN: value, LINES: 'one "two"\nthree' });
        repository = await shop({ app: app({ web: `{ context: "web", args: ${args} }` }) });
        let told = "";
        runJob(repository.workflow("check").jobs["image-web"], {
            workspace: repository.folder,
            needs: { changes: { result: "success", outputs: { web: "true" } } },
            does: { "docker/build-push-action": (given) => (told = String(given["build-args"])) },
        });
        assert.equal(told, `"LINES=one ""two""\nthree"\nPLAIN=${value}\n`);
    });

    it("are those of one project: another's are overwritten by nobody who is not told to", async () => {
        repository = await shop({ project: "one", stacks: ["dev"] });
        const two = join(repository.folder, "two");
        const before = repository.read(".github/workflows/twinstack-check.yaml");
        repository.write(within("two/web"));
        const init = (...flags: string[]) => twinstack(["init", "--name", "other", "--yes", "--github", ...flags], two);
        const { status, stderr } = await init();
        assert.equal(status, 2);
        assert.match(stderr, /twinstack-check\.yaml\n {2}found .*another project.*, in one\n {2}allowed/);
        assert.equal(repository.read(".github/workflows/twinstack-check.yaml"), before);
        assert.equal(existsSync(join(two, "Pulumi.yaml")), false);
        repository.git("branch", "--move", "master");
        const done = await init("--force");
        assert.equal(done.status, 0);
        assert.match(done.stderr, /no branch main/);
        assert.match(repository.read(".github/workflows/twinstack-check.yaml"), /^# Written by `[^`]*` in two: /);
        assert.equal((await twinstack(["pipeline", "github", "--check"], join(repository.folder, "one"))).status, 1);
    });

    it("say so where there is no branch main", async () => {
        repository = await shop({ stacks: ["dev"] });
        assert.doesNotMatch((await github()).stderr, /no branch main/);
        repository.git("branch", "--move", "master");
        const { status, stderr } = await github();
        assert.equal(status, 0);
        assert.match(stderr, /note: the repository has no branch main.*git branch --move master main/);
        repository.git("checkout", "--quiet", "--detach");
        repository.git("update-ref", "refs/remotes/origin/main", "HEAD");
        assert.doesNotMatch((await github()).stderr, /no branch main/);
    });

    it("are written where there is no repository yet, beside others', and for what lies outside of the project", async () => {
        repository = await shop({
            project: "infra",
            stacks: ["dev"],
            app: app({ web: '{ context: "../services/web" }' }),
            files: { "../services/web/Dockerfile": built.Dockerfile, "../services/web/main.go": built["main.go"] },
        });
        assert.ok(repository.workflow("check").jobs["image-services-web"]);
        repository.write({
            ".github/workflows/ci.yml": "on: push\n",
            ".github/workflows/twinstack-mine.yaml": "on: push\n",
        });
        assert.equal((await twinstack(["pipeline", "github"], join(repository.folder, "infra"))).status, 0);
        assert.equal(repository.read(".github/workflows/twinstack-mine.yaml"), "on: push\n");
        repository.remove();
        repository = await shop({ stacks: ["dev"] });
        for (const gone of [".git", ".github"]) rmSync(join(repository.folder, gone), { recursive: true });
        assert.equal((await github()).status, 0);
        assert.equal((await github("--check")).status, 0);
    });

    it("are refused with what to write, and not in the middle of it", async () => {
        repository = await shop({
            stacks: ["dev"],
            files: { ...within("my web"), "web/my files/Dockerfile": built.Dockerfile },
        });
        // An app is read once in a process.
        const command = [join(root, "cli/bin.js"), "pipeline", "github", "--check"];
        const asked = (text: string, message: RegExp) => {
            repository.write({ "apps/shop.ts": text });
            const { status, stderr } = spawnSync(process.execPath, command, {
                cwd: repository.folder,
                encoding: "utf8",
            });
            assert.equal(status, 2, stderr);
            assert.match(stderr, message);
        };
        asked(app({ web: '{ context: "my web" }' }), /my web[^]*allowed/);
        asked(app({ web: '{ context: "web", dockerfile: "my files/Dockerfile" }' }), /my files[^]*allowed/);
        repository.write({ "apps/shop.ts": app({ web: '{ context: "web" }' }) });
        for (const text of ["null", "[]", '{"scripts": "x"}', '{"scripts": {"test": 1}}']) {
            repository.write({ "package.json": text });
            const { status, stderr } = await github("--check");
            assert.equal(status, 2, text);
            assert.match(stderr, /package\.json\n {2}found .*\n {2}allowed/);
        }
        repository.write({ "package.json": "{}" });
        rmSync(join(repository.folder, ".github/workflows"), { recursive: true });
        repository.write({ ".github/workflows": "a file\n" });
        const { status, stderr } = await github();
        assert.equal(status, 2);
        assert.match(stderr, /\.github\/workflows cannot be read/);
    });
});
