import { isAlias, isMap, isScalar, isSeq, LineCounter, parseAllDocuments, type ParsedNode } from "yaml";

import { ImportError } from "./errors";
import { listOf, placeIn, treeOf, type Place, type Tree } from "./places";

/** A value that a file puts in the place of whatever the files before it said (`!override`), or takes away (`!reset`). */
export class Override {
    constructor(readonly value: unknown) {}
}
export const reset = Symbol("!reset");

/**
 * The documents of a YAML file as maps and lists that know where their entries stand. Anchors, `<<`, and Compose's own tags are
 * followed; an anchor is read once however often it is used.
 * @throws ImportError with the line of what is no YAML
 */
export function readYaml(text: string, file: string): unknown[] {
    const source = text.replace(/^\ufeff/, "");
    let lines = new LineCounter();
    let documents = parsed(source, lines);
    const before = documents.flatMap(({ errors }) => errors);
    if (before.some(({ code }) => code === "MISSING_CHAR")) {
        // Compose's own parser takes the end of a text in quotes wherever it stands; YAML wants it behind its key.
        const moved = new LineCounter();
        const again = parsed(indented(source), moved);
        if (!again.some(({ errors }) => errors.length)) [documents, lines] = [again, moved];
    }
    const faults = documents.flatMap(({ errors }) => errors);
    if (faults.length)
        throw new ImportError(
            faults.map(({ message, linePos }) => ({
                path: [file, linePos?.[0].line ?? 1, linePos?.[0].col ?? 1].join(":"),
                found: message.split("\n")[0].replace(/ at line.*$/, ""),
                allowed: "YAML",
            })),
        );
    return documents.map((document) => new Reader(file, lines).read(document.contents));
}

function parsed(text: string, lineCounter: LineCounter) {
    const documents = parseAllDocuments(text, { lineCounter, uniqueKeys: true, logLevel: "silent" });
    return Array.isArray(documents) ? documents : [];
}

/** A file in which every line of a text in quotes is further in than the key that the text belongs to. */
function indented(text: string): string {
    let open: { quote: string; by: number } | undefined;
    const isOpen = (line: string, quote: string) => (line.match(new RegExp(quote, "g")) ?? []).length % 2 === 1;
    return text
        .split("\n")
        .map((line) => {
            if (!open) {
                const [, before, quote] = /^(\s*)[\w.-]+:\s+(["'])/.exec(line) ?? [];
                if (quote !== undefined && isOpen(line, quote)) open = { quote, by: before.length + 1 };
                return line;
            }
            const { quote, by } = open;
            if (isOpen(line, quote)) open = undefined;
            return `${" ".repeat(by)}${line.trimStart()}`;
        })
        .join("\n");
}

class Reader {
    /** By name, the last one read: an alias means the nearest above it. */
    private readonly anchors = new Map<string, unknown>();
    private readonly known = new Map<unknown, unknown>();
    private readonly open = new Set<unknown>();

    constructor(
        private readonly file: string,
        private readonly lines: LineCounter,
    ) {}

    read(node: unknown): unknown {
        if (node === null || node === undefined) return null;
        if (isAlias(node)) {
            const target = this.anchors.get(node.source);
            if (!target)
                throw this.fault(node, `the alias *${node.source}, which no anchor defines`, "an anchor above it");
            return this.read(target);
        }
        if (this.known.has(node)) return this.known.get(node);
        if (this.open.has(node)) throw this.fault(node, "an anchor that contains itself", "YAML without circles");
        const { anchor } = node as { anchor?: string };
        if (anchor) this.anchors.set(anchor, node);
        this.open.add(node);
        const value = this.tagged(node);
        this.open.delete(node);
        this.known.set(node, value);
        return value;
    }

    private tagged(node: unknown): unknown {
        const { tag } = node as { tag?: string };
        if (tag === "!reset") return reset;
        const value = this.plain(node);
        return tag === "!override" ? new Override(value) : value;
    }

    private plain(node: unknown): unknown {
        if (isScalar(node)) {
            // As Go's YAML reads it, in which Compose is written.
            const octal = typeof node.value === "number" && /^0[0-7]+$/.test(node.source ?? "");
            return octal ? parseInt(node.source!, 8) : node.value;
        }
        if (isSeq(node)) return listOf(node.items.map((item) => [this.read(item), this.placeOf(item)] as const));
        if (!isMap(node)) return null;
        const entries = new Map<string, readonly [string, unknown, Place | undefined]>();
        for (const { key, value } of node.items) {
            if (this.nameOf(key) !== "<<") continue;
            const merged = this.read(value);
            for (const source of [merged].flat().reverse())
                if (typeof source === "object" && source !== null)
                    for (const inherited of Object.keys(source))
                        entries.set(inherited, [
                            inherited,
                            (source as Tree)[inherited],
                            placeIn(source, inherited) ?? this.placeOf(key),
                        ]);
        }
        for (const { key, value } of node.items) {
            const name = this.nameOf(key);
            if (name !== "<<") entries.set(name, [name, this.read(value), this.placeOf(key)]);
        }
        return treeOf(entries.values());
    }

    private nameOf(key: unknown): string {
        const name = this.read(key);
        if ((typeof name === "object" && name !== null) || typeof name === "symbol")
            throw this.fault(key, "a key that is no scalar", "a name as the key");
        return String(name);
    }

    private placeOf(node: unknown): Place | undefined {
        const range = (node as ParsedNode | null)?.range;
        if (!range) return undefined;
        const { line, col } = this.lines.linePos(range[0]);
        return { file: this.file, line, column: col };
    }

    private fault(node: unknown, found: string, allowed: string): ImportError {
        const place = this.placeOf(node);
        return new ImportError([{ path: `${this.file}:${place?.line ?? 1}`, found, allowed }]);
    }
}
