import { createColors } from "picocolors";

/** Everything that is printed goes through here: colours, tables, and a pipe whose reader has gone. */

/** Colours where a person looks and wants them: on a terminal, without NO_COLOR. */
export const coloured = (stream: { isTTY?: boolean }, env = process.env): boolean =>
    Boolean(env.FORCE_COLOR && env.FORCE_COLOR !== "0") ||
    (Boolean(stream.isTTY) && !env.NO_COLOR && env.TERM !== "dumb");
export const colours = createColors(coloured(process.stdout));
export const errorColours = createColors(coloured(process.stderr));

/** Writes to stdout, and resolves when it is out. */
export const print = (text: string): Promise<void> => write(process.stdout, text);
/** Writes to stderr. */
export const complain = (text: string): Promise<void> => write(process.stderr, text);

export const printJson = (value: unknown): Promise<void> => print(`${JSON.stringify(value, null, 2)}\n`);

function write(stream: NodeJS.WriteStream, text: string): Promise<void> {
    return new Promise((resolve) => stream.write(text, () => resolve()));
}

/** `head` and `less` stop reading when they have enough; that is no failure of ours. */
export function tolerateClosedPipes(): void {
    for (const stream of [process.stdout, process.stderr])
        stream.on("error", (error: NodeJS.ErrnoException) => {
            if (error.code !== "EPIPE") throw error;
        });
}

const escape = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, "g");
/** Characters on the screen. */
export const width = (text: string): number => [...text.replace(escape, "")].length;
const pad = (text: string, to: number): string => text + " ".repeat(Math.max(0, to - width(text)));

/** Rows with aligned columns, two spaces apart, wrapped to the terminal in the last column. */
export function table(rows: string[][], indent = ""): string {
    const columns = Math.max(0, ...rows.map((row) => row.length));
    const widths = Array.from({ length: columns }, (_, column) =>
        Math.max(...rows.map((row) => width(row[column] ?? ""))),
    );
    return rows
        .map(
            (row) =>
                indent +
                row
                    .map((cell, column) => pad(cell, widths[column]))
                    .join("  ")
                    .trimEnd() +
                "\n",
        )
        .join("");
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

/** `1 resource`, `2 resources`. */
export const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;

/** Says on stderr that something takes more than a second; call it as often as there is progress. */
export function progress(what: string): (count: number) => void {
    const start = Date.now();
    let last = start;
    return (count) => {
        const now = Date.now();
        // Without a terminal, once is enough.
        const due = last === start ? now - start > 1000 : process.stderr.isTTY && now - last > 500;
        if (!due) return;
        last = now;
        process.stderr.write(`${what}: ${count} so far …\n`);
    };
}
