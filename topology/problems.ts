import { isMap, type Path } from "./merge";

/** One thing that is wrong, as a person finds and mends it. */
export interface Problem {
    /** Where: `Pulumi.dev.yaml: twinstack:overrides.services.api.cpu` or `apps/todo.ts: services.api.scale.max`. */
    path: string;
    /** What stands there. Never a secret's value. */
    found: string;
    /** What may stand there instead. */
    allowed: string;
}

/** A problem with its place in the topology, before it is known which file says so. */
export interface Finding {
    at: Path;
    found: string;
    allowed: string;
    /** Other values that it was concluded from; if one of them is wrong itself, the conclusion is not drawn. */
    reads?: Path[];
}

/** The configuration is wrong; the message names every problem, one block each. */
export class ProblemsError extends Error {
    constructor(
        readonly problems: Problem[],
        stack: string,
    ) {
        const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
        const blocks = problems.map(
            ({ path, found, allowed }) => `  ${path}\n    found    ${found}\n    allowed  ${allowed}`,
        );
        super(`${count} in the configuration of stack ${printable(stack)}:\n\n${blocks.join("\n\n")}\n`);
        this.name = "ProblemsError";
    }
}

/** Text that cannot move a terminal's cursor, on one line and not endless. */
export function printable(text: string, length = 80): string {
    const safe = JSON.stringify(text.length > length ? `${text.slice(0, length)}…` : text).slice(1, -1);
    // Control characters that JSON leaves alone, and those that change the direction of writing.
    return safe.replace(
        /[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g,
        (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
    );
}

/** A value as it is called in a message: `"2"`, `0.5`, `null`, `a list`. */
export function show(value: unknown): string {
    if (value === undefined) return "nothing";
    if (typeof value === "string") return value === "" ? "an empty string" : `"${printable(value)}"`;
    if (Array.isArray(value)) return value.length ? `a list of ${value.length}` : "an empty list";
    if (isMap(value)) return Object.keys(value).length ? "a map" : "an empty map";
    return printable(String(value));
}

/** A value whose type is what is wrong with it: `the string "2"`, `the number 15`. */
export function showTyped(value: unknown): string {
    if (typeof value === "string" && value !== "") return `the string ${show(value)}`;
    if (typeof value === "number" && Number.isFinite(value)) return `the number ${value}`;
    return show(value);
}
