import { writeFileSync } from "node:fs";
import { dirname, relative, resolve, sep } from "node:path";

import { stringify } from "yaml";

import { composeOf, type Compose } from "../plan/compose";
import { planOf } from "../plan/plan";
import { colours, print, printJson, say } from "./output";
import { BadInput, invokedFrom, select, type Selection } from "./selection";

export interface ComposeOptions {
    json?: boolean;
    output?: string;
}

/** `twinstack compose`: the Compose file that runs what `cloud: local` runs, written from the same plan. */
export async function compose(selection: Selection, { json, output }: ComposeOptions): Promise<number> {
    if (selection.cloud !== undefined && selection.cloud !== "local")
        throw new BadInput(
            `--cloud\n  found    ${JSON.stringify(selection.cloud)}\n  allowed  nothing: compose is about cloud local`,
        );
    const { stack, project } = select({ ...selection, cloud: "local", environment: selection.environment ?? "dev" });
    const root = process.cwd();
    const file = output === undefined ? undefined : resolve(invokedFrom, output);
    const made = composeOf(await planOf(stack, { project }));
    const folder = file ? dirname(file) : root;
    const contexts = (path: string) => {
        const from = relative(folder, resolve(root, path)).split(sep).join("/");
        return from.startsWith("..") ? from : `./${from}`;
    };
    const data = withContexts(made.compose, contexts);
    if (json) {
        await printJson({ ...made, compose: data, ...(file && { file }) });
        if (!file) return 0;
    }
    const text = `${headOf(stack.app.name, made.variables)}${stringify(data, { lineWidth: 0, compat: "yaml-1.1" })}`;
    if (!file) await print(text);
    else {
        write(file, text);
        if (!json) await say(said(output!, made.variables));
    }
    return 0;
}

function withContexts(compose: Compose, contexts: (path: string) => string): Compose {
    const services = Object.entries(compose.services).map(([name, service]) => {
        const { build } = service;
        return [name, build ? { ...service, build: { ...build, context: contexts(build.context) } } : service];
    });
    return { ...compose, services: Object.fromEntries(services) as Compose["services"] };
}

/** Writes each variable once, with a value that is good enough for a laptop. */
const dotenv = (variables: string[]): string =>
    `for name in ${variables.join(" ")}; do echo "$name=$(openssl rand -hex 20)"; done > .env`;

const headOf = (app: string, variables: string[]): string =>
    [
        `# ${app} on this machine, written by \`npx twinstack compose\` from the same plan as \`twinstack:cloud: local\`.`,
        ...(variables.length
            ? ["# Its secrets are read from a file .env beside this one. To begin with:", `#   ${dotenv(variables)}`]
            : []),
        "",
    ].join("\n");

function said(file: string, variables: string[]): string {
    const { bold, cyan, dim } = colours;
    const rows = [
        ...(variables.length ? [[cyan(dotenv(variables)), dim(`beside ${file}; put in your own values`)]] : []),
        [cyan(`docker compose -f ${file} up --build`), dim("needs Docker")],
    ];
    return `${file} is written.\n\n${bold("Next")}\n${rows.map((row) => `  ${row.join("  ")}\n`).join("")}`;
}

function write(file: string, text: string): void {
    try {
        writeFileSync(file, text);
    } catch (error) {
        throw new BadInput(`${file} cannot be written: ${(error as Error).message}`);
    }
}
