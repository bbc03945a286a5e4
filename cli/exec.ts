import { spawn } from "node:child_process";

import { containerOf } from "../ship/local";
import type { Session } from "../ship/session";
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
            const { sshOf } = await import("../ship/session");
            throw new BadInput(
                `exec\n  found    a service on Cloud Run, which lets nobody run a command in an instance by an API\n` +
                    `  allowed  a shell by Google's own command, in beta: ${sshOf({ stack }, (await read()).resources, name)}`,
            );
        }
        const { service } = (await import("../ship/cloud")).named(stack.app, name);
        if (!stack.app.services[service].aws.exec)
            throw new BadInput(
                `services.${service}.aws.exec\n  found    false\n  allowed  true, deployed: then ECS lets commands into the containers of ${service}`,
            );
        const { openSession } = await import("../ship/session");
        const session = await openSession({ stack, state: read }, name, command);
        return await started(session);
    } catch (error) {
        return failed(error);
    }
}

/** Hands a session to AWS's program for them, which speaks its protocol. */
async function started({ session, region }: Session): Promise<number> {
    try {
        return await attached(plugin, [JSON.stringify(session), region, "StartSession"]);
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
        await complain(
            `${errorColours.red("error")}: there is no \`${plugin}\` on PATH, by which AWS connects a terminal to a container.\n` +
                "Install it: https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager-working-with-install-plugin.html\n",
        );
        return 1;
    }
}

/** A program with this terminal; its exit code. What ends it by Ctrl-C is for it to decide. */
function attached(program: string, args: string[]): Promise<number> {
    const ignore = () => undefined;
    process.on("SIGINT", ignore);
    return new Promise<number>((done, fail) => {
        const child = spawn(program, args, { stdio: "inherit" });
        child.on("error", fail);
        child.on("close", (code, signal) => done(code ?? (signal ? 1 : 0)));
    }).finally(() => process.removeListener("SIGINT", ignore));
}
