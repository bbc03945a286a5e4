import {
    ConcurrentUpdateError,
    LocalWorkspace,
    Stack,
    type CommandError,
    type PulumiFn,
} from "@pulumi/pulumi/automation";

import { recalled, type Release } from "../topology/release";
import type { Deps, Engine } from "./deps";

/** Where a program tells an `up` what to run (stacks/release.ts). */
const variable = "TWINSTACK_RELEASE";

/** A stack, and the program that it is made by. */
export interface Where {
    stack: string;
    /** The folder with Pulumi.yaml. */
    workDir: string;
    environment?: Record<string, string>;
    /** A program of this process, for what it is told. Default: the project's own, told by the environment. */
    program?: (told: Release) => PulumiFn;
}

/** `pulumi up` by the CLI that is on PATH. */
export interface PulumiEngine extends Engine {
    /** Where the app answers; absent before the first `up`. */
    url: () => Promise<string | undefined>;
    /**
     * Releases the lock of a run that died.
     * @throws where it left something half-made: only a look at the cloud tells what became of that
     */
    unlock: () => Promise<void>;
}

/** Minutes that another run is waited for, and seconds between two looks. */
const [lockMinutes, lockSeconds] = [10, 5];

/** @throws where there is no `pulumi` on PATH, or one that is too old */
export async function engineOf(
    { stack: name, workDir, environment = {}, program }: Where,
    { clock, say }: Pick<Deps, "clock" | "say">,
): Promise<PulumiEngine> {
    const envVars: Record<string, string> = { PULUMI_SKIP_UPDATE_CHECK: "true", ...environment };
    const workspace = await LocalWorkspace.create({ workDir, envVars });
    // It is named to every command. Selected, it would be what the user's next `pulumi up` deploys.
    workspace.selectStack = () => Promise.resolve();
    const stack = await Stack.select(name, workspace);

    const up = async (told: Release): Promise<void> => {
        if (!program) workspace.envVars[variable] = JSON.stringify(told);
        const until = clock.now() + lockMinutes * 60_000;
        for (let waits = 0; ; waits++) {
            try {
                await stack.up({ suppressOutputs: true, color: "never", ...(program && { program: program(told) }) });
                return;
            } catch (error) {
                if (!(error instanceof ConcurrentUpdateError))
                    throw new Error(saidBy(error as CommandError), { cause: error });
                if (clock.now() >= until)
                    throw new Error(
                        `the stack has been locked for ${lockMinutes} minutes. If nothing runs any more, --take-over releases the lock`,
                        { cause: error },
                    );
                if (!waits) say({ at: clock.now(), phase: "lock", text: "another run has the stack; waiting for it" });
                await clock.sleep(lockSeconds * 1000);
            }
        }
    };
    const output = async (key: string): Promise<unknown> => (await stack.outputs())[key]?.value;
    return {
        up,
        remembered: async () => recalled(await output("release"), name),
        url: async () => (await output("url")) as string | undefined,
        unlock: async () => {
            await stack.cancel();
            const { deployment } = await stack.exportStack();
            const { pending_operations: pending = [] } = deployment as {
                pending_operations?: { type: string; resource: { urn: string } }[];
            };
            const made = pending.filter(({ type }) => type === "creating").map(({ resource }) => resource.urn);
            if (made.length)
                throw new Error(
                    `whether the cloud has made these is not known: ${made.join(", ")}. npx twinstack recover tells what to do`,
                );
        },
    };
}

/** What the engine has to say in the end, without its progress. Secrets are masked by it. */
function saidBy({ message }: CommandError): string {
    const lines = message.split("\n");
    const at = lines.findIndex((line) => line.trim() === "Diagnostics:");
    const end = lines.findIndex((line, index) => index > at && /^(Outputs|Resources|Duration):?/.test(line.trim()));
    const said = at < 0 ? lines : lines.slice(at + 1, end < 0 ? undefined : end);
    return said
        .map((line) => line.trim())
        .filter(Boolean)
        .slice(0, 30)
        .join("\n");
}
