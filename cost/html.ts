import { labelOf } from "../plan/resource";
import { saying } from "./breakeven";
import type { Comparison } from "./compare";
import { footnotesOf, roleCell, totalCell, totalOf } from "./table";
import { sayDifference } from "./verdict";

const escape = (text: string): string =>
    text.replace(/[&<>"]/g, (letter) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[letter]!);

const style = `:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
table { border-collapse: collapse; width: 100% }
th, td { padding: .35rem .6rem; text-align: left; border-bottom: 1px solid color-mix(in srgb, currentColor 20%, transparent) }
.figure { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap }
tfoot { font-weight: 600 } .note { font-size: .875rem }`;

/** The comparison as a page of its own: a table, nothing to load and nothing to run. */
export function compareHtml(comparison: Comparison): string {
    const { app, environment, aws, gcp, roles, breakEven, notComparable } = comparison;
    const row = (tag: string, [role, ...figures]: string[], why: string) =>
        `<tr><th scope="row">${escape(role)}</th>${figures
            .map((figure) => `<${tag} class="figure">${escape(figure)}</${tag}>`)
            .join("")}<td>${escape(why)}</td></tr>\n`;
    const [a, g] = [aws.monthly.expected, gcp.monthly.expected];
    const title = `${app} in ${environment}: AWS beside Google Cloud`;
    const heads = ["AWS", "GCP", "Difference"].map((name) => `<th scope="col" class="figure">${name}</th>`).join("");
    return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(title)}</title>
<style>
${style}
</style>
</head>
<body>
<main>
<h1>${escape(title)}</h1>
<table>
<caption>USD a month, by role</caption>
<thead><tr><th scope="col">Role</th>${heads}<th scope="col">Why</th></tr></thead>
<tbody>
${roles.map((role) => row("td", [labelOf(role.role), roleCell(aws, role.role), roleCell(gcp, role.role), sayDifference(role.difference, role.verdict)], role.why)).join("")}</tbody>
<tfoot>
${row("td", ["Total", totalCell(aws), totalCell(gcp), sayDifference(g - a, comparison.verdict)], comparison.verdict.open ?? "")}</tfoot>
</table>
<p>AWS (${escape(aws.region)}): ${escape(totalOf(aws))}.<br>GCP (${escape(gcp.region)}): ${escape(totalOf(gcp))}.</p>
${breakEven ? `<p>${escape(saying(breakEven))}</p>\n` : ""}${
        notComparable.length
            ? `<h2>Not comparable</h2>\n<ul>\n${notComparable
                  .map(({ field, note }) => `<li><code>${escape(field)}</code>: ${escape(note)}</li>\n`)
                  .join("")}</ul>\n`
            : ""
    }${[aws, gcp]
        .map((cost) => `<p class="note">${cost.cloud.toUpperCase()}: ${escape(footnotesOf(cost).join(" "))}</p>\n`)
        .join("")}</main>
</body>
</html>
`;
}
