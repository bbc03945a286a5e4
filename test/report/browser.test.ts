import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import axe from "axe-core";
import type { Browser, Page } from "playwright-core";

import type { Cost } from "../../cost/cost";
import { estimate } from "../../cost/estimate";
import type { Cloud } from "../../topology/app";
import { browser, example, largest } from "./example";

const root = join(__dirname, "../..");

describe("The report in a browser", function () {
    this.timeout(120_000);
    let chromium: Browser | undefined;
    let folder: string;
    let address: string;

    before(async function () {
        chromium = await browser();
        if (!chromium) this.skip();
        folder = mkdtempSync(join(tmpdir(), "twinstack-report-"));
        writeFileSync(join(folder, "report.html"), (await example()).page);
        address = pathToFileURL(join(folder, "report.html")).href;
    });
    after(async () => {
        await chromium?.close();
        if (folder) rmSync(folder, { recursive: true });
    });

    /** Opens the report, and hands over what the browser complained of and asked for. */
    async function open(options: Parameters<Browser["newPage"]>[0] = {}, at = address) {
        const page = await chromium!.newPage(options);
        const complaints: string[] = [];
        const requests: string[] = [];
        page.on("console", (message) => complaints.push(message.text()));
        page.on("pageerror", (error) => complaints.push(String(error)));
        page.on("request", (request) => requests.push(request.url()));
        await page.goto(at);
        await page.waitForSelector("html[data-ready]");
        return { page, complaints, requests };
    }
    const totals = async (page: Page) => {
        const value = async (name: string, cloud: string) =>
            Number(await page.locator(`[data-${name}="${cloud}"]`).getAttribute("data-value"));
        const of = (cloud: string) => Promise.all(["low", "total", "high"].map((name) => value(name, cloud)));
        return { aws: await of("aws"), gcp: await of("gcp") };
    };
    /** What axe finds serious, with everything unfolded. */
    async function seriousIn(page: Page): Promise<string[]> {
        await page.evaluate('document.querySelectorAll("details").forEach((one) => (one.open = true))');
        await page.evaluate(axe.source);
        const { violations } = (await page.evaluate('axe.run({ resultTypes: ["violations"] })')) as axe.AxeResults;
        return violations
            .filter(({ impact }) => impact === "serious" || impact === "critical")
            .map(
                ({ id, nodes }) =>
                    `${id}: ${nodes
                        .map(({ html }) => html.slice(0, 160))
                        .slice(0, 4)
                        .join("\n  ")}`,
            );
    }

    /** What the command says, as a process of its own. */
    const said = (cloud: string, ...flags: string[]): number[] => {
        const command = [join(root, "cli/bin.js"), "cost", "--json", "--cloud", cloud, ...flags];
        const output = execFileSync(process.execPath, command, {
            cwd: root,
            stdio: ["ignore", "pipe", "pipe"],
            maxBuffer: 1e8,
        });
        const { low, expected, high } = (JSON.parse(output.toString()) as Cost).monthly;
        return [low, expected, high];
    };

    /** What the report's own data comes to. */
    async function priced(environment: string) {
        const { plans, usage } = (await example()).data.environments.find(({ name }) => name === environment)!;
        const of = (cloud: Cloud) => {
            const { low, expected, high } = estimate(plans[cloud], usage).monthly;
            return [low, expected, high];
        };
        return { aws: of("aws"), gcp: of("gcp") };
    }

    it("opens from disk without a word on the console, and asks for nothing but itself", async () => {
        const { page, complaints, requests } = await open();
        await page.waitForTimeout(1500);
        assert.deepEqual(complaints, []);
        assert.deepEqual(requests, [address]);
        await page.close();
    });

    it("shows, when a slider is moved, exactly what the command says for that usage", async () => {
        const { page, complaints } = await open();
        const untouched = await totals(page);
        assert.deepEqual(untouched, { aws: said("aws"), gcp: said("gcp") });
        await page.locator("#slide-monthlyRequests").focus();
        for (let times = 0; times < 10; times++) await page.keyboard.press("ArrowRight");
        await page.locator("#exact-averageResponseKb").fill("123.5");
        const command = (await page.locator("#command").textContent())!;
        const words = command.split(" ");
        const flags = words.slice(words.indexOf("compare") + 1);
        assert.match(command, /^npx --no twinstack compare --environment dev --requests \d+ --response-kb 123\.5$/);
        assert.deepEqual(await totals(page), { aws: said("aws", ...flags), gcp: said("gcp", ...flags) });
        await page.locator("#reset").click();
        assert.deepEqual(await totals(page), untouched);
        assert.deepEqual(complaints, []);
        await page.close();
    });

    it("moves everything with the slider: table, lines, diagram, curves, and says the totals aloud", async () => {
        const { page } = await open();
        const parts = [
            "roles",
            "lines-aws",
            "lines-gcp",
            "chart",
            "brief",
            "answer",
            "live",
            "announce",
            "architecture",
        ];
        await page.locator("#announce", { hasText: "a month" }).waitFor({ state: "attached" });
        const text = () => Promise.all(parts.map((id) => page.locator(`#${id}`).innerHTML()));
        const before = await text();
        await page.locator("#exact-monthlyRequests").fill("80M");
        await page.waitForTimeout(2500);
        const after = await text();
        for (const [index, id] of parts.entries()) assert.notEqual(after[index], before[index], `${id} did not change`);
        assert.equal(await page.locator("#announce").getAttribute("aria-live"), "polite");
        await page.close();
    });

    it("refuses in a field what is no amount, and goes on from the last good one", async () => {
        const { page, complaints } = await open();
        const before = await totals(page);
        const field = page.locator("#exact-monthlyRequests");
        for (const text of ["-5", "many", "", "9999999999999"]) {
            await field.fill(text);
            assert.equal(await field.getAttribute("aria-invalid"), "true", text);
            assert.deepEqual(await totals(page), before, text);
        }
        await field.blur();
        assert.equal(await field.inputValue(), "100,000");
        assert.equal(await field.getAttribute("aria-invalid"), "false");
        assert.deepEqual(complaints, []);
        await page.close();
    });

    it("shows every environment that it carries, with that environment's own figures", async () => {
        const { page } = await open();
        for (const name of ["staging", "prod"]) {
            await page.locator(`input[name=environment][value=${name}]`).focus();
            await page.keyboard.press("Space");
            // What the command says of it is asked above; here, what the report was made from.
            assert.deepEqual(await totals(page), await priced(name), name);
            const drawn = page.locator(".architecture:visible");
            assert.deepEqual([await drawn.count(), await drawn.getAttribute("data-environment")], [1, name]);
        }
        await page.close();
    });

    for (const { colorScheme, width } of [
        { colorScheme: "light", width: 1280 },
        { colorScheme: "dark", width: 390 },
    ] as const)
        it(`has nothing that axe finds serious, in ${colorScheme} at ${width} pixels`, async () => {
            const { page } = await open({ colorScheme, viewport: { width, height: 900 } });
            assert.deepEqual(await seriousIn(page), []);
            await page.close();
        });

    it("is as good for the system with the most parts: silent, nothing serious, every line of a box on its own", async () => {
        writeFileSync(join(folder, "largest.html"), await largest());
        const at = pathToFileURL(join(folder, "largest.html")).href;
        const { page, complaints } = await open({ colorScheme: "dark", viewport: { width: 1280, height: 900 } }, at);
        // As drawn, with the browser's own fonts: texts stay in their boxes, and off each other.
        const faults = await page.locator(".architecture:visible .node").evaluateAll((boxes) =>
            boxes.flatMap((box) => {
                const card = box.querySelector(".card")!.getBoundingClientRect();
                const texts = [...box.querySelectorAll("text")].map((text) => ({
                    said: `${box.querySelector("title")!.textContent}: ${text.textContent}`,
                    at: text.getBoundingClientRect(),
                }));
                const out = texts.filter(({ at }) => at.left < card.left || at.right > card.right);
                const onOther = texts.filter(({ at }, index) =>
                    texts.slice(index + 1).some((other) => {
                        const across = Math.min(at.right, other.at.right) - Math.max(at.left, other.at.left);
                        const down = Math.min(at.bottom, other.at.bottom) - Math.max(at.top, other.at.top);
                        return across > 0 && down > 2;
                    }),
                );
                return [...out, ...onOther].map(({ said }) => said);
            }),
        );
        assert.deepEqual(faults, []);
        assert.deepEqual(await seriousIn(page), []);
        await page.setViewportSize({ width: 390, height: 800 });
        assert.equal(await page.evaluate("document.documentElement.scrollWidth"), 390);
        assert.deepEqual(complaints, []);
        await page.close();
    });

    it("is narrower than a phone", async () => {
        const { page } = await open({ viewport: { width: 360, height: 800 } });
        assert.equal(await page.evaluate("document.documentElement.scrollWidth"), 360);
        await page.close();
    });

    it("is reached by the keyboard alone: skip link, environments, every slider", async () => {
        const { page } = await open();
        const reached: string[] = [];
        for (let presses = 0; presses < 60; presses++) {
            await page.keyboard.press("Tab");
            reached.push(
                await page.evaluate("(({ id, name, className }) => id || name || className)(document.activeElement)"),
            );
        }
        assert.equal(reached[0], "skip");
        assert.ok(reached.includes("environment") && reached.includes("theme"));
        const sliders = await page.locator("[data-slide]").evaluateAll((found) => found.map(({ id }) => id));
        assert.ok(sliders.length >= 6);
        for (const id of sliders) assert.ok(reached.includes(id), `${id} is not reached`);
        await page.close();
    });

    it("turns dark and light at a button, whatever the system says", async () => {
        const { page } = await open({ colorScheme: "light" });
        const ground = () => page.evaluate("getComputedStyle(document.documentElement).backgroundColor");
        const light = await ground();
        await page.locator("#theme").click();
        assert.equal(await page.locator("#theme").getAttribute("aria-pressed"), "true");
        assert.notEqual(await ground(), light);
        await page.locator("#theme").click();
        assert.equal(await ground(), light);
        await page.close();
    });

    it("prints without what can only be moved on a screen", async () => {
        const { page } = await open({ colorScheme: "dark" });
        await page.emulateMedia({ media: "print" });
        for (const id of ["usage", "theme"]) assert.equal(await page.locator(`#${id}`).isVisible(), false, id);
        assert.equal(await page.locator("#totals").isVisible(), true);
        const ground = await page.evaluate("getComputedStyle(document.documentElement).backgroundColor");
        assert.equal(ground, "rgb(255, 255, 255)");
        await page.close();
    });
});
