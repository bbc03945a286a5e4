import { isAlias, isMap, isScalar, isSeq, LineCounter, parseAllDocuments, type Node } from "yaml";

import { read } from "./texts";
import { textOf } from "./values";

/** A value of a settings file by its keys: `spring`, `datasource`, `url`. */
export interface Entry {
    keys: string[];
    value: string;
    line: number;
}

/** Everything that a file of YAML, JSON, TOML, INI or properties says, or what it says where these profiles of Spring's are active. */
export function entriesOf(path: string, active?: string[]): Entry[] {
    const text = read(path);
    const documents = /\.(properties|env)$/.test(path)
        ? propertiesIn(text)
        : /\.(toml|ini|cfg|conf)$/.test(path)
          ? [sectionsIn(text)]
          : documentsIn(path.endsWith(".json") ? withoutComments(text) : text);
    return documents.flatMap((entries) => {
        const only = entries.find(({ keys }) =>
            /^spring\.(config\.activate\.on-profile|profiles)$/.test(keys.join(".")),
        );
        return active && only && !only.value.split(/[\s,]+/).some((profile) => active.includes(profile)) ? [] : entries;
    });
}

const nameOf = (key: unknown): string => (isScalar(key) ? textOf(key.value) : "");

/** JSON as .NET reads it, with comments; everything stays in its line. */
const withoutComments = (text: string): string =>
    text.replace(/"(?:[^"\\]|\\.)*"|\/\/.*|\/\*[\s\S]*?\*\//g, (all) =>
        all.startsWith('"') ? all : all.replace(/[^\n]/g, " "),
    );

function documentsIn(text: string): Entry[][] {
    const lines = new LineCounter();
    const documents = parseAllDocuments(text, { lineCounter: lines });
    if (!Array.isArray(documents)) return [];
    return documents.map((document) => {
        if (document.errors.length) return [];
        const entries: Entry[] = [];
        const visit = (node: unknown, keys: string[]): void => {
            const said = isAlias(node) ? node.resolve(document) : (node as Node | null);
            if (isMap(said))
                for (const { key, value } of said.items) visit(value, [...keys, ...nameOf(key).split(".")]);
            else if (isSeq(said)) said.items.forEach((item, index) => visit(item, [...keys, String(index)]));
            else if (isScalar(said) && said.value !== null)
                entries.push({ keys, value: textOf(said.value), line: lines.linePos(said.range?.[0] ?? 0).line });
        };
        visit(document.contents, []);
        return entries;
    });
}

/** `%prod.` begins what Quarkus takes in production, and `#---` another document of Spring's. */
function propertiesIn(text: string): Entry[][] {
    const documents: Entry[][] = [[]];
    const lines = text.split(/\r?\n/);
    for (let index = 0; index < lines.length; index++) {
        const line = index + 1;
        if (/^[#!]---/.test(lines[index])) documents.push([]);
        let said = lines[index].trim();
        while (said.endsWith("\\") && index + 1 < lines.length) said = said.slice(0, -1) + lines[++index].trim();
        const [, key, value] = /^((?:[^\s=:#!\\]|\\.)+)\s*[=:\s]\s*(.*)$/.exec(said) ?? [];
        if (key !== undefined) documents.at(-1)!.push({ keys: key.replace(/^%prod\./, "").split("."), value, line });
    }
    return documents;
}

/** INI, and what of TOML stands in one line: `[database]` begins what its keys say. */
function sectionsIn(text: string): Entry[] {
    let section: string[] = [];
    return text.split(/\r?\n/).flatMap((line, index): Entry[] => {
        const [, named] = /^\s*\[+\s*([^[\]]+?)\s*\]+\s*$/.exec(line) ?? [];
        if (named !== undefined) section = named.split(".");
        const [, key, quoted, bare] =
            /^\s*["']?([\w.-]+)["']?\s*=\s*(?:["']([^"']*)["']|([^#;]*?))\s*([#;].*)?$/.exec(line) ?? [];
        if (key === undefined) return [];
        return [{ keys: [...section, ...key.split(".")], value: quoted ?? bare ?? "", line: index + 1 }];
    });
}
