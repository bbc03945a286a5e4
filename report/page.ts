import type { Comparison } from "../cost/compare";
import { architectureOf } from "./diagram/draw";
import { escape, html, raw, type Html } from "./html";
import { breakEvenOf, comparisonOf, forPage, optionsOf, type EnvironmentData, type ReportData } from "./model";
import { cloudNames, clouds } from "./names";
import { pack } from "./pack";
import { curvesOf, nowOf, partsOf } from "./parts";
import type { Frame } from "./sections/chart";
import { sliderFields } from "./sections/controls";
import { environmentTable } from "./sections/environments";
import { historySection } from "./sections/history";
import { slidersOf } from "./sliders";
import { command } from "../topology/command";

/** What is put into the page as it is: its style and its script, and their hashes for its policy. */
export interface Assets {
    css: string;
    script: string;
    /** `sha256-…` */
    cssHash: string;
    scriptHash: string;
}

const usual: Frame = { width: 820, height: 400 };

/** The report: one document, complete without its script, which only answers to what is moved. */
export async function pageOf(data: ReportData, { css, script, cssHash, scriptHash }: Assets): Promise<string> {
    const options = optionsOf(data);
    const focus = data.environments.find(({ name }) => name === data.focus)!;
    const comparisons = data.environments.map((environment) => comparisonOf(environment, environment.usage, options));
    const comparison = comparisons[data.environments.indexOf(focus)];
    const parts = {
        ...partsOf(comparison, data.custom),
        ...curvesOf(breakEvenOf(focus, focus.usage, options), nowOf(comparison), usual),
    };
    const part = (id: string, tag = "div") => raw(`<${tag} id="${id}">${parts[id].html}</${tag}>`);
    const carried: ReportData = {
        ...data,
        environments: data.environments.map((environment) => ({
            ...environment,
            plans: { aws: forPage(environment.plans.aws), gcp: forPage(environment.plans.gcp) },
        })),
    };
    const policy = `default-src 'none'; style-src '${cssHash}'; script-src '${scriptHash}'; base-uri 'none'; form-action 'none'`;

    return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="twinstack">
<title>${escape(data.app)}: AWS beside Google Cloud</title>
<style>${css}</style>
</head>
${body(data, focus, part, comparisons).html}
<script type="text/plain" id="data">${await pack(carried)}</script>
<script>${script}</script>
</html>
`;
}

const sections = [
    ["summary", "Summary"],
    ["architecture", "Architecture"],
    ["why", "Why"],
    ["traffic", "Traffic"],
    ["environments", "Environments"],
    ["items", "Line items"],
    ["assumed", "Assumptions"],
];
const historyLink = ["history", "History"];

function body(
    data: ReportData,
    focus: EnvironmentData,
    part: (id: string, tag?: string) => Html,
    comparisons: Comparison[],
): Html {
    const { app, environments, day, flags, missing, history } = data;
    const links = history ? [...sections, historyLink] : sections;
    return html`<body>
        <a class="skip" href="#summary">Skip to the summary</a>
        <header class="bar">
            <p class="brand"><span class="twin" aria-hidden="true"></span>twinstack</p>
            <nav aria-label="Sections">
                <ul>
                    ${links.map(([id, title]) => html`<li><a href="#${id}">${title}</a></li>`)}
                </ul>
            </nav>
            <p class="live" aria-hidden="true"><span id="live"></span></p>
            <button type="button" id="theme" aria-pressed="false">Dark</button>
        </header>
        <main>
            <section id="summary" class="hero" aria-labelledby="title">
                <p class="kicker">Monthly cost, list prices, in USD · ${day}</p>
                <h1 id="title">${app}: AWS beside Google Cloud</h1>
                ${part("answer", "p")}
                <fieldset class="segments" id="environment">
                    <legend>Environment</legend>
                    ${environments.map(
                        ({ name }) =>
                            html`<label
                                ><input
                                    type="radio"
                                    name="environment"
                                    value="${name}"
                                    ${raw(name === focus.name ? "checked" : "")}
                                /><span>${name}</span></label
                            >`,
                    )}
                </fieldset>
                <h2 class="visually-hidden">Totals</h2>
                ${part("totals")}
                <p id="announce" class="visually-hidden" role="status" aria-live="polite"></p>
            </section>

            <section id="architecture" aria-labelledby="h-architecture">
                <h2 id="h-architecture">What is built</h2>
                <p class="lead">
                    Drawn from the plan: every box is a part of the stack with what it costs a month, every arrow a
                    reference between two of them. Solid arrows are the way of a request.
                </p>
                ${environments.map(
                    ({ name, plans }, index) =>
                        html`<div
                            class="architecture"
                            data-environment="${name}"
                            ${raw(name === focus.name ? "" : "hidden")}
                        >
                            ${clouds.map((cloud) => architectureOf(plans[cloud], comparisons[index][cloud]))}
                        </div>`,
                )}
            </section>

            <section id="why" aria-labelledby="h-why">
                <h2 id="h-why">Where they differ, and why</h2>
                <div class="card scroll" tabindex="0" role="region" aria-label="Cost by role">${part("roles")}</div>
                <details class="card">
                    <summary>What is not the same on both clouds</summary>
                    ${part("gaps")}
                </details>
            </section>

            <section id="traffic" aria-labelledby="h-traffic">
                <h2 id="h-traffic">What if the traffic changes?</h2>
                <p class="lead">
                    Everything on this page follows: it is computed here, by the very functions that
                    <code>${command("cost")}</code> uses.
                </p>
                <div class="explore">
                    <form class="card" id="usage" autocomplete="off">
                        <h3>Traffic</h3>
                        <div id="sliders">${sliderFields(slidersOf(focus.usage), focus.usage)}</div>
                        <button type="button" id="reset">Back to what is assumed</button>
                        <p class="command">
                            <span id="command-label">The same on the command line</span>
                            <code id="command" tabindex="0" role="group" aria-labelledby="command-label"
                                >${command(`compare${flags} --environment ${focus.name}`)}</code
                            >
                        </p>
                    </form>
                    <div class="card curves">
                        ${part("brief")}
                        <h3>Break-even</h3>
                        ${part("verdict", "p")} ${part("chart")} ${part("chart-table")}
                    </div>
                </div>
            </section>

            <section id="environments" aria-labelledby="h-environments">
                <h2 id="h-environments">Environments side by side</h2>
                <div class="card scroll" tabindex="0" role="region" aria-label="Environments">
                    ${environmentTable(comparisons, missing)}
                </div>
            </section>

            <section id="items" aria-labelledby="h-items">
                <h2 id="h-items">Every line of the bill</h2>
                <p class="lead">
                    Quantity × price. <span class="chip unverified">unverified</span> nobody has seen the price in a
                    document; <span class="chip old">old</span> it was last seen more than half a year ago.
                </p>
                ${clouds.map(
                    (cloud) =>
                        html`<details class="card" ${raw(cloud === "aws" ? "open" : "")}>
                            <summary>${cloudNames[cloud]}</summary>
                            <div
                                class="scroll"
                                tabindex="0"
                                role="region"
                                aria-label="Line items of ${cloudNames[cloud]}"
                            >
                                ${part(`lines-${cloud}`)}
                            </div>
                            ${part(`rest-${cloud}`)}
                        </details>`,
                )}
            </section>

            <section id="assumed" aria-labelledby="h-assumed">
                <h2 id="h-assumed">What the figures rest on</h2>
                <div class="columns">
                    <div class="card">
                        <h3>Assumptions</h3>
                        ${part("assumptions")}
                    </div>
                    <div class="card">
                        <h3>How far to trust them</h3>
                        ${part("trust")}
                        <h3>Sources of the prices</h3>
                        ${part("sources")}
                    </div>
                </div>
            </section>
            ${
                history &&
                html`<section id="history" aria-labelledby="h-history">
                    <h2 id="h-history">What revisions have cost</h2>
                    <p class="lead">
                        ${data.focus} from git revision to git revision, each with the traffic that it says itself, all
                        at today’s prices: what the source did, not what the clouds did.
                    </p>
                    <div class="columns">${historySection(history)}</div>
                </section>`
            }
        </main>
        <footer>
            <p>
                Made by twinstack on ${day} from the plans of ${environments.map(({ name }) => name).join(", ")}.
                Estimates at list prices${data.freeTier ? ", free tiers counted" : ", without free tiers"}, not an offer
                of any cloud.
            </p>
        </footer>
    </body>`;
}
