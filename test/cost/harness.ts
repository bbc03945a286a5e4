import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { Cloud } from "../../cost/book";
import type { BookFile } from "../../cost/load";
import type { RefreshOptions } from "../../cost/refresh";
import { formatBook, readBook, writeBook } from "../../cost/refresh/file";
import { Vendor, type Row } from "./vendors";

/** A folder of books and a server of price lists, new for each test. */

export const root = join(__dirname, "../..");
export const tokyo = "ap-northeast-1";
/** A row that gives the hour of an application load balancer in Tokyo. */
export const alb: Row = {
    usage: "APN1-LoadBalancerUsage",
    operation: "LoadBalancing:Application",
    price: "0.0250000000",
};
/** Where that row's file is. */
export const albFile = "/offers/v1.0/aws/AWSELB/20261120124425/ap-northeast-1/index.csv";

export let vendor: Vendor;
export let folder: string;

/** To be called in a `describe`. */
export function freshForEachTest(): void {
    beforeEach(async () => {
        vendor = await Vendor.start();
        folder = mkdtempSync(join(tmpdir(), "prices-"));
    });
    afterEach(async () => {
        await vendor.stop();
        rmSync(folder, { recursive: true });
    });
}

export const write = (book: BookFile): void => writeBook(folder, book);
/** Everything that is said of a cloud, whichever file has it. */
export const raw = (cloud: Cloud): string => formatBook(readBook(folder, cloud));
export const entry = (cloud: Cloud, id: string, region: string): BookFile["prices"][string]["regions"][string] =>
    readBook(folder, cloud).prices[id].regions[region];

/** A refresh of this folder from this server. */
export const options = (cloud: Cloud, more: Partial<RefreshOptions> = {}): RefreshOptions => ({
    cloud,
    folder,
    cacheFolder: join(folder, "cache"),
    today: new Date("2026-11-22T10:00:00Z"),
    apiKey: "AIza-secret",
    urls: { priceList: vendor.url, spotFeed: `${vendor.url}/spot.json`, catalog: vendor.url },
    http: { retryDelay: 1, idle: 5000 },
    ...more,
});
