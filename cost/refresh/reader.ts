import type { Cache } from "./cache";
import type { HttpOptions } from "./http";
import type { Reading } from "./rates";

/** A price that is to be read. */
export interface Wanted {
    id: string;
    /** A region, or what stands for one. */
    region: string;
}

/** What a vendor's list says, and where it does not say one thing. */
export interface Answers {
    readings: Reading[];
    doubts: (Wanted & { why: string })[];
}

/** What reading needs of the world. */
export interface Reader {
    cache: Cache;
    http: HttpOptions;
    /** Told of every finished file or service. */
    onProgress(line: string): void;
    /** Told the length of every piece of an AWS file, which may be hundreds of megabytes. */
    onBytes?(count: number): void;
}

/** Does all jobs, three at a time, with word of each that is done. The first failure stops what has not begun. */
export async function inTurn<T, R>(
    jobs: T[],
    reader: Pick<Reader, "onProgress">,
    name: (job: T) => string,
    work: (job: T) => Promise<R>,
): Promise<R[]> {
    const results: R[] = [];
    let next = 0;
    let done = 0;
    let failed = false;
    const worker = async () => {
        while (next < jobs.length && !failed) {
            const i = next++;
            try {
                results[i] = await work(jobs[i]);
            } catch (error) {
                failed = true;
                throw error;
            }
            reader.onProgress(`${++done}/${jobs.length} ${name(jobs[i])}`);
        }
    };
    const ends = await Promise.allSettled([worker(), worker(), worker()]);
    const failure = ends.find((end) => end.status === "rejected");
    if (failure) throw failure.reason;
    return results;
}
