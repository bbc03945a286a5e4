import { z } from "zod";

import { isMap, showPath, valueAt, type Path } from "./merge";
import { show, showTyped, type Finding } from "./problems";
import { nearest, oneOf } from "./suggest";

/** Turns what zod says of a value into findings in words, with the schema as the source of what is allowed. */

type Schema = z.core.$ZodType;
type Issue = z.core.$ZodIssue;

/** The schema without what only says whether and how a value may be absent. */
function unwrapped(schema: Schema): Schema {
    let inner = schema;
    while (
        inner instanceof z.ZodOptional ||
        inner instanceof z.ZodDefault ||
        inner instanceof z.ZodPrefault ||
        inner instanceof z.ZodNullable
    )
        inner = inner.unwrap();
    return inner;
}

/** The schema of the value at a path. */
function schemaAt(schema: Schema, path: Path): Schema | undefined {
    let at: Schema | undefined = unwrapped(schema);
    for (const key of path) {
        if (at instanceof z.ZodObject) at = Object.hasOwn(at.shape, key) ? (at.shape[key] as Schema) : undefined;
        else if (at instanceof z.ZodRecord) at = at.valueType;
        else if (at instanceof z.ZodArray) at = at.element;
        else at = undefined;
        if (at === undefined) return undefined;
        at = unwrapped(at);
    }
    return at;
}

/** What a schema allows, in words. */
function describe(schema: Schema | undefined): string {
    if (schema instanceof z.ZodType && schema.description) return schema.description;
    if (schema instanceof z.ZodNumber) return describeNumber(schema);
    if (schema instanceof z.ZodString) return "text";
    if (schema instanceof z.ZodBoolean) return "true or false";
    if (schema instanceof z.ZodEnum) return oneOf(schema.options.map(quoted));
    if (schema instanceof z.ZodLiteral) return oneOf([...schema.values].map(quoted));
    if (schema instanceof z.ZodArray) return describeList(schema);
    if (schema instanceof z.ZodRecord) return `a map of names to ${plural(unwrapped(schema.valueType))}`;
    if (schema instanceof z.ZodObject)
        return `a map with ${oneOf(Object.keys(schema.shape)).replace(/ or (?=\S+$)/, " and ")}`;
    return "another value";
}

/** Text that YAML would read as a number stands in quotes. */
const quoted = (value: unknown): string =>
    typeof value === "string" && /^[\d.]+$/.test(value) ? `"${value}"` : String(value);

function plural(schema: Schema): string {
    if (schema instanceof z.ZodNumber) return "numbers";
    return schema instanceof z.ZodString ? "text" : "maps";
}

function describeNumber(schema: z.ZodNumber): string {
    const noun = schema.isInt ? "a whole number" : "a number";
    const checks = (schema.def.checks ?? []).map(
        (check) => check._zod.def as { check: string; value?: number; inclusive?: boolean },
    );
    const exclusive = checks.some(({ check, inclusive }) => check === "greater_than" && inclusive === false);
    const { minValue: min, maxValue: max } = schema;
    const bounded = max !== null && Math.abs(max) < Number.MAX_SAFE_INTEGER;
    if (exclusive) return `${noun} above ${min}${bounded ? `, up to ${max}` : ""}`;
    if (min !== null && Math.abs(min) < Number.MAX_SAFE_INTEGER)
        return bounded ? `${noun} from ${min} to ${max}` : `${noun}, ${min} or more`;
    return bounded ? `${noun} up to ${max}` : noun;
}

function describeList(schema: z.ZodArray<Schema>): string {
    const lengths = (schema.def.checks ?? []).map(
        (check) => check._zod.def as { minimum?: number; maximum?: number; length?: number },
    );
    const exact = lengths.find(({ length }) => length !== undefined)?.length;
    const minimum = lengths.find(({ minimum }) => minimum !== undefined)?.minimum;
    const maximum = lengths.find(({ maximum }) => maximum !== undefined)?.maximum;
    const of = unwrapped(schema.element) instanceof z.ZodObject ? "maps" : describe(unwrapped(schema.element));
    if (exact !== undefined) return `a list of exactly ${exact}: ${of}`;
    if (minimum !== undefined && maximum !== undefined) return `a list of ${minimum} to ${maximum}: ${of}`;
    return minimum === undefined ? `a list of: ${of}` : `a list of at least ${minimum}: ${of}`;
}

/** Values that are shown by their type only: an environment variable may hold what nobody should read in a log. */
const confidential = (path: Path): boolean => path[0] === "services" && path[2] === "env" && path.length > 3;

function allowedKeys(schema: Schema | undefined, key: string): string {
    if (!(schema instanceof z.ZodObject)) return "no such key";
    const keys = Object.keys(schema.shape);
    const meant = nearest(key, keys);
    return `${meant === undefined ? "" : `did you mean ${meant}? `}one of ${oneOf(keys)}`;
}

/** The findings of one issue. `data` is what was parsed, `root` its schema. */
export function findings(issue: Issue, data: unknown, root: Schema): Finding[] {
    const at = issue.path.map((key) => (typeof key === "number" ? key : String(key)));
    const value = valueAt(data, at);
    const schema = schemaAt(root, at);
    switch (issue.code) {
        case "unrecognized_keys":
            return issue.keys.map((key) => ({
                at: [...at, key],
                found: `the unknown key ${show(key)}`,
                allowed: allowedKeys(schema, key),
            }));
        case "invalid_key": {
            const name = at[at.length - 1];
            const parts = schemaAt(root, at);
            // zod stops at the key; what else is wrong with the part is said at once, too.
            const inside = parts && isMap(value) ? z.safeParse(parts, value) : undefined;
            return [
                { at, found: `the name ${show(String(name))}`, allowed: issue.issues[0]?.message ?? "another name" },
                ...(inside?.error?.issues ?? []).flatMap((inner) =>
                    findings({ ...inner, path: [...issue.path, ...inner.path] }, data, root),
                ),
            ];
        }
        case "invalid_type":
        case "invalid_value": {
            const named = typeof value === "string" && schema instanceof z.ZodEnum;
            const meant = named ? nearest(value, schema.options.map(String)) : undefined;
            // Where the type is right the value alone says enough: 0.5 for a whole number, arm46 for arm64.
            const plain = named || (typeof value === "number" && schema instanceof z.ZodNumber);
            const noted = confidential(at)
                ? `${typeof value === "object" ? show(value) : `a ${typeof value}`}`
                : plain
                  ? show(value)
                  : showTyped(value);
            const hint = /^the string/.test(noted) && schema instanceof z.ZodNumber ? ", without quotes" : "";
            return [
                { at, found: noted, allowed: `${meant ? `did you mean ${meant}? ` : ""}${describe(schema)}${hint}` },
            ];
        }
        case "too_small":
        case "too_big":
            return [
                {
                    at,
                    found: show(value),
                    allowed: describe(schema) === "text" ? "text that is not empty" : describe(schema),
                },
            ];
        case "custom":
            return [{ at, found: show(value), allowed: issue.message }];
        default:
            return [
                {
                    at,
                    found: show(value),
                    allowed: issue.message || describe(schema) || `another value of ${showPath(at)}`,
                },
            ];
    }
}
