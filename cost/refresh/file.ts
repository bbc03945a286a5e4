import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";

import type { Cloud } from "../book";
import { checkBook, json, PriceBookError, type BookFile } from "../load";

/** A book on disk: read, and written so that a crash leaves the old or the new one, never a part. */

export const bookFile = (folder: string, cloud: Cloud): string => join(folder, `${cloud}.json`);

/** @throws PriceBookError with every problem */
export function readBook(folder: string, cloud: Cloud): BookFile {
    const file = bookFile(folder, cloud);
    let text: string;
    try {
        text = readFileSync(file, "utf8");
    } catch (error) {
        throw new PriceBookError([{ path: file, found: (error as Error).message, allowed: "a price book" }]);
    }
    return checkBook(
        json(() => JSON.parse(text), file),
        file,
        cloud,
    );
}

export function writeBook(folder: string, book: BookFile): void {
    const file = bookFile(folder, book.cloud);
    // Whatever is written can be read again.
    const text = formatBook(book);
    checkBook(JSON.parse(text), file, book.cloud);
    const temporary = `${file}.${process.pid}.tmp`;
    try {
        const handle = openSync(temporary, "w");
        try {
            writeSync(handle, text);
            fsyncSync(handle);
        } finally {
            closeSync(handle);
        }
        renameSync(temporary, file);
    } catch (error) {
        rmSync(temporary, { force: true });
        throw error;
    }
}

/** The text of a book: sorted, and one line for each price, so that a change shows as that line. */
export function formatBook(book: BookFile): string {
    const sources = Object.entries(book.sources).sort(byKey);
    const prices = Object.entries(book.prices).sort(byKey);
    const lines = (entries: [string, unknown][], indent: string) =>
        entries.map(([key, value]) => `${indent}${JSON.stringify(key)}: ${inline(value)}`).join(",\n");
    const items = prices.map(([id, { service, item, unit, free, note, regions }]) =>
        [
            `    ${JSON.stringify(id)}: {`,
            `      ${inline({ service, item, unit }).slice(2, -2)},`,
            ...(free === undefined ? [] : [`      "free": ${free},`]),
            ...(note === undefined ? [] : [`      "note": ${JSON.stringify(note)},`]),
            `      "regions": {`,
            lines(
                Object.entries(regions)
                    .sort(byKey)
                    .map(([region, entry]) => [region, ordered(entry)]),
                "        ",
            ),
            `      }`,
            `    }`,
        ].join("\n"),
    );
    return [
        "{",
        `  "cloud": "${book.cloud}",`,
        `  "currency": "${book.currency}",`,
        `  "hoursPerMonth": ${book.hoursPerMonth},`,
        `  "sources": {`,
        lines(sources, "    "),
        "  },",
        `  "prices": {`,
        items.join(",\n"),
        ...(book.commitments ? ["  },", `  "commitments": {`, commitments(book.commitments, lines), "  }"] : ["  }"]),
        "}",
        "",
    ].join("\n");
}

/** Commitments: what each is on a line of its own, then what one has to know of it, and where that is said. */
const commitments = (
    all: NonNullable<BookFile["commitments"]>,
    lines: (entries: [string, unknown][], indent: string) => string,
) =>
    Object.entries(all)
        .sort(byKey)
        .map(([id, { service, item, covers, months, percent, scope, buy, reason, asOf, confidence, source, note }]) => {
            const said = { service, item, months, percent, scope, covers, buy, reason, note, asOf, confidence, source };
            const entries = Object.entries(said).filter(([, value]) => value !== undefined);
            return `    ${JSON.stringify(id)}: {\n${lines(entries, "      ")}\n    }`;
        })
        .join(",\n");

const byKey = ([a]: [string, unknown], [b]: [string, unknown]): number => (a < b ? -1 : 1);

type Entry = BookFile["prices"][string]["regions"][string];
const ordered = ({ value, tiers, asOf, confidence, source, note }: Entry) => ({
    value,
    tiers,
    asOf,
    confidence,
    source,
    note,
});

/** JSON on one line, with air. */
function inline(value: unknown): string {
    if (Array.isArray(value)) return `[${value.map(inline).join(", ")}]`;
    if (typeof value !== "object" || value === null) return JSON.stringify(value);
    const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
    return `{ ${entries.map(([key, inner]) => `${JSON.stringify(key)}: ${inline(inner)}`).join(", ")} }`;
}
