import { z } from "zod";

import { findings } from "../topology/issues";
import { showPath } from "../topology/merge";
import { command } from "../topology/command";
import type { Problem } from "../topology/problems";
import { awsRegions, gcpRegions } from "../topology/regions";
import { choices, nearest } from "../topology/suggest";
import type { Book, Cloud, Price } from "./book";
import type { Books } from "./estimate";
import { withEstimates } from "./estimated";
import { bookOf, entry, faultsOf, json, PriceBookError, wholeBookOf } from "./load";

/** Prices of one's own: negotiated ones, those that the book lacks, and discounts. */

const schema = z.strictObject({
    /** Id → region → price, in the form of the book. A region may be `global`, which is every region. */
    prices: z
        .record(
            z.string().regex(/^(aws|gcp)\.[\w.]+$/, "an id that begins with aws. or gcp."),
            z.strictObject({
                unit: z.string().optional(),
                regions: z.record(
                    z.string(),
                    entry
                        .partial({ asOf: true, confidence: true, source: true })
                        .refine(
                            ({ value, tiers }) => (value === undefined) !== (tiers === undefined),
                            "one of value and tiers",
                        ),
                ),
            }),
        )
        .default({}),
    /** Name of a service as the book has it, or a cloud → percent that its prices are lower. */
    discounts: z.record(z.string(), z.number().min(0).max(100)).default({}),
    /** Estimate what a region has no price for, by its other prices. */
    estimateMissing: z.boolean().optional(),
});
export type Custom = z.output<typeof schema>;

/** The file in which a project keeps them. */
export const customFile = "prices.local.json";

/**
 * Prices of one's own from data.
 * @throws PriceBookError with every problem
 */
export function customFrom(data: unknown, file: string = customFile): Custom {
    const parsed = schema.safeParse(data, { jitless: true });
    const fault = (path: string, found: string, allowed: string) => ({ path: `${file}: ${path}`, found, allowed });
    if (!parsed.success)
        throw broken(
            parsed.error.issues
                .flatMap((issue) => findings(issue, data, schema))
                .map(({ at, found, allowed }) => fault(at.length ? showPath(at) : "the whole file", found, allowed)),
        );
    const { prices } = parsed.data;
    const strange = Object.entries(prices).flatMap(([id, { unit, regions }]) => {
        const at = (...more: string[]) => showPath(["prices", id, ...more]);
        const unknown = unknownId(id);
        if (unknown) return [fault(at(), ...unknown)];
        const known = unitOf(id);
        if (unit !== undefined && known !== undefined && unit !== known)
            return [fault(at("unit"), JSON.stringify(unit), `${known}, of which the price is`)];
        if (Object.keys(regions).length === 0)
            return [fault(at("regions"), "no region", "global, which is every region, or regions by their names")];
        return Object.entries(regions).flatMap(([region, { value, tiers }]) => {
            const places = placesOf(id);
            if (!places.includes(region))
                return [fault(at("regions", region), "no region of it", choices(region, places))];
            const { sources } = bookOf(cloudOf(id));
            return faultsOf({ value, tiers, source: [] }, ["prices", id, "regions", region], sources).map(
                ({ path, found, allowed }) => fault(path, found, allowed),
            );
        });
    });
    if (strange.length) throw broken(strange);
    const { discounts } = parsed.data;
    const services = discountable();
    const unknown = Object.keys(discounts).filter((name) => !services.includes(name));
    if (unknown.length)
        throw broken(
            unknown.map((name) => fault(`discounts.${name}`, "no service of the price book", choices(name, services))),
        );
    return parsed.data;
}

const clouds = ["aws", "gcp"] as const;
const discountable = (): string[] => [
    ...clouds,
    ...new Set(clouds.flatMap((cloud) => Object.values(bookOf(cloud).prices).map(({ service }) => service))),
];

const unusable = "Prices of your own cannot be used";
const broken = (problems: Problem[]) => new PriceBookError(problems, unusable);

/** Prices of one's own from the text of the file; throws as `customFrom`. */
export const customIn = (text: string): Custom =>
    customFrom(json(() => JSON.parse(text) as unknown, customFile, unusable));

/** Ids that a stack may ask for though the book has no such: what is called by a class, a type or a size of the cloud's. */
const openIds = [
    /^aws\.rds\.(postgres|mysql)\.db\.\w+\.\w+\.(single|multi)_az_hour$/,
    /^aws\.rds\.storage\.\w+\.(single|multi)_az_gb_month$/,
    /^aws\.elasticache\.(redis|valkey)\.cache\.\w+\.\w+\.hour$/,
    /^aws\.codebuild\.linux_\w+_min$/,
    /^gcp\.memcached\.(vcpu|gb)_hour$/,
    /^gcp\.redis\.(basic|standard)\.m\d_gb_hour$/,
    /^gcp\.sql\.\w+\.zonal_hour$/,
    /^gcp\.filestore\.\w+_gb_month$/,
    /^gcp\.build\.\w+_min$/,
];

/** What is wrong with an id that nothing would ever ask for, if it is one: the price would count nowhere. */
function unknownId(id: string): [found: string, allowed: string] | undefined {
    const ids = clouds.flatMap((cloud) => Object.keys(bookOf(cloud).prices));
    if (ids.includes(id) || openIds.some((one) => one.test(id))) return undefined;
    const near = nearest(id, ids);
    return ["no id of the price book", `${near ? `did you mean ${near}? ` : ""}an id that ${command("prices")} lists`];
}

const cloudOf = (id: string): Cloud => (id.startsWith("aws.") ? "aws" : "gcp");

/** What the price of an id is of; of an id that the book has not got, what others of its kind are of. */
function unitOf(id: string): string | undefined {
    const { prices } = bookOf(cloudOf(id));
    const kind = openIds.find((one) => one.test(id));
    const like = Object.hasOwn(prices, id) ? id : Object.keys(prices).find((other) => kind?.test(other));
    return like === undefined ? undefined : prices[like].unit;
}

/** Where the price of an id may be said: in every region, in one of its cloud, or where the book has it by something else. */
const placesOf = (id: string): string[] => {
    const cloud = cloudOf(id);
    const { prices } = bookOf(cloud);
    const special = Object.hasOwn(prices, id) ? Object.keys(prices[id].regions) : [];
    return [...new Set(["global", ...special, ...(cloud === "aws" ? Object.keys(awsRegions) : gcpRegions)])];
};

/** `aws.alb.hour=0.02`: a price in every region. @throws PriceBookError */
export function customOf(words: readonly string[]): Custom {
    const prices: Custom["prices"] = {};
    for (const word of words) {
        const [, id, value] = /^((?:aws|gcp)\.[\w.]+)=(.+)$/.exec(word) ?? [];
        const fault = (found: string, allowed: string) => broken([{ path: `--price ${word}`, found, allowed }]);
        if (id === undefined) throw fault("no id and price", "an id and USD per unit: aws.alb.hour=0.02");
        const usd = Number(value);
        if (!(usd >= 0 && usd < Infinity)) throw fault(`the price ${value}`, "USD per unit, 0 or more");
        const unknown = unknownId(id);
        if (unknown) throw fault(...unknown);
        prices[id] = { regions: { global: { value: usd } } };
    }
    return { prices, discounts: {} };
}

/** Both, of which the second wins. */
export const together = (one: Custom, other: Custom): Custom => ({
    prices: { ...one.prices, ...other.prices },
    discounts: { ...one.discounts, ...other.discounts },
    ...((one.estimateMissing || other.estimateMissing) && { estimateMissing: true }),
});

export const isCustom = ({ prices, discounts, estimateMissing }: Custom): boolean =>
    estimateMissing === true || Object.keys(prices).length + Object.keys(discounts).length > 0;

const books = new WeakMap<Custom, Books>();

/** The books with prices of one's own; the project's own books where there are none. */
export function booksWith(custom: Custom | undefined): Books {
    if (!custom || !isCustom(custom)) return {};
    const known = books.get(custom);
    if (known) return known;
    const made = Object.fromEntries(
        clouds.map((cloud) => [
            cloud,
            withCustom(custom.estimateMissing ? withEstimates(wholeBookOf(cloud)) : wholeBookOf(cloud), custom),
        ]),
    );
    books.set(custom, made);
    return made;
}

/** A book with prices of one's own in it. What is said of every region takes the place of the book's regions. */
export function withCustom(book: Book, { prices, discounts }: Custom): Book {
    const mine = Object.entries(prices).filter(([id]) => id.startsWith(`${book.cloud}.`));
    const all = { ...book.prices };
    const own = { title: "Prices of one's own", where: customFile, date: "", kind: "own" };
    // What one says oneself is said now, unless it says of when it is.
    const today = new Date().toISOString().slice(0, 10);
    for (const [id, { unit, regions }] of mine) {
        const item = all[id] ?? { service: "Own prices", item: id, unit: unit ?? "unit", regions: {} };
        const said = Object.entries(regions).map(([region, price]): [string, Price] => [
            region,
            { confidence: "high", asOf: today, source: ["own"], ...price, id, region, unit: unit ?? item.unit },
        ]);
        const everywhere = Object.hasOwn(regions, "global");
        all[id] = { ...item, regions: { ...(everywhere ? {} : item.regions), ...Object.fromEntries(said) } };
    }
    const off = discountOf(book.cloud, discounts);
    for (const [id, item] of Object.entries(all)) {
        const factor = prices[id] ? 1 : off(item.service);
        if (factor === 1) continue;
        const reduced = Object.entries(item.regions).map(([region, price]) => [region, reducedBy(price, factor)]);
        all[id] = { ...item, regions: Object.fromEntries(reduced) as Record<string, Price> };
    }
    const words = ownWords(book, mine.length, discounts);
    // It has all regions that there are: what is read later would be read past these prices.
    return { ...book, sources: { ...book.sources, own }, prices: all, open: undefined, ...(words && { own: words }) };
}

/** `1 price and discounts (20 % on Fargate)`; nothing where none is this cloud's. */
function ownWords(book: Book, count: number, discounts: Custom["discounts"]): string {
    const services = new Set(Object.values(book.prices).map(({ service }) => service));
    const off = Object.entries(discounts).filter(([name]) => name === book.cloud || services.has(name));
    const said = off.map(([name, percent]) => `${percent} % on ${name}`);
    return [
        ...(count ? [`${count} ${count === 1 ? "price" : "prices"}`] : []),
        ...(said.length ? [`discounts (${said.join(", ")})`] : []),
    ].join(" and ");
}

/** A price that one says oneself is what one pays; the others are lower by the discount of their service, or of their cloud. */
const discountOf =
    (cloud: Cloud, discounts: Custom["discounts"]) =>
    (service: string): number =>
        1 - (discounts[service] ?? discounts[cloud] ?? 0) / 100;

const reducedBy = (price: Price, factor: number): Price => ({
    ...price,
    ...(price.value !== undefined && { value: price.value * factor }),
    ...(price.tiers && { tiers: price.tiers.map(({ upTo, value }) => ({ upTo, value: value * factor })) }),
});
