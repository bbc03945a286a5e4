import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { root } from "../twinstack";

export interface Packed {
    /** The tarball. */
    file: string;
    size: number;
    /** Paths in it. */
    files: string[];
    remove(): void;
}

/** What `npm pack` makes of this repository. */
export function pack(): Packed {
    const folder = mkdtempSync(join(tmpdir(), "twinstack-pack-"));
    // By itself, as a machine may be told to run no scripts of packages.
    execFileSync(process.execPath, [join(root, "scripts/build.js")], { cwd: root, stdio: "inherit" });
    const said = execFileSync("npm", ["pack", "--ignore-scripts", "--json", "--pack-destination", folder], {
        cwd: root,
        encoding: "utf8",
        maxBuffer: 1 << 26,
        stdio: ["ignore", "pipe", "ignore"],
    });
    const [{ filename, size, files }] = JSON.parse(said) as [
        { filename: string; size: number; files: { path: string }[] },
    ];
    return {
        file: join(folder, filename),
        size,
        files: files.map(({ path }) => path),
        remove: () => rmSync(folder, { recursive: true }),
    };
}

/** Installs it in a project, as npm does, with the packages that it depends on from here: no registry is asked. */
export function install({ file }: Packed, project: string): void {
    const modules = join(project, "node_modules");
    const own = join(modules, "@twinstack/core");
    mkdirSync(own, { recursive: true });
    execFileSync("tar", ["xzf", file, "-C", own, "--strip-components=1"]);
    for (const name of readdirSync(join(root, "node_modules")))
        if (!name.startsWith(".")) symlinkSync(join(root, "node_modules", name), join(modules, name));
    mkdirSync(join(modules, ".bin"));
    symlinkSync("../@twinstack/core/bin/twinstack.js", join(modules, ".bin/twinstack"));
}

/** The installed command, as npx runs it. */
export function command(project: string, ...args: string[]) {
    const { status, stdout, stderr } = spawnSync(
        process.execPath,
        [join(project, "node_modules/.bin/twinstack"), ...args],
        { cwd: project, encoding: "utf8", maxBuffer: 1 << 28, env: { ...process.env, NO_COLOR: "1" } },
    );
    return { status, stdout, stderr };
}
