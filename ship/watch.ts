import type { ResolvedRollout } from "../topology/rollout";
import { candidateName } from "../topology/rollout";
import type { SmokeRequest } from "../topology/smoke";
import { Unfit, type Deps, type Measured } from "./deps";

/** What is watched, and by which figures. */
export interface Watched {
    service: string;
    rollout: Pick<ResolvedRollout, "abortOn" | "minRequests">;
    requests: SmokeRequest[];
}

/** Seconds between two looks, and of the pause before somebody is asked again. */
const [everySeconds, againSeconds] = [15, 2];
/** Looks in a row at which nothing could be measured, after which nobody watches. */
const blind = 4;
/** How many times as long it is watched, at most, where there are too few requests. */
const patience = 3;

type Tools = Pick<Deps, "cloud" | "ask" | "clock" | "say" | "signal">;

/** Ends what was aborted, at once. */
export function stillWanted({ signal }: Pick<Deps, "signal">): void {
    if (signal?.aborted) throw new Unfit("interrupted");
}

/**
 * Asks until everything is answered as it should be.
 * @param tries of each, a while between them
 * @throws Unfit with the answers that are wrong
 */
export async function smoke(
    requests: SmokeRequest[],
    header: string | undefined,
    tools: Tools,
    tries: number,
): Promise<number> {
    const asked = requests.filter(({ unreached }) => unreached === undefined);
    for (const { service, path, unreached } of requests)
        if (unreached !== undefined)
            tools.say({ at: tools.clock.now(), phase: "smoke", text: `${service}${path} is not asked: ${unreached}` });
    const wrong = await Promise.all(
        asked.map(async (request) => {
            const problem = await untilGood(request, header, tools, tries);
            return problem === undefined ? [] : [`${request.service}: ${request.path} answers ${problem}`];
        }),
    );
    if (wrong.flat().length) throw new Unfit(wrong.flat().join("; "));
    return asked.length;
}

async function untilGood(
    request: SmokeRequest,
    header: string | undefined,
    tools: Tools,
    tries: number,
): Promise<string | undefined> {
    for (let left = tries; ; left--) {
        stillWanted(tools);
        const problem = await tools.ask(request, header);
        if (problem === undefined || left <= 1) return problem;
        await tools.clock.sleep(againSeconds * 1000);
    }
}

/** Why a candidate is no good, by what was measured; undefined where it is, or where too little was. */
export function faultOf(
    { abortOn, minRequests }: Watched["rollout"],
    { requests, errors, p99Seconds }: Measured,
): string | undefined {
    if (requests === 0 || requests < minRequests) return undefined;
    const percent = (100 * errors) / requests;
    if (percent > abortOn.errorPercent)
        return `${errors} of ${requests} requests failed (${percent.toFixed(1)} %, ${abortOn.errorPercent} % are allowed)`;
    if (p99Seconds !== undefined && p99Seconds > abortOn.p99Seconds)
        return `99 % of ${requests} requests took up to ${p99Seconds.toFixed(2)} s, ${abortOn.p99Seconds} s are allowed`;
    return undefined;
}

/**
 * Watches candidates, by what the cloud measures of each alone, by instances of it that end, and by its smoke requests.
 * @param minutes that it is watched; up to three times as long where it had too few requests
 * @param since when their requests began, milliseconds since the epoch
 * @throws Unfit with what is wrong with one of them
 */
export async function watch(
    watched: Watched[],
    { minutes, phase, header }: { minutes: number; phase: string; header: string },
    tools: Tools,
): Promise<void> {
    const { clock, say } = tools;
    const begun = clock.now();
    const end = begun + minutes * 60_000;
    let [asked, failures] = [0, 0];
    let waiting = "";
    for (;;) {
        await smoke(
            watched.flatMap(({ requests }) => requests.filter(({ unreached }) => unreached === undefined)),
            header,
            tools,
            2,
        );
        asked++;
        const found = await look(watched, new Date(begun), asked, tools).catch((error: Error) => {
            if (error instanceof Unfit) throw error;
            failures++;
            say({ at: clock.now(), phase, text: `not measured: ${error.message}` });
            if (failures >= blind) throw new Unfit(`the candidate cannot be watched: ${error.message}`);
            return undefined;
        });
        if (found) failures = 0;
        const over = clock.now() >= end;
        if (over && found) {
            if (!found.few.length) {
                say({ at: clock.now(), phase, text: found.seen.join("; ") || "nothing was measured" });
                return;
            }
            if (clock.now() >= begun + patience * minutes * 60_000)
                throw new Unfit(
                    `too few requests to judge: ${found.few.join("; ")}. rollout.minRequests says how many`,
                );
            if (waiting !== (waiting = found.few.join("; ")))
                say({ at: clock.now(), phase, text: `too few requests to judge yet: ${waiting}` });
        }
        const left = over ? Infinity : end - clock.now();
        await clock.sleep(Math.min(everySeconds * 1000, left));
        stillWanted(tools);
    }
}

/** What is seen of candidates since their step began. Smoke requests of ours do not count. */
async function look(watched: Watched[], since: Date, asked: number, { cloud, clock }: Tools) {
    const [few, seen]: string[][] = [[], []];
    for (const { service, rollout, requests: own } of watched) {
        const candidate = candidateName(service);
        const ended = (await cloud.stopped(candidate, since)).filter(
            ({ exitCode }) => exitCode !== undefined && exitCode !== 0,
        );
        if (ended.length)
            throw new Unfit(
                `${service}: ${ended.length === 1 ? "an instance" : `${ended.length} instances`} of the candidate ended with ` +
                    `exit code ${[...new Set(ended.map(({ exitCode }) => exitCode))].join(", ")}`,
            );
        const all = await cloud.metrics(candidate, since, new Date(clock.now()));
        const ours = asked * own.filter(({ unreached }) => unreached === undefined).length;
        const measured = { ...all, requests: Math.max(0, all.requests - ours) };
        const fault = faultOf(rollout, measured);
        if (fault) throw new Unfit(`${service}: ${fault}`);
        seen.push(`${service}: ${measured.requests} requests, ${measured.errors} failed`);
        if (measured.requests < rollout.minRequests)
            few.push(`${service} had ${measured.requests} of ${rollout.minRequests}`);
    }
    return { few, seen };
}
