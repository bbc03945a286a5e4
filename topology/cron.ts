import { oneOf } from "./suggest";

/** One field of a cron expression: what it is called, its numbers, and the names that stand for some of them. */
interface Field {
    name: string;
    min: number;
    max: number;
    /** Three letters each, the first for `min`. */
    names: readonly string[];
}

const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const fields: Field[] = [
    { name: "minute", min: 0, max: 59, names: [] },
    { name: "hour", min: 0, max: 23, names: [] },
    { name: "day of month", min: 1, max: 31, names: [] },
    { name: "month", min: 1, max: 12, names: months },
    // 7 is Sunday as well.
    { name: "day of week", min: 0, max: 7, names: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"] },
];
const longestMonth = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** A field of a cron expression that is wrong: its text, and what it may say. */
export interface CronFault {
    found: string;
    allowed: string;
}

/**
 * What is wrong with five fields of cron, in words of what is allowed; undefined if nothing is. What both clouds read:
 * `*`, numbers, names, ranges, lists, and steps of `*` or of a range.
 */
export function cronFault(expression: string): CronFault | undefined {
    const parts = expression.split(" ");
    const values: number[][] = [];
    for (const [index, field] of fields.entries()) {
        const numbers = numbersOf(parts[index] ?? "", field);
        if (!numbers) return { found: `${parts[index] ?? ""} for the ${field.name}`, allowed: allowedFor(field) };
        values.push(numbers);
    }
    const [, , days, ofMonths] = values;
    const never = ofMonths.every((month) => days.every((day) => day > longestMonth[month - 1]));
    if (parts[4] === "*" && never)
        return {
            found: `day ${oneOf(days)} of ${oneOf(ofMonths.map((month) => months[month - 1]))}`,
            allowed: "a day that the month has",
        };
    return undefined;
}

/** Whether a cron expression names days of the month as well as days of the week. */
export function namesBothDays(expression: string): boolean {
    const [, , day, , weekday] = expression.split(" ");
    return day !== "*" && weekday !== "*";
}

/** The numbers that each field of a sound expression says: minute, hour, day of month, month, day of week. */
export const cronNumbers = (expression: string): number[][] =>
    expression.split(" ").map((part, index) => numbersOf(part, fields[index]) ?? []);

function numbersOf(text: string, field: Field): number[] | undefined {
    const found = new Set<number>();
    for (const item of text.split(",")) {
        const match = /^(?:\*|(\w+)(?:-(\w+))?)(?:\/(\d{1,2}))?$/.exec(item);
        if (!match) return undefined;
        const [, first, last, step] = match;
        // A step of a single number means different things to different crons.
        if (first !== undefined && last === undefined && step !== undefined) return undefined;
        const from = first === undefined ? field.min : numberOf(first, field);
        const to = first === undefined ? field.max : last === undefined ? from : numberOf(last, field);
        const by = step === undefined ? 1 : Number(step);
        if (from === undefined || to === undefined || from > to || by < 1 || by > field.max) return undefined;
        for (let number = from; number <= to; number += by) found.add(number);
    }
    return [...found];
}

function numberOf(text: string, { min, max, names }: Field): number | undefined {
    const named = names.indexOf(text.toLowerCase());
    if (named >= 0) return min + named;
    const number = /^\d{1,2}$/.test(text) ? Number(text) : Number.NaN;
    return number >= min && number <= max ? number : undefined;
}

function allowedFor({ name, min, max, names }: Field): string {
    const range = `${min} to ${max}${names.length ? ` (or ${names[0]} to ${names[names.length - 1]})` : ""}`;
    return `${name}: *, ${range}, a range such as ${min + 1}-${min + 5}, a step such as */5 or ${min}-${max}/5, or a list of them with commas`;
}
