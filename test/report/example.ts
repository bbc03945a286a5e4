import { existsSync } from "node:fs";

import { chromium, type Browser } from "playwright-core";

import { planPair } from "../../cli/pair";
import { assets, reportData } from "../../cli/report";
import type { ReportData } from "../../report/model";
import { pageOf } from "../../report/page";

/** The report of the project's own dev stack, made once for all tests. */
export const day = "2026-10-10";
let made: Promise<{ data: ReportData; page: string }> | undefined;
export const example = () => (made ??= make());

/** The report of morrow in prod alone: the system with the most parts. */
export async function largest(): Promise<string> {
    const { plans, apps, usage } = await planPair({ app: "morrow", environment: "prod" }, {});
    const prod = { name: "prod" as const, stack: plans.aws.stack, plans, apps, usage };
    const { data } = await example();
    return pageOf({ ...data, app: "morrow", focus: "prod", environments: [prod] }, await assets(data));
}

async function make(): Promise<{ data: ReportData; page: string }> {
    const data = await reportData({}, {}, day);
    return { data, page: await pageOf(data, await assets(data)) };
}

const places = [
    process.env.CHROMIUM,
    "/usr/bin/chromium",
    "/usr/bin/chromium-browser",
    "/usr/bin/google-chrome",
    "/usr/bin/google-chrome-stable",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/** A Chromium that begins with nothing and asks nobody; undefined, and a loud word, where the machine has none. */
export async function browser(): Promise<Browser | undefined> {
    const executablePath = places.find((place) => place && existsSync(place));
    if (executablePath === undefined) {
        console.warn(
            "\n    SKIPPED: no Chromium here, so nobody has looked at the report.\n" +
                "    `apt-get install -y --no-install-recommends chromium fonts-liberation` has one; or name one in CHROMIUM.\n",
        );
        return undefined;
    }
    // Playwright makes an empty user-data-dir for each start, and removes it.
    return chromium.launch({
        executablePath,
        args: [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
        ],
    });
}
