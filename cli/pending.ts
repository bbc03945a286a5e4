import type { Pending } from "../plan/pending";
import { kindOf } from "../plan/tree";
import { colours, plural } from "./output";

/** What reads what is there of changes that were refused. */
export const refreshOf = (refused: Pending[]): string =>
    `pulumi refresh --yes${refused.map(({ urn }) => ` --target '${urn}'`).join("")}`;

/** What a state says is not done, and what will: nothing if all is. */
export function describePending(pending: Pending[]): string {
    const { bold, dim, yellow } = colours;
    const block = (kind: Pending["kind"], title: (count: string) => string, advice: string): string => {
        const these = pending.filter((one) => one.kind === kind);
        if (these.length === 0) return "";
        const lines = these.map(({ type, name }) => `  ${kindOf(type)}  ${bold(name)}\n`);
        return `\n${yellow(bold(title(plural(these.length, "change"))))}\n${lines.join("")}${dim(advice)}\n`;
    };
    const refused = pending.filter(({ kind }) => kind === "refused");
    return [
        block("gate", (count) => `PENDING: ${count} tried and not succeeded`, "  The next `pulumi up` tries again."),
        block(
            "refused",
            (count) => `REFUSED: ${count} that the state has and the cloud has not`,
            `  \`pulumi up\` fails until what is there was read: ${refreshOf(refused)}`,
        ),
    ].join("");
}
