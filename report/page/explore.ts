import type { Comparison } from "../../cost/compare";
import type { EstimateOptions } from "../../cost/estimate";
import { dollars } from "../../cost/table";
import { UsageError, withQuantities, type Usage } from "../../cost/usage";
import type { Html } from "../html";
import { breakEvenOf, comparisonOf, costOfPart, optionsOf, type EnvironmentData, type ReportData } from "../model";
import { cloudNames, clouds } from "../names";
import { curvesOf, nowOf, partsOf } from "../parts";
import { read, sliderFields, spoken, written } from "../sections/controls";
import { announcementOf } from "../sections/summary";
import { flagsOf, positionOf, slidersOf, stopsOf, type Slider } from "../sliders";
import { command } from "../../topology/command";

/** What the page shows, and how it answers to what is moved: by pricing the plans that it carries anew. */

const element = <T extends HTMLElement>(id: string): T => document.getElementById(id) as T;
let data: ReportData;
let options: EstimateOptions;
let environment: EnvironmentData;
let usage: Usage;
let sliders: Slider[];

export function start(carried: ReportData): void {
    data = carried;
    options = optionsOf(data);
    environment = data.environments.find(({ name }) => name === data.focus)!;
    listen();
    restart();
}

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
    put(partsOf(comparison, data.custom));
    element("live").textContent = clouds
        .map((cloud) => `${cloudNames[cloud]} ${dollars(comparison[cloud].monthly.expected)}`)
        .join(" · ");
    element("command").textContent =
        command(`compare${data.flags} --environment ${environment.name}`) + flagsOf(sliders, usage, environment.usage);
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

/** Whether a quantity may be so, as the command line judges it; if so, it is. */
function set(slider: Slider, value: number | undefined): boolean {
    if (value === undefined) {
        if (slider.otherwise === undefined) return false;
        usage = { ...usage, [slider.key]: undefined };
        return true;
    }
    try {
        usage = withQuantities(usage, { [slider.key]: value });
        return true;
    } catch (error) {
        if (error instanceof UsageError) return false;
        throw error;
    }
}

const sliderOf = (key: string): Slider => sliders.find((slider) => slider.key === key)!;

/** A slider or its field was moved. */
function move(input: HTMLInputElement): void {
    const { slide, exact } = input.dataset;
    const slider = sliderOf((slide ?? exact)!);
    const range = element<HTMLInputElement>(`slide-${slider.key}`);
    const field = element<HTMLInputElement>(`exact-${slider.key}`);
    const value = slide === undefined ? read(field.value) : stopsOf(slider)[Number(range.value)];
    const right = set(slider, value);
    field.setAttribute("aria-invalid", String(!right));
    if (!right) return;
    if (slide === undefined) range.value = String(positionOf(slider, value));
    else field.value = written(value);
    range.setAttribute("aria-valuetext", spoken(slider, value));
    update();
}

/** Left, a field says what holds. */
function settle(input: HTMLInputElement): void {
    const { exact } = input.dataset;
    if (exact === undefined) return;
    input.value = written(usage[exact as Slider["key"]]);
    input.setAttribute("aria-invalid", "false");
}

function restart(): void {
    usage = environment.usage;
    sliders = slidersOf(usage);
    put({ sliders: sliderFields(sliders, usage) });
    update();
}

function choose(name: string): void {
    environment = data.environments.find((one) => one.name === name)!;
    for (const drawing of document.querySelectorAll<HTMLElement>(".architecture"))
        drawing.hidden = drawing.dataset.environment !== name;
    restart();
}

function listen(): void {
    const input = ({ target }: Event) => target as HTMLInputElement;
    element("sliders").addEventListener("input", (event) => move(input(event)));
    element("sliders").addEventListener("focusout", (event) => settle(input(event)));
    element("usage").addEventListener("submit", (event) => event.preventDefault());
    element("reset").addEventListener("click", restart);
    element("environment").addEventListener("change", (event) => choose(input(event).value));

    // On paper nothing can be unfolded.
    let folded: HTMLDetailsElement[] = [];
    window.addEventListener("beforeprint", () => {
        folded = [...document.querySelectorAll("details")].filter(({ open }) => !open);
        for (const details of folded) details.open = true;
    });
    window.addEventListener("afterprint", () => {
        for (const details of folded) details.open = false;
    });
    let width = window.innerWidth;
    window.addEventListener("resize", () => {
        if (window.innerWidth === width) return;
        width = window.innerWidth;
        later("curves", 200, () => drawCurves(comparisonOf(environment, usage, options)));
    });
}
