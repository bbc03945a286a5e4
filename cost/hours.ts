import { cronNumbers } from "../topology/cron";
import { counted } from "./quantities";

/** Schedules in numbers: how often something runs in a month, and which share of it lies within the hours of a service. */

const daysPerYear = 365;
const monthDays = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const minutesPerDay = 24 * 60;
const minutesPerWeek = 7 * minutesPerDay;

/** Minute, hour, day of month, month and day of week of five fields of cron, or of AWS's six: `cron(0 3 ? * MON *)`. */
function numbersOf(expression: string): number[][] {
    const [, inner] = /^cron\((.*)\)$/.exec(expression) ?? [];
    const fields = (inner ?? expression).replaceAll("?", "*").split(" ").slice(0, 5);
    return cronNumbers(fields.join(" "));
}

/** Runs in a month of 730 hours, on average over a year. */
export function runsOf(expression: string): number {
    const [minutes, hours, days, months, weekdays] = numbersOf(expression);
    const matching = months.reduce((sum, month) => sum + days.filter((day) => day <= monthDays[month - 1]).length, 0);
    const ofWeek = new Set(weekdays.map((day) => day % 7)).size / 7;
    return (minutes.length * hours.length * Math.min(matching, daysPerYear) * ofWeek) / 12;
}

/** A number of runs, in words. */
export const times = (count: number) => ({ count, formula: counted(count, "run") });

/** From when on something holds, by cron: `0 8 * * mon-fri`. */
export interface Change<T> {
    schedule: string;
    state: T;
}
/** A share of the month in which something holds. */
export interface Period<T> {
    share: number;
    state: T;
}

/**
 * How long each state holds in a week that repeats: from each change until the next. `always` holds where nothing changes.
 * Months and days of the month don't occur in the hours of a service.
 */
export function periodsOf<T>(changes: Change<T>[], always: T): Period<T>[] {
    const events = changes
        .flatMap(({ schedule, state }) => {
            const [minutes, hours, , , weekdays] = numbersOf(schedule);
            const days = [...new Set(weekdays.map((day) => day % 7))];
            return days.flatMap((day) =>
                hours.flatMap((hour) =>
                    minutes.map((minute) => ({ at: day * minutesPerDay + hour * 60 + minute, state })),
                ),
            );
        })
        .sort((a, b) => a.at - b.at);
    if (events.length === 0) return [{ share: 1, state: always }];
    const shares = new Map<T, number>();
    for (const [index, { at, state }] of events.entries()) {
        const next = index + 1 < events.length ? events[index + 1].at : events[0].at + minutesPerWeek;
        shares.set(state, (shares.get(state) ?? 0) + (next - at) / minutesPerWeek);
    }
    return [...shares].map(([state, share]) => ({ share, state }));
}
