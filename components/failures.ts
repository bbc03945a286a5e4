import type { Failure } from "./failure";
import { storeFailures } from "./failures-stores";

export const failures = {
    serviceCpu: {
        role: "Service",
        alarm: "cpu",
        what: "Its instances are busy",
        threshold: "cpuPercent",
        aws: { by: "CPUUtilization of the ECS service" },
        gcp: { by: "CPU utilisation of its containers" },
    },
    serviceMemory: {
        role: "Service",
        alarm: "memory",
        what: "Its instances run out of memory",
        threshold: "memoryPercent",
        aws: { by: "MemoryUtilization of the ECS service" },
        gcp: { by: "Memory utilisation of its containers" },
    },
    serviceErrors: {
        role: "Service",
        alarm: "5xx",
        what: "It answers with errors",
        threshold: "errorPercent",
        aws: { by: "HTTPCode_Target_5XX_Count of each target group; a private service's callers have it in theirs" },
        gcp: {
            by: "5xx of each backend, those that the load balancer makes itself among them; of a private service, Cloud Run's own count",
        },
    },
    serviceLatency: {
        role: "Service",
        alarm: "latency",
        what: "It answers late",
        threshold: "latencySeconds",
        aws: { by: "TargetResponseTime, at the percentile" },
        gcp: { by: "Total latencies of the backend, at the percentile" },
    },
    serviceResponse: {
        role: "Service",
        alarm: "response",
        what: "It answers late on average, where that is asked for",
        threshold: "averageLatencySeconds",
        aws: { by: "TargetResponseTime, average" },
        gcp: { by: "Total latencies of the backend, mean" },
    },
    serviceInstances: {
        role: "Service",
        alarm: "instances",
        what: "Fewer instances are there than its minimum",
        aws: { by: "HealthyHostCount of each target group" },
        gcp: {
            by: "Instance count, where there is a minimum, as a worker has; without one Cloud Run starts them as requests come",
        },
    },
    serviceUnhealthy: {
        role: "Service",
        alarm: "unhealthy",
        what: "An instance fails its health check and is not replaced",
        aws: { by: "UnHealthyHostCount of each target group" },
        gcp: {
            instead: "Cloud Run replaces what fails its liveness probe and counts nothing; errors and latency tell",
        },
    },
    serviceTasks: {
        role: "Service",
        alarm: "tasks",
        what: "A private service, a worker, or one with hours, runs fewer tasks than it should",
        aws: { by: "RunningTaskCount below DesiredTaskCount for a quarter of an hour" },
        gcp: { instead: "Cloud Run has no desired number; instances (with a minimum) and 5xx tell" },
    },
    serviceDeployment: {
        role: "Service",
        alarm: "deployment",
        what: "A deployment does not end, where that is asked for",
        threshold: "deploymentMinutes",
        aws: { by: "DeploymentCount of the ECS service" },
        gcp: { instead: "A revision is ready or failed within minutes; that it failed is told" },
    },
    failedDeployments: {
        role: "Service",
        alarm: "deployments",
        what: "A deployment fails",
        threshold: "failedDeployments",
        aws: { by: "ECS's event SERVICE_DEPLOYMENT_FAILED" },
        gcp: { by: "Log of revisions, of services and worker pools, that do not become ready" },
    },
    serviceHours: {
        role: "Service",
        alarm: "hours",
        what: "Its hours do not begin or end",
        aws: {
            instead:
                "Application Auto Scaling says nothing of a scheduled action; tasks and instances tell that too few run",
        },
        gcp: { by: "Log of Cloud Scheduler" },
    },
    ingressErrors: {
        role: "Ingress",
        alarm: "errors",
        what: "The load balancer answers with errors of its own: nothing healthy behind it, or nothing that answers in time",
        threshold: "errorPercent",
        aws: { by: "HTTPCode_ELB_5XX_Count, of all requests" },
        gcp: { by: "5xx of the whole load balancer, the CDN's backends among them" },
    },
    ingressUptime: {
        role: "Ingress",
        alarm: "uptime",
        what: "The app does not answer from outside: name, certificate, load balancer or service",
        aws: {
            instead:
                "A Route 53 health check is paid by itself and watched from another region; errors, instances and certificate tell",
        },
        gcp: { by: "Uptime check from three continents, unless the firewall goes by country" },
    },
    certificate: {
        role: "Ingress",
        alarm: "certificate",
        what: "A certificate is not renewed",
        threshold: "certificateDays",
        aws: { by: "DaysToExpiry of each certificate" },
        gcp: { by: "Log of certificates that are close to expiry, whose days Google chooses" },
    },
    cdnErrors: {
        role: "CDN",
        alarm: "cdn",
        what: "The CDN answers with errors",
        threshold: "errorPercent",
        aws: { by: "5xxErrorRate of the distribution, in us-east-1, by a topic there" },
        gcp: { instead: "Cloud CDN is part of the load balancer, whose errors tell" },
    },
    databaseCpu: {
        role: "Database",
        alarm: "cpu",
        what: "It is busy",
        threshold: "cpuPercent",
        aws: { by: "CPUUtilization" },
        gcp: { by: "CPU utilisation" },
    },
    databaseConnections: {
        role: "Database",
        alarm: "connections",
        what: "It runs out of connections",
        threshold: "databaseConnectionsPercent",
        aws: { by: "DatabaseConnections" },
        gcp: { by: "Backends" },
    },
    databaseStorage: {
        role: "Database",
        alarm: "storage",
        what: "It runs out of storage and has not grown for a quarter of an hour",
        threshold: "storagePercent",
        aws: { by: "FreeStorageSpace, against the size that it began with" },
        gcp: { by: "Disk utilisation" },
    },
    databaseDown: {
        role: "Database",
        alarm: "down",
        what: "It does not run",
        aws: { by: "No CPUUtilization for ten minutes: a server that is down reports nothing" },
        gcp: { by: "Whether the server is up" },
    },
    databaseLag: {
        role: "Database",
        alarm: "lag",
        what: "A read replica falls behind or stops",
        threshold: "replicaLagSeconds",
        aws: { by: "ReplicaLag of each replica" },
        gcp: { by: "Replica lag of each replica" },
    },
    databaseBackup: {
        role: "Database",
        alarm: "backup",
        what: "A backup fails",
        aws: {
            instead:
                "RDS has no event for it; `aws rds describe-db-instances` says up to when it can be restored, and a rehearsal proves it",
        },
        gcp: { by: "Log of automated backups" },
    },
    cacheMemory: {
        role: "Cache",
        alarm: "memory",
        what: "It runs out of memory; memcached has none, as it then drops what nobody asked for the longest, which evictions tell",
        threshold: "memoryPercent",
        aws: { by: "DatabaseMemoryUsagePercentage" },
        gcp: { by: "Memory usage ratio" },
    },
    cacheCpu: {
        role: "Cache",
        alarm: "cpu",
        what: "Its one thread is busy, or a node of memcached",
        threshold: "cpuPercent",
        aws: { by: "EngineCPUUtilization; of memcached CPUUtilization" },
        gcp: { by: "CPU seconds of the main thread; of memcached CPU utilisation" },
    },
    cacheEvictions: {
        role: "Cache",
        alarm: "evictions",
        what: "It drops keys for want of memory",
        threshold: "evictionsPerMinute",
        aws: { by: "Evictions" },
        gcp: { by: "Evicted keys; of memcached eviction count" },
    },
    cacheDown: {
        role: "Cache",
        alarm: "down",
        what: "It has no primary node: it is down, or a failover does not end; of memcached a node is down",
        aws: { by: "IsMaster over its nodes; of memcached CurrConnections of each" },
        gcp: { by: "Replication role over its nodes; of memcached how many report active connections" },
    },
    ...storeFailures,
    jobFailed: {
        role: "Job",
        alarm: "failed",
        what: "It fails, or does not end in time",
        aws: { by: "ExecutionsFailed and ExecutionsTimedOut of the state machine" },
        gcp: { by: "Failed executions of the Cloud Run job" },
    },
    jobStart: {
        role: "Job",
        alarm: "start",
        what: "Its schedule cannot start it",
        aws: { by: "TargetErrorCount of the schedule's group" },
        gcp: { by: "Log of Cloud Scheduler" },
    },
    pipelineFailed: {
        role: "Pipeline",
        alarm: "pipeline-failed",
        what: "A run fails, or does not end in time",
        aws: { by: "CodePipeline's event FAILED" },
        gcp: { by: "The end of the build's log" },
    },
    rotationFailed: {
        role: "Rotation",
        alarm: "rotation",
        what: "Services are not started anew after a secret has another value",
        aws: { by: "ExecutionsFailed and ExecutionsTimedOut of the state machine" },
        gcp: { by: "Failed executions of the workflow" },
    },
    rotationUndelivered: {
        role: "Rotation",
        alarm: "undelivered",
        what: "Nobody hears that a secret has another value",
        aws: { by: "FailedInvocations of the rule" },
        gcp: { by: "Age of the oldest message that Eventarc has not delivered" },
    },
} as const satisfies Record<string, Failure>;

export type FailureId = keyof typeof failures;

/** What an alarm is called within its stack: by the part and what may happen to it. */
export const alarmName = (failure: FailureId, part?: string): string =>
    part === undefined ? failures[failure].alarm : `${part}-${failures[failure].alarm}`;
