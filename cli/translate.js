"use strict";

/**
 * TypeScript of this project as JavaScript. A file is translated when it is first seen, and the result kept under the hash
 * of everything it depends on: its text, the compiler's version and the options. So nothing stale can run, nothing has to
 * be built, and a start with a warm cache never loads the compiler.
 */

const fs = require("node:fs");
const path = require("node:path");

const own = path.dirname(__dirname);
const options = {
    target: "ES2022",
    module: "CommonJS",
    esModuleInterop: true,
    inlineSourceMap: true,
};

/** By folder. */
const roots = new Map();

/**
 * The project whose TypeScript a file is: this one, or the user's, which is where the nearest Pulumi.yaml above it is.
 * Undefined for a file of a package, or of nothing.
 */
function projectOf(file) {
    const folder = path.dirname(file);
    if (!roots.has(folder)) roots.set(folder, findProject(folder));
    return roots.get(folder);
}

function findProject(folder) {
    const inside = path.relative(own, folder);
    const isOwn = !inside.startsWith("..") && !path.isAbsolute(inside);
    if ((isOwn ? inside : folder).split(path.sep).includes("node_modules")) return undefined;
    if (isOwn) return own;
    for (let each = folder; ; each = path.dirname(each)) {
        if (fs.existsSync(path.join(each, "Pulumi.yaml"))) return each;
        if (each === path.dirname(each)) return undefined;
    }
}

/**
 * A file's text as JavaScript, its source map in the last line.
 * @throws SourceError where it does not parse
 */
function javascript(file) {
    const root = projectOf(file);
    if (root === undefined) throw new Error(`${file} is not part of this project, whose TypeScript is all that is run`);
    const folder = path.join(root, "node_modules", ".cache", "twinstack");
    const text = fs.readFileSync(file, "utf8");
    const hash = hashOf(text);
    const stem = path.relative(root, file).replace(/[\\/]/g, "-");
    const cached = path.join(folder, `${stem}-${hash}.js`);
    try {
        return fs.readFileSync(cached, "utf8");
    } catch {
        const made = translate(text, file, root);
        keep(cached, made, stem);
        return made;
    }
}

/** Loads what it needs when it is asked: a start that finds everything as it was kept (kept.js) asks for none. */
function hashOf(text) {
    const { createHash } = require("node:crypto");
    const salt = JSON.stringify([require("typescript/package.json").version, options]);
    return createHash("sha256").update(salt).update("\0").update(text).digest("hex");
}

/** Source that is no TypeScript; its message begins with the place. The compiler would translate what it can make of it. */
class SourceError extends Error {
    name = "SourceError";
}

/** @throws SourceError with every place where the text does not parse */
function translate(text, file, root) {
    const typescript = require("typescript");
    const compilerOptions = typescript.convertCompilerOptionsFromJson(options, root).options;
    const { outputText, diagnostics } = typescript.transpileModule(text, {
        compilerOptions,
        fileName: file,
        reportDiagnostics: true,
    });
    if (!diagnostics.length) return outputText;
    const faults = diagnostics.map(({ file: source, start, messageText }) => {
        const { line, character } = source.getLineAndCharacterOfPosition(start);
        const place = `${path.relative(root, file)}:${line + 1}:${character + 1}`;
        return `${place}: ${typescript.flattenDiagnosticMessageText(messageText, " ")}`;
    });
    throw new SourceError(faults.join("\n"));
}

/** Writes whole files only, since other processes read them, and drops what the file was before. */
function keep(cached, text, stem) {
    const folder = path.dirname(cached);
    try {
        fs.mkdirSync(folder, { recursive: true });
        const former = new RegExp(`^${stem.replace(/[.]/g, "\\.")}-[0-9a-f]{64}\\.js$`);
        const whole = `${cached}.${process.pid}.tmp`;
        fs.writeFileSync(whole, text);
        fs.renameSync(whole, cached);
        // Another process may be at the same: what it has just written stays, and what it has dropped is gone already.
        for (const name of fs.readdirSync(folder))
            if (former.test(name) && name !== path.basename(cached))
                fs.rmSync(path.join(folder, name), { force: true });
    } catch {
        // A folder that cannot be written costs time, nothing else.
    }
}

/** The source map in the last line of a file's JavaScript, as JSON. */
function sourceMapOf(text) {
    const [, map] = /sourceMappingURL=data:[^,]*,(\S+)\s*$/.exec(text);
    return Buffer.from(map, "base64").toString();
}

module.exports = { javascript, sourceMapOf, SourceError };
