import type { Cloud } from "./book";
import { significant } from "./numbers";
import { dollars } from "./table";

/** How amounts are said beside each other: differences, rates, shares. */

/** `$1,234.50`; `-$0.40`. */
export const usd = (amount: number): string => (amount < 0 ? `-${dollars(-amount)}` : dollars(amount));

/** With its sign: `+$4.00`, `-$0.40`; `=` for what rounds to nothing. */
export function signed(amount: number): string {
    if (Math.abs(amount) < 0.005) return "=";
    return amount > 0 ? `+${usd(amount)}` : usd(amount);
}

/** A price of a unit, as precise as it has to be: `$0.0506`, `$18.25`, `$0.40`. */
export function rate(price: number): string {
    const text = String(Number(price.toPrecision(3)));
    return /^\d+(\.\d)?$/.test(text) ? `$${price.toFixed(2)}` : `$${text}`;
}

/** `42 %`; `0.4 %` below one. */
export const percent = (share: number): string =>
    `${Math.abs(share) < 0.0095 && share !== 0 ? significant(share * 100, 1) : Math.round(share * 100)} %`;

/** A count to two digits: `26,000,000` reads `26 million`. */
export function about(count: number): string {
    const rounded = Number(count.toPrecision(2));
    for (const [unit, name] of [
        [1e9, "billion"],
        [1e6, "million"],
    ] as const)
        if (rounded >= unit) return `${significant(rounded / unit, 3)} ${name}`;
    return significant(rounded, 3);
}

/** Clouds as tables head them. */
export const cloudNames: Record<Cloud, string> = { aws: "AWS", gcp: "GCP" };
