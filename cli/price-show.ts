import { covers, findPrice, freeUnits, isOld, unverified, type Book, type Cloud, type Price } from "../cost/book";
import { usd } from "../cost/money";
import { awsRegions, gcpRegions } from "../topology/regions";
import { nearest } from "../topology/suggest";
import { colours, printJson, say, table } from "./output";
import { customPrices, type PriceOptions } from "./own-prices";
import { BadInput } from "./errors";
import { marks, number, shownPrice } from "./price-words";
import { command } from "../topology/command";

export interface ShowFlags extends PriceOptions {
    region?: string;
    json?: boolean;
}

/** A price as the command shows it. */
interface Shown extends Price {
    /** The region that was asked for; `region` is where the price stands, such as `global` or `tier1`. */
    in: string;
    unverified: boolean;
    old: boolean;
}

const regionsOfCloud: Record<Cloud, readonly string[]> = { aws: Object.keys(awsRegions), gcp: gcpRegions };

/**
 * `twinstack prices show ID`: one price as estimates take it, prices of one's own included; in one region or in all that have it.
 * 1 where the region has none.
 * @throws BadInput if there is no such id, or its cloud has no such region
 */
export async function showPrice(id: string, flags: ShowFlags): Promise<number> {
    const { wholeBookOf } = await import("../cost/load");
    const { booksWith } = await import("../cost/custom");
    const own = booksWith(await customPrices(flags));
    const books = (["aws", "gcp"] as const).map((cloud) => own[cloud] ?? wholeBookOf(cloud));
    const book = books.find(({ prices }) => Object.hasOwn(prices, id));
    if (!book)
        throw new BadInput(`${JSON.stringify(id)}\n  found    no id of the price book\n  allowed  ${meant(id, books)}`);
    const { region } = flags;
    const regions = regionsOfCloud[book.cloud];
    if (region !== undefined && !regions.includes(region)) {
        const near = nearest(region, regions);
        throw new BadInput(
            `--region\n  found    ${JSON.stringify(region)}\n  allowed  a region of ${book.cloud}${near ? `; did you mean ${near}?` : `: ${regions.join(", ")}`}`,
        );
    }
    const today = new Date();
    const prices = (region === undefined ? regions : [region]).flatMap((name): Shown[] => {
        const found = findPrice(book, id, name);
        return found ? [{ ...found, in: name, unverified: unverified(found), old: isOld(found, today) }] : [];
    });
    if (flags.json) await printJson(asJson(book, id, prices, region));
    else await say(region === undefined ? everywhere(book, id, prices) : inOne(book, id, prices, region));
    return region !== undefined && prices.length === 0 ? 1 : 0;
}

/** Ids that may have been meant: those that are written alike, else those that say the same words. */
function meant(id: string, books: Book[]): string {
    const ids = books.flatMap(({ prices }) => Object.keys(prices));
    const near = nearest(id, ids);
    const words = id
        .toLowerCase()
        .split(/[._\s]+/)
        .filter((word) => word.length > 2);
    const alike = ids.filter((other) => words.length > 0 && words.every((word) => other.includes(word))).slice(0, 5);
    const guess = near ? [near] : alike;
    return guess.length
        ? `did you mean ${guess.join(" or ")}? ${command("prices")} lists all ids`
        : `one that ${command("prices")} lists`;
}

/** Commitments that reduce the price. */
const reductionsOf = (book: Book, id: string) =>
    Object.entries(book.commitments ?? {}).filter(([, one]) => one.percent !== undefined && covers(one, id));

function asJson(book: Book, id: string, prices: Shown[], region: string | undefined) {
    const { service, item, unit, note, free } = book.prices[id];
    const keys = [...new Set(prices.flatMap(({ source }) => source))];
    return {
        id,
        service,
        item,
        unit,
        currency: book.currency,
        ...(note !== undefined && { note }),
        ...(free !== undefined && { free }),
        prices,
        missing: region !== undefined && prices.length === 0 ? [region] : [],
        commitments: Object.fromEntries(reductionsOf(book, id)),
        sources: Object.fromEntries(keys.flatMap((key) => (book.sources[key] ? [[key, book.sources[key]]] : []))),
    };
}

const headOf = (book: Book, id: string): string => {
    const { service, item } = book.prices[id];
    return `${colours.bold(id)}  ${colours.dim(`${service}: ${item}`)}\n`;
};

function inOne(book: Book, id: string, [found]: Shown[], region: string): string {
    const { dim, yellow, bold } = colours;
    const { unit, note, regions } = book.prices[id];
    if (!found) {
        const have = Object.keys(regions).sort();
        return `${headOf(book, id)}  ${yellow(`no price in ${region}`)}: there is one in ${have.join(", ")}. --price ${id}=USD says yours.\n`;
    }
    const stands =
        found.region === region
            ? ""
            : found.region === "global"
              ? ", as in every region"
              : `, where it is that of ${found.region}`;
    const month =
        unit.endsWith("hour") && found.value !== undefined
            ? `${usd(found.value * book.hoursPerMonth)} for ${book.hoursPerMonth} hours`
            : "";
    const free = freeUnits(book, id);
    const facts: [string, string][] = [
        ["as of", `${found.asOf ?? "no date"}${found.old ? `  ${yellow("old")}` : ""}`],
        ["confidence", [found.confidence, marks({ ...found, old: false })].filter(Boolean).join("  ")],
        ...found.source.map((key): [string, string] => {
            const { title = key, where = "" } = book.sources[key] ?? {};
            return ["source", `${title}${where ? `: ${where}` : ""}`];
        }),
        ...(month ? [["all month", month] as [string, string]] : []),
        ...(free
            ? [["free tier", `${number(free)} ${unit} a month and account; --free-tier counts it`] as [string, string]]
            : []),
        ...[note, found.note].flatMap((text): [string, string][] => (text ? [["note", text]] : [])),
        ...reductionsOf(book, id).map(([, one]): [string, string] => [
            "committed",
            `${one.percent} % less: ${one.service}, ${one.item}`,
        ]),
    ];
    return `${headOf(book, id)}  ${bold(`${shownPrice(found)} USD`)} per ${unit} in ${region}${stands}\n${table(
        facts.map(([name, text]) => [dim(name), text]),
        "  ",
    )}`;
}

function everywhere(book: Book, id: string, prices: Shown[]): string {
    const { bold, dim } = colours;
    const head = ["REGION", "USD", "UNIT", "AS OF", "CONFIDENCE", "", "SOURCES"].map((cell) => bold(cell));
    const rows = prices.map((price) => [
        price.in,
        shownPrice(price),
        book.prices[id].unit,
        price.asOf ?? "no date",
        price.confidence,
        marks(price),
        dim(price.source.join(", ")),
    ]);
    const without = regionsOfCloud[book.cloud].length - prices.length;
    return (
        headOf(book, id) +
        table([head, ...rows], "  ") +
        (without ? dim(`  ${without} regions of ${book.cloud} have no price.\n`) : "")
    );
}
