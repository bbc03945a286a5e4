import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { Explained } from "../../plan/upgrades";
import { command, install, pack, type Packed } from "./packed";

interface Answer {
    from: { version: string };
    to: { version: string };
    stacks: {
        selection: object;
        problem?: { by: string; message: string };
        title?: string;
        unchanged?: number;
        changes?: (Explained["change"] & Pick<Explained, "upgrades" | "accounted">)[];
    }[];
    lost: number;
    unaccounted: number;
    next: string[];
}

describe("twinstack upgrade --check, in somebody's own repository", function () {
    this.timeout(180_000);
    let packed: Packed;
    let folder: string;
    let project: string;
    before(() => {
        packed = pack();
        folder = mkdtempSync(join(tmpdir(), "twinstack-upgrade-test-"));
        project = join(folder, "shop");
        install(packed, folder);
        assert.equal(command(folder, "init", "shop", "--cloud", "aws", "--region", "eu-central-1").status, 0);
        rmSync(join(folder, "node_modules"), { recursive: true });
        install(packed, project);
        const app = join(project, "apps/shop.ts");
        // Two stacks of shop on two clouds, with a database and a function that only the package at hand may answer.
        edit(app, [
            [/\/\/ uses/, "uses"],
            [/\/\/ databases/, "databases"],
        ]);
        edit(join(project, "Pulumi.prod.yaml"), [[/twinstack:cloud: aws/, "twinstack:cloud: gcp"]]);
    });
    after(() => {
        rmSync(folder, { recursive: true, force: true });
        packed.remove();
    });

    function edit(file: string, changes: [RegExp, string][]): void {
        let text = readFileSync(file, "utf8");
        for (const [from, to] of changes) {
            assert.match(text, from);
            text = text.replace(from, to);
        }
        writeFileSync(file, text);
    }
    /** The package as another version of it, unpacked. */
    function another(name: string, changes: Record<string, [RegExp, string][]>): string {
        const root = join(folder, name);
        cpSync(join(project, "node_modules/@twinstack/core"), root, { recursive: true });
        edit(join(root, "package.json"), [[/"version": "[^"]*"/, '"version": "9.8.7"']]);
        for (const [file, edits] of Object.entries(changes)) edit(join(root, file), edits);
        return root;
    }
    const tarball = (root: string): string => {
        const said = execFileSync("npm", ["pack", root, "--ignore-scripts", "--json"], {
            cwd: folder,
            encoding: "utf8",
        });
        return join(folder, (JSON.parse(said) as [{ filename: string }])[0].filename);
    };
    const check = (...args: string[]) => command(project, "upgrade", "--check", ...args);
    const json = (...args: string[]) => {
        const { status, stdout, stderr } = check(...args, "--json");
        assert.ok(stdout, stderr);
        return { status, ...(JSON.parse(stdout) as Answer) };
    };
    const database = "dist/components/aws/database.js";
    const renamedDatabase: [RegExp, string] = [/new rds\.Instance\(name,/, "new rds.Instance(`${name}-main`,"];

    it("says of the same version that nothing changes, on the cloud of each stack", () => {
        const { status, stdout } = check("--to", another("same", {}));
        assert.equal(status, 0);
        assert.match(stdout, /^from @twinstack\/core 0\.1\.0 \(installed\)\nto {3}@twinstack\/core 9\.8\.7 \(/);
        assert.match(stdout, /shop on aws in dev \(stack dev\) {2}nothing changes: \d+ resources\n/);
        assert.match(stdout, /shop on gcp in prod \(stack prod\) {2}nothing changes: \d+ resources\n/);
        assert.match(stdout, /2 stacks: 0 created, 0 changed, 0 replaced, 0 deleted, \d+ unchanged\n/);
    });

    it("says loudly what a tarball would delete with its data, and answers 3", () => {
        const file = tarball(another("lossy", { [database]: [renamedDatabase] }));
        const { status, stdout, stderr } = check("--to", file, "--stack", "dev");
        assert.equal(status, 3);
        assert.match(stdout, /- delete {2}rds\.Instance {2}shop-dev-db {2}loses the database/);
        assert.match(stdout, /\+ create {2}rds\.Instance {2}shop-dev-db-main/);
        assert.match(stderr, /DATA WOULD BE LOST/);
        assert.match(stderr, /upgrades\.json has no word of it/);
    });

    it("explains it by the new version's list, and then answers 0, still loudly", () => {
        const entry = (change: object) => ({ version: "9.8.7", text: "The server has another name.", ...change });
        const types = ["aws:rds/instance:Instance", "aws:secretsmanager/secretVersion:SecretVersion"];
        const root = another("told", { [database]: [renamedDatabase] });
        const list = join(root, "upgrades.json");
        const before = JSON.parse(readFileSync(list, "utf8")) as object[];
        const told = [
            entry({ change: "added", types, names: ["*-main"] }),
            entry({ change: "removed", types, todo: "Restore a snapshot." }),
        ];
        writeFileSync(list, JSON.stringify([...before, ...told]));
        const { status, stdout, stderr } = check("--to", root, "--stack", "dev");
        assert.equal(status, 0, stderr);
        assert.match(stdout, /9\.8\.7: The server has another name\. Restore a snapshot\.\n/);
        assert.match(stderr, /DATA WOULD BE LOST[^]*as upgrades\.json says/);
        // Other entries are of versions that are installed already.
        const { stacks } = json("--to", root, "--stack", "dev");
        const texts = stacks[0].changes!.flatMap(({ upgrades }) => upgrades.map(({ text }) => text));
        assert.deepEqual([...new Set(texts)], ["The server has another name."]);
    });

    it("takes an alias for what it is, and shows what changes in place", () => {
        const root = another("kind", {
            [database]: [
                renamedDatabase,
                [/storageEncrypted: true,/, 'storageEncrypted: true, licenseModel: "x",'],
                [/parent: this,\s+hooks,/, "parent: this, aliases: [{ name }], hooks,"],
            ],
        });
        const { status, stacks, lost, next } = json("--to", root, "--stack", "dev");
        assert.equal(status, 0);
        assert.equal(lost, 0);
        const [change] = stacks[0].changes!.filter(({ type }) => type === "aws:rds/instance:Instance");
        assert.equal(change.kind, "update");
        assert.equal(change.was, "shop-dev-db");
        assert.deepEqual(next, []);
    });

    it("plans the apps with the functions of each version, and says what the new one refuses", () => {
        const root = another("strict", {
            "dist/sdk/index.js": [
                [/const defineApp = \(app\) => app;/, 'const defineApp = (app) => ({ ...app, tags: { UPPER: "x" } });'],
            ],
        });
        const { status, stderr } = check("--to", root, "--stack", "dev");
        assert.equal(status, 3);
        assert.match(stderr, /@twinstack\/core 9\.8\.7 \(.*\) refuses: --stack dev\n/);
        assert.match(stderr, /apps\/shop\.ts: tags\.UPPER/);
    });

    it("goes from a saved folder to what is installed, as after an upgrade", () => {
        const { status, from, to, stacks } = json(
            "--from",
            another("before", { [database]: [renamedDatabase] }),
            "--stack",
            "dev",
        );
        assert.equal(status, 3);
        assert.deepEqual([from.version, to.version], ["9.8.7", "0.1.0"]);
        const kinds = stacks[0]
            .changes!.filter(({ type }) => type === "aws:rds/instance:Instance")
            .map(({ kind }) => kind);
        assert.deepEqual(kinds, ["create", "delete"]);
    });

    it("plans apps that no stack file names in every environment, and leaves the project as it is", () => {
        edit(join(project, "apps/index.ts"), [[/shop \};/, 'shop, blog: { ...shop, name: "blog" } };']]);
        const files = () => execFileSync("ls", ["-R", "--ignore=node_modules", project], { encoding: "utf8" });
        const before = files();
        const { status, stdout } = check("--to", join(folder, "same"));
        edit(join(project, "apps/index.ts"), [[/shop, blog: [^}]*\} \};/, "shop };"]]);
        assert.equal(status, 0);
        assert.match(stdout, /blog on aws in dev [^]*blog on aws in staging /);
        assert.match(stdout, /not planned, as it is not valid: --app blog --environment prod|blog on \w+ in prod/);
        assert.equal(files(), before);
    });

    it("says what it cannot take: no version, a folder of something else, a broken build, a stack that is wrong", () => {
        const refused = (args: string[], what: RegExp) => {
            const { status, stderr } = command(project, "upgrade", ...args);
            assert.equal(status, 2, stderr);
            assert.match(stderr, what);
        };
        refused([], /no --check/);
        refused(["--check", "--to", folder], /a folder without @twinstack\/core/);
        refused(["--check", "--to", "./nothing.tgz"], /npm pack failed/);
        refused(["--check", "--to", join(folder, "same"), "--app", "none"], /none/);
        const unbuilt = another("unbuilt", {});
        rmSync(join(unbuilt, "dist"), { recursive: true });
        refused(["--check", "--to", unbuilt], /has no dist\//);
        const own = join(project, "package.json");
        const text = readFileSync(own, "utf8");
        edit(own, [[/"@twinstack\/core": "[^"]*"/, `"@twinstack/core": "file:../x.tgz"`]]);
        refused(["--check"], /nothing, and package\.json has "file:\.\.\/x\.tgz"/);
        writeFileSync(own, text);
    });
});
