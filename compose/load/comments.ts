import type { Place } from "./places";

/** What people write beside a variable of how its value is made: `# openssl rand -hex 32`. */

/** The comment at the end of a line, and those right above it. */
export function commentsAt(lines: readonly string[], line: number): string {
    const found = [/\s#(.*)$/.exec(lines[line - 1] ?? "")?.[1] ?? ""];
    for (let above = line - 2; above >= 0; above--) {
        const [, comment] = /^\s*#(.*)$/.exec(lines[above]) ?? [];
        if (comment === undefined || /^\s*[\w.-]+=/.test(comment)) break;
        found.unshift(comment);
    }
    return found.join("\n").trim();
}

/**
 * The words about a value: those beside its place, what stands there itself (`${KEY:?openssl rand -hex 32}`), and those beside the variables
 * that are named there, in the files of variables.
 * @param texts file, as places call it → its text
 * @param sources the files of variables, as places call them
 */
export function wordsAbout({ file, line }: Place, texts: ReadonlyMap<string, string>, sources: string[]): string {
    const lines = linesOf(texts.get(file));
    const own = lines[line - 1] ?? "";
    const named = [...own.matchAll(/\$\{?([A-Za-z_]\w*)/g)].map(([, name]) => name);
    const beside = sources.flatMap((source) => {
        const all = linesOf(texts.get(source));
        return named.flatMap((name) => {
            const at = all.findIndex((each) => new RegExp(`^\\s*(?:export\\s+)?${name}\\s*[=:]`).test(each));
            return at < 0 ? [] : [commentsAt(all, at + 1)];
        });
    });
    return [commentsAt(lines, line), own, ...beside].filter(Boolean).join("\n");
}

const linesOf = (text: string | undefined): string[] => text?.split(/\r?\n/) ?? [];
