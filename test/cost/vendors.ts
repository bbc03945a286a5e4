import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import type { BookFile } from "../../cost/load";

/** Stand-ins for the vendors' price lists, on 127.0.0.1, with the shapes and the traps of the real ones. */

/** What goes wrong with a request: a status, a transfer that is cut off, or one that never goes on. */
export type Fault = number | "cut" | "stall" | "garbage";

export class Vendor {
    /** Paths that were asked for, in turn, each with its query. */
    readonly asked: string[] = [];
    readonly headers: IncomingMessage["headers"][] = [];
    /** What goes wrong with the next requests whose path contains the key. */
    readonly faults: Record<string, Fault[]> = {};
    /** The answers by path and query. */
    readonly pages: Record<string, string> = {};
    private readonly server: Server = createServer((request, response) => this.answer(request, response));

    static async start(): Promise<Vendor> {
        const vendor = new Vendor();
        await new Promise<void>((resolve) => vendor.server.listen(0, "127.0.0.1", resolve));
        return vendor;
    }

    get url(): string {
        return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    }

    stop(): Promise<void> {
        this.server.closeAllConnections();
        return new Promise((resolve) => this.server.close(() => resolve()));
    }

    times(part: string): number {
        return this.asked.filter((path) => path.includes(part)).length;
    }

    private answer(request: IncomingMessage, response: ServerResponse): void {
        const path = decodeURIComponent(request.url!);
        this.asked.push(path);
        this.headers.push(request.headers);
        const body = this.pages[path];
        const fault = Object.entries(this.faults)
            .find(([part, faults]) => path.includes(part) && faults.length)?.[1]
            .shift();
        if (typeof fault === "number" || body === undefined) {
            response.writeHead((fault as number) ?? 404, { "content-type": "application/json" });
            response.end(JSON.stringify({ error: { message: "no" } }));
        } else if (fault === "garbage") response.end("<html>a captive portal</html>");
        else if (fault === undefined) response.end(body);
        else {
            response.writeHead(200, { "content-length": Buffer.byteLength(body) });
            response.write(body.slice(0, body.length / 2), () => {
                if (fault === "cut") response.destroy();
            });
        }
    }
}

/** One row of an offer's file; the defaults are those of an ordinary row. */
export interface Row {
    usage: string;
    price: number | string;
    operation?: string;
    sku?: string;
    term?: string;
    from?: number;
    to?: number | "Inf";
    currency?: string;
    family?: string;
    transfer?: string;
    access?: string;
    description?: string;
}

const header =
    '"SKU","OfferTermCode","RateCode","TermType","PriceDescription","EffectiveDate","StartingRange","EndingRange","Unit",' +
    '"PricePerUnit","Currency","Product Family","serviceCode","Location","Location Type","Transfer Type","Access Type","usageType","operation",' +
    '"Region Code","serviceName"';
let skus = 0;

/** An offer's file, with the lines that precede the table. */
export function offerFile(offer: string, region: string, rows: Row[]): string {
    const lines = rows.map((row) => {
        const sku = row.sku ?? `SKU${++skus}`;
        const {
            term = "OnDemand",
            from = 0,
            to = "Inf",
            currency = "USD",
            family = "",
            transfer = "",
            access = "",
            operation = "",
        } = row;
        const description = row.description ?? `$${row.price} per unit, in "${region}"`;
        return [sku, "JRTCKXETXF", `${sku}.JRTCKXETXF.6YS6EN2CT7`, term, description, "2026-09-01", from, to, "unit"]
            .concat(
                String(row.price),
                currency,
                family,
                offer,
                "somewhere",
                "AWS Region",
                transfer,
                access,
                row.usage,
                operation,
            )
            .concat(region, offer)
            .map((field) => `"${String(field).replaceAll('"', '""')}"`)
            .join(",");
    });
    const head = [
        '"FormatVersion","v1.0"',
        '"Disclaimer","This pricing list is for informational purposes only."',
        '"Publication Date","2026-11-20T12:44:25Z"',
        '"Version","20261120124425"',
        `"OfferCode","${offer}"`,
    ];
    return [...head, header, ...lines, ""].join("\n");
}

/** The columns of AmazonRDS as they are published; other offers have others, in another order. */
const rdsColumns = (
    "SKU,OfferTermCode,RateCode,TermType,PriceDescription,EffectiveDate,StartingRange,EndingRange,Unit,PricePerUnit,Currency," +
    "RelatedTo,LeaseContractLength,PurchaseOption,OfferingClass,Product Family,serviceCode,Location,Location Type,Instance Type," +
    "Current Generation,Instance Family,vCPU,Physical Processor,Clock Speed,Memory,Storage,Network Performance," +
    "Processor Architecture,Storage Media,Volume Type,Min Volume Size,Max Volume Size,Engine Code,Database Engine," +
    "Database Edition,License Model,Deployment Option,Group,Group Description,usageType,operation,ACU,Dedicated EBS Throughput," +
    "Deployment Model,Engine Major Version,Engine Media Type,Enhanced Networking Supported,Extended Support Pricing Year," +
    "Instance Type Family,LimitlessPreview,Normalization Size Factor,Processor Features,Region Code,serviceName," +
    "Unbundled Licensing,Volume Name,WindowsLicenseMultiplier"
).split(",");

/** An offer's file in the form of AmazonRDS, of rows by the names of their columns; what a row does not say is empty. */
export const rdsFile = (rows: Record<string, string>[]): string =>
    [
        '"FormatVersion","v1.0"',
        '"Disclaimer","This pricing list is for informational purposes only. All prices are subject to the additional terms included in the pricing pages on http://aws.amazon.com. All Free Tier prices are also subject to the terms included at https://aws.amazon.com/free/"',
        '"Publication Date","2026-10-06T17:07:46Z"',
        '"Version","20261006170746"',
        '"OfferCode","AmazonRDS"',
        rdsColumns.map((name) => `"${name}"`).join(","),
        ...rows.map((row) => rdsColumns.map((name) => (row[name] === undefined ? "" : `"${row[name]}"`)).join(",")),
        "",
    ].join("\n");

/** Puts an offer up: its region index, and its file for each region. */
export function offer(vendor: Vendor, code: string, regions: Record<string, Row[]>, version = "20261120124425"): void {
    const root = `/offers/v1.0/aws/${code}`;
    const urls = Object.keys(regions).map((region) => [
        region,
        { regionCode: region, currentVersionUrl: `${root}/${version}/${region}/index.json` },
    ]);
    vendor.pages[`${root}/current/region_index.json`] = JSON.stringify({
        formatVersion: "v1.0",
        publicationDate: "2026-11-20T12:44:25Z",
        regions: Object.fromEntries(urls),
    });
    for (const [region, rows] of Object.entries(regions))
        vendor.pages[`${root}/${version}/${region}/index.csv`] = offerFile(code, region, rows);
}

export interface SkuRow {
    id: string;
    description: string;
    regions?: string[];
    /** Price per unit, or the beginnings and prices of tiers; as units and nanos. */
    tiers: [start: number, units: string, nanos: number][];
    usageType?: string;
    /** Resource group of the category. @default "x" */
    group?: string;
    /** Where it is sold, beside `serviceRegions`. */
    taxonomy?: { type: "REGIONAL" | "MULTI_REGIONAL" | "GLOBAL"; regions: string[] };
}

/**
 * Puts a service's SKUs up, on as many pages as there are lists; each with every field that Google documents
 * (docs.cloud.google.com/billing/v1/how-tos/catalog-api) and sends: units as text, nanos as a number.
 */
export function service(vendor: Vendor, id: string, pages: SkuRow[][]): void {
    pages.forEach((rows, i) => {
        const token = i === 0 ? "" : `&pageToken=page ${i}`.replace(" ", "+");
        const skus = rows.map(
            ({ id: skuId, description, regions = [], tiers, usageType = "OnDemand", group, taxonomy }) => ({
                name: `services/${id}/skus/${skuId}`,
                skuId,
                description,
                category: { serviceDisplayName: "x", resourceFamily: "x", resourceGroup: group ?? "x", usageType },
                serviceRegions: regions,
                pricingInfo: [
                    {
                        summary: "",
                        pricingExpression: {
                            usageUnit: "h",
                            usageUnitDescription: "hour",
                            baseUnit: "s",
                            baseUnitDescription: "second",
                            baseUnitConversionFactor: 3600,
                            displayQuantity: 1000,
                            tieredRates: tiers.map(([startUsageAmount, units, nanos]) => ({
                                startUsageAmount,
                                unitPrice: { currencyCode: "USD", units, nanos },
                            })),
                        },
                        aggregationInfo: {
                            aggregationLevel: "ACCOUNT",
                            aggregationInterval: "MONTHLY",
                            aggregationCount: 1,
                        },
                        currencyConversionRate: 1,
                        effectiveTime: "2026-11-20T00:00:00Z",
                    },
                ],
                serviceProviderName: "Google",
                ...(taxonomy && { geoTaxonomy: taxonomy }),
            }),
        );
        vendor.pages[`/v1/services/${id}/skus?currencyCode=USD&pageSize=5000${token}`] = JSON.stringify({
            skus,
            nextPageToken: i < pages.length - 1 ? `page ${i + 1}` : "",
        });
    });
}

/** A small book with these prices. */
export function smallBook(
    cloud: "aws" | "gcp",
    prices: Record<string, Record<string, number | [number | null, number][]>>,
): BookFile {
    const entry = (price: number | [number | null, number][]) => ({
        ...(typeof price === "number" ? { value: price } : { tiers: price.map(([upTo, value]) => ({ upTo, value })) }),
        asOf: "2025-01-01",
        confidence: "medium" as const,
        source: ["old"],
    });
    const items = Object.entries(prices).map(([id, regions]) => [
        id,
        {
            service: "x",
            item: id,
            unit: "unit",
            regions: Object.fromEntries(Object.entries(regions).map(([region, price]) => [region, entry(price)])),
        },
    ]);
    return {
        cloud,
        currency: "USD",
        hoursPerMonth: 730,
        sources: { old: { title: "Before", where: "nowhere", date: "2025-01-01", kind: "test" } },
        prices: Object.fromEntries(items),
    };
}
