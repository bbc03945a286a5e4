import { dirname, resolve } from "node:path";

import { placed, textOf, writeFiles } from "../compose/files";
import { make, movedSentences } from "../compose/make";
import { colours, complain, print, printJson, table } from "./output";
import { BadInput, invokedFrom, select, type Selection } from "./selection";

export interface ComposeOptions {
    json?: boolean;
    output?: string;
}

/** The stack of this machine that is selected. @throws BadInput if another cloud is asked for */
export function selectLocal(selection: Selection, command: string): ReturnType<typeof select> {
    if (selection.cloud !== undefined && selection.cloud !== "local")
        throw new BadInput(
            `--cloud\n  found    ${JSON.stringify(selection.cloud)}\n  allowed  nothing: ${command} is about cloud local`,
        );
    return select({ ...selection, cloud: "local", environment: selection.environment ?? "dev" });
}

/** `twinstack compose`: the Compose file that runs what `cloud: local` runs, written from the same plan. */
export async function compose(selection: Selection, { json, output }: ComposeOptions): Promise<number> {
    const { stack, project } = selectLocal(selection, "compose");
    const root = process.cwd();
    const file = output === undefined ? undefined : resolve(invokedFrom, output);
    const made = placed(await make(stack, project), file ? dirname(file) : root, root);
    for (const sentence of movedSentences(made.moved)) await complain(`${sentence}\n`);
    if (json) await printJson({ ...made, ...(file && { file }) });
    if (file) {
        const fresh = write(() => writeFiles(made, file), file);
        if (!json) await print(said(output!, made.project, fresh));
    } else if (!json) await print(textOf(made));
    return 0;
}

function said(file: string, project: string, fresh: string[]): string {
    const { bold, cyan, dim } = colours;
    const secrets = fresh.length ? `, and in ${dirname(file)}/.env random values for ${fresh.join(", ")}` : "";
    const next = [[cyan(`docker compose -p ${project} -f ${file} up --build`), dim("needs Docker")]];
    return `${file} is written${secrets}.\n\n${bold("Next")}\n${table(next, "  ")}`;
}

function write<T>(writing: () => T, file: string): T {
    try {
        return writing();
    } catch (error) {
        throw new BadInput(`${file} cannot be written: ${(error as Error).message}`);
    }
}
