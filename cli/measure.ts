import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";

import { cloudArgs } from "../ship/live/cloud";
import { measureUse, usageFileMark, usageFileOf } from "../ship/live/used";
import { choices } from "../topology/suggest";
import { exportState, stateFromFile } from "./engine";
import { BadInput } from "./errors";
import { complain } from "./output";
import { select, type Selection } from "./selection";

/**
 * Measures the last 30 days of a stack on the cloud that it runs on, and writes them to a usage file in the project's folder.
 * @returns the file's whole path
 * @throws BadInput, and what the cloud does not let be done
 */
export async function measuredUsage(
    selection: Selection,
    cloud: string,
    { usage, state }: { usage?: unknown; state?: string },
): Promise<string> {
    if (cloud !== "aws" && cloud !== "gcp")
        throw new BadInput(`--usage-from ${cloud}: ${choices(cloud, ["aws", "gcp"])}`);
    if (usage !== undefined)
        throw new BadInput(
            "--usage\n  found    beside --usage-from\n  allowed  one of the two: that one writes a file",
        );
    const { stack } = select({ ...selection, cloud });
    const name = `usage.${stack.place.stack}.yaml`;
    const file = resolve(name);
    if (existsSync(file) && !readFileSync(file, "utf8").startsWith(usageFileMark))
        throw new BadInput(
            `--usage-from ${cloud}\n  found    ${name}, which somebody wrote by hand\n  allowed  another name for that file, as it would be overwritten`,
        );
    const read = async () => (state === undefined ? exportState(stack.place.stack) : stateFromFile(state));
    const used = await measureUse(cloudArgs(stack, read));
    writeFileSync(file, usageFileOf(used, cloud));
    await complain(`${name} says what was measured.\n`);
    return file;
}
