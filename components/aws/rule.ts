import * as cloudwatch from "@pulumi/aws/cloudwatch";
import type * as pulumi from "@pulumi/pulumi";

import { alarmName, type FailureId } from "../failures";
import type { Metric } from "./metrics";

/** Several metrics as one number: CloudWatch's metric math over them, by their ids. */
export interface Combined {
    expression: string;
    label: string;
    metrics: Record<string, Metric>;
}

/** One alarm: what it is for, what is measured, how far it may go, and for how long. */
export interface Rule {
    failure: FailureId;
    /** The part that it watches; absent where there is one alarm a stack. */
    part?: string;
    description: string;
    metric: Metric | Combined;
    comparison?: "GreaterThanThreshold" | "LessThanThreshold";
    threshold: number;
    /** Periods in a row. @default 5 */
    minutes?: number;
    /** Seconds of a period, for what is not said every minute. @default 60 */
    period?: number;
    /**
     * What silence means. Mostly nothing happens: no requests, no errors. What reports as long as it lives, and then does
     * not, is down. What is said once or twice a day keeps its verdict meanwhile.
     * @default "notBreaching"
     */
    missing?: "notBreaching" | "breaching" | "ignore";
    /** Where CloudFront's metrics are, whatever the stack's region. Default: the stack's. */
    region?: "us-east-1";
}

export const ruleName = ({ failure, part }: Pick<Rule, "failure" | "part">): string => alarmName(failure, part);

/** The alarm of a rule, which tells a topic of its region when it rings and when that is over. */
export function alarm(name: string, rule: Rule, topicArn: pulumi.Output<string>, parent: pulumi.Resource): void {
    const {
        description,
        metric,
        comparison = "GreaterThanThreshold",
        threshold,
        minutes = 5,
        period = 60,
        missing = "notBreaching",
        region,
    } = rule;
    new cloudwatch.MetricAlarm(
        `${name}-${ruleName(rule)}`,
        {
            alarmDescription: description,
            comparisonOperator: comparison,
            threshold,
            evaluationPeriods: minutes,
            treatMissingData: missing,
            alarmActions: [topicArn],
            okActions: [topicArn],
            region,
            ...("expression" in metric ? { metricQueries: queries(metric, period) } : single(metric, period)),
        },
        { parent },
    );
}

const single = ({ namespace, name, statistic, dimensions }: Metric, period: number) => ({
    namespace,
    metricName: name,
    dimensions,
    period,
    ...(statistic.startsWith("p") ? { extendedStatistic: statistic } : { statistic }),
});

const queries = ({ expression, label, metrics }: Combined, period: number) => [
    { id: label, expression, label, returnData: true },
    ...Object.entries(metrics).map(([id, { namespace, name, statistic, dimensions }]) => ({
        id,
        metric: { namespace, metricName: name, stat: statistic, dimensions, period },
    })),
];

/** Metric math: without a request there is no error rate, rather than a division by zero. */
export const percentOf = (errors: Metric, all: Metric): Combined => ({
    expression: "IF(all > 0, 100 * FILL(errors, 0) / all, 0)",
    label: "percent",
    metrics: { errors, all },
});

/** The sum of metrics of which each is silent where it has nothing to say. One alone is itself. */
export function sumOf(metrics: Record<string, Metric>): Metric | Combined {
    const ids = Object.keys(metrics);
    if (ids.length === 1) return metrics[ids[0]];
    return { expression: ids.map((id) => `FILL(${id}, 0)`).join(" + "), label: "sum", metrics };
}
