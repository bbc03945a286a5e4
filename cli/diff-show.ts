import type { Change, Diff, PropertyChange } from "../plan/diff";
import { kindOf } from "../plan/tree";
import { colours, errorColours, plural } from "./output";

/** What a diff looks like to people. */

const signs = { create: "+", update: "~", replace: "!", delete: "-" } as const;

/** `2 created, 1 changed, 0 replaced, 0 deleted, 40 unchanged`. */
export function describeCounts({ changes, unchanged }: Pick<Diff, "changes" | "unchanged">): string {
    const count = (kind: Change["kind"]) => changes.filter((change) => change.kind === kind).length;
    return `${count("create")} created, ${count("update")} changed, ${count("replace")} replaced, ${count("delete")} deleted, ${unchanged} unchanged`;
}

/** One change and its properties, a line each. */
export function describeChange(change: Change): string {
    const { bold, green, red, yellow } = colours;
    const paint = { create: green, update: yellow, replace: red, delete: red };
    const { kind, type, name, properties } = change;
    const head = `${paint[kind](`${signs[kind]} ${kind}`)}  ${kindOf(type)}  ${bold(name)}${remarks(change)}`;
    return `${head}\n${properties.map(line).join("")}`;
}

/** What is worth knowing of a change beside its properties. */
function remarks({ kind, was, holds, retained, refused, deletedFirst, felt }: Change): string {
    const { bold, dim, red } = colours;
    const gone = kind === "replace" || kind === "delete";
    return [
        was !== undefined && dim(`was ${was}`),
        holds && gone && !retained && red(bold(`loses ${holds}`)),
        retained && dim("stays where it is: Pulumi only forgets it"),
        deletedFirst && red("the old one goes first"),
        refused && red("protected: Pulumi refuses"),
        felt !== undefined && red(felt),
    ]
        .filter((remark) => remark !== undefined && remark !== false && remark !== "")
        .map((remark) => `  ${remark}`)
        .join("");
}

function line({ path, before, after, replaces, follows }: PropertyChange): string {
    const why = replaces ? colours.red("  (replaces it)") : "";
    if (follows) return `      ${path}: follows ${follows.join(", ")}${why}\n`;
    return `      ${path}: ${show(before)} → ${show(after)}${why}\n`;
}

function show(value: unknown): string {
    if (value === undefined) return colours.dim("absent");
    const text = JSON.stringify(value);
    return text.length > 100 ? `${text.slice(0, 99)}…` : text;
}

/** What would be lost, so that nobody overlooks it. */
export function alarm(dangers: Change[]): string {
    const { bold, red } = errorColours;
    const each = dangers.map(({ kind, type, name, holds, properties, refused }) => {
        const causes = properties.filter(({ replaces }) => replaces).map(({ path }) => path);
        const because = causes.length > 0 ? ` (because of ${causes.join(", ")})` : "";
        const held = refused ? "; it is protected, so Pulumi refuses" : "";
        return `  ${kind}s ${kindOf(type)} ${bold(name)}, and with it ${holds}${because}${held}\n`;
    });
    return `\n${red(bold(`DATA WOULD BE LOST: ${plural(dangers.length, "change")}`))}\n${each.join("")}`;
}
