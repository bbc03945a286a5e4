import type { Cloud } from "../cost/book";
import { signed } from "../cost/money";
import { regionComparison, roleIn, rolesIn, sayCheapest, type RegionComparison, type RegionRow } from "../cost/regions";
import { markdownTable } from "../cost/markdown";
import { footnotesOf, roleCell, totalCell } from "../cost/table";
import { missingOf } from "../cost/verdict";
import { labelOf } from "../plan/resource";
import { ProblemsError } from "../topology/problems";
import { awsRegions, gcpRegions, cloudOfRegion } from "../topology/regions";
import { nearest } from "../topology/suggest";
import { startPlanner } from "./elsewhere";
import { alignRight, colours, print, printJson, progress, say, table } from "./output";
import { ownBooks, type PriceOptions } from "./own-prices";
import { planned } from "./pair";
import { BadInput, selectOnCloud, type Selection } from "./selection";
import { usageFrom, type UsageOptions } from "./usage";

type Options = { regions?: string; json?: boolean; markdown?: boolean; freeTier?: boolean } & UsageOptions &
    PriceOptions;
type Asked = Pick<RegionRow, "region" | "cloud">;

/** As many regions have a column each; more have a row. */
const columns = 5;

/** Words that stand for several regions. */
const groups: Record<string, () => string[]> = {
    aws: () => Object.keys(awsRegions),
    gcp: () => [...gcpRegions],
    all: () => [...Object.keys(awsRegions), ...gcpRegions],
};

/**
 * `compare --regions`: one app in several regions, of either cloud or both, and where it costs least.
 * @throws BadInput for a region that no cloud has
 */
export async function compareRegions(selection: Selection, options: Options): Promise<number> {
    for (const other of ["html", "breakEven", "environments", "apps", "check"] as const)
        if (options[other] !== undefined)
            throw new BadInput(`--regions and --${other.replace("E", "-e")}: one of them`);
    if (selection.region !== undefined) throw new BadInput("--regions and --region: one of them");
    const asked = regionsOf(options.regions!);
    const { estimate } = await import("../cost/estimate");
    const books = await ownBooks(options);
    const tell = progress("planning, regions");
    let done = 0;
    const row = async ({ region, cloud }: Asked): Promise<RegionRow> => {
        try {
            const selected = selectOnCloud({ ...selection, cloud, region });
            const usage = usageFrom(selected.stack.app, options);
            const plan = await planned(selected);
            tell(++done);
            return { region, cloud, cost: estimate(plan, usage, { freeTier: options.freeTier, books }) };
        } catch (error) {
            // What is wrong in every region is wrong with the stack.
            if (!(error instanceof ProblemsError) || asked.length === 1) throw error;
            failures.push(error);
            const [{ path, found }] = error.problems;
            return { region, cloud, problem: `${path}: ${found}` };
        }
    };
    const failures: ProblemsError[] = [];
    const both = new Set(asked.map(({ cloud }) => cloud)).size > 1;
    if (both) startPlanner("aws");
    const ofCloud = async (cloud: Cloud) => {
        const rows: RegionRow[] = [];
        for (const one of asked) if (one.cloud === cloud) rows.push(await row(one));
        return rows;
    };
    const rows = (await Promise.all([ofCloud("aws"), ofCloud("gcp")])).flat();
    if (failures.length === asked.length) throw failures[0];
    const { stack } = selectOnCloud({ ...selection, cloud: asked[0].cloud });
    const ordered = asked.map(({ region }) => rows.find((one) => one.region === region)!);
    const found = regionComparison(stack.app.name, stack.environment, ordered);
    if (options.json) await printJson(asJson(found));
    else if (options.markdown) await print(markdown(found));
    else await say(describe(found));
    return 0;
}

function regionsOf(text: string): Asked[] {
    const words = text.split(",").map((word) => word.trim());
    const known = groups.all();
    const regions = [...new Set(words.flatMap((word) => (Object.hasOwn(groups, word) ? groups[word]() : [word])))];
    for (const region of regions)
        if (!known.includes(region)) {
            const near = nearest(region, known);
            throw new BadInput(
                `--regions\n  found    ${JSON.stringify(region)}\n  allowed  ${near ? `did you mean ${near}? ` : ""}regions of AWS and GCP by commas, or aws, gcp or all`,
            );
        }
    return regions.map((region) => ({ region, cloud: cloudOfRegion(region)! }));
}

/** What a region costs, in a cell. */
const amount = ({ cost }: RegionRow): string => (cost ? totalCell(cost) : "–");

/** Rows of a table with a heading, for few regions by role and for many by region. */
function rowsOf({ regions }: RegionComparison): { head: string[]; rows: string[][]; total?: string[] } {
    if (regions.length <= columns)
        return {
            head: ["", ...regions.map(({ region }) => region)],
            rows: rolesIn(regions).map((role) => [
                labelOf(role),
                ...regions.map(({ cost }) => {
                    return cost ? roleCell(cost, role) : "–";
                }),
            ]),
            total: ["Total", ...regions.map(amount)],
        };
    // A sum with a hole is less than the region costs: it comes after those that are whole.
    const whole = ({ cost }: RegionRow) => cost !== undefined && !cost.atLeast && !cost.beyondCapacity;
    const rank = (row: RegionRow) => (row.cost?.monthly.expected ?? 0) + (whole(row) ? 0 : row.cost ? 1e12 : 1e15);
    const least = Math.min(...regions.filter(whole).map(({ cost }) => cost!.monthly.expected));
    return {
        head: ["region", "cloud", "a month", "more than the least"],
        rows: [...regions]
            .sort((a, b) => rank(a) - rank(b))
            .map((row) => [
                row.region,
                row.cloud.toUpperCase(),
                amount(row),
                whole(row) ? signed(row.cost!.monthly.expected - least) : "",
            ]),
    };
}

/** What a reader has to know of single regions. */
function notesOf({ regions }: RegionComparison): string[] {
    const notes = new Map<string, string[]>();
    const note = (text: string, region: string) => notes.set(text, [...(notes.get(text) ?? []), region]);
    for (const { region, cost, problem } of regions) {
        if (!cost) note(`cannot be planned there: ${problem}`, region);
        // Written without the region, so that regions that lack the same are named together.
        else if (cost.unpriced.length) note(missingOf(cost.unpriced).replaceAll(` in ${region}`, ""), region);
        if (cost && regions.length <= columns)
            for (const doubt of footnotesOf(cost))
                if (/^[*†]|estimated by/.test(doubt)) note(doubt.replace(/^[*†] /, ""), region);
    }
    return [...notes].map(([text, names]) => `${names.join(", ")}: ${text}`);
}

function describe(found: RegionComparison): string {
    const { bold, dim, yellow } = colours;
    const { head, rows, total } = rowsOf(found);
    const text = head.map((_, index) => index).filter((index) => index > (found.regions.length <= columns ? 0 : 1));
    const all = [head.map(dim), ...rows, ...(total ? [total.map(bold)] : [])];
    return [
        `${bold(`${found.app} in ${found.environment}: what it costs a month, by region`)}\n`,
        table(alignRight(all, text), "  "),
        `  ${found.cheapest.open === undefined ? sayCheapest(found.cheapest) : yellow(sayCheapest(found.cheapest))}\n`,
        ...(notesOf(found).length
            ? [
                  notesOf(found)
                      .map((note) => `  ${dim(note)}\n`)
                      .join(""),
              ]
            : []),
    ].join("\n");
}

function markdown(found: RegionComparison): string {
    const { head, rows, total } = rowsOf(found);
    const few = found.regions.length <= columns;
    const heads = head.map((name, index) => (index > (few ? 0 : 1) ? `>${name}` : name || "Role"));
    return [
        `### ${found.app} in ${found.environment}, by region\n\n`,
        markdownTable(heads, [...rows, ...(total ? [total.map((cell) => `**${cell}**`)] : [])]),
        `\n${sayCheapest(found.cheapest)}\n`,
        ...notesOf(found).map((note) => `\n- ${note}`),
        "\n",
    ].join("");
}

const asJson = ({ regions, ...found }: RegionComparison) => ({
    ...found,
    regions: regions.map(({ cost, ...row }) => ({
        ...row,
        ...(cost && {
            monthly: cost.monthly,
            freeTiers: cost.freeTiers,
            atLeast: cost.atLeast,
            beyondCapacity: cost.beyondCapacity,
            roles: rolesIn([{ ...row, cost }]).map((role) => ({ role, ...roleIn(cost, role) })),
            missing: cost.unpriced.map(({ reason }) => reason),
            doubtful: cost.doubtful,
        }),
    })),
});
