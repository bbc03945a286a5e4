import assert from "node:assert/strict";
import { readdirSync } from "node:fs";

import type { BookFile } from "../../cost/load";
import { refresh } from "../../cost/refresh";
import { alb, entry, folder, freshForEachTest, options, raw, tokyo, vendor, write } from "./harness";
import { offer, smallBook, type Row } from "./vendors";

describe("Refreshing AWS prices", () => {
    freshForEachTest();
    /** Refreshes a book of one price against rows of its offer, and returns what stands there then. */
    async function read(
        id: string,
        before: number | [number | null, number][],
        code: string,
        rows: Row[],
        region = tokyo,
        file = region,
    ) {
        write(smallBook("aws", { [id]: { [region]: before } }));
        offer(vendor, code, { [file]: rows });
        const { problems } = await refresh(options("aws"));
        assert.deepEqual(problems, []);
        const { value, tiers } = entry("aws", id, region);
        return value ?? tiers!.map((tier) => [tier.upTo, tier.value]);
    }

    it("takes the application load balancer's hour, not the network's, a trust store's or a reservation's", async () => {
        const rows = [
            { ...alb, operation: "LoadBalancing:Network", price: 0.031 },
            { ...alb, operation: "LoadBalancing", price: 0.032 },
            { ...alb, usage: "APN1-TS-LoadBalancerUsage", price: 0.033 },
            { ...alb, term: "Reserved", price: 0.034, description: 'less than "OnDemand"' },
            { ...alb, currency: "CNY", price: 0.035 },
            alb,
        ];
        assert.equal(await read("aws.alb.hour", 0.0243, "AWSELB", rows), 0.025);
    });

    it("does not take us-east-1's trust stores, whose usage type looks as if it had a region's prefix", async () => {
        const rows = [
            { ...alb, usage: "TS-LoadBalancerUsage", price: 0.01 },
            { ...alb, usage: "LoadBalancerUsage", price: 0.0226 },
        ];
        assert.equal(await read("aws.alb.hour", 0.0225, "AWSELB", rows, "us-east-1"), 0.0226);
    });

    it("takes PostgreSQL without extended support", async () => {
        const row = { usage: "APN1-InstanceUsage:db.t4g.micro", operation: "CreateDBInstance:0014", price: 0.026 };
        const rows = [
            { ...row, usage: "APN1-ExtendedSupport:Yr1-Yr2:InstanceUsage:db.t4g.micro", price: 0.04 },
            { ...row, operation: "CreateDBInstance:0002", price: 0.041 },
            { ...row, usage: "APN1-InstanceUsage:db.t4g.microx", price: 0.042 },
            { ...row, usage: "APN1-Multi-AZUsage:db.t4g.micro", price: 0.052 },
            row,
        ];
        assert.equal(await read("aws.rds.postgres.db.t4g.micro.single_az_hour", 0.025, "AmazonRDS", rows), 0.026);
    });

    it("takes Redis OSS without extended support, not Memcached", async () => {
        const row = { usage: "APN1-NodeUsage:cache.t4g.micro", operation: "CreateCacheCluster:0002", price: 0.026 };
        const rows = [
            { ...row, usage: "APN1-ExtendedSupportYr1Yr2NodeUsage:cache.t4g.micro", price: 0.04 },
            { ...row, operation: "CreateCacheCluster:0001", price: 0.023 },
            row,
        ];
        assert.equal(await read("aws.elasticache.redis.cache.t4g.micro.hour", 0.025, "AmazonElastiCache", rows), 0.026);
    });

    it("takes reads and writes of EFS apart, and throughput that is paid, not what is included", async () => {
        const row = { usage: "APN1-ETDataAccess-Bytes", price: 0.04 };
        const rows = [
            { ...row, access: "Read" },
            { ...row, access: "Write", price: 0.07 },
        ];
        assert.equal(await read("aws.efs.elastic_read_gb", 0.03, "AmazonEFS", rows), 0.04);
        assert.equal(await read("aws.efs.elastic_write_gb", 0.06, "AmazonEFS", rows), 0.07);
        const throughput = [
            { usage: "APN1-IncludedTP-MiBpsHrs", price: 0 },
            { usage: "APN1-ProvisionedTP-MiBpsHrs", price: 7.2 },
        ];
        assert.equal(await read("aws.efs.provisioned_mibps_month", 6, "AmazonEFS", throughput), 7.2);
    });

    for (const [id, before, code, usage, decoy, price, found] of [
        [
            "aws.efs.onezone_gb_month",
            0.16,
            "AmazonEFS",
            "APN1-TimedStorage-Z-ByteHrs",
            "APN1-TimedStorage-ByteHrs",
            0.192,
            0.192,
        ],
        [
            "aws.efs.ia_access_gb",
            0.01,
            "AmazonEFS",
            "APN1-IADataAccess-Bytes",
            "APN1-IATimedStorage-ByteHrs",
            0.012,
            0.012,
        ],
        [
            "aws.rds.gp3_iops_month",
            0.02,
            "AmazonRDS",
            "APN1-RDS:GP3-PIOPS",
            "APN1-RDS:Multi-AZ-GP3-PIOPS",
            0.024,
            0.024,
        ],
        [
            "aws.dynamodb.pitr_gb_month",
            0.2,
            "AmazonDynamoDB",
            "APN1-TimedPITRStorage-ByteHrs",
            "APN1-TimedStorage-ByteHrs",
            0.228,
            0.228,
        ],
        [
            "aws.xray.traces_recorded_million",
            4,
            "AWSXRay",
            "APN1-XRay-TracesStored",
            "APN1-XRay-TracesAccessed",
            0.000005,
            5,
        ],
        [
            "aws.xray.traces_retrieved_million",
            0.4,
            "AWSXRay",
            "APN1-XRay-TracesAccessed",
            "APN1-XRay-TracesStored",
            0.0000005,
            0.5,
        ],
        [
            "aws.sfn.transitions_1k",
            0.02,
            "AmazonStates",
            "APN1-StateTransition",
            "APN1-StepFunctions-Request",
            0.000025,
            0.025,
        ],
        [
            "aws.elasticache.redis.cache.r7g.large.hour",
            0.2,
            "AmazonElastiCache",
            "APN1-NodeUsage:cache.r7g.large",
            "APN1-NodeUsage:cache.r7gd.large",
            0.263,
            0.263,
        ],
        [
            "aws.rds.postgres.db.r6g.2xlarge.multi_az_hour",
            2,
            "AmazonRDS",
            "APN1-Multi-AZUsage:db.r6g.2xl",
            "APN1-Multi-AZUsage:db.r6gd.2xl",
            2.156,
            2.156,
        ],
    ] as const)
        it(`finds ${id} under its usage type, in the book's unit`, async () => {
            const operations: Record<string, string> = {
                AmazonElastiCache: "CreateCacheCluster:0002",
                AmazonRDS: "CreateDBInstance:0014",
            };
            const operation = operations[code] ?? "";
            const rows = [
                { usage: decoy, operation, price: price * 1.5 },
                { usage, operation, price },
            ];
            assert.equal(await read(id, before, code, rows), found);
        });

    it("finds NAT with EC2, under either name", async () => {
        const row = { usage: "APN1-NatGateway-Hours", operation: "NatGateway", family: "NAT Gateway", price: 0.061 };
        const regional = { ...row, usage: "APN1-RegionalNatGateway-Hours", price: 0.09 };
        assert.equal(await read("aws.nat.hour", 0.062, "AmazonEC2", [regional, row]), 0.061);
        assert.equal(await read("aws.nat.hour", 0.062, "AmazonEC2", [{ ...regional, price: 0.063 }]), 0.063);
    });

    it("counts in the book's units, without the dust of binary fractions", async () => {
        const put = { usage: "APN1-Requests-Tier1", price: "0.0000048000" };
        assert.equal(await read("aws.s3.put_1k", 0.0047, "AmazonS3", [put]), 0.0048);
        const key = { usage: "ap-northeast-1-KMS-Requests", price: "0.0000030000" };
        assert.equal(await read("aws.kms.requests_10k", 0.031, "awskms", [key]), 0.03);
    });

    it("leaves free tiers out, and keeps the bounds of the paid ones", async () => {
        const row = { usage: "APN1-DataTransfer-Out-Bytes", transfer: "AWS Outbound", sku: "OUT" };
        const rows: Row[] = [
            { ...row, from: 51200, to: "Inf", price: 0.086 },
            { ...row, from: 0, to: 1, price: "0.0000000000" },
            { ...row, from: 1, to: 10240, price: 0.114 },
            { ...row, from: 10240, to: 51200, price: 0.089 },
            { ...row, transfer: "InterRegion Outbound", sku: "INTER", price: 0.02 },
        ];
        const tiers = await read("aws.egress.internet_gb", 0.1, "AWSDataTransfer", rows);
        assert.deepEqual(tiers, [
            [10240, 0.114],
            [51200, 0.089],
            [null, 0.086],
        ]);
    });

    it("finds what knows no region among the others", async () => {
        const rows: Row[] = [
            { usage: "DNS-Queries", sku: "DNS", to: 1e9, price: 4e-7 },
            { usage: "DNS-Queries", sku: "DNS", from: 1e9, price: 2e-7 },
        ];
        const tiers = await read("aws.route53.queries_million", 0.4, "AmazonRoute53", rows, "global", "aws-other");
        assert.deepEqual(tiers, [
            [1000, 0.4],
            [null, 0.2],
        ]);
        const kinds: Row[] = [
            { usage: "LBR-Queries", price: 6e-7 },
            { usage: "Geo-Queries", price: 7e-7 },
            { usage: "Health-Check-AWS", sku: "HC", to: 50, price: 0 },
            { usage: "Health-Check-AWS", sku: "HC", from: 50, price: 0.5 },
            { usage: "Health-Check-Non-AWS", price: 0.75 },
            { usage: "Health-Check-Option-AWS", price: 1 },
        ];
        const ofRoute53 = (id: string, before: number) =>
            read(`aws.route53.${id}`, before, "AmazonRoute53", kinds, "global", "aws-other");
        assert.equal(await ofRoute53("latency_queries_million", 0.5), 0.6);
        assert.equal(await ofRoute53("geo_queries_million", 0.6), 0.7);
        assert.equal(await ofRoute53("health_check_aws_month", 0.4), 0.5);
        assert.equal(await ofRoute53("health_check_other_month", 0.7), 0.75);
        const edge = [
            { usage: "EU-DataTransfer-Out-Bytes", price: 0.08 },
            { usage: "JP-DataTransfer-Out-Bytes", price: 0.115 },
        ];
        assert.equal(await read("aws.cloudfront.gb", 0.114, "AmazonCloudFront", edge, "japan", "aws-other"), 0.115);
    });

    it("reads Fargate Spot from its feed", async () => {
        const id = "aws.fargate.spot.arm.vcpu_hour";
        write(smallBook("aws", { [id]: { "us-east-1": 0.0103, [tokyo]: 0.02 } }));
        const price = (region: string, unit: string, USD: string) => ({
            unit,
            price: { USD },
            attributes: { "aws:region": region },
        });
        vendor.pages["/spot.json"] = JSON.stringify({
            prices: [
                price("us-east-1", "vCPU-Hours", "0.013"),
                price(tokyo, "ARM-vCPU-Hours", "0.0158"),
                price("us-east-1", "ARM-vCPU-Hours", "0.0104"),
            ],
        });
        assert.deepEqual((await refresh(options("aws"))).problems, []);
        assert.equal(entry("aws", id, "us-east-1").value, 0.0104);
        assert.equal(entry("aws", id, tokyo).value, 0.0158);
    });

    it("dates and sources what it renews, keeps what no list is known for, and drops sources that nothing uses", async () => {
        const kept = "aws.cloudfront.invalidation_path";
        write(smallBook("aws", { "aws.alb.hour": { [tokyo]: 0.0243 }, [kept]: { [tokyo]: 7.2 } }));
        offer(vendor, "AWSELB", { [tokyo]: [alb] });
        const result = await refresh(options("aws"));
        assert.deepEqual(result.kept, [{ id: kept, region: tokyo }]);
        assert.deepEqual(result.changed, [
            {
                id: "aws.alb.hour",
                region: tokyo,
                before: { value: 0.0243, asOf: "2025-01-01", confidence: "medium", source: ["old"] },
                after: { value: 0.025 },
            },
        ]);
        assert.deepEqual(entry("aws", "aws.alb.hour", tokyo), {
            value: 0.025,
            asOf: "2026-11-22",
            confidence: "high",
            source: ["aws-price-list"],
        });
        assert.deepEqual(entry("aws", kept, tokyo).asOf, "2025-01-01");
        assert.deepEqual(Object.keys((JSON.parse(raw("aws")) as BookFile).sources), ["aws-price-list", "old"]);
        // Again: nothing else remains in the folder.
        assert.deepEqual(readdirSync(folder).sort(), ["aws", "aws.json", "cache"]);
    });

    it("adds a region, if its prices are not far from those elsewhere", async () => {
        const book = smallBook("aws", { "aws.alb.hour": { [tokyo]: 0.0243 }, "aws.nlb.hour": { [tokyo]: 0.0243 } });
        const rows = [
            { ...alb, usage: "EUN1-LoadBalancerUsage", price: 0.0239 },
            { ...alb, usage: "EUN1-LoadBalancerUsage", operation: "LoadBalancing:Network", price: 0.0238 },
        ];
        write(book);
        offer(vendor, "AWSELB", { "eu-north-1": rows });
        const { added, problems } = await refresh(options("aws", { region: "eu-north-1" }));
        assert.deepEqual(problems, []);
        assert.equal(added.length, 2);
        assert.equal(entry("aws", "aws.alb.hour", "eu-north-1").value, 0.0239);
        assert.equal(entry("aws", "aws.alb.hour", tokyo).value, 0.0243);

        write(book);
        offer(vendor, "AWSELB", { "eu-north-1": [rows[0], { ...rows[1], price: 23.8 }] }, "20261121");
        const wrong = await refresh(options("aws", { region: "eu-north-1" }));
        assert.deepEqual(wrong.problems, [
            "aws.nlb.hour in eu-north-1: 23.8 is more than 5 times off from its price in any other region",
        ]);
    });
});
