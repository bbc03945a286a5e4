import type { BreakEven } from "../cost/breakeven";
import type { Comparison } from "../cost/compare";
import { booksWith, type Custom } from "../cost/custom";
import { bookOf } from "../cost/load";
import { html, type Html } from "./html";
import { clouds } from "./names";
import { assumptionTable, trust } from "./sections/assumptions";
import { chart, chartTable, verdictOf, type Frame, type Now } from "./sections/chart";
import { gapList, roleTable } from "./sections/comparison";
import { lineTable, restOf, sourceList } from "./sections/lines";
import { answerOf, brief, totals } from "./sections/summary";

/** The parts of the page that follow from the figures: id of the element → its content. */
export function partsOf(comparison: Comparison, custom?: Custom): Record<string, Html> {
    const costs = clouds.map((cloud) => ({ cost: comparison[cloud], book: booksWith(custom)[cloud] ?? bookOf(cloud) }));
    return {
        answer: html`${answerOf(comparison)}`,
        totals: totals(comparison),
        brief: brief(comparison),
        roles: roleTable(comparison),
        gaps: gapList(comparison.notComparable),
        ...Object.fromEntries(costs.map(({ cost, book }) => [`lines-${cost.cloud}`, lineTable(cost, book)])),
        ...Object.fromEntries(costs.map(({ cost }) => [`rest-${cost.cloud}`, restOf(cost)])),
        assumptions: assumptionTable(comparison.aws),
        trust: trust(costs.map(({ cost }) => cost)),
        sources: sourceList(costs),
    };
}

/** The curves and what is said of them. */
export const curvesOf = (found: BreakEven, now: Now, frame: Frame): Record<string, Html> => ({
    verdict: html`${verdictOf(found)}`,
    chart: chart(found, now, frame),
    "chart-table": chartTable(found),
});

export const nowOf = ({ aws, gcp }: Comparison): Now => ({
    monthlyRequests: aws.usage.monthlyRequests,
    aws: aws.monthly.expected,
    gcp: gcp.monthly.expected,
});
