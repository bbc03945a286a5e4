import type { System } from "./row";

const task = "aws:ecs/taskDefinition:TaskDefinition";
const run = "gcp:cloudrunv2/service:Service";
const check = (path: string) => `containerDefinitions[name=api].healthCheck.${path}`;
const container = (path: string) => `template.containers[name=api].${path}`;

/** Seed 000: how a FastAPI service on Fargate deploys in ten minutes instead of thirty. */
export const factify: System = {
    app: "factify",
    about: "FastAPI on port 80 with one table, tuned for quick deployments.",
    domain: { prod: "factify.example.com" },
    rows: [
        {
            figure: "Memory 1,024 MiB",
            aws: { type: task, path: "memory", is: "1024" },
            gcp: { type: run, path: container("resources.limits.memory"), is: "1024Mi" },
        },
        {
            figure: "CPU 512",
            aws: { type: task, path: "cpu", is: "512" },
            gcp: { type: run, path: container("resources.limits.cpu"), is: "1" },
            note: "Below one vCPU, Cloud Run serves one request at a time: it gets a whole one",
        },
        {
            figure: "Health check every 30 s",
            aws: { type: task, path: check("interval"), is: 30 },
            gcp: { type: run, path: container("livenessProbe.periodSeconds"), is: 30 },
            note: "Cloud Run asks over HTTP and runs no command in the container",
        },
    ],
    elsewhere: [{ figure: "Deployment in 5 to 10 minutes", why: "A goal; the settings that serve it are above" }],
};
