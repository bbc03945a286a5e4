import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { diff, type Change, type Diff } from "../plan/diff";
import type { Plan } from "../plan/plan";
import { snapshotOfPlan } from "../plan/snapshot";
import { explain, upgradesBetween, type Explained } from "../plan/upgrades";
import { environmentNames, type Target } from "../topology/app";
import { alarm, describeChange, describeCounts } from "./diff-show";
import { colours, complain, errorColours, plural, printJson, progress, say } from "./output";
import { own } from "./own";
import { answerOf, RevisionFault } from "./revision";
import { BadInput, configured, flagsOf, invokedFrom, projectRoot, type Selection } from "./selection";
import { installed, versionOf, type Version } from "./versions";

export interface UpgradeOptions {
    check?: boolean;
    from?: string;
    to?: string;
    json?: boolean;
}

/** What a version does to one stack. */
interface Checked {
    /** `--stack dev`, `--app blog --environment prod`. */
    selection: Selection;
    /** A stack file says that there is, or may be, such a stack. */
    isStack: boolean;
    changed?: Diff;
    explained: Explained[];
    /** Why there is no plan of it, and by which version. */
    problem?: { by: "from" | "to"; message: string };
}

/**
 * `twinstack upgrade --check`: plans every stack of the project by the installed version and by another, and shows what an `up`
 * would do, with what the other's upgrades.json says of it. Nothing of the project is touched.
 * Answers 3 if something that holds data would be replaced or deleted without a word in that list, or if the other version refuses
 * what the installed one plans; 2 if a stack cannot be planned as it is.
 * @throws BadInput where there is no such version
 */
export async function upgrade(selection: Selection, options: UpgradeOptions): Promise<number> {
    if (!options.check)
        throw new BadInput(
            `upgrade\n  found    no --check\n  allowed  upgrade --check, which shows what another version would do; npm installs it: npm install --save-exact ${own.name}@<version>`,
        );
    const folder = mkdtempSync(join(tmpdir(), "twinstack-upgrade-"));
    try {
        const selections = stacksOf(selection);
        const { from, to } = await sides(options, folder);
        const tell = progress("planning, stacks");
        const checked: Checked[] = [];
        for (const each of selections) {
            checked.push(await check(each, from, to));
            tell(checked.length);
        }
        return await answer(checked, from, to, options);
    } finally {
        rmSync(folder, { recursive: true, force: true });
    }
}

/** The two versions. With `--from` alone, what is installed is where that led to. */
async function sides({ from, to }: UpgradeOptions, folder: string): Promise<{ from: Version; to: Version }> {
    const put = (name: string) => mkdtempSync(join(folder, `${name}-`));
    return {
        from: from === undefined ? installed() : await versionOf("--from", from, put("from")),
        to:
            to === undefined && from !== undefined
                ? installed()
                : await versionOf("--to", to ?? newestOf(projectRoot(invokedFrom)), put("to")),
    };
}

/** Where the project has this package from, as it is there now. @throws BadInput where that does not say */
function newestOf(root: string): string {
    const file = join(root, "package.json");
    const said = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>) : {};
    const spec = { ...(said.devDependencies as object), ...(said.dependencies as object) } as Record<string, string>;
    const now = spec[own.name];
    if (now !== undefined && /^(git|github|gitlab|bitbucket|https?)\b/.test(now)) return now;
    if (now !== undefined && !/[/:]/.test(now)) return "latest";
    throw new BadInput(
        `--to\n  found    nothing, and package.json has ${now === undefined ? `no ${own.name}` : JSON.stringify(now)}\n  allowed  a version, a tarball, a git URL or a folder of ${own.name}`,
    );
}

/** The stack that flags name; without flags each that has a file, and apps that none of them has, in every environment. */
function stacksOf(selection: Selection): Pick<Checked, "selection" | "isStack">[] {
    if (flagsOf(selection).length) return [{ selection, isStack: true }];
    const root = projectRoot(invokedFrom);
    const stacks = readdirSync(root)
        .flatMap((entry) => /^Pulumi\.(.+)\.yaml$/.exec(entry)?.[1] ?? [])
        .sort();
    const apps = configured({}).apps;
    const named = new Set(stacks.map((stack) => configured({ stack }).config["twinstack:app"]));
    const others = Object.keys(apps).filter((app) => !named.has(app));
    return [
        ...stacks.map((stack) => ({ selection: { stack }, isStack: true })),
        ...others.flatMap((app) =>
            environmentNames.map((environment) => ({ selection: { app, environment }, isStack: false })),
        ),
    ];
}

async function check(stack: Pick<Checked, "selection" | "isStack">, from: Version, to: Version): Promise<Checked> {
    const [before, after] = await Promise.all([planBy(from, stack.selection), planBy(to, stack.selection)]);
    if (before instanceof RevisionFault)
        return { ...stack, explained: [], problem: { by: "from", message: before.message } };
    if (after instanceof RevisionFault)
        return { ...stack, explained: [], problem: { by: "to", message: after.message } };
    const changed = diff(snapshotOfPlan(before), snapshotOfPlan(after));
    return { ...stack, changed, explained: explain(changed, upgradesBetween(from.upgrades, to.upgrades)) };
}

/** What a version's own command plans here, or why it does not. */
async function planBy({ root }: Version, selection: Selection): Promise<Plan<Target> | RevisionFault> {
    const bin = ["bin/twinstack.js", "cli/bin.js"].map((file) => join(root, file)).find(existsSync)!;
    const args = ["--require", join(__dirname, "resolve-own.js"), bin, "plan", "--json", ...flagsOf(selection)];
    const env = { ...process.env, TWINSTACK_RESOLVE_OWN: JSON.stringify({ name: own.name, root }) };
    try {
        return (await answerOf(args, { cwd: process.cwd(), env })) as Plan<Target>;
    } catch (error) {
        if (error instanceof RevisionFault) return error;
        throw error;
    }
}

async function answer(checked: Checked[], from: Version, to: Version, { json }: UpgradeOptions): Promise<number> {
    const dangers = checked.flatMap(({ changed, explained }) =>
        explained.filter(({ change }) => changed!.dangers.includes(change)),
    );
    const unaccounted = dangers.filter(({ accounted }) => !accounted).map(({ change }) => change);
    const refused = checked.filter(({ problem }) => problem?.by === "to");
    const unplanned = checked.filter(({ isStack, problem }) => isStack && problem?.by === "from");
    const next = steps(from, to);
    if (json)
        await printJson({
            from: shown(from),
            to: shown(to),
            stacks: checked.map(({ selection, changed, explained, problem }) => ({
                selection,
                ...(problem && { problem }),
                ...(changed && {
                    title: changed.after,
                    unchanged: changed.unchanged,
                    changes: explained.map(({ change, upgrades, accounted }) => ({ ...change, upgrades, accounted })),
                }),
            })),
            lost: dangers.length,
            unaccounted: unaccounted.length,
            next,
        });
    else {
        await say(describe(checked, from, to, next));
        const accounted = dangers.filter((each) => each.accounted).map(({ change }) => change);
        await complain(
            [loss(accounted, "as upgrades.json says"), loss(unaccounted, "and upgrades.json has no word of it")].join(
                "",
            ),
        );
        for (const { selection, problem } of [...refused, ...unplanned])
            await complain(
                `\n${errorColours.red(problem!.by === "to" ? `${to.title} refuses` : "cannot be planned as it is")}: ${titleOf(selection)}\n${indented(problem!.message)}\n`,
            );
    }
    if (unaccounted.length || refused.length) return 3;
    return unplanned.length ? 2 : 0;
}

const shown = ({ version, root }: Version) => ({ version, root });
const loss = (changes: Change[], why: string): string =>
    changes.length ? `${alarm(changes)}${errorColours.bold(why)}\n` : "";
const indented = (text: string): string => text.replace(/^/gm, "  ");
const titleOf = (selection: Selection): string => flagsOf(selection).join(" ");

/** What to type for the other version: it, and those that have to be the same in the project as in the package. */
export function steps(from: Pick<Version, "dependencies">, to: Pick<Version, "dependencies">): string[] {
    const shared = ["@pulumi/pulumi", "ts-node", "typescript"].filter(
        (name) => from.dependencies[name] !== to.dependencies[name],
    );
    return shared.map((name) => `npm install --save-exact ${name}@${to.dependencies[name]}`);
}

function describe(checked: Checked[], from: Version, to: Version, next: string[]): string {
    const { bold, dim } = colours;
    const planned = checked.flatMap(({ changed }) => changed ?? []);
    const neither = checked.filter(({ isStack, problem }) => !isStack && problem?.by === "from");
    const all = {
        changes: planned.flatMap(({ changes }) => changes),
        unchanged: planned.reduce((sum, { unchanged }) => sum + unchanged, 0),
    };
    return [
        `${dim("from")} ${from.title}\n${dim("to  ")} ${to.title}\n`,
        ...checked.flatMap(({ changed, explained }) => {
            if (!changed) return [];
            if (!explained.length)
                return [`\n${bold(changed.after)}  nothing changes: ${plural(changed.unchanged, "resource")}\n`];
            return [`\n${bold(changed.after)}  ${describeCounts(changed)}\n`, ...explained.map(describeExplained)];
        }),
        `\n${plural(planned.length, "stack")}: ${describeCounts(all)}\n`,
        ...neither.map(
            ({ selection, problem }) =>
                `${dim(`not planned, as it is not valid: ${titleOf(selection)} (${firstFault(problem!.message)})`)}\n`,
        ),
        ...(next.length
            ? [
                  `\n${bold("With it")}, as the project and the package share them\n${next.map((line) => `  ${line}\n`).join("")}`,
              ]
            : []),
    ].join("");
}

/** The first place of a problem, or the first line of what was said. */
const firstFault = (message: string): string =>
    (/^ {2}(\S.*)$/m.exec(message)?.[1] ?? message.split("\n")[0]).replace(/^error: /, "");

function describeExplained({ change, upgrades }: Explained): string {
    const says = upgrades.map(
        ({ version, text, todo }) =>
            `      ${colours.cyan(version === "next" ? "new" : version)}: ${text}${todo === undefined ? "" : ` ${colours.bold(todo)}`}\n`,
    );
    return `${describeChange(change)}${says.join("")}`;
}
