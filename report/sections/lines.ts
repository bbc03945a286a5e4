import { findPrice, type Book } from "../../cost/book";
import type { Cost, LineItem } from "../../cost/cost";
import { show } from "../../cost/quantities";
import { dollars, groupsOf, unitPrice } from "../../cost/table";
import { html, type Html } from "../html";
import { cloudNames, titleOf } from "../names";

/** Everything that is billed on a cloud: quantity × price, how the quantity comes about, where the price is from. */
export function lineTable(cost: Cost, book: Book): Html {
    const { lineItems, monthly, cloud, region } = cost;
    return html`<table class="lines">
        <caption>
            What ${cloudNames[cloud]} bills in a month: ${lineItems.length} line items, ${dollars(monthly.expected)}
        </caption>
        <thead>
            <tr>
                <th scope="col">Item</th>
                <th scope="col" class="figure">Quantity</th>
                <th scope="col">How it comes about</th>
                <th scope="col" class="figure">Price</th>
                <th scope="col">Source</th>
                <th scope="col" class="figure">A month</th>
            </tr>
        </thead>
        ${groupsOf(cost, "role").map(
            ({ name, monthly, lines }) =>
                html`<tbody>
                    <tr class="group">
                        <th scope="rowgroup" colspan="5">${titleOf(name)}</th>
                        <td class="figure">${dollars(monthly)}</td>
                    </tr>
                    ${lines.map((line) => row(line, book, region))}
                </tbody>`,
        )}
    </table>`;
}

function row(line: LineItem, book: Book, region: string): Html {
    const { item, resource, quantity, unit, formula, price, monthly, confidence, asOf, old, priceId } = line;
    const keys = findPrice(book, priceId, region)?.source ?? [];
    const titles = keys.map((key) => book.sources[key]?.title ?? key);
    return html`<tr>
        <th scope="row">${item}<span class="resource">${resource}</span></th>
        <td class="figure">${show(quantity)} <span class="unit">${unit}</span></td>
        <td class="formula">${formula}<code>${priceId}</code></td>
        <td class="figure">${unitPrice(price)}</td>
        <td class="source">
            ${asOf === null ? "date unknown" : html`<time>${asOf}</time>`}
            ${confidence === "low" && html`<span class="chip unverified">unverified</span>`}
            ${old && html`<span class="chip old">old</span>`}
            <span class="keys"
                >${keys.map(
                    (key, index) =>
                        html`<a href="#source-${book.cloud}-${key}" title="${titles[index]}">${key}</a
                            >${index < keys.length - 1 && ", "}`,
                )}</span
            >
        </td>
        <td class="figure">${dollars(monthly)}</td>
    </tr>`;
}

/** What costs money and is not in the total, and what costs nothing. */
export function restOf({ unpriced, free, cloud }: Cost): Html {
    return html`${
            unpriced.length > 0 &&
            html`<h4>Not in the total</h4>
                <ul class="unpriced">
                    ${unpriced.map(
                        ({ type, resource, reason }) =>
                            html`<li>
                                <span class="chip unverified">unpriced</span> ${resource} <code>${type}</code>:
                                ${reason}.
                            </li>`,
                    )}
                </ul>`
        }
        <details>
            <summary>
                ${free.reduce((sum, { count }) => sum + count, 0)} resources of ${cloudNames[cloud]} that cost nothing
            </summary>
            <ul class="free">
                ${free.map(({ type, reason, count }) => html`<li><code>${type}</code> × ${count}: ${reason}</li>`)}
            </ul>
        </details>`;
}

/** The sources of the prices that the lines use. */
export function sourceList(costs: { cost: Cost; book: Book }[]): Html {
    const used = costs.map(({ cost, book }) => {
        const keys = cost.lineItems.flatMap(({ priceId }) => findPrice(book, priceId, cost.region)?.source ?? []);
        return { book, keys: [...new Set(keys)].sort() };
    });
    return html`${used.map(
        ({ book, keys }) =>
            html`<h4>${cloudNames[book.cloud]}</h4>
                <dl class="sources">
                    ${keys.map((key) => {
                        const { title, where, date } = book.sources[key] ?? { title: key, where: "", date: "" };
                        return html`<div id="source-${book.cloud}-${key}">
                            <dt>${key}</dt>
                            <dd>${title}<span class="where">${where}</span> <span class="seen">${date}</span></dd>
                        </div>`;
                    })}
                </dl>`,
    )}`;
}
