import { recalled, type Release } from "../topology/release";

const signature = "4dabf18193072939515e22adb298388d";

/** Stands for a value that a state holds encrypted: a plan shows neither. */
const encrypted = "encrypted-in-the-state";

interface State {
    deployment?: { resources?: { type: string; outputs?: Record<string, unknown> }[] };
}

/**
 * What a state (`pulumi stack export`) remembers of releases; undefined in what is no state, or remembers none.
 * @throws ProblemsError where it has another form
 */
export function releaseIn(state: unknown, stack: string): Release | undefined {
    const { resources = [] } = ((state ?? {}) as State).deployment ?? {};
    const output = resources.find(({ type }) => type === "pulumi:pulumi:Stack")?.outputs?.release;
    return recalled(readable(output), stack);
}

function readable(value: unknown): unknown {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
    if (signature in value) return "plaintext" in value ? JSON.parse(String(value.plaintext)) : encrypted;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, readable(inner)]));
}
