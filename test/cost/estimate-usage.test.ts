import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { usageFlags } from "../../cli/usage-flags";
import { isPreset, presetNames, presets, withPreset } from "../../cost/presets";
import type { Cost } from "../../cost/cost";
import {
    checkNames,
    derived,
    fileName,
    idle,
    quantityNames,
    UsageError,
    usageOf,
    withQuantities,
    withUsageFile,
} from "../../cost/usage";
import { twinstack } from "../twinstack";
import { planned } from "./planned";

/** The problems of something that must be refused. */
function problemsOf(run: () => unknown) {
    try {
        run();
    } catch (error) {
        assert.ok(error instanceof UsageError, String(error));
        return error.problems;
    }
    throw new assert.AssertionError({ message: "nothing was refused" });
}

describe("The usage", () => {
    const usage = usageOf({
        traffic: {
            monthlyRequests: 1000,
            monthlyNatGb: 1,
            averageRequestDurationMs: 100,
            averageRequestCpuMs: 25,
            averageResponseKb: 10,
        },
    });

    it("grows with the environment, unless the app says otherwise", async () => {
        const of = async (environment: "dev" | "staging" | "prod") => (await planned("todo", "aws", environment)).usage;
        const [dev, staging, prod] = [await of("dev"), await of("staging"), await of("prod")];
        assert.ok(dev.monthlyRequests < staging.monthlyRequests && staging.monthlyRequests < prod.monthlyRequests);
        const { usage } = await planned("todo", "aws", "dev", {
            traffic: { monthlyRequests: 7, averageResponseKb: 3 },
        });
        assert.deepEqual([usage.monthlyRequests, usage.averageResponseKb], [7, 3]);
    });

    it("comes from a file with Infracost's names, for the app and for its parts", () => {
        const file = {
            version: "0.1",
            monthly_requests: 5e6,
            monthly_data_ingested_gb: 12,
            monthly_data_processed_gb: 30,
            monthly_outbound_internet_gb: 100,
            average_request_duration_ms: 250,
            concurrent_requests_per_instance: 20,
            storage_gb: 40,
            resource_usage: { db: { storage_gb: 80 }, api: { monthly_requests: 3 } },
        };
        const { resources, ...said } = withUsageFile(usage, file, "usage.yml");
        assert.deepEqual(said, {
            ...usage,
            monthlyRequests: 5e6,
            monthlyLogGb: 12,
            monthlyNatGb: 30,
            monthlyOutboundInternetGb: 100,
            averageRequestDurationMs: 250,
            concurrentRequestsPerInstance: 20,
            storageGb: 40,
        });
        assert.deepEqual(resources, { db: { storageGb: 80 }, api: { monthlyRequests: 3 } });
        assert.equal(withUsageFile(usage, null, "usage.yml"), usage);
    });

    it("refuses what a file must not say, all at once, each with its place", () => {
        const file = {
            monthly_request: 5,
            storage_gb: -1,
            average_request_duration_ms: "fast",
            resource_usage: { api: { monthly_requests: 1e99, colour: 1 } },
        };
        const problems = problemsOf(() => withUsageFile(usage, file, "usage.yml"));
        const at = (path: string) => problems.find((problem) => problem.path === `usage.yml: ${path}`);
        assert.equal(problems.length, 5);
        assert.match(at("monthly_request")!.allowed, /did you mean monthly_requests\?/);
        assert.equal(at("storage_gb")!.allowed, "a number from 0 to 65536");
        assert.match(at("average_request_duration_ms")!.found, /fast/);
        assert.match(at("resource_usage.api.monthly_requests")!.allowed, /from 0 to 1000000000000/);
        assert.ok(at("resource_usage.api.colour"));
        for (const odd of [[], "5", 5])
            assert.equal(problemsOf(() => withUsageFile(usage, odd, "usage.yml")).length, 1);
    });

    it("refuses a refinement of what is not there, and names what was meant", () => {
        const problems = problemsOf(() =>
            checkNames({ ...usage, resources: { ap: {} } }, ["api", "db"], ["todo-dev-db"]),
        );
        assert.deepEqual(
            problems.map(({ path, allowed }) => [path, allowed]),
            [["resource_usage.ap", "did you mean api? api, db or a resource's name"]],
        );
    });

    it("takes a preset: what a request takes stays the app's own, what follows from requests grows with them", () => {
        const said = { ...usage, monthlyRequests: 1e6, averageRequestCpuMs: 70, monthlyLogGb: 5, storageGb: 40 };
        const large = withPreset(said, "large");
        assert.equal(large.monthlyRequests, 1e8);
        assert.equal(large.averageRequestCpuMs, 70);
        assert.equal(large.monthlyLogGb, 500);
        assert.equal(large.storageGb, 40);
        const [small, medium] = [withPreset(said, "small"), withPreset(said, "medium")];
        for (const key of Object.keys(presets.large.quantities) as (keyof typeof presets.large.quantities)[])
            assert.ok(small[key] <= medium[key] && medium[key] < large[key], key);
        assert.deepEqual(presetNames.filter(isPreset), ["small", "medium", "large"]);
        assert.ok(!isPreset("toString"));
    });

    it("takes single quantities as text, and refuses what is none", () => {
        assert.equal(withQuantities(usage, { monthlyRequests: "5e6", monthlyNatGb: undefined }).monthlyRequests, 5e6);
        const flag = (key: string) => `--${key}`;
        for (const text of ["", " ", "-1", "many", "1e13", "NaN", "Infinity", "5M"])
            assert.equal(
                problemsOf(() => withQuantities(usage, { monthlyRequests: text }, flag))[0].path,
                "--monthlyRequests",
            );
    });

    it("explains every quantity that may be absent", () => {
        assert.deepEqual(Object.keys(derived).sort(), quantityNames.filter((key) => usage[key] === undefined).sort());
        assert.deepEqual(
            quantityNames.filter((key) => fileName(key) !== fileName(key).toLowerCase()),
            [],
        );
        assert.ok(usageFlags.every(({ key }) => quantityNames.includes(key)));
    });

    it("of an idle app has nothing that happens in a month, and keeps what is stored", () => {
        const quiet = idle({ ...usage, storageGb: 50, resources: { api: { monthlyRequests: 5, storageGb: 7 } } });
        for (const key of quantityNames) if (key.startsWith("monthly")) assert.equal(quiet[key], 0, key);
        assert.equal(quiet.storageGb, 50);
        assert.deepEqual(quiet.resources, { api: { monthlyRequests: 0, storageGb: 7 } });
    });
});

describe("twinstack cost", () => {
    const run = (...args: string[]) => twinstack(["cost", ...args]);
    let folder: string;
    before(() => (folder = mkdtempSync(join(tmpdir(), "twinstack-"))));
    after(() => rmSync(folder, { recursive: true }));

    it("prints what the estimate says, with its assumptions and how far to trust it", async () => {
        const { status, stdout } = await run("--formulas");
        assert.equal(status, 0);
        for (const text of [
            "Service  $",
            "1 task × 0.5 vCPU × 730 h",
            "a month",
            "Assumed",
            "monthly_requests",
            "nobody has verified",
        ])
            assert.ok(stdout.includes(text), text);
    });

    it("prints JSON, for the usage that a file and flags say: the flag has the last word", async () => {
        const file = join(folder, "usage.yml");
        writeFileSync(file, "monthly_requests: 7\nstorage_gb: 40\n");
        const { status, stdout } = await run("--json", "--usage", file, "--requests", "9", "--cloud", "gcp");
        assert.equal(status, 0);
        const cost = JSON.parse(stdout) as Cost;
        assert.deepEqual(
            [cost.cloud, cost.currency, cost.usage.monthlyRequests, cost.usage.storageGb],
            ["gcp", "USD", 9, 40],
        );
        assert.deepEqual(Object.keys(cost.monthly), ["low", "expected", "high"]);
        const keys = [
            "role",
            "resource",
            "type",
            "item",
            "quantity",
            "unit",
            "price",
            "monthly",
            "formula",
            "priceId",
            "confidence",
        ];
        for (const key of keys) assert.ok(key in cost.lineItems[0], key);
        assert.equal(cost.lineItems.find(({ item }) => item === "Storage")?.quantity, 40);
    });

    it("prints Markdown by service", async () => {
        const { stdout } = await run("--markdown", "--by", "service");
        assert.match(stdout, /^### todo on AWS in dev\n/);
        for (const service of ["api", "db", "shared"]) assert.ok(stdout.includes(`| **${service}** |`), service);
    });

    it("answers 2 to what it cannot take", async () => {
        const broken = join(folder, "broken.yml");
        writeFileSync(broken, "monthly_requests: [\n");
        for (const [args, message] of [
            [["--requests", "-5"], /--requests\n +found +"-5"/],
            [["--usage", broken], /broken\.yml:\d/],
            [["--usage", join(folder, "none.yml")], /cannot be read/],
            [["--by", "rol"], /did you mean role\?/],
        ] as const) {
            const { status, stderr } = await run(...args);
            assert.equal(status, 2, stderr);
            assert.match(stderr, message);
        }
    });
});
