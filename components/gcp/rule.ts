import * as monitoring from "@pulumi/gcp/monitoring";
import type { input } from "@pulumi/gcp/types";
import type * as pulumi from "@pulumi/pulumi";

import { alarmName, type FailureId } from "../failures";
import { filter, type Metric } from "./metrics";

/** What every alarm has: what it is for, and a word on it. */
interface Common {
    failure: FailureId;
    /** The part that it watches; absent where there is one alarm a stack. */
    part?: string;
    description: string;
}

/** An alarm on a metric: how far it may go, and for how long. */
export interface MetricRule extends Common {
    metric: Metric;
    /** What `metric` is measured against; the threshold is then a share. */
    of?: Metric;
    comparison?: "COMPARISON_GT" | "COMPARISON_LT";
    threshold: number;
    /** 0: one minute is enough. @default 5 */
    minutes?: number;
    /**
     * What silence means: usually nothing happens, but what reports as long as it lives, and then does not, is down.
     * @default "INACTIVE"
     */
    missing?: "INACTIVE" | "ACTIVE";
}

/** An alarm on an entry of a log, for what has no metric. */
export interface LogRule extends Common {
    log: pulumi.Input<string>;
}

export type Rule = MetricRule | LogRule;

/** The alert policy of a rule, which tells the channels. */
export function policy(
    name: string,
    rule: Rule,
    channels: monitoring.NotificationChannel[],
    parent: pulumi.Resource,
): void {
    const { failure, part, description } = rule;
    const logged = "log" in rule;
    new monitoring.AlertPolicy(
        `${name}-${alarmName(failure, part)}`,
        {
            displayName: `${name}: ${description}`,
            combiner: "OR",
            conditions: [
                {
                    displayName: description,
                    ...(logged
                        ? { conditionMatchedLog: { filter: rule.log } }
                        : { conditionThreshold: threshold(rule) }),
                },
            ],
            notificationChannels: channels.map((channel) => channel.id),
            // A policy on logs must say how often it may tell.
            alertStrategy: { autoClose: "1800s", ...(logged ? { notificationRateLimit: { period: "300s" } } : {}) },
        },
        { parent },
    );
}

function threshold(rule: MetricRule): input.monitoring.AlertPolicyConditionConditionThreshold {
    const { metric, of, threshold, comparison = "COMPARISON_GT", minutes = 5, missing = "INACTIVE" } = rule;
    const aggregation = ({ aligner, reducer }: Metric) => ({
        alignmentPeriod: "60s",
        perSeriesAligner: aligner,
        crossSeriesReducer: reducer,
    });
    return {
        filter: filter(metric),
        aggregations: [aggregation(metric)],
        ...(of ? { denominatorFilter: filter(of), denominatorAggregations: [aggregation(of)] } : {}),
        comparison,
        thresholdValue: threshold,
        duration: `${minutes * 60}s`,
        // Missing data has a meaning only over a duration.
        evaluationMissingData: minutes > 0 ? `EVALUATION_MISSING_DATA_${missing}` : undefined,
    };
}
