import type { Scale } from "./app";

/** When a service runs by which limits: `scale.hours`, in its own time zone. */

type Hours = NonNullable<Scale["hours"]>;

/** Whether a moment lies within the hours: from `from` on, and before `to`. */
export function inHours({ from, to, days, timeZone }: Hours, at: Date): boolean {
    const parts = new Intl.DateTimeFormat("en-GB", {
        timeZone,
        weekday: "short",
        hour: "2-digit",
        minute: "2-digit",
        hourCycle: "h23",
    }).formatToParts(at);
    const part = (type: string) => parts.find((found) => found.type === type)!.value;
    const time = `${part("hour")}:${part("minute")}`;
    return days.some((day) => day === part("weekday").toLowerCase()) && time >= from && time < to;
}

/** The fewest and the most instances that a service has at a moment. */
export const limitsAt = ({ min, max, hours }: Scale, at: Date): { min: number; max: number } =>
    hours && !inHours(hours, at) ? hours.outside : { min, max };
