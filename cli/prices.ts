import { readFileSync } from "node:fs";
import { join } from "node:path";

import type { Book, Cloud, Commitment, Price } from "../cost/book";
import type { Refreshed, RefreshOptions } from "../cost/refresh";
import { awsRegions, gcpRegions, cloudOfRegion } from "../topology/regions";
import { nearest } from "../topology/suggest";
import { colours, complain, plural, printJson, progress, table, say } from "./output";
import { marks, shownPrice } from "./price-words";
import { packageRoot } from "./own";
import { BadInput, invokedFrom, projectRoot } from "./selection";

/** `twinstack prices`: the price book; `twinstack prices refresh`: renews it from the vendors' lists. */

interface Flags {
    cloud?: string;
    region?: string;
    /** Another folder of books than the project's. */
    books?: string;
    json?: boolean;
}
export interface ListFlags extends Flags {
    filter?: string;
}
export interface RefreshFlags extends Flags {
    apiKeyFile?: string;
    accept?: string[];
    cache?: string;
}

function clouds({ cloud, region }: Flags): Cloud[] {
    if (cloud === "aws" || cloud === "gcp") return [cloud];
    if (cloud !== undefined) throw new BadInput(`--cloud\n  found    ${JSON.stringify(cloud)}\n  allowed  aws or gcp`);
    // A region is one of either cloud.
    const own = region === undefined ? undefined : cloudOfRegion(region);
    return own ? [own] : ["aws", "gcp"];
}

/** A price as it is listed. */
interface Row extends Price {
    service: string;
    item: string;
    free?: number;
    unverified: boolean;
    old: boolean;
}

/** A commitment as it is listed. */
interface Reduction extends Commitment {
    id: string;
    unverified: boolean;
    old: boolean;
}

export async function list(flags: ListFlags): Promise<number> {
    const { bookFrom, wholeBookOf } = await import("../cost/load");
    const { findPrice, isOld, missingIn, unverified } = await import("../cost/book");
    const { readBook } = await import("../cost/refresh/file");
    const today = new Date();
    const { books: folder, filter, region } = flags;
    const books = clouds(flags).map((cloud) =>
        folder ? bookFrom(readBook(folder, cloud), folder, cloud) : wholeBookOf(cloud),
    );
    if (region !== undefined) mustKnow(books, region);

    const matches = (id: string, { service, item }: Pick<Commitment, "service" | "item">) =>
        !filter || `${id} ${service} ${item}`.toLowerCase().includes(filter.toLowerCase());
    const rows = books.flatMap((book) =>
        Object.entries(book.prices).flatMap(([id, entry]): Row[] => {
            const { service, item, free, regions } = entry;
            if (!matches(id, entry)) return [];
            const prices = region === undefined ? Object.values(regions) : [findPrice(book, id, region) ?? []].flat();
            return prices.map((price) => ({
                ...price,
                service,
                item,
                ...(free !== undefined && { free }),
                unverified: unverified(price),
                old: isOld(price, today),
            }));
        }),
    );
    const reductions = books.flatMap((book) =>
        Object.entries(book.commitments ?? {})
            .filter(([id, entry]) => matches(id, entry))
            .map(([id, entry]): Reduction => ({
                id,
                ...entry,
                unverified: unverified(entry),
                old: isOld(entry, today),
            })),
    );
    const missing =
        region === undefined
            ? []
            : books.flatMap((book) => missingIn(book, region)).filter((id) => !filter || id.includes(filter));
    if (flags.json) {
        const sources = Object.assign({}, ...books.map((book) => book.sources)) as Book["sources"];
        await printJson({ currency: "USD", prices: rows, commitments: reductions, missing, sources });
    } else
        await say(
            [listing(rows, missing, region, reductions.length > 0), listingOf(reductions)].filter(Boolean).join("\n"),
        );
    return 0;
}

/** Refuses a region that neither cloud nor book knows. */
function mustKnow(books: Pick<Book, "cloud" | "prices">[], region: string): void {
    const special = books.flatMap(({ prices }) => Object.values(prices).flatMap((item) => Object.keys(item.regions)));
    const known = [...new Set([...books.flatMap(({ cloud }) => regionsOfCloud(cloud)), ...special])].sort();
    if (known.includes(region)) return;
    const meant = nearest(region, known);
    throw new BadInput(
        `--region\n  found    ${JSON.stringify(region)}\n  allowed  ${meant ? `did you mean ${meant}? ` : ""}one of ${known.join(", ")}`,
    );
}

const regionsOfCloud = (cloud: Cloud): string[] => (cloud === "aws" ? Object.keys(awsRegions) : gcpRegions);

/** What commitments take off, or why nothing is known of it. */
function listingOf(reductions: Reduction[]): string {
    if (!reductions.length) return "";
    const lines = reductions.map((one) => [
        one.id,
        one.percent === undefined ? "–" : `${one.percent} %`,
        `${one.service}: ${one.item}`,
        one.asOf ?? "no date",
        one.confidence,
        marks(one),
        colours.dim(one.source.join(", ")),
    ]);
    const head = ["COMMITMENT", "OFF", "", "AS OF", "CONFIDENCE", "", "SOURCES"].map((cell) => colours.bold(cell));
    return table([head, ...lines]);
}

function listing(rows: Row[], missing: string[], region: string | undefined, more: boolean): string {
    const lines = rows.map((row) => [
        row.id,
        row.region,
        shownPrice(row),
        row.unit,
        row.asOf ?? "no date",
        row.confidence,
        marks(row),
        colours.dim(row.source.join(", ")),
    ]);
    const head = ["ID", "REGION", "USD", "UNIT", "AS OF", "CONFIDENCE", "", "SOURCES"].map((cell) =>
        colours.bold(cell),
    );
    const count = (test: (row: Row) => boolean) => rows.filter(test).length;
    const footer = rows.length
        ? `\n${plural(rows.length, "price")}: ${count((row) => row.unverified)} unverified, ` +
          `${count((row) => row.old)} last seen more than 180 days ago or at no known date.\n`
        : more
          ? ""
          : "No price matches.\n";
    const gaps = missing.length ? `No price in ${region}: ${missing.join(", ")}\n` : "";
    return (rows.length ? table([head, ...lines]) : "") + footer + gaps;
}

export async function refreshPrices(flags: RefreshFlags): Promise<number> {
    const { defaultCache, refresh, refreshable, shippedBooks } = await import("../cost/refresh");
    const { readBook } = await import("../cost/refresh/file");
    const { region, accept } = flags;
    const { projectShelf, shelfOf } = await import("../cost/shelf");
    // A project keeps what it has read; what comes with a package goes when the package does.
    const root = flags.books === undefined ? projectRoot(invokedFrom) : packageRoot;
    const folder = flags.books ?? (root === packageRoot ? shippedBooks : join(root, projectShelf));
    const from = (cloud: Cloud) => flags.books ?? shelfOf(cloud).folder;
    // Before anything is read: with a region that no list has, all prices would seem to be gone.
    const known = (cloud: Cloud) => refreshable(cloud, regionsOfCloud(cloud), readBook(from(cloud), cloud));
    const chosen = clouds(flags).filter((cloud) => region === undefined || known(cloud).includes(region));
    if (!chosen.length) {
        const regions = [...new Set(clouds(flags).flatMap(known))];
        throw new BadInput(`--region\n  found    ${JSON.stringify(region)}\n  allowed  ${regions.join(", ")}`);
    }
    const apiKey = chosen.includes("gcp") ? googleKey(flags) : undefined;
    const { TWINSTACK_PRICE_LIST_URL, TWINSTACK_SPOT_FEED_URL, TWINSTACK_CATALOG_URL } = process.env;
    const shared: Omit<RefreshOptions, "cloud"> = {
        folder,
        region,
        accept,
        apiKey,
        cacheFolder: flags.cache ?? defaultCache,
        today: new Date(),
        urls: {
            priceList: TWINSTACK_PRICE_LIST_URL,
            spotFeed: TWINSTACK_SPOT_FEED_URL,
            catalog: TWINSTACK_CATALOG_URL,
        },
    };
    let code = 0;
    const results: Refreshed[] = [];
    for (const cloud of chosen) {
        const onProgress = (line: string) => process.stderr.write(`${cloud}: ${line}\n`);
        const tell = progress(`${cloud}: megabytes read`);
        let bytes = 0;
        const onBytes = (count: number) => tell(Math.round((bytes += count) / 1e6));
        const result = await refresh({ ...shared, cloud, from: from(cloud), onProgress, onBytes });
        results.push(result);
        if (result.problems.length) code = 1;
        if (result.problems.length) await complain(failure(cloud, folder, result.problems));
        else if (!flags.json) await say(success(result, folder));
    }
    if (flags.json) await printJson(results);
    return code;
}

function googleKey({ apiKeyFile }: RefreshFlags): string {
    let key = process.env.GOOGLE_API_KEY;
    if (apiKeyFile !== undefined)
        try {
            key = readFileSync(apiKeyFile, "utf8");
        } catch (error) {
            throw new BadInput(
                `--api-key-file\n  found    ${(error as Error).message}\n  allowed  a file that holds a Google API key`,
            );
        }
    key = key?.trim();
    // A header takes no line ends and nothing beyond ASCII; the key is not shown, not even a wrong one.
    if (key && /^[\x21-\x7e]+$/.test(key)) return key;
    throw new BadInput(
        `${apiKeyFile === undefined ? "GOOGLE_API_KEY" : "--api-key-file"}\n  found    ${key ? "no API key" : "nothing"}\n` +
            "  allowed  a Google API key with access to the Cloud Billing API; or --cloud aws, which needs none",
    );
}

function failure(cloud: Cloud, folder: string, problems: string[]): string {
    const shown = problems.slice(0, 20).map((problem) => `  ${problem}\n`);
    if (problems.length > 20) shown.push(`  and ${problems.length - 20} more\n`);
    return (
        `${cloud}: the prices in ${folder} stay as they were:\n${shown.join("")}` +
        "What was read is kept: the next refresh goes on from there. Prices that are right all the same: --accept <id>\n"
    );
}

function success({ cloud, renewed, changed, added, kept }: Refreshed, folder: string): string {
    const changes = changed.map(({ id, region, before, after }) => [
        id,
        region,
        shownPrice(before),
        "→",
        shownPrice(after),
    ]);
    return (
        `${cloud}: ${plural(renewed, "price")} renewed in ${folder}: ${changed.length} changed, ${added.length} new. ` +
        `${kept.length} stay as they were, because no list is known for them.\n${table(changes, "  ")}`
    );
}
