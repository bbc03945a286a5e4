import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";

import { Upgrades, type Upgrade } from "../plan/upgrades";
import { BadInput } from "./errors";
import { complain } from "./output";
import { own, packageRoot, type Own } from "./own";
import { invokedFrom } from "./selection";

/** Versions of this package other than the one that runs: found, and put where they can be run. */

export interface Version {
    /** `@twinstack/core 0.2.0`. */
    title: string;
    version: string;
    /** Where its package.json is. */
    root: string;
    /** What its package.json depends on. */
    dependencies: Record<string, string>;
    /** What it says that versions change in stacks; empty for one that came before there was a list. */
    upgrades: Upgrade[];
}

/** The version that runs. */
export const installed = (): Version => versionAt(packageRoot, "installed");

/**
 * A version by what npm would call it: a version or tag (`0.2.0`, `latest`), a tarball, a git or other URL, or a folder that has one: a
 * checkout, a saved package, or a project in which it is installed.
 * @param folder an empty one to put it in, where it has to be put somewhere
 * @throws BadInput where there is none, or it cannot be run
 */
export async function versionOf(flag: string, said: string, folder: string): Promise<Version> {
    const path = resolve(invokedFrom, said);
    const there = existsSync(path);
    const root = there && statSync(path).isDirectory() ? packageIn(path) : undefined;
    if (there && statSync(path).isDirectory() && !root)
        throw new BadInput(
            `${flag}\n  found    ${said}, a folder without ${own.name}\n  allowed  a folder that has its package.json, or node_modules/${own.name}`,
        );
    if (root && canRun(root) && hasAll(root, manifestIn(root).dependencies)) return versionAt(root, said);
    const spec = there ? path : /^(\w[\w.^~-]*|[\^~]\d\S*)$/.test(said) ? `${own.name}@${said}` : said;
    const unpacked = await fetchPackage(flag, said, root ?? spec, folder);
    return versionAt(unpacked, said);
}

/** Where in a folder the package is: it is one, or one is installed there. */
const packageIn = (folder: string): string | undefined =>
    [folder, join(folder, "node_modules", own.name)].find(
        (each) => existsSync(join(each, "package.json")) && manifestIn(each).name === own.name,
    );

const manifestIn = (root: string): Own => JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as Own;

/** A package has what the sources were compiled to, a checkout the sources. */
const canRun = (root: string): boolean =>
    ["dist/cli/bin.js", "cli/bin.js"].some((file) => existsSync(join(root, file)));

function versionAt(root: string, where: string): Version {
    const { name, version, dependencies } = manifestIn(root);
    if (!canRun(root))
        throw new BadInput(
            `${where} has no dist/: it was packed without its build. npm builds what it takes from git, unless it is told to run no scripts (--ignore-scripts=false); a checkout makes a tarball by \`npm run package\`.`,
        );
    const file = join(root, "upgrades.json");
    const list = Upgrades.safeParse(existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : []);
    if (!list.success)
        throw new BadInput(
            `upgrades.json of ${where} is of a form that ${own.version} cannot read: run its own check.`,
        );
    return { title: `${name} ${version} (${where})`, version, root, dependencies, upgrades: list.data };
}

/** The folder of a dependency, as Node finds it from a package. */
function folderOf(dependency: string, root: string): string | undefined {
    for (let above = root; ; above = dirname(above)) {
        const found = join(above, "node_modules", dependency);
        if (existsSync(join(found, "package.json"))) return found;
        if (above === dirname(above)) return undefined;
    }
}

/** Whether all that is asked for is there, in just these versions. */
const hasAll = (root: string, dependencies: Record<string, string>): boolean =>
    Object.entries(dependencies).every(([name, version]) => {
        const found = folderOf(name, root);
        return found !== undefined && manifestIn(found).version === version;
    });

/** Packs it and unpacks it in the folder, with what it depends on: what is installed here if that is the same, else from npm. */
async function fetchPackage(flag: string, said: string, spec: string, folder: string): Promise<string> {
    const npm = async (args: string[]): Promise<string> => {
        try {
            const { stdout } = await run("npm", args, { cwd: folder, encoding: "utf8", maxBuffer: 1 << 28 });
            return stdout;
        } catch (error) {
            const { stderr, message } = error as { stderr?: string; message: string };
            throw new BadInput(`${flag} ${said}: npm ${args[0]} failed:\n${(stderr ?? "").trim() || message}`);
        }
    };
    await complain(`getting ${said} by npm …\n`);
    // What is built has nothing to be built with.
    const asIs = existsSync(spec) && existsSync(join(spec, "dist")) ? ["--ignore-scripts"] : [];
    const packed = JSON.parse(await npm(["pack", spec, "--json", "--pack-destination", folder, ...asIs])) as unknown;
    const [{ filename, name }] = packed as [{ filename: string; name: string }];
    if (name !== own.name)
        throw new BadInput(`${flag}\n  found    ${said}, which is ${name}\n  allowed  a version of ${own.name}`);
    const root = join(folder, "node_modules", own.name);
    mkdirSync(root, { recursive: true });
    await run("tar", ["-xzf", join(folder, filename), "-C", root, "--strip-components=1"]);
    const { dependencies } = manifestIn(root);
    if (hasAll(packageRoot, dependencies)) {
        for (const dependency of Object.keys(dependencies))
            link(folderOf(dependency, packageRoot)!, folder, dependency);
        return root;
    }
    writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true }));
    // A plan needs nobody's install script.
    await npm(["install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-save", join(folder, filename)]);
    return root;
}

const run = promisify(execFile);

function link(from: string, folder: string, name: string): void {
    const to = join(folder, "node_modules", name);
    mkdirSync(dirname(to), { recursive: true });
    symlinkSync(from, to, "junction");
}
