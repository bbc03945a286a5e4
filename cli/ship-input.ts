import { readFileSync } from "node:fs";
import { resolve } from "node:path";

import { outputsIn, type Outputs } from "../ship/outputs";
import type { Cloud } from "../topology/app";
import { ImageReference } from "../topology/schema/forms";
import { choices } from "../topology/suggest";
import type { Stack } from "../topology/validate";
import { pulumi, unread } from "./engine";
import { BadInput } from "./errors";
import { invokedFrom, select, type Selected, type Selection } from "./selection";
import { command } from "../topology/command";

/** The stack that is shipped. @throws BadInput where it is on the machine at hand, and like `select` */
export function selectShipped(selection: Selection): Selected {
    // What a file releases is what is compared with here, and not what is built.
    const selected = select({ ...selection, release: undefined });
    if (selected.stack.cloud === "local")
        throw new BadInput(
            `Nothing is shipped to a laptop: ${command("dev --watch")} builds and replaces what changes.`,
        );
    return selected as Selected;
}

/** `--image SERVICE=REFERENCE`, as often as it is said. */
export function namedImages(said: string[], stack: Stack<Cloud>): Record<string, string> {
    const pairs = said.map((text): [string, string] => {
        const at = text.indexOf("=");
        const [service, reference] = [text.slice(0, at), text.slice(at + 1)];
        if (at < 1 || !ImageReference.safeParse(reference).success)
            throw new BadInput(
                `--image\n  found    ${JSON.stringify(text)}\n  allowed  SERVICE=IMAGE, such as api=registry.example.com/api:1.4.2`,
            );
        return [service, reference];
    });
    const twice = pairs.find(([service], index) => pairs.findIndex(([other]) => other === service) !== index);
    if (twice) throw new BadInput(`--image\n  found    ${twice[0]} twice\n  allowed  one image for each service`);
    knownServices(
        "--image",
        pairs.map(([service]) => service),
        stack,
    );
    return Object.fromEntries(pairs);
}

/** @throws BadInput where the app has no such service */
export function knownServices(where: string, said: string[], { app }: Stack<Cloud>): void {
    const names = Object.keys(app.services);
    for (const name of said)
        if (!names.includes(name))
            throw new BadInput(
                `${where}\n  found    ${JSON.stringify(name)}, which the app does not have\n  allowed  ${choices(name, names)}`,
            );
}

/** What a stack says of itself, from a file. @throws BadInput where that is none */
export function savedOutputs(file: string, stack: string): Outputs {
    const from = `--release ${file}`;
    let json: unknown;
    try {
        json = JSON.parse(readFileSync(resolve(invokedFrom, file), "utf8"));
    } catch (error) {
        throw new BadInput(`${from} cannot be read as JSON: ${(error as Error).message}`);
    }
    if (typeof json === "object" && json !== null && "release" in json && json.release === "[secret]")
        throw new BadInput(`${from}: the release in it is hidden: pulumi stack output --json --show-secrets shows it`);
    const outputs = outputsIn(json, from, stack);
    if (!outputs)
        throw new BadInput(
            `${from}\n  found    something else\n  allowed  what pulumi stack output --json --show-secrets prints`,
        );
    return outputs;
}

const releaseInstead =
    "Without it, only what each service needs can be told, from what the stack says of itself, saved where it is:\n" +
    `pulumi stack output --json --show-secrets > saved.json, then ${command("ship --plan --release saved.json")}`;

/** @throws BadInput where there is nothing on PATH that ships */
export const needsPulumi = (): Promise<unknown> => pulumi(["version"], { without: releaseInstead });

/**
 * What the deployed stack says of itself.
 * @throws BadInput where it cannot be had, or the stack has never come up
 */
export async function deployedOutputs(stack: string): Promise<Outputs> {
    const { code, stdout, stderr } = await pulumi(["stack", "output", "--json", "--show-secrets", "--stack", stack], {
        without: releaseInstead,
    });
    if (code !== 0) throw unread(`pulumi stack output --stack ${stack}`, stderr);
    const outputs = outputsIn(JSON.parse(stdout), `stack ${stack}`, stack);
    if (!outputs?.release)
        throw new BadInput(
            `Stack ${stack} does not know what it runs: bring it up once, with pulumi up --stack ${stack}.`,
        );
    return outputs;
}
