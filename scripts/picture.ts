import { statSync } from "node:fs";
import { join } from "node:path";

import { assets, reportData } from "../cli/report";
import { pageOf } from "../report/page";
import { browser } from "../test/report/example";

/** `npm run picture`: docs/report.png, the report of the project's own production stack as the README shows it. */
async function picture(): Promise<number> {
    const chromium = await browser();
    if (!chromium) return 1;
    const data = await reportData({ environment: "prod" }, {}, new Date().toISOString().slice(0, 10));
    const page = await chromium.newPage({ viewport: { width: 1280, height: 1240 }, colorScheme: "light" });
    await page.setContent(await pageOf(data, await assets(data)));
    await page.waitForSelector("html[data-ready]");
    // The same on every machine that has the fonts.
    await page.evaluate(
        `document.documentElement.style.fontFamily = "Liberation Sans";
        document.querySelectorAll("svg text").forEach((text) => (text.style.fontFamily = "Liberation Sans"));`,
    );
    await page.waitForTimeout(1000);
    const file = join(__dirname, "..", "docs", "report.png");
    // Down to the end of the first diagram.
    const { y, height } = (await page.locator(".diagram:visible").first().boundingBox())!;
    await page.setViewportSize({ width: 1280, height: Math.ceil(y + height + 24) });
    await page.screenshot({ path: file });
    await chromium.close();
    console.log(`${file}  ${Math.round(statSync(file).size / 1024)} KB`);
    return 0;
}

void picture().then((code) => (process.exitCode = code));
