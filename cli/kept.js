"use strict";

/**
 * What a start has loaded is kept in one file: the text of each module as it ran, what V8 made of it, and where in
 * node_modules a request led. The next start neither looks for, reads, translates nor compiles any of that.
 *
 * A module is taken if its file is as it was: its size and its times, the one that nobody can set among them. Where requests
 * lead is taken as long as the same is installed. Anything else is loaded as Node does. Required after what translates.
 */

const fs = require("node:fs");
const Module = require("node:module");
const path = require("node:path");
const { cachedDataVersionTag } = require("node:v8");
const vm = require("node:vm");

const version = 1;
/** While somebody edits, a few modules are new at every start. They cost less than writing all of them anew. */
const few = 10;
/** In bytes. The TypeScript compiler is larger than all the rest, and seldom asked. */
const largest = 1 << 20;

const own = path.dirname(__dirname);
const [above] = own.split(`${path.sep}node_modules`);
const installed = path.join(above.endsWith(`${path.sep}dist`) ? path.dirname(above) : above, "node_modules");
const folder = path.join(installed, ".cache", "twinstack");
// V8 reads only what the same V8 wrote under the same flags.
const file = path.join(folder, `kept-${cachedDataVersionTag().toString(36)}.bin`);
/** Modules that vm runs have no import(). In a comment or a string it does no harm. */
const imports = /\bimport\s*\(/;

/** By file: [size, changed, modified, where its code begins in the kept file, where its text does, where that ends]. */
let modules = {};
/** By folder and request: the file. */
let requests = {};
/** What was compiled here, by file: what keep() writes. */
const fresh = new Map();
/** What a file was before it was read: what is written while it is being loaded is not what was loaded. */
const seen = new Map();
/** How many modules were taken as they were kept. */
let taken = 0;
let descriptor;

/** A file's identity, or undefined where there is none. */
function identity(name) {
    const stat = fs.statSync(name, { throwIfNoEntry: false });
    return stat && [stat.size, stat.ctimeMs, stat.mtimeMs];
}

/** All that a kept file depends on but the modules themselves: what npm, pnpm and Yarn write with every installation, and how to translate. */
const stamp = JSON.stringify([
    version,
    ...[".package-lock.json", ".modules.yaml", ".yarn-state.yml", ".yarn-integrity"].map((name) =>
        identity(path.join(installed, name)),
    ),
    identity(path.join(__dirname, "translate.js")),
]);

const isSame = (identified, entry) => identified?.every((value, index) => value === entry[index]) ?? false;

/** Reads the index. A file that is no such thing, or half of one, is as good as none. */
function open() {
    try {
        descriptor = fs.openSync(file, "r");
        const head = Buffer.alloc(16);
        fs.readSync(descriptor, head, 0, 16, 0);
        const [start, length] = [Number(head.readBigUInt64LE(0)), Number(head.readBigUInt64LE(8))];
        const { size } = fs.fstatSync(descriptor);
        if (start + length !== size) return;
        const index = Buffer.alloc(length);
        fs.readSync(descriptor, index, 0, length, start);
        const kept = JSON.parse(index.toString());
        if (kept.stamp === stamp) ({ modules, requests } = kept);
    } catch {
        // The first start, or a file of another version.
    }
}

function bytes(from, to) {
    const buffer = Buffer.allocUnsafeSlow(to - from);
    if (fs.readSync(descriptor, buffer, 0, buffer.length, from) !== buffer.length) throw new Error(`${file} is short`);
    return buffer;
}

const isAscii = (text) => !/[^\0-\x7f]/.test(text);

/** Runs a module's text as Node does. */
function run(module, script, name) {
    const require = (id) => module.require(id);
    require.resolve = (request, options) => Module._resolveFilename(request, module, false, options);
    require.resolve.paths = (request) => Module._resolveLookupPaths(request, module);
    require.main = process.mainModule;
    require.extensions = Module._extensions;
    require.cache = Module._cache;
    const wrapped = script.runInThisContext();
    return wrapped.call(module.exports, module.exports, require, module, name, path.dirname(name));
}

const [before, after] = ["(function (exports, require, module, __filename, __dirname) { ", "\n})"];
const compile = (text, name, cachedData) =>
    new vm.Script(text, { filename: name, columnOffset: -before.length, cachedData });

/** Runs a module as it was kept. False where it was not, or is another by now. */
function take(module, name) {
    const identified = identity(name);
    seen.set(name, identified);
    const entry = modules[name];
    if (entry === undefined || !isSame(identified, entry)) return false;
    const [, , , code, text, end, ascii] = entry;
    const both = bytes(code, end);
    const length = text - code;
    const source = ascii ? both.latin1Slice(length) : both.utf8Slice(length);
    const script = compile(source, name, both.subarray(0, length));
    if (script.cachedDataRejected) fresh.set(name, { script, source });
    else taken++;
    run(module, script, name);
    return true;
}

/** Compiles what is new so that it can be kept. What is no CommonJS is Node's to judge. */
const compileByNode = Module.prototype._compile;
function compileFresh(content, name, ...rest) {
    const source = `${before}${content.replace(/^#!.*/, "").replace(/\n\/\/# sourceMappingURL=data:\S*\s*$/, "")}${after}`;
    let script;
    if (seen.get(name) !== undefined && source.length < largest && !imports.test(content) && rest[0] !== "module")
        try {
            script = compile(source, name);
        } catch {
            // Node says what is wrong with it.
        }
    if (script === undefined) return compileByNode.call(this, content, name, ...rest);
    fresh.set(name, { script, source });
    return run(this, script, name);
}

/** By folder of ours: what is in it by name, or undefined where it is elsewhere than its path says. */
const entries = new Map();
function entriesOf(of) {
    if (!entries.has(of)) {
        let found;
        try {
            const each = fs.readdirSync(of, { withFileTypes: true }).map((entry) => [entry.name, entry]);
            if (fs.realpathSync(of) === of) found = new Map(each);
        } catch {
            // Node says that there is none.
        }
        entries.set(of, found);
    }
    return entries.get(of);
}

/**
 * Where a request of one of our files for another leads, found as Node does: under its name, else with the first extension. Node
 * asks the file system for each of them, and we read the folder. Undefined for folders, links and what is not there.
 */
function findOwn(request, from) {
    if (/(^|\/)\.{0,2}$/.test(request)) return undefined;
    const whole = path.resolve(path.dirname(from), request);
    const names = entriesOf(path.dirname(whole));
    const name = path.basename(whole);
    for (const extension of ["", ...Object.keys(Module._extensions)]) {
        const entry = names?.get(name + extension);
        if (entry?.isSymbolicLink()) return undefined;
        if (entry?.isFile()) return whole + extension;
    }
    return undefined;
}

/** Where a request leads: of a package, or of ours for one, where it did; of ours for one of ours, where it does today. */
const find = Module._resolveFilename;
function findKept(request, parent, isMain, options) {
    const from = parent?.filename;
    const asNode = () => find.call(this, request, parent, isMain, options);
    const isInstalled = from?.startsWith(installed);
    if (!(isInstalled || from?.startsWith(own)) || options || isMain) return asNode();
    if (!isInstalled && request.startsWith(".")) return findOwn(request, from) ?? asNode();
    const key = `${path.dirname(from)}\0${request}`;
    const kept = requests[key];
    if (kept !== undefined && (kept in Module._cache || fs.existsSync(kept))) return kept;
    const found = asNode();
    if (found.startsWith(installed)) requests[key] = found;
    return found;
}

/** Writes what this process has loaded, and what others had. Whole files only: several processes do. */
function keep() {
    if (fresh.size <= few) return;
    try {
        const kept = {};
        const parts = [Buffer.alloc(16)];
        let length = 16;
        const add = (name, identified, code, text, ascii) => {
            kept[name] = [...identified, length, length + code.length, length + code.length + text.length, ascii];
            parts.push(code, text);
            length += code.length + text.length;
        };
        for (const [name, entry] of Object.entries(modules)) {
            if (fresh.has(name) || !isSame(identity(name), entry)) continue;
            const [size, changed, modified, code, text, end, ascii] = entry;
            add(name, [size, changed, modified], bytes(code, text), bytes(text, end), ascii);
        }
        for (const [name, { script, source }] of fresh) {
            add(name, seen.get(name), script.createCachedData(), Buffer.from(source), isAscii(source));
        }
        const index = Buffer.from(JSON.stringify({ stamp, modules: kept, requests }));
        parts[0].writeBigUInt64LE(BigInt(length), 0);
        parts[0].writeBigUInt64LE(BigInt(index.length), 8);
        fs.mkdirSync(folder, { recursive: true });
        const whole = `${file}.${process.pid}.tmp`;
        fs.writeFileSync(whole, Buffer.concat([...parts, index]));
        fs.renameSync(whole, file);
        fresh.clear();
        tidy();
    } catch {
        // A folder that cannot be written costs time, nothing else.
    }
}

/** Removes what other versions of Node had kept, and what was killed while it wrote. */
function tidy() {
    const yesterday = Date.now() - 24 * 60 * 60 * 1000;
    for (const name of fs.readdirSync(folder)) {
        const each = path.join(folder, name);
        if (name.startsWith("kept-") && fs.statSync(each).mtimeMs < yesterday) fs.rmSync(each, { force: true });
    }
}

open();
for (const extension of [".js", ".ts"]) {
    const load = Module._extensions[extension];
    if (load) Module._extensions[extension] = (module, name) => take(module, name) || load(module, name);
}
Module.prototype._compile = compileFresh;
Module._resolveFilename = findKept;
process.on("exit", keep);

module.exports = { keep, loads: () => ({ taken, compiled: fresh.size }) };
