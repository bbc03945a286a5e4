/** Milliseconds that a cloud is waited for. */
export interface Patience {
    /** For one answer. */
    once: number;
    /** For a question with all of its tries, whoever signs in included: whoever watches must not be blind for longer. */
    all: number;
}
export const patience: Patience = { once: 15_000, all: 60_000 };

/**
 * What is asked of a cloud, which may accept a question and never answer, or answer a byte a minute.
 * @param ask gets what ends it
 * @throws Error if it has taken longer than that many milliseconds
 */
export async function within<T>(
    milliseconds: number,
    who: string,
    ask: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
    const controller = new AbortController();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, fail) => {
        timer = setTimeout(() => {
            fail(new Error(`${who} cannot be asked: it has not answered within ${milliseconds / 1000} s`));
            controller.abort();
        }, milliseconds);
    });
    try {
        return await Promise.race([ask(controller.signal), late]);
    } finally {
        clearTimeout(timer);
    }
}
