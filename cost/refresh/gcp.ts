import { gcpSelectors, regionOfTier, type GcpSelector } from "./gcp-selectors";
import { downloadJson, FetchError } from "./http";
import { rateOf, sameRate, type Rate, type Reading } from "./rates";
import { inTurn, type Answers, type Reader, type Wanted } from "./reader";

/**
 * Reads the Cloud Billing Catalog with an API key. Plain REST: the official client is gRPC and tens of packages for what is
 * one paged GET.
 */

export const catalogUrl = "https://cloudbilling.googleapis.com";

interface Sku {
    skuId: string;
    description: string;
    category?: { usageType?: string; resourceGroup?: string };
    serviceRegions?: string[];
    geoTaxonomy?: { type?: string; regions?: string[] };
    pricingInfo?: {
        effectiveTime?: string;
        pricingExpression?: {
            tieredRates?: {
                startUsageAmount?: number;
                unitPrice?: { currencyCode?: string; units?: string; nanos?: number };
            }[];
        };
    }[];
}

/** The catalog carries no version, so what was read of it is believed for a day. */
const believed = 24 * 3600 * 1000;

/** Whether there is a way to read this price. */
export function readableOnGcp({ id, region }: Wanted): boolean {
    if (!Object.hasOwn(gcpSelectors, id)) return false;
    const { skus, patterns } = sought(gcpSelectors[id], region);
    return skus.length + patterns.length > 0 || gcpSelectors[id].group !== undefined;
}

/** The SKU ids and the descriptions under which a price may stand. */
function sought({ sku, description }: GcpSelector, region: string): { skus: string[]; patterns: RegExp[] } {
    const of = (value: string | string[] | Record<string, string> | undefined): string[] => {
        if (value === undefined || typeof value === "string" || Array.isArray(value)) return [value ?? []].flat();
        return Object.hasOwn(value, region) ? [value[region]] : [];
    };
    return { skus: of(sku), patterns: of(description).map(pattern) };
}

/** Whether a SKU may be what is sought by its description, its group, or both. */
function fits({ description, category }: Sku, { group, without = [] }: GcpSelector, patterns: RegExp[]): boolean {
    if (!patterns.length && group === undefined) return false;
    return (
        (!patterns.length || patterns.some((one) => one.test(description))) &&
        (group === undefined || category?.resourceGroup === group) &&
        !without.some((word) => description.includes(word))
    );
}

const pattern = (text: string): RegExp =>
    new RegExp(
        `^${text
            .split("*")
            .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"))
            .join(".+")}$`,
    );

export async function readGcp(wanted: Wanted[], reader: Reader, base: string, key: string): Promise<Answers> {
    const services = [...new Set(wanted.map(({ id }) => gcpSelectors[id].service))];
    const answers = await inTurn(
        services,
        reader,
        (service) => `service ${service}`,
        async (service) => {
            const mine = wanted.filter(({ id }) => gcpSelectors[id].service === service);
            return chosen(mine, await skusOf(service, mine, reader, base, key));
        },
    );
    return { readings: answers.flatMap(({ readings }) => readings), doubts: answers.flatMap(({ doubts }) => doubts) };
}

/** The SKUs of a service that may be what is wanted, from all pages. */
async function skusOf(service: string, wanted: Wanted[], reader: Reader, base: string, key: string): Promise<Sku[]> {
    const looks = wanted.map(({ id, region }) => ({ id, ...sought(gcpSelectors[id], region) }));
    const ids = new Set(looks.flatMap(({ skus }) => skus));
    // Many regions share a description or a group.
    const kinds = new Map(
        looks.map(({ id, patterns }) => [`${patterns.join(" ")} ${gcpSelectors[id].group ?? ""}`, { id, patterns }]),
    );
    const name = `${base}/v1/services/${service}/skus ${[...ids, ...kinds.keys()].join(" ")}`;
    const kept = reader.cache.get<Sku[]>(name, believed);
    if (kept) return kept;

    const found: Sku[] = [];
    const seen = new Set<string>();
    for (let token = ""; ;) {
        const query = new URLSearchParams({
            currencyCode: "USD",
            pageSize: "5000",
            ...(token && { pageToken: token }),
        });
        const url = `${base}/v1/services/${service}/skus?${query}`;
        // The key goes in a header: addresses end up in messages.
        const headers = { ...reader.http.headers, "X-Goog-Api-Key": key };
        const page = await downloadJson<{ skus?: Sku[]; nextPageToken?: string }>(url, { ...reader.http, headers });
        for (const sku of page.skus ?? [])
            if (ids.has(sku.skuId) || [...kinds.values()].some((one) => fits(sku, gcpSelectors[one.id], one.patterns)))
                found.push(sku);
        token = page.nextPageToken ?? "";
        if (!token) break;
        if (seen.has(token)) throw new FetchError(`${base}/v1/services/${service}/skus: a page repeats itself`, false);
        seen.add(token);
    }
    reader.cache.set(name, found);
    return found;
}

/** One price for each thing that is wanted, or a doubt where the catalog has several. */
function chosen(wanted: Wanted[], skus: Sku[]): Answers {
    const readings: Reading[] = [];
    const doubts: Answers["doubts"] = [];
    for (const { id, region } of wanted) {
        const selector = gcpSelectors[id];
        const look = sought(selector, region);
        const onDemand = skus.filter(({ category }) => (category?.usageType ?? "OnDemand") === "OnDemand");
        const byId = onDemand.filter(({ skuId }) => look.skus.includes(skuId));
        // `Japan` is Tokyo in one service's descriptions and the country in another's: the SKU's own list of regions decides.
        const byDescription = onDemand.filter(
            (sku) => fits(sku, selector, look.patterns) && sold(sku, selector, region),
        );
        const rates: Rate[] = [];
        for (const sku of byId.length ? byId : byDescription) {
            const rate = rateOfSku(sku, selector.per);
            if (rate && !rates.some((other) => sameRate(other, rate))) rates.push(rate);
        }
        if (rates.length === 1) readings.push({ id, region, rate: rates[0] });
        else if (rates.length)
            doubts.push({ id, region, why: `the catalog has ${rates.length} different prices for it` });
    }
    return { readings, doubts };
}

function sold(sku: Sku, { everywhere, byTaxonomy }: GcpSelector, region: string): boolean {
    const { serviceRegions = [], geoTaxonomy } = sku;
    if (byTaxonomy) return geoTaxonomy?.type === "REGIONAL" && (geoTaxonomy.regions ?? []).includes(region);
    const name = regionOfTier[region] ?? region;
    return everywhere || !/-.+\d$/.test(name) || serviceRegions.includes(name) || serviceRegions.includes("global");
}

/** Money is whole units and billionths. Undefined for a SKU without a price in USD. */
function rateOfSku({ pricingInfo = [] }: Sku, per?: number): Rate | undefined {
    const newest = [...pricingInfo].sort((a, b) => (a.effectiveTime ?? "").localeCompare(b.effectiveTime ?? "")).at(-1);
    const tiers = newest?.pricingExpression?.tieredRates ?? [];
    if (!tiers.length || tiers.some(({ unitPrice }) => (unitPrice?.currencyCode ?? "USD") !== "USD")) return undefined;
    const steps = tiers.map(({ startUsageAmount = 0, unitPrice }) => ({
        from: startUsageAmount,
        value: Number(((unitPrice?.nanos ?? 0) / 1e9 + Number(unitPrice?.units ?? 0)).toPrecision(12)),
    }));
    return rateOf(steps, per);
}
