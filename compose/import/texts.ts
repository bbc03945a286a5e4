import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, extname, join } from "node:path";

/** Texts of a repository in which names may stand: programs and settings. */

const maxBytes = 256 * 1024;
const maxFilesRead = 1500;
/** What is read of a source: programs and settings, no prose, nothing that is installed. */
const readable =
    /(^|\/)(Dockerfile[\w.-]*|Caddyfile|nginx[\w.-]*|Procfile)$|\.(conf|inc|cfg|ini|toml|ya?ml|json|properties|xml|template|tmpl|tpl|cjs|mjs|js|jsx|ts|tsx|py|rb|go|java|kt|cs|php|rs|exs?|sh|env|prisma|erb|gradle|kts|[cf]sproj)$/i;
const skipped =
    /^(\.git|\.github|node_modules|vendor|dist|build|target|tests?|spec|__tests__|docs?|\.venv|venv|package-lock\.json|.*\.lock|(docker-)?compose[\w.-]*\.ya?ml|\.env[\w.-]*|.*\.min\.js|(run[_-]?)?(py)?tests?([_.-][\w.-]*)?|[\w.-]*[_.-](py)?tests?\.\w+|conftest\.py)$/i;

/** Files below a path whose text is worth reading, as many as there may be. */
export function textsBelow(top: string, isOthers: (path: string) => boolean, any: boolean): string[] {
    const found: string[] = [];
    const visit = (path: string, isTop: boolean): void => {
        if (found.length >= maxFilesRead || (!isTop && (skipped.test(basename(path)) || isOthers(path)))) return;
        const status = statSync(path, { throwIfNoEntry: false });
        if (status?.isDirectory()) for (const name of readdirSync(path)) visit(join(path, name), false);
        else if (
            status?.isFile() &&
            status.size <= maxBytes &&
            (readable.test(path) || (any && extname(path) === "") || (any && isTop))
        )
            found.push(path);
    };
    try {
        visit(top, true);
    } catch {
        // What cannot be read says nothing; that it is not there is said where it is mounted or built.
    }
    return found;
}

/** A file's text; empty where it cannot be read. */
export const read = (path: string): string => {
    try {
        return readFileSync(path, "utf8");
    } catch {
        return "";
    }
};

/** What stands between a variable's name and its default, in the languages that have one. */
export const orElse =
    "[\"'\\x60\\])}]*(?:\\.presence)?\\s*(?:,|\\|\\||\\?\\?|\\?:|\\{|:-?|\\bor\\b|\\.unwrap_or(?:_else)?\\((?:\\|\\w*\\|)?|=\\s*\\(\\s*\\w+\\s*,|(?:envDefault|env-default|default):)\\s*(?:default\\s*[=:]\\s*)?";
