import { resolve } from "node:path";
import { stripVTControlCharacters } from "node:util";

import { main } from "../cli/main";
import { invoked } from "../cli/selection";

/** The repository. */
export const root = resolve(__dirname, "..");

/** What a command answered and said. */
export interface Said {
    status: number;
    stdout: string;
    stderr: string;
}

/**
 * The command as a person calls it, but in this process: starting one for each call would take most of all tests' time.
 * What bin.js adds to it, test/cli/cli.test.ts looks at.
 */
export const twinstack = (args: readonly string[], cwd = root): Promise<Said> => said(() => main([...args]), cwd);

/** What is said while something is done in a folder. */
export async function said(work: () => Promise<number>, cwd = root): Promise<Said> {
    const before = process.cwd();
    const [out, errors] = [capture(process.stdout), capture(process.stderr)];
    process.chdir(cwd);
    // For tests that call less than a whole command.
    invoked();
    try {
        const status = await work();
        return { status, stdout: out.text(), stderr: errors.text() };
    } finally {
        process.chdir(before);
        invoked();
        out.end();
        errors.end();
    }
}

/** What a command answers as JSON; rejects if it fails. */
export async function json<T>(args: readonly string[], cwd?: string): Promise<T> {
    const { status, stdout, stderr } = await twinstack([...args, "--json"], cwd);
    if (status !== 0) throw new Error(`${args.join(" ")} answered ${status}: ${stderr}`);
    return JSON.parse(stdout) as T;
}

function capture(stream: NodeJS.WriteStream) {
    const { write } = stream;
    let said = "";
    stream.write = (text: string | Uint8Array, ...rest: unknown[]): boolean => {
        said += typeof text === "string" ? text : Buffer.from(text).toString();
        for (const then of rest) if (typeof then === "function") then();
        return true;
    };
    return { text: () => stripVTControlCharacters(said), end: () => (stream.write = write) };
}
