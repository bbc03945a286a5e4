import { createColors } from "picocolors";

import { fit } from "./layout";

/** Everything that is printed goes through here: colours, the terminal's width, and a pipe whose reader has gone. */

export { alignRight, table, width } from "./layout";

/** Colours where a person looks and wants them: on a terminal, without NO_COLOR. */
export const coloured = (stream: { isTTY?: boolean }, env = process.env): boolean =>
    Boolean(env.FORCE_COLOR && env.FORCE_COLOR !== "0") ||
    (Boolean(stream.isTTY) && !env.NO_COLOR && env.TERM !== "dumb");
export const colours = createColors(coloured(process.stdout));
export const errorColours = createColors(coloured(process.stderr));

/** Writes data to stdout as it is, and resolves when it is out. */
export const print = (text: string): Promise<void> => write(process.stdout, text);
/** Writes text for people to stdout. */
export const say = (text: string): Promise<void> => write(process.stdout, fit(visible(text)));
/** Writes text for people to stderr. */
export const complain = (text: string): Promise<void> => write(process.stderr, fit(visible(text)));

export const printJson = (value: unknown): Promise<void> => print(`${JSON.stringify(value, null, 2)}\n`);

/** Text that moves no cursor, whoever wrote it: control characters are shown. Our own colours stay. */
export const visible = (text: string): string =>
    text.replace(control, (found) =>
        found.length > 1 ? found : `\\x${found.charCodeAt(0).toString(16).padStart(2, "0")}`,
    );
const control = new RegExp(
    `${colours.isColorSupported ? "\\x1b\\[[0-9;]*m|" : ""}[\\x00-\\x09\\x0b-\\x1f\\x7f-\\x9f]`,
    "g",
);

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
