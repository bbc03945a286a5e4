"use strict";

/**
 * Writes dist/, which is what a package of twinstack holds: the sources as JavaScript, the types of what is public, the data
 * that they read, and the report's page, bundled. npm calls it, as `prepare`, for who installs from git;
 * `npm run package` does for a tarball. Nothing in the repository needs it.
 */

const { execFileSync } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");

const ts = require("typescript");

require("../cli/source");
const { javascript } = require("../cli/translate");
const { writtenNames, writtenTypes } = require("./written-types");

const root = path.dirname(__dirname);
const dist = path.join(root, "dist");
/** What runs. The page's own sources are in its bundle. */
const rooms = [
    "topology",
    "components",
    "stacks",
    "plan",
    "operate",
    "cost",
    "report",
    "compose",
    "ship",
    "pipeline",
    "sdk",
    "cli",
];

/** @param {string} folder @returns {string[]} the files below it, as paths from the repository */
const filesIn = (folder) =>
    fs
        .readdirSync(path.join(root, folder), { withFileTypes: true })
        .flatMap((entry) =>
            entry.isDirectory() ? filesIn(path.join(folder, entry.name)) : [path.join(folder, entry.name)],
        );

function write(file, text) {
    fs.mkdirSync(path.dirname(path.join(dist, file)), { recursive: true });
    fs.writeFileSync(path.join(dist, file), text);
}

/** Puts the types of what users write, with all that is said of their fields, in place of those that tsc emitted. */
function describe() {
    const file = path.join(dist, "topology", "app.d.ts");
    const text = fs.readFileSync(file, "utf8");
    const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
    const written = source.statements.filter(
        (each) => ts.isTypeAliasDeclaration(each) && writtenNames.includes(each.name.text),
    );
    if (written.length !== writtenNames.length) throw new Error(`${file} lacks one of ${writtenNames.join(", ")}`);
    // With what they alone were made of.
    const gone = source.statements.filter(
        (each) =>
            written.includes(each) ||
            (ts.isTypeAliasDeclaration(each) && !each.modifiers?.length) ||
            (ts.isImportDeclaration(each) && each.moduleSpecifier.text === "./schema/written"),
    );
    const kept = gone.reduceRight((rest, each) => rest.slice(0, each.getFullStart()) + rest.slice(each.end), text);
    const named = writtenNames.join(", ");
    write("topology/app.d.ts", `${kept.trimEnd()}\nexport type { ${named} } from "./written";\n`);
    write("topology/written.d.ts", writtenTypes());
}

/** The types of what is public, and of what those name. */
function declare() {
    execFileSync(process.execPath, [require.resolve("typescript/bin/tsc"), "--project", "tsconfig.build.json"], {
        cwd: root,
        stdio: "inherit",
    });
    describe();
    const named = new Set();
    const follow = (file) => {
        if (named.has(file)) return;
        named.add(file);
        for (const [, specifier] of fs.readFileSync(file, "utf8").matchAll(/(?:from|import\()\s*"(\.[^"]*)"/g)) {
            const whole = path.resolve(path.dirname(file), specifier);
            const found = [`${whole}.d.ts`, path.join(whole, "index.d.ts"), `${whole}.js`].find((each) =>
                fs.existsSync(each),
            );
            if (found === undefined) throw new Error(`${file} names ${specifier}, which is not there`);
            if (found.endsWith(".d.ts")) follow(found);
        }
    };
    for (const entry of ["index", "aws", "gcp"]) follow(path.join(dist, "sdk", `${entry}.d.ts`));
    for (const file of filesIn("dist"))
        if (file.endsWith(".d.ts") && !named.has(path.join(root, file))) fs.rmSync(path.join(root, file));
}

async function build() {
    fs.rmSync(dist, { recursive: true, force: true });
    for (const file of rooms
        .flatMap(filesIn)
        .filter((each) => !each.startsWith(path.join("report", "page") + path.sep))) {
        const whole = path.join(root, file);
        // The lines of the sources say nothing where there are none.
        if (file.endsWith(".ts"))
            write(file.replace(/\.ts$/, ".js"), javascript(whole).replace(/\n\/\/# sourceMappingURL=\S+\s*$/, "\n"));
        else write(file, fs.readFileSync(whole));
    }
    const { bundle } = require("../cli/report");
    write("report/page/bundle.json", JSON.stringify(await bundle()));
    declare();
}

build().catch((error) => {
    console.error(error);
    process.exitCode = 1;
});
