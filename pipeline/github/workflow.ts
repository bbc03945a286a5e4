import { createHash } from "node:crypto";

import { Document, isScalar, Scalar, visit } from "yaml";

import type { Command } from "../commands";
import { actions, type Action } from "./actions";
import { command } from "../../topology/command";

/** A workflow as GitHub reads it, and how it is written. */
export interface Workflow {
    name: string;
    /** What is worth saying of it in its first lines. */
    about: string;
    on: Record<string, unknown>;
    concurrency?: Concurrency;
    env?: Record<string, string>;
    jobs: Record<string, Job>;
}

export interface Concurrency {
    group: string;
    "cancel-in-progress": boolean | string;
}

export interface Job {
    name?: string;
    needs?: string | string[];
    if?: string;
    "runs-on"?: string;
    /** Without one a job may do nothing. */
    permissions?: Record<string, "read" | "write">;
    environment?: { name: string; url?: string };
    concurrency?: Concurrency;
    "timeout-minutes"?: number;
    strategy?: Record<string, unknown>;
    outputs?: Record<string, string>;
    env?: Record<string, string>;
    defaults?: { run: { "working-directory": string } };
    uses?: string;
    steps?: Step[];
}

export interface Step {
    name?: string;
    id?: string;
    if?: string;
    uses?: string;
    run?: string;
    shell?: "bash";
    with?: Record<string, string | number | boolean>;
    env?: Record<string, string>;
    "continue-on-error"?: boolean;
    "working-directory"?: string;
}

/** A step that is somebody else's action. */
export const use = (action: Action, given?: Step["with"], more: Omit<Step, "uses" | "with"> = {}): Step => ({
    ...more,
    uses: `${actions[action][0]}@${actions[action][1]}`,
    ...(given && { with: given }),
});

/** A step that runs a command, told what it asks for. @throws where it is told something else */
export function run({ name, run, env }: Command, told: Record<string, string> = {}, more: Partial<Step> = {}): Step {
    const [asked, said] = [[...env].sort().join(), Object.keys(told).sort().join()];
    if (asked !== said) throw new Error(`${name}: asks for ${asked || "nothing"}, is told ${said || "nothing"}`);
    return { name, ...more, shell: "bash", ...(env.length > 0 && { env: told }), run };
}

const versions = new Map<string, string>(
    Object.values(actions).map(([repository, commit, version]) => [`${repository}@${commit}`, version]),
);

/** What begins a workflow that this command has written, with the hash of the rest: changes by hand are told by it. */
const header = (folder: string, body: string): string =>
    `# Written by \`${command("pipeline github")}\`${folder === "." ? "" : ` in ${folder}`}: change what it is made of, and write it again. ${hashOf(body)}\n`;
const hashOf = (body: string): string => createHash("sha256").update(body).digest("hex").slice(0, 16);

/**
 * The project's folder that a text is a workflow of, where this command, of this version or another, has written it and nobody has changed it since;
 * else undefined.
 */
export function writtenFor(text: string): string | undefined {
    const end = text.indexOf("\n") + 1;
    const said = /^# Written by `[^`]* pipeline github`(?: in (\S+))?: .* ([0-9a-f]{16})\n$/.exec(text.slice(0, end));
    return said?.[2] === hashOf(text.slice(end)) ? (said[1] ?? ".") : undefined;
}

/**
 * A workflow as YAML: actions with their versions beside them, jobs apart.
 * @param folder the project's, in its repository
 */
export function yamlOf({ name, about, on, concurrency, env, jobs }: Workflow, folder: string): string {
    const document = new Document(
        {
            name,
            on,
            permissions: {},
            ...(concurrency && { concurrency }),
            ...(env && { env }),
            jobs: Object.fromEntries(
                Object.entries(jobs).map(([id, { name, needs, ...job }]) => [
                    id,
                    {
                        ...(name !== undefined && { name }),
                        ...(needs !== undefined && { needs }),
                        ...(job.uses === undefined && { "runs-on": "ubuntu-latest" }),
                        ...job,
                    },
                ]),
            ),
        },
        // Every step says what it is told by itself.
        { aliasDuplicateObjects: false },
    );
    visit(document, {
        Pair(_, { key, value }) {
            if (!isScalar(key) || !isScalar(value)) return;
            const said = String(value.value);
            if (key.value === "uses" && versions.has(said)) value.comment = ` ${versions.get(said)}`;
            // What it would have instead is a syntax that other readers of workflows do not know yet.
            if (key.value === "uses" && said.startsWith("./")) value.comment = " zizmor: ignore[self-repository]";
            if (key.value === "run") value.type = Scalar.BLOCK_LITERAL;
        },
        Map(key, map, path) {
            // Jobs, and what stands beside them, apart.
            const depth = path.filter((node) => "items" in (node as object)).length;
            if (depth > 1) return;
            for (const [index, pair] of map.items.entries())
                if (isScalar(pair.key) && (depth === 0 ? pair.key.value === "jobs" : index > 0) && key !== "key")
                    if (depth === 0 || isJobs(path)) pair.key.spaceBefore = true;
        },
    });
    const written = document.toString({ lineWidth: 0, flowCollectionPadding: true });
    const body = `# ${about}\n${dangers(written)}`;
    return header(folder, body) + body;
}

const isJobs = (path: readonly unknown[]): boolean => {
    const pair = path.at(-1) as { key?: { value?: unknown } } | undefined;
    return pair?.key?.value === "jobs";
};

/** Says to zizmor where a workflow runs on another's end on purpose: nothing of that run is executed or believed. */
const dangers = (yaml: string): string =>
    yaml.replace(/^ {2}workflow_run:$/m, "$& # zizmor: ignore[dangerous-triggers] its artifact is data: see the steps");
