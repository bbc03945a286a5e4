import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

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

export const own = JSON.parse(readFileSync(join(packageRoot, "package.json"), "utf8")) as Own;
