import { stringify } from "yaml";

import { posture as priced, type PostureRow, type StepCost } from "../cost/posture";
import { percent, signed, usd } from "../cost/money";
import { signsOf } from "../cost/table";
import { show } from "../cost/quantities";
import type { CommitmentSaving } from "../cost/commitments";
import { savings as tried, type Saving, type Savings } from "../cost/savings";
import { alignRight, colours, printJson, table, say } from "./output";
import { planPair, planned, replanner } from "./pair";
import { BadInput, selectOnCloud, type Selected, type Selection } from "./selection";
import { ownBooks, type PriceOptions } from "./own-prices";
import { usageFrom, type UsageOptions } from "./usage";

type Options = { json?: boolean; freeTier?: boolean } & PriceOptions & UsageOptions;
/** A saving, and the lines that bring it about. */
type Written = Saving & { yaml: string };
type WrittenSavings = Omit<Savings, "savings" | "together"> & { savings: Written[]; together?: Written };

/** `twinstack savings`: changes that cost less, each planned and priced, with the lines to write. */
export async function savings(selection: Selection, options: Options): Promise<number> {
    const selected = selectOnCloud(selection);
    const { stack, file } = selected;
    const plan = await planned(selected);
    const usage = usageFrom(stack.app, options);
    const { freeTier } = options;
    const found = await tried(stack, plan, usage, replanner(selected, plan), {
        freeTier,
        books: await ownBooks(options),
    });
    const write = (saving: Saving): Written => ({ ...saving, yaml: yamlOf(selected, saving) });
    const { together, ...rest } = found;
    const written: WrittenSavings = {
        ...rest,
        savings: found.savings.map(write),
        ...(together && { together: write(together) }),
    };
    if (options.json) await printJson(written);
    else await say(describe(written, file));
    return 0;
}

/** The config as the stack file has to say it: what it already overrides stays. */
const yamlOf = ({ overridesWith }: Selected, { overrides }: Saving): string =>
    stringify({ "twinstack:overrides": overridesWith(overrides) });

function describe(found: WrittenSavings, file: string): string {
    const { bold, cyan, dim, green, yellow } = colours;
    const { app, cloud, environment, monthly, notOffered, together, missing, estimated } = found;
    const [least, most] = missing.length ? ["at least ", "at most "] : ["", ""];
    const about = estimated ? "estimated, " : "";
    const indented = (text: string, by: string) => text.replace(/^/gm, by).trimEnd();
    const block = ({ title, saving, share, givesUp, after, yaml, atLeast }: Written) =>
        [
            `${cyan(bold(title))}  ${green(`saves ${atLeast ? "at least " : ""}${usd(saving)} a month`)}  ${dim(`${most}${percent(share)}, then ${least}${usd(after)}`)}`,
            `  ${dim("gives up")}  ${givesUp}`,
            `  ${dim("config")}\n${indented(yaml, "    ")}\n`,
        ].join("\n");
    const all = together ? [together] : [];
    const bought = ({ title, saving, percent: off, always, givesUp, buy, ...marks }: CommitmentSaving) =>
        [
            `${cyan(bold(title))}  ${green(`saves ${usd(saving)} a month`)}  ${dim(`${off} % of ${usd(always)} that always run`)}${doubtOf(marks)}`,
            `  ${dim("gives up")}  ${givesUp}`,
            `  ${dim("worth it")}  from ${show(marks.worthFrom)} of ${marks.months} months on; ${usd(marks.due)} are due over the term`,
            `  ${dim("buy")}       ${buy}`,
            ...(marks.note ? [`  ${dim(`note      ${marks.note}`)}`] : []),
            "",
        ].join("\n");
    return [
        `${bold(`Savings for ${app} on ${cloud.toUpperCase()} in ${environment}`)}  ${dim(`${about}${least}${usd(monthly)} a month as it is; lines go under config: in ${file}`)}\n`,
        ...missing.map((reason) => `${yellow("!")} ${reason}: what it costs is in no figure here.\n`),
        ...(estimated
            ? [`${yellow("!")} ${usd(estimated)} rest on prices that are estimated, and so does what is saved.\n`]
            : []),
        ...(found.savings.length
            ? [...found.savings, ...all].map(block)
            : [found.beyond === undefined ? "Nothing that was tried costs less.\n" : `No figure: ${found.beyond}.\n`]),
        ...(found.commitments.length
            ? [
                  `${bold("Commit to what runs all the time, for one year or three")}  ${dim("each of the stack as it is, of one service one or the other; bought in the account, no line of config")}\n`,
                  ...found.commitments.map(bought),
              ]
            : []),
        ...(notOffered.length
            ? [
                  `${bold("Not offered")}\n${table(
                      notOffered.map(({ title, reason }) => [title, dim(reason)]),
                      "  ",
                  )}`,
              ]
            : []),
    ].join("\n");
}

/** Why not to rely on a percentage, if so. */
function doubtOf({ unverified, old }: Pick<CommitmentSaving, "unverified" | "old">): string {
    const marks = [unverified && colours.red("unverified"), old && colours.yellow("old")].filter(Boolean);
    return marks.length ? `  ${marks.join(", ")}` : "";
}

/** `twinstack posture`: what each step of hardening costs, on each cloud. */
export async function posture(selection: Selection, options: Options): Promise<number> {
    if (selection.cloud !== undefined) throw new BadInput("--cloud: posture plans both clouds");
    const pair = await planPair(selection, options);
    const { selected, plans, apps, usage } = pair;
    const replan = { aws: replanner(selected.aws, plans.aws), gcp: replanner(selected.gcp, plans.gcp) };
    const rows = await priced(apps, usage, replan, pair.options);
    const { stack } = selected.aws;
    if (options.json) await printJson({ app: stack.app.name, environment: stack.environment, steps: rows, usage });
    else await say(describePosture(`${stack.app.name} in ${stack.environment}`, rows));
    return 0;
}

function describePosture(what: string, rows: PostureRow[]): string {
    const { bold, dim, green, yellow } = colours;
    const notes: string[] = [];
    const cell = (cost: StepCost | string, has: boolean) => {
        if (typeof cost === "string") {
            if (!notes.includes(cost)) notes.push(cost);
            return yellow(`– ${notes.indexOf(cost) + 1})`);
        }
        return `${signsOf(cost)}${signed(cost.difference)}${has ? green(" ✓") : "  "}`;
    };
    const lines = rows.map(({ title, gives, aws, gcp, has }) => [
        title,
        cell(aws, has.aws),
        cell(gcp, has.gcp),
        dim(gives),
    ]);
    return [
        `${bold(`${what}: what each step of hardening costs a month`)}  ${dim("each by itself, all else as it is; ✓ is there already")}\n`,
        table(alignRight([["", "AWS", "GCP", ""].map(dim), ...lines], [1, 2]), "  "),
        `  ${dim("Encryption, private databases and least privilege are in every figure: they are no choice.")}\n`,
        ...notes.map((note, index) => `  ${yellow(`${index + 1})`)} ${note}\n`),
    ].join("\n");
}
