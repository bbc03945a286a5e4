import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, type Document } from "yaml";

import { ProblemsError, type Problem } from "../topology/problems";

/** A Compose file as it stands, and where in it things are. */
export interface ComposeFile {
    /** The project's name, if the file says one. */
    name?: string;
    /** Keys at the top beside name, services and volumes. */
    others: string[];
    services: Record<string, Record<string, unknown>>;
    /** Names of the volumes that it declares. */
    volumes: string[];
    /** Line of the deepest part of a path that the file has. */
    lineOf(path: readonly (string | number)[]): number;
}

/** What was given to `import` cannot be read or written; each problem with its place. */
export class ImportError extends ProblemsError {
    constructor(problems: Problem[]) {
        super(problems, "the import");
        this.name = "ImportError";
        const blocks = problems.map(
            ({ path, found, allowed }) => `  ${path}\n    found    ${found}\n    allowed  ${allowed}`,
        );
        const many = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
        this.message = `${many} in what is to be imported:\n\n${blocks.join("\n\n")}\n`;
    }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
    typeof value === "object" && value !== null && !Array.isArray(value);
const called = (value: unknown): string =>
    value === undefined || value === null ? "nothing" : Array.isArray(value) ? "a list" : `a ${typeof value}`;

/**
 * Reads a Compose file. `shown` is how messages call it.
 * @throws ImportError if it is no YAML, or has no services
 */
export function readCompose(text: string, shown: string): ComposeFile {
    const lines = new LineCounter();
    // Anchors with `<<` are how Compose files share what their services have in common.
    const document = parseDocument(text, { lineCounter: lines, merge: true, uniqueKeys: true });
    if (document.errors.length > 0)
        throw new ImportError(
            document.errors.map(({ message, linePos }) => ({
                path: [shown, linePos?.[0].line ?? 1, linePos?.[0].col ?? 1].join(":"),
                found: message.split("\n")[0].replace(/ at line.*$/, ""),
                allowed: "YAML",
            })),
        );
    let data: unknown;
    try {
        data = document.toJS({ maxAliasCount: 100 });
    } catch (error) {
        throw new ImportError([{ path: shown, found: (error as Error).message, allowed: "YAML" }]);
    }
    const lineOf = (path: readonly (string | number)[]) => lineIn(document, lines, path);
    const refuse = (at: string[], found: unknown, allowed: string): never => {
        throw new ImportError([
            { path: `${shown}:${lineOf(at)}${at.length ? `: ${at.join(".")}` : ""}`, found: called(found), allowed },
        ]);
    };
    if (!isRecord(data)) return refuse([], data, "a Compose file: a map with services");
    const { services, name, volumes, ...others } = data;
    if (!isRecord(services) || Object.keys(services).length === 0)
        return refuse(["services"], services, "services, at least one, by their names");
    for (const [service, said] of Object.entries(services))
        if (!isRecord(said)) refuse(["services", service], said, "a map with image or build");
    return {
        ...(typeof name === "string" && { name }),
        others: Object.keys(others).filter((key) => key !== "version" && !key.startsWith("x-")),
        services: services as ComposeFile["services"],
        volumes: isRecord(volumes) ? Object.keys(volumes) : [],
        lineOf,
    };
}

function lineIn(document: Document, lines: LineCounter, path: readonly (string | number)[]): number {
    let node: unknown = document.contents;
    let line = 1;
    const at = (range: readonly number[] | null | undefined) => {
        if (range) line = lines.linePos(range[0]).line;
    };
    for (const part of path) {
        if (isAlias(node)) node = node.resolve(document);
        if (isMap(node)) {
            const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(part));
            if (!pair) break;
            if (isScalar(pair.key)) at(pair.key.range);
            node = pair.value;
        } else if (isSeq(node)) {
            const item = node.items[Number(part)];
            if (item === undefined) break;
            at((item as { range?: number[] }).range);
            node = item;
        } else break;
    }
    return line;
}
