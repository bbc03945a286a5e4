import type { Comparison, Gap, RoleComparison } from "../../cost/compare";

import { dollars } from "../../cost/table";
import { sayDifference } from "../../cost/verdict";
import { html, type Html } from "../html";
import { roleNames, titleOf } from "../names";

/** One row for each role: what it costs on either cloud, and why that differs. */
export function roleTable({ roles, aws, gcp, verdict }: Comparison): Html {
    const widest = Math.max(1e-9, ...roles.map(({ difference }) => Math.abs(difference)));
    const difference = gcp.monthly.expected - aws.monthly.expected;
    return html`<table class="roles">
        <caption>
            USD a month by role. A bar to the left: Google Cloud is cheaper; to the right: AWS is cheaper.
        </caption>
        <thead>
            <tr>
                <th scope="col">Role</th>
                <th scope="col" class="figure aws">AWS</th>
                <th scope="col" class="figure gcp">Google Cloud</th>
                <th scope="col" class="figure">Difference</th>
                <td class="bar-head" aria-hidden="true"></td>
                <th scope="col">Why</th>
            </tr>
        </thead>
        <tbody>
            ${roles.map((role) => row(role, widest))}
        </tbody>
        <tfoot>
            <tr>
                <th scope="row">Total</th>
                <td class="figure">${dollars(aws.monthly.expected)}</td>
                <td class="figure">${dollars(gcp.monthly.expected)}</td>
                <td class="figure">${sayDifference(difference, verdict)}</td>
                <td aria-hidden="true"></td>
                <td>${verdict.open}</td>
            </tr>
        </tfoot>
    </table>`;
}

function row({ role, aws, gcp, difference, verdict, why }: RoleComparison, widest: number): Html {
    const width = verdict.open === undefined ? Math.round((Math.abs(difference) / widest) * 480) / 10 : 0;
    const products = roleNames[role] && `${roleNames[role].aws.name} beside ${roleNames[role].gcp.name}`;
    return html`<tr data-role="${role}">
        <th scope="row">
            ${titleOf(role)}${products !== undefined && html`<span class="products">${products}</span>`}
        </th>
        <td class="figure">${aws > 0 ? dollars(aws) : "–"}</td>
        <td class="figure">${gcp > 0 ? dollars(gcp) : "–"}</td>
        <td class="figure">${sayDifference(difference, verdict)}</td>
        <td class="bar" aria-hidden="true">
            <svg viewBox="0 0 100 10" preserveAspectRatio="none" focusable="false">
                <rect class="axis" x="49.8" y="0" width=".4" height="10" />
                <rect
                    class="${difference < 0 ? "gcp" : "aws"}"
                    x="${difference < 0 ? 50 - width : 50}"
                    y="2"
                    width="${width}"
                    height="6"
                />
            </svg>
        </td>
        <td class="why">${why}</td>
    </tr>`;
}

/** What the clouds do differently, so that two figures beside each other are not for the same thing. */
export function gapList(gaps: Gap[]): Html {
    if (gaps.length === 0) return html`<p>Nothing: both clouds build the same, as far as prices go.</p>`;
    return html`<ul class="gaps">
        ${gaps.map(
            ({ field, aws, gcp, note }) =>
                html`<li>
                    <code>${field}</code> ${note}.
                    <dl>
                        <div>
                            <dt>AWS</dt>
                            <dd>${aws}</dd>
                        </div>
                        <div>
                            <dt>Google Cloud</dt>
                            <dd>${gcp}</dd>
                        </div>
                    </dl>
                </li>`,
        )}
    </ul>`;
}
