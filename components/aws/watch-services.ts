import type * as topology from "../../topology/app";
import type * as roles from "../roles";
import type * as watched from "../watched";
import { balancerMetric, ecsMetric, metricOf, targetMetric } from "./metrics";
import { percentOf, type Rule } from "./rule";

/** What is watched of the services: what the platform says of each, and the load balancer of each of its targets. */
export const serviceRules = (args: watched.AlarmsArgs): Rule[] =>
    Object.keys(args.services).flatMap((key) => [
        ...platformRules(key, args),
        ...args.services[key].targets.flatMap((target) =>
            targetRules(target, args.services[key].scale, args.alarms, args.ingress!),
        ),
    ]);

function platformRules(part: string, { alarms, services, platform }: watched.AlarmsArgs): Rule[] {
    const { service, scale, targets } = services[part];
    const metric = ecsMetric(platform, service);
    const insights = ecsMetric(platform, service, "ECS/ContainerInsights");
    return [
        {
            failure: "serviceCpu",
            part,
            description: `CPU of ${part}, percent`,
            metric: metric("CPUUtilization"),
            threshold: alarms.cpuPercent,
            minutes: alarms.cpuMinutes,
        },
        {
            failure: "serviceMemory",
            part,
            description: `Memory of ${part}, percent`,
            metric: metric("MemoryUtilization"),
            threshold: alarms.memoryPercent,
        },
        ...(alarms.deploymentMinutes
            ? [
                  {
                      failure: "serviceDeployment" as const,
                      part,
                      description: `Deployments of ${part} at once: one has not ended`,
                      metric: { ...insights("DeploymentCount"), statistic: "Maximum" },
                      threshold: 1,
                      minutes: alarms.deploymentMinutes,
                  },
              ]
            : []),
        // Elsewhere the load balancer counts the healthy ones. A deployment may take some of a quarter of an hour.
        ...(targets.length && !scale.hours
            ? []
            : [
                  {
                      failure: "serviceTasks" as const,
                      part,
                      description: `Tasks of ${part}, fewer than it should run`,
                      metric: {
                          expression: "IF(desired > FILL(running, 0), 1, 0)",
                          label: "missing",
                          metrics: { desired: insights("DesiredTaskCount"), running: insights("RunningTaskCount") },
                      },
                      threshold: 0,
                      minutes: 15,
                      // By its hours it may be none at all, of which nothing is reported.
                      missing: scale.hours ? ("notBreaching" as const) : ("breaching" as const),
                  },
              ]),
    ];
}

function targetRules(part: string, scale: topology.Scale, alarms: topology.Alarms, ingress: roles.Ingress): Rule[] {
    const target = targetMetric(ingress, part);
    return [
        {
            failure: "serviceErrors",
            part,
            description: `5xx responses of ${part}, percent of all`,
            metric: percentOf(target("HTTPCode_Target_5XX_Count", "Sum"), target("RequestCount", "Sum")),
            threshold: alarms.errorPercent,
        },
        {
            failure: "serviceLatency",
            part,
            description: `${alarms.latencyPercentile}th percentile of the response time of ${part}, seconds`,
            metric: target("TargetResponseTime", `p${alarms.latencyPercentile}`),
            threshold: alarms.latencySeconds,
        },
        ...(alarms.averageLatencySeconds
            ? [
                  {
                      failure: "serviceResponse" as const,
                      part,
                      description: `Average response time of ${part}, seconds`,
                      metric: target("TargetResponseTime", "Average"),
                      threshold: alarms.averageLatencySeconds,
                  },
              ]
            : []),
        // Hours off mean no tasks on purpose.
        ...(scale.hours
            ? []
            : [
                  {
                      failure: "serviceInstances" as const,
                      part,
                      description: `Healthy tasks of ${part}, fewer than its minimum`,
                      metric: target("HealthyHostCount", "Minimum"),
                      comparison: "LessThanThreshold" as const,
                      threshold: scale.min,
                      // No task at all reports nothing either.
                      missing: "breaching" as const,
                  },
              ]),
        {
            failure: "serviceUnhealthy",
            part,
            description: `Tasks of ${part} that fail their health check`,
            metric: target("UnHealthyHostCount", "Minimum"),
            threshold: 0,
            minutes: 10,
        },
    ];
}

/** What is watched of the ways in: errors that no service made, certificates, the CDN. */
export function entranceRules({ alarms, ingress, cdn, app }: watched.AlarmsArgs): Rule[] {
    if (!ingress) return [];
    const balancer = balancerMetric(ingress);
    const expiring = (
        host: string,
        CertificateArn: roles.CdnArgs["origins"][string]["service"],
        region?: "us-east-1",
    ) => ({
        failure: "certificate" as const,
        part: host,
        description: `Days until the certificate of ${host} ends: it is not renewed`,
        metric: metricOf("AWS/CertificateManager", { CertificateArn: CertificateArn! })("DaysToExpiry", "Minimum"),
        comparison: "LessThanThreshold" as const,
        threshold: alarms.certificateDays,
        minutes: 1,
        period: 86_400,
        missing: "ignore" as const,
        region,
    });
    const rules: Rule[] = [
        {
            failure: "ingressErrors",
            description: "Errors that the load balancer made itself, percent of all requests",
            metric: {
                // `RequestCount` leaves out those that found no target.
                expression:
                    "IF(FILL(errors, 0) + FILL(all, 0) > 0, 100 * FILL(errors, 0) / (FILL(errors, 0) + FILL(all, 0)), 0)",
                label: "percent",
                metrics: { errors: balancer("HTTPCode_ELB_5XX_Count"), all: balancer("RequestCount") },
            },
            threshold: alarms.errorPercent,
        },
        ...Object.entries(ingress.certificates ?? {}).map(([host, arn]) => expiring(host, arn)),
    ];
    if (!cdn?.monitoringId) return rules;
    const edge = metricOf("AWS/CloudFront", { DistributionId: cdn.monitoringId, Region: "Global" });
    return [
        ...rules,
        {
            failure: "cdnErrors",
            description: "Errors of the CDN, percent of all requests",
            metric: edge("5xxErrorRate", "Average"),
            threshold: alarms.errorPercent,
            region: "us-east-1",
        },
        ...(app.cdn && cdn.certificate ? [expiring(app.cdn.host, cdn.certificate, "us-east-1")] : []),
    ];
}
