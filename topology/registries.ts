import type { ParsedApp } from "./app";
import { show, type Finding } from "./problems";

/** The registry of an image, host and port; undefined for Docker Hub, as Docker reads a reference. */
export function registryOf(reference: string): string | undefined {
    const [host, ...rest] = reference.split("/");
    const isHost = rest.length > 0 && /[.:]|^localhost$/.test(host);
    return isHost && !["docker.io", "index.docker.io", "registry-1.docker.io"].includes(host) ? host : undefined;
}

/**
 * What Cloud Run pulls from by itself beside Docker Hub: Google's own registries, and public images of GitHub's.
 * @see https://docs.cloud.google.com/run/docs/deploying
 */
const direct = /(^|\.)pkg\.dev$|(^|\.)gcr\.io$|^ghcr\.io$/;

/** The registry that Cloud Run reaches an image in only by way of a repository of Artifact Registry; undefined where it needs none. */
export function upstreamOf(reference: string): string | undefined {
    const host = registryOf(reference);
    return host === undefined || direct.test(host) ? undefined : host;
}

/** The name of an image in its registry, with its tag or digest. */
export const withinRegistry = (reference: string): string =>
    registryOf(reference) === undefined ? reference : reference.slice(reference.indexOf("/") + 1);

const privateEcr = /\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com(\.cn)?$/;
/** A host that only a machine or a network of one's own knows: of no domain, or a private address. */
const isPrivate = (host: string): boolean => {
    const name = host.replace(/:\d+$/, "");
    return !name.includes(".") || /^(127|10|192\.168|172\.(1[6-9]|2\d|3[01])|169\.254)\.[\d.]+$/.test(name);
};

/** Images that Cloud Run cannot have, not even by way of Artifact Registry. An image that gets files on top is built here, from anywhere. */
export function* registryRules({ services, jobs }: ParsedApp): Generator<Finding> {
    const named = [
        ...Object.entries(services).flatMap(([name, { image, sidecars }]) =>
            [
                { at: ["services", name], image },
                ...Object.entries(sidecars).map(([sidecar, { image }]) => ({
                    at: ["services", name, "sidecars", sidecar],
                    image,
                })),
            ].flatMap(({ at, image: { reference, files } }) =>
                reference === undefined || Object.keys(files).length ? [] : [{ at, reference }],
            ),
        ),
        ...Object.entries(jobs).flatMap(([name, { image }]) =>
            image ? [{ at: ["jobs", name], reference: image.reference }] : [],
        ),
    ];
    for (const { at, reference } of named) {
        const host = upstreamOf(reference);
        if (host === undefined) continue;
        const mirror = "a copy of it in Artifact Registry, such as europe-docker.pkg.dev/my-project/mirror/…";
        const why = isPrivate(host)
            ? `Google does not reach ${host}`
            : privateEcr.test(host)
              ? `a password of ${host} ends after 12 hours, which Artifact Registry cannot renew`
              : undefined;
        if (why !== undefined)
            yield {
                at: [...at, "image", "reference"],
                found: show(reference),
                allowed: `${mirror}: ${why}. AWS may keep its own, by overrides of its stack`,
            };
    }
}
