import { readFileSync } from "node:fs";
import { resolve } from "node:path";

import { parseDocument } from "yaml";

import { UsageError, usageOf, withQuantities, withUsageFile, type Quantities, type Usage } from "../cost/usage";
import { isPreset, presetNames, withPreset } from "../cost/presets";
import type { App } from "../topology/app";
import { choices } from "../topology/suggest";
import { BadInput, invokedFrom } from "./selection";
import { usageFlags } from "./usage-flags";

/** What may be said about the usage on the command line; `requests`, `durationMs`, … as commander reads them. */
export type UsageOptions = { usage?: string } & Record<string, unknown>;

/**
 * The usage that the topology, then `--usage` (a preset or a file), then single flags say; the last word counts.
 * @throws UsageError with every problem, BadInput if the file cannot be read
 */
export function usageFrom(app: Pick<App, "traffic">, options: UsageOptions): Usage {
    const file = options.usage;
    const own = usageOf(app);
    const said =
        file === undefined ? own : isPreset(file) ? withPreset(own, file) : withUsageFile(own, readUsage(file), file);
    const flagOf = (key: keyof Quantities) => `--${usageFlags.find((one) => one.key === key)!.flag}`;
    const given = Object.fromEntries(usageFlags.map(({ flag, key }) => [key, options[camelCase(flag)] as string]));
    return withQuantities(said, given, flagOf);
}

const camelCase = (flag: string): string => flag.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());

function readUsage(file: string): unknown {
    let text: string;
    try {
        text = readFileSync(resolve(invokedFrom, file), "utf8");
    } catch (error) {
        throw new BadInput(
            `--usage ${file} cannot be read: ${(error as Error).message}\n  allowed  a YAML file, or a preset: ${choices(file, presetNames)}`,
        );
    }
    const document = parseDocument(text);
    if (document.errors.length > 0)
        throw new UsageError(
            document.errors.map(({ message, linePos }) => ({
                path: `${file}:${linePos?.[0].line ?? 1}`,
                found: message.split("\n")[0].replace(/ at line.*$/, ""),
                allowed: "YAML such as `monthly_requests: 5000000`",
            })),
        );
    return document.toJS() as unknown;
}
