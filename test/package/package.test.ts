import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { root } from "../twinstack";
import { command, install, pack, type Packed } from "./packed";

describe("The package, in somebody's own repository", function () {
    this.timeout(180_000);
    let packed: Packed;
    let folder: string;
    let project: string;
    before(() => {
        packed = pack();
        folder = mkdtempSync(join(tmpdir(), "twinstack-mine-"));
        project = join(folder, "shop");
        // The first command, as the README has it: the package is there before the project is.
        install(packed, folder);
        // As `npm install <tarball>` leaves it.
        writeFileSync(
            join(folder, "package.json"),
            JSON.stringify({ dependencies: { "@twinstack/core": "file:vendor/core.tgz" } }),
        );
        const said = command(folder, "init", "shop", "--cloud", "aws", "--region", "eu-central-1");
        assert.equal(said.status, 0, said.stderr);
        rmSync(join(folder, "node_modules"), { recursive: true });
        install(packed, project);
    });
    after(() => {
        rmSync(folder, { recursive: true, force: true });
        packed.remove();
    });
    const run = (...args: string[]) => command(project, ...args);
    const ok = (...args: string[]): string => {
        const { status, stdout, stderr } = run(...args);
        assert.equal(status, 0, stderr);
        return stdout;
    };

    it("has at most 1.5 MB, and nothing that only this repository needs", () => {
        assert.ok(packed.size <= 1.5e6, `${packed.size} bytes`);
        const top = new Set(packed.files.map((file) => file.split("/")[0]));
        assert.deepEqual([...top].sort(), [
            "CHANGELOG.md",
            "Pulumi.yaml",
            "README.md",
            "bin",
            "dist",
            "package.json",
            "upgrades.json",
        ]);
        assert.deepEqual(
            packed.files.filter((file) => /\.ts$/.test(file) && !file.endsWith(".d.ts")),
            [],
        );
    });

    it("has the public types that the golden file has: UPDATE_GOLDEN=1 npm run test:package", () => {
        const types = packed.files.filter((file) => file.endsWith(".d.ts")).sort();
        const { exports } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { exports: object };
        const text = [
            JSON.stringify(exports, null, 2),
            ...types.map((file) => `// ${file}\n${readFileSync(join(root, file), "utf8").trim()}`),
        ].join("\n\n");
        const golden = join(root, "test/package/api.golden.txt");
        if (process.env.UPDATE_GOLDEN) writeFileSync(golden, `${text}\n`);
        assert.equal(`${text}\n`, readFileSync(golden, "utf8"));
    });

    it("begins with a project that has the package from where the one has it that made it", () => {
        const { dependencies } = JSON.parse(readFileSync(join(project, "package.json"), "utf8")) as {
            dependencies: Record<string, string>;
        };
        assert.equal(dependencies["@twinstack/core"], "file:../vendor/core.tgz");
    });

    it("begins with a project whose types are right, and that is valid in dev and prod on both clouds", () => {
        execFileSync(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "--project", project]);
        for (const stack of ["dev", "prod"])
            for (const cloud of ["aws", "gcp"])
                assert.match(ok("validate", "--stack", stack, "--cloud", cloud), / is valid: shop on (aws|gcp) in /);
    });

    it("plans, compares and reports there", () => {
        for (const cloud of ["aws", "gcp"])
            assert.match(ok("plan", "--cloud", cloud), /^shop on (AWS|Google Cloud) in dev/);
        assert.match(ok("compare"), /costs/);
        ok("report", "--out", "page.html");
        assert.ok(readFileSync(join(project, "page.html"), "utf8").includes("</html>"));
    });

    it("plans an app to the byte as this repository does", () => {
        symlinkSync(join(root, "workloads"), join(project, "workloads"));
        const todo = readFileSync(join(root, "apps/todo.ts"), "utf8").replace("../topology/app", "@twinstack/core");
        writeFileSync(join(project, "apps/todo.ts"), todo);
        writeFileSync(
            join(project, "apps/index.ts"),
            'import { shop } from "./shop";\nimport { todo } from "./todo";\n\nexport const apps = { shop, todo };\n',
        );
        for (const stack of ["dev", "prod"])
            cpSync(join(root, `Pulumi.${stack}.yaml`), join(project, `Pulumi.${stack}.yaml`));
        for (const args of [
            ["plan", "--json", "--app", "todo"],
            ["plan", "--json", "--app", "todo", "--cloud", "gcp", "--stack", "prod"],
            ["cost", "--json", "--app", "todo"],
        ]) {
            const here = execFileSync(process.execPath, [join(root, "bin/twinstack.js"), ...args], {
                cwd: root,
                encoding: "utf8",
                maxBuffer: 1 << 28,
            });
            // The project's name is in the plan, and should be the only difference.
            const there = ok(...args).replaceAll(/"project": "shop"/g, '"project": "twinstack"');
            assert.equal(there.replaceAll("::shop::", "::twinstack::"), here, args.join(" "));
        }
    });

    it("imports a Compose file into the project's own apps", () => {
        writeFileSync(
            join(project, "apps/index.ts"),
            readFileSync(join(project, "apps/index.ts"), "utf8").replace(
                "export const apps = {",
                'import type { AppInput } from "@twinstack/core";\nexport const apps: Record<string, AppInput> = {',
            ),
        );
        writeFileSync(
            join(project, "compose.yaml"),
            "name: blog\nservices:\n  web:\n    image: nginxinc/nginx-unprivileged:1.29-alpine\n    ports: ['8080:8080']\n",
        );
        assert.match(ok("import", "compose", "compose.yaml"), /apps\/blog\.ts/);
        assert.match(readFileSync(join(project, "apps/blog.ts"), "utf8"), /from "@twinstack\/core";/);
        assert.match(ok("plan", "--app", "blog", "--cloud", "gcp"), /^blog on Google Cloud in dev/);
    });

    it("says where a file of the project does not parse", () => {
        const file = join(project, "apps/shop.ts");
        const text = readFileSync(file, "utf8");
        writeFileSync(file, 'export const shop = {\n    name: "shop",\n');
        const { status, stderr } = run("plan");
        writeFileSync(file, text);
        assert.equal(status, 2);
        assert.equal(stderr, "error: apps/shop.ts:3:1: '}' expected.\n");
    });
});
