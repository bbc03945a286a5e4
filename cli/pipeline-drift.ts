import { driftMarkdown, driftOf, type Digest } from "../pipeline/drift";
import { pulumi } from "./engine";
import { BadInput } from "./errors";
import { print, printJson } from "./output";

export interface DriftOptions {
    stack: string;
    json?: boolean;
}

/**
 * `twinstack pipeline drift --stack STACK`: whether what is deployed is what was deployed, as Markdown. The engine previews twice, with `--refresh`
 * and without: what the code says and nobody has deployed yet is no drift, nor is what clouds change by themselves (operate/noise.ts). Nothing is
 * changed. Answers 3 if there is any.
 * @throws BadInput where the engine cannot preview, with what it says
 */
export async function drift({ stack, json }: DriftOptions): Promise<number> {
    const plain = await preview(stack, []);
    const found = driftOf(plain, await preview(stack, ["--refresh"]));
    if (json) await printJson({ stack, ...found });
    else await print(driftMarkdown(stack, found));
    return found.drifted.length ? 3 : 0;
}

async function preview(stack: string, flags: string[]): Promise<Digest> {
    const { code, stdout, stderr } = await pulumi(["preview", "--stack", stack, "--json", ...flags]);
    let digest: Digest | undefined;
    try {
        digest = JSON.parse(stdout) as Digest;
    } catch {
        digest = undefined;
    }
    if (code === 0 && digest) return digest;
    const said = (digest?.diagnostics ?? [])
        .filter(({ severity }) => severity === "error")
        .map(({ message }) => message);
    const why = [...said, stderr].join("\n").trim().replace(/^/gm, "  ");
    throw new BadInput(`\`pulumi preview --stack ${stack} ${flags.join(" ")}\` failed:\n${why}`);
}
