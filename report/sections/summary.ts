import type { Cloud } from "../../cost/book";
import type { Comparison } from "../../cost/compare";
import type { Cost } from "../../cost/cost";
import { percent, signed, usd } from "../../cost/money";
import { dollars, totalCell } from "../../cost/table";
import { html, type Html } from "../html";
import { cloudNames, clouds, titleOf } from "../names";

/** The answer in a sentence or two. */
export function answerOf({ aws, gcp, roles, verdict }: Comparison): string {
    const [a, g] = [aws.monthly.expected, gcp.monthly.expected];
    if (verdict.open !== undefined) return `Which cloud is cheaper is open: ${verdict.open}.`;
    const least = verdict.atLeast ? "at least " : "";
    const difference = Math.abs(a - g);
    if (!verdict.atLeast && difference < 0.005 * Math.max(a, g, 1))
        return `Both clouds cost the same: about ${usd(a)} a month.`;
    const cheaper: Cloud = g < a ? "gcp" : "aws";
    const [less, more] = [Math.min(a, g), Math.max(a, g)];
    const other = cheaper === "gcp" ? "aws" : "gcp";
    const sign = cheaper === "gcp" ? -1 : 1;
    const [largest] = [...roles].sort((x, y) => (y.difference - x.difference) * sign);
    const why = largest?.why ? `: ${largest.why}` : "";
    return (
        `${verdict.estimated ? "As estimated, " : ""}${cloudNames[cheaper]} is ${least}${usd(difference)} a month cheaper, ${percent(difference / more)} less than ` +
        `${cloudNames[other]}: ${usd(less)} against ${usd(more)}. ` +
        `The largest part of that is the ${lowered(titleOf(largest.role))}${why}.`
    );
}

/** `load balancer`, but `DNS`. */
const lowered = (title: string): string => (title === title.toUpperCase() ? title : title.toLowerCase());

/** What is read aloud when a slider has been moved. */
export const announcementOf = ({ aws, gcp }: Comparison): string =>
    clouds.map((cloud) => `${cloudNames[cloud]} ${dollars({ aws, gcp }[cloud].monthly.expected)} a month`).join(", ");

/** The totals of both clouds, each with its range on a scale that they share. */
export function totals(comparison: Comparison): Html {
    const { aws, gcp } = comparison;
    const top = Math.max(aws.monthly.high, gcp.monthly.high);
    const { cheaper } = comparison.verdict;
    return html`${clouds.map((cloud) => card(comparison[cloud], top, cloud.toUpperCase() === cheaper))}`;
}

function card(cost: Cost, top: number, cheaper: boolean): Html {
    const { cloud, monthly, atLeast, beyondCapacity, region, doubtful, freeTiers } = cost;
    const { low, expected, high } = monthly;
    const { estimated } = doubtful;
    return html`<article class="total ${cloud}" aria-label="${cloudNames[cloud]}">
        <h3>
            <span class="cloud-dot" aria-hidden="true"></span>${cloudNames[cloud]}
            <span class="region">${region}</span>${cheaper && html`<span class="badge">cheaper</span>`}
        </h3>
        <p class="amount">
            ${estimated && !beyondCapacity && html`<span class="at-least">estimated, </span>`}${
                atLeast && !beyondCapacity && html`<span class="at-least">at least </span>`
            }<strong data-total="${cloud}" data-value="${expected}"
                >${totalCell({ monthly, atLeast: false, beyondCapacity })}</strong
            >
            ${!beyondCapacity && html`<span class="per">a month</span>`}
        </p>
        ${range(monthly, top)}
        <dl class="range">
            <div>
                <dt>No traffic</dt>
                <dd data-low="${cloud}" data-value="${low}">${dollars(low)}</dd>
            </div>
            <div>
                <dt>Expected</dt>
                <dd>${totalCell({ monthly, atLeast: false, beyondCapacity })}</dd>
            </div>
            <div>
                <dt>All at maximum</dt>
                <dd data-high="${cloud}" data-value="${high}">${dollars(high)}</dd>
            </div>
        </dl>
        <p class="doubt">
            ${
                freeTiers.counted
                    ? `With the free tiers of an account; ${dollars(freeTiers.without)} without them.`
                    : `${dollars(freeTiers.with)} with the free tiers of an account.`
            }
        </p>
        ${
            estimated &&
            html`<p class="doubt">
                ${dollars(estimated)} (${percent(estimated / expected)}) rests on prices that are estimated by other
                regions'.
            </p>`
        }
        ${
            doubtful.unverified > 0 &&
            html`<p class="doubt">
                <span class="chip unverified">unverified</span> ${dollars(doubtful.unverified)}
                (${percent(doubtful.unverified / expected)}) rests on prices that nobody has verified.
            </p>`
        }
    </article>`;
}

/** The totals in a line, for where the sliders are. */
export function brief({ aws, gcp }: Comparison): Html {
    return html`<dl>
        ${clouds.map(
            (cloud) =>
                html`<div class="${cloud}">
                    <dt><span class="cloud-dot" aria-hidden="true"></span>${cloudNames[cloud]}</dt>
                    <dd>${dollars({ aws, gcp }[cloud].monthly.expected)}</dd>
                </div>`,
        )}
        <div>
            <dt>Difference</dt>
            <dd>${signed(gcp.monthly.expected - aws.monthly.expected)}</dd>
        </div>
    </dl>`;
}

/** From the lowest to the highest, with a mark at what is expected. */
function range({ low, expected, high }: Cost["monthly"], top: number): Html {
    const at = (amount: number) => Math.round((amount / (top || 1)) * 1000) / 10;
    return html`<svg
        class="range-bar"
        viewBox="0 0 100 6"
        preserveAspectRatio="none"
        aria-hidden="true"
        focusable="false"
    >
        <rect class="track" x="0" y="2" width="100" height="2" />
        <rect class="span" x="${at(low)}" y="1" width="${Math.max(0.6, at(high) - at(low))}" height="4" />
        <rect class="mark" x="${Math.min(99, Math.max(0, at(expected) - 0.5))}" y="0" width="1" height="6" />
    </svg>`;
}
