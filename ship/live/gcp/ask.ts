import { NotAllowed } from "../client";
import { patience as usual, within, type Patience } from "../patience";

/** Google's APIs by REST, as whoever is signed in. */
export interface Google {
    /**
     * Asks once, and again whoever is busy.
     * @param url with path and query
     * @param body what is posted; absent: it is a GET
     * @throws NotAllowed; an Error where there is no answer, or one that is none
     */
    ask: (url: string, body?: object) => Promise<Record<string, unknown>>;
}

interface GoogleArgs {
    project: string;
    sleep: (milliseconds: number) => Promise<void>;
    /** In place of `https://<service>.googleapis.com`, followed by `/<service>`: a fake on loopback. */
    endpoint?: string;
    /** Headers that say who asks. Default: as `gcloud auth application-default login` has it. */
    signed?: () => Promise<Record<string, string>>;
    patience?: Patience;
}

const [tries, longestWait] = [5, 30];

const signIn = "Sign in: gcloud auth application-default login; or name a key: GOOGLE_APPLICATION_CREDENTIALS";

export function google({ project, sleep, endpoint, signed = signedBy(project), patience = usual }: GoogleArgs): Google {
    const placed = (url: string): string =>
        endpoint === undefined ? url : url.replace(/^https:\/\/(\w+)\.googleapis\.com/, `${endpoint}/$1`);

    const ask = async (url: string, body: object | undefined, ended: AbortSignal): Promise<Record<string, unknown>> => {
        const host = new URL(url).host;
        let renewed = false;
        for (let left = tries; ; left--) {
            const headers = { ...(await signed()), ...(body && { "content-type": "application/json" }) };
            ended.throwIfAborted();
            let response: Response;
            let text: string;
            try {
                response = await fetch(placed(url), {
                    method: body ? "POST" : "GET",
                    headers,
                    body: body && JSON.stringify(body),
                    signal: AbortSignal.timeout(patience.once),
                });
                text = await response.text();
            } catch (error) {
                if (left > 1) {
                    await sleep(wait(tries - left));
                    continue;
                }
                throw new Error(`${host} cannot be asked: ${reasonOf(error as Error, patience)}`, { cause: error });
            }
            if (response.ok) return objectOf(text, host);
            if ((response.status === 429 || response.status >= 500) && left > 1) {
                const said = Number(response.headers.get("retry-after"));
                await sleep(said > 0 ? Math.min(said, longestWait) * 1000 : wait(tries - left));
                continue;
            }
            // A token may end between two questions; the next one is new.
            if (response.status === 401 && !renewed) {
                renewed = true;
                continue;
            }
            throw refused(response.status, text, host, project);
        }
    };
    return { ask: (url, body) => within(patience.all, new URL(url).host, (ended) => ask(url, body, ended)) };
}

/** Milliseconds before the next try, with some chance in them, so that not all come back at once. */
const wait = (nth: number): number => 2 ** nth * 500 * (1 + Math.random());

const reasonOf = ({ name, message, cause }: Error, { once }: Patience): string =>
    name === "TimeoutError"
        ? `no answer within ${once / 1000} s`
        : cause instanceof Error
          ? cause.message || cause.name
          : message;

function objectOf(text: string, host: string): Record<string, unknown> {
    let found: unknown;
    try {
        found = JSON.parse(text);
    } catch {
        found = undefined;
    }
    if (typeof found === "object" && found !== null && !Array.isArray(found)) return found as Record<string, unknown>;
    throw new Error(`${host} answers with something that is no JSON object: ${JSON.stringify(text.slice(0, 100))}`);
}

/** Google's own words, where there are some. */
function refused(status: number, text: string, host: string, project: string): Error {
    let message = text.slice(0, 300);
    try {
        message = (JSON.parse(text) as { error: { message: string } }).error.message;
    } catch {
        // As it is.
    }
    if (status === 401) return new NotAllowed(`Google knows nobody by these credentials: ${message}\n${signIn}`);
    if (status === 403)
        return new NotAllowed(
            `Google refuses it in project ${project}: ${message}\n` +
                "Whoever ships or reads logs has the roles run.viewer, monitoring.viewer, logging.viewer and logging.viewAccessor",
        );
    return new Error(`${host} answers ${status}: ${message}`);
}

/** The headers of whoever is signed in: the provider's own token, or application default credentials. */
function signedBy(project: string): () => Promise<Record<string, string>> {
    const given = process.env.GOOGLE_OAUTH_ACCESS_TOKEN;
    if (given) return () => Promise.resolve({ authorization: `Bearer ${given}`, "x-goog-user-project": project });
    let auth: Promise<{ getRequestHeaders: () => Promise<Headers> }> | undefined;
    return async () => {
        auth ??= import("google-auth-library").then(
            ({ GoogleAuth }) =>
                new GoogleAuth({ scopes: ["https://www.googleapis.com/auth/cloud-platform"], ...keyGiven() }),
        );
        try {
            return Object.fromEntries((await (await auth).getRequestHeaders()).entries());
        } catch (error) {
            throw new NotAllowed(`Nobody is signed in to Google: ${(error as Error).message}\n${signIn}`, {
                cause: error,
            });
        }
    };
}

/** The key that the provider takes from the environment: a file, or JSON itself. */
function keyGiven(): { keyFile?: string; credentials?: object } {
    const given = process.env.GOOGLE_CREDENTIALS;
    if (!given) return {};
    if (!given.trimStart().startsWith("{")) return { keyFile: given };
    try {
        return { credentials: JSON.parse(given) as object };
    } catch (error) {
        throw new NotAllowed("GOOGLE_CREDENTIALS is neither a file nor JSON", { cause: error });
    }
}
