import { named, revisions, keepsTraffic } from "./reasons";
import { at, not, row, type System } from "./row";
import { aws, build, gcp } from "./types";

const task = at(aws.task, "api");
const check = (path: string) => `containerDefinitions[name=api].healthCheck.${path}`;
const service = at(aws.service, "api");
const run = at(gcp.run, "api");
const container = (path: string) => `template.containers[name=api].${path}`;
const image = at(build, "api-build");

export const factify: System = {
    app: "factify",
    title: "FastAPI Fargate デプロイ最適化ガイド",
    about: "The fact checker: FastAPI on port 80 with one table, tuned so that a deployment takes minutes.",
    domain: { prod: "factify.example.com" },
    parts: {
        "The container": [
            row("Memory 1,024 MiB", task("memory", "1024"), run(container("resources.limits.memory"), "1024Mi")),
            row("CPU 512", task("cpu", "512"), run(container("resources.limits.cpu"), "1"), {
                note: "Below one vCPU, Cloud Run serves one request at a time: it gets a whole one",
            }),
            row(
                "Port 80",
                task("containerDefinitions[name=api].portMappings[0].containerPort", 80),
                run(container("ports.containerPort"), 80),
                {
                    note: "The image lets its interpreter bind port 80 without being root, which Fargate refuses otherwise",
                },
            ),
            row(
                "DynamoDB, whose health `/health` reports",
                at(aws.table, "facts")("billingMode", "PAY_PER_REQUEST"),
                at(gcp.table, "facts")("type", "FIRESTORE_NATIVE"),
                { note: "`/health` reads an item, which both have, instead of describing the table" },
            ),
        ],
        "Health check": [
            row(
                "`curl -f http://localhost:80/health || exit 1`",
                task(check("command"), ["CMD", "python", "-m", "healthcheck"]),
                run(container("livenessProbe.httpGet.path"), "/health"),
                {
                    note:
                        "The image's own Python asks: curl would be a tool for intruders, and a slim image has none. " +
                        "Whose image has it says so in `services.api.health.container.command`",
                },
            ),
            row(
                "`/health` for the load balancer",
                at(aws.targetGroup, "lb-api")("healthCheck.path", "/health"),
                run(container("startupProbe.httpGet.path"), "/health"),
            ),
            row("Interval 30 s", task(check("interval"), 30), run(container("livenessProbe.periodSeconds"), 30), {
                note: "Cloud Run asks over HTTP and runs no command in the container",
            }),
            row("Timeout 10 s", task(check("timeout"), 10), run(container("livenessProbe.timeoutSeconds"), 10)),
            row("Retries 3", task(check("retries"), 3), run(container("livenessProbe.failureThreshold"), 3)),
            row(
                "Start period 60 s",
                task(check("startPeriod"), 60),
                run(container("startupProbe.failureThreshold"), 6),
                { note: "On Cloud Run six attempts, 10 s apart" },
            ),
        ],
        Deployment: [
            row("Maximum percent 200", service("deploymentMaximumPercent", 200), revisions),
            row("Minimum healthy percent 0", service("deploymentMinimumHealthyPercent", 0), revisions, {
                environment: "dev",
                note: "As documented where an outage is nobody's loss",
            }),
            row("Minimum healthy percent in production", service("deploymentMinimumHealthyPercent", 100), revisions, {
                note:
                    "The document's 0 stops every old task before a new one is up: an outage with each deployment. " +
                    "Prod admits 50 to 100, dev and staging any",
            }),
            row("Circuit breaker `enable=True`", service("deploymentCircuitBreaker.enable", true), keepsTraffic),
            row("Circuit breaker `rollback=True`", service("deploymentCircuitBreaker.rollback", true), keepsTraffic),
            row(
                "Spot instances, 30 to 70 % cheaper",
                service("capacityProviderStrategies[0].capacityProvider", "FARGATE_SPOT"),
                not("Cloud Run has no Spot; with CPU paid by request, the CPU of an idle instance costs a tenth"),
                { environment: "dev", note: "Elsewhere with `services.api.aws.spot: true`" },
            ),
            row(
                "Auto scaling (no figure given)",
                at(aws.scalable, "api-scale")("maxCapacity", 4),
                run("template.scaling.maxInstanceCount", 4),
            ),
        ],
        "Image and registry": [
            row(
                "`max_image_count=10`: keep the 10 latest images",
                at(aws.images, "api-lifecycle")("policy.rules[0].selection.countNumber", 10),
                at(gcp.registry, "api")("cleanupPolicies[id=keep-recent].mostRecentVersions.keepCount", 10),
            ),
            row(
                "`rule_priority=1`",
                at(aws.images, "api-lifecycle")("policy.rules[0].rulePriority", 1),
                not("Its policies have no order: what one keeps, no other deletes"),
            ),
            row(
                '`repository_name="factify-fastapi"`',
                named("factify-prod-api"),
                at(gcp.registry, "api")("repositoryId", "factify-prod-api"),
            ),
            row(
                "`DOCKER_BUILDKIT=1`, `BUILDKIT_INLINE_CACHE=1`",
                image("cacheTo[0].registry.mode", "max"),
                image("cacheTo[0].registry.mode", "max"),
                {
                    note: "BuildKit always builds. An inline cache knows the last stage only; this one, beside the image, all",
                },
            ),
        ],
        "Logs and alarms": [
            row(
                "Log group `/aws/ecs/fastapi`",
                at(aws.logGroup, "platform-logs")("name", "/ecs/factify/prod"),
                at(gcp.sink)("filter", /resource\.labels\.service_name=~"\^factify-prod-\(/),
                { note: "One a stack: `/ecs/<app>/<stack>`" },
            ),
            row(
                "A deployment fails: Slack",
                at(aws.eventRule)("eventPattern.detail.eventName", ["SERVICE_DEPLOYMENT_FAILED"]),
                at(gcp.alert, "alarms-deployments")(
                    "conditions[0].conditionMatchedLog.filter",
                    /cloudaudit\.googleapis\.com%2Fsystem_event" AND severity>=ERROR/,
                ),
                {
                    note: "By e-mail, to `alarms.emails`; `deploy.webhook` tells Slack of a ship that was taken back, is stuck or was slow",
                },
            ),
            row(
                "A deployment takes more than 15 minutes: look into it",
                at(aws.alarm, "alarms-api-deployment")("evaluationPeriods", 15),
                not(
                    "Cloud Run measures no deployment; one that does not start is given up after four minutes, and told",
                ),
            ),
            row(
                "A health check fails: emergency",
                at(aws.alarm, "alarms-api-instances")("metricName", "HealthyHostCount"),
                at(gcp.uptime)("httpCheck.path", "/health"),
            ),
        ],
    },
    elsewhere: [
        {
            figure:
                "30 → 5–10 minutes in all (70–83 % less), or 25–35 → 5.5–9.5 (78 %); build 15–20 → 3–5 (75 %), push 3–5 → 1–2 " +
                "(70 %), start 5–7 → 1–2 (80 %), ready 2–3 → 0.5 (85 %), workflow 30–40 → 8–12 (70 %, in parallel 50 %), " +
                "changed parts only (80 %)",
            why: "Measured on the document's own system; the settings that serve it are above",
        },
        {
            figure: "Targets: deployment under 10 minutes, build under 5, ready under 2, workflow under 15",
            why: "Goals, and `deploy.targetMinutes` (10) and `.slowMinutes` (15): `twinstack ship` ends with the time of each phase beside them, and tells `deploy.webhook` beyond the latter",
        },
        {
            figure: "`curl http://YOUR_ECS_IP/health`",
            why: "A task's address changes with each deployment; here it is a load balancer's, with a name",
        },
        { figure: "256 CPU, 512 MB, `python:3.9-slim-buster`", why: "The state before" },
        {
            figure: "`python:3.9-slim`, two stages, `.dockerignore`",
            why: "In [workloads/factify](../workloads/factify): two stages as documented, on Python 3.12, as 3.9 is out of support",
        },
        {
            figure: "`status`, `timestamp`, `services` of `/health`; `degraded`",
            why: "The program's answer, as documented but for the exception's text, which names accounts: it is in the log",
        },
        {
            figure: "`paths-filter@v3`, `setup-python@v5`, `setup-node@v4`, large runners (2–3×), feedback in 15–30 s",
            why:
                "`npx --no twinstack pipeline github` writes workflows that ask which parts changed and test them side by side, with packages kept " +
                "between runs; what a pull request does to each stack stands in it. Actions are of today, by their commits ([pipelines.md](pipelines.md))",
        },
        {
            figure: "`cdk deploy --require-approval never --hotswap --progress events --concurrency 10`, `fast-deploy.sh`",
            why: "CDK's, and a hotswap leaves the template behind what runs. `twinstack ship` rebuilds only what is another, and deploys it by digest in an ordinary update",
        },
        {
            figure: "Terraform, Lambda@Edge CDN, registry cache",
            why: "Proposals without a figure; a CDN is the topology's `cdn`, a registry cache is built",
        },
    ],
};
