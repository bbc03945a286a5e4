import { writeFileSync } from "node:fs";

import { format } from "prettier";

import { apps } from "../apps";
import { planOf, type Plan } from "../plan/plan";
import { clouds, type Cloud, type Environment } from "../topology/app";
import { resolve } from "../topology/validate";
import { systems } from "./systems";
import { look } from "./systems/lookup";
import { isCarried, type Row, type System } from "./systems/row";

/** Writes docs/systems.md: every figure of the design documents, beside the property of the resource that carries it. */

const plans = new Map<string, Promise<Plan>>();

/** The plan that a row is looked up in; each is made once. */
export function planFor(system: System, cloud: Cloud, environment: Environment): Promise<Plan> {
    const key = [system.app, cloud, environment].join(" ");
    let plan = plans.get(key);
    if (!plan) plans.set(key, (plan = planOf(resolve(settings(system, cloud, environment), apps)) as Promise<Plan>));
    return plan;
}

const settings = ({ app, domain }: System, cloud: Cloud, environment: Environment) => ({
    stack: environment,
    config: {
        "twinstack:app": app,
        "twinstack:cloud": cloud,
        "twinstack:environment": environment,
        ...(domain[environment] ? { "twinstack:domain": domain[environment] } : {}),
        ...(cloud === "aws"
            ? { "aws:region": "ap-northeast-1" }
            : { "gcp:region": "asia-northeast1", "gcp:project": "example-project" }),
    },
});

const shortType = (type: string): string => {
    const [, module, name] = type.split(":");
    return `${module.split("/")[0]}.${name}`;
};
const code = (text: string): string => `\`${text.replaceAll("|", "\\|").replaceAll("`", "'")}\``;

async function cell(system: System, row: Row, cloud: Cloud): Promise<string> {
    const carrier = row[cloud];
    if (!isCarried(carrier)) return `– ${carrier.why}`;
    const { shown } = look(carrier, await planFor(system, cloud, row.environment ?? "prod"));
    const path = carrier.path.replaceAll(/\[(?:\w+=)?(\w+)\]/g, ".$1");
    return `${shortType(carrier.type)}${carrier.name ? ` ${code(carrier.name)}` : ""}<br>${code(path)} = ${code(shown)}`;
}

async function section(system: System): Promise<string> {
    const rows = await Promise.all(
        system.rows.map(async (row) => {
            const environment = row.environment ? ` (${row.environment})` : "";
            const cells = await Promise.all(clouds.map((cloud) => cell(system, row, cloud)));
            return `| ${[`${row.figure}${environment}`, ...cells, row.note ?? ""].join(" | ")} |`;
        }),
    );
    return [
        `## ${system.app}`,
        "",
        system.about,
        "",
        "| The document | On AWS | On GCP | Note |",
        "| --- | --- | --- | --- |",
        ...rows,
        "",
        "Not a property of infrastructure:",
        "",
        ...system.elsewhere.map(({ figure, why }) => `- ${figure}: ${why}.`),
        "",
    ].join("\n");
}

/** The whole document, as it is formatted in the repository. */
export async function systemsDocument(): Promise<string> {
    const sections: string[] = [];
    for (const system of systems) sections.push(await section(system));
    const text = [
        "# Every figure of the design documents, and where it is",
        "",
        "Generated from plans by `npm run golden`; a test fails when a row no longer holds. In `prod` unless a row says otherwise.",
        "",
        ...sections,
    ].join("\n");
    return format(text, { parser: "markdown", printWidth: 120 });
}

if (require.main === module) void systemsDocument().then((text) => writeFileSync("docs/systems.md", text));
