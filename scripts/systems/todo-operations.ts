import { at, not, row, type System } from "./row";
import { aws, gcp } from "./types";

const alarm = (name: string) => at(aws.alarm, `alarms-${name}`);
const alert = (name: string) => at(gcp.alert, `alarms-${name}`);
const threshold = "conditions[0].conditionThreshold.thresholdValue";
const tracing = { set: { tracing: { enabled: true } } };

/** What protects and watches the todo service. */
export const todoOperations: System["parts"] = {
    Deployment: [
        row(
            "Blue-green",
            at(aws.listener, "lb-https")("defaultActions[0].forward.targetGroups[1].weight", 100),
            at(gcp.urlMap, "lb")("defaultRouteAction.weightedBackendServices[1].weight", 100),
            {
                release: { api: 100 },
                note: "The document names it without a figure: a second service gets all requests at once, while the old one still runs",
            },
        ),
    ],
    Security: [
        row(
            "Certificate, issued and renewed by the cloud",
            at(aws.certificate)("domainName", "todo.example.com"),
            at(gcp.certificate)("managed.domains", ["todo.example.com"]),
        ),
        row(
            "HTTPS ends at the load balancer",
            at(aws.listener, "lb-https")("protocol", "HTTPS"),
            at(gcp.forwarding, "lb-https")("portRange", "443"),
        ),
        row(
            "WAF: SQL injection",
            at(aws.firewall)(
                "rules[name=AWSManagedRulesSQLiRuleSet].statement.managedRuleGroupStatement.name",
                "AWSManagedRulesSQLiRuleSet",
            ),
            at(gcp.firewall)("rules[description=sqli].action", "deny(403)"),
        ),
        row(
            "WAF: denial of service",
            at(aws.firewall)("rules[name=rate-limit].statement.rateBasedStatement.limit", 2000),
            at(gcp.firewall)("rules[description=rate-limit].rateLimitOptions.rateLimitThreshold.count", 2000),
            { note: "Requests of one address in five minutes; the document gives no figure: `firewall.rateLimit`" },
        ),
        row(
            "WAF: countries",
            at(aws.firewall)("rules[name=countries].statement.notStatement.statement.geoMatchStatement.countryCodes", [
                "JP",
            ]),
            at(gcp.firewall)("rules[description=countries].match.expr.expression", /JP/),
            {
                set: { firewall: { countries: { allow: ["JP"] } } },
                note: "The document names none: `firewall.countries`",
            },
        ),
        row(
            "Secrets: the database's credentials",
            at(aws.task, "api")("containerDefinitions[name=api].secrets[name=DB_PASSWORD].valueFrom", /:password::$/),
            at(gcp.run, "api")(
                "template.containers[name=api].envs[name=DB_PASSWORD].valueSource.secretKeyRef.secret",
                /todo-prod-db-credentials-password/,
            ),
        ),
        row(
            "Roles per service",
            at(aws.task, "api")("taskRoleArn", /todo-prod-api-task\.arn/),
            at(gcp.run, "api")("template.serviceAccount", /todo-prod-api-account\.email/),
        ),
        row(
            "Audit logs",
            not("Not built: CloudTrail belongs to the account, not to a stack"),
            not(
                "They belong to the project, not to a stack: the account's own stack has them ([docs/account.md](account.md))",
            ),
        ),
    ],
    "Logs and metrics": [
        row(
            "Log group `/ecs/fastapi-app`",
            at(aws.logGroup, "platform-logs")("name", "/ecs/todo/prod"),
            at(gcp.sink)("filter", /resource\.labels\.service_name=~"\^todo-prod-\(/),
            { note: "One a stack: `/ecs/<app>/<stack>`" },
        ),
        row(
            "Access logs of the load balancer",
            at(aws.loadBalancer)("accessLogs.enabled", true),
            at(gcp.backend, "lb-api")("logConfig.enable", true),
        ),
        row(
            "Logs of the database",
            at(aws.database, "db")("enabledCloudwatchLogsExports", ["postgresql", "upgrade"]),
            at(gcp.sink)("filter", /resource\.type="cloudsql_database"/),
        ),
        row(
            "Metrics of the service",
            at(aws.cluster)("settings[name=containerInsights].value", "enabled"),
            at(gcp.dashboard)("dashboardJson", /run\.googleapis\.com\/container\/cpu\/utilizations/),
        ),
        row(
            "Performance Insights; Cloud SQL performance",
            at(aws.database, "db")("performanceInsightsEnabled", true),
            at(gcp.database, "db")("settings.insightsConfig.queryInsightsEnabled", true),
        ),
        row(
            "X-Ray; Cloud Trace",
            at(aws.task, "api")("containerDefinitions[name=otel-collector].image", /aws-otel-collector/),
            at(gcp.run, "api")("template.containers[name=collector].image", /otelcol-google/),
            { ...tracing, note: "Off until asked for, as a collector beside each task costs" },
        ),
        row(
            "… which the service is told",
            at(aws.task, "api")(
                "containerDefinitions[name=api].environment[name=OTEL_EXPORTER_OTLP_ENDPOINT].value",
                "http://localhost:4318",
            ),
            at(gcp.run, "api")(
                "template.containers[name=api].envs[name=OTEL_EXPORTER_OTLP_ENDPOINT].value",
                "http://localhost:4318",
            ),
            tracing,
        ),
    ],
    Alarms: [
        row("AWS: CPU over 80 %", alarm("api-cpu")("threshold", 80), alert("api-cpu")(threshold, 0.8)),
        row("AWS: memory over 80 %", alarm("api-memory")("threshold", 80), alert("api-memory")(threshold, 0.8)),
        row(
            "Database connections",
            alarm("db-connections")("threshold", 1024),
            alert("db-connections")(threshold, 320),
            { note: "The document gives no figure: 80 % of what the class admits, beyond which connections fail" },
        ),
        row(
            "GCP: error rate over 5 %; AWS: HTTP 5xx rate",
            alarm("api-5xx")("threshold", 5),
            alert("api-5xx")(threshold, 0.05),
        ),
        row("GCP: latency over 1 s", alarm("api-latency")("threshold", 1), alert("api-latency")(threshold, 1000), {
            note: "The 95th percentile; seconds on AWS, milliseconds on GCP",
        }),
        row(
            "GCP: low number of instances",
            alarm("api-instances")("threshold", 2),
            alert("api-instances")(threshold, 1),
            { note: "Fewer than the minimum" },
        ),
        row(
            "Told at once",
            alarm("api-5xx")("alarmActions[0]", /todo-prod-alarms\.arn/),
            alert("api-5xx")("notificationChannels[0]", /todo-prod-alarms/),
            { set: { alarms: { emails: ["oncall@example.com"] } }, note: "By e-mail, to `alarms.emails`" },
        ),
    ],
};
