/** GitHub's expressions, as far as our workflows use them. */

export type Value = unknown;
export type Functions = Record<string, (...args: Value[]) => Value>;

/** `a${{ b }}c` with each expression in its place; a text that is one expression keeps its value's type. */
export function filled(text: string, contexts: Record<string, Value>, functions: Functions): Value {
    const only = /^\$\{\{((?:(?!\}\}).)*)\}\}$/s.exec(text);
    if (only) return evaluate(only[1], contexts, functions);
    return text.replace(/\$\{\{(.*?)\}\}/gs, (_, expression: string) =>
        shown(evaluate(expression, contexts, functions)),
    );
}

export const shown = (value: Value): string => (value === null || value === undefined ? "" : String(value));
export const truthy = (value: Value): boolean => Boolean(value);

/** @throws where it is none that this knows */
export function evaluate(expression: string, contexts: Record<string, Value>, functions: Functions): Value {
    const tokens = expression.match(/'(?:[^']|'')*'|[A-Za-z_][\w-]*|\d+(?:\.\d+)?|==|!=|&&|\|\||[!().,*<>]|\S/g) ?? [];
    let at = 0;
    const peek = () => tokens[at];
    const take = (wanted?: string): string => {
        const token = tokens[at++];
        if (token === undefined || (wanted !== undefined && token !== wanted))
            throw new Error(`${expression}: ${wanted ?? "more"} expected, not ${token}`);
        return token;
    };
    const or = (): Value => {
        let value = and();
        while (peek() === "||") {
            take();
            const other = and();
            value = truthy(value) ? value : other;
        }
        return value;
    };
    const and = (): Value => {
        let value = compared();
        while (peek() === "&&") {
            take();
            const other = compared();
            value = truthy(value) ? other : value;
        }
        return value;
    };
    const compared = (): Value => {
        const value = unary();
        if (peek() !== "==" && peek() !== "!=") return value;
        const same = take() === "==";
        return (shown(value).toLowerCase() === shown(unary()).toLowerCase()) === same;
    };
    const unary = (): Value => {
        if (peek() !== "!") return primary();
        take();
        return !truthy(unary());
    };
    const primary = (): Value => {
        const token = take();
        if (token === "(") {
            const value = or();
            take(")");
            return value;
        }
        if (token.startsWith("'")) return token.slice(1, -1).replaceAll("''", "'");
        if (/^\d/.test(token)) return Number(token);
        if (["true", "false", "null"].includes(token)) return JSON.parse(token) as Value;
        if (!/^[A-Za-z_]/.test(token)) throw new Error(`${expression}: ${token} is nothing that this knows`);
        if (peek() === "(") {
            take();
            const args: Value[] = [];
            while (peek() !== ")") {
                args.push(or());
                if (peek() === ",") take();
            }
            take(")");
            if (!Object.hasOwn(functions, token)) throw new Error(`${expression}: there is no ${token}() here`);
            return functions[token](...args);
        }
        if (!Object.hasOwn(contexts, token)) throw new Error(`${expression}: there is no context ${token}`);
        let value = contexts[token];
        let each = false;
        while (peek() === ".") {
            take();
            const key = take();
            if (key === "*") {
                each = true;
                value = Object.values((value ?? {}) as object);
            } else if (each) value = (value as Record<string, Value>[]).map((one) => one?.[key]);
            else value = (value as Record<string, Value> | undefined | null)?.[key];
        }
        return value;
    };
    const value = or();
    if (at < tokens.length) throw new Error(`${expression}: what is ${tokens.slice(at).join(" ")}?`);
    return value;
}
