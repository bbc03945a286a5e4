import type * as topology from "../../topology/app";
import { cronNumbers } from "../../topology/cron";

const weekdays = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

/** All that a field may say, to know when it says `*`: minute, hour, day of month, month, day of week. */
const sizes = [60, 24, 31, 12, 7];

/**
 * Five fields of cron as EventBridge Scheduler and Application Auto Scaling write them: a year at the end, `?` for the kind of
 * day that does not matter, and days of the week by name, as they count from 1. Steps become lists: these two begin to count
 * elsewhere than cron.
 * @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#cron-based
 */
export function awsCron(expression: string): string {
    const fields = cronNumbers(expression);
    fields[4] = fields[4].map((day) => day % 7);
    const [minute, hour, day, month, weekday] = fields.map((numbers, index) => {
        const sorted = [...new Set(numbers)].sort((a, b) => a - b);
        return sorted.length === sizes[index] ? "*" : runs(sorted, index === 4 ? (n) => weekdays[n] : String);
    });
    // Validation refuses both kinds of day at once.
    return `cron(${minute} ${hour} ${weekday === "*" ? day : "?"} ${month} ${weekday === "*" ? "?" : weekday} *)`;
}

/** `08:30` on some days of the week. */
export function atTimes(time: string, days: NonNullable<topology.Scale["hours"]>["days"]): string {
    const [hour, minute] = time.split(":").map(Number);
    return awsCron(`${minute} ${hour} * * ${days.join(",")}`);
}

/** Sorted numbers as a list in which three or more in a row are a range. */
function runs(numbers: number[], write: (n: number) => string): string {
    const parts: string[] = [];
    for (let first = 0; first < numbers.length;) {
        let last = first;
        while (numbers[last + 1] === numbers[last] + 1) last++;
        if (last - first >= 2) parts.push(`${write(numbers[first])}-${write(numbers[last])}`);
        else parts.push(...numbers.slice(first, last + 1).map(write));
        first = last + 1;
    }
    return parts.join(",");
}
