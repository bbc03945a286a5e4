import { z } from "zod";

import { findings } from "../topology/issues";
import { showPath } from "../topology/merge";
import { ProblemsError, type Problem } from "../topology/problems";
import { covers, isRegionOf, type Book, type Cloud, type Price } from "./book";
import { bookText, regionsOnShelf, regionText, shelfOf } from "./shelf";

/**
 * Reads and checks price books, which `twinstack prices refresh` renews: prices/<cloud>.json has what is sold, the sources, and what
 * is the same in many regions; prices/<cloud>/<region>.json has the prices of a region.
 */

const amount = z.number().min(0).describe("USD, 0 or more");
const aDay = "a day as YYYY-MM-DD, or null";
const isDay = (text: string): boolean => /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text));
const day = z.string().refine(isDay, aDay).describe(aDay);
const tier = z.strictObject({
    upTo: z.number().positive().nullable().describe("a number above 0, or null"),
    value: amount,
});
/** A price in a region, as a book's file has it. */
export const entry = z.strictObject({
    value: amount.optional(),
    tiers: z.array(tier).min(1).optional(),
    asOf: day.nullable(),
    confidence: z.enum(["high", "medium", "low"]),
    source: z.array(z.string()).min(1),
    note: z.string().optional(),
});
const item = z.strictObject({
    service: z.string(),
    item: z.string(),
    unit: z.string().min(1),
    free: z.number().positive().optional(),
    note: z.string().optional(),
    regions: z.record(z.string(), entry),
});
const between = "a number above 0 and below 100";
const percentage = z
    .number()
    .refine((percent) => percent > 0 && percent < 100, between)
    .describe(between);
const commitment = z.strictObject({
    service: z.string(),
    item: z.string(),
    covers: z.array(z.string()).min(1),
    months: z.number().positive(),
    percent: percentage.optional(),
    scope: z.enum(["region", "account"]).optional(),
    buy: z.string().optional(),
    reason: z.string().optional(),
    asOf: day.nullable(),
    confidence: z.enum(["high", "medium", "low"]),
    source: z.array(z.string()).min(1),
    note: z.string().optional(),
});
const source = z.strictObject({ title: z.string(), where: z.string(), date: z.string(), kind: z.string() });
const schema = z.strictObject({
    cloud: z.enum(["aws", "gcp"]),
    currency: z.literal("USD"),
    hoursPerMonth: z.number().positive(),
    sources: z.record(z.string(), source),
    prices: z.record(z.string(), item),
    commitments: z.record(z.string(), commitment).optional(),
});
/** A book as it stands in its files, all regions together. */
export type BookFile = z.infer<typeof schema>;
const regionSchema = z.record(z.string(), entry);
/** The prices of one region, by id. */
export type RegionFile = z.infer<typeof regionSchema>;

/** A price book is broken, or something else that has prices; the message names every problem with its place. */
export class PriceBookError extends ProblemsError {
    constructor(problems: Problem[], what = "The price book is broken") {
        super(problems, "the price book");
        this.name = "PriceBookError";
        const blocks = problems.map(
            ({ path, found, allowed }) => `  ${path}\n    found    ${found}\n    allowed  ${allowed}`,
        );
        const shown = blocks.slice(0, 10);
        if (blocks.length > 10) shown.push(`  and ${blocks.length - 10} more`);
        this.message = `${what}:\n\n${shown.join("\n\n")}\n`;
    }
}

/** What is wrong with one price. */
export function faultsOf(
    { value, tiers, source }: Pick<RegionFile[string], "value" | "tiers" | "source">,
    here: string[],
    sources: Book["sources"],
): Problem[] {
    const problems: Problem[] = [];
    const say = (at: string[], found: string, allowed: string) => problems.push({ path: showPath(at), found, allowed });
    if ((value === undefined) === (tiers === undefined))
        say(here, value === undefined ? "no price" : "value and tiers", "one of value and tiers");
    const bounds = tiers?.map(({ upTo }) => upTo ?? Infinity) ?? [Infinity];
    if (bounds.some((bound, i) => i > 0 && bound <= bounds[i - 1]) || bounds[bounds.length - 1] !== Infinity)
        say([...here, "tiers"], `bounds ${bounds.join(", ")}`, "ascending bounds, the last one null");
    for (const key of source)
        if (!Object.hasOwn(sources, key)) say([...here, "source"], `the unknown source ${key}`, "keys of sources");
    return problems;
}

/**
 * What a schema of shapes cannot say: keys that exist, tiers in order, one price in each place.
 * @param regionsApart what has no price here may have one in the file of a region
 */
function contradictions(file: BookFile, regionsApart: boolean): Problem[] {
    const problems: Problem[] = [];
    const say = (at: string[], found: string, allowed: string) => problems.push({ path: showPath(at), found, allowed });
    // A file of its own per region: the rest may have none.
    const empty = regionsApart ? undefined : "an empty map";
    for (const [id, { regions }] of Object.entries(file.prices)) {
        const at = ["prices", id];
        if (!id.startsWith(`${file.cloud}.`)) say(at, `the id ${id}`, `ids that begin with ${file.cloud}.`);
        const keys = Object.keys(regions);
        if (!keys.length && empty) say([...at, "regions"], empty, "at least one region");
        if (keys.length > 1 && Object.hasOwn(regions, "global"))
            say([...at, "regions"], keys.join(", "), "global alone, or a price per region");
        for (const [region, price] of Object.entries(regions))
            problems.push(...faultsOf(price, [...at, "regions", region], file.sources));
    }
    for (const [id, commitment] of Object.entries(file.commitments ?? {})) {
        const at = ["commitments", id];
        if (!id.startsWith(`${file.cloud}.`)) say(at, `the id ${id}`, `ids that begin with ${file.cloud}.`);
        const { percent, scope, buy, reason } = commitment;
        if ((percent === undefined) === (reason === undefined))
            say(at, percent === undefined ? "no percent" : "percent and reason", "one of percent and reason");
        else if (percent !== undefined && (scope === undefined || buy === undefined))
            say(at, "a percent alone", "scope and buy beside it");
        for (const pattern of commitment.covers)
            if (!Object.keys(file.prices).some((price) => covers({ ...commitment, covers: [pattern] }, price)))
                say([...at, "covers"], `the unknown price ${pattern}`, "ids of prices");
        for (const key of commitment.source)
            if (!Object.hasOwn(file.sources, key))
                say([...at, "source"], `the unknown source ${key}`, "keys of sources");
    }
    return problems;
}

const isMap = (data: unknown): data is Record<string, unknown> =>
    typeof data === "object" && data !== null && !Array.isArray(data);
const hasOnly = (data: object, keys: readonly string[]): boolean =>
    Object.keys(data).every((key) => keys.includes(key));
const optional = (value: unknown, is: (value: unknown) => boolean): boolean => value === undefined || is(value);
const isText = (value: unknown): boolean => typeof value === "string";
const entryKeys = Object.keys(entry.shape);
const itemKeys = Object.keys(item.shape);

const isAmount = (value: unknown): boolean => typeof value === "number" && value >= 0 && value < Infinity;
const isPlainTiers = (tiers: unknown): boolean =>
    Array.isArray(tiers) &&
    tiers.length > 0 &&
    tiers.every(
        (one: unknown) =>
            isMap(one) &&
            hasOnly(one, ["upTo", "value"]) &&
            isAmount(one.value) &&
            (one.upTo === null || (isAmount(one.upTo) && one.upTo !== 0)),
    );

/** Whether a price is plainly one, as most are: the schema, which takes its time, is asked of the others, and says what is wrong. */
function isPlain(price: unknown): boolean {
    if (!isMap(price) || !hasOnly(price, entryKeys)) return false;
    const { value, tiers, asOf, confidence, source, note } = price;
    return (
        (tiers === undefined ? isAmount(value) : value === undefined && isPlainTiers(tiers)) &&
        (asOf === null || (typeof asOf === "string" && isDay(asOf))) &&
        (confidence === "high" || confidence === "medium" || confidence === "low") &&
        Array.isArray(source) &&
        source.length > 0 &&
        source.every(isText) &&
        optional(note, isText)
    );
}

/** Whether something that is sold is plainly that, with all its prices. */
function isPlainItem(sold: unknown): boolean {
    if (!isMap(sold) || !hasOnly(sold, itemKeys)) return false;
    const { service, item, unit, free, note, regions } = sold;
    return (
        isText(service) &&
        isText(item) &&
        isText(unit) &&
        unit !== "" &&
        optional(free, (units) => typeof units === "number" && units > 0 && units < Infinity) &&
        optional(note, isText) &&
        isMap(regions) &&
        Object.values(regions).every(isPlain)
    );
}
/** What of a map the schema has to look at; of what is no map, all. */
const doubtfulOf = (data: unknown, isPlain: (value: unknown) => boolean): unknown =>
    isMap(data) ? Object.fromEntries(Object.entries(data).filter(([, value]) => !isPlain(value))) : data;

/** The checked content of a book's file. Throws a PriceBookError with every problem. */
export function checkBook(data: unknown, file: string, cloud?: Cloud, regionsApart = false): BookFile {
    const doubtful = isMap(data) ? { ...data, prices: doubtfulOf(data.prices, isPlainItem) } : data;
    const parsed = schema.safeParse(doubtful, { jitless: true });
    const problems = parsed.success
        ? contradictions(data as BookFile, regionsApart)
        : shapeFaults(parsed.error.issues, doubtful, schema);
    if (parsed.success && cloud && parsed.data.cloud !== cloud)
        problems.push({ path: "cloud", found: parsed.data.cloud, allowed: cloud });
    if (problems.length)
        throw new PriceBookError(problems.map((problem) => ({ ...problem, path: `${file}: ${problem.path}` })));
    return data as BookFile;
}

const shapeFaults = (issues: z.core.$ZodIssue[], data: unknown, of: z.ZodType): Problem[] =>
    issues
        .flatMap((issue) => findings(issue, data, of))
        .map(({ at, found, allowed }) => ({ path: at.length ? showPath(at) : "the whole file", found, allowed }));

/** The checked prices of one region. Throws a PriceBookError with every problem. */
export function checkRegion(
    data: unknown,
    file: string,
    book: { prices: Record<string, { regions: object }>; sources: Book["sources"] },
): RegionFile {
    const doubtful = doubtfulOf(data, isPlain);
    const parsed = regionSchema.safeParse(doubtful, { jitless: true });
    const problems = parsed.success
        ? Object.entries(data as RegionFile).flatMap(([id, price]): Problem[] => {
              if (!Object.hasOwn(book.prices, id))
                  return [{ path: id, found: "an id that the book does not have", allowed: "ids of the book" }];
              if (Object.hasOwn(book.prices[id].regions, "global"))
                  return [{ path: id, found: "a price beside a global one", allowed: "one of them" }];
              return faultsOf(price, [id], book.sources);
          })
        : shapeFaults(parsed.error.issues, doubtful, regionSchema);
    if (problems.length)
        throw new PriceBookError(problems.map((problem) => ({ ...problem, path: `${file}: ${problem.path}` })));
    return data as RegionFile;
}

/** A book from the content of its file. Throws a PriceBookError with every problem. */
export function bookFrom(data: unknown, file = "price book", cloud?: Cloud, regionsApart = false): Book {
    const checked = checkBook(data, file, cloud, regionsApart);
    const prices = Object.entries(checked.prices).map(([id, { regions, ...item }]) => {
        const filled = Object.entries(regions).map(([region, entry]): [string, Price] => [
            region,
            { id, region, unit: item.unit, ...entry },
        ]);
        return [id, { ...item, regions: Object.fromEntries(filled) }];
    });
    return { ...checked, prices: Object.fromEntries(prices) };
}

const books: Partial<Record<Cloud, { shelf: object; book: Book }>> = {};

/**
 * The prices of a cloud, as the project has them (shelf.ts); those of a region are read when they are asked for. Throws a PriceBookError
 * if a file is broken.
 */
export function bookOf(cloud: Cloud): Book {
    const shelf = shelfOf(cloud);
    const known = books[cloud];
    if (known?.shelf === shelf) return known.book;
    // Inside of the check: a file that is no JSON is a problem like any other.
    const file = `${shelf.name}/${cloud}.json`;
    const data = json(() => JSON.parse(bookText(cloud)) as unknown, file);
    const book = opening(bookFrom(data, file, cloud, true), shelf.name);
    books[cloud] = { shelf, book };
    return book;
}

/** The same with the prices of all regions: what compares them or changes them. */
export function wholeBookOf(cloud: Cloud): Book {
    const book = bookOf(cloud);
    for (const region of regionsOnShelf(cloud)) book.open!(region);
    return book;
}

/** A book that reads the prices of a region when it is first asked for one. */
function opening(book: Book, folder: string): Book {
    const seen = new Set<string>();
    const open = (region: string) => {
        if (seen.has(region)) return;
        seen.add(region);
        if (!isRegionOf(book.cloud, region)) return;
        const text = regionText(book.cloud, region);
        if (text === undefined) return;
        const file = `${folder}/${book.cloud}/${region}.json`;
        const prices = checkRegion(
            json(() => JSON.parse(text) as unknown, file),
            file,
            book,
        );
        for (const [id, price] of Object.entries(prices)) {
            const item = book.prices[id];
            item.regions[region] = { id, region, unit: item.unit, ...price };
        }
    };
    return { ...book, open };
}

/** The value of a JSON file, or a PriceBookError that says where it stops being one. */
export function json(read: () => unknown, file: string, what?: string): unknown {
    try {
        return read();
    } catch (error) {
        if (!(error instanceof SyntaxError)) throw error;
        const found = error.message.split(": ").pop()!;
        throw new PriceBookError([{ path: file, found, allowed: "JSON" }], what);
    }
}
