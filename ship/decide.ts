import { differences, manifestsOf, part, type Difference, type Manifests } from "../stacks/manifests";
import { buildsOf, sourcesOf } from "../stacks/sources";
import type { Cloud, Target } from "../topology/app";
import type { Release } from "../topology/release";
import type { Stack } from "../topology/validate";

/** What a stack knows of itself: its outputs `release` and `manifests`. */
export interface Remembered {
    release?: Release;
    manifests?: Manifests;
}

/**
 * What is to become of a service.
 * - `rebuild`: its folder, or what its image is built with, is another than when what runs was released.
 * - `image`: another image is named for it.
 * - `restart`: its instances have another configuration; the image stays.
 * - `nothing`.
 * - `new`: the stack does not have it yet; the `up` makes it, and builds what it needs.
 */
export type Verdict = "rebuild" | "image" | "restart" | "nothing" | "new";

export interface Decision {
    service: string;
    verdict: Verdict;
    /** Files of the build context that are another, and fields of the topology: what decided it. */
    files: Difference[];
    fields: Difference[];
    /** What is worth knowing beside: what is not known, or changes without a restart. */
    notes: string[];
    /** What runs; absent where nothing does. */
    runs?: string;
    /** What the configuration says its image is: the tag of what its folder builds, or a reference. */
    source: string;
    /** The image that is named for it. */
    image?: string;
}

/** Fields of a service that no instance is started with, on either cloud; and those of a load balancer or of the other cloud. */
const beside: Record<Cloud, string[]> = {
    aws: ["gcp", "scale", "stickySessions", "timeoutSeconds", "drainSeconds", "health"],
    gcp: ["aws", "drainSeconds"],
};
const besideOnBoth = ["routes", "rollout", "smoke", "deletionProtection", "maxBodyMb"];

/** Whether instances of a cloud are started with a field. */
function restarts(cloud: Cloud, field: string): boolean {
    const first = field.split(".")[0];
    if (cloud === "aws" && field.startsWith("health.container")) return true;
    return ![...beside[cloud], ...besideOnBoth].includes(first);
}

/**
 * What becomes of each service that is to be shipped, and why.
 * @param asked services; none: all of them
 * @param named service → image that it is to run
 */
export function decisionsOf(
    stack: Stack<Target>,
    { release, manifests }: Remembered,
    asked: string[],
    named: Record<string, string>,
): Decision[] {
    const [sources, builds] = [sourcesOf(stack), buildsOf(stack)];
    const now = manifestsOf(stack, undefined);
    const names = Object.keys(stack.app.services).filter(
        (name) => !asked.length || asked.includes(name) || name in named,
    );
    return names.map((service): Decision => {
        const last = release && Object.hasOwn(release.services, service) ? release.services[service] : undefined;
        const source = sources[service];
        const base = { service, files: [], fields: [], notes: [], source, ...(last && { runs: last.image }) };
        if (!last) return { ...base, verdict: "new", ...(named[service] && { image: named[service] }) };
        const before = manifests?.fields[service];
        const changed = before ? differences(before, now.fields[service]) : [];
        const config = changed.filter(({ name }) => restarts(stack.cloud as Cloud, name));
        const rest = changed.filter((one) => !config.includes(one));
        const notes = [
            ...(before
                ? []
                : ["with which configuration it runs is not known: the stack was last updated by an older version"]),
            ...(rest.length
                ? [`${rest.map(({ name }) => name).join(", ")}: changed, and no reason to restart it`]
                : []),
        ];
        if (named[service] !== undefined)
            return { ...base, verdict: "image", image: named[service], fields: config, notes };
        if (last.source === undefined || last.source === source)
            return { ...base, verdict: config.length ? "restart" : "nothing", fields: config, notes };
        if (!Object.hasOwn(builds, service)) {
            const field: Difference = { name: "image.reference", kind: "changed", before: last.source, after: source };
            return { ...base, verdict: "image", image: source, fields: [field, ...config], notes };
        }
        const was = manifests?.files[last.source];
        const changedIn = (of: "files" | "fields") =>
            was ? differences(part(was, of), part(now.files[source], of)) : [];
        if (!was)
            notes.unshift(`which files are another is not known: what ${last.source} was built from is not remembered`);
        return {
            ...base,
            verdict: "rebuild",
            files: changedIn("files"),
            fields: [...changedIn("fields"), ...config],
            notes,
        };
    });
}
