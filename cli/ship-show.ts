import type { Ended } from "../ship/driver";
import type { Phase } from "../ship/deps";
import { isWatching, workOf } from "../ship/phases";
import type { Checked } from "../ship/check";
import type { Decision, Verdict } from "../ship/decide";
import type { Difference } from "../stacks/manifests";
import { kindOf } from "../plan/tree";
import { sayBudget } from "../cost/budget";
import { colours, plural, table } from "./output";
import { command } from "../topology/command";

/** Names of files and fields that are shown of each service. */
const shown = 6;

/** What becomes of each service, and the files and fields that decided it. */
export function decisionsTable(decisions: Decision[]): string {
    const { bold, dim, green, yellow } = colours;
    const paint: Record<Verdict, (text: string) => string> = {
        rebuild: yellow,
        image: yellow,
        restart: yellow,
        new: green,
        nothing: dim,
    };
    const rows = decisions.flatMap(({ service, verdict, files, fields, image, notes }) => {
        const because = [
            ...(image !== undefined ? [image] : []),
            ...named(fields.map(fieldOf)),
            ...named(files.map(({ name, kind }) => (kind === "changed" ? name : `${name} (${kind})`))),
        ].join(", ");
        const first = [bold(service), paint[verdict](verdict), because];
        return [first, ...notes.map((note) => ["", "", dim(note)])];
    });
    return table(rows);
}

const named = (names: string[]): string[] =>
    names.length > shown ? [...names.slice(0, shown - 1), `${names.length - shown + 1} more`] : names;

const fieldOf = ({ name, kind, before, after }: Difference): string =>
    before !== undefined && after !== undefined
        ? `${name} ${before} → ${after}`
        : kind === "changed"
          ? name
          : `${name} (${kind})`;

const signs = { create: "+", update: "~", replace: "!", delete: "-" } as const;

/** What the update changes beside images. */
export function changesText({ changes, dangers, refused, budget }: Checked): string {
    const { bold, dim, red, yellow } = colours;
    const felt = changes.flatMap(({ name, felt }) => (felt === undefined ? [] : [`${yellow(name)}: ${felt}.\n`]));
    const rows = changes.map(({ kind, type, name, properties, holds, retained }) => [
        `${signs[kind]} ${kind}`,
        kindOf(type),
        name,
        holds && !retained && kind !== "create" && kind !== "update"
            ? red(`loses ${holds}`)
            : dim(named(properties.map(({ path }) => path)).join(", ")),
    ]);
    return [
        changes.length
            ? `${bold("The update also changes")}  ${dim(`${command("diff --against-state")} says more`)}\n${table(rows, "  ")}`
            : `${dim("The update changes nothing beside that.")}\n`,
        ...felt,
        ...(budget ? [`${dim(sayBudget(budget))}\n`] : []),
        ...(dangers.length && !refused.length
            ? [`${yellow("Allowed to be lost")}: ${dangers.map(({ name }) => name).join(", ")}\n`]
            : []),
    ].join("\n");
}

/** Why the update is not made. */
export function refusal({ refused }: Checked): string {
    const { bold, red } = colours;
    const each = refused.map(({ kind, type, name, holds, refused: isProtected }) => {
        const way = isProtected ? "it is protected, so Pulumi refuses" : `--allow ${name} does it anyway`;
        return `  ${kind}s ${kindOf(type)} ${bold(name)}, and with it ${holds}: ${way}\n`;
    });
    return `${red(bold(`DATA WOULD BE LOST: ${plural(refused.length, "change")}`))}, and nothing was shipped.\n${each.join("")}`;
}

const clock = (seconds: number): string =>
    seconds < 60 ? `${seconds.toFixed(1)} s` : `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;

/** What took how long, beside what it was to take. */
export function phasesTable(
    phases: Phase[],
    { targetMinutes, slowMinutes }: { targetMinutes: number; slowMinutes: number },
): string {
    const { bold, dim, green, red, yellow } = colours;
    const work = workOf(phases);
    const paint = work >= slowMinutes * 60 ? red : work > targetMinutes * 60 ? yellow : green;
    const rows = phases.map((phase) => [
        phase.name,
        clock(phase.seconds),
        isWatching(phase) ? dim("not counted: watching") : "",
    ]);
    const total = [
        bold("in all"),
        paint(clock(work)),
        dim(`${targetMinutes} min are the target, ${slowMinutes} min are slow`),
    ];
    return table([...rows, total], "  ");
}

/** How it ended, and what the cloud has to say about it. */
export function endText({ id, state, reason, why = [] }: Pick<Ended, "id" | "state" | "reason" | "why">): string {
    const { bold, dim, green, red } = colours;
    const head = {
        released: green(bold("released")),
        returned: red(bold("taken back")),
        stuck: red(bold("STUCK")),
        takenOver: red(bold("taken over")),
    }[state];
    const told = why.flatMap(({ service, events, stopped, logs, unread }) => {
        const ended = stopped.map(({ at, exitCode, reason: because }) =>
            [at?.toISOString(), exitCode === undefined ? undefined : `exit code ${exitCode}`, because]
                .filter(Boolean)
                .join("  "),
        );
        const parts: [string, string[]][] = [
            ["events", events],
            ["instances that ended", ended],
            ["the last lines of its log", logs],
            ["not read", unread],
        ];
        return parts.flatMap(([what, lines]) =>
            lines.length ? [`${bold(service)}: ${what}\n${lines.map((line) => `    ${dim(line)}\n`).join("")}`] : [],
        );
    });
    return `${head}  ship ${id}${reason === undefined ? "" : `: ${reason}`}\n${told.join("")}`;
}
