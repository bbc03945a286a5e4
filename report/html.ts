/** Text that is HTML already: everything else that a template is given is escaped. */
export interface Html {
    readonly html: string;
}

type Value = Html | string | number | false | undefined | readonly Value[];

/** A piece of HTML; what is put into it is escaped, lists are joined, `false` and `undefined` leave nothing. */
export const html = (strings: TemplateStringsArray, ...values: Value[]): Html => ({
    html: strings.reduce((text, part, index) => text + shown(values[index - 1]) + part),
});

/** Text that is HTML, taken as it is. */
export const raw = (text: string): Html => ({ html: text });

const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
export const escape = (text: string): string => text.replace(/[&<>"']/g, (character) => entities[character]);

function shown(value: Value): string {
    if (value === undefined || value === false) return "";
    if (typeof value === "string") return escape(value);
    if (typeof value === "number") return String(value);
    if ("html" in value) return value.html;
    return value.map(shown).join("");
}
