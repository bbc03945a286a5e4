import { writeFileSync } from "node:fs";

import { clouds, type Cloud } from "../topology/app";
import { cellName, cellNames } from "../test/engine/matrix/cells";
import { changes, themes, type AppName } from "../test/engine/matrix/changes";
import { knownAs } from "../test/engine/matrix/known";
import { recorded, type Results } from "../test/engine/matrix/results";
import type { Result } from "../test/engine/matrix/run";

/** Writes docs/changes.md: what every change of a stack does on each cloud, as the engine did it (test/golden/changes.json). */

interface Row {
    key: string;
    title: string;
    note?: string;
}

const apps: AppName[] = ["todo", "morrow", "everything"];
const shown = 4;

const named = (types: string[]): string =>
    types.length > shown + 1
        ? `${types.slice(0, shown).join(", ")} and ${types.length - shown} more types`
        : types.join(", ");

/** What happened to the types of a result, and how it is said. */
const kinds = [
    ["created", "makes"],
    ["updated", "updates"],
    ["replaced", "makes anew"],
    ["deleted", "deletes"],
    ["lost", "**loses what is in**"],
] as const;

/** What happened in every one of these apps, in words; then what happened in some of them, by the number of types. */
function told(results: Result[]): string {
    const of = (kind: (typeof kinds)[number][0]) => {
        const each = results.map((result) => result[kind]);
        const every = each[0]!.filter((type) => each.every((types) => types.includes(type)));
        return { every, some: [...new Set(each.flat())].filter((type) => !every.includes(type)).sort() };
    };
    const parts = kinds.map(([kind, verb]) => ({ verb, ...of(kind) }));
    const say = (which: "every" | "some"): string =>
        parts
            .filter((part) => part[which].length)
            .map((part) => `${part.verb} ${part.verb.startsWith("**") ? part[which].join(", ") : named(part[which])}`)
            .join("; ");
    const [every, some] = [say("every"), say("some")];
    if (!every && !some) return "nothing";
    return [every, some && `${every ? "in some apps also " : "in some apps "}${some}`].filter(Boolean).join("; ");
}

/** What became of it in the apps that it was tried in: those that were refused it are told by themselves. */
function onCloud(results: Results, key: string, cloud: Cloud): string {
    const each = apps.flatMap((app) => {
        const cell = cellName(app, cloud, key);
        const result = results[cell];
        return result ? [{ app, cell, result }] : [];
    });
    const saidOf = ({ refused, protected: kept }: Result): string =>
        refused
            ? "refused by validation"
            : kept
              ? `refused: it would make anew what is protected (${named(kept)})`
              : "";
    const [stopped, done] = [each.filter((one) => saidOf(one.result)), each.filter((one) => !saidOf(one.result))];
    const reasons = [...new Set(stopped.map(({ result }) => saidOf(result)))];
    const lines = [
        ...reasons.map((reason) => {
            const which = stopped.filter(({ result }) => saidOf(result) === reason);
            return which.length === each.length
                ? reason
                : `${which.map(({ app }) => `_${app}_`).join(", ")}: ${reason}`;
        }),
        ...(done.length ? [told(done.map(({ result }) => result))] : []),
        ...new Set(each.flatMap(({ cell, result }) => pending(cell, result))),
    ];
    return lines.join("<br>");
}

/** What is not right yet. */
const pending = (cell: string, { faults }: Result): string[] =>
    faults.map((fault) => `⚠ ${knownAs(cell, fault)?.why ?? fault}`);

function outages(results: Results, key: string): string {
    const found = clouds.flatMap((cloud) =>
        apps.flatMap((app) => {
            const cell = cellName(app, cloud, key);
            const why = results[cell]?.outage;
            return why ? [`${cloud.toUpperCase()}: ⚠ ${knownAs(cell, why)?.why ?? why}`] : [];
        }),
    );
    return found.length ? [...new Set(found)].join("<br>") : "none";
}

const escaped = (text: string): string => text.replaceAll("|", "\\|");

function line(results: Results, { key, title, note }: Row): string[] {
    const recordedFor = (cloud: Cloud) => apps.some((app) => results[cellName(app, cloud, key)]);
    if (!clouds.some(recordedFor)) return [];
    const cells = clouds.map((cloud) => (recordedFor(cloud) ? onCloud(results, key, cloud) : "–"));
    const what = note ? `${title}<br>_${note}_` : title;
    return [`| ${[what, ...cells, outages(results, key)].map(escaped).join(" | ")} |`];
}

const rowsOf = (theme: string): Row[] =>
    changes
        .filter((change) => change.theme === theme)
        .flatMap(({ key, title, note, back }) => [{ key, title, note }, ...(back ? [back] : [])]);

/** The whole document, as oxfmt leaves it. */
export function changesDocument(results: Results = recorded()): string {
    const open = cellNames.filter((name) => !results[name]);
    return [
        "# What a change does to a running stack",
        "",
        "Each change was deployed by the real engine over an app in `prod`, against a stand-in cloud that refuses what clouds",
        "refuse. After every step every host and path of the app was followed from its DNS record to a running service; then a",
        "preview had to find nothing left to do, and state and cloud had to say the same. «Makes anew» is a replacement: the new",
        "one first, then the old one away. Parts are taken out in two steps, as the",
        "[runbook](runbook.md#removing-a-part-in-production) says.",
        "",
        `${Object.keys(results).length} of ${cellNames.length} combinations of change, app and cloud are recorded here.`,
        ...afterFailure(results),
        "Generated by `npm run golden` from what `npm run matrix` recorded; do not edit.",
        "",
        ...themes.flatMap((theme) => [
            `## ${theme}`,
            "",
            // As it is: aligned, a table's every line would be as long as its longest.
            "<!-- prettier-ignore -->",
            "| Change | On AWS | On GCP | Outage |",
            "| --- | --- | --- | --- |",
            ...rowsOf(theme).flatMap((row) => line(results, row)),
            "",
        ]),
        ...(open.length
            ? ["## Not recorded yet", "", "In the list of changes, and to be run:", "", ...wrapped(open.join(", ")), ""]
            : []),
    ].join("\n");
}

/** What it took where the cloud refused the step in the middle once; nothing where that was not tried. */
function afterFailure(results: Results): string[] {
    const tried = Object.values(results).flatMap(({ afterFailure: how }) => (how ? [how] : []));
    if (!tried.length) return [];
    const by = (how: Result["afterFailure"]): number => tried.filter((one) => one === how).length;
    return wrapped(
        `${tried.length} of them were deployed once more, and the cloud refused the step in their middle once: ${by("up")} were ` +
            `mended by the next \`pulumi up\`, ${by("up --refresh")} by \`pulumi up --refresh\`. There an update was refused, and ` +
            `the state keeps its new inputs all the same: \`npx --no twinstack recover\` says so.`,
    );
}

/** Lines of at most 120 characters. */
function wrapped(text: string): string[] {
    const lines = [""];
    for (const word of text.split(" "))
        if (lines.at(-1)!.length + word.length < 119) lines[lines.length - 1] = `${lines.at(-1)!} ${word}`.trim();
        else lines.push(word);
    return lines;
}

if (require.main === module) writeFileSync("docs/changes.md", changesDocument());
