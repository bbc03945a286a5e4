import { built, images } from "./images";
import { backlog } from "./queues";
import { variables } from "./references";
import { rollout } from "./rollout";
import { absent, type Row } from "./row";

/** Both directions of a scaling policy. */
const cooldowns = (metric: string): Row[] =>
    ["out", "in"].map((direction) => ({
        field: `services.*.scale.cooldowns.${metric}.${direction}Seconds`,
        aws: `Scale-${direction} cooldown of the ${metric} policy`,
        gcp: absent,
        note: "Cloud Run has no cooldowns; it keeps idle instances for up to 15 minutes",
    }));

/** What services say of themselves. */
export const services: Row[] = [
    ...images,
    {
        field: "services.*.command",
        aws: "Command of the container",
        gcp: "Arguments of the container",
    },
    {
        field: "services.*.entrypoint",
        aws: "Entry point of the container",
        gcp: "Command of the container, which is Cloud Run's word for it",
    },
    {
        field: "services.*.workingDirectory",
        aws: "Working directory of the container",
        gcp: "Working directory of the container",
    },
    {
        field: "services.*.cpu",
        aws: "CPU of the task definition, vCPU × 1024",
        gcp: "CPU limit of the container",
        note: "Fargate and Cloud Run admit different pairs of CPU and memory; aws and gcp keys refine them",
    },
    {
        field: "services.*.memory",
        aws: "Memory of the task definition",
        gcp: "Memory limit of the container",
        note: "On Cloud Run /tmp is kept in it",
    },
    {
        field: "services.*.ports.*",
        aws: "Container port; a target group for each that routes lead to; without any, an ECS service behind nothing",
        gcp: "Container port; a Cloud Run service for each that routes lead to; without any, a worker pool",
        note: "Cloud Run gives a container one port: instances of the same image, scaled by themselves, serve each further one. A worker pool scales by CPU alone, always runs one instance at least, and asks nothing of a worker: it starts anew what ends",
    },
    {
        field: "services.*.protocols.*",
        aws: "Protocol version of the target group, and of Service Connect; gRPC's own health check",
        gcp: "h2c at the container's port and HTTP/2 to the backend; gRPC's own probes",
        note: "Written in ports: { port, protocol }. AWS leads to HTTP/2 and gRPC by HTTPS alone, so with a domain. Cloud Run's probes speak HTTP/1 or gRPC: of HTTP/2 they see that the port is open",
    },
    {
        field: "services.*.stickySessions",
        aws: "Stickiness of the target group, by its cookie, for a day",
        gcp: "Session affinity of the Cloud Run service, by its cookie, for 30 days",
        note: "Cloud Run promises nothing: it sends a client elsewhere when its instance is busy",
    },
    {
        field: "services.*.timeoutSeconds",
        aws: "Idle timeout of the load balancer, the longest of all its services; request timeout of Service Connect",
        gcp: "Request timeout of the Cloud Run service",
        note: "An Application Load Balancer counts only while nothing is sent, 60 seconds by default; Cloud Run counts the whole request, 300 by default. CloudFront waits 30 by default and 120 at most",
    },
    {
        field: "services.*.maxBodyMb",
        aws: "Nothing to set: a load balancer has no limit; the firewall inspects the first 8 KB",
        gcp: "Refused beyond 32 over HTTP/1: Cloud Run takes no more; over HTTP/2 it has no limit",
    },
    { field: "services.*.routes.*.host", aws: "Host condition of a listener rule", gcp: "Host rule of the URL map" },
    { field: "services.*.routes.*.path", aws: "Path condition of a listener rule", gcp: "Path matcher of the URL map" },
    { field: "services.*.routes.*.port", aws: "Target group of the port", gcp: "Cloud Run service of the port" },
    {
        field: "services.*.routes.*.stripPrefix",
        aws: "URL rewrite of a listener rule",
        gcp: "URL rewrite of a route rule of the path matcher",
    },
    {
        field: "services.*.health.path",
        aws: "Health check of the target group",
        gcp: "Startup and liveness probes, uptime check",
        note: "AWS has no uptime check from outside",
    },
    {
        field: "services.*.health.readyPath",
        aws: "Health check of the target group, instead of path",
        gcp: "Startup and readiness probes",
        note: "On AWS a task that fails it is replaced as well; ECS knows no readiness apart from health",
    },
    {
        field: "services.*.health.portPaths.*",
        aws: "Health check of that port's target group",
        gcp: "Probes of that port's Cloud Run service",
    },
    {
        field: "services.*.health.container.command",
        aws: "Health check of the container",
        gcp: absent,
        note: "Cloud Run runs no commands; its probes ask over HTTP",
    },
    {
        field: "services.*.health.container.intervalSeconds",
        aws: "Interval of the container's check",
        gcp: absent,
        note: "Cloud Run runs no commands",
    },
    {
        field: "services.*.health.container.timeoutSeconds",
        aws: "Timeout of the container's check",
        gcp: absent,
        note: "Cloud Run runs no commands",
    },
    {
        field: "services.*.health.container.retries",
        aws: "Retries of the container's check",
        gcp: absent,
        note: "Cloud Run runs no commands",
    },
    {
        field: "services.*.health.container.startSeconds",
        aws: "Start period of the container's check",
        gcp: absent,
        note: "Cloud Run runs no commands",
    },
    {
        field: "services.*.health.intervalSeconds",
        aws: "Interval of the target group's check",
        gcp: "Period of the liveness probe",
    },
    {
        field: "services.*.health.timeoutSeconds",
        aws: "Timeout of the target group's check",
        gcp: "Timeout of the probes",
    },
    {
        field: "services.*.health.healthyThreshold",
        aws: "Healthy threshold of the target group",
        gcp: "Success threshold of the readiness probe, with a path of its own",
        note: "One successful startup probe starts an instance on Cloud Run",
    },
    {
        field: "services.*.health.unhealthyThreshold",
        aws: "Unhealthy threshold of the target group",
        gcp: "Failure threshold of the liveness probe",
    },
    {
        field: "services.*.health.startSeconds",
        aws: "Grace period of the ECS service",
        gcp: "Time that the startup probe allows",
    },
    ...["path", "status", "contains"].map((key) => ({
        field: `services.*.smoke.*.${key}`,
        aws: "Asked by `twinstack smoke`; nothing is built",
        gcp: "Asked by `twinstack smoke`; nothing is built",
    })),
    ...rollout,
    {
        field: "services.*.scale.min",
        aws: "Minimum of the scaling target",
        gcp: "Minimum instances",
        note: "Only Cloud Run can go down to 0",
    },
    { field: "services.*.scale.max", aws: "Maximum of the scaling target", gcp: "Maximum instances" },
    {
        field: "services.*.scale.desired",
        aws: "Desired count of a new service; scaling owns it from then on",
        gcp: absent,
        note: "Cloud Run begins with its minimum and with what requests ask for",
    },
    {
        field: "services.*.scale.cpuPercent",
        aws: "Target tracking on average CPU",
        gcp: absent,
        note: "Cloud Run aims at 60 % CPU and at its concurrency by itself",
    },
    {
        field: "services.*.scale.memoryPercent",
        aws: "Target tracking on average memory",
        gcp: absent,
        note: "Cloud Run does not scale by memory",
    },
    {
        field: "services.*.scale.requestsPerTarget",
        aws: "Target tracking on requests of the first routed port's target group",
        gcp: absent,
        note: "Cloud Run scales by requests at a time: gcp.concurrency",
    },
    ...backlog,
    ...["cpu", "memory", "requests", "backlog"].flatMap(cooldowns),
    {
        field: "services.*.scale.hours.from",
        aws: "Scheduled action that sets scale.min and scale.max",
        gcp: "Cloud Scheduler job that sets the minimum",
    },
    {
        field: "services.*.scale.hours.to",
        aws: "Scheduled action that sets outside.min and outside.max",
        gcp: "Cloud Scheduler job that sets outside.min",
    },
    {
        field: "services.*.scale.hours.days",
        aws: "Days of the scheduled actions",
        gcp: "Days of the Cloud Scheduler jobs",
    },
    {
        field: "services.*.scale.hours.timeZone",
        aws: "Time zone of the scheduled actions",
        gcp: "Time zone of the Cloud Scheduler jobs",
    },
    {
        field: "services.*.scale.hours.outside.min",
        aws: "Minimum outside the hours",
        gcp: "Minimum instances outside the hours",
    },
    {
        field: "services.*.scale.hours.outside.max",
        aws: "Maximum outside the hours; 0 stops the service",
        gcp: absent,
        note: "On Cloud Run the maximum stays: without requests nothing runs, and a request still gets an answer",
    },
    {
        field: "services.*.drainSeconds",
        aws: "Stop timeout of the container, deregistration delay of the target groups",
        gcp: absent,
        note: "Cloud Run gives 10 seconds, always",
    },
    ...variables,
    {
        field: "services.*.uses",
        aws: "Environment, secrets, security group rules or grants of the task's role",
        gcp: "Environment, secrets, and grants of the service's account",
        note: "Reaching a database or cache takes a security group rule on AWS; on GCP the VPC and the password",
    },
    {
        field: "services.*.calls",
        aws: "Service Connect: the callee has its name and port, and admits its callers' security groups",
        gcp: "The callee's address, by way of the network; a private callee admits accounts that may invoke it",
        note: "A private Cloud Run service asks each request for an identity token, or gcp.callers says network; on AWS the network decides. In a circle the service whose name comes later is made last, and found by a name that is known beforehand: by DNS on AWS, which may tell of a task that has just ended, and by the address with the project's number on GCP",
    },
    {
        field: "services.*.mounts.*",
        aws: "EFS volume by an access point, with TLS and the task's role",
        gcp: "Cloud Storage volume, or NFS volume of a Filestore server",
        note: "Cloud Storage has no file locks, and whole objects are written",
    },
    {
        field: "services.*.sidecars.*.image.context",
        aws: "Built by BuildKit, pushed to an ECR repository of its own",
        gcp: "Built by BuildKit, pushed to an Artifact Registry repository of its own",
    },
    ...built("services.*.sidecars.*.image"),
    {
        field: "services.*.sidecars.*.image.reference",
        aws: "Image of a further container of the task, without which the task is replaced",
        gcp: "Image of a further container of the instance",
        note: "What is shipped or rolled back is the service's own image: sidecars are what the configuration says",
    },
    { field: "services.*.sidecars.*.command", aws: "Command of the container", gcp: "Arguments of the container" },
    { field: "services.*.sidecars.*.entrypoint", aws: "Entry point of the container", gcp: "Command of the container" },
    {
        field: "services.*.sidecars.*.workingDirectory",
        aws: "Working directory of the container",
        gcp: "Working directory of the container",
    },
    {
        field: "services.*.sidecars.*.ingress",
        aws: "The load balancer's target groups and Service Connect lead to this container",
        gcp: "The instance's ingress container, and what the probes ask",
    },
    {
        field: "services.*.sidecars.*.env.*",
        aws: "Environment of the container; a value with a secret in it from Secrets Manager",
        gcp: "Environment of the container; a value with a secret in it from Secret Manager",
    },
    {
        field: "services.*.sidecars.*.mounts.*",
        aws: "The service's EFS volume, in this container too",
        gcp: "The service's volume, in this container too",
    },
    {
        field: "services.*.sidecars.*.gcp.cpu",
        aws: absent,
        gcp: "CPU limit of the container, on top of the service's own",
        note: "Paid as the service's CPU is. On AWS all containers share the task's",
    },
    {
        field: "services.*.sidecars.*.gcp.memory",
        aws: absent,
        gcp: "Memory limit of the container, on top of the service's own",
        note: "On AWS all containers share the task's",
    },
    {
        field: "services.*.deletionProtection",
        aws: "Pulumi refuses to delete the service, its repository of images and its secrets, which are kept 30 days more",
        gcp: "Pulumi refuses to delete the service, its repository of images and its secrets",
        note: "Secret Manager deletes a secret at once",
    },
];
