import { named, revisions, beginsWithMinimum, noCpuTarget, noClusters, digestIsRevision } from "./reasons";
import { at, not, row, type System } from "./row";
import { aws, build, gcp } from "./types";

const service = at(aws.service, "app");
const run = at(gcp.run, "app");
const runApi = at(gcp.run, "app-api");
const inside = (path: string) => `template.containers[name=app].${path}`;

/** How weather is reached, scaled, watched and deployed. */
export const weatherOperations: System["parts"] = {
    "Load balancer": [
        row(
            "Listener 443",
            at(aws.listener, "lb-https")("port", 443),
            at(gcp.forwarding, "lb-https")("portRange", "443"),
        ),
        row(
            "Protocol HTTPS, certificate of ACM",
            at(aws.listener, "lb-https")("protocol", "HTTPS"),
            at(gcp.certificate)("managed.domains", ["weather.example.com"]),
            { note: "Port 80 redirects" },
        ),
        row(
            "Target group, port 8501",
            service("loadBalancers[0].containerPort", 8501),
            at(gcp.urlMap, "lb")("pathMatchers[0].defaultService", /weather-prod-lb-app\.id/),
        ),
        row(
            "Target group of port 8000 (the document opens the port and leads nothing to it)",
            service("loadBalancers[1].containerPort", 8000),
            at(gcp.urlMap, "lb")("pathMatchers[0].pathRules[0].paths", ["/api", "/api/*"]),
            { note: "`/api/*` goes there" },
        ),
        row(
            "Target group `weather-comment-tg`",
            service("loadBalancers[0].targetGroupArn", /weather-prod-lb-app\.arn/),
            at(gcp.backend, "lb-app")("backends[0].group", /weather-prod-lb-app\.id/),
            { note: "Named by Pulumi after `weather-prod-lb-app`" },
        ),
        row(
            "Protocol HTTP",
            at(aws.targetGroup, "lb-app")("protocol", "HTTP"),
            at(gcp.backend, "lb-app")("protocol", "HTTPS"),
            {
                note: "Google encrypts the way to Cloud Run",
            },
        ),
        row(
            "Health check path `/`",
            at(aws.targetGroup, "lb-app")("healthCheck.path", "/"),
            run(inside("livenessProbe.httpGet.path"), "/"),
        ),
        row(
            "A health endpoint is added (phase 2): the API's",
            at(aws.targetGroup, "lb-app-api")("healthCheck.path", "/health"),
            runApi(inside("livenessProbe.httpGet.path"), "/health"),
        ),
        row(
            "Health check interval 30 s",
            at(aws.targetGroup, "lb-app")("healthCheck.interval", 30),
            run(inside("livenessProbe.periodSeconds"), 30),
        ),
        row(
            "Target type `ip`",
            at(aws.targetGroup, "lb-app")("targetType", "ip"),
            at("gcp:compute/regionNetworkEndpointGroup:RegionNetworkEndpointGroup", "lb-app")(
                "networkEndpointType",
                "SERVERLESS",
            ),
        ),
    ],
    "Security groups": [
        row(
            "Load balancer: 443 from 0.0.0.0/0",
            at(aws.ingress, "lb-443")("cidrIpv4", "0.0.0.0/0"),
            at(gcp.backend, "lb-app")("loadBalancingScheme", "EXTERNAL_MANAGED"),
        ),
        row(
            "Tasks: 8501 from the load balancer",
            at(aws.ingress, "app-from-ingress-8501")("fromPort", 8501),
            run("ingress", "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER"),
        ),
        row(
            "Tasks: 8000 from the load balancer",
            at(aws.ingress, "app-api-from-ingress-8000")("fromPort", 8000),
            runApi("ingress", "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER"),
        ),
    ],
    Scaling: [
        row("Desired count 1", service("desiredCount", 1), beginsWithMinimum),
        row("Minimum healthy percent 100", service("deploymentMinimumHealthyPercent", 100), revisions),
        row("Maximum percent 200", service("deploymentMaximumPercent", 200), revisions),
        row(
            "Minimum capacity 1",
            at(aws.scalable, "app-scale")("minCapacity", 1),
            run("template.scaling.minInstanceCount", 1),
        ),
        row(
            "Maximum capacity 4",
            at(aws.scalable, "app-scale")("maxCapacity", 4),
            run("template.scaling.maxInstanceCount", 4),
        ),
        row(
            "CPU target 70",
            at(aws.policy, "app-cpu")("targetTrackingScalingPolicyConfiguration.targetValue", 70),
            noCpuTarget,
        ),
        row(
            "Memory target 80",
            at(aws.policy, "app-memory")("targetTrackingScalingPolicyConfiguration.targetValue", 80),
            not("Cloud Run does not scale by memory"),
        ),
        row(
            "Development runs by day only, from 08:00",
            at(aws.schedule, "app-begin")("schedule", "cron(0 8 ? * MON-FRI *)"),
            at(gcp.job, "app-begin")("schedule", "0 8 * * mon,tue,wed,thu,fri"),
            { environment: "dev", note: "Beyond the document, which wants it cheap: nights and weekends are off" },
        ),
        row(
            "… until 20:00",
            at(aws.schedule, "app-end")("schedule", "cron(0 20 ? * MON-FRI *)"),
            at(gcp.job, "app-end")("schedule", "0 20 * * mon,tue,wed,thu,fri"),
            { environment: "dev" },
        ),
        row(
            "… Tokyo time",
            at(aws.schedule, "app-end")("timezone", "Asia/Tokyo"),
            at(gcp.job, "app-end")("timeZone", "Asia/Tokyo"),
            { environment: "dev" },
        ),
        row(
            "… and then not at all",
            at(aws.schedule, "app-end")("scalableTargetAction.maxCapacity", 0),
            at(gcp.job, "app-end")("description", "0 instances at least"),
            { environment: "dev", note: "Cloud Run then keeps none waiting; a request at night still starts one" },
        ),
    ],
    "Monitoring and deployment": [
        row(
            "Metrics: CPU and memory",
            at(aws.dashboard)("dashboardBody", /app: CPU and memory/),
            at(gcp.dashboard)("dashboardJson", /app: CPU/),
        ),
        row(
            "Metrics: number of tasks",
            at(aws.dashboard)("dashboardBody", /app: healthy tasks/),
            at(gcp.dashboard)("dashboardJson", /app: instances/),
        ),
        row(
            "Metrics: target response time",
            at(aws.dashboard)("dashboardBody", /TargetResponseTime/),
            at(gcp.dashboard)("dashboardJson", /https\/total_latencies/),
        ),
        row(
            "Deployment on a push to `main`",
            at(aws.role, "deployer")(
                "assumeRolePolicy.Statement[0].Condition.StringEquals[token.actions.githubusercontent.com:sub]",
                ["repo:example/weather-comment-generator:ref:refs/heads/main"],
            ),
            at(gcp.workloadIdentity)("attributeCondition", /assertion\.ref in \["refs\/heads\/main"\]/),
        ),
        row(
            "`role-to-assume`, without a key",
            at(aws.role, "deployer")("assumeRolePolicy.Statement[0].Action", "sts:AssumeRoleWithWebIdentity"),
            at(gcp.workloadIdentity)("oidc.issuerUri", "https://token.actions.githubusercontent.com"),
        ),
        row(
            "Region `ap-northeast-1` (Tokyo)",
            at(aws.provider)("region", "ap-northeast-1"),
            run("location", "asia-northeast1"),
        ),
        row(
            "`docker build`, `push :latest`",
            at(aws.registry, "app")("imageTagMutability", "IMMUTABLE_WITH_EXCLUSION"),
            at(build, "app-build")("tags[0]", /app-built:built-[0-9a-f]{12}$/),
            { note: "A tag is the hash of what was built, deployed by digest; no other tag ever moves" },
        ),
        row("`update-service --force-new-deployment`", service("forceNewDeployment", true), digestIsRevision, {
            note: "A new digest is a new task definition: the flag is not what deploys",
        }),
        row("Cluster `weather-comment-cluster`", service("cluster", /weather-prod-platform\.name/), noClusters, {
            note: "Named by Pulumi after `weather-prod-platform`",
        }),
        row(
            "Service `weather-comment-service`",
            at(aws.scalable, "app-scale")("resourceId", /\$\{weather-prod-app\.name\}$/),
            named("weather-prod-app"),
            { note: "Named by Pulumi after `weather-prod-app`" },
        ),
    ],
};
