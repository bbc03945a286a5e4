import type { Comparison } from "../../cost/compare";
import type { Cost } from "../../cost/cost";
import { show } from "../../cost/quantities";
import { dollars, totalCell } from "../../cost/table";
import { sayDifference } from "../../cost/verdict";
import { html, type Html } from "../html";
import { cloudNames, clouds } from "../names";

/** Every environment on both clouds, each at the traffic that is assumed for it. */
export function environmentTable(comparisons: Comparison[], missing: { environment: string; reason: string }[]): Html {
    const top = Math.max(...comparisons.flatMap(({ aws, gcp }) => [aws.monthly.expected, gcp.monthly.expected]));
    return html`<table class="environments">
            <caption>
                USD a month, each environment at its own traffic; in brackets without traffic and with every service at
                its maximum
            </caption>
            <thead>
                <tr>
                    <th scope="col">Environment</th>
                    <th scope="col" class="figure">Requests a month</th>
                    <th scope="col" class="figure aws">AWS</th>
                    <th scope="col" class="figure gcp">Google Cloud</th>
                    <th scope="col" class="figure">Difference</th>
                    <td class="bar-head" aria-hidden="true"></td>
                </tr>
            </thead>
            <tbody>
                ${comparisons.map(
                    ({ environment, aws, gcp, verdict }) =>
                        html`<tr>
                            <th scope="row">${environment}</th>
                            <td class="figure">${show(aws.usage.monthlyRequests)}</td>
                            ${clouds.map((cloud) => cell({ aws, gcp }[cloud]))}
                            <td class="figure">
                                ${sayDifference(gcp.monthly.expected - aws.monthly.expected, verdict)}
                            </td>
                            <td class="bar" aria-hidden="true">
                                <svg viewBox="0 0 100 22" preserveAspectRatio="none" focusable="false">
                                    ${clouds.map((cloud, index) => {
                                        const { expected } = { aws, gcp }[cloud].monthly;
                                        return html`<rect
                                            class="${cloud}"
                                            x="0"
                                            y="${1 + index * 11}"
                                            width="${Math.round((expected / (top || 1)) * 1000) / 10}"
                                            height="9"
                                            rx="1"
                                        />`;
                                    })}
                                </svg>
                            </td>
                        </tr>`,
                )}
            </tbody>
        </table>
        ${missing.map(
            ({ environment, reason }) =>
                html`<p class="note"><strong>${environment}</strong> is not here: ${reason}</p>`,
        )}`;
}

const cell = ({ cloud, monthly, atLeast, beyondCapacity, doubtful }: Cost): Html =>
    html`<td class="figure">
        <span class="visually-hidden">${cloudNames[cloud]} </span
        >${doubtful.estimated && !beyondCapacity && "estimated, "}${atLeast && !beyondCapacity && "at least "}<strong
            >${totalCell({ monthly, atLeast: false, beyondCapacity })}</strong
        ><span class="between">(${dollars(monthly.low)} – ${dollars(monthly.high)})</span>
    </td>`;
