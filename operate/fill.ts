/** Values that a template of `kinds/` may name. */
export type Lookup = (path: string) => unknown;

/** A filled template, and which of its names had no value: they stand in the text as `<name>`. */
export interface Filled {
    text: string;
    missing: string[];
}

/** Ways to read a value: the last part of a path, the repository or the tag of an image. */
const readings: Record<string, (value: string) => string> = {
    last: (value) => value.split("/").at(-1)!,
    repository: (value) => value.split("/").slice(1).join("/").split(":")[0]!,
    tag: (value) => value.split(":").at(-1)!,
};

const valueAt = (inputs: unknown, path: string): unknown =>
    path
        .split(".")
        .reduce<unknown>(
            (value, key) =>
                typeof value === "object" && value !== null && Object.hasOwn(value, key)
                    ? (value as Record<string, unknown>)[key]
                    : undefined,
            inputs,
        );

/** Looks names up in inputs, then in what the stack knows. */
export const lookup =
    (inputs: Record<string, unknown>, more: Record<string, string | undefined>): Lookup =>
    (path) =>
        valueAt(inputs, path) ?? more[path];

/** A template's text as it is. */
export function fill(template: string, look: Lookup): Filled {
    const missing: string[] = [];
    const text = template.replace(/\{([\w.]+)(?:\|(\w+))?\}/g, (_, path: string, reading?: string) => {
        const value = look(path);
        // A plan has no value yet for what the cloud will say.
        if (typeof value === "string" && value !== "" && value !== "[secret]" && !value.includes("${"))
            return reading ? readings[reading]!(value) : value;
        if (typeof value === "number") return String(value);
        missing.push(path);
        return `<${path}>`;
    });
    return { text, missing };
}

/** What a shell reads as one word without quotes. */
const plain = /^[\w@%+=:,./-]+$/;
export const shellWord = (word: string): string =>
    plain.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;

/** A template of a command line, whose values no shell misreads. */
export function fillCommand(template: string, look: Lookup): Filled {
    const missing: string[] = [];
    const words = [...template.matchAll(/'([^']*)'|[^\s']+/g)].map(([word, quoted]) => {
        const filled = fill(quoted ?? word, look);
        missing.push(...filled.missing);
        // A placeholder is for a person to replace, and no redirection.
        return shellWord(filled.text);
    });
    return { text: words.join(" "), missing };
}
