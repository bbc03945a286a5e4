import { spawn } from "node:child_process";
import { existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

import { flagsOf, invokedFrom, type Selected, type Selection } from "./selection";
import { printJson, say } from "./output";
import { needsPulumi } from "./ship-input";
import { command } from "../topology/command";

/** What a detached ship says goes here, until and beside what the stack knows of it. Git ignores it. */
const folder = ".twinstack/ships";

/** What is known here of a ship that was detached. */
export interface Detached {
    /** Its process, while it lives. */
    running: boolean;
    /** Its exit code, once it has ended by itself. */
    code?: number;
    /** Everything that it has said. */
    log: string;
    /** Where that is. */
    file: string;
}

/** Ships in a process of its own, and prints the id at once. */
export async function detach(
    services: string[],
    { stack }: Selected,
    selection: Selection,
    options: { image?: string[]; from?: string; allow?: string[]; takeOver?: boolean; url?: string; json?: boolean },
    id: string,
): Promise<number> {
    await needsPulumi();
    const repeated = (flag: string, values: string[] = []) => values.flatMap((value) => [flag, value]);
    const args = [
        "ship",
        ...services,
        ...flagsOf(selection),
        ...repeated("--image", options.image),
        ...(options.from === undefined ? [] : ["--from", options.from]),
        ...repeated("--allow", options.allow),
        ...(options.takeOver ? ["--take-over"] : []),
        ...(options.url === undefined ? [] : ["--url", options.url]),
        "--yes",
        "--id",
        id,
    ];
    mkdirSync(folder, { recursive: true });
    const file = resolve(folder, `${id}.log`);
    const log = openSync(file, "a");
    const child = spawn(process.execPath, [...process.execArgv, join(__dirname, "bin.js"), ...args], {
        cwd: invokedFrom,
        detached: true,
        stdio: ["ignore", log, log],
        env: { ...process.env, NO_COLOR: "1" },
    });
    writeFileSync(join(folder, `${id}.pid`), `${child.pid}`);
    child.unref();
    if (options.json) await printJson({ id, stack: stack.place.stack, log: file });
    else await say(`${id}\n${command(`ship status ${id} --follow`)} tells how it goes; its log is ${file}\n`);
    return 0;
}

/** Has the process of a detached ship leave its exit code where `detached` finds it. */
export function noteEnd(id: string): void {
    const file = fileOf(id, "code");
    if (file !== undefined && existsSync(dirname(file))) process.once("exit", (code) => writeFileSync(file, `${code}`));
}

/** A file of a ship's, from wherever the process goes. An id is part of a path. */
const fileOf = (id: string, kind: "log" | "pid" | "code"): string | undefined =>
    /^[\w-]+$/.test(id) ? resolve(folder, `${id}.${kind}`) : undefined;

/** What this machine knows of a ship; undefined where it was not detached here. */
export function detached(id: string): Detached | undefined {
    const [file, pid, code] = (["log", "pid", "code"] as const).map((kind) => fileOf(id, kind));
    if (file === undefined || !existsSync(file)) return undefined;
    const number = (of: string | undefined): number => (existsSync(of!) ? Number(readFileSync(of!, "utf8")) : NaN);
    const running = isAlive(number(pid));
    const ended = number(code);
    return { running, ...(Number.isInteger(ended) && { code: ended }), log: readFileSync(file, "utf8"), file };
}

function isAlive(pid: number): boolean {
    if (!Number.isInteger(pid) || pid < 1) return false;
    try {
        process.kill(pid, 0);
        return true;
    } catch {
        return false;
    }
}
