/** The syntax of nginx's configuration. @see https://nginx.org/en/docs/beginners_guide.html#conf_structure */

export interface Directive {
    name: string;
    args: string[];
    /** What is in its braces, if it has some. */
    block?: Directive[];
    line: number;
    /** Where it begins and ends in the text, with its semicolon or brace. */
    start: number;
    end: number;
}

interface Token {
    /** A word without its quotes, or one of `{`, `}` and `;`. */
    text: string;
    isMark: boolean;
    start: number;
    end: number;
}

/** The directives of a text; undefined for one that is not of that syntax. Variables in braces, as templates have them, are parts of words. */
export function parseNginx(text: string): Directive[] | undefined {
    const tokens = tokensOf(text);
    if (!tokens) return undefined;
    let at = 0;
    let balanced = true;
    const lineOf = (index: number) => text.slice(0, index).split("\n").length;
    const block = (isTop: boolean): Directive[] => {
        const found: Directive[] = [];
        let words: Token[] = [];
        while (at < tokens.length) {
            const token = tokens[at++];
            if (!token.isMark) {
                words.push(token);
                continue;
            }
            if (token.text === "}") {
                if (isTop || words.length) balanced = false;
                if (!isTop) return found;
                continue;
            }
            if (!words.length) {
                balanced = false;
                continue;
            }
            const [{ text: name, start }, ...args] = words;
            const inner = token.text === "{" ? { block: block(false) } : {};
            const end = tokens[at - 1].end;
            found.push({ name, args: args.map((arg) => arg.text), ...inner, line: lineOf(start), start, end });
            words = [];
        }
        if (!isTop || words.length) balanced = false;
        return found;
    };
    const directives = block(true);
    return balanced ? directives : undefined;
}

/** `{`, `}`, `;`, a comment, a quoted text, or a word, which may hold `${name}`. */
const form =
    /\s+|#[^\n]*|([{};])|"((?:\\[\s\S]|[^"\\])*)"|'((?:\\[\s\S]|[^'\\])*)'|((?:\$\{\w+\}|\\[\s\S]|[^\s{};"'\\])(?:\$\{\w+\}|\\[\s\S]|[^\s{};\\])*)/y;

function tokensOf(text: string): Token[] | undefined {
    const tokens: Token[] = [];
    const reader = new RegExp(form);
    while (reader.lastIndex < text.length) {
        const start = reader.lastIndex;
        const match = reader.exec(text);
        if (!match) return undefined;
        const [, mark, double, single, word] = match as (string | undefined)[];
        const said = mark ?? double ?? single ?? word;
        if (said !== undefined) tokens.push({ text: said, isMark: mark !== undefined, start, end: reader.lastIndex });
    }
    return tokens;
}

/** A text without some parts of it, each given by where it begins and ends; with others in their places, where there are. */
export function without(text: string, parts: { start: number; end: number; instead?: string }[]): string {
    let out = text;
    for (const { start, end, instead = "" } of [...parts].sort((a, b) => b.start - a.start)) {
        // A line of nothing else goes as a whole.
        const before = /[ \t]*$/.exec(out.slice(0, start))![0].length;
        const after = /^[ \t]*\n?/.exec(out.slice(end))![0].length;
        const isLine =
            instead === "" && /(^|\n)$/.test(out.slice(0, start - before)) && /\n$/.test(out.slice(end, end + after));
        out = isLine
            ? out.slice(0, start - before) + out.slice(end + after)
            : out.slice(0, start) + instead + out.slice(end);
    }
    return out;
}
