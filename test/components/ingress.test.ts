import assert from "node:assert/strict";

import * as acm from "@pulumi/aws/acm";
import * as ecs from "@pulumi/aws/ecs";
import * as lb from "@pulumi/aws/lb";
import * as route53 from "@pulumi/aws/route53";
import * as s3 from "@pulumi/aws/s3";
import * as certificatemanager from "@pulumi/gcp/certificatemanager";
import * as compute from "@pulumi/gcp/compute";
import * as dns from "@pulumi/gcp/dns";
import * as monitoring from "@pulumi/gcp/monitoring";

import { apps } from "../../apps";
import { deploy } from "../../stacks";
import { plannedGates } from "../../stacks/memory";
import type { AppInput } from "../../topology/app";
import { resolve } from "../../topology/validate";
import { plan, type TestPlan } from "../recorded";
import { vpc } from "./rules";
import { on, settings, todoOn, todoOnBoth } from "./stack";

const withoutDomain = (cloud: "aws" | "gcp") => {
    const { stack, config } = settings(cloud, "dev");
    const { "twinstack:domain": _, ...rest } = config;
    return plan(() => deploy(resolve({ stack, config: rest }, apps), plannedGates()), { stack });
};

describe("Ingress", () => {
    it("redirects HTTP to HTTPS for good", async () => {
        const { aws, gcp } = await todoOnBoth();

        const http = aws.of(lb.Listener).find(({ inputs }) => inputs.port === 80)?.inputs.defaultActions[0];
        assert.equal(http?.type, "redirect");
        assert.deepEqual(http?.redirect, { port: "443", protocol: "HTTPS", statusCode: "HTTP_301" });
        const redirect = gcp.of(compute.URLMap).find(({ inputs }) => inputs.defaultUrlRedirect)
            ?.inputs.defaultUrlRedirect;
        assert.deepEqual(
            [redirect?.httpsRedirect, redirect?.redirectResponseCode],
            [true, "MOVED_PERMANENTLY_DEFAULT"],
        );
        assert.deepEqual(
            gcp
                .of(compute.GlobalForwardingRule)
                .map(({ inputs }) => inputs.portRange)
                .sort(),
            ["443", "80"],
        );
    });

    it("ends TLS 1.3 with a certificate that is validated through the zone", async () => {
        const { aws, gcp } = await todoOnBoth();

        const https = aws.of(lb.Listener).find(({ inputs }) => inputs.port === 443)?.inputs;
        assert.match(https!.sslPolicy!, /TLS13/);
        const certificate = aws.one(acm.Certificate).inputs;
        assert.deepEqual([certificate.domainName, certificate.validationMethod], ["todo.example.com", "DNS"]);
        assert.equal(aws.one(acm.CertificateValidation).inputs.validationRecordFqdns?.length, 1);
        assert.equal(aws.one(route53.Record, "-dns-todo-example-com---proof").inputs.zoneId, "${zone.example.com}");
        assert.match(JSON.stringify(gcp.resources), /"todo\.example\.com"/);
        assert.ok(gcp.one(compute.TargetHttpsProxy).inputs.sslPolicy);
    });

    it("asks the service for its health on its own port", async () => {
        const group = (await todoOn("aws")).one(lb.TargetGroup).inputs;

        assert.deepEqual([group.protocol, group.targetType, group.healthCheck?.port], ["HTTP", "ip", undefined]);
        assert.equal((await todoOn("aws")).one(ecs.Service).inputs.loadBalancers?.[0].containerPort, 8000);
        assert.deepEqual(group.healthCheck, {
            path: "/health-check",
            matcher: "200",
            interval: 10,
            timeout: 5,
            healthyThreshold: 2,
            unhealthyThreshold: 3,
        });
    });

    it("is open to the world on 443 and 80, and on 80 alone without a domain", async () => {
        const open = (rules: ReturnType<typeof vpc>) =>
            rules.ingress
                .filter(({ from }) => from === "0.0.0.0/0")
                .map(({ port }) => port)
                .sort();

        assert.deepEqual(open(vpc(await todoOn("aws"))), [443, 80]);
        assert.deepEqual(open(vpc(await withoutDomain("aws"))), [80]);
    });

    it("serves plain HTTP without a domain, on both clouds", async () => {
        const [aws, gcp] = [await withoutDomain("aws"), await withoutDomain("gcp")];

        assert.equal(aws.one(lb.Listener, "-http").inputs.defaultActions[0].type, "forward");
        assert.equal(aws.of(acm.Certificate).length, 0);
        assert.equal(aws.outputs.url, "http://${todo-dev-lb.dnsName}");
        assert.equal(gcp.one(compute.GlobalForwardingRule).inputs.portRange, "80");
        assert.equal(gcp.of(compute.TargetHttpsProxy).length, 0);
        assert.match(String(gcp.outputs.url), /^http:\/\/\$\{/);
    });

    it("drops invalid headers, and cannot be deleted in prod", async () => {
        for (const [environment, protection] of [
            ["dev", false],
            ["prod", true],
        ] as const) {
            const balancer = (await todoOn("aws", {}, environment)).one(lb.LoadBalancer).inputs;
            assert.equal(balancer.dropInvalidHeaderFields, true);
            assert.equal(balancer.enableDeletionProtection, protection);
        }
    });

    it("logs every request: to a locked-down bucket that forgets, and to Cloud Logging", async () => {
        const { aws, gcp } = await todoOnBoth();

        assert.deepEqual(aws.one(lb.LoadBalancer).inputs.accessLogs, {
            enabled: true,
            bucket: "${todo-dev-lb-logs.id}",
        });
        const block = aws.one(s3.BucketPublicAccessBlock).inputs;
        assert.deepEqual(
            [block.blockPublicAcls, block.blockPublicPolicy, block.ignorePublicAcls, block.restrictPublicBuckets],
            [true, true, true, true],
        );
        assert.deepEqual(aws.one(s3.BucketLifecycleConfiguration).inputs.rules?.[0].expiration, { days: 7 });
        const policy = JSON.parse(String(aws.one(s3.BucketPolicy).inputs.policy));
        assert.deepEqual(
            policy.Statement.map(({ Effect }: { Effect: string }) => Effect),
            ["Allow", "Deny"],
        );
        const logging = gcp.one(compute.BackendService).inputs.logConfig;
        assert.deepEqual([logging?.enable, logging?.sampleRate], [true, 1]);
    });

    it("leads to Cloud Run through a serverless network endpoint group", async () => {
        const { one } = await todoOn("gcp");

        const group = one(compute.RegionNetworkEndpointGroup).inputs;
        assert.equal(group.networkEndpointType, "SERVERLESS");
        assert.ok(group.cloudRun?.service);
        assert.equal(one(compute.BackendService).inputs.loadBalancingScheme, "EXTERNAL_MANAGED");
    });

    it("puts the name into the zone: an alias, and a record", async () => {
        const { aws, gcp } = await todoOnBoth();

        const alias = aws.one(route53.Record, "-dns-todo-example-com").inputs;
        assert.deepEqual(
            [alias.name, alias.type, alias.aliases?.[0].name],
            ["todo.example.com", "A", "${todo-dev-lb.dnsName}"],
        );
        const record = gcp.one(dns.RecordSet, "-dns-todo-example-com").inputs;
        assert.deepEqual([record.name, record.type, record.managedZone], ["todo.example.com.", "A", "example-com"]);
    });
});

/** A page and an API in one container, and a second service, on names of their own. */
const several = {
    services: {
        weather: {
            image: { reference: "registry.example.com/weather:1.0" },
            ports: { ui: 8501, api: 8000 },
            routes: [{ host: "demo.example.com" }, { path: "/api/*", port: "api" }],
            health: { path: "/health", readyPath: "/ready", portPaths: { ui: "/_stcore/health" } },
            drainSeconds: 45,
        },
        admin: {
            image: { reference: "registry.example.com/admin:1.0" },
            ports: { http: 3000 },
            routes: [{ host: "admin.example.com" }],
            health: { path: "/health" },
        },
        worker: {
            image: { reference: "registry.example.com/worker:1.0" },
            ports: { http: 3000 },
            routes: [],
            health: { path: "/health" },
        },
    },
    alarms: { enabled: true, emails: ["ops@example.com"] },
    domain: { name: "demo.example.com", alternativeNames: ["*.demo.example.com", "*.apps.example.com"] },
} satisfies Omit<AppInput, "name">;

describe("Ingress of several ports and names", () => {
    let aws: TestPlan;
    let gcp: TestPlan;
    before(async () => {
        aws = await on("aws", several);
        gcp = await on("gcp", several);
    });
    const bases = ["demo.example.com", "apps.example.com", "admin.example.com"];
    const names = ["demo.example.com", "*.demo.example.com", "*.apps.example.com", "admin.example.com"];

    it("has one load balancer, and a target for each port that a route leads to", () => {
        assert.equal(aws.of(lb.LoadBalancer).length, 1);
        assert.deepEqual(
            aws
                .of(lb.TargetGroup)
                .map(({ name, inputs }) => [name, inputs.healthCheck?.path, inputs.deregistrationDelay]),
            [
                ["demo-dev-lb-admin", "/health", 30],
                ["demo-dev-lb-weather", "/_stcore/health", 45],
                ["demo-dev-lb-weather-api", "/ready", 45],
            ],
        );
        assert.deepEqual(
            gcp.of(compute.BackendService).map(({ name }) => name),
            ["demo-dev-lb-admin", "demo-dev-lb-weather", "demo-dev-lb-weather-api"],
        );
    });

    it("is asked from outside for the health of the port that the domain leads to", () => {
        const { httpCheck, monitoredResource } = gcp.one(monitoring.UptimeCheckConfig).inputs;
        assert.equal(monitoredResource?.labels.host, "demo.example.com");
        assert.equal(httpCheck?.path, "/_stcore/health");
    });

    it("leads by host and by path, and answers 404 to what nobody takes", () => {
        assert.deepEqual(
            new Set(
                aws
                    .of(lb.ListenerRule)
                    .filter(isPublic)
                    .map(({ inputs }) => [targetOf(inputs), inputs.conditions[0]]),
            ),
            new Set([
                ["demo-dev-lb-admin", { hostHeader: { values: ["admin.example.com"] } }],
                ["demo-dev-lb-weather", { hostHeader: { values: ["demo.example.com"] } }],
                ["demo-dev-lb-weather-api", { pathPattern: { values: ["/api/*", "/api"] } }],
            ]),
        );
        const https = aws.of(lb.Listener).find(({ inputs }) => inputs.port === 443);
        assert.equal(https?.inputs.defaultActions[0].fixedResponse?.statusCode, "404");
        const map = gcp.of(compute.URLMap).find(({ inputs }) => inputs.hostRules)?.inputs;
        assert.deepEqual(
            map?.hostRules?.map(({ hosts }) => hosts),
            [["*"], ["admin.example.com"], ["demo.example.com"]],
        );
        assert.equal(map?.defaultRouteAction?.faultInjectionPolicy?.abort?.httpStatus, 404);
    });

    it("proves each name once, a wildcard by the name that it stands beneath", () => {
        const { domainName, subjectAlternativeNames } = aws.one(acm.Certificate).inputs;
        assert.equal(domainName, names[0]);
        assert.deepEqual(subjectAlternativeNames, names);
        const proofs = aws.of(route53.Record).filter(({ name }) => name.endsWith("---proof"));
        assert.deepEqual(
            proofs.map(({ name, inputs }) => [name, inputs.name]),
            [
                ["demo-dev-dns-admin-example-com---proof", option(3)],
                ["demo-dev-dns-apps-example-com---proof", option(2)],
                ["demo-dev-dns-demo-example-com---proof", option(0)],
            ],
        );
        assert.equal(aws.one(acm.CertificateValidation).inputs.validationRecordFqdns?.length, bases.length);

        const authorizations = gcp.of(certificatemanager.DnsAuthorization).map(({ inputs }) => inputs.domain);
        assert.deepEqual(authorizations.sort(), [...bases].sort());
        assert.deepEqual(
            gcp.of(dns.RecordSet, "---proof").map(({ name }) => name),
            proofs.map(({ name }) => name),
        );
    });

    it("certifies each name by itself on GCP, and answers whoever asks for another with the domain's", () => {
        const certificates = gcp.of(certificatemanager.Certificate);
        assert.deepEqual(
            certificates.map(({ inputs }) => inputs.managed?.domains).sort(),
            names.map((n) => [n]).sort(),
        );
        const entries = gcp.of(certificatemanager.CertificateMapEntry);
        const byHost = new Map(entries.map(({ inputs }) => [inputs.hostname ?? inputs.matcher, inputs.certificates]));
        assert.deepEqual([...byHost.keys()].sort(), ["PRIMARY", ...names].sort());
        for (const { name, inputs } of certificates)
            assert.deepEqual(byHost.get(inputs.managed!.domains![0]), [`\${${name}.id}`]);
        assert.deepEqual(byHost.get("PRIMARY"), byHost.get("demo.example.com"));
        const [wildcard] = gcp.of(certificatemanager.Certificate, "-any---apps-example-com");
        assert.deepEqual(wildcard.inputs.managed?.dnsAuthorizations, ["${demo-dev-lb-proof-apps-example-com.id}"]);
    });

    it("leads nobody to a service before it runs, on AWS by a listener that nobody reaches", () => {
        const tying = aws.one(lb.Listener, "-tying");
        assert.ok(!vpc(aws).ingress.some(({ port }) => port === tying.inputs.port));
        const tied = aws.of(lb.ListenerRule).filter((rule) => !isPublic(rule));
        assert.deepEqual(tied.map(({ inputs }) => targetOf(inputs)).sort(), [
            "demo-dev-lb-admin",
            "demo-dev-lb-weather",
            "demo-dev-lb-weather-api",
        ]);
        assert.equal(new Set(tied.map(({ inputs }) => inputs.priority)).size, 3);
        const waits = ({ name, dependencies }: { name: string; dependencies: string[] }, service: string) =>
            assert.ok(
                dependencies.some((urn) => urn.endsWith(`aws:ecs/service:Service::demo-dev-${service}`)),
                `${name} does not wait for ${service}`,
            );
        // The entrance opens once all of them run; a rule, once what it leads to does.
        for (const service of ["weather", "admin"]) waits(aws.one(lb.Listener, "-https"), service);
        for (const rule of aws.of(lb.ListenerRule).filter(isPublic))
            waits(rule, targetOf(rule.inputs)!.replace("demo-dev-lb-", "").replace(/-api$/, ""));
    });

    it("puts each host into the zone, and no name that only the certificate has", () => {
        const hosts = ["admin.example.com", "demo.example.com"];
        const aliases = aws.of(route53.Record).filter(({ inputs }) => inputs.aliases);
        assert.deepEqual(aliases.map(({ inputs }) => inputs.name).sort(), hosts);
        const records = gcp.of(dns.RecordSet).filter(({ inputs }) => inputs.type === "A");
        assert.deepEqual(
            records.map(({ inputs }) => inputs.name).sort(),
            hosts.map((host) => `${host}.`),
        );
    });

    const isPublic = ({ name }: { name: string }) => name.includes("-rule-");
    const targetOf = ({ actions }: { actions: { targetGroupArn?: string }[] }) =>
        actions[0].targetGroupArn?.match(/^\$\{(.*)\.arn\}$/)?.[1];
    const option = (index: number) =>
        `\${demo-dev-lb-certificate.domainValidationOptions[${index}].resourceRecordName}`;
});
