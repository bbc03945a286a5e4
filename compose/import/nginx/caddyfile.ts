import type { Directive } from "./syntax";

/** The syntax of a Caddyfile. @see https://caddyserver.com/docs/caddyfile/concepts */

/** Addresses, and what is done for them; global options have no address, a snippet has its name in brackets. */
export interface Site {
    addresses: string[];
    block: Directive[];
    line: number;
    /** Where the addresses stand in the text. */
    start: number;
    end: number;
    /** Where its block begins and ends, within its braces if it has some. */
    inner: number;
    until: number;
}

interface Word {
    text: string;
    isQuoted: boolean;
    line: number;
    start: number;
    end: number;
}

/** A comment, a quoted text, or a word; lines end directives. */
const form = /[^\S\n]+|\\\n|#[^\n]*|(\n)|"((?:\\[\s\S]|[^"\\])*)"|`([^`]*)`|(\S+)/y;

function linesOf(text: string, variables: Map<string, string>): Word[][] {
    const lines: Word[][] = [[]];
    const reader = new RegExp(form);
    let line = 1;
    while (reader.lastIndex < text.length) {
        const start = reader.lastIndex;
        const [whole, end, double, single, bare] = reader.exec(text) as RegExpExecArray as (string | undefined)[];
        const said = double ?? single ?? bare;
        if (said !== undefined)
            lines[lines.length - 1].push({
                text: filled(said, variables),
                isQuoted: bare === undefined,
                line,
                start,
                end: reader.lastIndex,
            });
        if (end !== undefined) lines.push([]);
        line += whole!.split("\n").length - 1;
    }
    return lines.filter((words) => words.length);
}

/** `{$API_HOST}`, `{$API_HOST:api}`: Caddy puts its variables in before anything else. */
const filled = (text: string, variables: Map<string, string>): string =>
    text.replace(
        /\{\$(\w+)(?::([^}]*))?\}/g,
        (whole, name: string, usual?: string) => variables.get(name) ?? usual ?? whole,
    );

/** The sites, snippets and global options of a Caddyfile; undefined for what is none. */
export function parseCaddyfile(text: string, variables: Map<string, string>): Site[] | undefined {
    if (/(^|\s)<<[A-Z]/.test(text)) return undefined;
    const lines = linesOf(text, variables);
    let at = 0;
    const isMark = (word: Word | undefined, mark: string) => word?.text === mark && !word.isQuoted;
    const opens = (words: Word[]) => isMark(words[words.length - 1], "{");
    const block = (): Directive[] | undefined => {
        const found: Directive[] = [];
        while (at < lines.length) {
            const words = lines[at++];
            if (isMark(words[0], "}")) return words.length === 1 ? found : undefined;
            const directive = directiveOf(words);
            if (!directive) return undefined;
            found.push(directive);
        }
        return undefined;
    };
    const directiveOf = (words: Word[]): Directive | undefined => {
        const inner = opens(words) ? block() : undefined;
        if (opens(words) && !inner) return undefined;
        const [first, ...args] = inner ? words.slice(0, -1) : words;
        if ((first as Word | undefined) === undefined) return undefined;
        const end = inner ? lines[at - 1][0].end : words[words.length - 1].end;
        return {
            name: first.text,
            args: args.map((word) => word.text),
            ...(inner && { block: inner }),
            line: first.line,
            start: first.start,
            end,
        };
    };
    const sites: Site[] = [];
    while (at < lines.length) {
        const words = lines[at++];
        // `a.example.com,` goes on in the next line.
        while (words[words.length - 1].text.endsWith(",") && at < lines.length) words.push(...lines[at++]);
        const hasBraces = opens(words);
        const addresses = hasBraces ? words.slice(0, -1) : words;
        const [first] = words;
        const site = {
            addresses: addresses.flatMap((word) => word.text.split(/[\s,]+/)).filter(Boolean),
            line: first.line,
            start: first.start,
            end: (addresses[addresses.length - 1] ?? first).end,
            inner: words[words.length - 1].end,
        };
        if (hasBraces) {
            const inner = block();
            if (!inner) return undefined;
            sites.push({ ...site, block: inner, until: lines[at - 1][0].end });
            continue;
        }
        if (sites.some(({ addresses: [address] }) => address && !address.startsWith("(")) || isMark(first, "}"))
            return undefined;
        // A file of one site needs no braces.
        const rest: Directive[] = [];
        while (at < lines.length) {
            const directive = directiveOf(lines[at++]);
            if (!directive) return undefined;
            rest.push(directive);
        }
        sites.push({ ...site, block: rest, until: text.length });
    }
    return sites;
}

/** What a block does with the snippets that it imports; or the import that is of another file. */
export function withSnippets(
    block: Directive[],
    snippets: Map<string, Directive[]>,
    depth = 0,
): Directive[] | Directive {
    const all: Directive[] = [];
    for (const directive of block) {
        if (directive.name === "import") {
            const [name, ...args] = directive.args;
            const snippet = snippets.get(name);
            if (!snippet || depth > 8) return directive;
            const inner = withSnippets(
                snippet.map((each) => withArguments(each, args)),
                snippets,
                depth + 1,
            );
            if (!Array.isArray(inner)) return inner;
            all.push(...inner);
            continue;
        }
        const inner = directive.block && withSnippets(directive.block, snippets, depth);
        if (inner && !Array.isArray(inner)) return inner;
        all.push({ ...directive, ...(inner && { block: inner }) });
    }
    return all;
}

/** `{args[0]}`, and as older versions have it `{args.0}`. */
function withArguments(directive: Directive, args: string[]): Directive {
    const said = (text: string) =>
        text.replace(/\{args[[.](\d+)\]?\}/g, (whole, index: string) => args.at(Number(index)) ?? whole);
    return {
        ...directive,
        name: said(directive.name),
        args: directive.args.map(said),
        ...(directive.block && { block: directive.block.map((each) => withArguments(each, args)) }),
    };
}
