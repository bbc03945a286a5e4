import { labelOf } from "../plan/resource";
import { saying } from "./breakeven";
import type { Comparison } from "./compare";
import { basisOf, type CostDiff } from "./costdiff";
import { cloudNames, signed, usd } from "./money";
import { footnotesOf, roleCell, totalCell, totalOf, type Totals } from "./table";
import { sayDifference, type Verdict } from "./verdict";

/** Comparisons as Markdown, for pull requests and documents. */

/** A table; columns of figures are those whose heading begins with `>`. */
export function markdownTable(head: string[], rows: string[][]): string {
    const cells = (row: string[]) => `| ${row.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |\n`;
    return [
        cells(head.map((name) => name.replace(/^>/, ""))),
        `| ${head.map((name) => (name.startsWith(">") ? "---:" : "---")).join(" | ")} |\n`,
        ...rows.map(cells),
    ].join("");
}

/** One row per role, totals, break-even, and what is not comparable. */
export function compareMarkdown(comparison: Comparison): string {
    const { app, environment, aws, gcp, roles, breakEven, notComparable } = comparison;
    const rows = roles.map(({ role, difference, verdict, why }) => [
        labelOf(role),
        roleCell(aws, role),
        roleCell(gcp, role),
        sayDifference(difference, verdict),
        why,
    ]);
    const { verdict } = comparison;
    const [a, g] = [aws.monthly.expected, gcp.monthly.expected];
    return [
        `### ${app} in ${environment}: AWS beside Google Cloud\n\n`,
        markdownTable(
            ["Role", ">AWS", ">GCP", ">Difference", "Why"],
            [
                ...rows,
                [
                    "**Total**",
                    `**${totalCell(aws)}**`,
                    `**${totalCell(gcp)}**`,
                    `**${sayDifference(g - a, verdict)}**`,
                    verdict.open ?? "",
                ],
            ],
        ),
        `\nAWS (${aws.region}): ${totalOf(aws)}.  \nGCP (${gcp.region}): ${totalOf(gcp)}.\n`,
        breakEven ? `\n${saying(breakEven)}\n` : "",
        ...(notComparable.length ? ["\nNot comparable:\n\n"] : []),
        ...notComparable.map(({ field, note }) => `- \`${field}\`: ${note}\n`),
        ...[aws, gcp].flatMap((cost) => [
            `\n${cost.cloud.toUpperCase()}:`,
            ...footnotesOf(cost).map((note) => ` ${note.replace(/^\*/, "\\*")}`),
            "\n",
        ]),
    ].join("");
}

/** A comment for a pull request: total, roles, and in a fold the lines that changed. */
export function diffMarkdown(diff: CostDiff): string {
    const { before, difference, said, saidBefore, saidAfter } = diff.monthly;
    const share = before > 0 ? ` (${difference >= 0 ? "+" : ""}${((100 * difference) / before).toFixed(1)} %)` : "";
    const unchanged = said === signed(difference) && Math.abs(difference) < 0.005 && diff.lines.length === 0;
    const verdict = unchanged
        ? `no change: **${saidAfter}** a month`
        : `**${said}** a month${said === signed(difference) ? share : ""}: ${saidBefore} → **${saidAfter}**`;
    const changed = diff.roles.filter((role) => role.said !== signed(0));
    return [
        `### Cost of ${diff.app} on ${cloudNames[diff.cloud]} in ${diff.environment}\n\n`,
        `${verdict}${diff.atLeast ? ", each at least: something has no price" : ""}\n`,
        changed.length
            ? `\n${markdownTable(
                  ["Role", ">Before", ">After", ">Difference"],
                  [
                      ...changed.map((role) => [labelOf(role.role), role.saidBefore, role.saidAfter, role.said]),
                      ["**Total**", `**${saidBefore}**`, `**${saidAfter}**`, `**${said}**`],
                  ],
              )}`
            : "",
        diff.lines.length
            ? `\n<details><summary>What changes</summary>\n\n${markdownTable(
                  ["Resource", "Item", ">Before", ">After", ">Difference", "Quantity"],
                  diff.lines.map((line) => [
                      `\`${line.resource}\``,
                      line.item,
                      usd(line.before),
                      usd(line.after),
                      signed(line.difference),
                      line.formula,
                  ]),
              )}\n</details>\n`
            : "",
        ...[["Unpriced", diff.unpriced] as const, ["Unpriced before", diff.unpricedBefore] as const].flatMap(
            ([word, ones]) =>
                ones.map(({ type, resource, reason }) => `\n${word}: \`${resource}\` (${type}): ${reason}.\n`),
        ),
        `\n<sub>${[`From ${diff.before} to ${diff.after}.`, basisOf(diff), ...diff.notes].join(" ")}</sub>\n`,
    ].join("");
}

export interface CellSums {
    low: number;
    expected: number;
    high: number;
    atLeast: boolean;
    /** No stack of this form has this cost. */
    beyondCapacity: boolean;
    /** Some of its prices are estimated. */
    estimated?: true;
}

/** What a cell says of an estimate. */
export const cellSums = ({ monthly, atLeast, beyondCapacity, doubtful }: Totals): CellSums => ({
    ...monthly,
    atLeast,
    beyondCapacity,
    ...(doubtful?.estimated && { estimated: true }),
});
export const cellTotal = ({ atLeast, beyondCapacity, estimated, ...monthly }: CellSums): string =>
    totalCell({ monthly, atLeast, beyondCapacity, doubtful: { estimated: estimated && 1 } });

export interface MatrixCell {
    app: string;
    environment: string;
    aws: CellSums;
    gcp: CellSums;
    /** `gcp` − `aws`, as expected. */
    difference: number;
    verdict: Verdict;
}

export const matrixMarkdown = (cells: MatrixCell[]): string =>
    markdownTable(
        ["App", "Environment", ">AWS", ">GCP", ">Difference", ">AWS low–high", ">GCP low–high"],
        cells.map(({ app, environment, aws, gcp, difference, verdict }) => [
            app,
            environment,
            cellTotal(aws),
            cellTotal(gcp),
            sayDifference(difference, verdict),
            `${usd(aws.low)}–${usd(aws.high)}`,
            `${usd(gcp.low)}–${usd(gcp.high)}`,
        ]),
    );
