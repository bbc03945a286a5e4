import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { parseDocument, stringify } from "yaml";

import { copyName, refinementOf } from "../pipeline/copy";
import { merge, type Mapping } from "../topology/merge";
import type { Refinement } from "../topology/app";
import { BadInput } from "./errors";
import { colours, printJson, say } from "./output";
import { invokedFrom, projectRoot, select, selectOnCloud } from "./selection";
import { writeWhole } from "./whole-file";

export interface StackOptions {
    like: string;
    json?: boolean;
}

/**
 * `twinstack pipeline stack NAME --like STACK`: the stack file of a preview: that stack's, under host names of its own, and without the
 * keys that encrypt its secrets.
 * @throws BadInput where the name is none, or nothing can be like that stack; ProblemsError where the new one would not be right
 */
export async function stackLike(name: string, { like, json }: StackOptions): Promise<number> {
    process.chdir(projectRoot(invokedFrom));
    if (!copyName.test(name))
        throw new BadInput(
            `name\n  found    ${JSON.stringify(name)}\n  allowed  a short name such as pr-12: a letter, then letters and digits in lower case, and single hyphens`,
        );
    const { stack, file: from } = selectOnCloud({ stack: like });
    if (stack.environment !== "dev")
        throw new BadInput(
            `--like\n  found    ${like}, which is of environment ${stack.environment}\n  allowed  a stack of environment dev, which holds nothing that is missed`,
        );
    const file = `Pulumi.${name}.yaml`;
    const { config, ...rest } = parseDocument(readFileSync(from, "utf8")).toJS() as { config: Mapping } & Mapping;
    const secret = Object.keys(config).find((key) => JSON.stringify(config[key])?.includes('"secure":'));
    if (secret !== undefined)
        throw new BadInput(
            `${from}: ${secret}\n  found    a value that is encrypted for that stack alone\n  allowed  a secret of the app (secrets), whose value is in the cloud`,
        );
    // Its own keys are made by whoever brings it up, under the same provider.
    const { encryptedkey: _, encryptionsalt: __, ...kept } = rest;
    const { "twinstack:domain": ___, ...others } = config;
    const written = {
        ...kept,
        config: {
            ...others,
            "twinstack:overrides": merge(
                config["twinstack:overrides"] ?? {},
                refinementOf(stack.app, name),
            ) as Refinement,
        },
    };
    const before = existsSync(file) ? readFileSync(file, "utf8") : undefined;
    const text = stringify(written, { lineWidth: 0 });
    writeWhole(join(process.cwd(), file), text);
    select({ stack: name });
    if (json) await printJson({ file, like, written: text !== before });
    else await say(`${colours.green("✓")} ${file}, like ${from}\n`);
    return 0;
}
