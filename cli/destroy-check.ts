import { obstaclesOf, type Met } from "../operate/obstacles";
import type { State } from "../operate/state";
import { planOf } from "../plan/plan";
import { kindOf } from "../plan/tree";
import { exportState, stateFromFile } from "./engine";
import { BadInput } from "./errors";
import { fit } from "./layout";
import { colours, plural, print, printJson, progress, table } from "./output";
import { select, type Selection } from "./selection";

export interface DestroyCheckOptions {
    state?: string;
    plan?: boolean;
    json?: boolean;
}

/**
 * `twinstack destroy-check`: what stands in the way of `pulumi destroy`, in which order it goes, what is lost and what stays, with
 * the command lines. Reads what is deployed; `--state FILE` an export, `--plan` what the stack file would build. Changes nothing.
 * Answers 3 if `destroy` would refuse as things are, else 0.
 */
export async function destroyCheck(selection: Selection, options: DestroyCheckOptions): Promise<number> {
    if (options.plan && options.state !== undefined) throw new BadInput("Either --plan or --state FILE.");
    const state = await stateOf(selection, options);
    const met = obstaclesOf(state);
    const refused = met.some(({ when }) => when === "first");
    if (options.json) await printJson({ project: state.project, stack: state.stack, refused, obstacles: met });
    // Command lines stay whole: what is wrapped cannot be pasted.
    else await print(describe(state, met));
    return refused ? 3 : 0;
}

async function stateOf(selection: Selection, { plan, state }: DestroyCheckOptions): Promise<State> {
    if (state !== undefined) return stateFromFile(state);
    if (!plan) return exportState(selection.stack);
    const { stack, project } = select(selection);
    const { resources } = await planOf(stack, { project, onResource: progress("planning, resources") });
    return {
        project,
        stack: stack.place.stack,
        pending: [],
        refused: [],
        tried: [],
        resources: resources.map((resource) => ({
            ...resource,
            retainOnDelete: resource.retainOnDelete ?? false,
            delete: false,
        })),
    };
}

const headings: [when: Met["when"], title: string][] = [
    ["goes", "What is lost with it"],
    ["first", "First: until then `pulumi destroy` refuses"],
    ["waits", "Where it may stop, and what to do then"],
    ["stays", "What stays, on purpose"],
];

function describe({ stack, resources }: State, met: Met[]): string {
    const { bold } = colours;
    const count = resources.filter(({ custom, type }) => custom && !type.startsWith("pulumi:")).length;
    const parts = headings.flatMap(([when, title]) => {
        const ones = met.filter((one) => one.when === when);
        const after = when === "first" ? [`\n${bold("Then")}\n    pulumi destroy --yes\n`] : [];
        if (ones.length === 0) return after;
        return [`\n${bold(title)}\n`, ...ones.map(block), ...after];
    });
    return [
        `${bold(`\`pulumi destroy\` of stack ${stack}`)}: ${plural(count, "resource")}\n`,
        ...parts,
        `\n${fit("Never add --skip-preview: Pulumi then deletes everything else before it stops at what is protected.")}\n`,
    ].join("");
}

function block({ title, says, resources, run }: Met): string {
    const { bold, dim } = colours;
    const rows = resources.map(({ type, name, shows }) => [kindOf(type), name, dim(shows)]);
    const shown = rows.length > 12 ? [...rows.slice(0, 11), ["…", `and ${rows.length - 11} more`]] : rows;
    return [
        fit(`  ${bold(title)}. ${says}`) + "\n",
        table(shown, "    "),
        ...run.map((line) => `      ${line}\n`),
    ].join("");
}
