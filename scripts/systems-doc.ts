import { writeFileSync } from "node:fs";

import { apps } from "../apps";
import { mapEntries } from "../components/map";
import { planOf, type Plan } from "../plan/plan";
import { released } from "../stacks/release";
import { clouds, type Cloud, type Environment, type Refinement } from "../topology/app";
import type { Release } from "../topology/release";
import { resolve } from "../topology/validate";
import { systems } from "./systems";
import { look } from "./systems/lookup";
import { isCarried, rowsOf, type Row, type System } from "./systems/row";

/** Writes docs/systems.md: every figure of the design documents, beside the property of the resource that carries it. */

const plans = new Map<string, Promise<Plan>>();

/** The plan that a row is looked up in; each is made once. */
export function planFor(system: System, cloud: Cloud, { environment = "prod", set, release }: Row): Promise<Plan> {
    const key = JSON.stringify([system.app, cloud, environment, set, release]);
    let plan = plans.get(key);
    if (!plan) {
        const stack = resolve<Cloud>(settings(system, cloud, environment, set), apps);
        const told = { release: release && releaseOf(release), from: system.app };
        plans.set(key, (plan = planOf(released(stack, undefined, told).stack)));
    }
    return plan;
}

/** A release that gives candidates their shares. */
const releaseOf = (weights: Record<string, number>): Release => ({
    services: mapEntries(weights, (service, weight) => ({
        image: `registry.example.com/${service}:1`,
        candidate: { image: `registry.example.com/${service}:2`, weight },
    })),
});

const settings = ({ app, domain }: System, cloud: Cloud, environment: Environment, set?: Refinement) => ({
    stack: environment,
    config: {
        "twinstack:app": app,
        "twinstack:cloud": cloud,
        "twinstack:environment": environment,
        ...(domain?.[environment] && { "twinstack:domain": domain[environment] }),
        ...(set && { "twinstack:overrides": set }),
        ...(cloud === "aws"
            ? { "aws:region": "ap-northeast-1" }
            : { "gcp:region": "asia-northeast1", "gcp:project": "example-project" }),
    },
});

/** `aws:ecs/taskDefinition:TaskDefinition` as `ecs.TaskDefinition`. */
const shortType = (type: string): string => {
    const [, module, name] = type.split(":");
    return `${module.split("/")[0]}.${name}`;
};
const code = (text: string): string => `\`${text.replaceAll("|", "\\|").replaceAll("`", "'")}\``;
const prose = (text: string): string => text.replaceAll("|", "\\|").replaceAll(/(?<!`)\*(?=[./])/g, "\\*");

/** The value first, then where it is: a narrow column, as nothing in a path breaks a line. */
async function cell(system: System, row: Row, cloud: Cloud): Promise<string> {
    const carrier = row[cloud];
    if (!isCarried(carrier)) return `– ${prose(carrier.why)}`;
    const { shown } = look(carrier, await planFor(system, cloud, row));
    const name = carrier.name ? ` ${code(carrier.name)}` : "";
    // The hash of what is built is the workload's business: it changes without this document.
    const value = `**${code(shown.replace(/:built-[0-9a-f]{12}$/, ":built-<hash>"))}**${carrier.byDefault ? ", by default" : ""}`;
    return `${value}<br>${shortType(carrier.type)}${name}<br>${code(carrier.path)}`;
}

async function line(system: System, row: Row): Promise<string> {
    const conditions = [
        row.environment,
        row.set && `with ${code(yaml(row.set))}`,
        ...Object.entries(row.release ?? {}).map(([name, weight]) => `while a candidate of ${name} has ${weight} %`),
    ].filter(Boolean);
    const figure = conditions.length ? `${prose(row.figure)} (${conditions.join(", ")})` : prose(row.figure);
    const cells = await Promise.all(clouds.map((cloud) => cell(system, row, cloud)));
    return `| ${[row.note ? `${figure}<br>_${prose(row.note)}._` : figure, ...cells].join(" | ")} |`;
}

/** An override in a line: `databases.db.replicas: 1`. */
function yaml(set: object): string {
    const leaves = (value: unknown, path: string[]): string[] =>
        typeof value === "object" && value !== null && !Array.isArray(value)
            ? Object.entries(value).flatMap(([key, inner]) => leaves(inner, [...path, key]))
            : [`${path.join(".")}: ${JSON.stringify(value)}`];
    return leaves(set, []).join(", ");
}

async function section(system: System): Promise<string[]> {
    const tables = await Promise.all(
        Object.entries(system.parts).map(async ([part, rows]) => [
            `### ${part}`,
            "",
            // As it is: aligned, a table's every line would be as long as its longest.
            "<!-- prettier-ignore -->",
            "| The document | On AWS | On GCP |",
            "| --- | --- | --- |",
            ...(await Promise.all(rows.map((row) => line(system, row)))),
            "",
        ]),
    );
    return [
        `## ${system.app}`,
        "",
        `${system.about} The document is «${system.title}»; the app is [apps/${system.app}.ts](../apps/${system.app}.ts).`,
        "",
        ...tables.flat(),
        `### No property of infrastructure`,
        "",
        ...system.elsewhere.map(({ figure, why }) => `- ${prose(figure)}: ${prose(why)}.`),
        "",
    ];
}

/** The whole document, as oxfmt leaves it. */
export async function systemsDocument(): Promise<string> {
    const sections: string[] = [];
    for (const system of systems) sections.push(...(await section(system)));
    return [
        "# Every figure of the design documents, and where it is",
        "",
        "Five design documents describe the systems that this repository builds. Each figure in them is looked up here in a",
        "plan: its value, the resource that carries it on AWS and on GCP, and the path to the property. A dash is a figure",
        "that a cloud has no property for, and why; words in italics say where we do something else than the document. In",
        "`prod` unless a row says otherwise.",
        "",
        "Generated by `npm run golden`; do not edit. A test fails when a row no longer holds.",
        "",
        ...systems.map(
            (system) => `- [${system.app}](#${system.app}), ${rowsOf(system).length} figures: ${system.about}`,
        ),
        "",
        ...sections,
    ].join("\n");
}

if (require.main === module)
    systemsDocument().then(
        (text) => writeFileSync("docs/systems.md", text),
        (error: unknown) => {
            console.error(error);
            process.exitCode = 1;
        },
    );
