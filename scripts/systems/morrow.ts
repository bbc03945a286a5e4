import { morrowOperations } from "./morrow-operations";
import { beginsWithMinimum, noCpuTarget } from "./reasons";
import { at, byDefault, not, row, type Row, type System } from "./row";
import { aws, gcp } from "./types";

const task = (name: string) => at(aws.task, name);
const run = (name: string) => at(gcp.run, name);
const variable = (name: string) => `containerDefinitions[name=backend].environment[name=${name}].value`;
const tracking = (path: string) => `targetTrackingScalingPolicyConfiguration.${path}`;
const noCooldown = not("Cloud Run decides by itself when to add and remove instances");

const behavior = (path: string, index: number): Row =>
    row(
        `Behavior \`${path}\``,
        at(aws.distribution)(`orderedCacheBehaviors[${index}].pathPattern`, path),
        at(gcp.backend, "cdn-static")("cdnPolicy.cacheMode", "CACHE_ALL_STATIC"),
        index
            ? {}
            : { note: "Cloud CDN goes by the content type: scripts, styles and images are static, HTML and JSON not" },
    );

/** The document has one policy; it holds for both services. */
function scalingOf(name: string): Row[] {
    const cpu = at(aws.policy, `${name}-cpu`);
    const requests = at(aws.policy, `${name}-requests`);
    return [
        row(
            "Minimum 2",
            at(aws.scalable, `${name}-scale`)("minCapacity", 2),
            run(name)("template.scaling.minInstanceCount", 2),
        ),
        row(
            "Maximum 10",
            at(aws.scalable, `${name}-scale`)("maxCapacity", 10),
            run(name)("template.scaling.maxInstanceCount", 10),
        ),
        row("Desired 3", at(aws.service, name)("desiredCount", 3), beginsWithMinimum),
        row("`CPUUtilization` 70", cpu(tracking("targetValue"), 70), noCpuTarget),
        row("… out: 300 s", byDefault(cpu(tracking("scaleOutCooldown"), 300)), noCooldown),
        row("… in: 600 s", cpu(tracking("scaleInCooldown"), 600), noCooldown),
        row(
            "`RequestCount` 1,000",
            requests(tracking("targetValue"), 1000),
            run(name)("template.maxInstanceRequestConcurrency", 80),
            {
                note:
                    "Without a unit in the document: taken as requests a minute to one task, which is what AWS measures. " +
                    `Cloud Run goes by requests at a time, \`services.${name}.gcp.concurrency\``,
            },
        ),
        row("… out: 180 s", requests(tracking("scaleOutCooldown"), 180), noCooldown),
        row("… in: 300 s", byDefault(requests(tracking("scaleInCooldown"), 300)), noCooldown),
    ];
}

export const morrow: System = {
    app: "morrow",
    title: "🚀 デプロイメント",
    about: "Morrow: a Go API and a site before it, with PostgreSQL, Redis, a bucket and a CDN.",
    parts: {
        "Services and data": [
            row(
                "Backend on port 8080",
                task("backend")("containerDefinitions[name=backend].portMappings[0].containerPort", 8080),
                run("backend")("template.containers[name=backend].ports.containerPort", 8080),
            ),
            row(
                "Frontend on port 3000",
                task("frontend")("containerDefinitions[name=frontend].portMappings[0].containerPort", 3000),
                run("frontend")("template.containers[name=frontend].ports.containerPort", 3000),
            ),
            row(
                "PostgreSQL 15",
                at(aws.database, "db")("engineVersion", "15"),
                at(gcp.database, "db")("databaseVersion", "POSTGRES_15"),
            ),
            row(
                "Port 5432",
                at(aws.database, "db")("port", 5432),
                run("backend")("template.containers[name=backend].envs[name=DB_PORT].value", "5432"),
            ),
            row(
                "`DB_HOST`",
                task("backend")(variable("DB_HOST"), /morrow-prod-db\.address/),
                run("backend")(
                    "template.containers[name=backend].envs[name=DB_HOST].value",
                    /morrow-prod-db\.privateIpAddress/,
                ),
            ),
            row(
                "Redis 7",
                at(aws.cache, "redis")("engineVersion", "7.1"),
                at(gcp.cache, "redis")("redisVersion", "REDIS_7_2"),
            ),
            row(
                "Port 6379",
                at(aws.cache, "redis")("port", 6379),
                run("backend")("template.containers[name=backend].envs[name=REDIS_PORT].value", "6378"),
                { note: "Memorystore's port with TLS is 6378; the program is told by `REDIS_PORT`" },
            ),
            row(
                "`REDIS_HOST`",
                task("backend")(variable("REDIS_HOST"), /morrow-prod-redis\.primaryEndpointAddress/),
                run("backend")(
                    "template.containers[name=backend].envs[name=REDIS_HOST].value",
                    /morrow-prod-redis\.host/,
                ),
            ),
            row(
                "S3",
                task("backend")(variable("ASSETS_URL"), /^s3:\/\/\$\{morrow-prod-assets\.bucket\}/),
                run("backend")(
                    "template.containers[name=backend].envs[name=ASSETS_URL].value",
                    /^gs:\/\/\$\{morrow-prod-assets\.name\}/,
                ),
            ),
            row(
                "Staging has the same, smaller",
                at(aws.database, "db")("instanceClass", "db.t4g.medium"),
                at(gcp.database, "db")("settings.tier", "db-g1-small"),
                { environment: "staging" },
            ),
        ],
        "Names and certificates": [
            row(
                "Certificate for `api.morrow.app`",
                at(aws.certificate, "lb-certificate")("domainName", "api.morrow.app"),
                at(gcp.certificate, "lb-certificate-api-morrow-app")("managed.domains", ["api.morrow.app"]),
            ),
            row(
                "Alternative name `*.morrow.app`",
                at(aws.certificate, "lb-certificate")("subjectAlternativeNames", ["api.morrow.app", "*.morrow.app"]),
                at(gcp.certificate, "lb-certificate-any---morrow-app")("managed.domains", ["*.morrow.app"]),
            ),
            row(
                "Validation `DNS`",
                at(aws.certificate, "lb-certificate")("validationMethod", "DNS"),
                at("gcp:certificatemanager/dnsAuthorization:DnsAuthorization", "lb-proof-api-morrow-app")(
                    "domain",
                    "api.morrow.app",
                ),
                { note: "Both clouds renew by themselves what a record proves" },
            ),
            row(
                "Route 53",
                at(aws.record, "dns-api-morrow-app")("name", "api.morrow.app"),
                at(gcp.record, "dns-api-morrow-app")("name", "api.morrow.app."),
            ),
        ],
        CDN: [
            row(
                "Domain `cdn.morrow.app`",
                at(aws.distribution)("aliases", ["cdn.morrow.app"]),
                at(gcp.record, "dns-cdn-morrow-app")("name", "cdn.morrow.app."),
            ),
            row(
                "… with its own certificate, which CloudFront wants in us-east-1",
                at(aws.certificate, "cdn-certificate")("region", "us-east-1"),
                at(gcp.certificate, "lb-certificate-any---morrow-app")("managed.domains", ["*.morrow.app"]),
            ),
            row(
                "Origin `api.morrow.app`",
                at(aws.distribution)("origins[originId=static].domainName", "api.morrow.app"),
                at("gcp:compute/regionNetworkEndpointGroup:RegionNetworkEndpointGroup", "cdn-static")(
                    "cloudRun.service",
                    /morrow-prod-backend\.name/,
                ),
            ),
            row(
                "Origin path `/static`",
                at(aws.distribution)("origins[originId=static].originPath", "/static"),
                at(gcp.urlMap, "lb")(
                    "pathMatchers[name=host-cdn-morrow-app].routeRules[0].routeAction.urlRewrite.pathPrefixRewrite",
                    "/static/",
                ),
            ),
            behavior("*.js", 0),
            behavior("*.css", 1),
            behavior("*.png", 2),
            row(
                "Cache policy `managed-caching-optimized`",
                at(aws.distribution)("orderedCacheBehaviors[0].cachePolicyId", "658327ea-f89d-4fab-a63d-7e88639e58f6"),
                at(gcp.backend, "cdn-static")("cdnPolicy.defaultTtl", 86400),
                {
                    note: "The policy goes by its id; its own default is the same day, and the query string is no part of the key",
                },
            ),
        ],
        "Scaling of the backend": scalingOf("backend"),
        "Scaling of the frontend": scalingOf("frontend"),
        ...morrowOperations,
    },
    elsewhere: [
        {
            figure: "Compose file 3.8: 8080, 3000, 5432, 6379, `postgres:15-alpine`, `redis:7-alpine`, `postgres_data`",
            why:
                "Development is the same topology on a laptop: `cloud: local`, or the file that `twinstack compose` writes. " +
                "A stack there asks for no account, and tests hold its images and ports",
        },
        {
            figure: "`morrow_dev`, user `morrow`, password `password`",
            why: "Database and user are `app` on every target; the password is made and kept for each stack",
        },
        {
            figure: "`./backend:/app`, `REACT_NATIVE_PACKAGER_HOSTNAME=0.0.0.0`",
            why: "The development server's; the site here is plain",
        },
        {
            figure: "`golang:1.23-alpine`, `alpine:latest`",
            why: "In [workloads/morrow](../workloads/morrow): golang 1.24 and alpine 3.22, as neither 1.23 nor `latest` stays",
        },
        {
            figure: "`checkout@v4`, `configure-aws-credentials@v4`, `make test`, `make smoke-test-staging`",
            why:
                "`npx --no twinstack pipeline github`: test, build, `develop` to staging, `main` to production, smoke, audit; without static keys, " +
                "with an approval before production and a way back ([pipelines.md](pipelines.md))",
        },
        { figure: "Versions 1.0 and 1.1 of a drawing", why: "Examples" },
        { figure: "Recovery in five steps", why: "In the [runbook](runbook.md)" },
        { figure: "Configuration under version control", why: "This repository" },
    ],
};
