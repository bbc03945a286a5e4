import type { Cost } from "../../cost/cost";
import { assumptionsOf, footnotesOf } from "../../cost/table";
import { html, type Html } from "../html";
import { cloudNames } from "../names";

/** Every quantity that was assumed, under the name that a usage file gives it. */
export const assumptionTable = (cost: Pick<Cost, "usage">): Html =>
    html`<table class="assumptions">
        <caption>
            Quantities of a month, by their names in a usage file
        </caption>
        <thead>
            <tr>
                <th scope="col">Quantity</th>
                <th scope="col" class="figure">Assumed</th>
            </tr>
        </thead>
        <tbody>
            ${assumptionsOf(cost, true).map(
                ([name, value]) =>
                    html`<tr>
                        <th scope="row"><code>${name}</code></th>
                        <td class="figure">${value}</td>
                    </tr>`,
            )}
        </tbody>
    </table>`;

/** How far the figures may be trusted. */
export const trust = (costs: Cost[]): Html =>
    html`${costs.map(
        (cost) =>
            html`<h4>${cloudNames[cost.cloud]}</h4>
                <ul>
                    ${footnotesOf(cost).map((note) => html`<li>${note.replace(/^[*†] /, "")}</li>`)}
                </ul>`,
    )}`;
