import { show } from "../../cost/quantities";
import type { Usage } from "../../cost/usage";
import { html, type Html } from "../html";
import { positionOf, stopsOf, type Slider } from "../sliders";

/** A slider for each quantity, and beside it the figure itself. */
export const sliderFields = (sliders: Slider[], usage: Usage): Html =>
    html`${sliders.map((slider) => {
        const { key, label, unit, hint, otherwise } = slider;
        const value = usage[key];
        return html`<div class="slider">
            <label for="slide-${key}">${label}</label>
            <span class="exact">
                <input
                    id="exact-${key}"
                    type="text"
                    inputmode="decimal"
                    autocomplete="off"
                    data-exact="${key}"
                    aria-label="${label}, ${unit}"
                    value="${written(value)}"
                    placeholder="auto"
                />
                <span class="unit" aria-hidden="true">${unit}</span>
            </span>
            <input
                id="slide-${key}"
                type="range"
                min="0"
                max="${stopsOf(slider).length - 1}"
                step="1"
                data-slide="${key}"
                value="${positionOf(slider, value)}"
                aria-valuetext="${spoken(slider, value)}"
                aria-describedby="hint-${key}"
            />
            <p class="hint" id="hint-${key}">${hint}${otherwise !== undefined && ` Empty: ${otherwise}.`}</p>
        </div>`;
    })}`;

/** `2,000,000 a month`, for those who hear the slider. */
export const spoken = ({ unit, otherwise }: Slider, value: number | undefined): string =>
    value === undefined ? (otherwise ?? "not said") : `${show(value)} ${unit}`;

/** A quantity as its field shows it: `2,000,000`; nothing where it follows from the rest. */
export const written = (value: number | undefined): string =>
    value === undefined ? "" : value.toLocaleString("en-US", { maximumFractionDigits: 20 });

/** What a field says: a quantity, also as `2M` or `1.5k`; `undefined` for nothing, NaN for what is no quantity. */
export function read(text: string): number | undefined {
    const plain = text.replace(/[,_\s]/g, "");
    if (plain === "") return undefined;
    const [, figure, unit] = /^(\d+\.?\d*|\.\d+)([kKmMbB]?)$/.exec(plain) ?? [];
    return Number(figure) * { "": 1, k: 1e3, m: 1e6, b: 1e9 }[(unit ?? "").toLowerCase()]!;
}
