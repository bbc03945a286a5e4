import {
    closeSync,
    existsSync,
    fsyncSync,
    mkdirSync,
    openSync,
    readdirSync,
    readFileSync,
    renameSync,
    rmSync,
    writeSync,
} from "node:fs";
import { join } from "node:path";

import { isRegionOf, type Cloud } from "../book";
import { checkBook, checkRegion, json, PriceBookError, type BookFile, type RegionFile } from "../load";

/**
 * A book on disk: one file with what is sold and where that is known from, and one for each region. Each is written so that a crash
 * leaves the old or the new one, never a part; and in an order in which every file can be read with those that lie there meanwhile.
 */

export const bookFile = (folder: string, cloud: Cloud): string => join(folder, `${cloud}.json`);
const regionFile = (folder: string, cloud: Cloud, region: string) => join(folder, cloud, `${region}.json`);

/** All regions together. @throws PriceBookError with every problem */
export function readBook(folder: string, cloud: Cloud): BookFile {
    const file = bookFile(folder, cloud);
    const book = checkBook(parsed(read(file), file), file, cloud, existsSync(join(folder, cloud)));
    for (const region of regionsIn(folder, cloud)) {
        const path = regionFile(folder, cloud, region);
        for (const [id, price] of Object.entries(checkRegion(parsed(read(path), path), path, book)))
            book.prices[id].regions[region] = price;
    }
    return book;
}

function read(file: string): string {
    try {
        return readFileSync(file, "utf8");
    } catch (error) {
        throw new PriceBookError([{ path: file, found: (error as Error).message, allowed: "a price book" }]);
    }
}
const parsed = (text: string, file: string): unknown => json(() => JSON.parse(text) as unknown, file);

/** The regions that have a file of their own. */
const regionsIn = (folder: string, cloud: Cloud): string[] =>
    existsSync(join(folder, cloud))
        ? readdirSync(join(folder, cloud))
              .filter((name) => name.endsWith(".json"))
              .map((name) => name.slice(0, -".json".length))
              .sort()
        : [];

/** Writes the files that change. */
export function writeBook(folder: string, book: BookFile): void {
    const { cloud } = book;
    const regions = new Map<string, RegionFile>();
    const rest = structuredClone(book);
    for (const [id, item] of Object.entries(rest.prices))
        for (const region of Object.keys(item.regions).filter((name) => isRegionOf(cloud, name))) {
            regions.set(region, { ...regions.get(region), [id]: item.regions[region] });
            delete item.regions[region];
        }
    const file = bookFile(folder, cloud);
    const texts = [...regions].map(([region, prices]) => ({
        path: regionFile(folder, cloud, region),
        text: formatRegion(prices),
    }));
    // Whatever is written can be read again.
    const header = formatBook(rest);
    checkBook(JSON.parse(header), file, cloud, true);
    for (const { path, text } of texts) checkRegion(JSON.parse(text), path, rest);

    mkdirSync(join(folder, cloud), { recursive: true });
    // Regions name sources: what they name, old or new, is there all the while.
    const before = existsSync(file) ? checkBook(parsed(read(file), file), file, cloud, true) : rest;
    replace(file, formatBook({ ...rest, sources: { ...before.sources, ...rest.sources } }));
    for (const { path, text } of texts) replace(path, text);
    for (const region of regionsIn(folder, cloud)) if (!regions.has(region)) rmSync(regionFile(folder, cloud, region));
    replace(file, header);
}

function replace(file: string, text: string): void {
    if (existsSync(file) && readFileSync(file, "utf8") === text) return;
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

/** The text of a region's file: sorted, one line for each price. */
export const formatRegion = (prices: RegionFile): string =>
    `{\n${Object.entries(prices)
        .sort(byKey)
        .map(([id, entry]) => `  ${JSON.stringify(id)}: ${inline(ordered(entry))}`)
        .join(",\n")}\n}\n`;

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
            ...(Object.keys(regions).length === 0
                ? [`      "regions": {}`]
                : [
                      `      "regions": {`,
                      lines(
                          Object.entries(regions)
                              .sort(byKey)
                              .map(([region, entry]) => [region, ordered(entry)]),
                          "        ",
                      ),
                      `      }`,
                  ]),
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
