import type { Google } from "./ask";

/** A metric of Cloud Monitoring, and how its series become one number for each period. */
export interface SeriesQuery {
    filter: string;
    from: Date;
    to: Date;
    /** Seconds. */
    period: number;
    aligner: string;
    reducer: string;
}

interface TypedValue {
    /** As JSON has 64 bits: a text. */
    int64Value?: string | number;
    doubleValue?: number;
}

/** The values of a metric, newest first; none where nothing was reported. @throws Error where the answer is not whole */
export async function series(
    api: Google,
    project: string,
    { filter, from, to, period, aligner, reducer }: SeriesQuery,
): Promise<number[]> {
    const query = new URLSearchParams({
        filter,
        "interval.startTime": from.toISOString(),
        "interval.endTime": to.toISOString(),
        "aggregation.alignmentPeriod": `${period}s`,
        "aggregation.perSeriesAligner": aligner,
        "aggregation.crossSeriesReducer": reducer,
        view: "FULL",
    });
    const values: number[] = [];
    let pageToken = "";
    do {
        if (pageToken) query.set("pageToken", pageToken);
        const page = await api.ask(`https://monitoring.googleapis.com/v3/projects/${project}/timeSeries?${query}`);
        const errors = page.executionErrors;
        if (Array.isArray(errors) && errors.length)
            throw new Error(`Cloud Monitoring cannot tell all: ${JSON.stringify(errors[0])}`);
        const found = page.timeSeries ?? [];
        if (!Array.isArray(found)) throw new Error("Cloud Monitoring answers with series that are no list");
        for (const { points = [] } of found as { points?: { value?: TypedValue }[] }[])
            for (const { value } of points) {
                const number = Number(value?.int64Value ?? value?.doubleValue ?? NaN);
                if (!Number.isFinite(number))
                    throw new Error("Cloud Monitoring answers with a point that is no number");
                values.push(number);
            }
        pageToken = typeof page.nextPageToken === "string" ? page.nextPageToken : "";
    } while (pageToken);
    return values;
}
