import type { Plan } from "../plan/resource";
import { covers, isOld, unverified, type Commitment } from "./book";
import type { Subject } from "./changes";
import { total, type Cost } from "./cost";
import { estimate, type EstimateOptions } from "./estimate";
import { bookOf } from "./load";
import { usd } from "./money";
import { idle, type Usage } from "./usage";

/** What one saves who commits to pay, for a year or three, for what runs all the time anyway. */
export interface CommitmentSaving {
    /** Id in the price book. */
    id: string;
    title: string;
    /** How long one pays. */
    months: number;
    /** What the prices are reduced by. */
    percent: number;
    /** USD that are due over the whole term, whatever runs. */
    due: number;
    /** Months that it has to run all the time, to cost less than list prices would have. */
    worthFrom: number;
    /** USD a month at list prices of what runs at every hour: what is committed to. */
    always: number;
    /** USD an hour, at the reduced prices: what one buys. */
    hourly: number;
    /** USD a month. */
    before: number;
    after: number;
    saving: number;
    /** Share of `before`. */
    share: number;
    givesUp: string;
    /** Where and how to buy it: it belongs to the account, and is no line of a stack's config. */
    buy: string;
    /** No document says the percentage for just this. */
    unverified: boolean;
    /** The percentage was last seen more than half a year ago, or nobody knows when. */
    old: boolean;
    note?: string;
}

interface Commitments {
    /** The largest saving first. */
    offered: CommitmentSaving[];
    notOffered: { title: string; reason: string }[];
}

/** The least that is sold, and the steps in which it is: USD an hour. */
const step = 0.001;

/**
 * Commitments to what the stack, as it is, pays for at every hour: an hour that is not used is paid all the same, so that
 * neither traffic nor jobs nor services by the hours count.
 * @param base what the plan costs under the usage
 */
export function commitments(
    { app, cloud }: Pick<Subject, "app" | "cloud">,
    plan: Plan,
    usage: Usage,
    base: Cost,
    options: EstimateOptions = {},
): Commitments {
    const book = options.books?.[cloud] ?? bookOf(cloud);
    const today = new Date(options.today ?? Date.now());
    const quiet = estimate(plan, idle(usage), options);
    const before = base.monthly.expected;
    const byHours = (service: string) => Object.hasOwn(app.services, service) && !!app.services[service].scale.hours;
    const linesOf = (cost: Cost, commitment: Commitment) =>
        cost.lineItems.filter(({ priceId, monthly }) => monthly > 0 && covers(commitment, priceId));
    const steady = (cost: Cost, commitment: Commitment) =>
        linesOf(cost, commitment).filter(({ role, service }) => role !== "Job" && !byHours(service));

    const offered: CommitmentSaving[] = [];
    const notOffered: Commitments["notOffered"] = [];
    for (const [id, commitment] of Object.entries(book.commitments ?? {})) {
        const { service, item, percent, scope, months, buy = "", reason, note } = commitment;
        const title = `${service}: ${item}`;
        const lines = linesOf(base, commitment);
        if (!lines.length) continue;
        if (percent === undefined) {
            notOffered.push({ title, reason: reason ?? "" });
            continue;
        }
        // Without traffic an instance may be cheaper than with it, and never dearer: the lower of both is always there.
        const always = Math.min(total(steady(base, commitment)), total(steady(quiet, commitment)));
        const hourly = (always * (1 - percent / 100)) / book.hoursPerMonth;
        if (hourly < step) {
            const timed = lines.some(({ role, service }) => role === "Job" || byHours(service));
            const when = timed ? "at some hours only" : "only while there is traffic";
            notOffered.push({ title, reason: `it runs ${when}, and a commitment is due at every hour` });
            continue;
        }
        const saving = (always * percent) / 100;
        const where = scope === "region" ? `in ${plan.region}` : "in any region";
        offered.push({
            id,
            title,
            months,
            percent,
            due: (always - saving) * months,
            worthFrom: months * (1 - percent / 100),
            always,
            hourly,
            before,
            after: before - saving,
            saving,
            share: before > 0 ? saving / before : 0,
            givesUp: `${usd(always - saving)} a month are due for ${months} months, ${where}, even if less runs or the stack is destroyed`,
            // Rounded down: what is committed beyond what runs is lost.
            buy: buy.replaceAll("{hourly}", (Math.floor(hourly / step + 1e-9) * step).toFixed(3)),
            unverified: unverified(commitment),
            old: isOld(commitment, today),
            ...(note !== undefined && { note }),
        });
    }
    offered.sort((a, b) => b.saving - a.saving);
    return { offered, notOffered };
}
