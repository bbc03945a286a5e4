import { isNoise } from "../operate/noise";
import { kindOf } from "../plan/tree";

/** What was changed past the code, out of what `pulumi preview --json` prints: once as it is, and once with `--refresh`. */

/** As much as is read of it. */
export interface Digest {
    steps?: Step[];
    diagnostics?: { message: string; severity: string }[];
}
interface Step {
    op: string;
    urn: string;
    oldState?: StepState;
    newState?: StepState;
    /** By path; not every provider says it. */
    detailedDiff?: Record<string, { kind: string; inputDiff?: boolean }> | null;
    /** Inputs that are another. */
    diffReasons?: string[] | null;
}
interface StepState {
    inputs?: Record<string, unknown>;
    outputs?: Record<string, unknown>;
}

/** Something that is another than the stack remembers. */
export interface Drifted {
    name: string;
    type: string;
    /** `gone`: nobody finds it any more. `consequence`: it changes because of what is. */
    what: "changed" | "gone" | "consequence";
    properties: { path: string; was: unknown; is: unknown }[];
    /** What the next `up` does about it: `update`, `replace`, `create`, …; absent: nothing, as the program does not say it. */
    up?: string;
}

export interface Drift {
    drifted: Drifted[];
    /** What the code says and nobody has deployed yet: no drift. */
    pending: { name: string; type: string; op: string }[];
    /** Properties that were left out as noise. */
    quiet: number;
}

const nothing = ["same", "read", "read-discarded", "read-replacement", "refresh"];
const typeOf = (urn: string): string => urn.split("::")[2]?.split("$").at(-1) ?? "";
const nameOf = (urn: string): string => urn.split("::").slice(3).join("::");

/**
 * @param plain what the program would change in what the stack remembers
 * @param refreshed the same after the cloud was asked: for each resource first what the cloud has made of it, then what the program would
 */
export function driftOf(plain: Digest, refreshed: Digest): Drift {
    const waits = (plain.steps ?? []).filter(({ op }) => !nothing.includes(op));
    const known = new Set(waits.map(keyOf));
    const byUrn = new Map<string, Step[]>();
    for (const step of refreshed.steps ?? []) byUrn.set(step.urn, [...(byUrn.get(step.urn) ?? []), step]);
    const drift: Drift = {
        drifted: [],
        pending: waits.map(({ urn, op }) => ({ name: nameOf(urn), type: typeOf(urn), op })),
        quiet: 0,
    };
    for (const [urn, steps] of byUrn) {
        const [found, later] = split(steps);
        const up = later.at(0);
        const waiting = up !== undefined && known.has(keyOf(up));
        const type = typeOf(urn);
        const properties = found?.op === "update" ? propertiesOf(found) : betweenThem(found, up);
        const loud = properties.filter((property) => !isNoise(type, property.path) && !isFilledIn(property));
        // What is made anew although the stack has it was not found.
        const gone = found !== undefined && (found.op === "delete" || (up?.op === "create" && !waiting));
        drift.quiet += properties.length - loud.length;
        if (!gone && !loud.length && (!up || waiting)) continue;
        drift.drifted.push({
            name: nameOf(urn),
            type,
            what: gone ? "gone" : loud.length ? "changed" : "consequence",
            properties: gone
                ? []
                : loud.length || !up
                  ? loud
                  : // What only the program's own step tells was changed the other way round.
                    propertiesOf(up).map(({ path, was, is }) => ({ path, was: is, is: was })),
            ...(up && { up: up.op }),
        });
    }
    const order = { gone: 0, changed: 1, consequence: 2 };
    drift.drifted.sort((a, b) => order[a.what] - order[b.what] || (a.name < b.name ? -1 : 1));
    return drift;
}

/** What is the same step in both previews. */
const keyOf = ({ urn, op, detailedDiff, diffReasons }: Step): string =>
    JSON.stringify([urn, op, (detailedDiff ? Object.keys(detailedDiff) : [...(diffReasons ?? [])]).sort()]);

/** What the cloud has made of a resource, and what the program would. */
function split(steps: Step[]): [Step | undefined, Step[]] {
    const [first, ...rest] = steps;
    // A resource that the stack has is asked for first; one that it has not is only the program's.
    const asked = first !== undefined && ["refresh", "update", "delete"].includes(first.op);
    const later = asked ? rest : steps;
    return [asked ? first : undefined, later.filter(({ op }) => !nothing.includes(op))];
}

/** Inputs that are other after the cloud was asked than before, where the provider does not say it itself. */
function betweenThem(found: Step | undefined, up: Step | undefined): Drifted["properties"] {
    const [before, after] = [found?.oldState?.inputs, up?.oldState?.inputs];
    if (!before || !after) return [];
    return [...new Set([...Object.keys(before), ...Object.keys(after)])]
        .filter((path) => JSON.stringify(before[path]) !== JSON.stringify(after[path]))
        .map((path) => ({ path, was: before[path], is: after[path] }));
}

function propertiesOf({ detailedDiff, diffReasons, oldState, newState }: Step): Drifted["properties"] {
    const said = detailedDiff ?? Object.fromEntries((diffReasons ?? []).map((key) => [key, { inputDiff: true }]));
    return Object.entries(said).map(([path, { inputDiff }]) => {
        const at = (state: StepState | undefined) =>
            inputDiff ? valueAt(state?.inputs, path) : (valueAt(state?.outputs, path) ?? valueAt(state?.inputs, path));
        return { path, was: at(oldState), is: at(newState) };
    });
}

/** The value at a path as the engine says it: `tags.Name`, `rules[0].port`, `tags["a.b"]`. */
function valueAt(data: unknown, path: string): unknown {
    let value = data;
    for (const [, name, index, quoted] of path.matchAll(/([^.[\]]+)|\[(\d+)\]|\["([^"]*)"\]/g)) {
        if (typeof value !== "object" || value === null) return undefined;
        value = (value as Record<string, unknown>)[name ?? index ?? quoted];
    }
    return value;
}

const isEmpty = (value: unknown): boolean =>
    value === undefined ||
    value === null ||
    value === "" ||
    (typeof value === "object" && Object.keys(value).length === 0);

/** A default that the cloud spells out where nothing was said, or a list in another order. */
function isFilledIn({ was, is }: Drifted["properties"][number]): boolean {
    if (was === undefined && is !== undefined) return true;
    if (isEmpty(was) && isEmpty(is)) return true;
    if (!Array.isArray(was) || !Array.isArray(is)) return false;
    const sorted = (list: unknown[]) => JSON.stringify(list.map((one) => JSON.stringify(one)).sort());
    return sorted(was) === sorted(is);
}

const lines = 100;

/** The report, as Markdown. */
export function driftMarkdown(stack: string, { drifted, pending, quiet }: Drift): string {
    const waits = pending.length
        ? `\n<sub>Not deployed yet, and no drift: ${pending.length} changes of the code.</sub>\n`
        : "";
    const left = quiet ? `\n<sub>Left out: ${quiet} properties that clouds change by themselves.</sub>\n` : "";
    if (!drifted.length) return `Stack ${stack} is what was deployed.\n${waits}${left}`;
    const each = drifted.slice(0, lines).map(({ name, type, what, properties, up }) => {
        const says = { gone: "is **gone**", changed: "was changed", consequence: "changes with it" }[what];
        const back = up === undefined ? "nothing puts it back: the program does not say it" : `the next \`up\`: ${up}`;
        const values = properties
            .slice(0, 20)
            .map(({ path, was, is }) => `  - \`${path}\`: ${shown(was)} → ${shown(is)}\n`)
            .join("");
        return `- ${kindOf(type)} \`${name}\` ${says}; ${back}\n${values}`;
    });
    const more = drifted.length > lines ? `- and ${drifted.length - lines} more\n` : "";
    return (
        `Stack ${stack} is another than what was deployed. \`pulumi up\` puts it back; to keep a change, say it in the code.\n\n` +
        `${each.join("")}${more}${waits}${left}`
    );
}

function shown(value: unknown): string {
    if (value === undefined) return "absent";
    const text = JSON.stringify(value).replaceAll("`", "'");
    return `\`${text.length > 120 ? `${text.slice(0, 119)}…` : text}\``;
}
