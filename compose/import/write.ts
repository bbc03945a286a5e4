/** An app as a file of apps/, formatted as Prettier and oxfmt would. */

const width = 120;
const indent = "    ";
const identifier = /^[A-Za-z_$][\w$]*$/;

/** The file: `fileOf("my-shop", app, "../topology/app", "compose.yaml")`. */
export function fileOf(name: string, app: object, topology: string, source: string): string {
    const declared = `export const ${constantOf(name)} = `;
    return [
        `import type { AppInput } from ${quoted(topology)};`,
        "",
        `/** Written by \`twinstack import compose\` from ${source.replaceAll("*/", "")}. */`,
        `${declared}${objectOf(app as Record<string, unknown>, "", declared.length, true)} satisfies AppInput;`,
        "",
    ].join("\n");
}

const reserved = new Set(
    "arguments await break case catch class const continue debugger default delete do else enum eval export extends false finally for function if implements import in instanceof interface let new null package private protected public return static super switch this throw true try typeof var void while with yield".split(
        " ",
    ),
);

/** `my-shop` → `myShop`. */
export function constantOf(name: string): string {
    const camel = name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
    return reserved.has(camel) || camel === "apps" ? `${camel}App` : camel;
}

/** apps/index.ts with one more app; undefined if the file does not look as it did. */
export function withApp(index: string, name: string): string | undefined {
    const constant = constantOf(name);
    const importLine = `import { ${constant} } from ${quoted(`./${name}`)};\n`;
    const record = /(export const apps: Record<string, AppInput> = )\{([^{}]*)\};/.exec(index);
    const imports = [...index.matchAll(/^import .*;\n/gm)];
    const last = imports[imports.length - 1];
    if (!record || !last) return undefined;
    const entries = record[2]
        .split(",")
        .map((entry) => entry.trim())
        .filter((entry) => entry !== "");
    const entry = constant === name ? name : `${keyOf(name)}: ${constant}`;
    if (entries.includes(entry)) return index;
    const all = [...entries, entry];
    const inline = `${record[1]}{ ${all.join(", ")} };`;
    const listed =
        inline.length <= width ? inline : `${record[1]}{\n${all.map((one) => `${indent}${one},\n`).join("")}};`;
    const at = last.index + last[0].length;
    return `${index.slice(0, at)}${importLine}${index.slice(at)}`.replace(record[0], () => listed);
}

const keyOf = (key: string): string => (identifier.test(key) ? key : quoted(key));

/** Double quotes, unless that would escape more. */
function quoted(text: string): string {
    const json = JSON.stringify(text);
    const [double, single] = [text.split('"').length, text.split("'").length];
    return double > single ? `'${json.slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'` : json;
}

/** A value; `column` is where it begins, and what has to fit behind it on its line is one comma. */
function valueOf(value: unknown, before: string, column: number): string {
    if (Array.isArray(value)) return arrayOf(value, before, column);
    if (typeof value === "object" && value !== null) return objectOf(value as Record<string, unknown>, before, column);
    return typeof value === "string" ? quoted(value) : String(value);
}

function objectOf(value: Record<string, unknown>, before: string, column: number, open = false): string {
    const entries = Object.entries(value).filter(([, item]) => item !== undefined);
    if (!entries.length) return "{}";
    const inline = `{ ${entries.map(([key, item]) => `${keyOf(key)}: ${valueOf(item, "", 0)}`).join(", ")} }`;
    if (!open && !inline.includes("\n") && column + inline.length + 1 <= width) return inline;
    const inner = before + indent;
    const lines = entries.map(([key, item]) => {
        const head = `${inner}${keyOf(key)}: `;
        const said = valueOf(item, inner, head.length);
        // A text that is too long gets a line of its own, where that is further to the left.
        const breaks = typeof item === "string" && head.length + said.length + 1 > width && keyOf(key).length >= 7;
        return breaks ? `${head.trimEnd()}\n${inner}${indent}${said},\n` : `${head}${said},\n`;
    });
    return `{\n${lines.join("")}${before}}`;
}

function arrayOf(value: unknown[], before: string, column: number): string {
    const inline = `[${value.map((item) => valueOf(item, "", 0)).join(", ")}]`;
    if (!inline.includes("\n") && column + inline.length + 1 <= width) return inline;
    const inner = before + indent;
    return `[\n${value.map((item) => `${inner}${valueOf(item, inner, inner.length)},\n`).join("")}${before}]`;
}
