import { estimate } from "../cost/estimate";
import { historyOf, type Estimated, type HistoryRow, type Revision } from "../cost/history";
import { cloudNames, signed, usd } from "../cost/money";
import { signsOf } from "../cost/table";
import type { Cloud } from "../cost/book";
import { alignRight, colours, plural, printJson, say, table } from "./output";
import { ownBooks, type PriceOptions } from "./own-prices";
import { planned } from "./pair";
import { commitOf, git, RevisionFault, sideOfCommit } from "./revision";
import { BadInput, selectOnCloud, type Selection } from "./selection";
import { usageFrom, type UsageOptions } from "./usage";

export interface HistoryFlags {
    /** Revisions to look at, as typed. */
    last?: string;
    /** Seconds that it may take, as typed. */
    seconds?: string;
    since?: string;
    freeTier?: boolean;
    json?: boolean;
}
export type HistoryOptions = HistoryFlags & UsageOptions & PriceOptions;

/** The totals of a stack's revisions, and how far back they go. */
export interface History {
    app: string;
    cloud: Cloud;
    environment: string;
    /** Those that changed the total, the oldest first. */
    rows: HistoryRow[];
    /** Revisions that were looked at, and those that there are. */
    looked: number;
    of: number;
    /** Why it does not go back further, if it does not. */
    stopped?: string;
}

/** What can change a total, but for prices: they are today's in every row. */
const sources = "apps components plan sdk stacks topology index.ts package.json package-lock.json Pulumi*.yaml".split(
    " ",
);
const usual = { last: 50, seconds: 120 };

/** `twinstack cost history`: the total of each git revision that changed it, at today's prices and each with its own traffic. */
export async function history(selection: Selection, options: HistoryOptions): Promise<number> {
    const found = await historyOfStack(selection, options, (text) => void process.stderr.write(`${text}\n`));
    if (options.json) await printJson(found);
    else await say(describe(found));
    return 0;
}

/**
 * From the newest revision to the oldest, as far as the time goes.
 * @throws BadInput where there is no git repository, or a flag is wrong
 */
export async function historyOfStack(
    selection: Selection,
    options: HistoryOptions,
    tell: (text: string) => void,
): Promise<History> {
    const last = wholeNumber("--last", options.last, usual.last);
    const seconds = wholeNumber("--seconds", options.seconds, usual.seconds);
    const selected = selectOnCloud(selection);
    const { app, cloud, environment } = selected.stack;
    const usageWith = (traffic = app.traffic) => usageFrom({ traffic }, options);
    const settings = { freeTier: options.freeTier, books: await ownBooks(options) };
    const now = estimate(await planned(selected), usageWith(), settings);
    const revisions = revisionsOf(options.since);
    const asked = revisions.slice(0, last);
    const end = Date.now() + seconds * 1000;
    const estimated: Estimated[] = [];
    let stopped = revisions.length > last ? `--last ${last}` : undefined;
    let next: { commit: string; traffic?: typeof app.traffic } | undefined;
    for (const { commit, ...revision } of asked) {
        const left = end - Date.now();
        if (left <= 0) {
            stopped = `--seconds ${seconds}`;
            break;
        }
        tell(`${revision.revision}  ${estimated.length + 1} of ${asked.length}, ${Math.ceil(left / 1000)} s left`);
        try {
            const known = next && sameTraffic(commit, next.commit) ? next.traffic : undefined;
            const { plan, traffic } = await sideOfCommit(commit, { ...selection, cloud }, left, known);
            next = { commit, traffic };
            estimated.unshift({ ...revision, cost: estimate(plan, usageWith(traffic), settings) });
        } catch (error) {
            if (!(error instanceof RevisionFault)) throw error;
            if (Date.now() >= end) {
                stopped = `--seconds ${seconds}`;
                break;
            }
            estimated.unshift({ ...revision, problem: `it no longer runs: ${firstLine(error.message)}` });
        }
    }
    const today = new Date().toISOString().slice(0, 10);
    const tree = { revision: "working tree", date: today, subject: "not committed", cost: now };
    return {
        app: app.name,
        cloud,
        environment,
        rows: historyOf(isChanged() ? [...estimated, tree] : estimated),
        looked: estimated.length,
        of: revisions.length,
        ...(stopped !== undefined && { stopped }),
    };
}

const isChanged = (): boolean => git(["status", "--porcelain", "--", ...sources])?.trim() !== "";

/** Whether two revisions state the same traffic, as what says it is the same in both. */
const sameTraffic = (one: string, other: string): boolean =>
    git(["diff", "--quiet", one, other, "--", "apps", "topology", "Pulumi*.yaml", "package-lock.json"]) !== undefined;

/** What a program says went wrong: the line that says so, else the first. */
const firstLine = (text: string): string =>
    (text.split("\n").find((line) => /error/i.test(line)) ?? text.split("\n")[0]).slice(0, 200);

/** The newest first. */
function revisionsOf(since: string | undefined): (Revision & { commit: string })[] {
    if (git(["rev-parse", "--is-inside-work-tree"])?.trim() !== "true")
        throw new BadInput("cost history reads the revisions of a git repository, and there is none here.");
    if (since !== undefined && commitOf(since) === undefined)
        throw new BadInput(
            `--since\n  found    ${JSON.stringify(since)}\n  allowed  a git revision, such as HEAD~20 or a tag`,
        );
    const range = since === undefined ? "HEAD" : `${since}..HEAD`;
    const log = git(
        ["log", "--first-parent", "--format=%H%x09%h%x09%cs%x09%s", range, "--", ...sources],
        commitOf("HEAD") === undefined,
    );
    return (log ?? "")
        .split("\n")
        .filter(Boolean)
        .map((line) => {
            const [commit, revision, date, ...subject] = line.split("\t");
            return { commit, revision, date, subject: subject.join(" ") };
        });
}

function wholeNumber(flag: string, text: string | undefined, otherwise: number): number {
    if (text === undefined) return otherwise;
    if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
    throw new BadInput(`${flag}\n  found    ${JSON.stringify(text)}\n  allowed  a whole number from 1`);
}

function describe({ app, cloud, environment, rows, looked, of, stopped }: History): string {
    const { bold, dim, green, red, yellow } = colours;
    const paint = (difference: number) => (difference > 0 ? red : green)(signed(difference));
    const lines = rows.map(({ revision, date, subject, monthly, difference, problem, ...signs }) => [
        date,
        revision,
        monthly === undefined ? "–" : signsOf(signs) + usd(monthly),
        difference === undefined
            ? monthly !== undefined && problem !== undefined
                ? yellow("open")
                : ""
            : paint(difference),
        problem === undefined ? dim(subject) : `${dim(subject)}  ${yellow(problem)}`,
    ]);
    const head = ["", "revision", "a month", "difference", ""].map(dim);
    const far = stopped === undefined ? "" : `; ${stopped} ended it: more goes further back`;
    return [
        `${bold(`${app} on ${cloudNames[cloud]} in ${environment}: what each revision that changed it costs a month`)}\n`,
        rows.length ? table(alignRight([head, ...lines], [2, 3]), "  ") : "  No revision changed it.\n",
        `  ${dim(`${plural(looked, "revision")} of ${of} looked at${far}. Today's list prices in each, and the traffic that each says itself.`)}\n`,
    ].join("\n");
}
