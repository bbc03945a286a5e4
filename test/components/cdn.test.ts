import assert from "node:assert/strict";

import * as acm from "@pulumi/aws/acm";
import * as cloudfront from "@pulumi/aws/cloudfront";
import * as cloudwatch from "@pulumi/aws/cloudwatch";
import * as route53 from "@pulumi/aws/route53";
import * as s3 from "@pulumi/aws/s3";
import * as wafv2 from "@pulumi/aws/wafv2";
import * as certificatemanager from "@pulumi/gcp/certificatemanager";
import * as compute from "@pulumi/gcp/compute";
import * as dns from "@pulumi/gcp/dns";
import * as storage from "@pulumi/gcp/storage";

import type { AppInput } from "../../topology/app";
import type { TestPlan } from "../recorded";
import { on } from "./stack";

/** An API whose static files are cached by their endings, before a bucket of downloads. */
const app = {
    services: {
        backend: {
            image: { reference: "registry.example.com/backend:1.0" },
            ports: { http: 8080 },
            routes: [{ host: "api.example.com" }],
            health: { path: "/health" },
        },
    },
    buckets: { assets: {} },
    firewall: { enabled: true },
    cdn: {
        host: "cdn.example.com",
        origins: { static: { service: "backend", path: "/static" }, assets: { bucket: "assets" } },
        behaviors: [{ path: "/downloads/*", origin: "assets" }, { path: "*.js" }, { path: "*.css" }],
    },
} satisfies Omit<AppInput, "name">;

describe("Cdn", () => {
    let aws: TestPlan;
    let gcp: TestPlan;
    before(async () => {
        aws = await on("aws", app);
        gcp = await on("gcp", app);
    });
    const matcher = ({ of }: TestPlan) =>
        of(compute.URLMap)
            .flatMap(({ inputs }) => inputs.pathMatchers ?? [])
            .find(({ name }) => name === "host-cdn-example-com");

    it("waits for an origin's answer as long as the service says", async () => {
        const waits = (plan: TestPlan) =>
            plan.one(cloudfront.Distribution).inputs.origins.find(({ originId }) => originId === "static")
                ?.customOriginConfig?.originReadTimeout;
        assert.equal(waits(aws), undefined);
        const patient = { ...app, services: { backend: { ...app.services.backend, timeoutSeconds: 100 } } };
        assert.equal(waits(await on("aws", patient)), 100);
    });

    it("answers under its own name, over TLS 1.2 and later, with a certificate where CloudFront looks for it", () => {
        const { inputs } = aws.one(cloudfront.Distribution);

        assert.deepEqual(inputs.aliases, ["cdn.example.com"]);
        assert.deepEqual(inputs.viewerCertificate, {
            acmCertificateArn: "${demo-dev-cdn-certificate.arn}",
            sslSupportMethod: "sni-only",
            minimumProtocolVersion: "TLSv1.2_2021",
        });
        assert.equal(inputs.httpVersion, "http2and3");
        const { domainName, region } = aws.one(acm.Certificate, "-cdn-certificate").inputs;
        assert.deepEqual([domainName, region], ["cdn.example.com", "us-east-1"]);
        assert.equal(aws.one(acm.CertificateValidation, "-cdn-validated").inputs.region, "us-east-1");
        // On the other cloud it is a host of the load balancer.
        const certificate = gcp.one(certificatemanager.Certificate, "-lb-certificate-cdn-example-com").inputs;
        assert.deepEqual(certificate.managed?.domains, ["cdn.example.com"]);
    });

    it("is in the zone, for IPv4 and IPv6 where the cloud has both", () => {
        const records = aws.of(route53.Record).filter(({ inputs }) => inputs.name === "cdn.example.com");
        assert.deepEqual(
            records.map(({ inputs }) => [inputs.type, inputs.aliases?.[0].name]),
            [
                ["A", "${demo-dev-cdn.domainName}"],
                ["AAAA", "${demo-dev-cdn.domainName}"],
            ],
        );
        const { name, rrdatas } = gcp.one(dns.RecordSet, "-dns-cdn-example-com").inputs;
        assert.ok(name === "cdn.example.com." && rrdatas?.[0] === "${demo-dev-lb-address.address}");
    });

    it("fetches from a service by its own host over TLS alone, below the origin's path", () => {
        const [origin] = aws.one(cloudfront.Distribution).inputs.origins;

        assert.deepEqual([origin.domainName, origin.originPath], ["api.example.com", "/static"]);
        assert.equal(origin.customOriginConfig?.originProtocolPolicy, "https-only");
        const rules = matcher(gcp)?.routeRules?.map(({ priority, matchRules, service, routeAction }) => [
            priority,
            matchRules?.[0].prefixMatch,
            service,
            routeAction?.urlRewrite?.pathPrefixRewrite,
        ]);
        assert.deepEqual(rules, [
            [1, "/downloads/", "${demo-dev-cdn-assets.id}", undefined],
            [2, "/", "${demo-dev-cdn-static.id}", "/static/"],
        ]);
        const group = gcp.one(compute.RegionNetworkEndpointGroup, "-cdn-static").inputs;
        assert.equal(group.cloudRun?.service, "${demo-dev-backend.name}");
    });

    it("keeps what was said, by AWS's policy for it, and by content type on the other cloud", () => {
        const { defaultCacheBehavior, orderedCacheBehaviors } = aws.one(cloudfront.Distribution).inputs;

        assert.deepEqual(
            orderedCacheBehaviors?.map(({ pathPattern, targetOriginId, cachePolicyId, viewerProtocolPolicy }) => [
                pathPattern,
                targetOriginId,
                cachePolicyId,
                viewerProtocolPolicy,
            ]),
            [
                ["/downloads/*", "assets", "658327ea-f89d-4fab-a63d-7e88639e58f6", "redirect-to-https"],
                ["*.js", "static", "658327ea-f89d-4fab-a63d-7e88639e58f6", "redirect-to-https"],
                ["*.css", "static", "658327ea-f89d-4fab-a63d-7e88639e58f6", "redirect-to-https"],
            ],
        );
        assert.equal(defaultCacheBehavior.targetOriginId, "static");
        assert.equal(defaultCacheBehavior.cachePolicyId, "4135ea2d-6df8-44a3-9df3-4b5a84be39ad");

        const { enableCdn, cdnPolicy, securityPolicy } = gcp.one(compute.BackendService, "-cdn-static").inputs;
        assert.deepEqual([enableCdn, cdnPolicy?.cacheMode], [true, "CACHE_ALL_STATIC"]);
        assert.equal(securityPolicy, "${demo-dev-firewall.id}");
        // The service's other entrance keeps nothing.
        assert.equal(gcp.one(compute.BackendService, "-lb-backend").inputs.enableCdn, undefined);
    });

    it("keeps nothing where nothing was said", async () => {
        const plain = { ...app, cdn: { ...app.cdn, origins: { static: app.cdn.origins.static }, behaviors: [] } };
        const onAws = (await on("aws", plain)).one(cloudfront.Distribution).inputs;
        assert.deepEqual(onAws.orderedCacheBehaviors, []);
        const backend = (await on("gcp", plain)).one(compute.BackendService, "-cdn-static-uncached");
        assert.equal(backend.inputs.enableCdn, undefined);
    });

    it("goes by the route and the port that take what it asks for", async () => {
        const backend = {
            ...app.services.backend,
            ports: { http: 8080, files: 8081 },
            routes: [
                { host: "api.example.com", path: "/api/*" },
                { host: "files.example.com", path: "/static/*", port: "files" },
            ],
        };
        const split = { ...app, services: { backend } };
        const [origin] = (await on("aws", split)).one(cloudfront.Distribution).inputs.origins;
        assert.equal(origin.domainName, "files.example.com");
        const group = (await on("gcp", split)).one(compute.RegionNetworkEndpointGroup, "-cdn-static").inputs;
        assert.equal(group.cloudRun?.service, "${demo-dev-backend-files.name}");
    });

    it("is a private bucket's one new reader", () => {
        const [, origin] = aws.one(cloudfront.Distribution).inputs.origins;
        assert.equal(origin.domainName, "${demo-dev-assets.bucketRegionalDomainName}");
        assert.equal(origin.originAccessControlId, "${demo-dev-cdn.id}");
        const control = aws.one(cloudfront.OriginAccessControl).inputs;
        assert.deepEqual([control.signingBehavior, control.signingProtocol], ["always", "sigv4"]);
        const { Statement } = JSON.parse(String(aws.one(s3.BucketPolicy, "-assets-policy").inputs.policy)) as {
            Statement: { Effect: string; Principal: unknown; Action: string; Condition: unknown }[];
        };
        assert.deepEqual(
            Statement.filter(({ Effect }) => Effect === "Allow").map(({ Principal, Action, Condition }) => [
                Principal,
                Action,
                Condition,
            ]),
            [
                [
                    { Service: "cloudfront.amazonaws.com" },
                    "s3:GetObject",
                    { StringEquals: { "aws:SourceArn": "${demo-dev-cdn.arn}" } },
                ],
            ],
        );

        const backend = gcp.one(compute.BackendBucket).inputs;
        assert.deepEqual([backend.enableCdn, backend.cdnPolicy?.cacheMode], [true, "FORCE_CACHE_ALL"]);
        const reader = gcp.one(storage.BucketIAMMember, "-cdn-assets-reader").inputs;
        assert.deepEqual(
            [reader.role, reader.member],
            ["roles/storage.objectViewer", "serviceAccount:service-${project.number}@https-lb.iam.gserviceaccount.com"],
        );
    });

    it("judges visitors at the edge, and the load balancer lets pass what was judged there", () => {
        const edge = aws.one(wafv2.WebAcl, "-firewall-cdn").inputs;
        assert.deepEqual([edge.scope, edge.region], ["CLOUDFRONT", "us-east-1"]);
        assert.equal(aws.one(cloudfront.Distribution).inputs.webAclId, "${demo-dev-firewall-cdn.arn}");

        const [first, ...others] = aws.one(wafv2.WebAcl, "-firewall").inputs.rules ?? [];
        const match = first.statement?.byteMatchStatement;
        assert.deepEqual(first.action, { allow: {} });
        assert.equal(match?.positionalConstraint, "EXACTLY");
        assert.deepEqual(
            others.map(({ name }) => name),
            edge.rules?.map(({ name }) => name),
        );
        const [origin] = aws.one(cloudfront.Distribution).inputs.origins;
        assert.equal(origin.customHeaders?.[0].name, match?.fieldToMatch?.singleHeader?.name);
        // Neither a plan nor a log of the firewall shows its value.
        assert.doesNotMatch(JSON.stringify([origin, first]), /firewall-proof/);
        for (const { inputs } of aws.of(wafv2.WebAclLoggingConfiguration))
            assert.ok(inputs.redactedFields?.some(({ singleHeader }) => singleHeader?.name === "x-cdn-proof"));
    });

    it("has a firewall that reads as much of a body as asked, where the load balancer's reads 8 KB", async () => {
        const read = (plan: TestPlan, suffix: string) =>
            plan.one(wafv2.WebAcl, suffix).inputs.associationConfig?.requestBodies?.[0].cloudfront
                ?.defaultSizeInspectionLimit;
        assert.deepEqual([read(aws, "-firewall"), read(aws, "-firewall-cdn")], [undefined, "KB_16"]);
        const more = await on("aws", { ...app, firewall: { enabled: true, bodyKb: 48, largeBodies: "block" } });
        assert.deepEqual([read(more, "-firewall"), read(more, "-firewall-cdn")], [undefined, "KB_48"]);
        const limit = (suffix: string) =>
            more.one(wafv2.WebAcl, suffix).inputs.rules?.find(({ name }) => name === "large-bodies")?.statement
                ?.sizeConstraintStatement?.size;
        assert.deepEqual([limit("-firewall"), limit("-firewall-cdn")], [8192, 48 * 1024]);
    });

    it("says what browsers must not do, unless the origin says so itself", () => {
        const { defaultCacheBehavior, orderedCacheBehaviors = [] } = aws.one(cloudfront.Distribution).inputs;
        for (const { responseHeadersPolicyId } of [defaultCacheBehavior, ...orderedCacheBehaviors])
            assert.equal(
                responseHeadersPolicyId,
                "67f7725c-6f97-4210-82d7-5512b31e9d03",
                "AWS's SecurityHeadersPolicy",
            );

        const { customResponseHeaders } = gcp.one(compute.BackendBucket).inputs;
        assert.deepEqual(
            customResponseHeaders?.map((header) => header.split(":")[0]),
            [
                "X-Content-Type-Options",
                "Strict-Transport-Security",
                "X-Frame-Options",
                "Referrer-Policy",
                "X-XSS-Protection",
            ],
        );
        const headers = (suffix: string) => gcp.one(compute.BackendService, suffix).inputs.customResponseHeaders;
        // Google's would replace what a service says itself.
        assert.deepEqual(headers("-cdn-static"), ["X-Content-Type-Options: nosniff"]);
        assert.equal(headers("-lb-backend"), undefined);
    });

    it("keeps countries out of caches and buckets too, where backends' policies are not asked", async () => {
        const closed = { ...app, firewall: { enabled: true, countries: { block: ["KP"] } } };
        const onGcp = await on("gcp", closed);
        const edge = onGcp.one(compute.SecurityPolicy, "-firewall-edge").inputs;
        const rules = edge.rules?.map(({ action, match }) => [action, match.expr?.expression]);
        assert.equal(edge.type, "CLOUD_ARMOR_EDGE");
        assert.deepEqual(rules, [
            ["deny(403)", "'[KP]'.contains(origin.region_code)"],
            ["allow", undefined],
        ]);
        const policyOf = ({ name, inputs }: { name: string; inputs: { edgeSecurityPolicy?: string } }) => [
            name,
            inputs.edgeSecurityPolicy,
        ];
        assert.deepEqual([...onGcp.of(compute.BackendService), ...onGcp.of(compute.BackendBucket)].map(policyOf), [
            ["demo-dev-cdn-static", "${demo-dev-firewall-edge.id}"],
            ["demo-dev-lb-backend", undefined],
            ["demo-dev-cdn-assets", "${demo-dev-firewall-edge.id}"],
        ]);
        const geo = (await on("aws", closed)).one(wafv2.WebAcl, "-firewall-cdn").inputs.rules;
        assert.ok(geo?.some(({ statement }) => statement?.geoMatchStatement?.countryCodes.includes("KP")));
        assert.equal(gcp.of(compute.SecurityPolicy).length, 1);
    });

    it("has names that Google takes, however long an origin's is", async () => {
        const name = "a-name-of-forty-seven-characters-as-topology-admits";
        const named = { ...app.cdn, origins: { [name]: app.cdn.origins.static }, behaviors: [] };
        const { of } = await on("gcp", { ...app, cdn: named });
        for (const { name: called } of of(compute.BackendService)) assert.ok(called.length <= 55, called);
    });

    it("has no second firewall to pay for where there is no first", async () => {
        const open = await on("aws", { ...app, firewall: { enabled: false } });
        assert.equal(open.of(wafv2.WebAcl).length, 0);
        assert.equal(open.one(cloudfront.Distribution).inputs.origins[0].customHeaders, undefined);
    });

    it("logs every request", () => {
        const source = aws.one(cloudwatch.LogDeliverySource).inputs;
        assert.deepEqual(
            [source.logType, source.resourceArn, source.region],
            ["ACCESS_LOGS", "${demo-dev-cdn.arn}", "us-east-1"],
        );
        const destination = aws.one(cloudwatch.LogDeliveryDestination).inputs.deliveryDestinationConfiguration;
        assert.equal(destination?.destinationResourceArn, "${demo-dev-cdn-logs.arn}");
        assert.match(
            String(aws.one(s3.BucketPolicy, "-cdn-logs-policy").inputs.policy),
            /"delivery\.logs\.amazonaws\.com"/,
        );
        assert.equal(gcp.one(compute.BackendService, "-cdn-static").inputs.logConfig?.sampleRate, 1);
    });
});
