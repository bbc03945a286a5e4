import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";

import { diff as compare, type Diff } from "../plan/diff";
import { pendingOf } from "../plan/pending";
import { planOf } from "../plan/plan";
import { releaseIn } from "../plan/released";
import { snapshotOf, snapshotOfPlan, type Snapshot } from "../plan/snapshot";
import { released } from "../stacks/release";
import { alarm, describeChange, describeCounts } from "./diff-show";
import { colours, complain, printJson, progress, say } from "./output";
import { describePending } from "./pending";
import { BadInput, hasStackFile, invokedFrom, select, type Selection } from "./selection";

export interface DiffOptions {
    json?: boolean;
    against?: string;
    againstState?: string;
    againstCloud?: string;
    againstEnvironment?: string;
}

/**
 * `twinstack diff [A] [B]`: what changes from A to B. Each is a stack, or a file with a saved plan or an exported state;
 * B is the plan of the stack that the flags select, unless given. With `--against-cloud` and `--against-environment` that
 * plan is A, and what they name is B. Answers 3 if deploying B over A would replace or delete
 * something that holds data.
 */
export async function diff(
    before: string | undefined,
    after: string | undefined,
    selection: Selection,
    options: DiffOptions,
): Promise<number> {
    const { against, againstState, againstCloud, againstEnvironment } = options;
    const hypothetical = againstCloud ?? againstEnvironment;
    read.clear();
    const sides = [before, against, againstState, hypothetical].filter((side) => side !== undefined);
    if (sides.length !== 1)
        throw new BadInput(
            "What to compare with? Give one of: a stack or file, --against FILE, --against-state FILE, " +
                "--against-cloud CLOUD, --against-environment ENVIRONMENT.",
        );
    const file = againstState ?? against;
    // A state says whose it is: without a flag, what is deployed is compared with what is to be deployed there.
    if (selection.stack === undefined && selection.environment === undefined) {
        const of = snapshotOf(fileOf(file ?? before))?.stack;
        if (of !== undefined && hasStackFile(of)) selection = { ...selection, stack: of };
    }
    const other = {
        ...selection,
        ...(againstCloud !== undefined && { cloud: againstCloud }),
        // Another environment is another stack, unless one was named.
        ...(againstEnvironment !== undefined && { environment: againstEnvironment }),
    };
    // What is saved or deployed comes before the plan; what could be comes after it.
    const changed =
        hypothetical !== undefined
            ? compare(await planned(selection), await planned(other))
            : compare(
                  await sideOf((file ?? before)!, selection, file),
                  after !== undefined
                      ? await sideOf(after, selection)
                      : await planned(selection, fileOf(file ?? before)),
              );
    const pending = pendingOf(fileOf(file ?? before));
    if (options.json) await printJson({ ...changed, pending });
    else await say(describe(changed) + describePending(pending));
    if (changed.dangers.length === 0 || !changed.sameStack) return 0;
    if (!options.json) await complain(alarm(changed.dangers));
    return 3;
}

/** By their paths: a pipe can be read only once. */
const read = new Map<string, unknown>();

/** What a file says; undefined where the side is a stack. @throws BadInput where it is not JSON */
function fileOf(side: string | undefined): unknown {
    const path = side === undefined ? undefined : resolve(invokedFrom, side);
    return path === undefined || !existsSync(path) ? undefined : jsonIn(path, side!);
}

function jsonIn(path: string, shown: string): unknown {
    if (!read.has(path))
        try {
            read.set(path, JSON.parse(readFileSync(path, "utf8")));
        } catch (error) {
            throw new BadInput(`${shown} cannot be read as JSON: ${(error as Error).message}`);
        }
    return read.get(path);
}

/** @param state the other side, if it is one: what it remembers of a release an `up` would keep */
async function planned(selection: Selection, state?: unknown): Promise<Snapshot> {
    const { stack: selected, project } = select(selection);
    const remembered = releaseIn(state, selected.place.stack);
    const { release, ...bare } = selected;
    const stack = remembered ? released(bare, remembered, { release, from: "--release" }).stack : selected;
    return snapshotOfPlan(await planOf(stack, { project, onResource: progress("planning, resources") }));
}

async function sideOf(side: string, selection: Selection, mustBeFile?: string): Promise<Snapshot> {
    const file = resolve(invokedFrom, side);
    if (mustBeFile === undefined && !existsSync(file)) return planned({ ...selection, stack: side });
    const snapshot = snapshotOf(jsonIn(file, side));
    if (!snapshot)
        throw new BadInput(`${side} is neither a plan (twinstack plan --json) nor a state (pulumi stack export).`);
    return snapshot;
}

function describe(changed: Diff): string {
    const { dim } = colours;
    const blocks = changed.changes.map(describeChange);
    return [
        `${dim("from")} ${changed.before}\n${dim("to  ")} ${changed.after}\n\n`,
        ...blocks,
        `${blocks.length > 0 ? "\n" : ""}${describeCounts(changed)}\n`,
    ].join("");
}
