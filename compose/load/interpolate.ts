/** Values of the variables that a Compose file may name; those of `.env` and of `--env-file`. */
export type Variables = ReadonlyMap<string, string>;

/** What a text becomes, and which variables it names that have no value. */
export interface Interpolated {
    text: string;
    unset: string[];
}

/** A text that is no interpolation, or asks for a variable that must have a value. */
export class InterpolationError extends Error {}

/**
 * `$NAME`, `${NAME}`, `${NAME:-default}` and its kin, nested as deeply as anybody likes, and `$$`, as the Compose
 * specification has them. A variable without a value is empty, and among `unset`.
 * @throws InterpolationError for `${`, `${1}` and the like, and for `${NAME:?message}` without a value
 */
export function interpolate(text: string, variables: Variables): Interpolated {
    const unset = new Set<string>();
    return { text: substitute(text, variables, unset), unset: [...unset] };
}

const name = /^[A-Za-z_][A-Za-z0-9_]*/;

function substitute(text: string, variables: Variables, unset: Set<string>): string {
    let out = "";
    for (let at = 0; at < text.length;) {
        const dollar = text.indexOf("$", at);
        if (dollar < 0) return out + text.slice(at);
        out += text.slice(at, dollar);
        const rest = text.slice(dollar + 1);
        if (rest.startsWith("$")) {
            out += "$";
            at = dollar + 2;
        } else if (rest.startsWith("{")) {
            const end = closing(text, dollar + 1);
            out += braced(text.slice(dollar + 2, end), variables, unset);
            at = end + 1;
        } else {
            // Before anything else a dollar sign is one.
            const [plain] = name.exec(rest) ?? [];
            out += plain ? valueOf(plain, variables, unset) : "$";
            at = dollar + 1 + (plain?.length ?? 0);
        }
    }
    return out;
}

/** Where the brace that opens at `open` is closed. */
function closing(text: string, open: number): number {
    let depth = 0;
    for (let at = open; at < text.length; at++) {
        if (text[at] === "{" && (at === open || text[at - 1] === "$")) depth++;
        else if (text[at] === "}" && --depth === 0) return at;
    }
    throw new InterpolationError(`"\${${text.slice(open + 1, open + 11)}" is not closed`);
}

function valueOf(variable: string, variables: Variables, unset: Set<string>): string {
    const value = variables.get(variable);
    if (value === undefined) unset.add(variable);
    return value ?? "";
}

function braced(inside: string, variables: Variables, unset: Set<string>): string {
    const [variable] = name.exec(inside) ?? [];
    const [, colon, operator, word] = /^(:?)([-?+])([\s\S]*)$/.exec(inside.slice(variable?.length ?? 0)) ?? [];
    if (!variable || (operator === undefined && variable.length !== inside.length))
        throw new InterpolationError(`"\${${inside}}" is no variable`);
    if (operator === undefined) return valueOf(variable, variables, unset);
    const value = variables.get(variable);
    const given = colon ? value !== undefined && value !== "" : value !== undefined;
    if (operator === "-") return given ? value! : substitute(word, variables, unset);
    if (operator === "+") return given ? substitute(word, variables, unset) : "";
    if (given) return value!;
    throw new InterpolationError(
        `${variable} must have a value${word ? `: ${substitute(word, variables, unset)}` : ""}`,
    );
}

/** The same for a text that may hold anything, such as a value of an env file: what is no interpolation stays as it is. */
export function substituteQuietly(text: string, variables: Variables): string {
    try {
        return interpolate(text, variables).text;
    } catch (error) {
        if (error instanceof InterpolationError) return text;
        throw error;
    }
}
