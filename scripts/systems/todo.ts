import { recovery } from "../../plan/recovery";
import { at, not, row, type System } from "./row";
import { todoNetwork } from "./todo-network";
import { todoOperations } from "./todo-operations";
import { aws, gcp } from "./types";

const task = at(aws.task, "api");
const container = (path: string) => `containerDefinitions[name=api].${path}`;
const run = at(gcp.run, "api");
const inside = (path: string) => `template.containers[name=api].${path}`;
const rds = at(aws.database, "db");
const sql = at(gcp.database, "db");

export const todo: System = {
    app: "todo",
    title: "クラウドデプロイメント アーキテクチャ設計書",
    about: "The todo service: a REST API behind a token, with PostgreSQL; the one document that draws both clouds.",
    domain: { prod: "todo.example.com" },
    parts: {
        Compute: [
            row("AWS: CPU 512; GCP: CPU 1", task("cpu", "512"), run(inside("resources.limits.cpu"), "1")),
            row(
                "AWS: memory 1,024 MB; GCP: 2 Gi",
                task("memory", "1024"),
                run(inside("resources.limits.memory"), "2048Mi"),
            ),
            row(
                "Port 8000",
                task(container("portMappings[0].containerPort"), 8000),
                run(inside("ports.containerPort"), 8000),
            ),
            row(
                "Target group, port 8000",
                at("aws:ecs/service:Service", "api")("loadBalancers[0].containerPort", 8000),
                at(gcp.backend, "lb-api")("backends[0].group", /todo-prod-lb-api\.id/),
            ),
            row(
                "Health check `/health-check`",
                at(aws.targetGroup, "lb-api")("healthCheck.path", "/health-check"),
                run(inside("livenessProbe.httpGet.path"), "/health-check"),
            ),
            row(
                "AWS: 2 tasks at least; GCP: minimum 1",
                at(aws.scalable, "api-scale")("minCapacity", 2),
                run("template.scaling.minInstanceCount", 1),
                { note: "A Cloud Run instance is not bound to a zone; one task would be" },
            ),
            row(
                "AWS: 10 tasks at most; GCP: maximum 10",
                at(aws.scalable, "api-scale")("maxCapacity", 10),
                run("template.scaling.maxInstanceCount", 10),
            ),
            row(
                "GCP: concurrency 100",
                not("A task takes what comes; scaling follows its CPU"),
                run("template.maxInstanceRequestConcurrency", 100),
            ),
            row(
                "`X-API-TOKEN`",
                task(container("secrets[name=API_TOKEN].valueFrom"), /todo-prod-api-api-token-version\.arn/),
                run(inside("envs[name=API_TOKEN].valueSource.secretKeyRef.secret"), /todo-prod-api-api-token/),
                { note: "The program checks it; its value is yours to set in the cloud's store" },
            ),
        ],
        Database: [
            row("PostgreSQL 15", rds("engineVersion", "15"), sql("databaseVersion", "POSTGRES_15")),
            row(
                "AWS: db.t3.micro; GCP: db-f1-micro",
                rds("instanceClass", "db.t3.micro"),
                sql("settings.tier", "db-f1-micro"),
                {
                    environment: "dev",
                },
            ),
            row(
                "AWS: db.r5.large; GCP: db-n1-standard-2",
                rds("instanceClass", "db.r5.large"),
                sql("settings.tier", "db-custom-2-7680"),
                { note: "Cloud SQL has no db-n1-standard-2 for PostgreSQL: 2 vCPU and 7.5 GiB are db-custom-2-7680" },
            ),
            row("Multi-AZ; High Availability", rds("multiAz", true), sql("settings.availabilityType", "REGIONAL")),
            row(
                "Automated backup, kept for 7 days",
                rds("backupRetentionPeriod", 7),
                sql("settings.backupConfiguration.backupRetentionSettings.retainedBackups", 7),
                { note: "One a day on GCP, so seven of them" },
            ),
            row("Daily", rds("backupWindow", "18:00-19:00"), sql("settings.backupConfiguration.startTime", "18:00"), {
                note: "UTC: three in the morning in Tokyo",
            }),
            row(
                "Recovery point of an hour",
                rds("backupRetentionPeriod", 7),
                sql("settings.backupConfiguration.pointInTimeRecoveryEnabled", true),
                {
                    note: `At most ${recovery.rds.logMinutes} minutes are lost on [RDS](${recovery.rds.sources.log}), ${recovery.cloudSql.logMinutes} on [Cloud SQL](${recovery.cloudSql.sources.log}), which ship the log so often`,
                },
            ),
            row("Recovery time of an hour", rds("multiAz", true), sql("settings.availabilityType", "REGIONAL"), {
                note: `While a zone fails: ${recovery.rds.failoverSeconds} seconds on [RDS](${recovery.rds.sources.failover}), about ${recovery.cloudSql.failoverSeconds} on [Cloud SQL](${recovery.cloudSql.sources.failover}). Of lost data: one \`up\` with \`databases.db.restore\`, as in the [runbook](runbook.md#restoring-a-database); neither cloud documents how long a restore takes, which follows from the size`,
            }),
            row(
                "Read replica",
                at(aws.database, "db-replica-1")("replicateSourceDb", /todo-prod-db-\$\{todo-prod-db-suffix/),
                at(gcp.database, "db-replica-1")("masterInstanceName", /todo-prod-db\.name/),
                {
                    set: { databases: { db: { replicas: 1 } } },
                    note: "Drawn without a cost in the document; off until asked for",
                },
            ),
            row(
                "… whose host a service finds",
                task(container("environment[name=DB_REPLICA_HOST].value"), /todo-prod-db-replica-1\.address/),
                run(inside("envs[name=DB_REPLICA_HOST].value"), /todo-prod-db-replica-1\.privateIpAddress/),
                { set: { databases: { db: { replicas: 1 } } } },
            ),
            row("Encrypted at rest", rds("storageEncrypted", true), not("Cloud SQL encrypts by itself")),
            row(
                "Encrypted in transit",
                at(aws.databaseParameters)("parameters[name=rds.force_ssl].value", "1"),
                sql("settings.ipConfiguration.sslMode", "ENCRYPTED_ONLY"),
            ),
        ],
        ...todoNetwork,
        ...todoOperations,
    },
    elsewhere: [
        {
            figure:
                "AWS: dev $55–70 ($20–30, $15–20, $20), prod $400–570 ($60–120, $300–400, $40–50); " +
                "GCP: dev $40–55 ($10–20, $10–15, $20), prod $280–440 ($50–100, $200–300, $30–40)",
            why: "Compared figure by figure in [costs.md](costs.md)",
        },
        { figure: "Availability of 99.9 %", why: "A goal: two zones, a standby, checks and a second task serve it" },
        {
            figure: "EKS with t3.medium, GKE with e2-medium",
            why: "Named as alternatives to what is built, and not built",
        },
        { figure: "SQLite 3 in development", why: "The program's, when no database is given" },
        {
            figure: "CodePipeline, CodeBuild, Cloud Build",
            why:
                "Built by `pipeline`, for a repository that is yours to name; GitHub's workflows do the same: source, " +
                "tests, image, push, deployment beside the old version, approval ([pipelines.md](pipelines.md))",
        },
        { figure: "API Gateway", why: "Named once; the program checks the token, the firewall the rest" },
        {
            figure: "CDN, cache, more services, more databases",
            why: "What may come later: `cdn`, `caches`, `services`, `databases`",
        },
        { figure: "Reserved instances", why: "A contract, not a resource; prices here are on demand" },
        {
            figure: "GDPR and CCPA, escalation, maintenance by people",
            why: "Without figures, and not infrastructure's to do",
        },
    ],
};
