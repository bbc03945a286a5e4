import { isDeepStrictEqual } from "node:util";

/** Type → the inputs that its provider cannot change in place. A type without any has an empty list. */
export type Replacing = Record<string, readonly Rule[]>;

/** An input whose change makes the provider replace the resource. */
export interface Rule {
    /** `settings.collation`; blocks of a list are not told apart. */
    path: string;
    /** Left out from now on, it stays as it was. */
    stays: boolean;
    /** What the provider takes it for where it is not said, as text. */
    standsFor?: string;
    /** Only changes like these. */
    when?: (change: Change) => boolean;
}

interface Change {
    before: unknown;
    after: unknown;
    /** All inputs as they are to be. */
    inputs: Record<string, unknown>;
}

/**
 * Reads rows of `path`, `path~` (left out, it stays as it was), `path=default` and `path:condition`, with spaces between.
 * @throws Error for a condition that there is not
 */
export const table = (pkg: string, rows: Record<string, string>): Replacing =>
    Object.fromEntries(
        Object.entries(rows).map(([type, row]) => [
            `${pkg}:${type}`,
            row.split(" ").flatMap((word) => (word ? [ruleOf(word)] : [])),
        ]),
    );

function ruleOf(word: string): Rule {
    const [, path, stays, standsFor, condition] = /^([\w.]+)(~?)(?:=([^:]+))?(?::(\w+))?$/.exec(word) ?? [];
    if (path === undefined || (condition !== undefined && !Object.hasOwn(conditions, condition)))
        throw new Error(`no rule: ${word}`);
    return {
        path,
        stays: stays === "~",
        ...(standsFor !== undefined && { standsFor }),
        ...(condition !== undefined && { when: conditions[condition] }),
    };
}

/** What a provider looks at before it decides. A value that is not known yet is a placeholder: `${name.id}`. */
const conditions: Record<string, (change: Change) => boolean> = {
    /** A version or a number that goes down. */
    lower: ({ before, after }) => compareVersions(before, after) > 0,
    /** A disk that gets smaller, unless it grows by itself: then the provider takes the difference for growth. */
    shrunk: ({ before, after, inputs }) =>
        compareVersions(before, after) > 0 &&
        (inputs.settings as { diskAutoresize?: boolean } | undefined)?.diskAutoresize === false,
    /** A range that no longer holds the one that there was. */
    shrinks: ({ before, after }) => !holdsRange(String(after), String(before)),
    /** A value that is there no more, or not known yet: to the provider that is the same. */
    gone: ({ before, after }) => before !== undefined && (after === undefined || isPlaceholder(after)),
    /** A value that appears or goes, so that another input says what this one said. */
    switched: ({ before, after }) => (before === undefined) !== (after === undefined),
    /** Names beside a certificate's own, which ACM lists among them whether it is said or not. */
    otherNames: ({ before, after, inputs }) => {
        const [old, now] = [before, after].map((names) =>
            [...new Set([inputs.domainName, ...(Array.isArray(names) ? (names as unknown[]) : [])])].map(String).sort(),
        );
        return !isDeepStrictEqual(old, now);
    },
    /** Redis becomes Valkey in place, nothing else does. */
    valkey: ({ before, after }) => !(before === "redis" && after === "valkey"),
    /** ECS changes strategies of a service in place if it may start its tasks anew, and has some before and after. */
    unlessForced: ({ before, after, inputs }) =>
        inputs.forceNewDeployment !== true || before === undefined || after === undefined,
};

export const placeholder = /\$\{[^${}]+\}/;
const isPlaceholder = (value: unknown): boolean => typeof value === "string" && placeholder.test(value);

/** Below, at or above zero, number by number: `REDIS_7_2` is above `REDIS_6_X`. */
function compareVersions(before: unknown, after: unknown): number {
    const [one, other] = [before, after].map((value) => (String(value).match(/\d+/g) ?? []).map(Number));
    const index = one.findIndex((number, at) => number !== (other[at] ?? 0));
    return index < 0 ? 0 : one[index] - (other[index] ?? 0);
}

/** Whether one range of addresses holds another; false where either cannot be read. */
function holdsRange(outer: string, inner: string): boolean {
    const [one, other] = [outer, inner].map((text) => {
        const match = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\/(\d+)$/.exec(text);
        if (!match) return undefined;
        const [a, b, c, d, prefix] = match.slice(1).map(Number);
        return { first: ((a * 256 + b) * 256 + c) * 256 + d, size: 2 ** (32 - prefix) };
    });
    return !!one && !!other && one.first <= other.first && other.first + other.size <= one.first + one.size;
}

/** The values at a path, through lists: `subnets.id` of `{ subnets: [{ id: 1 }, { id: 2 }] }` is 1 and 2. */
export function valuesAt(inputs: unknown, path: string): unknown[] {
    return path.split(".").reduce<unknown[]>(
        (values, key) =>
            values
                .flatMap((value) => (Array.isArray(value) ? (value as unknown[]) : [value]))
                .flatMap((value) => {
                    const found = (value as Record<string, unknown> | null | undefined)?.[key];
                    return found === undefined || found === null ? [] : [found];
                }),
        [inputs],
    );
}

/** Whether two values of a plan may be the same: a placeholder stands for any value. */
export type Same = (before: unknown, after: unknown) => boolean;

/**
 * The rules that a change of inputs meets, as a provider would find them.
 * @param same tells values apart; by default by their contents alone
 */
export function rulesMet(
    rules: readonly Rule[],
    before: Record<string, unknown>,
    after: Record<string, unknown>,
    same: Same = isDeepStrictEqual,
): Rule[] {
    return rules.filter((rule) => {
        const [old, now] = [before, after].map((inputs) => valuesAt(inputs, rule.path));
        if (old.length === now.length && old.every((value, index) => same(value, now[index]))) return false;
        if (now.length === 0 && rule.stays) return false;
        const said = (values: unknown[]) => (values.length ? values.map(String).join() : rule.standsFor);
        if (rule.standsFor !== undefined && said(old) === said(now)) return false;
        const one = (values: unknown[]) => (values.length > 1 ? values : values[0]);
        return rule.when?.({ before: one(old), after: one(now), inputs: after }) ?? true;
    });
}
