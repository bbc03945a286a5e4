import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** What a refresh has read already, kept between runs, so that one that was killed goes on where it was. */
export class Cache {
    constructor(
        private readonly folder: string,
        private readonly now: () => number = Date.now,
    ) {}

    /** What was kept under a key, unless it is older, in milliseconds, than it may be, or damaged. */
    get<T>(key: string, maxAge = Infinity): T | undefined {
        try {
            const kept = JSON.parse(readFileSync(this.file(key), "utf8")) as { key: string; at: number; value: T };
            return kept.key === key && this.now() - kept.at <= maxAge ? kept.value : undefined;
        } catch {
            return undefined;
        }
    }

    set(key: string, value: unknown): void {
        mkdirSync(this.folder, { recursive: true });
        const file = this.file(key);
        writeFileSync(`${file}.${process.pid}`, JSON.stringify({ key, at: this.now(), value }));
        renameSync(`${file}.${process.pid}`, file);
    }

    clear(): void {
        rmSync(this.folder, { recursive: true, force: true });
    }

    private readonly file = (key: string) =>
        join(this.folder, `${createHash("sha256").update(key).digest("hex")}.json`);
}
