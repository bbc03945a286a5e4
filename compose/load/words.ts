/** A command line as words, as a shell would split it: spaces, both kinds of quotes, backslashes. Nothing is expanded. */
export function wordsOf(line: string): string[] {
    const words: string[] = [];
    let word: string | undefined;
    let quote = "";
    for (let at = 0; at < line.length; at++) {
        const character = line[at];
        if (quote === "'") {
            if (character === "'") quote = "";
            else word += character;
        } else if (character === "\\" && at + 1 < line.length) {
            const next = line[++at];
            // Within double quotes a backslash escapes these alone.
            word = (word ?? "") + (quote && !'"\\$`\n'.includes(next) ? `\\${next}` : next === "\n" ? "" : next);
        } else if (quote) {
            if (character === quote) quote = "";
            else word += character;
        } else if (character === '"' || character === "'") {
            quote = character;
            word ??= "";
        } else if (/\s/.test(character)) {
            if (word !== undefined) words.push(word);
            word = undefined;
        } else word = (word ?? "") + character;
    }
    return word === undefined ? words : [...words, word];
}
