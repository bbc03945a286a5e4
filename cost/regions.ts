import { total, type Cost } from "./cost";
import { cloudNames, usd } from "./money";
import { roles as order } from "./roles";
import { missingOf, sumOf, type Sum } from "./verdict";
import type { Cloud } from "./book";

/** One app in several regions, on any mix of clouds. */
export interface RegionComparison {
    app: string;
    environment: string;
    /** In the order that was asked for. */
    regions: RegionRow[];
    cheapest: Cheapest;
}

export interface RegionRow {
    region: string;
    cloud: Cloud;
    /** Absent where the app cannot be planned there: `problem` says why. */
    cost?: Cost;
    problem?: string;
}

/** Where an app costs least, as far as the prices tell. */
export interface Cheapest {
    /** Several where they cost the same; none where nobody knows. */
    regions: string[];
    /** USD a month, there. */
    monthly?: number;
    /** Why nobody knows: which prices are missing; and where it costs least of what is known. */
    open?: string;
    /** It rests on prices that are estimated. */
    estimated?: true;
}

/** USD that count as the same. */
const same = 0.005;

export const regionComparison = (app: string, environment: string, regions: RegionRow[]): RegionComparison => ({
    app,
    environment,
    regions,
    cheapest: cheapestOf(
        regions.flatMap(({ region, cost }) => (cost ? [{ ...sumOf(cloudNames[cost.cloud], cost), name: region }] : [])),
    ),
});

/**
 * The least of sums of which some lack prices: prices are never below 0, so the least is known only if every sum that might be
 * less is whole. What a stack cannot serve is no sum.
 */
export function cheapestOf(sums: Sum[]): Cheapest {
    const whole = sums.filter(({ missing, beyond }) => missing.length === 0 && beyond === undefined);
    const least = whole.length ? Math.min(...whole.map(({ expected }) => expected)) : Infinity;
    const might = sums.filter(
        ({ expected, missing, beyond }) => missing.length > 0 && beyond === undefined && expected < least,
    );
    const regions = whole.filter(({ expected }) => expected < least + same).map(({ name }) => name);
    if (might.length) {
        const holes = might.map(
            ({ name, expected, missing }) => `${name} costs at least ${usd(expected)} (${missingOf(missing)})`,
        );
        const known = regions.length
            ? `; of the regions whose prices are known ${listed(regions)} ${regions.length > 1 ? "cost" : "costs"} least, ${usd(least)}`
            : "";
        return {
            regions: [],
            open: holes.slice(0, 3).join("; ") + (holes.length > 3 ? `; and ${holes.length - 3} more` : "") + known,
        };
    }
    if (regions.length)
        return { regions, monthly: least, ...(sums.some(({ estimated }) => estimated) && { estimated: true }) };
    return {
        regions: [],
        open:
            [...new Set(sums.flatMap(({ beyond }) => beyond ?? []))].join("; ") || "it can be planned in none of them",
    };
}

export function sayCheapest({ regions, monthly, open, estimated }: Cheapest): string {
    if (open !== undefined) return `Which region costs least is open: ${open}.`;
    const name = regions.length > 1 ? `${listed(regions)} cost least, and the same` : `${regions[0]} costs least`;
    return `${name}${estimated ? ", as estimated" : ""}: ${usd(monthly!)} a month. How far it is from your users, and where their data may lie, is yours to weigh.`;
}

/** `a`, `a and b`, `a, b and c` */
const listed = (names: string[]): string =>
    names.length > 1 ? `${names.slice(0, -1).join(", ")} and ${names[names.length - 1]}` : names[0];

/** Roles that cost something in one of the regions, in the order of a bill. */
export function rolesIn(rows: RegionRow[]): string[] {
    const found = new Set(
        rows.flatMap(({ cost }) => [...(cost?.lineItems ?? []), ...(cost?.unpriced ?? [])].map(({ role }) => role)),
    );
    const rank = (role: string) => (order.includes(role) ? order.indexOf(role) : order.length);
    return [...found].sort((a, b) => rank(a) - rank(b));
}

/** What a role costs in a region: USD a month, and whether something of it has no price, or an estimated one. */
export function roleIn(
    { lineItems, unpriced }: Cost,
    role: string,
): { monthly: number; atLeast: boolean; estimated?: true } {
    const lines = lineItems.filter((line) => line.role === role);
    return {
        monthly: total(lines),
        atLeast: unpriced.some((one) => one.role === role),
        ...(lines.some(({ estimated }) => estimated) && { estimated: true }),
    };
}
