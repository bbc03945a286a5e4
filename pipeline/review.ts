import { sayBudget, type BudgetCheck } from "../cost/budget";
import type { Cost } from "../cost/cost";
import type { CostDiff } from "../cost/costdiff";
import { diffMarkdown } from "../cost/markdown";
import { cloudNames, usd } from "../cost/money";
import type { Change, Diff } from "../plan/diff";
import { kindOf } from "../plan/tree";
import type { Cloud } from "../topology/app";

/** What a pull request changes, stack by stack, as Markdown: the text that stands in the pull request. */

/** What became of one stack. */
export type StackReview = { stack: string } & (
    | { invalid: string }
    | {
          app: string;
          cloud: Cloud;
          environment: string;
          cost: Cost;
          /** Absent where the stack has no `twinstack:monthlyBudget`. */
          budget?: BudgetCheck;
          /** What is compared with, or why nothing is. */
          base: { diff: Diff; cost: CostDiff } | { missing: string };
      }
);

/** Begins every comment that is ours: whoever posts the next one finds this one by it. */
export const marker = "<!-- twinstack: review -->";

/** Characters of a comment: GitHub takes 65,536. */
export const longest = 60_000;

/** Changes that are listed of a stack. */
const most = 40;

/** 2: a configuration is wrong; 3: a budget is exceeded or open, or data would be lost; else 0. */
export function verdictOf(reviews: StackReview[]): 0 | 2 | 3 {
    if (reviews.some((review) => "invalid" in review)) return 2;
    return reviews.some((review) => gatesOf(review).length > 0) ? 3 : 0;
}

/** What a person has to look at before this is merged. */
export function gatesOf(review: StackReview): string[] {
    if ("invalid" in review) return [`${review.stack}: the configuration is wrong`];
    const { stack, budget, base } = review;
    const lost = "diff" in base ? base.diff.dangers : [];
    return [
        ...(budget && (budget.over > 0 || budget.open !== undefined) ? [`${stack}: ${sayBudget(budget)}`] : []),
        ...lost.map(
            ({ kind, type, name, holds }) => `${stack}: ${kind}s ${kindOf(type)} \`${name}\`, and with it ${holds}`,
        ),
    ];
}

/**
 * The comment. Long ones lose their folds, the last stack's first, and say so.
 * @param base what was compared with: a commit
 */
export function reviewMarkdown(base: string, reviews: StackReview[]): string {
    const gates = reviews.flatMap(gatesOf);
    const head = [
        marker,
        `## ${gates.length ? "⚠️ Look at this first" : "What this changes"}`,
        ...(gates.length ? [gates.map((gate) => `- ${gate}`).join("\n")] : []),
    ].join("\n\n");
    const foot = `\n<sub>Against ${base}, without a cloud: what was changed by hand there is not in it.</sub>\n`;
    for (let folds = reviews.length; ; folds--) {
        const stacks = reviews.map((review, index) => stackMarkdown(review, index < folds));
        const text = `${head}\n\n${stacks.join("\n")}${foot}`;
        if (text.length <= longest) return text;
        if (folds === 0) return `${text.slice(0, longest)}\n\n… and more: see the run of this check.\n`;
    }
}

function stackMarkdown(review: StackReview, folds: boolean): string {
    if ("invalid" in review) return `### ${review.stack}: invalid\n\n${fenced(review.invalid)}\n`;
    const { stack, app, cloud, environment, cost, budget, base } = review;
    const title = `### ${stack}: ${app} on ${cloudNames[cloud]} in ${environment}`;
    const held = budget ? `\n${budget.over > 0 || budget.open !== undefined ? "⚠️ " : ""}${sayBudget(budget)}.\n` : "";
    if ("missing" in base) {
        const total = `${cost.atLeast ? "at least " : ""}**${usd(cost.monthly.expected)}** a month`;
        return `${title}\n\n${total}. Nothing to compare with:\n\n${fenced(base.missing)}\n${held}`;
    }
    const changes = changesMarkdown(base.diff, folds);
    const difference = folds ? diffMarkdown(base.cost).replace(/^### [^\n]*\n\n/, "") : `${costLine(base.cost)}\n`;
    return `${title}\n\n${changes}\n${difference}${held}`;
}

const costLine = ({ monthly }: CostDiff): string =>
    `**${monthly.said}** a month: ${monthly.saidBefore} → **${monthly.saidAfter}**`;

function changesMarkdown({ changes, unchanged }: Diff, folds: boolean): string {
    const count = (kind: Change["kind"]) => changes.filter((change) => change.kind === kind).length;
    const sum = `${count("create")} created, ${count("update")} changed, ${count("replace")} replaced, ${count("delete")} deleted, ${unchanged} unchanged`;
    if (changes.length === 0) return `No resource changes.\n`;
    if (!folds) return `${sum}.\n`;
    const lines = changes
        .slice(0, most)
        .map(({ kind, type, name, properties, holds, retained, felt }) => {
            const gone = kind === "replace" || kind === "delete";
            const loses = gone && holds && !retained ? ` ⚠️ **loses ${holds}**` : "";
            const paths = properties.map(({ path, replaces }) => `\`${path}\`${replaces ? " (replaces it)" : ""}`);
            const named = paths.length ? `: ${paths.slice(0, 8).join(", ")}${paths.length > 8 ? ", …" : ""}` : "";
            const noticed = felt === undefined ? "" : ` ⚠️ ${felt}`;
            return `- ${kind} ${kindOf(type)} \`${name}\`${named}${loses}${noticed}`;
        })
        .join("\n");
    const rest = changes.length > most ? `\n- and ${changes.length - most} more` : "";
    return `<details><summary>${sum}</summary>\n\n${lines}${rest}\n\n</details>\n`;
}

/** Text that is shown as it is, whatever is in it. */
export function fenced(text: string): string {
    const fence = "`".repeat(Math.max(3, ...[...text.matchAll(/`+/g)].map(([run]) => run.length + 1)));
    return `${fence}text\n${text.trimEnd()}\n${fence}\n`;
}
