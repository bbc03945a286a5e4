import { sayBudget, type BudgetCheck } from "../cost/budget";
import type { Checked } from "../ship/check";
import type { Decision } from "../ship/decide";
import type { Deps } from "../ship/deps";
import { abort, drive, resume, type Ended, type Order } from "../ship/driver";
import type { PulumiEngine } from "../ship/engine";
import type { Outputs } from "../ship/outputs";
import { Phases, workOf } from "../ship/phases";
import { newShip, rollbackOf, type Wanted } from "../ship/states";
import { splits } from "../topology/rollout";
import { ProblemsError } from "../topology/problems";
import { BadInput } from "./errors";
import { complain, errorColours, printJson, say } from "./output";
import type { Selected, Selection } from "./selection";
import { selectShipped } from "./ship-input";
import { baseUrl } from "./smoke";
import { endText, phasesTable } from "./ship-show";
import { interruptible, progressLine, tools as real, type Tools } from "./ship-tools";
import { command } from "../topology/command";

/** What a ship is made with, as far as it has come. */
export interface Go {
    selected: Selected;
    known: Outputs;
    options: GoOptions & { allow?: string[] };
    tools: Tools;
    phases: Phases;
    id: string;
    decisions?: Decision[];
    checked?: Checked;
}

/** Times a ship. The app's webhook hears that it is slow as soon as it is. */
export function phasesOf({ selected, tools, id }: Pick<Go, "selected" | "tools" | "id">): Phases {
    const { slowMinutes } = selected.stack.app.deploy;
    const ring = (phase: string): Promise<void> =>
        tell({ selected, tools }, `ship ${id} is slow: ${slowMinutes} min of work, and it is in phase ${phase}`);
    return new Phases({ clock: tools.clock, say: progressLine }, { seconds: slowMinutes * 60, ring });
}

/** Says why it was not begun. 3: a gate. */
export async function refused({ options, id, decisions, checked }: Go, reason: string): Promise<number> {
    if (options.json) await printJson({ id, state: "refused", reason, decisions, ...(checked && { checked }) });
    await complain(`${errorColours.red("refused")}: ${reason}\n`);
    return 3;
}

/** Says why nothing was changed: a build that fails, a registry or a cloud that does not answer. @throws what is bad input, or a bug */
export async function failed(go: Go, error: Error): Promise<number> {
    const isBug = [TypeError, RangeError, ReferenceError].some((bug) => error instanceof bug);
    if (isBug || error instanceof BadInput || error instanceof ProblemsError) throw error;
    const { options, id, decisions } = go;
    if (options.json) await printJson({ id, state: "failed", reason: error.message, decisions });
    await complain(`${errorColours.red("failed")}, and nothing was changed: ${error.message}\n`);
    await go.phases.slow();
    await tell(go, `ship ${id} failed before it began: ${error.message.split("\n")[0]}`);
    return 1;
}

/** Why a budget does not allow it; undefined where it does. */
export const budgetOpen = (check: BudgetCheck): string | undefined =>
    check.over > 0 || check.open !== undefined ? sayBudget(check) : undefined;

/** Takes a new ship to its end. @throws BadInput where nobody can say what it would go back to */
export async function begin(
    go: Go,
    wanted: Record<string, Wanted>,
    stepsOf: (service: string) => number[],
    hurried = false,
): Promise<number> {
    const { known, tools, id, options } = go;
    let ship: Order["ship"];
    try {
        ship = newShip(id, wanted, known.release, stepsOf, new Date(tools.clock.now()));
    } catch (error) {
        throw new BadInput((error as Error).message);
    }
    return driven(go, drive, { ship, hurried, takeOver: options.takeOver });
}

type Way = typeof drive | typeof resume;

async function driven(go: Go, way: Way, how: Pick<Order, "ship" | "hurried" | "takeOver">): Promise<number> {
    const { selected, known, options } = go;
    const { stack } = selected;
    const interruption = interruptible();
    let ended: Ended;
    try {
        const deps = await depsOf(go, interruption.signal).catch((error: Error) => error);
        if (deps instanceof Error) return await failed(go, deps);
        if (options.takeOver) await deps.engine.unlock();
        ended = await way({ app: stack.app, remembered: known.release, ...how }, deps);
    } finally {
        interruption.end();
    }
    return finish(go, ended);
}

async function depsOf(
    { selected, known, options, tools, phases }: Go,
    signal: AbortSignal,
): Promise<Deps & { engine: PulumiEngine }> {
    const { stack } = selected;
    const { clock } = tools;
    const engine = await tools.engine(
        { stack: stack.place.stack, workDir: process.cwd() },
        { clock, say: progressLine },
    );
    const said = options.url === undefined ? undefined : baseUrl(options.url);
    const url = said?.href ?? known.url ?? (await engine.url());
    if (url === undefined || !URL.canParse(url))
        throw new BadInput(`Stack ${stack.place.stack} does not say where the app answers (output url): --url does.`);
    return {
        engine,
        cloud: await tools.cloud(stack),
        ask: tools.ask(new URL(url), said !== undefined),
        clock,
        say: progressLine,
        phases,
        signal,
    };
}

/** What became of it: for people, as JSON, and for a webhook. */
async function finish(go: Go, ended: Ended): Promise<number> {
    const { selected, options, decisions, checked } = go;
    const { deploy } = selected.stack.app;
    const { phases } = ended;
    const seconds = workOf(phases);
    const slow = await go.phases.slow();
    if (options.json)
        await printJson({
            ...ended,
            seconds,
            slow,
            ...deploy,
            ...(decisions && { decisions }),
            ...(checked && { checked }),
        });
    else await say(`\n${endText(ended)}\n${phasesTable(phases, deploy)}`);
    const words = {
        released: slow ? `was released after ${Math.round(seconds / 60)} min of work` : undefined,
        returned: "was taken back",
        stuck: "IS STUCK",
        takenOver: undefined,
    }[ended.state];
    const because = ended.reason === undefined ? "" : `: ${ended.reason}`;
    if (words !== undefined) await tell(go, `ship ${ended.id} ${words}${because}`);
    return ended.state === "released" ? 0 : 1;
}

/** Tells the app's webhook. That nobody could be told is said, and changes nothing about the ship. */
async function tell({ selected, tools }: Pick<Go, "selected" | "tools">, what: string): Promise<void> {
    const { app, place } = selected.stack;
    if (app.deploy.webhook === undefined) return;
    try {
        await tools.notify(selected.stack, `*${app.name} ${place.stack}*: ${what}`);
    } catch (error) {
        await complain(`${errorColours.yellow("nobody was told")}: deploy.webhook: ${(error as Error).message}\n`);
    }
}

/** What goes on with a ship, or takes the last ones back. */
export interface GoOptions {
    json?: boolean;
    takeOver?: boolean;
    yes?: boolean;
    /** Where the stack answers, instead of its output. */
    url?: string;
}

async function goOf(
    selection: Selection,
    options: GoOptions,
    tools: Tools,
    id: (known: Outputs) => string,
): Promise<Go> {
    const selected = selectShipped(selection);
    const known = await tools.outputs(selected.stack.place.stack);
    const base = { selected, tools, id: id(known) };
    return { ...base, known, options, phases: phasesOf(base) };
}

/** `twinstack ship resume` and `ship abort`: whoever drove it is gone, or is told to stop by losing it. */
export async function goOn(
    which: "resume" | "abort",
    selection: Selection,
    options: GoOptions,
    tools: Tools = real,
): Promise<number> {
    const go = await goOf(selection, options, tools, ({ release }) => release?.ship?.id ?? "");
    const ship = go.known.release?.ship;
    if (!ship) throw new BadInput(`No ship is under way: ${command("ship list")} shows those that are over.`);
    return driven(go, which === "resume" ? resume : abort, { ship });
}

/** `twinstack rollback [--to N]`: what ran before the last release, or before the last N. What is under way is aborted. */
export async function rollback(
    selection: Selection,
    options: GoOptions & { to?: string },
    newId: (now: number) => string,
    tools: Tools = real,
): Promise<number> {
    const count = Number(options.to ?? "1");
    if (!Number.isInteger(count) || count < 1 || count > 20)
        throw new BadInput(
            `--to\n  found    ${JSON.stringify(options.to)}\n  allowed  how many releases back, from 1 to 20: ${command("ship history")} numbers them`,
        );
    const go = await goOf(selection, options, tools, () => newId(tools.clock.now()));
    const { release } = go.known;
    if (release?.ship && options.to === undefined) return goOn("abort", selection, options, tools);
    if (release?.ship) return refused(go, `ship ${release.ship.id} is under way: rollback without --to takes it back.`);
    let wanted: Record<string, Wanted>;
    try {
        wanted = rollbackOf(release, count);
    } catch (error) {
        throw new BadInput((error as Error).message);
    }
    const what = Object.entries(wanted).map(([service, { to }]) => `  ${service}  ${to}\n`);
    if (!options.json) await say(`Back to:\n${what.join("")}`);
    if (!options.yes && !(await tools.confirm(`Take ${go.selected.stack.place.stack} back?`))) {
        await complain("Nothing was changed.\n");
        return 1;
    }
    for (const [service, { to }] of Object.entries(wanted))
        if ((await tools.digestOf(to)) === undefined)
            throw new BadInput(`${service}: there is no image ${to} any more: its registry does not keep it.`);
    const { services } = go.selected.stack.app;
    const all = (service: string): number[] =>
        Object.hasOwn(services, service) && splits(services[service]) ? [100] : [];
    return begin(go, wanted, all, true);
}
