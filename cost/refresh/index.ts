import { join } from "node:path";

import type { Cloud } from "../book";
import type { BookFile } from "../load";
import { priceListUrl, readableOnAws, readAws, spotFeedUrl } from "./aws";
import { usagePrefixes } from "./aws-selectors";
import { Cache } from "./cache";
import { readBook, writeBook } from "./file";
import { catalogUrl, readableOnGcp, readGcp } from "./gcp";
import { FetchError, type HttpOptions } from "./http";
import type { Answers, Reader, Wanted } from "./reader";
import { renew, type Renewal } from "./renew";

/** Renews a price book from the vendor's own lists, wholly or not at all. */

export interface RefreshOptions {
    cloud: Cloud;
    /** Only this region, which the book need not have yet. @default all that the book has */
    region?: string;
    /** The folder of the books, and of what they are made of. @default from the same */
    folder: string;
    from?: string;
    /** What was read already is kept here until the book is written. */
    cacheFolder: string;
    today: Date;
    /** Prices that may be gone or change much; see renew(). */
    accept?: string[];
    /** For GCP. */
    apiKey?: string;
    /** Where the vendors' lists are, for tests and mirrors. */
    urls?: { priceList?: string; spotFeed?: string; catalog?: string };
    http?: HttpOptions;
    onProgress?(line: string): void;
    onBytes?(count: number): void;
}

/** What came of it. With problems, the book on disk is as it was. */
export interface Refreshed extends Omit<Renewal, "book"> {
    cloud: Cloud;
    /** Prices of the book that no list is known for; they stay as they are. */
    kept: Wanted[];
}

/** The books that come with twinstack. */
export const shippedBooks = join(__dirname, "..", "prices");
export const defaultCache = join(__dirname, "..", "..", "node_modules", ".cache", "twinstack", "prices");

/** The regions, and what stands for one, that a refresh can read. */
export const refreshable = (cloud: Cloud, regions: readonly string[], book: BookFile): string[] => {
    const special = Object.values(book.prices).flatMap((item) => Object.keys(item.regions));
    const known = cloud === "aws" ? regions.filter((region) => Object.hasOwn(usagePrefixes, region)) : regions;
    return [...new Set([...known, ...special])].sort();
};

/** @throws PriceBookError if the book on disk is broken already */
export async function refresh(options: RefreshOptions): Promise<Refreshed> {
    const { cloud, region, folder, from = folder, today } = options;
    const old = readBook(from, cloud);
    const readable = cloud === "aws" ? readableOnAws : readableOnGcp;
    const all = everything(old, region);
    const wanted = all.filter(readable);
    const kept = all.filter((one) => !readable(one) && Object.hasOwn(old.prices[one.id].regions, one.region));

    const cache = new Cache(join(options.cacheFolder, cloud), () => today.getTime());
    const { onProgress = () => {}, onBytes, http = {} } = options;
    const reader: Reader = {
        cache,
        http: { onRetry: (why) => onProgress(`trying again: ${why}`), ...http },
        onProgress,
        onBytes,
    };
    const nothing = { cloud, kept, renewed: 0, changed: [], added: [] };
    let answers: Answers;
    try {
        answers = await read(wanted, reader, options);
    } catch (error) {
        if (!(error instanceof FetchError)) throw error;
        return { ...nothing, problems: [withoutKey(error.message, options.apiKey)] };
    }
    const asOf = today.toISOString().slice(0, 10);
    const { book, ...result } = renew(old, wanted, answers, { ...vendor[cloud](asOf), asOf }, options.accept);
    if (!result.renewed && !result.problems.length) result.problems.push("the lists have none of the prices");
    if (result.problems.length) return { ...nothing, problems: result.problems };
    writeBook(folder, book);
    cache.clear();
    return { cloud, kept, ...result };
}

/** What a refresh looks for: every id in every region of the book, or in one; and what stands for regions as it is there. */
function everything(book: BookFile, only: string | undefined): Wanted[] {
    const items = Object.entries(book.prices);
    const present = new Set(items.flatMap(([, { regions }]) => Object.keys(regions)));
    return items.flatMap(([id, { regions }]) => {
        const own = Object.keys(regions);
        // Only what is sold by region can be added in another one.
        const byRegion = own.some(isRegion);
        const targets = only === undefined ? [...present] : [only];
        return targets
            .filter((region) => own.includes(region) || (byRegion && isRegion(region)))
            .map((region) => ({ id, region }));
    });
}

/** Regions of both clouds have a direction and a number; `global`, `tier1` and `japan` have not. */
const isRegion = (region: string) => /^[a-z]+(-[a-z]+)+-?\d+$/.test(region);

function read(wanted: Wanted[], reader: Reader, { cloud, apiKey = "", urls = {} }: RefreshOptions): Promise<Answers> {
    return cloud === "aws"
        ? readAws(wanted, reader, urls.priceList ?? priceListUrl, urls.spotFeed ?? spotFeedUrl)
        : readGcp(wanted, reader, urls.catalog ?? catalogUrl, apiKey);
}

const withoutKey = (text: string, key: string | undefined) => (key ? text.replaceAll(key, "…") : text);

const vendor = {
    aws: (date: string) => ({
        key: "aws-price-list",
        source: { title: "AWS Price List, bulk files", where: priceListUrl, date, kind: "vendor API" },
    }),
    gcp: (date: string) => ({
        key: "gcp-catalog",
        source: { title: "Google Cloud Billing Catalog", where: catalogUrl, date, kind: "vendor API" },
    }),
};
