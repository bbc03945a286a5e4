import { absent, type Row } from "./row";

/** What services say for one cloud alone. */
export const serviceClouds: Row[] = [
    { field: "services.*.aws.cpu", aws: "Replaces cpu", gcp: absent },
    { field: "services.*.aws.memory", aws: "Replaces memory", gcp: absent },
    { field: "services.*.aws.scale.min", aws: "Replaces scale.min", gcp: absent },
    { field: "services.*.aws.scale.max", aws: "Replaces scale.max", gcp: absent },
    { field: "services.*.aws.scale.desired", aws: "Replaces scale.desired", gcp: absent },
    { field: "services.*.aws.scale.cpuPercent", aws: "Replaces scale.cpuPercent", gcp: absent },
    {
        field: "services.*.aws.architecture",
        aws: "x86 or ARM (Graviton) tasks",
        gcp: absent,
        note: "Cloud Run has no ARM; images are built for x86 there",
    },
    { field: "services.*.aws.spot", aws: "FARGATE_SPOT capacity provider", gcp: absent, note: "Cloud Run has no Spot" },
    { field: "services.*.aws.onDemand.base", aws: "Base of the FARGATE capacity provider", gcp: absent },
    { field: "services.*.aws.onDemand.weight", aws: "Weight of FARGATE against 1 of FARGATE_SPOT", gcp: absent },
    {
        field: "services.*.aws.deployment.minimumHealthyPercent",
        aws: "Minimum healthy percent of the ECS service",
        gcp: absent,
        note: "Cloud Run starts a whole revision beside the old one and then moves the traffic",
    },
    { field: "services.*.aws.deployment.maximumPercent", aws: "Maximum percent of the ECS service", gcp: absent },
    {
        field: "services.*.aws.deployment.circuitBreaker",
        aws: "Deployment circuit breaker",
        gcp: absent,
        note: "A revision that does not start gets no traffic on Cloud Run",
    },
    {
        field: "services.*.aws.deployment.rollback",
        aws: "Rollback by the circuit breaker",
        gcp: absent,
        note: "On Cloud Run the old revision still serves",
    },
    {
        field: "services.*.aws.readonlyRootFilesystem",
        aws: "Read-only image, writable /tmp; by default where the image is built from a folder",
        gcp: absent,
        note: "Cloud Run's file system is always writable, in memory",
    },
    {
        field: "services.*.aws.exec",
        aws: "ECS Exec: the service's switch, and the task role's way to the agent",
        gcp: absent,
        note: "Cloud Run gives a shell by gcloud beta run services ssh, without a switch",
    },
    { field: "services.*.gcp.cpu", aws: absent, gcp: "Replaces cpu" },
    { field: "services.*.gcp.memory", aws: absent, gcp: "Replaces memory" },
    { field: "services.*.gcp.scale.min", aws: absent, gcp: "Replaces scale.min" },
    { field: "services.*.gcp.scale.max", aws: absent, gcp: "Replaces scale.max" },
    {
        field: "services.*.gcp.scale.desired",
        aws: absent,
        gcp: absent,
        note: "Accepted beside min and max, but Cloud Run begins with its minimum",
    },
    {
        field: "services.*.gcp.scale.cpuPercent",
        aws: absent,
        gcp: absent,
        note: "Accepted beside min and max, but Cloud Run takes no target",
    },
    {
        field: "services.*.gcp.concurrency",
        aws: absent,
        gcp: "Requests that an instance serves at a time",
        note: "ECS limits no requests; it scales on CPU. A worker serves none",
    },
    {
        field: "services.*.gcp.cpuBilling",
        aws: absent,
        gcp: "CPU while a request runs, or always",
        note: "Fargate's CPU is always there, and paid; so is a worker's on Cloud Run",
    },
];
