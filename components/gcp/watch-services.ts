import * as pulumi from "@pulumi/pulumi";

import type * as watched from "../watched";
import { cloudRun, loadBalancer, wholeBalancer } from "./metrics";
import type { LogRule, Rule } from "./rule";

/** What is watched of the services: what Cloud Run says of each, and the load balancer of each of its targets. */
export const serviceRules = (args: watched.AlarmsArgs): Rule[] => [
    ...Object.keys(args.services).flatMap((key) => [
        ...runRules(key, args),
        ...args.services[key].targets.flatMap((target) => targetRules(target, args)),
        ...hoursRules(key, args),
    ]),
    ...(args.alarms.failedDeployments ? [failedDeployments(args)] : []),
];

function runRules(part: string, { alarms, services }: watched.AlarmsArgs): Rule[] {
    const { service, scale, targets } = services[part];
    const run = cloudRun(service);
    return [
        {
            failure: "serviceCpu",
            part,
            description: `CPU of ${part}`,
            metric: run.cpu,
            threshold: alarms.cpuPercent / 100,
            minutes: alarms.cpuMinutes,
        },
        {
            failure: "serviceMemory",
            part,
            description: `Memory of ${part}`,
            metric: run.memory,
            threshold: alarms.memoryPercent / 100,
        },
        // A private service has no load balancer that would count its errors; a worker answers nobody.
        ...(targets.length || service.worker
            ? []
            : [
                  {
                      failure: "serviceErrors" as const,
                      part,
                      description: `5xx responses of ${part}, share of all`,
                      metric: run.errors,
                      of: run.requests,
                      threshold: alarms.errorPercent / 100,
                  },
              ]),
        // A service that may go down to none, or does at night, has no number of instances that is too low.
        ...(scale.min > 0 && !scale.hours
            ? [
                  {
                      failure: "serviceInstances" as const,
                      part,
                      description: `Instances of ${part}, fewer than its minimum`,
                      metric: run.instances,
                      comparison: "COMPARISON_LT" as const,
                      threshold: scale.min,
                      missing: "ACTIVE" as const,
                  },
              ]
            : []),
    ];
}

function targetRules(part: string, { alarms, ingress }: watched.AlarmsArgs): Rule[] {
    const balancer = loadBalancer(ingress!, part);
    return [
        {
            failure: "serviceErrors",
            part,
            description: `5xx responses of ${part}, share of all`,
            metric: balancer.errors,
            of: balancer.requests,
            threshold: alarms.errorPercent / 100,
        },
        {
            failure: "serviceLatency",
            part,
            description: `${alarms.latencyPercentile}th percentile of the response time of ${part}, milliseconds`,
            metric: balancer.latency(`PERCENTILE_${alarms.latencyPercentile}`),
            threshold: alarms.latencySeconds * 1000,
        },
        ...(alarms.averageLatencySeconds
            ? [
                  {
                      failure: "serviceResponse" as const,
                      part,
                      description: `Average response time of ${part}, milliseconds`,
                      metric: balancer.latency("MEAN"),
                      threshold: alarms.averageLatencySeconds * 1000,
                  },
              ]
            : []),
    ];
}

/** The jobs of Cloud Scheduler that keep a service's hours; it has no metric of what it could not start. */
function hoursRules(part: string, { services, place }: watched.AlarmsArgs): LogRule[] {
    if (!services[part].scale.hours) return [];
    return [
        {
            failure: "serviceHours",
            part,
            description: `The hours of ${part} did not begin or end`,
            log: failedScheduler(`=~"^${place.prefix}-${part}-(begin|end)-[0-9a-f]+$"`),
        },
    ];
}

/** Entries of Cloud Scheduler on what it could not start. */
export const failedScheduler = (job: pulumi.Input<string>): pulumi.Output<string> =>
    pulumi.interpolate`resource.type="cloud_scheduler_job" AND resource.labels.job_id${job} AND severity>=ERROR`;

/**
 * Revisions that do not become ready. Cloud Run says so in the project's system event log, which nothing can exclude; the old
 * revision keeps the traffic.
 */
function failedDeployments({ services, place }: watched.AlarmsArgs): LogRule {
    const namesOf = (workers: boolean) =>
        pulumi.all(
            Object.values(services).flatMap(({ service }) => (service.worker === workers ? service.serviceName : [])),
        );
    const entries = (type: string, label: string, names: string[]) =>
        names.length
            ? [
                  `resource.type="${type}" AND resource.labels.${label}=(${names.map((name) => JSON.stringify(name)).join(" OR ")})`,
              ]
            : [];
    return {
        failure: "failedDeployments",
        description: "A revision does not become ready",
        log: pulumi.all([namesOf(false), namesOf(true)]).apply(([answering, workers]) => {
            const whose = [
                ...entries("cloud_run_revision", "service_name", answering),
                ...entries("cloud_run_worker_pool", "worker_pool_name", workers),
            ];
            return [
                whose.length > 1 ? `(${whose.map((one) => `(${one})`).join(" OR ")})` : whose[0],
                `logName="projects/${place.project}/logs/cloudaudit.googleapis.com%2Fsystem_event"`,
                "severity>=ERROR",
            ].join(" AND ");
        }),
    };
}

/** What is watched of the ways in: errors of the whole load balancer, and certificates. */
export function entranceRules({ alarms, ingress, place, app }: watched.AlarmsArgs): Rule[] {
    if (!ingress) return [];
    const balancer = wholeBalancer(ingress);
    return [
        {
            failure: "ingressErrors",
            description: "5xx responses of the load balancer, share of all",
            metric: balancer.errors,
            of: balancer.requests,
            threshold: alarms.errorPercent / 100,
        },
        ...(app.domain
            ? [
                  {
                      failure: "certificate" as const,
                      description: "A certificate is close to its end or beyond it: it is not renewed",
                      // Google says so of several at once, by their whole names.
                      log: [
                          `logName="projects/${place.project}/logs/certificatemanager.googleapis.com%2Fcertificates_expiry"`,
                          `jsonPayload.certificates=~"/certificates/${place.prefix}-lb-certificate-"`,
                      ].join(" AND "),
                  },
              ]
            : []),
    ];
}
