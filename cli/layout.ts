import { stripVTControlCharacters } from "node:util";

/**
 * Text laid out for a terminal: widths, wrapping, tables. Ours, because today's libraries for it are ES modules, which would
 * defeat the lazy loading of the cloud SDKs' CommonJS.
 */

/** No terminal is taken for narrower than this. */
const narrowest = 40;

/** Columns of the terminal, or those that COLUMNS says; endless where nobody says. */
export function columns(stream: { isTTY?: boolean; columns?: number } = process.stdout, env = process.env): number {
    const said = (stream.isTTY && stream.columns) || Number(env.COLUMNS) || Infinity;
    return Math.max(narrowest, said);
}

const none = /[\p{Mn}\p{Me}\p{Cf}]/u;
/** East Asian letters and pictures, which take two columns. */
const double =
    /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;

/** Columns on the screen. */
export function width(text: string): number {
    // Nearly all text is plain, and tables measure it often.
    if (/^[\x20-\x7e]*$/.test(text)) return text.length;
    let sum = 0;
    for (const character of stripVTControlCharacters(text))
        sum += none.test(character) ? 0 : double.test(character) ? 2 : 1;
    return sum;
}

const pad = (text: string, to: number): string => text + " ".repeat(Math.max(0, to - width(text)));

const colour = new RegExp(`${String.fromCharCode(27)}\\[([0-9;]*)m`, "g");
/** Codes that end colours and weights. */
const ending = new Set(["", "0", "22", "23", "24", "39", "49"]);
const reset = `${String.fromCharCode(27)}[0m`;

/** Lines of at most `limit` columns, `first` for the first; broken at spaces alone, so that names and commands can be copied. */
export function wrap(text: string, limit: number, first = limit): string[] {
    if (width(text) <= first) return [text];
    const lines: string[] = [];
    let line = "";
    for (const word of text.split(" ")) {
        const longer = line === "" ? word : `${line} ${word}`;
        if (line === "" || width(longer) <= (lines.length ? limit : first)) line = longer;
        else {
            lines.push(line);
            line = word;
        }
    }
    return coloured([...lines, line]);
}

/** Lines that each begin and end their colours, so that padding and what stands beside them has none. */
function coloured(lines: string[]): string[] {
    let open: string[] = [];
    return lines.map((line) => {
        const begun = open.join("") + line;
        for (const [code, number] of line.matchAll(colour)) open = ending.has(number) ? [] : [...open, code];
        return open.length ? begun + reset : begun;
    });
}

/** Text in a column is not wrapped to less than this: it stands beneath its row then. */
const readable = 16;

/** A table's row, whose cells stay where they are; and where its last one begins. */
const row = /\S {2,}\S.* {2,}\S/;
const lastCell = /^.* {2,}(?=\S)/;

/** Text whose lines fit the terminal: what follows of a line stands beneath its text, or deeper than its beginning. */
export function fit(text: string, limit = columns()): string {
    if (limit === Infinity) return text;
    return text
        .split("\n")
        .flatMap((line) => {
            if (width(line) <= limit) return [line];
            const plain = stripVTControlCharacters(line);
            const hanging = row.test(plain) ? lastCell.exec(plain)![0].length : hangingOf(plain, limit);
            // A name is not the shorter for another place.
            if (row.test(plain) && (limit - hanging < readable || !plain.slice(hanging).includes(" "))) return [line];
            const [indent] = /^ */.exec(line)!;
            const [first, ...rest] = wrap(line.slice(indent.length), limit - hanging, limit - indent.length);
            return [indent + first, ...rest.map((more) => " ".repeat(hanging) + more)];
        })
        .join("\n");
}

/** Where the text of a line begins behind its label; else a little deeper than the line. */
function hangingOf(line: string, limit: number): number {
    const label = /^ *\S+(?: \S+)? {2,}(?=\S)/.exec(line)?.[0].length ?? 0;
    return label && label < limit / 2 ? label : /^ */.exec(line)![0].length + 2;
}

/** Rows with aligned columns, two spaces apart; where they do not fit, the widest columns are wrapped. */
export function table(rows: string[][], indent = "", limit = columns()): string {
    const natural = widest(rows);
    const room = (of: string[][]) => limit - indent.length - 2 * (widest(of).length - 1);
    if (sum(natural) <= room(rows)) return rows.map((row) => aligned(row, natural, indent)).join("");
    const bare = unpadded(rows);
    const widths = narrowed(bare, room(rows));
    const last = widths.length - 1;
    const squeezed = last > 0 && widths[last] < Math.min(natural[last], readable);
    if (!squeezed) return bare.map((row) => wrapped(row, widths, indent)).join("");
    const heads = bare.map((row) => row.slice(0, last));
    const beside = narrowed(heads, room(heads));
    const beneath = `${indent}    `;
    return bare
        .map(
            (row, index) =>
                wrapped(heads[index], beside, indent) +
                wrapped(row.slice(last), [limit - beneath.length], beneath).replace(/^\s+$/, ""),
        )
        .join("");
}

/** A row of as many lines as its longest cell needs. */
function wrapped(row: string[], widths: number[], indent: string): string {
    const cells = row.map((cell, column) => wrap(cell, widths[column]));
    const height = Math.max(1, ...cells.map((lines) => lines.length));
    return Array.from({ length: height }, (_, line) =>
        aligned(
            cells.map((lines) => lines[line] ?? ""),
            widths,
            indent,
        ),
    ).join("");
}

const aligned = (row: string[], widths: number[], indent: string): string =>
    `${(indent + row.map((cell, column) => pad(cell, widths[column])).join("  ")).trimEnd()}\n`;

const sum = (numbers: number[]): number => numbers.reduce((total, each) => total + each, 0);

/** The widest of each column. */
const widest = (rows: string[][], measure = width): number[] =>
    Array.from({ length: Math.max(0, ...rows.map((row) => row.length)) }, (_, column) =>
        Math.max(...rows.map((row) => measure(row[column] ?? ""))),
    );

const spaces = (cell: string): number => /^ */.exec(cell)![0].length;

/** Rows without the padding that lines several tables up. */
function unpadded(rows: string[][]): string[][] {
    const shared = widest(rows, (cell) => -spaces(cell));
    return rows.map((row) => row.map((cell, column) => cell.slice(-shared[column]).trimEnd()));
}

/** Widths that fit together: the widest give way first, none below its longest word, and columns of figures not at all. */
function narrowed(rows: string[][], room: number): number[] {
    const natural = widest(rows);
    const figures = widest(rows, spaces);
    const words = widest(rows, (cell) => Math.max(...cell.split(" ").map(width)));
    const floors = natural.map((whole, column) => (figures[column] ? whole : words[column]));
    let most = Math.max(0, ...natural);
    const given = () => natural.map((whole, column) => Math.min(whole, Math.max(most, floors[column])));
    while (sum(given()) > room && most > 0) most--;
    return given();
}

/** Rows with the cells of some columns, figures mostly, moved to the right. */
export function alignRight(rows: string[][], columns: number[]): string[][] {
    const widest = columns.map((column) => Math.max(0, ...rows.map((row) => width(row[column] ?? ""))));
    return rows.map((row) =>
        row.map((cell, column) => {
            const at = columns.indexOf(column);
            return at < 0 ? cell : " ".repeat(widest[at] - width(cell)) + cell;
        }),
    );
}
