import { existsSync } from "node:fs";
import { dirname, join, relative } from "node:path";

/** What is wrong with the user's own source, with its place below `root`; undefined where an error is of another kind. */
export function sourceFault(error: unknown, root: string): string | undefined {
    const { name, message, code, stack, requireStack } = error as Error & { code?: string; requireStack?: string[] };
    // Said by cli/source.js, or by ts-node where that translates: both begin with the place.
    if (name === "SourceError" || name === "TSError") return message;
    const [importer] = requireStack ?? [];
    const wanted = /Cannot find module '([^']+)'/.exec(message)?.[1];
    if (code === "MODULE_NOT_FOUND" && importer && wanted) {
        const [missing, allowed] = wanted.startsWith(".")
            ? [`${relative(root, join(dirname(importer), wanted))}.ts`, "a file that exists, or no import of it"]
            : [`package ${wanted}`, "a package that is in package.json and installed: npm install"];
        return `${relative(root, importer)}: import "${wanted}"\n  found    no ${missing}\n  allowed  ${allowed}`;
    }
    const place = (stack ?? "").split("\n").find((line) => /[\\/]apps[\\/]/.test(line));
    const file = place && /([^\s()]+\.ts)/.exec(place)?.[1];
    return file && existsSync(file) ? `${relative(root, file)} cannot be loaded: ${name}: ${message}` : undefined;
}
