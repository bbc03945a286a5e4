import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
    copyFileSync,
    mkdirSync,
    mkdtempSync,
    readdirSync,
    readFileSync,
    rmSync,
    statSync,
    symlinkSync,
    truncateSync,
    utimesSync,
    writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const root = resolve(__dirname, "../..");
/** More modules than are worth being kept. */
const parts = 12;

describe("What a start keeps for the next", function () {
    this.timeout(60000);
    let folder: string;

    const write = (file: string, text: string) => {
        mkdirSync(join(folder, file, ".."), { recursive: true });
        writeFileSync(join(folder, file), text);
    };
    const cache = () => join(folder, "node_modules/.cache/twinstack");
    const kept = () => {
        const [name, ...others] = readdirSync(cache()).filter((each) => each.startsWith("kept-"));
        assert.deepEqual(others, []);
        return join(cache(), name);
    };
    /** Starts anew, and answers what a script says of itself, and how many modules were taken and compiled. */
    function start(expression = `require("./app.ts").whole`) {
        const script = `require("./cli/source"); const { loads } = require("./cli/kept");
            const said = ${expression}; Promise.resolve(said).then((value) => console.log(JSON.stringify([value, loads()])));`;
        const { stdout, stderr } = spawnSync(process.execPath, ["-e", script], { cwd: folder, encoding: "utf8" });
        assert.equal(stderr, "");
        const [said, loads] = JSON.parse(stdout) as [unknown, { taken: number; compiled: number }];
        return { said, ...loads };
    }

    beforeEach(() => {
        folder = mkdtempSync(join(tmpdir(), "twinstack-kept-"));
        for (const file of ["cli/source.js", "cli/translate.js", "cli/kept.js"]) {
            mkdirSync(join(folder, "cli"), { recursive: true });
            copyFileSync(join(root, file), join(folder, file));
        }
        mkdirSync(join(folder, "node_modules"));
        symlinkSync(join(root, "node_modules/typescript"), join(folder, "node_modules/typescript"));
        write("node_modules/.package-lock.json", "{}");
        write("node_modules/dep/index.js", `module.exports = "dep 1";`);
        for (let each = 0; each < parts; each++) write(`part-${each}.ts`, `export const part: number = ${each};`);
        const names = Array.from({ length: parts }, (_, each) => `./part-${each}`);
        write(
            "app.ts",
            `import dep = require("dep");\n${names.map((name, each) => `import { part as p${each} } from "${name}";`).join("\n")}
            export const whole: string = [dep, ${names.map((_, each) => `p${each}`).join(", ")}].join(" ");`,
        );
    });
    afterEach(() => rmSync(folder, { recursive: true }));

    const first = "dep 1 0 1 2 3 4 5 6 7 8 9 10 11";

    it("is all that it has loaded", () => {
        assert.deepEqual(start(), { said: first, taken: 0, compiled: parts + 2 });
        assert.deepEqual(start(), { said: first, taken: parts + 2, compiled: 0 });
    });

    it("never hides an edit, not even one that leaves size and time as they were", () => {
        start();
        const { atime, mtime } = statSync(join(folder, "part-3.ts"));
        write("part-3.ts", `export const part: number = 7;`);
        utimesSync(join(folder, "part-3.ts"), atime, mtime);
        write("node_modules/dep/index.js", `module.exports = "dep 2";`);
        assert.deepEqual(start(), { said: "dep 2 0 1 2 7 4 5 6 7 8 9 10 11", taken: parts, compiled: 2 });
    });

    it("never hides a file that is nearer than the one before", () => {
        write("inner/index.ts", `export const part: number = 100;`);
        const inner = `[require("./app.ts").whole, require("./inner").part][1]`;
        assert.equal(start(inner).said, 100);
        write("inner.ts", `export const part: number = 200;`);
        assert.equal(start(inner).said, 200);
    });

    it("leads where Node's own search does, whatever lies beside a file", () => {
        write("both.ts", `export const part: string = "ts";`);
        write("both.js", `exports.part = "js";`);
        write("both/index.ts", `export const part: string = "folder";`);
        write("data.json", `{ "part": "json" }`);
        write("named.js/index.js", `exports.part = "in a folder that is called as a file";`);
        write("named.ts", `export const part: string = "file";`);
        write("elsewhere/real.ts", `export const part: string = __filename;`);
        symlinkSync("elsewhere/real.ts", join(folder, "linked.ts"));
        symlinkSync("elsewhere", join(folder, "link"));
        const requests = [
            ...["./both", "./both.ts", "./both/", "./both/index", "./data", "./named", "./elsewhere/../both.js"],
            ...["./linked", "./link/real", "./app", "./cli/kept"],
        ];
        write("asks.ts", `export const found = ${JSON.stringify(requests)}.map((each) => require.resolve(each));`);
        const { said } = start(`require("./asks.ts").found`) as { said: string[] };
        const asNode = `require.extensions[".ts"] = require.extensions[".js"];
            console.log(JSON.stringify(${JSON.stringify(requests)}.map((each) => require.resolve(each))));`;
        const { stdout } = spawnSync(process.execPath, ["-e", asNode], { cwd: folder, encoding: "utf8" });
        assert.deepEqual(said, JSON.parse(stdout));
        write("missing.ts", `import "./none";`);
        const code = `(() => { try { return require("./missing.ts"); } catch (error) { return error.code; } })()`;
        assert.equal(start(code).said, "MODULE_NOT_FOUND");
    });

    it("is no longer valid after an installation, which may have moved anything", () => {
        start();
        write("node_modules/dep/package.json", `{ "main": "other.js" }`);
        write("node_modules/dep/other.js", `module.exports = "dep 3";`);
        write("node_modules/.package-lock.json", `{ "packages": {} }`);
        assert.equal(start().said, first.replace("dep 1", "dep 3"));
        assert.equal(start().said, first.replace("dep 1", "dep 3"));
    });

    it("is not missed: no such file, half of one, another's", () => {
        start();
        const whole = readFileSync(kept());
        for (const length of [0, 10, 40, whole.length - 1]) {
            truncateSync(kept(), length);
            assert.equal(start().said, first);
            assert.deepEqual(start(), { said: first, taken: parts + 2, compiled: 0 });
        }
        writeFileSync(kept(), Buffer.alloc(whole.length, 7));
        assert.equal(start().said, first);
        rmSync(cache(), { recursive: true });
        writeFileSync(cache(), "in the way");
        assert.equal(start().said, first);
    });

    it("compiles what V8 refuses", () => {
        start();
        const whole = readFileSync(kept());
        const at = Number(whole.readBigUInt64LE(0));
        const { modules } = JSON.parse(whole.subarray(at).toString()) as { modules: Record<string, number[]> };
        const [, , , code] = modules[join(folder, "part-3.ts")];
        whole.fill(0, code, code + 16);
        writeFileSync(kept(), whole);
        assert.deepEqual(start(), { said: first, taken: parts + 1, compiled: 1 });
    });

    it("runs as Node runs it: lines of errors, require, import()", () => {
        write(
            "fails.ts",
            "interface A {\n  a: 1;\n}\n\nexport const f = (a?: A) => {\n  throw new Error(String(a));\n};\n",
        );
        write("esm.mjs", "export default 42;");
        write(
            "node_modules/dep/asks.js",
            `#!/usr/bin/env node\nmodule.exports = [require.resolve("./index"), Object.keys(require.cache).includes(__filename), typeof require.main, import("../../esm.mjs")];`,
        );
        const expression = `(async () => {
            require("./app.ts");
            const { locate } = require("./cli/source");
            let line;
            try { require("./fails.ts").f(); } catch (error) { line = locate(error.stack).split("\\n")[1].replace(/.*fails/, "fails"); }
            const [resolved, cached, main, imported] = require("dep/asks");
            return [line, resolved, cached, main, (await imported).default];
        })()`;
        const expected = ["fails.ts:6:9)", join(folder, "node_modules/dep/index.js"), true, "undefined", 42];
        assert.deepEqual(start(expression).said, expected);
        const { said, taken } = start(expression);
        assert.deepEqual(said, expected);
        // All but the one that imports.
        assert.equal(taken, parts + 3);
    });

    it("leaves what does not parse, and what is no CommonJS, to Node", () => {
        write("node_modules/dep/bad.js", "const = 1;");
        const expression = `(() => { require("./app.ts"); try { require("dep/bad"); } catch (error) { return [error.name, error.stack.split("\\n")[0].replace(/.*dep/, "dep")]; } })()`;
        for (let again = 0; again < 2; again++)
            assert.deepEqual(start(expression).said, ["SyntaxError", "dep/bad.js:1"]);
    });
});
