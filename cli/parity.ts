import { parity as rows, valuesAt } from "../plan/parity";
import { colours, printJson, say } from "./output";
import { select, type Selection } from "./selection";
import { command } from "../topology/command";

/** `twinstack parity`: field by field, how each cloud implements the topology, with the stack's own values. */
export async function parity(selection: Selection, { json }: { json?: boolean }): Promise<number> {
    const { stack } = select(selection);
    const valued = rows.map((row) => ({ ...row, values: valuesAt(stack.app, row.field) }));
    if (json) await printJson(valued);
    else await say(`${valued.map(block).join("\n")}${stack.cloud === "local" ? onLocal : ""}`);
    return 0;
}

/** Parity is between clouds; what a laptop has not is a warning of its plan. */
const onLocal = `\ncloud local has services, jobs and what services use, in Docker; \`${command("plan")}\` says what it has not.\n`;

function block({ field, aws, gcp, note, values }: (typeof rows)[number] & { values: Record<string, unknown> }): string {
    const { bold, dim, yellow } = colours;
    const said = Object.entries(values).map(([path, value]) => {
        const text = typeof value === "string" ? value : JSON.stringify(value);
        return path === field ? text : `${path} ${text}`;
    });
    return [
        `${bold(field)}${said.length > 0 ? `  ${dim(said.join(" · "))}` : ""}\n`,
        `  aws   ${aws}\n`,
        `  gcp   ${gcp}\n`,
        note ? `  ${yellow("note")}  ${note}\n` : "",
    ].join("");
}
