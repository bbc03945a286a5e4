import { physicalNames } from "../standin/names";
import type { Cloud, Thing } from "../standin/cloud";
import { plainProperties, type Value } from "../standin/values";
import { parseCommand, type Parsed } from "./commands";
import { aboutOf, things } from "./things";

/** How a command of a fake CLI ends. */
export interface Answer {
    code: number;
    stdout: string;
    stderr: string;
}

const shows = new Set(["describe", "list", "get", "head", "list-configs"]);
const deletes = new Set(["delete", "release", "revoke", "remove", "deregister", "disassociate"]);
/** Flags that say how to answer, and not of what. */
const aside = new Set(["region", "query", "output", "project", "format", "quiet", "flatten", "location", "profile"]);

/**
 * Answers a command line of a cloud's CLI: refuses what the real one would not understand, shows what the stand-in cloud has, and
 * deletes it there. Commands about anything else succeed and say nothing.
 */
export function answer(cloud: Cloud, program: string, args: string[]): Answer {
    let parsed: Parsed;
    try {
        parsed = parseCommand(program, args);
    } catch (error) {
        return { code: 2, stdout: "", stderr: `${(error as Error).message}\n` };
    }
    const { verb, noun } = aboutOf(parsed);
    const type = things[noun];
    if (type === undefined || !(shows.has(verb) || deletes.has(verb) || isLift(parsed)))
        return { code: 0, stdout: "", stderr: "" };
    const named = valuesOf(parsed);
    // The only condition of a query that is understood.
    const prefix = /starts_with\(\w+, '([^']*)'\)/.exec(parsed.flags.query?.[0] ?? "")?.[1] ?? "";
    const found = [...cloud.things].filter(
        ([, thing]) => thing.type === type && thing.id.startsWith(prefix) && named.every((word) => knows(thing, word)),
    );
    if (shows.has(verb)) {
        const listed = found.map(([, { id }]) => id);
        // Who lists what there may be gets nothing for an answer; who asks for one by its name is refused.
        if (!listed.length && !isList(parsed)) return { code: 254, stdout: "", stderr: "NotFound\n" };
        return { code: 0, stdout: `${listed.join("\t")}\n`, stderr: "" };
    }
    if (found.length !== 1)
        return { code: 254, stdout: "", stderr: `${found.length} things of ${type} are ${named.join(" ")}\n` };
    const [[key, thing]] = found as [[string, Thing]];
    if (isLift(parsed)) {
        for (const input of ["deletionProtection", "enableDeletionProtection", "deletionProtectionEnabled"])
            if (input in thing.inputs) thing.inputs[input] = false;
        return { code: 0, stdout: "", stderr: "" };
    }
    const { deletionProtection, enableDeletionProtection } = plainProperties(thing.inputs);
    if (deletionProtection === true || enableDeletionProtection === true)
        return { code: 254, stdout: "", stderr: `${thing.id} is protected against deletion\n` };
    cloud.things.delete(key);
    cloud.journal.push({ action: "delete", type, urn: thing.urn, id: thing.id });
    return { code: 0, stdout: "", stderr: "" };
}

const isLift = ({ flags }: Parsed): boolean =>
    "no-deletion-protection" in flags || "no-deletion-protection-enabled" in flags || "attributes" in flags;

/** Lists answer with what there is; by a filter, too. */
const isList = ({ command, flags }: Parsed): boolean =>
    "filters" in flags ||
    "filter" in flags ||
    /(^| )list|describe-log-groups|-names$/.test(command) ||
    !("name" in flags);

/** The words of a command line that say which thing is meant. */
function valuesOf({ flags, positionals }: Parsed): string[] {
    const said = Object.entries(flags)
        .filter(([flag]) => !aside.has(flag) && flag !== "attributes")
        .flatMap(([, values]) => values)
        .flatMap((value) => {
            const filter = /^Name=([^,]+),Values=([^,]*)/.exec(value);
            if (!filter) return /^[\w.]+=/.test(value) ? [value.replace(/^[^=]*=/, "").replace(/^"|"$/g, "")] : [value];
            // Tags are the provider's to add, which the stand-in does not.
            return filter[1]!.startsWith("tag:") || filter[1] === "state" ? [] : [filter[2]!];
        });
    return [...positionals, ...said];
}

/** Whether a thing is called so, or was made with it. */
function knows(thing: Thing, word: string): boolean {
    const bare = word.replace(/^gs:\/\//, "");
    const inputs = plainProperties(thing.inputs);
    const own = [thing.id, String(inputs[physicalNames[thing.type] ?? ""] ?? thing.id), ...leaves(inputs)];
    return own.some(
        (name) =>
            bare === name ||
            (name !== "" &&
                (bare.endsWith(`/${name}`) ||
                    bare.endsWith(`:${name}`) ||
                    name.endsWith(`/${bare}`) ||
                    bare.startsWith(`${name}@`))),
    );
}

function leaves(value: Value): string[] {
    if (Array.isArray(value)) return value.flatMap(leaves);
    if (typeof value === "object" && value !== null) return Object.values(value).flatMap(leaves);
    return typeof value === "string" || typeof value === "number" ? [String(value)] : [];
}
