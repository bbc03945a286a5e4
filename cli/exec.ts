import { spawn, spawnSync } from "node:child_process";

import { containerOf } from "../ship/live/local";
import type { Session } from "../ship/live/aws/exec";
import { BadInput } from "./errors";
import { exportState, stateFromFile } from "./engine";
import { failed, known } from "./logs";
import { complain, errorColours } from "./output";
import { select, type Selection } from "./selection";

export interface ExecOptions {
    json?: boolean;
    state?: string;
}

const plugin = "session-manager-plugin";
const installing =
    "https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager-working-with-install-plugin.html";
/** The first version that takes a session from the environment, by its release notes. */
const firstQuiet = "1.2.536.0";
const handed = "AWS_SSM_START_SESSION_RESPONSE";

/**
 * `twinstack exec SERVICE -- COMMAND`: runs a command in a running instance of a service, at this terminal: by ECS Exec on AWS, by Docker
 * on this machine. On Google Cloud it says what there is. Docker's exit code is the command's; ECS tells none.
 */
export async function exec(
    selection: Selection,
    name: string,
    command: string[],
    { json, state }: ExecOptions,
): Promise<number> {
    if (json) throw new BadInput("--json\n  found    with exec\n  allowed  without it: a session is for a terminal");
    if (!command.length)
        throw new BadInput("command\n  found    nothing\n  allowed  what to run, after --, such as exec api -- sh");
    const { stack } = select(selection);
    known(stack, [name]);
    try {
        if (stack.cloud === "local") {
            const container = await containerOf({ stack }, name);
            const terminal =
                process.stdin.isTTY && process.stdout.isTTY ? ["--interactive", "--tty"] : ["--interactive"];
            return await attached("docker", ["exec", ...terminal, container, ...command]);
        }
        const read = async () => (state === undefined ? exportState(stack.place.stack) : stateFromFile(state));
        if (stack.cloud === "gcp") {
            const { sshOf } = await import("../ship/live/gcp/exec");
            throw new BadInput(
                `exec\n  found    a service on Cloud Run, which lets nobody run a command in an instance by an API\n` +
                    `  allowed  a shell by Google's own command, in beta: ${sshOf({ stack }, (await read()).resources, name)}`,
            );
        }
        const { service } = (await import("../ship/live/finder")).named(stack.app, name);
        if (!stack.app.services[service].aws.exec)
            throw new BadInput(
                `services.${service}.aws.exec\n  found    false\n  allowed  true, deployed: then ECS lets commands into the containers of ${service}`,
            );
        const missing = missingPlugin();
        if (missing !== undefined) {
            await complain(`${errorColours.red("error")}: ${missing}\nInstall it: ${installing}\n`);
            return 1;
        }
        const { openSession } = await import("../ship/live/aws/exec");
        return await started(await openSession({ stack, state: read }, name, command));
    } catch (error) {
        return failed(error);
    }
}

/** What is wrong with AWS's program for sessions on this machine. */
function missingPlugin(): string | undefined {
    const { error, stdout } = spawnSync(plugin, ["--version"], { encoding: "utf8" });
    if (error)
        return (error as NodeJS.ErrnoException).code === "ENOENT"
            ? `there is no \`${plugin}\` on PATH, by which AWS connects a terminal to a container.`
            : `\`${plugin}\` does not start: ${error.message}`;
    const version = stdout.trim();
    return older(version, firstQuiet)
        ? `\`${plugin}\` is version ${version || "?"}, which takes a session's token as an argument, for everybody on this machine to see; ${firstQuiet} does not.`
        : undefined;
}

/** Whether a version such as 1.2.3.0 comes before another; one that is none does. */
function older(version: string, other: string): boolean {
    if (!/^\d+(\.\d+)*$/.test(version)) return true;
    const [ours, theirs] = [version, other].map((one) => one.split(".").map(Number));
    const at = theirs.findIndex((part, index) => part !== (ours[index] ?? 0));
    return at >= 0 && (ours[at] ?? 0) < theirs[at];
}

/**
 * Hands a session to AWS's program for them, which speaks its protocol. It reads the session from the variable that its first argument
 * names, and forgets it: arguments are seen by everybody on a machine, and the session has a token.
 */
const started = ({ session, region }: Session): Promise<number> =>
    attached(plugin, [handed, region, "StartSession"], { ...process.env, [handed]: JSON.stringify(session) });

/** A program with this terminal; its exit code. What ends it by Ctrl-C is for it to decide. */
function attached(program: string, args: string[], env?: NodeJS.ProcessEnv): Promise<number> {
    const ignore = () => undefined;
    process.on("SIGINT", ignore);
    return new Promise<number>((done, fail) => {
        const child = spawn(program, args, { stdio: "inherit", ...(env && { env }) });
        child.on("error", fail);
        child.on("close", (code, signal) => done(code ?? (signal ? 1 : 0)));
    }).finally(() => process.removeListener("SIGINT", ignore));
}
