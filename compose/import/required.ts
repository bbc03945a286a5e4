import { read } from "./texts";

/** Variables without which a program ends before it begins. */

/** Whether a source reads a variable in a way that fails where it has none. */
export function isRequired(variable: string, texts: string[]): boolean {
    const form = new RegExp(
        [
            `\\benviron\\[["']${variable}["']\\]`,
            // env("X") of django-environ, config("X", cast=int) of python-decouple
            `\\b(?:env|config)(?:\\.\\w+)?\\(\\s*["']${variable}["']\\s*(?:,\\s*cast\\s*=\\s*[\\w.]+\\s*)?\\)`,
            `\\bENV\\.fetch\\(\\s*["']${variable}["']\\s*\\)(?!\\s*(?:\\{|do\\b))`,
            `\\bgetOrThrow(?:<\\w+>)?\\(\\s*["']${variable}["']`,
        ].join("|"),
    );
    return texts.some((path) => {
        // PHP's env() has no value then, and goes on.
        if (path.endsWith(".php")) return false;
        const text = read(path);
        return form.test(text) || fieldsOf(text).some(({ name }) => name.toUpperCase() === variable.toUpperCase());
    });
}

const simple = /^(str|int|float|bool|SecretStr|EmailStr|\w*(Url|Dsn)|(set|list|tuple)\[str\])$/i;

/**
 * Fields without a default of classes that read variables by their fields' names.
 * @see https://docs.pydantic.dev/latest/concepts/pydantic_settings
 */
export function fieldsOf(text: string): { name: string; line: number }[] {
    if (!/\bBaseSettings\b/.test(text)) return [];
    const lines = text.split(/\r?\n/);
    return lines.flatMap((line, start) => {
        const [, name = ""] = /^class\s+(\w+)\([^)]*\bBaseSettings\b[^)]*\):/.exec(line) ?? [];
        if (name === "" || /test|dev/i.test(name)) return [];
        const after = lines.slice(start + 1);
        const end = after.findIndex((one) => /^\S/.test(one));
        const body = end < 0 ? after : after.slice(0, end);
        const indent = /^\s+/.exec(body.find((one) => one.trim() !== "") ?? "")?.[0] ?? "    ";
        // What the variables are called is another matter then.
        if (/\benv_prefix\b|\balias(_generator)?\b|\bfields\s*=/.test(body.join("\n"))) return [];
        return body.flatMap((one, index) => {
            const [, field, type = ""] = new RegExp(`^${indent}(\\w+)\\s*:\\s*([^=#]+?)\\s*(?:#.*)?$`).exec(one) ?? [];
            return field !== undefined && simple.test(type) ? [{ name: field, line: start + index + 2 }] : [];
        });
    });
}
