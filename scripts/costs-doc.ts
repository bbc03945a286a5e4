import { writeFileSync } from "node:fs";

import { format } from "oxfmt";

import { apps } from "../apps";
import { price } from "../cost/book";
import { total, type Cost, type LineItem } from "../cost/cost";
import { estimate } from "../cost/estimate";
import { bookOf } from "../cost/load";
import { cellSums, markdownTable, matrixMarkdown } from "../cost/markdown";
import { rate, signed, usd } from "../cost/money";
import { sumOf, verdictOf } from "../cost/verdict";
import { footnotesOf } from "../cost/table";
import { presetNames, presets, type PresetName } from "../cost/presets";
import { show } from "../cost/quantities";
import { fileName, usageOf, type Usage } from "../cost/usage";
import { planOf } from "../plan/plan";
import { environmentNames, type AppInput, type Cloud, type Environment, type Refinement } from "../topology/app";
import { merge } from "../topology/merge";
import { resolve } from "../topology/validate";
import { guessed, mostUnverified } from "./regions";
import { peers, todoDocument, weatherDocument, weatherScaled, type DocumentRow, type Lookup } from "./documents";
import { command } from "../topology/command";

/** Writes docs/costs.md: what the design documents and other tools say, beside what the plans come to. */

const tokyo = { aws: "ap-northeast-1", gcp: "asia-northeast1" };

interface Asked {
    app?: AppInput;
    cloud: Cloud;
    environment: Environment;
    overrides?: Refinement;
    regions?: Record<Cloud, string>;
    usage?: Partial<Usage>;
}

async function costOf({
    app = apps.todo,
    cloud,
    environment,
    overrides = {},
    regions = tokyo,
    usage,
}: Asked): Promise<Cost> {
    const config = {
        "twinstack:app": app.name,
        "twinstack:cloud": cloud,
        "twinstack:environment": environment,
        "twinstack:overrides": overrides,
        "twinstack:domain": environment === "prod" ? "todo.example.com" : "",
        "aws:region": regions.aws,
        "gcp:region": regions.gcp,
        "gcp:project": "todo-example",
    };
    const stack = resolve({ stack: environment, config }, { [app.name]: app });
    return estimate(await planOf(stack), { ...usageOf(stack.app), ...usage });
}

const range = (document: number | [number, number]): string =>
    typeof document === "number" ? usd(document) : document.map(usd).join("–");
const verdict = (document: number | [number, number], ours: number): string => {
    const [low, high] = typeof document === "number" ? [document, document] : document;
    return ours > high + 0.005 ? signed(ours - high) : ours < low - 0.005 ? signed(ours - low) : "within";
};

const lookup: Lookup = (id, quantity = 1, region) => {
    const cloud = id.split(".")[0] as Cloud;
    const value = price(bookOf(cloud), id, region ?? tokyo[cloud]).value!;
    return quantity === 1 ? rate(value) : usd(value * quantity);
};

/** The document's rows beside ours, then what it has no row for, then the totals. */
function section(cost: Cost, rows: DocumentRow[], documentTotal: number | [number, number]): string {
    const lines = cost.lineItems;
    const taken = new Set<LineItem>();
    const body = rows.map(({ name, document, ids, why }) => {
        const own = lines.filter((line) => ids.test(line.priceId) && !taken.has(line));
        own.forEach((line) => taken.add(line));
        const ours = total(own);
        return [name, range(document), usd(ours), verdict(document, ours), why(lookup, cost.usage)];
    });
    const rest = lines.filter((line) => !taken.has(line));
    const ofRole = (role: string) => rest.filter((line) => line.role === role);
    const left = [...new Set(rest.map(({ role }) => role))].filter((role) => total(ofRole(role)) >= 0.005);
    const missing = left.map((role) => {
        const own = ofRole(role);
        const items = [...new Set(own.filter(({ monthly }) => monthly >= 0.05).map(({ item }) => item))];
        const what = items.length ? items.join(", ") : "cents";
        return [`${role}: ${what}`, "–", usd(total(own)), signed(total(own)), "Not in the document"];
    });
    const sum = total(lines);
    return markdownTable(
        ["Item", ">Document", ">Ours", ">Difference", "Why"],
        [
            ...body,
            ...missing,
            ["**Total**", `**${range(documentTotal)}**`, `**${usd(sum)}**`, `**${verdict(documentTotal, sum)}**`, ""],
        ],
    );
}

async function weather(): Promise<string> {
    const { app, overrides, usage, rows, total: documentTotal } = weatherDocument;
    const staged = (more: Refinement = {}) =>
        costOf({ app, cloud: "aws", environment: "staging", usage, overrides: merge(overrides, more) as Refinement });
    const cost = await staged();
    const privately = await staged({ network: { nat: "single" } });
    const [two, three] = [await staged(tasks(2)), await staged(tasks(3))].map(({ monthly }) => monthly.expected);
    const virginia = (id: string) => price(bookOf("aws"), id, "us-east-1").value!;
    const task = virginia("aws.fargate.x86.vcpu_hour") + 2 * virginia("aws.fargate.x86.gb_hour");
    const own: string[] = [];
    for (const environment of environmentNames) {
        const { monthly } = await costOf({ app, cloud: "aws", environment });
        own.push(`${usd(monthly.expected)} in ${environment}`);
    }
    return [
        "## The weather app's design: AWS in Tokyo\n\n",
        "One task of 1 vCPU and 2 GB behind a load balancer, EFS for a cache, 5 GB of logs, four keys. ",
        section(cost, rows, documentTotal).replace(/^/, "\n\n"),
        `\nThe document heads its table "Tokyo" and fills it with us-east-1: a task there is ${rate(task)} an hour, `,
        `which is ${usd(task * 744)} for 744 hours, the document's $36.72 but for a cent. Load balancer, EFS and logs follow the same pattern. `,
        "It keeps tasks behind security groups without saying how they reach the weather API: with private subnets one NAT ",
        `gateway would add ${usd(privately.monthly.expected - cost.monthly.expected)}, here tasks have public addresses, which are billed, too.\n\n`,
        `With two or three tasks the document expects ${range(weatherScaled)}; ours come to ${usd(two)} and ${usd(three)}: `,
        `a task more is ${usd(three - two)} with its address, to the document some $35.\n\n`,
        "Left out above is what the document has no figure for and each environment has by default. As planned, with the traffic and ",
        `the defaults of its environments, the app costs ${own.join(", ")}: in dev on Spot and off at night, beyond it with NAT, `,
        "firewall and alarms.\n",
    ].join("");
}

const tasks = (min: number): Refinement => ({ services: { app: { aws: { scale: { min, desired: min } } } } });

async function todo(): Promise<string> {
    const parts: string[] = ["## The todo app's design: AWS and GCP in Tokyo\n"];
    for (const { title, cloud, environment, rows, total: documentTotal, note } of todoDocument) {
        const cost = await costOf({ cloud, environment });
        parts.push(`\n### ${title}\n\n`, section(cost, rows, documentTotal), note ? `\n${note}\n` : "");
    }
    const prod = (overrides: Refinement) => costOf({ cloud: "aws", environment: "prod", overrides });
    const [base, replica] = [await prod({}), await prod({ databases: { db: { replicas: 1 } } })];
    parts.push(
        "\nThe document draws NAT gateways and a read replica and has no figure for either. NAT is in ours; ",
        `a replica would add ${usd(replica.monthly.expected - base.monthly.expected)} on AWS.\n`,
    );
    return parts.join("");
}

async function beside(): Promise<string> {
    const regions = { aws: "us-east-1", gcp: "us-central1" };
    const gcpSubnets: Refinement = {
        network: { gcp: { subnets: { main: { region: regions.gcp, cidr: "10.0.1.0/24" } } } },
    };
    const ours: string[][] = [];
    for (const environment of ["dev", "prod"] as const)
        for (const cloud of ["aws", "gcp"] as const) {
            const app: AppInput = { ...apps.todo, network: { cidr: "10.0.0.0/16" } };
            const overrides = cloud === "gcp" ? gcpSubnets : {};
            const { monthly, atLeast } = await costOf({ app, cloud, environment, regions, overrides });
            ours.push([
                `**twinstack, ${environment} on ${cloud.toUpperCase()}**`,
                what[environment][cloud],
                `**${atLeast ? "≥ " : ""}${usd(monthly.low)}**`,
            ]);
        }
    return [
        "## Beside other tools' defaults\n\n",
        "A small web app with PostgreSQL, idle, at list prices of us-east-1 or us-central1. Theirs as of 2026, from their repositories.\n\n",
        markdownTable(
            ["Tool", "What its defaults deploy", ">Idle a month"],
            [...peers.map(({ name, deploys, idle }) => [name, deploys, idle]), ...ours],
        ),
        "\nOur dev keeps what theirs leave out to be cheap: a private, encrypted database with seven days of backups, least ",
        "privilege per role, a load balancer, a dashboard. What it has not got (NAT, firewall, alarms, a standby) is priced step by ",
        `step by \`${command("posture")}\`.\n`,
    ].join("");
}

const what: Record<"dev" | "prod", Record<Cloud, string>> = {
    dev: {
        aws: "1 task on Fargate Spot behind an ALB, admitting only the ALB; db.t3.micro, private, 7 days of backups; logs 7 d",
        gcp: "1 waiting instance behind a load balancer; db-f1-micro, private, TLS only, 7 days of backups; logs 7 d",
    },
    prod: {
        aws: "2 tasks in private subnets, 2 NAT gateways, WAF; db.r5.large in two zones, 7 days of backups; alarms; logs 90 d",
        gcp: "1 waiting instance, Cloud NAT, Cloud Armor; 2 vCPU and 7.5 GiB in two zones, 7 days of backups; alarms; logs 90 d",
    },
};

async function matrix(): Promise<string> {
    const cells = [];
    const notes: string[] = [];
    for (const environment of environmentNames) {
        const [aws, gcp] = [await costOf({ cloud: "aws", environment }), await costOf({ cloud: "gcp", environment })];
        cells.push({
            app: aws.app,
            environment,
            aws: cellSums(aws),
            gcp: cellSums(gcp),
            difference: gcp.monthly.expected - aws.monthly.expected,
            verdict: verdictOf(sumOf("AWS", aws), sumOf("GCP", gcp)),
        });
        for (const cost of [aws, gcp]) {
            const doubt = footnotesOf(cost).find((note) => note.startsWith("*"));
            if (doubt) notes.push(`- ${environment} on ${cost.cloud.toUpperCase()}: ${doubt.slice(2)}\n`);
        }
    }
    return `## todo in every environment\n\nTokyo, with each environment's own traffic.\n\n${matrixMarkdown(cells)}\n${notes.join("")}`;
}

/** What `--usage small|medium|large` says, and what todo in prod costs under it. */
async function presetsSection(): Promise<string> {
    const names = [...new Set(presetNames.flatMap((name) => Object.keys(presets[name].quantities)))] as (keyof Usage)[];
    const of = (name: PresetName): Partial<Usage> => presets[name].quantities;
    const rows = names.map((key) => [
        `\`${fileName(key)}\``,
        ...presetNames.map((name) => show(Number(of(name)[key]))),
    ]);
    const totals = async (cloud: Cloud) => {
        const cells: string[] = [];
        for (const name of presetNames) {
            const cost = await costOf({ cloud, environment: "prod", usage: of(name) });
            cells.push(
                cost.beyondCapacity ? "beyond scale.max" : `${cost.atLeast ? "≥ " : ""}${usd(cost.monthly.expected)}`,
            );
        }
        return [`**todo in prod on ${cloud.toUpperCase()}**`, ...cells];
    };
    return [
        "## Presets of use\n\n",
        `\`--usage small\` is ${presets.small.about}, \`--usage medium\` ${presets.medium.about}, \`--usage large\` ${presets.large.about}. `,
        "The figures are round ones to begin with, not measurements. What a request takes stays the app's own, what follows from requests ",
        "grows with them, and databases keep the storage that they begin with; flags such as `--storage-gb` say otherwise.\n\n",
        markdownTable(
            ["Quantity a month", ">small", ">medium", ">large"],
            [...rows, await totals("aws"), await totals("gcp")],
        ),
    ].join("");
}

/** Where the books know less, and what in them has one source. */
function certaintySection(): string {
    const rows = (Object.keys(guessed) as Cloud[]).flatMap((cloud) =>
        Object.entries(guessed[cloud]).map(([app, regions]) => [cloud.toUpperCase(), app, regions.join(", ")]),
    );
    return [
        "## How sure the prices are\n\n",
        "A price that two independent sources give is `high`, by one `medium`; `low` is what nobody has verified, and is marked `*` wherever it ",
        "counts. `prices show ID --region REGION` says which one it is, with its sources and their day. An estimate says how much of its total ",
        `is unverified, and how much is older than half a year. In prod that is at most ${mostUnverified * 100} % unverified in every region `,
        "but these, where the database's or the cache's class is priced by a ratio of others:\n\n",
        markdownTable(["Cloud", "App", "Regions"], rows),
        "\nOne source alone have the price of internet egress in Tokyo from 1 to 10 TiB ($0.11 a GB). Spot of Fargate in Osaka is derived from ",
        "other regions. AWS's reservations for RDS and ElastiCache have no percentage here, since no source gives one for the class and the term: ",
        "`savings` says so instead.\n",
    ].join("");
}

/** What `--usage-from` measures, and what it does not. */
const measuredSection = [
    "## Measured use\n\n",
    "`cost --usage-from aws` (or `gcp`) asks CloudWatch or Cloud Monitoring for the last 30 days of the stack, writes `usage.<stack>.yaml` and ",
    "prices with it. With `--cloud` the plan may be the other cloud's: what the app would cost there as it is used here. Names come from the ",
    "stack's state; credentials and rights are those of `twinstack logs` and monitoring ([shipping.md](shipping.md)).\n\n",
    "- Measured: requests and the time of an answer, by service, where a load balancer counts them; bytes that leave it (on AWS those of both ",
    "directions, as it counts no other); GB that are logged (AWS alone); CPU of the busiest hour and the most memory.\n",
    "- Not measured: CPU of a request, NAT, storage, queues, caches. They stay what the topology says, or a flag.\n",
    "- A stack that is younger than 30 days makes a month of what there is, and the file says of how many days. Less than a day is refused.\n",
    "- `savings --usage usage.<stack>.yaml` offers smaller instances where CPU of the busiest hour would stay below 70 % of them, and memory ",
    "below 80 %.\n",
].join("");

/** The document as Markdown. */
export async function costsDocument(): Promise<string> {
    const text = [
        "# What it costs, against the documents\n\n",
        "Generated by `npx ts-node scripts/costs-doc.ts` from the plans and the price book; do not edit. A month has 730 hours; ",
        "list prices on demand in USD, without tax.\n\n",
        await matrix(),
        "\n",
        await todo(),
        "\n",
        await weather(),
        "\n",
        await presetsSection(),
        "\n",
        measuredSection,
        "\n",
        certaintySection(),
        "\n",
        await beside(),
    ].join("");
    return (await format("costs.md", text, { printWidth: 120, proseWrap: "always" })).code;
}

if (require.main === module) void costsDocument().then((text) => writeFileSync("docs/costs.md", text));
