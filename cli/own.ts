import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";

/** This package: what it is called, its version, and what it is made with. */
export interface Own {
    name: string;
    version: string;
    dependencies: Record<string, string>;
    devDependencies: Record<string, string>;
}

/** Where package.json and Pulumi.yaml are: the sources of this file are one folder below it, what a package has of them two. */
export const packageRoot = [join(__dirname, ".."), join(__dirname, "../..")].find((folder) =>
    existsSync(join(folder, "Pulumi.yaml")),
)!;

/** Whether this is the repository itself, and no package made of it. */
export const isRepository = existsSync(join(packageRoot, "cli", "main.ts"));

export const own = JSON.parse(readFileSync(join(packageRoot, "package.json"), "utf8")) as Own;

/** The tarball that `npm run package` makes in the repository. */
const tarball = join(packageRoot, `${own.name.replace("@", "").replace("/", "-")}-${own.version}.tgz`);

/** How a project in a folder depends on this package: as the one does in which it is installed, or by the repository's tarball. */
export function specFor(root: string): string {
    const file = (path: string) => `file:${relative(root, path).split("\\").join("/")}`;
    if (isRepository) return file(tarball);
    for (let above = dirname(packageRoot); above !== dirname(above); above = dirname(above)) {
        const said = dependencyIn(join(above, "package.json"));
        if (said !== undefined)
            return said.startsWith("file:") ? file(resolve(above, said.slice("file:".length))) : said;
    }
    return own.version;
}

function dependencyIn(manifest: string): string | undefined {
    if (!existsSync(manifest)) return undefined;
    const { dependencies, devDependencies } = JSON.parse(readFileSync(manifest, "utf8")) as Partial<Own>;
    return dependencies?.[own.name] ?? devDependencies?.[own.name];
}
