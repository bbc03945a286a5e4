import { planOf, type Plan } from "../plan/plan";
import { quotaWarnings } from "../plan/quotas";
import { labelOf } from "../plan/resource";
import { countsOf, created, tree, type Branch, type Leaf } from "../plan/tree";
import { warningsOf } from "../plan/warnings";
import type { Target } from "../topology/app";
import { ProblemsError, type Stack } from "../topology/validate";
import { colours, plural, printJson, progress, table, say } from "./output";
import { select, type Selection } from "./selection";
import { command } from "../topology/command";

/** `twinstack plan`: what the stack would build. */
export async function plan(selection: Selection, { json }: { json?: boolean }): Promise<number> {
    const { stack, project } = select(selection);
    const planned = await planOf(stack, { project, onResource: progress("planning, resources") });
    if (json) await printJson(planned);
    else await say(describe(planned, stack));
    return 0;
}

/** `twinstack start`: the plan, how to go on, and what it costs on either cloud. */
export async function start(selection: Selection, { json }: { json?: boolean }): Promise<number> {
    if (json) return plan(selection, { json });
    const { stack, project, file } = select(selection);
    const { comparePair, planned: planOnce } = await import("./pair");
    let planned: Plan<Target> | undefined;
    let costs: string;
    try {
        const { plans, comparison } = await comparePair(selection, {}, { density: 1 });
        if (stack.cloud !== "local") planned = plans[stack.cloud];
        costs = (await import("./compare")).describe(comparison, true);
    } catch (error) {
        // What has no price yet, or no place on the other cloud, is still a plan.
        if (!(error instanceof ProblemsError)) throw error;
        const [{ path, found }] = error.problems;
        costs = colours.dim(`No comparison of costs: ${path}: ${found}\n`);
    }
    planned ??= await planOnce({ stack, project });
    await say(`${describe(planned, stack)}${advise(planned, file)}\n${costs}`);
    return 0;
}

const cloudNames = { aws: "AWS", gcp: "Google Cloud", local: "Docker" };

/** The plan for people: header, tree, counts, warnings. */
export function describe(planned: Plan<Target>, stack: Stack<Target>): string {
    const { bold, cyan, dim, yellow } = colours;
    const { app, cloud, environment, region } = planned;
    const branches = tree(planned);
    const sections = branches.map((branch) => {
        const head = `${cyan(bold(labelOf(branch.role)))}  ${branch.name}  ${dim(plural(branch.count, "resource"))}`;
        return `${head}\n${table(
            branch.leaves.map((leaf) => row(leaf, branch)),
            "  ",
        )}`;
    });
    const counts = Object.entries(countsOf(branches)).map(([role, count]) => `${labelOf(role)} ${count}`);
    const warnings = [...warningsOf(stack), ...quotaWarnings(planned.resources)].map(
        (sentence) => `  ${yellow("!")} ${sentence}\n`,
    );
    return [
        `${bold(`${app} on ${cloudNames[cloud]} in ${environment}`)}  ${dim(`${region}, stack ${planned.stack}`)}\n`,
        ...sections,
        `${bold(plural(created(planned).length, "resource"))}  ${dim(counts.join(" · "))}\n`,
        ...(warnings.length > 0 ? [`${bold("Worth knowing")}\n${warnings.join("")}`] : []),
    ].join("\n");
}

function row({ kind, names, details, synthesised }: Leaf, branch: Branch): string[] {
    const { dim } = colours;
    // Names repeat their component's; only what they add tells them apart.
    const own = names.map((name) => name.replace(branch.name, "").replace(/^-/, "")).filter((name) => name !== "");
    const shown = own.length > 3 ? `${own.slice(0, 2).join(", ")}, …` : own.join(", ");
    const counted = names.length > 1 ? `${kind} ×${names.length}` : kind;
    return [
        counted,
        dim(shown),
        details.join(" · ") + (synthesised && details.length === 0 ? dim("by the awsx plugin") : ""),
    ];
}

function advise({ cloud, stack }: Plan<Target>, file: string): string {
    const { bold, cyan, dim } = colours;
    const other = cloud === "aws" ? "gcp" : "aws";
    const needs = cloud === "local" ? "Docker" : "the cloud's credentials";
    const rows = [
        [cyan(command(`plan --cloud ${other}`)), `the same app on the other cloud; or set twinstack:cloud in ${file}`],
        [cyan(command("plan --environment prod --domain todo.example.com")), "what production adds"],
        [cyan(command("compare")), "what it costs on AWS and on Google Cloud, and why; --break-even, --html"],
        [cyan(command("savings")), "what would cost less, with the lines to write"],
        [cyan(command("parity")), "field by field, how each cloud does it"],
        [cyan(`pulumi stack init ${stack} && pulumi up`), `build it; needs the Pulumi CLI and ${needs}`],
    ].map(([command, what]) => [command, dim(what)]);
    return `\n${bold("Next")}\n${table(rows, "  ")}`;
}
