import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
    cpSync,
    linkSync,
    mkdirSync,
    mkdtempSync,
    readdirSync,
    readFileSync,
    rmSync,
    symlinkSync,
    writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { resolve, type ProblemsError } from "../../topology/validate";
import { todo } from "../../apps/todo";
import type { AppInput } from "../../topology/app";
import { root, twinstack } from "../twinstack";

/** Slips in what users write: each is one message with its place, exit code 2, and never a stack trace. */
describe("what is wrong with the user's files", function () {
    this.timeout(60000);
    let folder: string;
    before(() => (folder = mkdtempSync(join(tmpdir(), "twinstack-faults-"))));
    after(() => rmSync(folder, { recursive: true }));

    /** A copy of the project whose apps/ holds these files beside todo's. */
    const clone = (files: Record<string, string>): string => {
        const path = mkdtempSync(join(folder, "clone-"));
        for (const part of ["cli", "topology", "components", "stacks", "plan", "cost", "apps", "package.json"])
            cpSync(join(root, part), join(path, part), { recursive: true });
        for (const part of ["Pulumi.yaml", "Pulumi.dev.yaml"]) cpSync(join(root, part), join(path, part));
        // Not the folder as a whole: the translations of the real files are taken along, and not replaced by those of these.
        mkdirSync(join(path, "node_modules"));
        for (const name of readdirSync(join(root, "node_modules")))
            if (!name.startsWith(".")) symlinkSync(join(root, "node_modules", name), join(path, "node_modules", name));
        const kept = "node_modules/.cache/twinstack";
        mkdirSync(join(path, kept), { recursive: true });
        for (const name of readdirSync(join(root, kept)).filter((file) => file.endsWith(".js")))
            try {
                linkSync(join(root, kept, name), join(path, kept, name));
            } catch {
                // Another process may have dropped it, or the temporary folder be on another disk: translated again.
            }
        symlinkSync(join(root, "workloads"), join(path, "workloads"));
        for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text);
        return path;
    };
    const run = (cwd: string, ...args: string[]) => {
        const { status, stdout, stderr } = spawnSync(process.execPath, [join(cwd, "cli/bin.js"), ...args], {
            cwd,
            encoding: "utf8",
        });
        return { status, stdout, stderr };
    };
    const withApp = (text: string): string =>
        clone({
            "apps/bad.ts": text,
            "apps/index.ts": 'import { bad } from "./bad";\nexport const apps = { bad };\n',
        });

    const truncated = 'export const bad = {\n    name: "bad",\n    services: {\n';
    for (const command of ["validate", "plan", "compare"])
        it(`${command} says where an app's source does not parse`, () => {
            const { status, stdout, stderr } = run(withApp(truncated), command, "--app", "bad");
            assert.deepEqual([status, stdout], [2, ""]);
            assert.equal(stderr, "error: apps/bad.ts:4:1: '}' expected.\n");
        });

    it("says every place where it does not parse", () => {
        const { status, stderr } = run(
            withApp('export const bad = {\n  name: "bad"\n  services: { web: { cpu: 1 memory: 2 } }\n};\n'),
            "validate",
        );
        assert.equal(status, 2);
        assert.match(stderr, /^error: apps\/bad\.ts:3:3: ',' expected\.\napps\/bad\.ts:3:29: ',' expected\.\n$/);
    });

    it("says where any other file of the project does not parse", () => {
        const { status, stderr } = run(clone({ "plan/tree.ts": "export const tree = (;\n" }), "plan");
        assert.equal(status, 2);
        assert.match(stderr, /^error: plan\/tree\.ts:1:22: /);
        assert.doesNotMatch(stderr, /\n\s+at /);
    });

    it("refuses an app that is none", () => {
        for (const [text, found] of [
            ["null", "null"],
            ['"shop"', '"shop"'],
            ["[]", "an empty list"],
        ])
            assert.throws(
                () =>
                    resolve(
                        { stack: "dev", config: { app: "bad", environment: "dev", "aws:region": "eu-west-1" } },
                        { bad: JSON.parse(text) as AppInput },
                    ),
                (error: ProblemsError) => {
                    assert.deepEqual(error.problems, [
                        {
                            path: "apps/bad.ts",
                            found,
                            allowed: "an app: a map with name, services and what they use",
                        },
                    ]);
                    return true;
                },
            );
    });

    it("names a file that apps/index.ts imports and that is gone, whatever the command", () => {
        const gone = clone({ "apps/index.ts": 'import { bad } from "./bad";\nexport const apps = { bad };\n' });
        for (const args of [["validate"], ["compare"], ["plan", "--json"]]) {
            const { status, stdout, stderr } = run(gone, ...args);
            assert.equal(status, 2, stderr);
            assert.match(stderr, /^error: apps\/index\.ts: import "\.\/bad"\n {2}found {4}no apps\/bad\.ts\n/);
            if (args.includes("--json")) assert.equal((JSON.parse(stdout) as { valid: boolean }).valid, false);
        }
    });

    it("says what apps/index.ts has to export, and what it throws", () => {
        const empty = run(clone({ "apps/index.ts": "" }), "validate");
        assert.equal(empty.status, 2);
        assert.match(empty.stderr, /^error: apps\/index\.ts: apps\n {2}found {4}nothing\n/);
        const throwing = run(withApp('throw new RangeError("no such size");\nexport const bad = {};\n'), "validate");
        assert.equal(throwing.status, 2);
        assert.equal(throwing.stderr, "error: apps/bad.ts cannot be loaded: RangeError: no such size\n");
    });

    it("refuses two apps of one name: one would be deployed over the other", () => {
        const apps = { todo, copy: { ...todo } };
        assert.throws(
            () =>
                resolve({ stack: "dev", config: { app: "copy", environment: "dev", "aws:region": "eu-west-1" } }, apps),
            /apps\/copy\.ts: name\n {4}found {4}"todo", which is the name of the app "todo" too/,
        );
    });

    it("names keys beside config:, and where they belong", async () => {
        const path = clone({
            "Pulumi.flat.yaml": readFileSync(join(root, "Pulumi.dev.yaml"), "utf8")
                .replace(/^config:\n/m, "")
                .replace(/^ {2}/gm, ""),
            "Pulumi.slip.yaml": "confg:\n  twinstack:environment: dev\n",
        });
        const flat = await twinstack(["validate", "--stack", "flat"], path);
        assert.equal(flat.status, 2);
        assert.match(flat.stderr, /Pulumi\.flat\.yaml: twinstack:app\n {2}found {4}a key that nothing reads\n/);
        assert.match(flat.stderr, /twinstack:environment, indented below config:/);
        const slip = await twinstack(["validate", "--stack", "slip"], path);
        assert.match(slip.stderr, /did you mean config\?/);
    });

    it("says of a stack file that cannot be read why, not that there is none", async () => {
        const path = clone({});
        symlinkSync("Pulumi.loop.yaml", join(path, "Pulumi.loop.yaml"));
        const { status, stderr } = await twinstack(["validate", "--stack", "loop"], path);
        assert.equal(status, 2);
        assert.match(stderr, /Pulumi\.loop\.yaml cannot be read: ELOOP/);
    });

    it("suggests the environment that a longer word means", async () => {
        for (const [said, meant] of [
            ["production", "prod"],
            ["development", "dev"],
            ["stage", "staging"],
        ]) {
            const { status, stderr } = await twinstack(["plan", "--environment", said]);
            assert.equal(status, 2);
            assert.match(stderr, new RegExp(`did you mean ${meant}\\?`));
        }
    });

    it("asks for the repositories of an account, at the place where a stack file says them", async () => {
        const { status, stdout, stderr } = await twinstack(["plan", "--app", "account", "--environment", "dev"]);
        assert.deepEqual([status, stdout], [2, ""]);
        assert.match(
            stderr,
            /Pulumi\.dev\.yaml: twinstack:overrides\.account\.repositories\n.*nothing\n.*such as owner\/name/,
        );
        assert.doesNotMatch(stderr, /\n\s+at /);
    });

    it("blames --apps for an app of its list", async () => {
        const { status, stderr } = await twinstack(["compare", "--apps", "todo,foo"]);
        assert.equal(status, 2);
        assert.match(stderr, /^error: --apps\n {2}found {4}"foo"\n {2}allowed {2}one of /);
    });

    it("prints nothing before it says that there is no budget to hold to", async () => {
        for (const command of [["cost"], ["compare"], ["cost", "diff", "HEAD"]]) {
            const { status, stdout, stderr } = await twinstack([...command, "--check"]);
            assert.deepEqual([status, stdout], [2, ""], command.join(" "));
            assert.match(stderr, /twinstack:monthlyBudget\n {2}found {4}nothing/);
        }
    });

    it("has help and a version", async () => {
        const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
        assert.deepEqual(await twinstack(["--version"]), { status: 0, stdout: `${version}\n`, stderr: "" });
        // npx takes flags before a command for its own.
        assert.equal((await twinstack(["version"])).stdout, `${version}\n`);
        for (const [words, shown] of [
            [["help"], /^Usage: twinstack \[options\] \[command\]\n/],
            [["help", "compare"], /--break-even/],
            [["help", "cost", "diff"], /^Usage: twinstack cost diff /],
            [["import", "help", "compose"], /^Usage: twinstack import compose /],
        ] as const) {
            const { status, stdout, stderr } = await twinstack(words);
            assert.deepEqual([status, stderr], [0, ""], words.join(" "));
            assert.match(stdout, shown);
        }
        assert.deepEqual(await twinstack(["help", "compere"]), {
            status: 2,
            stdout: "",
            stderr: "error: unknown command 'compere'\n(Did you mean compare?)\n(npx --no twinstack help shows what there is)\n",
        });
    });

    it("shows what it does not know, and sends none of it to the terminal", async () => {
        const { status, stdout, stderr } = await twinstack(["plan", "--\u001b[31mred", "--json"]);
        assert.equal(status, 2);
        assert.match(stderr, /unknown option '--\\x1b\[31mred'/);
        assert.match((JSON.parse(stdout) as { message: string }).message, /^unknown option/);
    });

    it("fits help to the terminal", async () => {
        process.env.COLUMNS = "60";
        try {
            for (const words of [["help"], ["help", "compare"], ["help", "import", "compose"]]) {
                const { stdout } = await twinstack(words);
                assert.deepEqual(
                    stdout.split("\n").filter((line) => line.length > 60),
                    [],
                );
            }
        } finally {
            delete process.env.COLUMNS;
        }
    });
});
