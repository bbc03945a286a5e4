import type { MetricDataQuery } from "@aws-sdk/client-cloudwatch";

import { awsAsk, awsSettings } from "./ask";
import type { CloudArgs } from "../client";

/** A metric of CloudWatch, and how its values become one for each period. */
export interface Figure {
    namespace: string;
    name: string;
    dimensions: Record<string, string>;
    /** `Sum`, `Average`, `Maximum`, `SampleCount` or a percentile such as `p99`. */
    stat: string;
    /** Seconds, a multiple of 60. */
    period: number;
}

/** Reads figures between two times: by the same keys the values of each, in no order; an empty list where nothing was reported. */
export type Figures = <Key extends string>(
    asked: Record<Key, Figure>,
    from: Date,
    to: Date,
) => Promise<Record<Key, number[]>>;

/**
 * CloudWatch's metrics, its client loaded on the first question.
 * @throws Error where the answer is not whole: a figure that is missing is not zero
 */
export function cloudWatch(args: Pick<CloudArgs, "stack" | "endpoint" | "patience">): Figures {
    const ask = awsAsk(args);
    let loaded: ReturnType<typeof load> | undefined;
    const load = async () => {
        const sdk = await import("@aws-sdk/client-cloudwatch");
        const client = new sdk.CloudWatchClient(awsSettings(args));
        return { client, GetMetricData: sdk.GetMetricDataCommand };
    };
    return async (asked, from, to) => {
        const { client, GetMetricData } = await (loaded ??= load());
        const figures = Object.entries<Figure>(asked);
        // Ids are CloudWatch's: a small letter, and then letters, digits and underscores.
        const queries = figures.map(([, { namespace, name, dimensions, stat, period }], nth): MetricDataQuery => {
            const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
            return {
                Id: `q${nth}`,
                MetricStat: {
                    Metric: { Namespace: namespace, MetricName: name, Dimensions },
                    Stat: stat,
                    Period: period,
                },
            };
        });
        const values = figures.map((): number[] => []);
        const complete = new Set<number>();
        let NextToken: string | undefined;
        do {
            const next = new GetMetricData({ MetricDataQueries: queries, StartTime: from, EndTime: to, NextToken });
            const page = await ask((options) => client.send(next, options));
            for (const { Id, StatusCode, Values = [] } of page.MetricDataResults ?? []) {
                const nth = queries.findIndex((query) => query.Id === Id);
                if (nth < 0 || !Values.every(Number.isFinite))
                    throw new Error(`CloudWatch answers with something that was not asked: ${Id}`);
                if (StatusCode !== "Complete" && StatusCode !== "PartialData")
                    throw new Error(`CloudWatch cannot tell ${figures[nth][1].name}: ${StatusCode ?? "no status"}`);
                values[nth].push(...Values);
                if (StatusCode === "Complete") complete.add(nth);
            }
            NextToken = page.NextToken;
        } while (NextToken);
        const missing = figures.filter((_, nth) => !complete.has(nth)).map(([, { name }]) => name);
        if (missing.length)
            throw new Error(`CloudWatch does not tell all that it was asked: ${missing.join(", ")} is missing`);
        return Object.fromEntries(figures.map(([key], nth) => [key, values[nth]])) as Record<
            keyof typeof asked,
            number[]
        >;
    };
}
