import { Docker, signedIn, type Tools } from "./build";
import { digestOf as askRegistry, pinned, placeOf } from "./registry";

/** An image that another stack runs, and where this one looks for what it would build itself. */
export interface Promotion {
    service: string;
    /** By its digest. */
    image: string;
    /** Repository and tag of this stack. */
    reference: string;
}

/**
 * Copies an image from registry to registry, as it is: its digest stays, and nothing is built.
 * @returns the image in its new place, by that digest
 * @throws where there is no `docker buildx`, it fails, or the registry has something else afterwards
 */
export async function promote({ service, image, reference }: Promotion, tools: Tools): Promise<string> {
    const { say, environment = process.env, digestOf = askRegistry } = tools;
    const { digest, registry } = placeOf(image);
    if (digest === undefined) throw new Error(`${service}: ${image} is named without its digest`);
    if ((await digestOf(reference)) === digest) say(`${service}: ${digest} is in the registry already`);
    else {
        await signedIn([registry, placeOf(reference).registry], environment, async (env) => {
            const docker = new Docker(env, (line) => say(`${service}: ${line}`));
            // An index of one image, which is the default, would have a digest of its own.
            const args = ["buildx", "imagetools", "create", "--prefer-index=false", `--tag=${reference}`, image];
            await docker.run(args);
        });
        const found = await digestOf(reference);
        if (found !== digest)
            throw new Error(`${service}: ${reference} is ${found ?? "nothing"} after ${digest} was copied there`);
        say(`${service}: ${digest} was copied to ${reference}`);
    }
    return pinned(reference, digest);
}
