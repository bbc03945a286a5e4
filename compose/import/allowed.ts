import { relative } from "node:path";

import type { Tree } from "../load/places";
import type { Around } from "./around";
import { baseOf } from "./dockerfile";
import { builtFrom } from "./own";
import { hostsVariableOf } from "./products";
import { read, textsBelow } from "./texts";
import { environmentOf, textOf } from "./values";

/**
 * Hosts by which a program lets itself be asked: Django answers 400 to anything else. Load balancers ask whether it is well by its address,
 * and people by the app's own host, of which a file for one's own machine knows nothing.
 * @see https://docs.djangoproject.com/en/stable/ref/settings/#allowed-hosts
 */
export function openHosts(raw: Tree, env: Record<string, string>, { note, mend, contextOf }: Around): void {
    const told = new Map(environmentOf(raw));
    const product = hostsVariableOf(raw);
    const build = builtFrom(raw);
    // A front end may be built from the same folder.
    const isOther = build !== undefined && /(^|\/)(node|nginx|caddy|httpd)(:|@|$)/.test(baseOf({ build })?.image ?? "");
    const said = build === undefined || isOther ? [] : saidIn(textOf(build.context));
    const isOpen = said.some(({ text }) => text.includes('"*"'));
    const asked = said.flatMap(({ variables }) => variables);
    const variables = [...new Set([...asked, ...(product ? [product.variable] : []), "DJANGO_ALLOWED_HOSTS"])].filter(
        (variable) => told.has(variable),
    );
    for (const variable of variables) {
        const value = env[variable];
        if (value === undefined || value.includes("*") || value.includes("${")) continue;
        env[variable] = value.trim().startsWith("[") ? '["*"]' : "*";
        note(["environment", variable], `${env[variable]}: ${value || "nothing"} ${leavesOut}; any host is taken now`);
    }
    if (variables.length || isOpen) return;
    if (product) {
        env[product.variable] = "*";
        note(["environment"], `${product.variable}: *, without which it answers nobody (${product.source})`);
        return;
    }
    const [first] = said;
    if (first === undefined) return;
    const where = `${contextOf(first.path)}:${first.line}`;
    if (asked.length) {
        env[asked[0]] = "*";
        note(
            ["environment"],
            `${asked[0]}: *, which ${where} reads: what it has else ${leavesOut}; any host is taken now`,
        );
    } else if (said.every(({ isLiteral }) => isLiteral))
        mend(["build"], `${where}: what ALLOWED_HOSTS says ${leavesOut}: let it read a variable, or be ["*"]`);
}

const leavesOut = "leaves out the app's own host, and the address by which load balancers ask, which are answered 400";

interface Said {
    path: string;
    line: number;
    text: string;
    /** What it reads: `os.environ.get("DJANGO_ALLOWED_HOSTS")`. */
    variables: string[];
    /** Whether it is a list of texts, which nothing changes. */
    isLiteral: boolean;
}

const assignment = /^[ \t]*ALLOWED_HOSTS\s*(?::[^=\n]+)?(?:\+?=|\.(?:append|extend)\()/m;
/** Settings that nobody runs in production. */
const development = /(^|\/)(dev\w*|local\w*|\w*test\w*|debug|ci|\w*_(dev|local|development))\.py$/;

/** What a source's settings say of them. */
const saidIn = (context: string): Said[] =>
    textsBelow(context, () => false, false)
        .filter((path) => path.endsWith(".py") && !development.test(relative(context, path)))
        .flatMap(statementsIn);

function statementsIn(path: string): Said[] {
    const lines = read(path).split("\n");
    return lines.flatMap((line, index) => {
        if (!assignment.test(line)) return [];
        // To where its brackets close.
        let end = index;
        const text = () => lines.slice(index, end + 1).join("\n");
        while (end < Math.min(lines.length, index + 12) && count(text(), /[[(]/g) > count(text(), /[\])]/g)) end++;
        const value = text().replace(/#.*$/gm, "").replaceAll("'", '"');
        // `if hosts := os.getenv("ALLOWED_HOSTS"):` stands before it.
        const near = `${lines
            .slice(Math.max(0, index - 3), index)
            .join("\n")
            .replaceAll("'", '"')}\n${value}`;
        const variables = [...near.matchAll(/"([A-Z][A-Z0-9_]*ALLOWED_HOSTS?|ALLOWED_HOSTS?)"/g)].map(
            ([, name]) => name,
        );
        const list = value.slice(value.indexOf("=") + 1);
        const isLiteral = /^\s*[[(]\s*("[^"]*"\s*,?\s*)*[\])]\s*$/.test(list);
        return [{ path, line: index + 1, text: value, variables, isLiteral }];
    });
}

const count = (text: string, form: RegExp): number => [...text.matchAll(form)].length;
