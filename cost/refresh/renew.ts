import type { Confidence, Source } from "../book";
import type { BookFile } from "../load";
import { sums } from "./gcp-selectors";
import { factor, sameRate, type Rate, type Reading } from "./rates";
import type { Answers, Wanted } from "./reader";

/** How many times as much, or as little, a price may become before a person must look at it. */
export const plausibleFactor = 5;

type Entry = BookFile["prices"][string]["regions"][string];

/** What a refresh would do to a book. */
export interface Renewal {
    book: BookFile;
    /** Prices that were read again. */
    renewed: number;
    changed: (Wanted & { before: Rate; after: Rate })[];
    /** Prices that the book had not. */
    added: Wanted[];
    /** Why the book must stay as it is. */
    problems: string[];
}

/**
 * Lays what was read upon a book.
 * @param accept ids, `id@region`, with `*` for anything: prices that may be gone (and then stay as they are) or changed much
 */
export function renew(
    old: BookFile,
    wanted: Wanted[],
    { readings, doubts }: Answers,
    from: { key: string; source: Source; asOf: string },
    accept: string[] = [],
): Renewal {
    const book = structuredClone(old);
    const result: Renewal = { book, renewed: 0, changed: [], added: [], problems: [] };
    const accepted = accepts(accept);
    const allowed = (one: Wanted, why: string): boolean => {
        if (accepted(one)) return true;
        result.problems.push(`${one.id} in ${one.region}: ${why}`);
        return false;
    };

    const read = new Map(readings.map((reading) => [`${reading.id} ${reading.region}`, reading]));
    for (const one of wanted) {
        const before = entryOf(old, one);
        const reading = read.get(`${one.id} ${one.region}`);
        const doubt = doubts.find(({ id, region }) => id === one.id && region === one.region);
        if (doubt) allowed(one, doubt.why);
        else if (!reading) {
            // What nobody has verified is no witness that the list had it: it stays, marked as it is.
            if (before && before.confidence !== "low") allowed(one, "the price is gone from the list");
        } else {
            const strange = implausible(old, reading, before);
            if (strange && !allowed(one, strange)) continue;
            const { regions } = book.prices[one.id];
            regions[one.region] = { ...reading.rate, asOf: from.asOf, confidence: "high", source: [from.key] };
            result.renewed++;
            if (!before) result.added.push(one);
            else if (!sameRate(before, reading.rate)) result.changed.push({ ...one, before, after: reading.rate });
        }
    }
    addUp(book, wanted);
    if (result.renewed) book.sources[from.key] = from.source;
    dropUnused(book);
    return result;
}

function entryOf(book: BookFile, { id, region }: Wanted): Entry | undefined {
    const { regions } = book.prices[id];
    return Object.hasOwn(regions, region) ? regions[region] : undefined;
}

/** Why a price cannot be right, if so; one that is new is held against the same thing's prices elsewhere. */
function implausible(old: BookFile, { id, rate }: Reading, before: Entry | undefined): string | undefined {
    const known = before ? [before] : Object.values(old.prices[id].regions);
    // Written so that what is no number is implausible, too.
    if (Math.min(...known.map((other) => factor(other, rate))) <= plausibleFactor) return undefined;
    const than = before ? `${shown(before)} before` : "its price in any other region";
    return `${shown(rate)} is more than ${plausibleFactor} times off from ${than}`;
}

export const shown = ({ value, tiers }: Rate): string =>
    tiers ? tiers.map((tier) => tier.value).join(" / ") : String(value);

function accepts(accept: string[]): (one: Wanted) => boolean {
    const patterns = accept.map(
        (text) =>
            new RegExp(
                `^${text
                    .split("*")
                    .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"))
                    .join(".*")}$`,
            ),
    );
    return ({ id, region }) => patterns.some((one) => one.test(id) || one.test(`${id}@${region}`));
}

const order: Confidence[] = ["high", "medium", "low"];

/** Prices that are sums of others follow them. */
function addUp(book: BookFile, wanted: Wanted[]): void {
    book.sources.derived ??= {
        title: "Computed from other prices; the note says how",
        where: "derived",
        date: "n/a",
        kind: "derived",
    };
    for (const [id, parts] of Object.entries(sums)) {
        if (!Object.hasOwn(book.prices, id)) continue;
        for (const region of new Set(wanted.filter((one) => Object.hasOwn(parts, one.id)).map((one) => one.region))) {
            const entries = Object.keys(parts).map((part) => entryOf(book, { id: part, region }));
            if (!entries.every((entry) => entry?.value !== undefined)) continue;
            const value = Object.values(parts).reduce((sum, count, i) => sum + count * entries[i]!.value!, 0);
            const days = entries.map((entry) => entry!.asOf);
            book.prices[id].regions[region] = {
                value: Number(value.toPrecision(12)),
                asOf: days.includes(null) ? null : days.sort()[0],
                confidence: order[Math.max(...entries.map((entry) => order.indexOf(entry!.confidence)))],
                source: ["derived"],
                note: Object.entries(parts)
                    .map(([part, count]) => `${count} × ${part}`)
                    .join(" + "),
            };
        }
    }
}

function dropUnused(book: BookFile): void {
    const entries = Object.values(book.prices).flatMap(({ regions }) => Object.values(regions));
    const commitments = Object.values(book.commitments ?? {});
    const used = new Set([...entries, ...commitments].flatMap(({ source }) => source));
    for (const key of Object.keys(book.sources)) if (!used.has(key)) delete book.sources[key];
}
