import type { Cost } from "../cost/cost";
import { estimate } from "../cost/estimate";
import {
    assumptionsOf,
    dollars,
    footnotesOf,
    groupings,
    groupsOf,
    headlineOf,
    holesOf,
    markdownOf,
    marks,
    noPrice,
    totalOf,
    unitPrice,
    type Grouping,
} from "../cost/table";
import { show } from "../cost/quantities";
import { planOf } from "../plan/plan";
import { labelOf } from "../plan/resource";
import { choices } from "../topology/suggest";
import { alignRight, colours, print, printJson, progress, table, width, say } from "./output";
import { budgetOf, gate } from "./gate";
import { ownBooks, type PriceOptions } from "./own-prices";
import { usageFrom, type UsageOptions } from "./usage";
import { BadInput, selectOnCloud, type Selection } from "./selection";

export interface CostOptions extends PriceOptions {
    json?: boolean;
    markdown?: boolean;
    formulas?: boolean;
    freeTier?: boolean;
    by?: string;
    check?: boolean;
    usageFrom?: string;
    state?: string;
}

/** `twinstack cost`: what the stack costs a month, and why. With `--check`, 3 beyond the stack's budget. */
export async function cost(selection: Selection, options: CostOptions & UsageOptions): Promise<number> {
    const by = groupings.find((grouping) => grouping === (options.by ?? "role"));
    if (!by) throw new BadInput(`--by ${options.by}: ${choices(options.by, groupings)}`);
    const { stack, project, file } = selectOnCloud(selection);
    if (options.check) budgetOf(stack, file);
    let said = options;
    try {
        if (options.usageFrom !== undefined) {
            const { measuredUsage } = await import("./measure");
            said = { ...options, usage: await measuredUsage(selection, options.usageFrom, options) };
        }
    } catch (error) {
        return (await import("./logs")).failed(error);
    }
    const usage = usageFrom(stack.app, said);
    const books = await ownBooks(options);
    const plan = await planOf(stack, { project, onResource: progress("planning, resources") });
    const estimated = estimate(plan, usage, { freeTier: options.freeTier, books });
    if (options.json) await printJson(estimated);
    else if (options.markdown) await print(markdownOf(estimated, by, options.formulas));
    else await say(describe(estimated, by, options));
    return options.check ? gate([estimated], stack, file) : 0;
}

/** The estimate for people: groups with their lines, total, assumptions, and how far to trust it. */
function describe(estimated: Cost, by: Grouping, { formulas }: CostOptions): string {
    const { bold, cyan, dim, yellow } = colours;
    const [headline, where] = headlineOf(estimated);
    const groups = groupsOf(estimated, by);
    const rows = groups.flatMap(({ name, lines }) => [
        ...lines.map((line) => [
            line.item,
            dim(by === "resource" ? line.type : line.resource),
            show(line.quantity),
            line.unit,
            `× ${unitPrice(line.price)}${yellow(marks(line))}`,
            dollars(line.monthly),
            ...(formulas ? [dim(line.formula)] : []),
        ]),
        ...holesOf(estimated, by, name).map(({ type, resource, hole }) => [
            hole!.item,
            dim(by === "resource" ? type : resource),
            show(hole!.quantity),
            "",
            yellow(noPrice),
            "",
            ...(formulas ? [dim(hole!.formula)] : []),
        ]),
    ]);
    // One width for all groups, with figures to the right.
    const padded = alignRight(rows, [2, 4, 5]);
    const widest = padded.reduce(
        (widths, row) => row.map((cell, column) => Math.max(widths[column] ?? 0, width(cell))),
        [] as number[],
    );
    let next = 0;
    const sections = groups.map(({ name, monthly, lines }) => {
        const own = padded.slice(next, (next += lines.length + holesOf(estimated, by, name).length));
        const filled = own.map((row) => row.map((cell, column) => cell + " ".repeat(widest[column] - width(cell))));
        return `${cyan(bold(labelOf(name)))}  ${bold(dollars(monthly))}\n${table(filled, "  ")}`;
    });
    const notes = footnotesOf(estimated).map((note) => `  ${note.startsWith("Unpriced") ? yellow(note) : dim(note)}\n`);
    return [
        `${bold(headline)}  ${dim(where)}\n`,
        ...sections,
        `${bold(totalOf(estimated))}\n`,
        `${bold("Assumed")}  ${dim("--usage FILE and flags change it")}\n${table(assumptionsOf(estimated, formulas), "  ")}`,
        notes.join(""),
    ].join("\n");
}
