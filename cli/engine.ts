import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";

import { stateOf, type State } from "../operate/state";
import { BadInput } from "./errors";
import { invokedFrom, projectRoot } from "./selection";

/** What the Pulumi CLI answered and said. */
interface Answer {
    code: number | null;
    stdout: string;
    stderr: string;
}

const stateInstead =
    "Without it, a state that was exported where it is can be read:\npulumi stack export --file state.json, then --state state.json";

/**
 * Runs the Pulumi CLI of PATH in the project, without a terminal, so that it asks nothing and waits for nobody.
 * @param how.shown what it prints goes to stderr as well, for what takes its time
 * @param how.without what can be done where there is none, if anything
 * @throws BadInput if there is none
 */
export function pulumi(args: string[], { shown = false, without = "" } = {}): Promise<Answer> {
    return new Promise((done, reject) => {
        const child = spawn("pulumi", [...args, "--non-interactive"], {
            cwd: projectRoot(invokedFrom),
            stdio: ["ignore", "pipe", "pipe"],
            env: { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" },
        });
        let [stdout, stderr] = ["", ""];
        child.stdout.on("data", (text) => {
            stdout += String(text);
            if (shown) process.stderr.write(String(text));
        });
        child.stderr.on("data", (text) => {
            stderr += String(text);
            if (shown) process.stderr.write(String(text));
        });
        child.on("error", (error: NodeJS.ErrnoException) =>
            reject(
                error.code === "ENOENT"
                    ? new BadInput(
                          [
                              "There is no `pulumi` on PATH, which knows what is deployed. Install it: https://www.pulumi.com/docs/install/",
                              ...(without ? [without] : []),
                          ].join("\n"),
                      )
                    : error,
            ),
        );
        child.on("close", (code) => done({ code, stdout, stderr }));
    });
}

/** `--stack NAME` as the Pulumi CLI takes it; without one it takes the stack that it has selected. */
export const stackArgs = (stack: string | undefined): string[] => (stack === undefined ? [] : ["--stack", stack]);

/**
 * The state of a stack, as `pulumi stack export` prints it: secrets stay encrypted.
 * @throws BadInput if it cannot be had, with what the Pulumi CLI says
 */
export async function exportState(stack: string | undefined): Promise<State> {
    return stateOf(await rawState(stack))!;
}

/** The same as it is. */
export async function rawState(stack: string | undefined): Promise<unknown> {
    const { code, stdout, stderr } = await pulumi(["stack", "export", ...stackArgs(stack)], {
        without: stateInstead,
    });
    if (code !== 0) throw unread(`pulumi stack export${stack === undefined ? "" : ` --stack ${stack}`}`, stderr);
    const read = parsed(stdout);
    if (!stateOf(read)) throw new BadInput("`pulumi stack export` printed something that is no state.");
    return read;
}

/** That a command of the CLI which reads a stack's state has failed, with what it said and what to do. */
export const unread = (command: string, stderr: string): BadInput =>
    new BadInput(`\`${command}\` failed:\n${saidBy(stderr)}\n${helpFor(stderr)}`);

function helpFor(stderr: string): string {
    if (stderr.includes("failed to load checkpoint: EOF"))
        // Written beside the state, and not in one go, where the state is a folder.
        return (
            "A run that was killed has left an empty file beside the state, which is whole itself: delete\n" +
            "  .pulumi/stacks/<project>/<stack>.json.attrs\n" +
            "in the folder of the state. `pulumi login 'file://<folder>?metadata=skip'` writes no such files."
        );
    if (/failed to load checkpoint: .*(unexpected end of JSON input|invalid character)/.test(stderr))
        return (
            "The state is no JSON, as after a disk that was full. Beside it is the one before the last change; in the folder of the state:\n" +
            "  cp .pulumi/stacks/<project>/<stack>.json.bak .pulumi/stacks/<project>/<stack>.json\n" +
            "What that change made is in no state then: look for it in the cloud before the next pulumi up."
        );
    return "Name a stack that exists (--stack), be logged in where its state is (pulumi login), and have PULUMI_CONFIG_PASSPHRASE set if it needs one.";
}

function parsed(text: string): unknown {
    try {
        return JSON.parse(text);
    } catch {
        return undefined;
    }
}

/** What the CLI said, without what it decorates it with. */
const saidBy = (stderr: string): string =>
    stderr
        .split("\n")
        .filter((line) => line.trim())
        .map((line) => `  ${line.trim()}`)
        .join("\n");

/** A state from a file, found from where the command was given. @throws BadInput if there is none */
export function stateFromFile(file: string): State {
    let text: string;
    try {
        text = readFileSync(resolve(invokedFrom, file), "utf8");
    } catch (error) {
        throw new BadInput(`--state ${file} cannot be read: ${(error as Error).message}`);
    }
    const state = stateOf(parsed(text));
    if (!state) throw new BadInput(`--state ${file} is no state: pulumi stack export --file ${file} writes one.`);
    return state;
}
