import { createHash } from "node:crypto";

import { credentialsOf, howToSignIn, hub, type Credentials } from "./credentials";

/** An image's parts, as Docker reads a reference. */
export interface ImagePlace {
    /** Host, and port if there is one. */
    registry: string;
    /** Repository. */
    name: string;
    tag?: string;
    digest?: string;
}

/** A reference in three: without a tag and a digest, and these. */
function split(reference: string): { path: string; tag?: string; digest?: string } {
    const [bare, digest] = reference.split("@") as [string, string | undefined];
    const last = bare.lastIndexOf("/") + 1;
    // A colon before the last part is that of a port.
    const [base, tag] = bare.slice(last).split(":") as [string, string | undefined];
    return { path: bare.slice(0, last) + base, ...(tag && { tag }), ...(digest && { digest }) };
}

/** The parts of a reference: without a registry it is Docker Hub's, and without the name of an owner one of `library`. */
export function placeOf(reference: string): ImagePlace {
    const { path, ...rest } = split(reference);
    const parts = path.split("/");
    const isHost = parts.length > 1 && /[.:]|^localhost$/.test(parts[0]);
    const named = isHost ? parts.slice(1) : parts;
    const isHub = !isHost || ["docker.io", "index.docker.io"].includes(parts[0]);
    const name = isHub && named.length === 1 ? `library/${named[0]}` : named.join("/");
    return { registry: isHub ? hub : parts[0], name, ...rest };
}

/** The same image by its digest, which names it for ever. */
export const pinned = (reference: string, digest: string): string => `${split(reference).path}@${digest}`;

export interface Asking {
    /** Who signs in. Default: as `docker login`, `aws` or `gcloud` do. */
    credentials?: (registry: string) => Promise<Credentials | undefined>;
    /** Milliseconds for an answer. @default 15000 */
    timeout?: number;
    /** Waits so many milliseconds before it asks again. */
    sleep?: (milliseconds: number) => Promise<void>;
}

/** What a manifest may be: one platform's, or a list of several. */
const accepted = [
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.v2+json",
].join(", ");

/** Times that a registry is asked which is busy, and seconds between them that it may ask for at most. */
const [tries, longestWait] = [4, 30];

/**
 * The digest of an image: that of all its platforms, where it has several. Undefined where the registry has no such image.
 * @param reference with a tag or a digest; neither is `latest`
 * @throws where the registry does not answer, or tells only whom it knows; the message says what to do
 */
export async function digestOf(reference: string, asking: Asking = {}): Promise<string | undefined> {
    const { registry, name, tag, digest } = placeOf(reference);
    // As Docker does, which trusts the machine itself.
    const scheme = isLoopback(registry) ? "http" : "https";
    const url = `${scheme}://${registry}/v2/${name}/manifests/${digest ?? tag ?? "latest"}`;
    // Docker Hub does not count a HEAD among the pulls that it allows.
    const { response, refused } = await asked("HEAD", url, registry, name, asking);
    if (refused)
        throw new Error(
            `${registry} does not tell about ${name}${refused.known ? "" : ", as it knows nobody"} ` +
                `(${response.status}). Sign in: ${howToSignIn(registry)}`,
        );
    if (response.status === 404) return undefined;
    if (!response.ok) throw new Error(`${registry} answers ${response.status} to the question for ${reference}`);
    const found =
        response.headers.get("docker-content-digest") ??
        (await hashed((await asked("GET", url, registry, name, asking)).response));
    if (!/^sha256:[0-9a-f]{64}$/.test(found))
        throw new Error(`${registry} answers with something that is no digest: ${JSON.stringify(found.slice(0, 100))}`);
    if (digest !== undefined && found !== digest)
        throw new Error(`${registry} answers with another digest than that of ${reference}: ${found}`);
    return found;
}

/** Its digest is what a manifest's own bytes say. */
const hashed = async (response: Response): Promise<string> =>
    `sha256:${createHash("sha256")
        .update(Buffer.from(await response.arrayBuffer()))
        .digest("hex")}`;

/** Asks, and signs in if the registry wants it to. */
async function asked(method: "HEAD" | "GET", url: string, registry: string, name: string, asking: Asking) {
    const headers = { accept: accepted };
    const first = await patiently(url, { method, headers }, asking);
    if (first.status !== 401) return { response: first, refused: first.status === 403 && { known: false } };
    await first.body?.cancel();
    const credentials = await (asking.credentials ?? credentialsOf)(registry);
    const authorization = await answerTo(first.headers.get("www-authenticate") ?? "", name, credentials, asking);
    if (authorization === undefined) return { response: first, refused: { known: false } };
    const response = await patiently(url, { method, headers: { ...headers, authorization } }, asking);
    const refused = (response.status === 401 || response.status === 403) && { known: credentials !== undefined };
    return { response, refused };
}

/** What a challenge wants to see; undefined where nothing is known that would do. */
async function answerTo(
    challenge: string,
    name: string,
    credentials: Credentials | undefined,
    asking: Asking,
): Promise<string | undefined> {
    const basic =
        credentials &&
        `Basic ${Buffer.from(`${credentials.username}:${credentials.password}`, "utf8").toString("base64")}`;
    if (/^basic\b/i.test(challenge)) return basic;
    const said = Object.fromEntries([...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, key, value]) => [key, value]));
    if (!/^bearer\b/i.test(challenge) || !URL.canParse(said.realm ?? "")) return undefined;
    const realm = new URL(said.realm);
    // Credentials go nowhere in the clear.
    if (realm.protocol !== "https:" && !isLoopback(realm.host))
        throw new Error(`${realm.host} gives out tokens without TLS: nobody signs in there`);
    if (said.service) realm.searchParams.set("service", said.service);
    realm.searchParams.set("scope", said.scope ?? `repository:${name}:pull`);
    const response = await patiently(realm.href, { headers: basic ? { authorization: basic } : {} }, asking);
    if (!response.ok) return undefined;
    const body = (await response.json().catch(() => ({}))) as { token?: unknown; access_token?: unknown };
    const token = body.token ?? body.access_token;
    return typeof token === "string" ? `Bearer ${token}` : undefined;
}

/** Asks again whoever is busy, as long after as it says. */
async function patiently(url: string, request: RequestInit, asking: Asking): Promise<Response> {
    const { timeout = 15_000, sleep = pause } = asking;
    for (let left = tries; ; left--) {
        const response = await fetch(url, { ...request, signal: AbortSignal.timeout(timeout) }).catch(
            (error: Error) => {
                const why = error.name === "TimeoutError" ? `no answer within ${timeout / 1000} s` : reasonOf(error);
                throw new Error(`${new URL(url).host} cannot be asked: ${why}`);
            },
        );
        const busy = response.status === 429 || response.status >= 500;
        if (!busy || left <= 1) return response;
        await response.body?.cancel();
        const said = Number(response.headers.get("retry-after"));
        const seconds = said > 0 ? Math.min(said, longestWait) : 2 ** (tries - left);
        await sleep(seconds * 1000);
    }
}

const reasonOf = ({ message, cause }: Error): string => (cause instanceof Error ? cause.message : message);
const isLoopback = (host: string): boolean => /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/.test(host);
const pause = (milliseconds: number): Promise<void> => new Promise((done) => setTimeout(done, milliseconds));
