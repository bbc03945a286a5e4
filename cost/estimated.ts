import { regionsOf, type Book, type Cloud, type Item, type Price } from "./book";

/** Prices that a region lacks, estimated by what its other prices are beside those of one region that has most. Only on request. */

/** The source of a price that was estimated. */
export const estimatedSource = "estimated";
/** The regions that estimates start from. */
export const baseRegions: Record<Cloud, string> = { aws: "us-east-1", gcp: "us-central1" };
/** Fewer prices in common say nothing of a region. */
const leastInCommon = 5;

export const isEstimated = ({ source }: Pick<Price, "source">): boolean => source.includes(estimatedSource);

/**
 * A book whose regions have what they lack: the base region's price times the middle of the ratios that the region's other prices
 * have to it, those of the same service where there are two or more. What the base region lacks, or is priced by area, stays a hole.
 */
export function withEstimates(book: Book): Book {
    const base = baseRegions[book.cloud];
    const prices = Object.fromEntries(
        Object.entries(book.prices).map(([id, item]) => [id, { ...item, regions: { ...item.regions } }]),
    );
    for (const region of regionsOf(book)) {
        const ratios = ratiosOf(Object.values(book.prices), region, base);
        const all = [...ratios.values()].flat();
        if (all.length < leastInCommon) continue;
        for (const { service, regions } of Object.values(prices)) {
            if (Object.hasOwn(regions, region) || !Object.hasOwn(regions, base)) continue;
            const own = ratios.get(service) ?? [];
            const [of, what] =
                own.length >= 2 ? [own, `${own.length} prices of ${service}`] : [all, `${all.length} prices`];
            regions[region] = scaled(regions[base], middle(of), { region, note: `the middle of ${what} there` });
        }
    }
    const source = {
        title: "Estimated by a region's other prices; the note says how",
        where: "derived",
        date: "n/a",
        kind: "estimate",
    };
    return { ...book, sources: { ...book.sources, [estimatedSource]: source }, prices };
}

/** What a region's prices are beside the base region's, by service; what nobody has verified says nothing. */
function ratiosOf(items: Item[], region: string, base: string): Map<string, number[]> {
    const ratios = new Map<string, number[]>();
    for (const { service, regions } of items) {
        if (!Object.hasOwn(regions, region) || !Object.hasOwn(regions, base)) continue;
        const [here, there] = [regions[region], regions[base]];
        if (here.confidence === "low" || there.confidence === "low" || !(first(there) > 0)) continue;
        ratios.set(service, [...(ratios.get(service) ?? []), first(here) / first(there)]);
    }
    return ratios;
}

const first = ({ value, tiers }: Price): number => value ?? tiers![0].value;

function middle(values: number[]): number {
    const sorted = [...values].sort((a, b) => a - b);
    const half = sorted.length / 2;
    return Number.isInteger(half) ? (sorted[half - 1] + sorted[half]) / 2 : sorted[Math.floor(half)];
}

const scaled = (price: Price, ratio: number, { region, note }: { region: string; note: string }): Price => ({
    ...price,
    ...(price.value !== undefined && { value: price.value * ratio }),
    ...(price.tiers && { tiers: price.tiers.map(({ upTo, value }) => ({ upTo, value: value * ratio })) }),
    region,
    asOf: null,
    confidence: "low",
    source: [estimatedSource],
    note: `${price.region}'s × ${ratio.toPrecision(3)}, ${note}`,
});
