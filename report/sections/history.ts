import type { HistoryRow } from "../../cost/history";
import { signed } from "../../cost/money";
import { dollars } from "../../cost/table";
import { html, type Html } from "../html";
import { cloudNames } from "../names";
import type { RevisionHistory } from "../model";

/** What a stack has cost from revision to revision, on either cloud: a line, and the figures that it is drawn from. */
export const historySection = (histories: RevisionHistory[]): Html =>
    html`${histories.map(
        (one) =>
            html`<div class="card">
                <h3>${cloudNames[one.cloud]}</h3>
                ${line(one)} ${table(one)}
                ${one.stopped !== undefined && html`<p class="note">It goes no further back: ${one.stopped}.</p>`}
            </div>`,
    )}`;

const frame = { width: 400, height: 120, margin: 8 };

/** The totals as a line of steps, each revision as wide as the others; none for fewer than two. */
function line({ cloud, rows }: RevisionHistory): Html | false {
    const totals = rows.flatMap(({ monthly }) => monthly ?? []);
    if (totals.length < 2) return false;
    const { width, height, margin } = frame;
    const [low, high] = [Math.min(...totals), Math.max(...totals)];
    const x = (index: number) => Math.round(margin + (index / totals.length) * (width - 2 * margin));
    const y = (amount: number) =>
        Math.round(height - margin - ((amount - low) / (high - low || 1)) * (height - 2 * margin));
    const path = totals.map((amount, index) => `${index ? "V" : `M${x(0)} `}${y(amount)}H${x(index + 1)}`).join("");
    return html`<svg
        class="chart"
        viewBox="0 0 ${width} ${height}"
        role="img"
        aria-label="From ${dollars(totals[0])} to ${dollars(totals[totals.length - 1])} a month in ${totals.length} revisions on ${cloudNames[cloud]}"
    >
        <path class="curve ${cloud}" d="${path}" />
    </svg>`;
}

const table = ({ rows }: RevisionHistory): Html =>
    html`<table>
        <caption>
            USD a month after each revision that changed it, at today’s prices
        </caption>
        <thead>
            <tr>
                <th scope="col">Revision</th>
                <th scope="col" class="figure">A month</th>
                <th scope="col" class="figure">Difference</th>
            </tr>
        </thead>
        <tbody>
            ${rows.map(row)}
        </tbody>
    </table>`;

const sum = ({ monthly, atLeast, estimated }: HistoryRow): string =>
    monthly === undefined ? "–" : `${estimated ? "estimated, " : ""}${atLeast ? "at least " : ""}${dollars(monthly)}`;

const row = (one: HistoryRow): Html => {
    const { revision, date, subject, monthly, difference, problem } = one;
    return html`<tr>
        <th scope="row">
            <code>${revision}</code> <time>${date}</time> ${subject}${
                problem !== undefined && html`<span class="note"> ${problem}</span>`
            }
        </th>
        <td class="figure">${sum(one)}</td>
        <td class="figure">
            ${difference === undefined ? (monthly !== undefined && problem !== undefined ? "open" : "") : signed(difference)}
        </td>
    </tr>`;
};
