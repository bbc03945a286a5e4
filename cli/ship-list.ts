import type { Release } from "../topology/release";
import type { PastShip, Ship } from "../topology/underway";
import { BadInput } from "./errors";
import { colours, print, printJson, say, table } from "./output";
import type { Selection } from "./selection";
import { detached, type Detached } from "./ship-detach";
import { selectShipped } from "./ship-input";
import { tools as real, type Tools } from "./ship-tools";
import { command } from "../topology/command";

/** Seconds between two looks of `--follow`. */
const lookSeconds = 5;

const stateOf = ({ state, step, services }: Ship): string => {
    if (state !== "step") return state;
    const weights = Object.values(services).map(({ steps }) => steps[Math.min(step ?? 0, steps.length - 1)] ?? 0);
    return `${Math.max(...weights)} % of the requests`;
};

async function remembered(selection: Selection, tools: Tools): Promise<Release> {
    const { release } = await tools.outputs(selectShipped(selection).stack.place.stack);
    return release!;
}

/** A ship, wherever it is known. */
type Found = { ship: Ship } | { past: PastShip };

function find({ ship, history = [] }: Release, id: string | undefined): Found | undefined {
    if (ship && (id === undefined || ship.id === id)) return { ship };
    const past = id === undefined ? history[0] : history.find((one) => one.id === id);
    return past && { past };
}

/**
 * `twinstack ship status [ID] [--follow]`: the ship that is under way, or the last one. Answers 1 if it was taken back; what a detached one
 * answered that ended before the stack knew of it, such as 0 where there was nothing to ship, and 1 if it was killed; else 0.
 */
export async function status(
    id: string | undefined,
    selection: Selection,
    { json, follow }: { json?: boolean; follow?: boolean },
    tools: Tools = real,
): Promise<number> {
    let told: string | undefined;
    for (;;) {
        const release = await remembered(selection, tools);
        const found = find(release, id);
        const here = id === undefined ? undefined : detached(id);
        if (!found && !here)
            throw new BadInput(
                id === undefined
                    ? "This stack has never been shipped."
                    : `The stack knows of no ship ${JSON.stringify(id)}: ${command("ship list")} shows those that it knows.`,
            );
        const waits = found ? "ship" in found : here!.running;
        const text = found ? describe(found) : `${here!.log.trimEnd()}\n${here!.running ? "" : endOf(here!)}`;
        if (!json && text !== told) await print(text);
        told = text;
        if (follow && waits) {
            await tools.clock.sleep(lookSeconds * 1000);
            continue;
        }
        if (json) await printJson(found ?? { id, running: here!.running, code: here!.code, log: here!.log });
        if (found) return "past" in found && found.past.state === "returned" ? 1 : 0;
        return here!.running ? 0 : (here!.code ?? 1);
    }
}

const endOf = ({ code }: Detached): string =>
    code === undefined
        ? "Its process here was killed, and the stack knows nothing of it.\n"
        : code === 0
          ? ""
          : `It ended with exit code ${code}, and the stack knows nothing of it.\n`;

function describe(found: Found): string {
    const { bold, dim } = colours;
    if ("past" in found) {
        const { id, state, startedAt, endedAt, reason, images, before } = found.past;
        const rows = Object.entries(images).map(([service, image]) => [
            bold(service),
            before[service] ?? dim("new"),
            "→",
            image,
        ]);
        return `ship ${bold(id)}  ${state}  ${dim(`${startedAt} to ${endedAt}`)}${reason === undefined ? "" : `\n  ${reason}`}\n${table(rows, "  ")}`;
    }
    const { id, startedAt, at, reason, services } = found.ship;
    const rows = Object.entries(services).map(([service, { from, to, steps }]) => [
        bold(service),
        from ?? dim("new"),
        "→",
        to,
        dim(steps.length ? `by ${steps.join(", ")} %` : "rolls"),
    ]);
    const why = reason === undefined ? "" : `\n  it goes back: ${reason}`;
    return `ship ${bold(id)}  under way: ${stateOf(found.ship)}  ${dim(`since ${startedAt}, in this state since ${at}`)}${why}\n${table(rows, "  ")}`;
}

/** `twinstack ship list`: every ship that the stack remembers, the latest first. */
export async function list(selection: Selection, { json }: { json?: boolean }, tools: Tools = real): Promise<number> {
    const { ship, history = [] } = await remembered(selection, tools);
    if (json) await printJson({ ...(ship && { ship }), history });
    else {
        const { bold, dim } = colours;
        const rows = [
            ...(ship
                ? [
                      [
                          bold(ship.id),
                          stateOf(ship),
                          ship.startedAt,
                          Object.keys(ship.services).join(", "),
                          ship.reason ?? "",
                      ],
                  ]
                : []),
            ...history.map(({ id, state, startedAt, images, reason }) => [
                bold(id),
                state,
                startedAt,
                Object.keys(images).join(", "),
                reason ?? "",
            ]),
        ];
        await say(rows.length ? table(rows) : `${dim("This stack has never been shipped.")}\n`);
    }
    return 0;
}

/** `twinstack ship history`: the releases that `rollback --to` counts, the latest first, with their images. */
export async function history(
    selection: Selection,
    { json }: { json?: boolean },
    tools: Tools = real,
): Promise<number> {
    const { history: past = [], services } = await remembered(selection, tools);
    const released = past.filter(({ state }) => state === "released");
    const runs = Object.fromEntries(Object.entries(services).map(([name, { image }]) => [name, image]));
    if (json) {
        await printJson({ runs, releases: released.map((one, index) => ({ back: index + 1, ...one })) });
        return 0;
    }
    const { bold, dim } = colours;
    const rows = [
        ...Object.entries(runs).map(([service, image], index) => [index ? "" : bold("runs"), "", service, image]),
        ...released.flatMap(({ endedAt, before }, index) =>
            Object.entries(before).map(([service, image], row) => [
                row ? "" : bold(`--to ${index + 1}`),
                row ? "" : dim(`before ${endedAt}`),
                service,
                image,
            ]),
        ),
    ];
    await say(table(rows));
    return 0;
}
