/**
 * Numbers as text, in the English way and without Intl, whose first use alone takes longer than an estimate: `12,345.68`.
 */

/** With exactly so many digits after the point; a half is rounded up. */
export function fixed(value: number, digits = 0): string {
    const size = Math.abs(value);
    const decimal = String(size);
    // Shifts the point of the decimal text: 1.005 is rounded as it reads, not as it is stored.
    const shifted = decimal.includes("e") ? size * 10 ** digits : Number(`${decimal}e${digits}`);
    const text = shifted < 1e21 ? (Math.round(shifted) / 10 ** digits).toFixed(digits) : size.toFixed(digits);
    const [whole, fraction] = text.split(".");
    const sign = value < 0 && Number(text) !== 0 ? "-" : "";
    return sign + grouped(whole) + (fraction ? `.${fraction}` : "");
}

/** With at most so many significant digits, and no exponent. */
export function significant(value: number, digits: number): string {
    if (value === 0) return "0";
    const size = Math.abs(value);
    const after = Math.max(0, digits - 1 - Math.floor(Math.log10(size)));
    // As above, by the decimal text: 5.196775 is rounded up, however it is stored.
    const [mantissa, exponent] = size.toExponential().split("e");
    const rounded = Math.round(Number(`${mantissa}e${digits - 1}`));
    const text = Number(`${rounded}e${Number(exponent) - digits + 1}`).toFixed(Math.min(after, 100));
    const [whole, fraction = ""] = text.split(".");
    const kept = fraction.replace(/0+$/, "");
    return (value < 0 ? "-" : "") + grouped(whole) + (kept ? `.${kept}` : "");
}

const grouped = (whole: string): string => whole.replace(/\B(?=(\d{3})+$)/g, ",");
