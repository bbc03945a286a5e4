import { keepsTraffic } from "./reasons";
import { at, not, row, type System } from "./row";
import { aws, build, gcp } from "./types";

const task = at(aws.task, "api");
const container = (path: string) => `containerDefinitions[name=api].${path}`;
const service = at(aws.service, "api");
const run = at(gcp.run, "api");
const inside = (path: string) => `template.containers[name=api].${path}`;

export const logo: System = {
    app: "logo",
    title: "デプロイメント戦略ガイド",
    about: "The logo detection API: stateless, on port 8000, and never stopped in the middle of a request.",
    domain: { prod: "logo.example.com" },
    parts: {
        "Configuration without a new image": [
            row(
                "`MAX_CONCURRENT_DETECTIONS`",
                task(container("environment[name=MAX_CONCURRENT_DETECTIONS].value"), "4"),
                run(inside("envs[name=MAX_CONCURRENT_DETECTIONS].value"), "4"),
                { note: "The document gives no figure; a new one deploys the same image" },
            ),
            row(
                "Log level",
                task(container("environment[name=LOG_LEVEL].value"), "info"),
                run(inside("envs[name=LOG_LEVEL].value"), "info"),
            ),
            row(
                "Log level in development",
                task(container("environment[name=LOG_LEVEL].value"), "debug"),
                run(inside("envs[name=LOG_LEVEL].value"), "debug"),
                { environment: "dev" },
            ),
            row(
                "Built anew when `requirements.txt`, `Dockerfile`, `src/` or `.dockerignore` changed",
                at(build, "api-build")("tags[0]", /:built-[0-9a-f]{12}$/),
                at(build, "api-build")("tags[0]", /:built-[0-9a-f]{12}$/),
                {
                    note:
                        "The tag is the hash of what is in the image's context, so an unchanged one is not built; the document " +
                        "keeps the last commit in `/opt/logo-detection/.last_build_commit` of one machine",
                },
            ),
        ],
        "Shutting down": [
            row("SIGTERM reaches the program", task(container("linuxParameters.initProcessEnabled"), true), {
                why: "Cloud Run sends it to the container's first process, which the image makes the program",
            }),
            row("30 s for running requests (`sleep 30`)", task(container("stopTimeout"), 30), {
                why: "Cloud Run gives 10 s, always; before that an instance gets no new requests",
            }),
            row(
                "… in which no new ones come",
                at(aws.targetGroup, "lb-api")("deregistrationDelay", 30),
                run("template.maxInstanceRequestConcurrency", 4),
                { note: "Four detections at a time are done within Cloud Run's 10 s" },
            ),
        ],
        "Health and readiness": [
            row(
                "`/api/v1/ready`, 503 while shutting down",
                at(aws.targetGroup, "lb-api")("healthCheck.path", "/api/v1/ready"),
                run(inside("readinessProbe.httpGet.path"), "/api/v1/ready"),
            ),
            row(
                "`/api/v1/health`",
                not(
                    "What ECS replaces follows the target group, which asks for readiness; a drained task ends by itself",
                ),
                run(inside("livenessProbe.httpGet.path"), "/api/v1/health"),
            ),
            row(
                "30 attempts, 2 s apart: 60 s until the new one is healthy",
                service("healthCheckGracePeriodSeconds", 60),
                run(inside("startupProbe.failureThreshold"), 12),
                { note: "On Cloud Run twelve attempts, 5 s apart" },
            ),
        ],
        "Blue-green, canary, rollback": [
            row(
                "Port 8000",
                task(container("portMappings[0].containerPort"), 8000),
                run(inside("ports.containerPort"), 8000),
            ),
            row("The new container starts beside the old (port 8001)", service("deploymentMaximumPercent", 200), {
                why: "A revision has its own instances",
            }),
            row("The old one goes when the new one is healthy", service("deploymentMinimumHealthyPercent", 100), {
                why: "Traffic moves when the new revision is ready",
            }),
            row(
                "Canary: a part of the traffic",
                at(aws.listener, "lb-https")("defaultActions[0].forward.targetGroups[1].weight", 5),
                at(gcp.urlMap, "lb")("defaultRouteAction.weightedBackendServices[1].weight", 5),
                {
                    set: { services: { api: { rollout: { strategy: "canary" } } } },
                    release: { api: 5 },
                    note: "How large a part it does not say. Without a strategy new instances replace the old ones in turn",
                },
            ),
            row("Rollback", service("deploymentCircuitBreaker.rollback", true), keepsTraffic, {
                note: "A version that does not start; `twinstack rollback` goes back from one that does",
            }),
            row(
                "Image tag `:rollback` for going back by hand",
                at(aws.images, "api-lifecycle")("policy.rules[0].selection.countNumber", 10),
                at(gcp.registry, "api")("cleanupPolicies[id=keep-recent].mostRecentVersions.keepCount", 10),
                {
                    note: "Ten releases stay; `twinstack rollback --to N` deploys any of them by digest, without a tag that moves",
                },
            ),
        ],
    },
    elsewhere: [
        {
            figure: "`POST /git/pull`, 202 Accepted, `/deployment/status/…`",
            why:
                "`twinstack ship --detach` answers with an id at once, and `ship status` with how far it is; an endpoint that builds and " +
                "deploys what a request asks for would be remote code execution",
        },
        {
            figure: "`asyncio.sleep(0.1)` where a comment says 30 s",
            why: "In [workloads/logo](../workloads/logo): requests are waited for, 28 s of the 30 at most",
        },
        {
            figure: "`docker run -p 8001:8000`, `docker kill`, `rm`, `rename`",
            why: "The platform's work: see the rows above",
        },
        { figure: "Staging first, then production", why: "Two stacks of one app; each has its own plan" },
    ],
};
