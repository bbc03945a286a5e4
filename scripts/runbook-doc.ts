import { readFileSync, writeFileSync } from "node:fs";

import { fill } from "../operate/fill";
import { noise, reasons, type Noise } from "../operate/noise";
import { obstacles, type Obstacle } from "../operate/obstacles";
import { kindOf } from "../plan/tree";

const file = "docs/runbook.md";
/** Its places for what is known elsewhere. */
const places = { "destroy-check": list, noise: noiseList };

/** A command line for whoever has no names yet: `{network|last}` reads `NETWORK`. */
const general = (template: string): string =>
    fill(template, (path) =>
        path
            .replace(/([a-z])([A-Z])/g, "$1_$2")
            .split(".")
            .at(-1)!
            .toUpperCase(),
    ).text;

const clouds = { aws: "AWS, ", gcp: "GCP, ", both: "" };

function item({ cloud, title, says, run }: Obstacle): string {
    const commands = run.map((line) => `\`${general(line)}\``).join(", then ");
    return wrap(`- **${clouds[cloud]}${title}**: ${says}${commands ? ` ${commands}.` : ""}`);
}

/** Lines of at most 120 characters; code stays whole. */
function wrap(text: string): string {
    const lines: string[] = [];
    for (const word of text.match(/(?:`[^`]*`|[^ `]+)+/g)!) {
        const last = lines.at(-1);
        if (last !== undefined && `${last} ${word}`.length <= 120) lines[lines.length - 1] = `${last} ${word}`;
        else lines.push(lines.length === 0 ? word : `  ${word}`);
    }
    return lines.join("\n");
}

/** What `destroy-check` knows, as the runbook's list. */
function list(): string {
    const of = (when: Obstacle["when"]) =>
        obstacles
            .filter((one) => one.when === when)
            .map(item)
            .join("\n");
    return `Where \`destroy\` may stop, and what to do then:\n\n${of("waits")}\n\nWhat stays, on purpose:\n\n${of("stays")}`;
}

function grouped<T>(all: T[], by: (one: T) => string): Map<string, T[]> {
    const groups = new Map<string, T[]>();
    for (const one of all) groups.set(by(one), [...(groups.get(by(one)) ?? []), one]);
    return groups;
}

/** What a refresh finds every day: by its reason, then by type. */
function noiseList(): string {
    const of = (why: Noise["why"]) => {
        const types = grouped(
            noise.filter((one) => one.why === why),
            ({ fields }) => fields.map((field) => `\`${field}\``).join(", "),
        );
        const named = [...types].map(
            ([fields, of]) => `${[...new Set(of.map(({ type }) => kindOf(type)))].join(", ")}: ${fields}`,
        );
        return wrap(`- **${reasons[why][0].toUpperCase()}${reasons[why].slice(1)}**. ${named.join("; ")}.`);
    };
    return (Object.keys(reasons) as Noise["why"][]).map(of).join("\n");
}

/** The runbook with each in its place. */
export function runbook(): string {
    let text = readFileSync(file, "utf8");
    for (const [name, made] of Object.entries(places)) {
        const [begin, end] = [`<!-- ${name}: begin -->`, `<!-- ${name}: end -->`];
        const [from, to] = [text.indexOf(begin), text.indexOf(end)];
        if (from < 0 || to < from) throw new Error(`${file} has no place for what ${name} knows`);
        text = `${text.slice(0, from)}${begin}\n\n${made()}\n\n${text.slice(to)}`;
    }
    return text;
}

if (require.main === module) writeFileSync(file, runbook());
