import { join } from "node:path";

import type { Tree } from "../load/places";
import type { Around } from "./around";
import { builtFrom } from "./own";
import type { Backing } from "./parts";
import { read } from "./texts";
import { textOf } from "./values";

/**
 * What the configuration of an Elixir program says of PostgreSQL's certificate. To have it checked, the program needs the cloud's own
 * authority, which no system knows; a variable may switch that off.
 * @see https://hexdocs.pm/postgrex/Postgrex.html#start_link/1
 */
export function sayCertificate(
    raw: Tree,
    used: Backing[],
    env: Record<string, string>,
    { note, mend, contextOf }: Around,
): void {
    const asked = used.some(({ kind, given }) => kind === "databases" && !given.mysql);
    const build = asked ? builtFrom(raw) : undefined;
    if (build === undefined) return;
    for (const file of ["config/runtime.exs", "config/prod.exs", "config/releases.exs"]) {
        const path = join(textOf(build.context), file);
        const lines = read(path).split("\n");
        const index = lines.findIndex((line, at) => /^[^#]*\bverify_peer\b/.test(line) && isOfRepo(lines, at));
        if (index < 0) continue;
        const says = `${contextOf(path)}:${index + 1} has PostgreSQL's certificate checked (verify_peer), by an authority that no system knows`;
        const off = switchIn(lines.slice(Math.max(0, index - 10), index + 3).join("\n"));
        if (off === undefined) mend(["build"], `${says}: let it be verify_none, or read a variable`);
        else {
            env[off.variable] = off.value;
            note(["environment", off.variable], `${off.value}: ${says}`);
        }
        return;
    }
}

/** The variable that switches a check off, with the value that does. */
function switchIn(text: string): { variable: string; value: string } | undefined {
    const [, variable, like = "true"] =
        /System\.(?:get_env|fetch_env!?)\(\s*"(\w*VERIFY\w*|\w*(?:INSECURE|UNAUTHORIZED)\w*)"(?:\s*,\s*"(\w+)")?/.exec(
            text,
        ) ?? [];
    if (variable === undefined) return undefined;
    const value = /INSECURE|(NO|SKIP|DISABLE)_?(\w+_)?VERIFY|(?<!REJECT_)UNAUTHORIZED/.test(variable)
        ? "true"
        : "false";
    return { variable, value: /^[A-Z]+$/.test(like) ? value.toUpperCase() : value };
}

/** Whether a line belongs to what is said of the database, and not of mail or anything else. */
function isOfRepo(lines: string[], index: number): boolean {
    const nearest = lines
        .slice(Math.max(0, index - 40), index + 1)
        .reverse()
        .find((line) => /^\s*config[ (]\s*:\w+,|"(DB|DATABASE|PG|POSTGRES)_\w+"/.test(line));
    return nearest !== undefined && /"(DB|DATABASE|PG|POSTGRES)_\w+"|\bRepo\b/.test(nearest);
}
