import { interruptions, type Interrupted } from "../operate/pending";
import type { State } from "../operate/state";
import { kindOf } from "../plan/tree";
import { exportState, pulumi, stackArgs, stateFromFile } from "./engine";
import { BadInput } from "./errors";
import { fit } from "./layout";
import { describePending, refreshOf } from "./pending";
import { colours, complain, errorColours, plural, print, printJson, table } from "./output";
import { command } from "../topology/command";

export interface RecoverOptions {
    stack?: string;
    state?: string;
    unlock?: boolean;
    clear?: boolean;
    json?: boolean;
}

/**
 * What forgets pending creates (`pulumi` 3.39 and later take it), and reads what is there of whatever else was interrupted or refused.
 * Of nothing else: a refresh of the whole stack takes its time, needs every cloud to answer, and writes into the state what clouds
 * have changed by themselves.
 */
function clearing(state: State): string[] {
    const known = new Set(state.resources.map(({ urn }) => urn));
    const unseen = [...interruptions(state).filter(({ todo }) => todo === "read"), ...state.refused];
    const read = unseen.map(({ urn }) => urn).filter((urn) => known.has(urn));
    // The stack itself is nowhere, so there is nothing to read of it.
    const itself = state.resources.filter(({ type }) => type === "pulumi:pulumi:Stack").map(({ urn }) => urn);
    const targets = read.length > 0 ? [...new Set(read)] : itself;
    return [
        ...["refresh", "--yes", "--skip-preview", "--clear-pending-creates"],
        ...targets.flatMap((urn) => ["--target", urn]),
    ];
}

/** An argument as a shell takes it: URNs have dollars. */
const quoted = (argument: string): string => (argument.includes("$") ? `'${argument}'` : argument);

/**
 * `twinstack recover`: what a killed `up` left behind, how each is found and deleted, what a cloud refused to change, and what to type
 * next. Changes nothing without `--unlock`, which releases the lock, or `--clear`, which forgets pending creates.
 * Answers 0 if nothing is pending (any more), 3 while something is, 1 if the Pulumi CLI fails.
 */
export async function recover(options: RecoverOptions): Promise<number> {
    const { stack, unlock, clear } = options;
    if (options.state !== undefined && (unlock || clear))
        throw new BadInput("--state FILE is only read: --unlock and --clear change the stack itself, without --state.");
    const done: string[] = [];
    // First, so that a stack that is not there is said in one way.
    const before = unlock || clear ? await exportState(stack) : undefined;
    for (const args of [...(unlock ? [["cancel", "--yes"]] : []), ...(clear ? [clearing(before!)] : [])]) {
        const command = `pulumi ${[...args, ...stackArgs(stack)].map(quoted).join(" ")} --non-interactive`;
        const { code } = await pulumi([...args, ...stackArgs(stack)], { shown: true });
        if (code !== 0) {
            const locked = clear && !unlock ? " If the stack is locked: --unlock." : "";
            await complain(
                `${errorColours.red("error")}: \`${command}\` failed; what it said stands above.${locked}\n`,
            );
            return 1;
        }
        done.push(command);
    }
    const state = options.state === undefined ? await exportState(stack) : stateFromFile(options.state);
    const pending = interruptions(state);
    const left = pending.length + state.refused.length;
    const next = nextSteps(state, options);
    if (options.json)
        await printJson({
            project: state.project,
            stack: state.stack,
            done,
            pending,
            refused: state.refused,
            tried: state.tried,
            next: next.map(({ run }) => run),
        });
    else await print(describe(state, pending, next));
    return left > 0 ? 3 : 0;
}

/** A step, and the command line that takes it; none where a person does. */
interface Step {
    say: string;
    run: string;
}

function nextSteps(state: State, { stack, unlock }: RecoverOptions): Step[] {
    const pending = interruptions(state);
    const named = stack === undefined ? "" : ` --stack ${stack}`;
    const look = pending.some(({ todo }) => todo === "look");
    const release = {
        say: "Be sure that nothing is running any more (is the CI job really dead?), and release the lock:",
        run: command(`recover --unlock${named}`),
    };
    const forget = {
        say: look
            ? "When every `show` above says that there is none, or `delete` has ended, forget what is pending:"
            : "Forget what is pending:",
        run: command(`recover --clear${named}`),
    };
    const read = {
        say: "The cloud refused these changes, and the state has them all the same. Read what is there:",
        run: refreshOf(state.refused) + named,
    };
    const left = pending.length + state.refused.length;
    const again = {
        say: left > 0 || state.tried.length > 0 ? "Go on:" : "Nothing is pending. Go on:",
        run: `pulumi up --yes${named}`,
    };
    return [
        ...(pending.length > 0 && !unlock ? [release] : []),
        ...(pending.length > 0 ? [forget] : []),
        ...(state.refused.length > 0 ? [read] : []),
        again,
    ];
}

function describe(state: State, pending: Interrupted[], next: Step[]): string {
    const { bold, dim } = colours;
    const title =
        pending.length > 0
            ? `${bold(`${plural(pending.length, "operation")} of stack ${state.stack}`)} began, and nobody saw the end\n`
            : "";
    return [
        title,
        ...groups.map(({ todo, title }) => {
            const ones = pending.filter((one) => one.todo === todo);
            return ones.length > 0 ? `\n${fit(title)}\n${ones.map(block).join("")}` : "";
        }),
        describePending([...state.tried, ...state.refused]),
        pending.length > 0 ? `\n${bold("Next")}\n` : "",
        ...next.map(({ say, run }) => `${fit(`  ${say}`)}\n    ${run}\n`),
        pending.length > 0
            ? dim("\nWhat is locked says so by itself (“the stack is currently locked”); a state does not show it.\n")
            : "",
    ].join("");
}

const groups: { todo: Interrupted["todo"]; title: string }[] = [
    {
        todo: "look",
        title: "May exist, unknown to the state. If it does, delete it: it was made minutes ago, and nothing uses it.",
    },
    { todo: "nothing", title: "Need nothing: made again, they are the same." },
    { todo: "read", title: "Need nothing: `--clear` reads what became of them." },
];

function block(one: Interrupted): string {
    const { bold, dim } = colours;
    const head = `  ${bold(kindOf(one.type))}  ${one.resource}\n`;
    if (one.todo === "nothing") return `${head.trimEnd()}  ${dim(one.again!)}\n`;
    if (one.todo === "read") return `${head.trimEnd()}  ${dim(one.operation)}\n`;
    const rows = [
        ["name", one.name ?? "none of its own: `show` lists what it may be"],
        ...(one.known.length > 0 && one.name === undefined
            ? [["not", `${one.known.join(", ")}, which the state knows`]]
            : []),
        ...(one.show ? [["show", one.show]] : []),
        ...one.remove.map((line, index) => [index === 0 ? "delete" : "", line]),
        ...(one.remove.some((line) => /\bID\b/.test(line)) ? [["ID", "is what `show` prints"]] : []),
        ...(one.console ? [["console", one.console]] : []),
        ...(one.note ? [["note", one.note]] : []),
    ];
    // Command lines stay whole: what is wrapped cannot be pasted.
    return head + table(rows, "    ", Infinity);
}
