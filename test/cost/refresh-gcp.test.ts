import assert from "node:assert/strict";
import { mkdtempSync } from "node:fs";
import { join } from "node:path";

import { refresh } from "../../cost/refresh";
import { entry, folder, freshForEachTest, options, raw, vendor, write } from "./harness";
import { service, smallBook } from "./vendors";

describe("Refreshing GCP prices", () => {
    freshForEachTest();
    const sql = "9662-B51E-5089";
    const region = "asia-northeast1";

    it("finds Tokyo by the SKU's regions, whatever its description calls it, on whichever page", async () => {
        write(smallBook("gcp", { "gcp.sql.vcpu.zonal_hour": { [region]: 0.0537, "us-central1": 0.0413 } }));
        const postgres = "Cloud SQL for PostgreSQL: Zonal - ";
        service(vendor, sql, [
            [
                {
                    id: "A",
                    description: `${postgres}vCPU in Osaka`,
                    regions: ["asia-northeast2"],
                    tiers: [[0, "0", 99e6]],
                },
                { id: "B", description: `${postgres}vCPU in Japan`, regions: [region], tiers: [[0, "0", 55_000_000]] },
            ],
            [
                {
                    id: "C",
                    description: "Cloud SQL for MySQL: Zonal - vCPU in Japan",
                    regions: [region],
                    tiers: [[0, "0", 98e6]],
                },
                {
                    id: "D",
                    description: `${postgres}Enterprise Plus - vCPU in Japan`,
                    regions: [region],
                    tiers: [[0, "0", 97e6]],
                },
                {
                    id: "E",
                    description: `${postgres}vCPU in Japan`,
                    regions: [region],
                    tiers: [[0, "0", 3e7]],
                    usageType: "Commit1Yr",
                },
            ],
            [
                {
                    id: "F",
                    description: `${postgres}vCPU in Americas`,
                    regions: ["us-west1", "us-central1"],
                    tiers: [[0, "0", 42e6]],
                },
            ],
        ]);
        assert.deepEqual((await refresh(options("gcp"))).problems, []);
        assert.equal(entry("gcp", "gcp.sql.vcpu.zonal_hour", region).value, 0.055);
        assert.equal(entry("gcp", "gcp.sql.vcpu.zonal_hour", "us-central1").value, 0.042);
        assert.deepEqual(entry("gcp", "gcp.sql.vcpu.zonal_hour", region).source, ["gcp-catalog"]);
        assert.equal(vendor.asked.length, 3);
    });

    it("takes a SKU by its id when it has been renamed, and money as units and billionths", async () => {
        write(
            smallBook("gcp", {
                "gcp.armor.policy_month": { global: 5 },
                "gcp.armor.requests_million": { global: 0.75 },
            }),
        );
        service(vendor, "E505-1604-58F8", [
            [
                { id: "4B13-E64F-4A2B", description: "Shield Policy", tiers: [[0, "6", 250_000_000]] },
                { id: "X", description: "Networking Cloud Armor Policy", tiers: [[0, "9", 0]] },
                { id: "1A87-DEB9-C4BE", description: "Requests", tiers: [[0, "0", 800]] },
            ],
        ]);
        assert.deepEqual((await refresh(options("gcp"))).problems, []);
        assert.equal(entry("gcp", "gcp.armor.policy_month", "global").value, 6.25);
        assert.equal(entry("gcp", "gcp.armor.requests_million", "global").value, 0.8);
    });

    it("leaves free tiers out, and keeps the bounds of the paid ones", async () => {
        write(
            smallBook("gcp", {
                "gcp.monitoring.metric_mib": { global: 0.258 },
                "gcp.run.requests_million": { global: 0.4 },
            }),
        );
        const tiers: [number, string, number][] = [
            [0, "0", 0],
            [150, "0", 258_000_000],
            [100000, "0", 151_000_000],
            [250000, "0", 61_000_000],
        ];
        service(vendor, "58CD-E7C3-72CA", [[{ id: "A924-09D0-8854", description: "Metric Volume", tiers }]]);
        const requests: [number, string, number][] = [
            [0, "0", 0],
            [2e6, "0", 400],
        ];
        service(vendor, "152E-C115-5142", [[{ id: "2DA5-55D3-E679", description: "Requests", tiers: requests }]]);
        assert.deepEqual((await refresh(options("gcp"))).problems, []);
        assert.deepEqual(entry("gcp", "gcp.monitoring.metric_mib", "global").tiers, [
            { upTo: 100000, value: 0.258 },
            { upTo: 250000, value: 0.151 },
            { upTo: null, value: 0.061 },
        ]);
        assert.equal(entry("gcp", "gcp.run.requests_million", "global").value, 0.4);
    });

    it("adds up what is a sum of others", async () => {
        const sum = "gcp.sql.custom_2_7680.zonal_hour";
        const [vcpu, ram] = ["gcp.sql.vcpu.zonal_hour", "gcp.sql.ram.zonal_gb_hour"];
        write(smallBook("gcp", { [sum]: { [region]: 0.17 }, [vcpu]: { [region]: 0.05 }, [ram]: { [region]: 0.009 } }));
        const named = (what: string) => `Cloud SQL for PostgreSQL: Zonal - ${what} in Japan`;
        service(vendor, sql, [
            [
                { id: "A", description: named("vCPU"), regions: [region], tiers: [[0, "0", 60_000_000]] },
                { id: "B", description: named("RAM"), regions: [region], tiers: [[0, "0", 10_000_000]] },
            ],
        ]);
        assert.deepEqual((await refresh(options("gcp"))).problems, []);
        const { value, source, confidence, asOf } = entry("gcp", sum, region);
        assert.deepEqual(
            { value, source, confidence, asOf },
            { value: 0.195, source: ["derived"], confidence: "high", asOf: "2026-11-22" },
        );
    });

    it("leaves the book when a page repeats itself, a SKU is gone or two disagree", async () => {
        write(smallBook("gcp", { "gcp.sql.vcpu.zonal_hour": { [region]: 0.0537 } }));
        const before = raw("gcp");
        const row = { id: "A", description: "Cloud SQL for PostgreSQL: Zonal - vCPU in Japan", regions: [region] };
        const failing = async (expected: RegExp) => {
            const { problems } = await refresh(options("gcp", { cacheFolder: mkdtempSync(join(folder, "cache-")) }));
            assert.match(problems.join(), expected);
            assert.equal(raw("gcp"), before);
        };
        service(vendor, sql, [[]]);
        await failing(/gone/);
        service(vendor, sql, [
            [
                { ...row, tiers: [[0, "0", 5e7]] },
                { ...row, id: "B", tiers: [[0, "0", 6e7]] },
            ],
        ]);
        await failing(/2 different prices/);
        const [first] = Object.keys(vendor.pages);
        vendor.pages[first] = JSON.stringify({ skus: [], nextPageToken: "again" });
        vendor.pages[`${first}&pageToken=again`] = vendor.pages[first];
        await failing(/repeats itself/);
    });

    it("sends the key in a header only, and never shows it", async () => {
        write(smallBook("gcp", { "gcp.armor.policy_month": { global: 5 } }));
        vendor.faults["/v1/"] = [400];
        const { problems } = await refresh(options("gcp"));
        assert.equal(problems.length, 1);
        assert.equal(vendor.headers[0]["x-goog-api-key"], "AIza-secret");
        assert.doesNotMatch(vendor.asked.join() + problems.join(), /AIza/);
        assert.doesNotMatch(problems.join(), /pageToken=AIza|key=/);
    });
});
