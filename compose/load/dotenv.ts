import { substituteQuietly, type Variables } from "./interpolate";

/** A variable of an env file, and its line. */
export interface EnvEntry {
    name: string;
    /** Absent for a bare name: its value is the shell's. */
    value?: string;
    line: number;
}

/**
 * The variables of a file such as `.env`: `NAME=value`, `export NAME=value`, quotes, comments, values of several lines in
 * quotes. Outside of single quotes `$NAME` is replaced by what stands above it, or by `known`.
 */
export function parseEnv(text: string, known: Variables = new Map()): EnvEntry[] {
    const entries: EnvEntry[] = [];
    const values = new Map(known);
    const lines = text.replace(/^\ufeff/, "").split(/\r?\n/);
    for (let index = 0; index < lines.length; index++) {
        const line = index + 1;
        const match = /^\s*(?:export\s+)?([\w.-]+)\s*(?:[=:](.*))?$/.exec(lines[index]);
        if (!match || lines[index].trim().startsWith("#")) continue;
        const [, name, said] = match;
        if (said === undefined) {
            entries.push({ name, line });
            continue;
        }
        let raw = said.trimStart();
        const quote = /^["']/.exec(raw)?.[0];
        if (quote) while (!closed(raw, quote) && index + 1 < lines.length) raw += `\n${lines[++index]}`;
        const value = unquoted(raw, quote, values);
        values.set(name, value);
        entries.push({ name, value, line });
    }
    return entries;
}

const endOf = (raw: string, quote: string): number => {
    for (let at = 1; at < raw.length; at++) {
        if (raw[at] === "\\" && quote === '"') at++;
        else if (raw[at] === quote) return at;
    }
    return -1;
};
const closed = (raw: string, quote: string): boolean => endOf(raw, quote) > 0;

const escapes: Record<string, string> = { n: "\n", r: "\r", t: "\t", '"': '"', "\\": "\\", $: "$$" };

function unquoted(raw: string, quote: string | undefined, values: Variables): string {
    if (quote === undefined) return substituteQuietly(raw.replace(/\s+#.*$/, "").trimEnd(), values);
    const end = endOf(raw, quote);
    const inside = end > 0 ? raw.slice(1, end) : raw.slice(1);
    if (quote === "'") return inside;
    return substituteQuietly(
        inside.replace(/\\(.)/g, (whole, letter: string) => escapes[letter] ?? whole),
        values,
    );
}
