/** HTTP as a refresh needs it: retries, and nothing that is cut off passes for whole. */

export interface HttpOptions {
    /** Tries in all. @default 4 */
    tries?: number;
    /** Milliseconds before the second try; doubled before each further one. @default 500 */
    retryDelay?: number;
    /** Milliseconds without a byte after which a transfer counts as dead. @default 60000 */
    idle?: number;
    headers?: Record<string, string>;
    /** Told before each further try. */
    onRetry?(why: string): void;
}

/** The other side gave no usable answer. The message names the address, never a header. */
export class FetchError extends Error {
    constructor(
        message: string,
        /** Another try may help. */
        readonly passing: boolean,
        readonly status?: number,
    ) {
        super(message);
        this.name = "FetchError";
    }
}

/** Milliseconds: no server is waited for longer than this between two tries. */
const longestWait = 30_000;

/** Calls `read` with the body's text, piece by piece, starting over with a new `read` when a transfer fails. */
export async function download<T>(
    url: string,
    read: (body: AsyncIterable<string>, response: Response) => Promise<T>,
    options: HttpOptions = {},
): Promise<T> {
    const { tries = 4, retryDelay = 500 } = options;
    for (let attempt = 1; ; attempt++) {
        try {
            return await once(url, read, options);
        } catch (error) {
            if (!(error instanceof FetchError) || !error.passing || attempt >= tries) throw error;
            options.onRetry?.(error.message);
            await sleep(Math.min(retryDelay * 2 ** (attempt - 1), longestWait));
        }
    }
}

async function once<T>(
    url: string,
    read: (body: AsyncIterable<string>, response: Response) => Promise<T>,
    { headers, idle = 60_000 }: HttpOptions,
): Promise<T> {
    const abort = new AbortController();
    let timer: NodeJS.Timeout | undefined;
    const alive = () => {
        clearTimeout(timer);
        timer = setTimeout(() => abort.abort(new Error(`no byte in ${idle / 1000} s`)), idle);
    };
    alive();
    try {
        const response = await fetch(url, { headers, signal: abort.signal });
        if (!response.ok) {
            const passing = response.status >= 500 || response.status === 429 || response.status === 408;
            const said = explained(await response.text());
            throw new FetchError(`${url} answered ${response.status}${said}`, passing, response.status);
        }
        return await read(textOf(response, alive), response);
    } catch (error) {
        if (error instanceof FetchError) throw error;
        const broken = error instanceof TypeError && /^(fetch failed|terminated)$/.test(error.message);
        if (!broken && !abort.signal.aborted) throw error;
        // undici hides the reason of a broken transfer in the cause.
        const { message, cause } = (abort.signal.aborted ? abort.signal.reason : error) as Error;
        throw new FetchError(`${url}: ${cause instanceof Error ? `${message} (${cause.message})` : message}`, true);
    } finally {
        clearTimeout(timer);
        abort.abort();
    }
}

/** The vendor's words on what is wrong, if they are JSON as Google writes it. */
function explained(body: string): string {
    try {
        const message = (JSON.parse(body) as { error?: { message?: unknown } }).error?.message;
        return typeof message === "string" ? `: ${message.slice(0, 200)}` : "";
    } catch {
        return "";
    }
}

async function* textOf(response: Response, alive: () => void): AsyncGenerator<string> {
    const decoder = new TextDecoder();
    for await (const bytes of response.body ?? []) {
        alive();
        yield decoder.decode(bytes as Uint8Array, { stream: true });
    }
    yield decoder.decode();
}

/** A JSON document; one that is cut off is tried again. */
export const downloadJson = <T>(url: string, options?: HttpOptions): Promise<T> =>
    download(
        url,
        async (body) => {
            let text = "";
            for await (const piece of body) text += piece;
            try {
                return JSON.parse(text) as T;
            } catch {
                throw new FetchError(`${url}: the answer is no JSON, or was cut off`, true);
            }
        },
        options,
    );

const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
