import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";

import type { Result } from "./run";

/** What the engine did at every change, as `npm run matrix` recorded it: docs/changes.md is written from it. */
export const resultsFile = resolve(__dirname, "../../golden/changes.json");

export type Results = Record<string, Result>;

export const recorded = (): Results =>
    existsSync(resultsFile) ? (JSON.parse(readFileSync(resultsFile, "utf8")) as Results) : {};

/** Writes these results over those that were there; the others stay, and so does what only a run with failures finds out. */
export function record(results: Results): void {
    const before = recorded();
    const kept = Object.entries(results).map(([name, result]) => {
        const afterFailure = result.afterFailure ?? before[name]?.afterFailure;
        return [name, { ...result, ...(afterFailure && { afterFailure }) }];
    });
    const all: Results = { ...before, ...Object.fromEntries(kept) };
    const ordered = Object.fromEntries(Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1)));
    writeFileSync(resultsFile, `${JSON.stringify(ordered, null, 2)}\n`);
}
