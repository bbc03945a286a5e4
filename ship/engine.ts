import { ConcurrentUpdateError, LocalWorkspace, Stack, type PulumiFn } from "@pulumi/pulumi/automation";

import { recalled, type Release } from "../topology/release";
import { command } from "../topology/command";
import { Locked, type Deps, type Engine } from "./deps";

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

/** What a run had begun when it died, or a living one has begun: urns. */
interface Begun {
    created: string[];
    /** Changed or deleted: the cloud has done it or not, and the state says that nothing was done. */
    changed: string[];
    root: string;
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

    /** Whether all that a run which died had begun has been read from the cloud. */
    let settled = false;
    /** An `up` would find nothing to do where the state says what it asks for, whatever the cloud has been told since. */
    const settle = async (): Promise<void> => {
        const begun = begunIn((await stack.exportStack()).deployment as Deployment);
        if (begun) {
            // Like an up it waits for who has the stack: what a living run has begun is not looked at.
            if (begun.changed.length)
                say({ at: clock.now(), phase: "read", text: "what an interrupted run has changed" });
            await stack.refresh({ target: [begun.root, ...begun.changed], color: "never" });
            const { created = [] } = begunIn((await stack.exportStack()).deployment as Deployment) ?? {};
            if (created.length)
                throw new Error(
                    `whether the cloud has made these is not known: ${created.join(", ")}. ${command("recover")} tells what to do`,
                );
        }
        settled = true;
    };

    const up = async (told: Release): Promise<void> => {
        if (!program) workspace.envVars[variable] = JSON.stringify(told);
        const begun = clock.now();
        /** Minutes that have been told of. */
        let waited = -1;
        for (;;) {
            try {
                if (!settled) await settle();
                await stack.up({ suppressOutputs: true, color: "never", ...(program && { program: program(told) }) });
                return;
            } catch (error) {
                settled = false;
                if (!(error instanceof ConcurrentUpdateError))
                    throw new Error(saidBy(error as Error), { cause: error });
                if (clock.now() >= begun + lockMinutes * 60_000)
                    throw new Locked(
                        `the stack has been locked for ${lockMinutes} minutes, by ${holderOf(error.message)}. If that no longer runs, --take-over releases the lock`,
                        { cause: error },
                    );
                const minutes = Math.floor((clock.now() - begun) / 60_000);
                if (minutes > waited) {
                    const since = waited < 0 ? "waiting up to" : `after ${minutes} of`;
                    const text = `${holderOf(error.message)} has the stack; ${since} ${lockMinutes} minutes. If that no longer runs: Ctrl-C, then again with --take-over`;
                    say({ at: clock.now(), phase: "lock", text });
                    waited = minutes;
                }
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
            await settle();
        },
    };
}

/** Who locked the stack, and when, as the CLI says it of a state in a bucket or a folder. */
export const holderOf = (message: string): string =>
    /created by (\S+ \(pid \d+\) at \S+)/.exec(message)?.[1] ?? "another run";

interface Deployment {
    resources?: { urn: string; type: string }[];
    pending_operations?: { type: string; resource: { urn: string } }[];
}

/** Nothing where all that was begun has ended. */
function begunIn(deployment: Deployment): Begun | undefined {
    const { resources = [], pending_operations: pending = [] } = deployment;
    const root = resources.find(({ type }) => type === "pulumi:pulumi:Stack")?.urn;
    if (!pending.length || root === undefined) return undefined;
    const urns = (creates: boolean) => [
        ...new Set(pending.filter(({ type }) => (type === "creating") === creates).map(({ resource }) => resource.urn)),
    ];
    const known = new Set(resources.map(({ urn }) => urn));
    return { created: urns(true), changed: urns(false).filter((urn) => known.has(urn)), root };
}

/** What the engine has to say in the end, without its progress. Secrets are masked by it. */
function saidBy({ message }: Error): string {
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
