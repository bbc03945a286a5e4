import { readFileSync } from "node:fs";
import { resolve } from "node:path";

import { parseDocument } from "yaml";

import type { Cost } from "../cost/cost";
import { estimate } from "../cost/estimate";
import {
    assumptionsOf,
    dollars,
    footnotesOf,
    groupings,
    groupsOf,
    headlineOf,
    markdownOf,
    marks,
    totalOf,
    unitPrice,
    type Grouping,
} from "../cost/table";
import { show } from "../cost/quantities";
import { UsageError, usageOf, withQuantities, withUsageFile, type Quantities, type Usage } from "../cost/usage";
import { planOf } from "../plan/plan";
import type { App } from "../topology/app";
import { choices } from "../topology/suggest";
import { alignRight, colours, print, printJson, progress, table, width } from "./output";
import { gate } from "./gate";
import { usageFlags } from "./usage-flags";
import { BadInput, invokedFrom, select, type Selection } from "./selection";

/** What may be said about the usage on the command line; `requests`, `durationMs`, … as commander reads them. */
export type UsageOptions = { usage?: string } & Record<string, unknown>;

export interface CostOptions {
    json?: boolean;
    markdown?: boolean;
    formulas?: boolean;
    freeTier?: boolean;
    by?: string;
    check?: boolean;
}

/** `twinstack cost`: what the stack costs a month, and why. With `--check`, 3 beyond the stack's budget. */
export async function cost(selection: Selection, options: CostOptions & UsageOptions): Promise<number> {
    const by = groupings.find((grouping) => grouping === (options.by ?? "role"));
    if (!by) throw new BadInput(`--by ${options.by}: ${choices(options.by, groupings)}`);
    const { stack, project, file } = select(selection);
    const usage = usageFrom(stack.app, options);
    const plan = await planOf(stack, { project, onResource: progress("planning, resources") });
    const estimated = estimate(plan, usage, { freeTier: options.freeTier });
    if (options.json) await printJson(estimated);
    else if (options.markdown) await print(markdownOf(estimated, by, options.formulas));
    else await print(describe(estimated, by, options));
    return options.check ? gate([estimated], stack, file) : 0;
}

/**
 * The usage that the topology, then `--usage FILE`, then single flags say; the last word counts.
 * @throws UsageError with every problem, BadInput if the file cannot be read
 */
export function usageFrom(app: App, options: UsageOptions): Usage {
    const file = options.usage;
    const said = file === undefined ? usageOf(app) : withUsageFile(usageOf(app), readUsage(file), file);
    const flagOf = (key: keyof Quantities) => `--${usageFlags.find((one) => one.key === key)!.flag}`;
    const given = Object.fromEntries(usageFlags.map(({ flag, key }) => [key, options[camelCase(flag)] as string]));
    return withQuantities(said, given, flagOf);
}

const camelCase = (flag: string): string => flag.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());

function readUsage(file: string): unknown {
    let text: string;
    try {
        text = readFileSync(resolve(invokedFrom, file), "utf8");
    } catch (error) {
        throw new BadInput(`--usage ${file} cannot be read: ${(error as Error).message}`);
    }
    const document = parseDocument(text);
    if (document.errors.length > 0)
        throw new UsageError(
            document.errors.map(({ message, linePos }) => ({
                path: `${file}:${linePos?.[0].line ?? 1}`,
                found: message.split("\n")[0].replace(/ at line.*$/, ""),
                allowed: "YAML such as `monthly_requests: 5000000`",
            })),
        );
    return document.toJS() as unknown;
}

/** The estimate for people: groups with their lines, total, assumptions, and how far to trust it. */
function describe(estimated: Cost, by: Grouping, { formulas, freeTier }: CostOptions): string {
    const { bold, cyan, dim, yellow } = colours;
    const [headline, where] = headlineOf(estimated);
    const groups = groupsOf(estimated, by);
    const rows = groups.flatMap(({ lines }) =>
        lines.map((line) => [
            line.item,
            dim(by === "resource" ? line.type : line.resource),
            show(line.quantity),
            line.unit,
            `× ${unitPrice(line.price)}${yellow(marks(line))}`,
            dollars(line.monthly),
            ...(formulas ? [dim(line.formula)] : []),
        ]),
    );
    // One width for all groups, with figures to the right.
    const padded = alignRight(rows, [2, 4, 5]);
    const widest = padded.reduce(
        (widths, row) => row.map((cell, column) => Math.max(widths[column] ?? 0, width(cell))),
        [] as number[],
    );
    let next = 0;
    const sections = groups.map(({ name, monthly, lines }) => {
        const own = padded.slice(next, (next += lines.length));
        const filled = own.map((row) => row.map((cell, column) => cell + " ".repeat(widest[column] - width(cell))));
        return `${cyan(bold(name))}  ${bold(dollars(monthly))}\n${table(filled, "  ")}`;
    });
    const notes = footnotesOf(estimated).map((note) => `  ${note.startsWith("Unpriced") ? yellow(note) : dim(note)}\n`);
    return [
        `${bold(headline)}  ${dim(where)}\n`,
        ...sections,
        `${bold(totalOf(estimated))}${freeTier ? dim("  free tiers counted") : ""}\n`,
        `${bold("Assumed")}  ${dim("--usage FILE and flags change it")}\n${table(assumptionsOf(estimated, formulas), "  ")}`,
        notes.join(""),
    ].join("\n");
}
