import type { BreakEven, Point } from "../../cost/breakeven";
import { about, usd } from "../../cost/money";
import { dollars } from "../../cost/table";
import { html, type Html } from "../html";

/** Cost against traffic, drawn for a width in pixels so that its text keeps its size. */
export interface Frame {
    width: number;
    height: number;
}
/** The usage that the page is at. */
export interface Now {
    monthlyRequests: number;
    aws: number;
    gcp: number;
}

const margin = { left: 56, top: 30, bottom: 48 };
/** Below this there is no room for the clouds' full names. */
const narrow = 480;

interface Scale {
    (value: number): number;
    ticks: number[];
}

/** A logarithmic scale from the whole decade below to the end. */
function scale(from: number, to: number, start: number, end: number, steps: number[]): Scale {
    const [low, high] = [Math.log10(from), Math.log10(to)];
    const at = (value: number) =>
        Math.round((start + ((Math.log10(Math.max(value, from)) - low) / (high - low || 1)) * (end - start)) * 10) / 10;
    const ticks: number[] = [];
    for (let power = Math.floor(low); power <= Math.ceil(high); power++)
        for (const step of steps) {
            const value = step * 10 ** power;
            if (value >= from * 0.999 && value <= to * 1.001) ticks.push(value);
        }
    return Object.assign(at, { ticks });
}

/** The largest of 1, 2 and 5 × 10ⁿ that is not above, or the smallest that is not below. */
function nice(value: number, up: boolean): number {
    const power = 10 ** Math.floor(Math.log10(value));
    const steps = [1, 2, 5, 10].map((step) => step * power);
    return up ? steps.find((step) => step >= value * 0.999)! : [...steps].reverse().find((step) => step <= value)!;
}

export function chart(found: BreakEven, now: Now, { width, height }: Frame): Html {
    const { points, crossings, from, to } = found;
    const costs = [...points.flatMap(({ left, right }) => [left, right]), now.aws, now.gcp].filter((cost) => cost > 0);
    const right = width - (width < narrow ? 42 : 106);
    const bottom = height - margin.bottom;
    const x = scale(from, Math.max(to, from * 10), margin.left, right, [1]);
    const [low, high] = [nice(Math.min(...costs), false), nice(Math.max(...costs), true)];
    const y = scale(low, high, bottom, margin.top, high / low > 50 ? [1] : [1, 2, 5]);
    const within = now.monthlyRequests >= from && now.monthlyRequests <= to;
    const last = points[points.length - 1];
    const [awsEnd, gcpEnd] = apart(y(last.left), y(last.right));

    return html`<svg
        class="chart"
        viewBox="0 0 ${width} ${height}"
        width="${width}"
        height="${height}"
        role="img"
        aria-labelledby="chart-title"
        aria-describedby="chart-description"
    >
        <title id="chart-title">Cost a month against requests a month on AWS and Google Cloud</title>
        <desc id="chart-description">${verdictOf(found)}</desc>
        <g class="grid">
            ${y.ticks.map(
                (tick) =>
                    html`<path d="M${margin.left} ${y(tick)}H${right}" /><text
                            x="${margin.left - 8}"
                            y="${y(tick) + 4}"
                            text-anchor="end"
                            >$${short(tick)}</text
                        >`,
            )}
            ${x.ticks.map(
                (tick) =>
                    html`<path d="M${x(tick)} ${margin.top}V${bottom}" /><text
                            x="${x(tick)}"
                            y="${bottom + 18}"
                            text-anchor="middle"
                            >${short(tick)}</text
                        >`,
            )}
            <text class="axis-name" x="${(margin.left + right) / 2}" y="${height - 8}" text-anchor="middle">
                Requests a month
            </text>
            <text class="axis-name" x="8" y="14">USD a month</text>
        </g>
        ${crossings.map(
            ({ exact, cost, monthlyRequests }) =>
                html`<g class="crossing">
                    <path d="M${x(exact)} ${y(cost)}V${bottom}" />
                    <circle cx="${x(exact)}" cy="${y(cost)}" r="6" />
                    <text x="${x(exact)}" y="${margin.top - 8}" text-anchor="middle"
                        >even at ${about(monthlyRequests)}</text
                    >
                </g>`,
        )}
        ${
            within &&
            html`<g class="now">
                <path d="M${x(now.monthlyRequests)} ${margin.top}V${bottom}" />
                <text x="${x(now.monthlyRequests) + 5}" y="${margin.top + 14}">now</text>
            </g>`
        }
        <path class="curve aws" d="${line(points, x, y, "left")}" />
        <path class="curve gcp" d="${line(points, x, y, "right")}" />
        ${
            within &&
            html`<circle class="dot aws" cx="${x(now.monthlyRequests)}" cy="${y(now.aws)}" r="5" />
                <rect
                    class="dot gcp"
                    x="${x(now.monthlyRequests) - 4.5}"
                    y="${y(now.gcp) - 4.5}"
                    width="9"
                    height="9"
                />`
        }
        <text class="name aws" x="${x(last.monthlyRequests) + 8}" y="${awsEnd + 4}">AWS</text>
        <text class="name gcp" x="${x(last.monthlyRequests) + 8}" y="${gcpEnd + 4}">
            ${width < narrow ? "GCP" : "Google Cloud"}
        </text>
    </svg>`;
}

const line = (points: Point[], x: Scale, y: Scale, side: "left" | "right"): string =>
    points.map((point, index) => `${index === 0 ? "M" : "L"}${x(point.monthlyRequests)} ${y(point[side])}`).join("");

/** Two labels that would lie upon each other are moved apart. */
function apart(a: number, b: number): [number, number] {
    const gap = 15 - Math.abs(a - b);
    if (gap <= 0) return [a, b];
    return a <= b ? [a - gap / 2, b + gap / 2] : [a + gap / 2, b - gap / 2];
}

const short = (value: number): string =>
    value >= 1e9
        ? `${value / 1e9}B`
        : value >= 1e6
          ? `${value / 1e6}M`
          : value >= 1e3
            ? `${value / 1e3}k`
            : String(value);

const cloudOf = (name: string): string => (name === "GCP" ? "Google Cloud" : name);

/** What the curves say, in sentences. */
export function verdictOf({ crossings, always, from, to, limit, meetsAt, open }: BreakEven): string {
    const range = `from ${about(from)} to ${about(to)} requests a month`;
    const crossing = crossings.map(
        ({ monthlyRequests, cost, below, above }) =>
            `Up to ${about(monthlyRequests)} requests a month ${cloudOf(below)} is cheaper, beyond that ${cloudOf(above)}; there both cost ${usd(cost)}.`,
    );
    return [
        ...crossing,
        ...(open !== undefined ? [`Which is cheaper is open: ${open}.`] : []),
        ...(always === "same" ? [`Both cost the same ${range}.`] : []),
        ...(always !== undefined && always !== "same" ? [`${cloudOf(always)} is the cheaper one ${range}.`] : []),
        ...(meetsAt !== undefined ? [`From ${about(meetsAt)} on they differ by less than 1 %.`] : []),
        ...(limit !== undefined ? [`At ${about(to)} it ends: ${limit.replace("GCP", "Google Cloud")}.`] : []),
    ].join(" ");
}

/** The curves as a table, for those who do not see them. */
export const chartTable = ({ points }: BreakEven): Html =>
    html`<details class="as-text">
        <summary>The curves as a table</summary>
        <div class="scroll" tabindex="0" role="region" aria-label="The curves as a table">
            <table>
                <caption>
                    USD a month by traffic
                </caption>
                <thead>
                    <tr>
                        <th scope="col" class="figure">Requests a month</th>
                        <th scope="col" class="figure">AWS</th>
                        <th scope="col" class="figure">Google Cloud</th>
                    </tr>
                </thead>
                <tbody>
                    ${points.map(
                        ({ monthlyRequests, left, right }) =>
                            html`<tr>
                                <th scope="row" class="figure">
                                    ${Math.round(monthlyRequests).toLocaleString("en-US")}
                                </th>
                                <td class="figure">${dollars(left)}</td>
                                <td class="figure">${dollars(right)}</td>
                            </tr>`,
                    )}
                </tbody>
            </table>
        </div>
    </details>`;
