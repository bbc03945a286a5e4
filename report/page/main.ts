import "./quiet";

import type { Comparison } from "../../cost/compare";
import { dollars } from "../../cost/table";
import type { Quantities, Usage } from "../../cost/usage";
import type { Html } from "../html";
import { breakEvenOf, comparisonOf, costOfPart, optionsOf, type ReportData } from "../model";
import { cloudNames, clouds } from "../names";
import { curvesOf, nowOf, partsOf } from "../parts";
import { read, sliderFields, spoken, written } from "../sections/controls";
import { announcementOf } from "../sections/summary";
import { flagsOf, positionOf, slidersOf, stopsOf, type Slider } from "../sliders";
import { themeSwitch } from "./theme";

/** The page's script: answers to what is moved, by pricing the plans that the page carries anew. */

const element = <T extends HTMLElement>(id: string): T => document.getElementById(id) as T;
const data = JSON.parse(element("data").textContent!) as ReportData;
const options = optionsOf(data);

let environment = data.environments.find(({ name }) => name === data.focus)!;
let usage: Usage = environment.usage;
let sliders = slidersOf(usage);

const shown = new Map<string, string>();
/** Replaces what has changed; what is unfolded stays so. */
function put(parts: Record<string, Html>): void {
    for (const [id, { html }] of Object.entries(parts)) {
        if (shown.get(id) === html) continue;
        shown.set(id, html);
        const target = element(id);
        const open = [...target.querySelectorAll("details")].map((details) => details.open);
        target.innerHTML = html;
        for (const [index, details] of target.querySelectorAll("details").entries())
            details.open = open[index] ?? false;
    }
}

/** Figures, tables and drawings, at once; the curves take longer and follow when there is time. */
function update(): void {
    const comparison = comparisonOf(environment, usage, options);
    put(partsOf(comparison));
    element("live").textContent = clouds
        .map((cloud) => `${cloudNames[cloud]} ${dollars(comparison[cloud].monthly.expected)}`)
        .join(" · ");
    element("command").textContent =
        `npx twinstack compare${data.flags} --environment ${environment.name}` +
        flagsOf(sliders, usage, environment.usage);
    priceDiagrams(comparison);
    later("announce", 700, () => (element("announce").textContent = announcementOf(comparison)));
    later("curves", 150, () => drawCurves(comparison));
}

function drawCurves(comparison: Comparison): void {
    const width = Math.max(340, Math.round(element("chart").clientWidth));
    const frame = { width, height: Math.round(Math.min(420, Math.max(300, width * 0.5))) };
    put(curvesOf(breakEvenOf(environment, usage, options), nowOf(comparison), frame));
}

const timers = new Map<string, number>();
function later(what: string, milliseconds: number, act: () => void): void {
    clearTimeout(timers.get(what));
    timers.set(what, window.setTimeout(act, milliseconds));
}

/** Writes into every box of the drawings what its part of the stack costs. */
function priceDiagrams(comparison: Comparison): void {
    for (const cloud of clouds)
        for (const label of document.querySelectorAll<SVGTextElement>(
            `[data-environment="${environment.name}"] .diagram.${cloud} text.cost`,
        ))
            label.textContent = costOfPart(comparison[cloud], label.dataset.role!, label.dataset.service);
}

function setQuantity(key: keyof Quantities, value: number | undefined): void {
    usage = { ...usage, [key]: value };
    update();
}

const sliderOf = (key: string): Slider => sliders.find((slider) => slider.key === key)!;

element("sliders").addEventListener("input", ({ target }) => {
    const input = target as HTMLInputElement;
    const { slide, exact } = input.dataset;
    const slider = sliderOf((slide ?? exact)!);
    const range = element<HTMLInputElement>(`slide-${slider.key}`);
    const field = element<HTMLInputElement>(`exact-${slider.key}`);
    let value: number | undefined;
    if (slide !== undefined) {
        value = stopsOf(slider)[Number(range.value)];
        field.value = written(value);
        field.setAttribute("aria-invalid", "false");
    } else {
        value = read(field.value);
        // Nothing stands for what follows by itself, and only where something does.
        const wrong = value === undefined ? slider.otherwise === undefined : !(value <= 1e12);
        field.setAttribute("aria-invalid", String(wrong));
        if (wrong) return;
        range.value = String(positionOf(slider, value));
    }
    range.setAttribute("aria-valuetext", spoken(slider, value));
    setQuantity(slider.key, value);
});

// Left, a field says what holds.
element("sliders").addEventListener("focusout", ({ target }) => {
    const { exact } = (target as HTMLElement).dataset;
    if (exact === undefined) return;
    (target as HTMLInputElement).value = written(usage[exact as Slider["key"]]);
    (target as HTMLInputElement).setAttribute("aria-invalid", "false");
});

function restart(): void {
    usage = environment.usage;
    sliders = slidersOf(usage);
    put({ sliders: sliderFields(sliders, usage) });
    update();
}

element("usage").addEventListener("submit", (event) => event.preventDefault());
element("reset").addEventListener("click", restart);
element("environment").addEventListener("change", ({ target }) => {
    environment = data.environments.find(({ name }) => name === (target as HTMLInputElement).value)!;
    for (const drawing of document.querySelectorAll<HTMLElement>(".architecture"))
        drawing.hidden = drawing.dataset.environment !== environment.name;
    restart();
});

// On paper nothing can be unfolded.
window.addEventListener("beforeprint", () => {
    for (const details of document.querySelectorAll("details")) details.open = true;
});
let width = window.innerWidth;
window.addEventListener("resize", () => {
    if (window.innerWidth === width) return;
    width = window.innerWidth;
    later("curves", 200, () => drawCurves(comparisonOf(environment, usage, options)));
});

themeSwitch(element("theme"));
restart();
document.documentElement.dataset.ready = "";
