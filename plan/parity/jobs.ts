import type { Row } from "./row";

/** Tasks that end. */
export const jobs: Row[] = [
    {
        field: "jobs.*.service",
        aws: "Task of the service's newest task definition, by its roles",
        gcp: "Cloud Run job with the service's image, environment and size, and an account of its own",
    },
    {
        field: "jobs.*.image.reference",
        aws: "Image of the container that ends before the app's starts",
        gcp: "Image of the Cloud Run job",
        note: "Before a deployment alone. An entry point of the service is not its",
    },
    {
        field: "jobs.*.entrypoint",
        aws: "Entry point of the container",
        gcp: "Command of the container",
        note: "Before a deployment alone: what runs later has its service's",
    },
    {
        field: "jobs.*.workingDirectory",
        aws: "Working directory of the container that ends before the app's starts",
        gcp: "Working directory of the job's container",
        note: "Before a deployment alone: what runs later has its service's",
    },
    {
        field: "jobs.*.command",
        aws: "Command of the container",
        gcp: "Arguments of the container",
        note: "An image's entry point stays, on both; without a command, which jobs before a deployment may lack, so does what the image does",
    },
    {
        field: "jobs.*.run",
        aws: "Step Functions, started by EventBridge Scheduler or by hand; before a deployment, a container that ends before the app's starts",
        gcp: "Cloud Run job, started by Cloud Scheduler or by hand; before a deployment, executed for another image or command",
        note: "Before a deployment it runs once a version on GCP, and once a new task on AWS: it must be safe to run twice",
    },
    {
        field: "jobs.*.cron",
        aws: "Expression of the schedule",
        gcp: "Schedule of the Cloud Scheduler job",
        note: "EventBridge takes days of the month or of the week, not both",
    },
    { field: "jobs.*.timeZone", aws: "Time zone of the schedule", gcp: "Time zone of the Cloud Scheduler job" },
    {
        field: "jobs.*.timeoutSeconds",
        aws: "Time limit of the state machine's task",
        gcp: "Timeout of the job's task",
        note: "Before a deployment Fargate has limits of up to 120 seconds; beyond, it waits",
    },
    {
        field: "jobs.*.retries",
        aws: "Retries of the state machine",
        gcp: "Retries of the job's task",
        note: "Before a deployment ECS starts further tasks until the circuit breaker stops it, whatever the number",
    },
];
