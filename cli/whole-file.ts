import { renameSync, rmSync, writeFileSync } from "node:fs";

/** Writes a whole file or nothing. Throws what the file system says. */
export function writeWhole(file: string, text: string): void {
    // Another process may write the same file at the same time.
    const whole = `${file}.${process.pid}.tmp`;
    try {
        writeFileSync(whole, text);
        renameSync(whole, file);
    } catch (error) {
        rmSync(whole, { force: true });
        // Of the two names only one was asked for.
        (error as Error).message = (error as Error).message.replaceAll(whole, file);
        throw error;
    }
}
