import { noClusters, digestIsRevision } from "./reasons";
import { at, not, row, type System } from "./row";
import { aws, gcp } from "./types";

const alarm = (name: string) => at(aws.alarm, `alarms-${name}`);
const alert = (name: string) => at(gcp.alert, `alarms-${name}`);
const condition = (path: string) => `conditions[0].conditionThreshold.${path}`;
const service = at(aws.service, "backend");
/** What a release leads to the backend (0) or to its candidate (1). */
const share = (to: 0 | 1, percent: number) =>
    [
        at(aws.listenerRule, "lb-rule-24503")(`actions[0].forward.targetGroups[${to}].weight`, percent),
        at(gcp.urlMap, "lb")(`pathMatchers[0].defaultRouteAction.weightedBackendServices[${to}].weight`, percent),
    ] as const;
const oidc = "assumeRolePolicy.Statement[0].Condition.StringEquals[token.actions.githubusercontent.com:sub]";

/** How morrow is deployed, watched, protected and brought back. */
export const morrowOperations: System["parts"] = {
    Alarms: [
        row(
            "`APIResponseTime` 200 ms",
            alarm("backend-response")("threshold", 0.2),
            alert("backend-response")(condition("thresholdValue"), 200),
            { note: "The average, apart from the percentile below; seconds on AWS, milliseconds on GCP" },
        ),
        row(
            "`ErrorRate` 1 %",
            alarm("backend-5xx")("threshold", 1),
            alert("backend-5xx")(condition("thresholdValue"), 0.01),
        ),
        row(
            "… over 5 minutes",
            alarm("backend-5xx")("evaluationPeriods", 5),
            alert("backend-5xx")(condition("duration"), "300s"),
            { note: "In each of them: on AWS five periods of a minute" },
        ),
        row(
            "99th percentile",
            alarm("backend-latency")("extendedStatistic", "p99"),
            alert("backend-latency")(condition("aggregations[0].crossSeriesReducer"), "REDUCE_PERCENTILE_99"),
        ),
        row(
            "… over 500 ms",
            alarm("backend-latency")("threshold", 0.5),
            alert("backend-latency")(condition("thresholdValue"), 500),
        ),
        row(
            "CPU over 80 %",
            alarm("backend-cpu")("threshold", 80),
            alert("backend-cpu")(condition("thresholdValue"), 0.8),
        ),
        row(
            "… for 10 minutes",
            alarm("backend-cpu")("evaluationPeriods", 10),
            alert("backend-cpu")(condition("duration"), "600s"),
        ),
        row(
            "Database connections over 80 % of the maximum",
            alarm("db-connections")("threshold", 512),
            alert("db-connections")(condition("thresholdValue"), 320),
            {
                note:
                    "Its list of metrics says `DatabaseConnections` 80 Count, its list of alarms 80 %: taken as percent, as 80 " +
                    "connections are an eighth of this class's 640 on AWS, a fifth of its 400 on GCP",
            },
        ),
    ],
    Deployment: [
        row(
            "Staging from `develop`",
            at(aws.role, "deployer")(oidc, ["repo:example/morrow:ref:refs/heads/develop"]),
            at(gcp.workloadIdentity)("attributeCondition", /assertion\.ref in \["refs\/heads\/develop"\]/),
            { environment: "staging" },
        ),
        row(
            "Production from `main`",
            at(aws.role, "deployer")(oidc, ["repo:example/morrow:ref:refs/heads/main"]),
            at(gcp.workloadIdentity)("attributeCondition", /assertion\.ref in \["refs\/heads\/main"\]/),
        ),
        row(
            "`AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`",
            at(aws.role, "deployer")("assumeRolePolicy.Statement[0].Action", "sts:AssumeRoleWithWebIdentity"),
            at(gcp.workloadIdentity)("oidc.issuerUri", "https://token.actions.githubusercontent.com"),
            {
                note:
                    "No key that lasts: GitHub proves which repository and branch it is. Whoever leaves `deployer` out may still " +
                    "give a workflow keys, of a user that no stack makes",
            },
        ),
        row(
            "Region `ap-northeast-1`",
            at(aws.provider)("region", "ap-northeast-1"),
            at(gcp.run, "backend")("location", "asia-northeast1"),
        ),
        row("Cluster `morrow-$ENVIRONMENT`", service("cluster", /morrow-prod-platform\.name/), noClusters, {
            note: "Named by Pulumi after `morrow-prod-platform`",
        }),
        row(
            "Image `:latest`",
            at(aws.task, "backend")("containerDefinitions[name=backend].image", /morrow-prod-backend-build\.ref/),
            at(gcp.run, "backend")("template.containers[name=backend].image", /morrow-prod-backend-build\.ref/),
            { note: "By digest: `latest` cannot be rolled back" },
        ),
        row("`--force-new-deployment`", service("forceNewDeployment", true), digestIsRevision),
        row(
            "`wait services-stable`",
            service("waitForSteadyState", true),
            not("Pulumi waits for a revision by itself"),
        ),
        row(
            "Blue-green: a second environment beside the first, which gets all the traffic at once",
            at(aws.service, "backend-candidate")("loadBalancers[0].targetGroupArn", /lb-backend-candidate\.arn/),
            at(gcp.backend, "lb-backend-candidate")("backends[0].group", /lb-backend-candidate\.id/),
            {
                release: { backend: 100 },
                note: "With `rollout.strategy: blueGreen`; morrow has the canary below, and both are a second service while a release lasts",
            },
        ),
        row("… the old one stays until the new one is healthy", ...share(0, 100), {
            release: { backend: 0 },
            note: "The new one gets requests by a header alone, until smoke requests are answered",
        }),
        row("… success or rollback", ...share(0, 100), {
            release: { backend: 0 },
            note: "`twinstack ship` gives the requests back by itself; until the release is over the old one still runs",
        }),
        row("Canary: 5 %", ...share(1, 5), { release: { backend: 5 } }),
        row("… 50 %", ...share(1, 50), { release: { backend: 50 } }),
        row("… 100 %", ...share(1, 100), {
            release: { backend: 100 },
            note: "[shipping.md](shipping.md) has every step; beyond the thresholds of the alarms a release is taken back",
        }),
        row(
            "`scripts/health-check.sh`: every 5 s, for 30 s",
            service("healthCheckGracePeriodSeconds", 60),
            at(gcp.run, "backend")("template.containers[name=backend].startupProbe.periodSeconds", 5),
            { note: "The platform asks instead of a script, for 60 s: a deployment waits until it is answered" },
        ),
        row(
            "`curl $ENDPOINT/health`",
            at(aws.targetGroup, "lb-backend")("healthCheck.path", "/ready"),
            at(gcp.run, "backend")("template.containers[name=backend].livenessProbe.httpGet.path", "/health"),
            { note: "What gets traffic answers `/ready`, which asks database and Redis" },
        ),
    ],
    Security: [
        row(
            "VPC: private network",
            service("networkConfiguration.assignPublicIp", false),
            at(gcp.run, "backend")("ingress", "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER"),
        ),
        row(
            "Security groups: least privilege",
            at(aws.ingress, "backend-to-db-5432")("referencedSecurityGroupId", /morrow-prod-backend-access\.id/),
            at(gcp.database, "db")("settings.ipConfiguration.ipv4Enabled", false),
        ),
        row(
            "IAM roles",
            at(aws.task, "backend")("taskRoleArn", /morrow-prod-backend-task\.arn/),
            at(gcp.run, "backend")("template.serviceAccount", /morrow-prod-backend-account\.email/),
            { note: "One for each service" },
        ),
        row(
            "Secrets Manager",
            at(aws.task, "backend")(
                "containerDefinitions[name=backend].secrets[name=DB_PASSWORD].valueFrom",
                /:password::$/,
            ),
            at(gcp.run, "backend")(
                "template.containers[name=backend].envs[name=DB_PASSWORD].valueSource.secretKeyRef.secret",
                /morrow-prod-db-credentials-password/,
            ),
        ),
        row(
            "WAF",
            at("aws:wafv2/webAclAssociation:WebAclAssociation", "lb-firewall")(
                "webAclArn",
                /morrow-prod-firewall\.arn/,
            ),
            at(gcp.backend, "lb-backend")("securityPolicy", /morrow-prod-firewall\.id/),
            { note: "Before the CDN as well" },
        ),
    ],
    "Disaster recovery": [
        row(
            "Automatic backups, kept for 7 days",
            at(aws.database, "db")("backupRetentionPeriod", 7),
            at(gcp.database, "db")("settings.backupConfiguration.backupRetentionSettings.retainedBackups", 7),
            { note: "One a day on GCP, so seven of them" },
        ),
        row(
            "S3: cross-region replication",
            at(aws.bucket, "assets-replica")("region", "ap-northeast-3"),
            at(gcp.bucket, "assets")("location", "ASIA1"),
            { note: "Osaka; ASIA1 is a bucket in Tokyo and Osaka at once" },
        ),
        row(
            "… of everything",
            at(aws.replication)("rules[id=everything].status", "Enabled"),
            not("Every object of such a bucket is in both regions"),
        ),
    ],
};
