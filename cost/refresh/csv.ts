/** Records of a CSV text that comes in pieces. Quotes may hold commas, quotes (doubled) and line ends. */
export async function* records(
    pieces: AsyncIterable<string>,
    wanted: (line: string) => boolean,
): AsyncGenerator<string[]> {
    for await (const line of lines(pieces)) if (wanted(line)) yield fields(line);
}

/** Lines that end outside of quotes. */
async function* lines(pieces: AsyncIterable<string>): AsyncGenerator<string> {
    let rest = "";
    let held = "";
    for await (const piece of pieces) {
        const parts = (rest + piece).split("\n");
        rest = parts.pop()!;
        for (const part of parts) {
            const line = held ? `${held}\n${part}` : part;
            if (quotesOpen(line)) {
                held = line;
                continue;
            }
            held = "";
            yield line.endsWith("\r") ? line.slice(0, -1) : line;
        }
    }
    if (held || rest) yield held ? `${held}\n${rest}` : rest;
}

function quotesOpen(line: string): boolean {
    let open = false;
    for (let at = line.indexOf('"'); at >= 0; at = line.indexOf('"', at + 1)) open = !open;
    return open;
}

function fields(line: string): string[] {
    const found: string[] = [];
    let at = 0;
    for (;;) {
        if (line[at] === '"') {
            let end = line.indexOf('"', at + 1);
            while (end >= 0 && line[end + 1] === '"') end = line.indexOf('"', end + 2);
            if (end < 0) end = line.length;
            found.push(line.slice(at + 1, end).replaceAll('""', '"'));
            at = end + 1;
        } else {
            const end = line.indexOf(",", at);
            found.push(line.slice(at, end < 0 ? undefined : end));
            at = end < 0 ? line.length : end;
        }
        if (line[at] !== ",") return found;
        at++;
    }
}
