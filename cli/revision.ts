import { execFile, execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

import type { Cost } from "../cost/cost";
import { trafficNames } from "../cost/usage";
import type { Plan } from "../plan/plan";
import type { App } from "../topology/app";
import { Traffic } from "../topology/schema/operations";
import { BadInput, flagsOf, type Selection } from "./selection";

/** Plans what a git revision says, by its own program, in a folder of its own: nothing of the repository is touched. */

/** What is priced of a revision, or of a file. */
export interface Side {
    plan: Plan;
    /** As the side states it; absent where that cannot be read. */
    traffic?: App["traffic"];
}

/** What git says; undefined if it fails. @throws BadInput if it fails and is not to be `quiet` */
export function git(args: string[], quiet = true): string | undefined {
    try {
        return execFileSync("git", args, { encoding: "utf8", maxBuffer: 1 << 28, stdio: ["ignore", "pipe", "pipe"] });
    } catch (error) {
        if (quiet) return undefined;
        throw new BadInput(`git ${args.join(" ")} failed: ${String((error as { stderr?: unknown }).stderr).trim()}`);
    }
}

/** The commit that a revision names; undefined if there is none. */
export const commitOf = (revision: string): string | undefined =>
    git(["rev-parse", "--verify", "--quiet", "--end-of-options", `${revision}^{commit}`])?.trim();

/** A revision cannot be planned any more; the message says why. */
export class RevisionFault extends Error {}

/**
 * Unpacks a commit into a temporary folder and runs its own command there, or this one where it has none, with the packages that are
 * installed here.
 * @param timeout milliseconds that it may take
 * @param traffic what it states, where that is known
 * @throws RevisionFault if it cannot be planned, or not in time
 */
export async function sideOfCommit(
    commit: string,
    selection: Selection,
    timeout?: number,
    traffic?: Side["traffic"],
): Promise<Side> {
    const folder = mkdtempSync(join(tmpdir(), "twinstack-revision-"));
    const end = timeout === undefined ? undefined : Date.now() + timeout;
    try {
        const root = unpack(commit, folder);
        const own = join(root, "cli", "bin.js");
        const bin = existsSync(own) ? own : join(__dirname, "bin.js");
        const said = (command: string) =>
            answerOf([bin, command, "--json", ...flagsOf(selection)], { cwd: root, timeout: end && end - Date.now() });
        const stated = async () => traffic ?? trafficIn(await said("cost").catch(() => undefined));
        // Both have ended before the folder goes: one that fails leaves the other writing into it.
        const [plan, states] = await Promise.allSettled([said("plan"), stated()]);
        if (plan.status === "rejected") throw plan.reason;
        if (states.status === "rejected") throw states.reason;
        return { plan: plan.value as Plan, ...(states.value && { traffic: states.value }) };
    } finally {
        rmSync(folder, { recursive: true, force: true });
    }
}

/** The commit's files. @returns where in them the project is */
function unpack(commit: string, folder: string): string {
    const top = git(["rev-parse", "--show-toplevel"], false)!.trim();
    const prefix = git(["rev-parse", "--show-prefix"], false)!.trim();
    const [archive, tree] = [join(folder, "revision.tar"), join(folder, "tree")];
    // Modes as a checkout by this user has them: they count for the tags of images.
    git(["-C", top, "-c", "tar.umask=user", "archive", "--format=tar", "--output", archive, commit], false);
    mkdirSync(tree);
    try {
        execFileSync("tar", ["-xf", archive, "-C", tree], { stdio: ["ignore", "ignore", "pipe"] });
    } catch (error) {
        throw new BadInput(`tar cannot unpack ${commit}: ${(error as Error).message}`);
    }
    const root = join(tree, prefix);
    if (!existsSync(join(root, "Pulumi.yaml"))) throw new RevisionFault("it has no Pulumi.yaml here");
    if (!existsSync(join(root, "node_modules"))) symlinkSync(resolve("node_modules"), join(root, "node_modules"));
    return root;
}

/**
 * The JSON that a command of another twinstack answers.
 * @throws RevisionFault with what it says on stderr, or if it takes longer than `timeout` milliseconds
 */
export function answerOf(
    args: string[],
    { cwd, timeout, env }: { cwd: string; timeout?: number; env?: NodeJS.ProcessEnv },
): Promise<unknown> {
    if (timeout !== undefined && timeout <= 0) return Promise.reject(new RevisionFault("no time was left for it"));
    return new Promise((resolve, reject) => {
        const options = { cwd, env, encoding: "utf8", maxBuffer: 1 << 30, timeout, killSignal: "SIGKILL" } as const;
        const child = execFile(process.execPath, args, options, (error, stdout, stderr) => {
            if (error?.killed) return reject(new RevisionFault("it took too long"));
            // What comes on stderr last is why; progress may stand before it.
            if (error) return reject(new RevisionFault(stderr.trim() || error.message));
            try {
                resolve(JSON.parse(stdout));
            } catch {
                reject(new RevisionFault("its program answers no JSON"));
            }
        });
        child.stdin?.end();
    });
}

/** The traffic that a revision's own estimate was made for; undefined if it makes none, or means something else by it. */
function trafficIn(cost: unknown): App["traffic"] | undefined {
    const { usage } = (cost ?? {}) as Partial<Cost>;
    const traffic = Traffic.safeParse(Object.fromEntries(trafficNames.map((name) => [name, usage?.[name]])));
    return traffic.success ? traffic.data : undefined;
}
