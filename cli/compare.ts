import { saying, type BreakEven } from "../cost/breakeven";
import type { Comparison } from "../cost/compare";
import { cellSums, cellTotal, type MatrixCell } from "../cost/markdown";
import { about, cloudNames, signed, usd } from "../cost/money";
import { footnotesOf, roleCell, signsOf, totalCell, totalOf } from "../cost/table";
import type { VariantBreakEven } from "../cost/variants";
import { sayDifference, sayVerdict, type Verdict } from "../cost/verdict";
import { labelOf } from "../plan/resource";
import { environmentNames } from "../topology/app";
import { choices } from "../topology/suggest";
import { budgetOf, gate } from "./gate";
import { loadApps } from "./apps";
import { alignRight, colours, print, printJson, table, say } from "./output";
import { comparePair, planPair, replanner } from "./pair";
import { BadInput, invokedFrom, projectRoot, type Selection } from "./selection";
import type { UsageOptions } from "./usage";

export interface CompareOptions {
    json?: boolean;
    markdown?: boolean;
    html?: boolean;
    check?: boolean;
    breakEven?: boolean;
    environments?: string;
    apps?: string;
    regions?: string;
    freeTier?: boolean;
}

/** `twinstack compare`: AWS beside GCP, role by role. With `--check`, 3 if a cloud is beyond the stack's budget. */
export async function compare(selection: Selection, options: CompareOptions & UsageOptions): Promise<number> {
    const forms = (["json", "markdown", "html"] as const).filter((form) => options[form]);
    if (forms.length > 1) throw new BadInput(`--${forms.join(" and --")}: one of them`);
    if (selection.cloud !== undefined) throw new BadInput("--cloud: compare plans both clouds");
    if (options.regions !== undefined) return (await import("./regions")).compareRegions(selection, options);
    if (options.environments !== undefined || options.apps !== undefined) return matrix(selection, options);
    if (options.breakEven) return alongTraffic(selection, options);
    const { selected, comparison } = await comparePair(selection, options, { density: 1 });
    const { stack, file } = selected.aws;
    if (options.check) budgetOf(stack, file);
    if (options.json) await printJson(comparison);
    else if (options.markdown) await print((await import("../cost/markdown")).compareMarkdown(comparison));
    else if (options.html) await print((await import("../cost/html")).compareHtml(comparison));
    else await say(describe(comparison));
    return options.check ? gate([comparison.aws, comparison.gcp], stack, file) : 0;
}

/** `compare --break-even`: both clouds along the traffic, and with what changes the curves most. */
async function alongTraffic(selection: Selection, options: CompareOptions & UsageOptions): Promise<number> {
    const pair = await planPair(selection, options);
    const { stack } = pair.selected.aws;
    const replan = {
        aws: replanner(pair.selected.aws, pair.plans.aws),
        gcp: replanner(pair.selected.gcp, pair.plans.gcp),
    };
    const { variantsBreakEven } = await import("../cost/variants");
    const found = await variantsBreakEven(pair.apps, pair.usage, replan, {}, pair.options);
    if (options.json)
        await printJson({ app: stack.app.name, environment: stack.environment, ...found, usage: pair.usage });
    else await say(describeBreakEven(`${stack.app.name} in ${stack.environment}`, found));
    return 0;
}

/** The comparison for people. */
export function describe(comparison: Comparison, brief = false): string {
    const { bold, dim, yellow } = colours;
    const { app, environment, aws, gcp, breakEven, notComparable } = comparison;
    const notes = [aws, gcp].flatMap((cost) =>
        footnotesOf(cost)
            .filter((note) => !brief || !/^List|^Not|free\.$/.test(note))
            .map((note) => [cost.cloud.toUpperCase(), note]),
    );
    return [
        `${bold(`${app} in ${environment}: what it costs a month`)}  ${dim(`AWS ${aws.region}, GCP ${gcp.region}`)}\n`,
        rolesTable(comparison),
        ...(brief
            ? []
            : [
                  table(
                      [
                          ["AWS", totalOf(aws)],
                          ["GCP", totalOf(gcp)],
                      ],
                      "  ",
                  ),
              ]),
        ...(breakEven ? [`  ${saying(breakEven)}\n`] : []),
        ...(brief || notComparable.length === 0
            ? []
            : [
                  `${bold("Not comparable")}\n${table(
                      notComparable.map(({ field, note }) => [yellow("!"), field, note]),
                      "  ",
                  )}`,
              ]),
        table(
            notes.map(([cloud, note]) => [dim(cloud), dim(note)]),
            "  ",
        ),
    ].join("\n");
}

function rolesTable({ roles, aws, gcp, verdict }: Comparison): string {
    const { bold, dim, green, yellow } = colours;
    const sum = (cost: typeof aws, role: string, { cheaper }: Verdict, difference: number) => {
        const text = roleCell(cost, role);
        return cheaper === cloudNames[cost.cloud] && Math.abs(difference) >= 0.005 ? green(text) : text;
    };
    const [a, g] = [aws.monthly.expected, gcp.monthly.expected];
    const rows = [
        ["", "AWS", "GCP", "difference", ""].map(dim),
        ...roles.map(({ role, difference, verdict, why }) => [
            labelOf(role),
            sum(aws, role, verdict, difference),
            sum(gcp, role, verdict, difference),
            sayDifference(difference, verdict),
            verdict.open === undefined ? dim(why) : yellow(why),
        ]),
        [
            "Total",
            totalCell(aws),
            totalCell(gcp),
            sayDifference(g - a, verdict),
            verdict.open ?? sayVerdict(verdict),
        ].map(bold),
    ];
    return table(alignRight(rows, [1, 2, 3]), "  ");
}

function describeBreakEven(
    what: string,
    { breakEven, variants }: { breakEven: BreakEven; variants: VariantBreakEven[] },
): string {
    const { bold, cyan, dim, green } = colours;
    // With a hole in the curves a lower figure is no lower cost.
    const cheaper = (one: number, other: number, name: string) => {
        const text =
            signsOf({ atLeast: breakEven.holes?.includes(name), estimated: breakEven.estimated?.includes(name) }) +
            usd(one);
        return breakEven.open === undefined && one < other ? green(text) : text;
    };
    const rows = breakEven.points.map(({ monthlyRequests, left, right }) => [
        about(monthlyRequests),
        cheaper(left, right, breakEven.left),
        cheaper(right, left, breakEven.right),
        breakEven.open === undefined ? signed(right - left) : "open",
    ]);
    const head = ["requests a month", breakEven.left, breakEven.right, "difference"].map(dim);
    const said = (found: BreakEven | string) => (typeof found === "string" ? found : saying(found));
    return [
        `${bold(`${what}: cost against traffic`)}  ${dim("services grow as far as the traffic asks")}\n`,
        table(alignRight([head, ...rows], [0, 1, 2, 3]), "  "),
        `  ${saying(breakEven)}\n`,
        ...variants.map(
            ({ title, againstItself, againstOther }) =>
                `${cyan(bold(title))}\n${table(
                    [
                        [dim("itself"), said(againstItself)],
                        [dim("other cloud"), said(againstOther)],
                    ],
                    "  ",
                )}`,
        ),
    ].join("\n");
}

/** `compare --environments … --apps …`: every app in every environment on both clouds. */
async function matrix(selection: Selection, options: CompareOptions & UsageOptions): Promise<number> {
    if (options.html || options.breakEven)
        throw new BadInput("--html and --break-even are of one app in one environment");
    const environments = list(options.environments) ?? [selection.environment];
    for (const name of environments)
        if (name !== undefined && !(environmentNames as readonly string[]).includes(name))
            throw new BadInput(`--environments ${name}: ${choices(name, environmentNames)}`);
    const known = Object.keys(loadApps(projectRoot(invokedFrom)));
    for (const name of list(options.apps) ?? [])
        if (!known.includes(name))
            throw new BadInput(`--apps\n  found    ${JSON.stringify(name)}\n  allowed  ${choices(name, known)}`);
    const cells: MatrixCell[] = [];
    let code = 0;
    for (const app of list(options.apps) ?? [selection.app])
        for (const environment of environments) {
            const { selected, comparison } = await comparePair({ ...selection, app, environment }, options);
            const { aws, gcp } = comparison;
            cells.push({
                app: comparison.app,
                environment: comparison.environment,
                aws: cellSums(aws),
                gcp: cellSums(gcp),
                difference: gcp.monthly.expected - aws.monthly.expected,
                verdict: comparison.verdict,
            });
            const { stack, file } = selected.aws;
            if (options.check) code = Math.max(code, await gate([aws, gcp], stack, file));
        }
    if (options.json) await printJson(cells);
    else if (options.markdown) await print((await import("../cost/markdown")).matrixMarkdown(cells));
    else await say(describeMatrix(cells));
    return code;
}

const list = (text: string | undefined): string[] | undefined =>
    text
        ?.split(",")
        .map((name) => name.trim())
        .filter((name) => name !== "");

function describeMatrix(cells: MatrixCell[]): string {
    const { dim, green, yellow } = colours;
    const head = ["app", "environment", "AWS", "GCP", "difference", "AWS low to high", "GCP low to high"].map(dim);
    const range = ({ low, high }: { low: number; high: number }) => dim(`${usd(low)} to ${usd(high)}`);
    const rows = cells.map(({ app, environment, aws, gcp, difference, verdict }) => [
        app,
        environment,
        (verdict.cheaper === "AWS" ? green : String)(cellTotal(aws)),
        (verdict.cheaper === "GCP" ? green : String)(cellTotal(gcp)),
        sayDifference(difference, verdict),
        range(aws),
        range(gcp),
    ]);
    const open = cells.flatMap(({ app, environment, verdict }) =>
        verdict.open === undefined ? [] : [`${yellow("!")} ${app} in ${environment}: ${sayVerdict(verdict)}\n`],
    );
    return table(alignRight([head, ...rows], [2, 3, 4, 5, 6])) + open.join("");
}
