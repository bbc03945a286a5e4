import { globalFiles, awsSelectors, spotUnits, usagePrefixes, type AwsSelector } from "./aws-selectors";
import { records } from "./csv";
import { download, downloadJson, FetchError } from "./http";
import { rateOf, sameRate, type Rate, type Reading, type Steps } from "./rates";
import { inTurn, type Answers, type Reader, type Wanted } from "./reader";

/** Reads the AWS Price List's bulk files: plain HTTPS, no credentials, one CSV file per offer and region. */

export const priceListUrl = "https://pricing.us-east-1.amazonaws.com";
/** Not documented, but what AWS's own pricing page shows. */
export const spotFeedUrl = "https://dftu77xade0tc.cloudfront.net/fargate-spot-prices.json";

interface RegionIndex {
    regions?: Record<string, { regionCode: string; currentVersionUrl: string }>;
}
/** A row of an offer's file that has one of the usage types that are looked for. */
interface Hit {
    id: string;
    region: string;
    /** Place among the usage types that were looked for: an earlier one is preferred. */
    rank: number;
    sku: string;
    from: number;
    value: number;
}
/** One file of one offer, and what is looked for in it. */
interface Job {
    offer: string;
    file: string;
    url: string;
    wanted: Wanted[];
}

const isRegion = (region: string) => /^[a-z]+(-[a-z]+)+-\d$/.test(region);

/** Whether there is a way to read this price. */
export const readableOnAws = ({ id, region }: Wanted): boolean =>
    Object.hasOwn(spotUnits, id)
        ? isRegion(region)
        : Object.hasOwn(awsSelectors, id) && Object.hasOwn(usagePrefixes, region);

export async function readAws(wanted: Wanted[], reader: Reader, base: string, feed: string): Promise<Answers> {
    const jobs = await plan(
        wanted.filter(({ id }) => Object.hasOwn(awsSelectors, id)),
        reader,
        base,
    );
    const answers = await inTurn(
        jobs,
        reader,
        (job) => `${job.offer} ${job.file}`,
        (job) => readOffer(job, reader),
    );
    const spot = wanted.filter(({ id }) => Object.hasOwn(spotUnits, id));
    if (spot.length) answers.push(await readFeed(spot, reader, feed));
    return { readings: answers.flatMap(({ readings }) => readings), doubts: answers.flatMap(({ doubts }) => doubts) };
}

/** Which files hold what is wanted. A region that an offer has not got is left out: its prices will be missed. */
async function plan(wanted: Wanted[], reader: Reader, base: string): Promise<Job[]> {
    const byOffer = new Map<string, Wanted[]>();
    for (const one of wanted) {
        const { offer } = awsSelectors[one.id];
        byOffer.set(offer, [...(byOffer.get(offer) ?? []), one]);
    }
    const jobs: Job[] = [];
    for (const [offer, ofOffer] of byOffer) {
        const index = await downloadJson<RegionIndex>(
            `${base}/offers/v1.0/aws/${offer}/current/region_index.json`,
            reader.http,
        );
        if (!index.regions) throw new FetchError(`${offer}: the region index names no regions`, false);
        const byFile = new Map<string, Wanted[]>();
        for (const one of ofOffer) {
            const files = isRegion(one.region) ? [one.region] : globalFiles;
            const file = files.find((name) => Object.hasOwn(index.regions!, name));
            if (file) byFile.set(file, [...(byFile.get(file) ?? []), one]);
        }
        for (const [file, ofFile] of byFile) {
            // The address names the version, so what was read of it stays true.
            const url = `${base}${index.regions![file].currentVersionUrl.replace(/\.json$/, ".csv")}`;
            jobs.push({ offer, file, url, wanted: ofFile });
        }
    }
    return jobs;
}

async function readOffer({ url, wanted }: Job, reader: Reader): Promise<Answers> {
    const key = `${url} ${JSON.stringify(wanted.map(({ id, region }) => [id, region, awsSelectors[id]]))}`;
    const kept = reader.cache.get<Answers>(key);
    if (kept) return kept;
    const hits = await download(url, (body) => hitsIn(body, url, wanted, reader.onBytes), reader.http);
    const answers = chosen(wanted, hits);
    reader.cache.set(key, answers);
    return answers;
}

/** The usage types under which a price may stand in a region, the preferred one first. */
const usageTypes = ({ usage, prefix }: AwsSelector, region: string): string[] =>
    prefix === "name"
        ? usage.map((type) => `${region}-${type}`)
        : usage.flatMap((type) => usagePrefixes[region].map((code) => `${code}${type}`));

async function hitsIn(
    body: AsyncIterable<string>,
    url: string,
    wanted: Wanted[],
    onBytes?: (count: number) => void,
): Promise<Hit[]> {
    const byUsage = new Map<string, (Wanted & { rank: number })[]>();
    for (const one of wanted)
        usageTypes(awsSelectors[one.id], one.region).forEach((type, rank) =>
            byUsage.set(type, [...(byUsage.get(type) ?? []), { ...one, rank }]),
        );
    const types = [...byUsage.keys()].map((type) => `"${type}"`);

    let columns: Map<string, number> | undefined;
    let width = 0;
    const hits: Hit[] = [];
    // Most of a file are reserved instances; parsing only what can match makes hundreds of megabytes bearable.
    const canMatch = (line: string) =>
        columns ? line.includes('"OnDemand"') && types.some((type) => line.includes(type)) : line.startsWith('"SKU"');
    for await (const record of records(counted(body, onBytes), canMatch)) {
        if (!columns) {
            columns = new Map(record.map((name, i) => [name.toLowerCase().replaceAll(" ", ""), i]));
            width = record.length;
            continue;
        }
        if (record.length !== width) throw new FetchError(`${url}: a line is cut off`, true);
        const at = (name: string) => record[columns!.get(name) ?? -1] ?? "";
        if (at("termtype") !== "OnDemand" || at("currency") !== "USD") continue;
        for (const { id, region, rank } of byUsage.get(at("usagetype")) ?? []) {
            const { operation, where = {} } = awsSelectors[id];
            if (operation !== undefined && at("operation") !== operation) continue;
            if (Object.entries(where).some(([column, value]) => at(column) !== value)) continue;
            hits.push({
                id,
                region,
                rank,
                sku: at("sku"),
                from: Number(at("startingrange")),
                value: Number(at("priceperunit")),
            });
        }
    }
    if (!columns) throw new FetchError(`${url}: no price list`, true);
    return hits;
}

async function* counted(body: AsyncIterable<string>, onBytes?: (count: number) => void): AsyncGenerator<string> {
    for await (const piece of body) {
        onBytes?.(piece.length);
        yield piece;
    }
}

/** One price for each thing that is wanted, or a doubt where the list has several. */
function chosen(wanted: Wanted[], hits: Hit[]): Answers {
    const readings: Reading[] = [];
    const doubts: Answers["doubts"] = [];
    for (const { id, region } of wanted) {
        const mine = hits.filter((hit) => hit.id === id && hit.region === region);
        const best = mine.filter(({ rank }) => rank === Math.min(...mine.map((hit) => hit.rank)));
        const rates: Rate[] = [];
        for (const sku of new Set(best.map((hit) => hit.sku))) {
            const steps: Steps = best.filter((hit) => hit.sku === sku);
            const rate = rateOf(steps, awsSelectors[id].per);
            if (!rates.some((other) => sameRate(other, rate))) rates.push(rate);
        }
        if (rates.length === 1) readings.push({ id, region, rate: rates[0] });
        else if (rates.length) doubts.push({ id, region, why: `the list has ${rates.length} different prices for it` });
    }
    return { readings, doubts };
}

interface SpotFeed {
    prices?: { unit?: string; price?: { USD?: string }; attributes?: Record<string, string> }[];
}

async function readFeed(wanted: Wanted[], reader: Reader, url: string): Promise<Answers> {
    const { prices = [] } = await downloadJson<SpotFeed>(url, reader.http);
    const readings = wanted.flatMap(({ id, region }): Reading[] => {
        const found = prices.find(
            ({ unit, attributes }) => unit === spotUnits[id] && attributes?.["aws:region"] === region,
        );
        const value = Number(found?.price?.USD);
        return value > 0 ? [{ id, region, rate: { value } }] : [];
    });
    return { readings, doubts: [] };
}
