import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Plugin } from "esbuild";

import type { Cloud } from "../cost/book";
import { regionsNamed } from "../cost/context";
import { baseRegions } from "../cost/estimated";
import { bookText, regionText } from "../cost/shelf";
import type { Plan } from "../plan/resource";
import type { EnvironmentData, ReportData } from "../report/model";
import { pageOf, type Assets } from "../report/page";
import { environmentNames, type Environment } from "../topology/app";
import { ProblemsError } from "../topology/problems";
import type { HistoryOptions } from "./history";
import { complain, plural, say, printJson } from "./output";
import { planPair } from "./pair";
import { BadInput, invokedFrom, regionOn, selectOnCloud, type Selection } from "./selection";
import { customPrices, type PriceOptions } from "./own-prices";
import type { UsageOptions } from "./usage";
import { writeWhole } from "./whole-file";

export interface ReportOptions {
    json?: boolean;
    out?: string;
    freeTier?: boolean;
    /** With the totals of git revisions, which takes its time. */
    history?: boolean;
}

/** `twinstack report`: one HTML file with everything that there is to see of an app on both clouds. */
export async function report(selection: Selection, options: ReportOptions & UsageOptions): Promise<number> {
    const { stack } = onAws(selection);
    const file = resolve(invokedFrom, options.out ?? `${stack.app.name}-report.html`);
    const made = await reportData(selection, options, new Date().toISOString().slice(0, 10));
    const data = options.history ? { ...made, history: await histories(selection, options) } : made;
    const page = await pageOf(data, await assets(data));
    write(file, page);
    const size = Buffer.byteLength(page);
    const environments = data.environments.map(({ name }) => name);
    if (options.json) await printJson({ file, bytes: size, environments, missing: data.missing });
    else {
        await say(
            `${file}  ${Math.round(size / 1024)} KB, ${plural(environments.length, "environment")} on both clouds\n`,
        );
        for (const { environment, reason } of data.missing) await complain(`${environment} is not in it: ${reason}\n`);
    }
    return 0;
}

/** The stack on one of the two clouds: what both have in common is the same on either. */
const onAws = (selection: Selection) => selectOnCloud({ ...regionOn("aws", selection), cloud: "aws" });

/** What the stack's revisions have cost, on each cloud. */
async function histories(
    selection: Selection,
    options: ReportOptions & HistoryOptions,
): Promise<NonNullable<ReportData["history"]>> {
    const { historyOfStack } = await import("./history");
    const found = [];
    for (const cloud of ["aws", "gcp"] as const) {
        const tell = (text: string) => void process.stderr.write(`${cloud}  ${text}\n`);
        const { rows, stopped } = await historyOfStack(regionOn(cloud, { ...selection, cloud }), options, tell);
        found.push({ cloud, rows, ...(stopped !== undefined && { stopped }) });
    }
    return found;
}

/**
 * What the report is made of: each environment on both clouds, as far as it can be planned. The selected one must.
 * @throws BadInput, or ProblemsError with every problem of the selected environment
 */
export async function reportData(
    selection: Selection,
    options: Pick<ReportOptions, "freeTier"> & UsageOptions,
    day: string,
): Promise<ReportData> {
    const { environment: focus, app } = onAws(selection).stack;
    const environments: EnvironmentData[] = [];
    const missing: ReportData["missing"] = [];
    for (const name of environmentNames) {
        // Another environment is another stack: its own file says what it is.
        const chosen = name === focus ? selection : { ...selection, stack: undefined, environment: name };
        try {
            environments.push(await environmentData(chosen, options, name));
        } catch (error) {
            if (name === focus || !(error instanceof ProblemsError || error instanceof BadInput)) throw error;
            missing.push({ environment: name, reason: reasonOf(error) });
        }
    }
    const custom = await customPrices(options as PriceOptions);
    return {
        app: app.name,
        day,
        freeTier: options.freeTier ?? false,
        ...(custom && { custom }),
        focus,
        environments,
        missing,
        flags: flagsOf(selection),
    };
}

/** Why an environment is not in the report: its stack has no file, or cannot be built. */
function reasonOf(error: ProblemsError | BadInput): string {
    if (error instanceof BadInput) return error.message.split("\n")[0];
    const [{ path, found, allowed }] = error.problems;
    return `${path}: ${found}; allowed is ${allowed}`;
}

async function environmentData(
    selection: Selection,
    options: UsageOptions,
    name: Environment,
): Promise<EnvironmentData> {
    const { plans, apps, usage } = await planPair(selection, options);
    return { name, stack: plans.aws.stack, plans, apps, usage };
}

/** The flags that a command needs to speak of the same stack. */
const flagsOf = ({ stack, app, domain, region }: Selection): string =>
    Object.entries({ stack, app, domain, region })
        .filter(([, value]) => value !== undefined)
        .map(([flag, value]) => ` --${flag} ${value}`)
        .join("");

/**
 * The page's style and script: with the pricing functions and the price books that the command itself uses, so that the page
 * cannot compute by another model. Of the books, the regions that its plans name.
 */
export async function assets({ environments, custom }: Pick<ReportData, "environments" | "custom">): Promise<Assets> {
    const { script: bundled, css } = await bundle();
    const texts = environments
        .flatMap(({ plans }) => [plans.aws, plans.gcp])
        .flatMap((plan: Plan<Cloud>) =>
            // What a region lacks is estimated by the base region's.
            [...regionsNamed(plan), ...(custom?.estimateMissing ? [baseRegions[plan.cloud]] : [])].map((region) => [
                `${plan.cloud} ${region}`,
                regionText(plan.cloud, region),
            ]),
        );
    // An inline script ends at the first end tag, even one in a string; and what is hashed is what stands in the page.
    const all = [...(["aws", "gcp"] as const).map((cloud) => [cloud, bookText(cloud)]), ...texts];
    const script = `var ${shelf}=${JSON.stringify(Object.fromEntries(all))};${bundled}`.replaceAll("</", "<\\/");
    return { css, script, cssHash: sha256(css), scriptHash: sha256(script) };
}

/** Where the page finds the prices, which stand before what is bundled. */
const shelf = "pricesByRegion";

/** The page's style and script from the sources as they are; a package has been given them instead of the sources. */
export async function bundle(): Promise<{ script: string; css: string }> {
    const folder = join(__dirname, "..", "report", "page");
    const made = join(folder, "bundle.json");
    if (existsSync(made)) return JSON.parse(readFileSync(made, "utf8")) as { script: string; css: string };
    const { build } = await import("esbuild");
    const { outputFiles } = await build({
        entryPoints: [join(folder, "main.ts"), join(folder, "page.css")],
        outdir: folder,
        bundle: true,
        minify: true,
        write: false,
        format: "iife",
        platform: "browser",
        target: ["chrome123", "firefox120", "safari17.5"],
        charset: "utf8",
        legalComments: "none",
        logLevel: "silent",
        plugins: [withoutLocales, withRegions],
    });
    const of = (extension: string) => outputFiles.find(({ path }) => path.endsWith(extension))!.text.trim();
    return { script: of(".js"), css: of(".css") };
}

/** zod's messages in forty languages: the page would carry them all, and shows none. */
const withoutLocales: Plugin = {
    name: "without-locales",
    setup: ({ onLoad }) =>
        onLoad({ filter: /[\\/]zod[\\/]v4[\\/]locales[\\/]index\.js$/ }, () => ({ contents: "export {}" })),
};

/** The prices that stand before the script, in place of the module that reads them from files. */
const withRegions: Plugin = {
    name: "with-regions",
    setup: ({ onLoad }) =>
        onLoad({ filter: /[\\/]cost[\\/]shelf\.ts$/ }, () => ({
            contents:
                `const texts = ${shelf};\n` +
                "export const shelfOf = () => texts;\n" +
                "export const bookText = (cloud) => texts[cloud];\n" +
                "export const regionText = (cloud, region) => texts[`${cloud} ${region}`];\n" +
                "export const regionsOnShelf = (cloud) => Object.keys(texts).filter((key) => key.startsWith(`${cloud} `)).map((key) => key.split(' ')[1]);\n",
        })),
};

const sha256 = (text: string): string => `sha256-${createHash("sha256").update(text).digest("base64")}`;

function write(file: string, text: string): void {
    try {
        writeWhole(file, text);
    } catch (error) {
        throw new BadInput(`${file} cannot be written: ${(error as Error).message}`);
    }
}
