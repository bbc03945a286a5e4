"use strict";
// @ts-check

const { Duration } = require("aws-cdk-lib");
const cloudwatch = require("aws-cdk-lib/aws-cloudwatch");
const { SnsAction } = require("aws-cdk-lib/aws-cloudwatch-actions");
const { HttpCodeTarget } = require("aws-cdk-lib/aws-elasticloadbalancingv2");
const sns = require("aws-cdk-lib/aws-sns");

const period = Duration.minutes(1);

/** Five alarms a service, two for the database, a topic that they go to, and a dashboard of the same metrics. */
function monitoring(scope, name, services, server) {
    const topic = new SnsAction(new sns.Topic(scope, "Alarms"));
    const measured = services.map((service) => ({ name: service.name, ...metricsOf(service) }));
    const connections = server.metricDatabaseConnections({ period });
    const databaseCpu = server.metricCPUUtilization({ period });

    const alarm = (id, alarmDescription, metric, threshold, more) => {
        const made = new cloudwatch.Alarm(scope, `${id}-alarm`, {
            alarmDescription,
            metric,
            threshold,
            evaluationPeriods: 5,
            comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
            treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
            ...more,
        });
        made.addAlarmAction(topic);
        made.addOkAction(topic);
    };
    for (const { name: of, cpu, memory, errorRate, latency, healthy } of measured) {
        alarm(`${of}-cpu`, `CPU of ${of}, percent`, cpu, 80);
        alarm(`${of}-memory`, `Memory of ${of}, percent`, memory, 80);
        alarm(`${of}-5xx`, `5xx responses of ${of}, percent of all`, errorRate, 5);
        alarm(`${of}-latency`, `95th percentile of the response time of ${of}, seconds`, latency, 1);
        alarm(`${of}-instances`, `Healthy tasks of ${of}, fewer than its minimum`, healthy, 2, {
            comparisonOperator: cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
            treatMissingData: cloudwatch.TreatMissingData.BREACHING,
        });
    }
    alarm("db-cpu", "CPU of db, percent", databaseCpu, 80);
    alarm("db-connections", "Connections to db, of 1280", connections, 1024);

    const graph = (title, ...left) => new cloudwatch.GraphWidget({ title, left, width: 12, height: 6, period });
    const graphs = [
        ...measured.flatMap(({ name: of, cpu, memory, requests, errors, latency, healthy }) => [
            graph(`${of}: requests and errors`, requests, errors),
            graph(`${of}: response time (p95)`, latency),
            graph(`${of}: CPU and memory`, cpu, memory),
            graph(`${of}: healthy tasks`, healthy),
        ]),
        graph("db: CPU", databaseCpu),
        graph("db: connections (of 1280)", connections),
    ];
    new cloudwatch.Dashboard(scope, "Dashboard", {
        dashboardName: name,
        widgets: Array.from({ length: graphs.length / 2 }, (_, row) => graphs.slice(2 * row, 2 * row + 2)),
    });
}

function metricsOf({ running, target }) {
    const errors = target.metrics.httpCodeTarget(HttpCodeTarget.TARGET_5XX_COUNT, { period, statistic: "Sum" });
    const requests = target.metrics.requestCount({ period, statistic: "Sum" });
    return {
        cpu: running.metricCpuUtilization({ period }),
        memory: running.metricMemoryUtilization({ period }),
        requests,
        errors,
        errorRate: new cloudwatch.MathExpression({
            expression: "IF(all > 0, 100 * FILL(errors, 0) / all, 0)",
            label: "percent",
            usingMetrics: { all: requests, errors },
            period,
        }),
        latency: target.metrics.targetResponseTime({ period, statistic: "p95" }),
        healthy: target.metrics.healthyHostCount({ period, statistic: "Minimum" }),
    };
}

module.exports = { monitoring };
