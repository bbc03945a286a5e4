import { readdirSync, statSync } from "node:fs";
import { basename } from "node:path";

/** What this machine has at the paths that services mount. */

/** Names in a folder, without hidden ones, which keep empty folders in Git. */
export const filesIn = (path: string): string[] =>
    statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
        ? readdirSync(path).filter((name) => !name.startsWith("."))
        : [];
export const isThere = (path: string): boolean => statSync(path, { throwIfNoEntry: false }) !== undefined;
export const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
export const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() === true;

/** Folders that programs write to, whatever else is in the source. */
export const dataFolder =
    /^(data|db|database|uploads?|storage|media|logs?|backups?|files|cache|instance|tmp|temp|output)$/i;

/** Whether development mounts a build's own source over what the image has: all of it, or a part at its place. */
export function isSource(path: string, build: string, target: string): boolean {
    if (path === build || build.startsWith(`${path}/`)) return true;
    if (!path.startsWith(`${build}/`)) return false;
    const below = path.slice(build.length + 1);
    if (!isFile(path) && (dataFolder.test(basename(path)) || !isThere(path))) return false;
    // `./src:/app/src`; a file that goes elsewhere (`./nginx.conf:/etc/nginx/nginx.conf`) is configuration.
    if (isFile(path)) return target.endsWith(`/${below}`) && !/^\/(etc|opt|var|usr\/(?!src\/))/.test(target);
    return true;
}
