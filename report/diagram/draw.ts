import type { Cost } from "../../cost/cost";
import type { Plan } from "../../plan/resource";
import { html, type Html } from "../html";
import { costOfPart } from "../model";
import { cloudNames } from "../names";
import { graphOf } from "./graph";
import type { Graph, Node } from "./model";
import { icons } from "./icons";
import { arrange, type Box, type Drawing, type Point } from "./layout";

/** Characters that a line of a box has room for. */
const lineLength = 30;

/** The architecture of a plan: a drawing, and the same as text for those who do not see it. */
export function architectureOf(plan: Plan, cost: Cost): Html {
    const graph = graphOf(plan);
    const drawing = arrange(graph);
    const id = `diagram-${plan.cloud}-${plan.environment}`;
    const cloud = cloudNames[plan.cloud];
    return html`<figure class="diagram ${plan.cloud}">
        <figcaption><span class="cloud-dot" aria-hidden="true"></span>${cloud}</figcaption>
        <div class="scroll" tabindex="0" role="region" aria-label="Diagram of the stack on ${cloud}, scrolls sideways">
            ${svg(drawing, cost, id, `Architecture of ${plan.app} on ${cloud} in ${plan.environment}`, summaryOf(graph))}
        </div>
        <details class="as-text">
            <summary>The diagram of ${cloud} as text</summary>
            ${listOf(graph)}
        </details>
    </figure>`;
}

function svg(
    { width, height, nodes, edges, groups }: Drawing,
    priced: Cost,
    id: string,
    title: string,
    description: string,
): Html {
    return html`<svg
        class="${[edges.length > 14 && "many", width > 1450 && "wide"].filter(Boolean).join(" ")}"
        viewBox="0 0 ${width} ${height}"
        width="${width}"
        height="${height}"
        role="img"
        aria-labelledby="${id}-title"
        aria-describedby="${id}-description"
    >
        <title id="${id}-title">${title}</title>
        <desc id="${id}-description">${description}</desc>
        <defs>
            <marker id="${id}-arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto">
                <path d="M0 .5L8 4 0 7.500z" class="arrowhead" />
            </marker>
        </defs>
        ${groups.map(
            (group) =>
                html`<g class="group group-${group.id}">
                    <rect ${corners(group)} rx="10" />
                    <text x="${left(group) + 14}" y="${top(group) + 18}">${group.title}</text>
                </g>`,
        )}
        ${edges.map(
            ({ points, at, main, label }) =>
                html`<g class="edge${main ? "" : " supporting"}">
                    <path d="${curve(points)}" marker-end="url(#${id}-arrow)" />
                    ${label !== undefined && plate(label, at)}
                </g>`,
        )}
        ${nodes.map((node) => box(node, priced))}
    </svg>`;
}

const plate = (label: string, { x, y }: Point): Html => {
    const width = label.length * 6 + 12;
    return html`<rect
            class="plate"
            x="${round(x - width / 2)}"
            y="${round(y - 9)}"
            width="${width}"
            height="18"
            rx="9"
        />
        <text x="${round(x)}" y="${round(y + 3.5)}" text-anchor="middle">${label}</text>`;
};
const left = ({ x, width }: Box) => round(x - width / 2);
const top = ({ y, height }: Box) => round(y - height / 2);
const corners = (box: Box): Html =>
    html`x="${left(box)}" y="${top(box)}" width="${round(box.width)}" height="${round(box.height)}"`;
const round = (value: number): number => Math.round(value * 10) / 10;

function box(node: Node & Box, priced: Cost): Html {
    const { role, kicker, title, icon, cost } = node;
    const lines = wrapped(node.details);
    return html`<g class="node role-${role.toLowerCase()}" transform="translate(${left(node)} ${top(node)})">
        <title>${[kicker, title, ...node.details].join(", ")}</title>
        <rect class="card" width="${node.width}" height="${node.height}" rx="9" />
        <rect class="tile" x="9" y="9" width="28" height="28" rx="7" />
        <path class="icon" transform="translate(13 13) scale(.8333)" d="${icons[icon]}" />
        <text class="kicker" x="45" y="20">${kicker}</text>
        <text
            class="title"
            x="45"
            y="34"
            ${title.length > 19 ? html` textLength="127" lengthAdjust="spacingAndGlyphs"` : ""}
            >${title}</text
        >
        ${lines.map((line, index) => html`<text class="detail" x="10" y="${52 + 13 * index}">${line}</text>`)}
        ${
            cost &&
            html`<text
                class="cost"
                x="${node.width - 10}"
                y="${node.height - 8}"
                text-anchor="end"
                data-role="${cost.role}"
                data-service="${cost.service ?? ""}"
                >${costOfPart(priced, cost.role, cost.service)}</text
            >`
        }
    </g>`;
}

/** Details on two lines at most; the list below the drawing has them all. */
function wrapped(details: string[]): string[] {
    const lines: string[] = [];
    // The second line ends where the cost begins.
    const room = (count: number) => (count > 1 ? lineLength - 10 : lineLength);
    for (const detail of details) {
        const last = lines[lines.length - 1];
        const appended = last === undefined ? detail : `${last} · ${detail}`;
        if (appended.length <= room(lines.length)) lines.splice(-1, 1, appended);
        else if (lines.length < 2 && detail.length <= room(lines.length + 1)) lines.push(detail);
        else {
            if (lines.length === 0) lines.push(`${detail.slice(0, lineLength - 1)}…`);
            break;
        }
    }
    return lines;
}

/** A smooth line through the points, level at each of them. */
function curve([first, ...rest]: Point[]): string {
    const at = (x: number, y: number) => `${round(x)} ${round(y)}`;
    let before = first;
    const pieces = rest.map((point) => {
        const middle = (before.x + point.x) / 2;
        const piece = `C${at(middle, before.y)} ${at(middle, point.y)} ${at(point.x, point.y)}`;
        before = point;
        return piece;
    });
    return `M${at(first.x, first.y)}${pieces.join("")}`;
}

const summaryOf = ({ nodes, edges }: Graph): string => {
    const name = (id: string) => nodes.find((node) => node.id === id)!.title;
    return edges
        .filter(({ main }) => main)
        .map(({ from, to, verb }) => `${name(from)} ${verb} ${name(to)}.`)
        .join(" ");
};

/** The drawing as a list: each box with what it is, where it stands and what it leads to. */
function listOf({ nodes, edges, groups }: Graph): Html {
    const named = ({ kicker, title }: Node) => `${kicker} (${title})`;
    const byId = new Map(nodes.map((node) => [node.id, node]));
    const where = (group: string | undefined): string => {
        const found = groups.find(({ id }) => id === group);
        return found ? [found.title, where(found.parent)].filter(Boolean).join(", ") : "";
    };
    return html`<ul>
        ${nodes.map((node) => {
            const out = edges.filter(({ from }) => from === node.id);
            return html`<li>
                <strong>${named(node)}</strong
                >${node.count > 0 && ` · ${node.count} ${node.count === 1 ? "resource" : "resources"}`}
                ${node.details.length > 0 && html`<br />${node.details.join(" · ")}`}
                ${where(node.group) && html`<br />in ${where(node.group)}`}
                ${out.map(({ to, verb, label }) => html`<br />${verb} ${named(byId.get(to)!)}${label && ` (${label})`}`)}
            </li>`;
        })}
    </ul>`;
}
