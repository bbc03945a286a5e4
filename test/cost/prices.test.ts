import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { alb, entry, folder, freshForEachTest, raw, root, tokyo, vendor, write } from "./harness";
import { offer, service, smallBook } from "./vendors";

describe("twinstack prices", function () {
    freshForEachTest();
    // Each run is a process of its own.
    this.timeout(60_000);

    interface Run {
        code: number | null;
        out: string;
        err: string;
    }
    const run = (args: string[], env: Record<string, string> = {}): Promise<Run> =>
        new Promise((resolve) => {
            const child = spawn(process.execPath, ["cli/bin.js", "prices", ...args], {
                cwd: root,
                env: { ...process.env, GOOGLE_API_KEY: "", ...env },
            });
            const result: Run = { code: null, out: "", err: "" };
            child.stdout.on("data", (text) => (result.out += text));
            child.stderr.on("data", (text) => (result.err += text));
            child.on("close", (code) => resolve({ ...result, code }));
        });
    const here = () => ["--books", folder, "--cache", join(folder, "cache")];
    const lists = () => ({ TWINSTACK_PRICE_LIST_URL: vendor.url, TWINSTACK_CATALOG_URL: vendor.url });

    it("lists prices with their marks, and what a region has not got", async () => {
        const { code, out } = await run(["--cloud", "gcp", "--filter", "run.idle"]);
        assert.equal(code, 0);
        assert.match(out, /gcp\.run\.idle\.vcpu_second +tier2 +0\.0000035 +vCPU-second +no date +low +unverified, old/);
        assert.match(out, /4 prices: 2 unverified/);
        const committed = await run(["--filter", "committed use"]);
        assert.match(
            committed.out,
            /^COMMITMENT +OFF.*\n(.*\n)*gcp\.cud\.sql +25 % +Cloud SQL: Committed use, one year +2026-03-01/,
        );
        const json = await run(["--region", "eu-north-1", "--filter", "alb", "--json"]);
        assert.deepEqual(JSON.parse(json.out).missing, ["aws.alb.hour", "aws.alb.lcu_hour"]);
    });

    it("refuses a cloud, a region and a key that are none, with 2, before anything is read", async () => {
        assert.deepEqual((await run(["--cloud", "azure"])).code, 2);
        const region = await run(["--region", "ap-northeast-9"]);
        assert.equal(region.code, 2);
        assert.match(region.err, /did you mean ap-northeast-1\?/);
        const key = await run(["refresh", "--cloud", "gcp"], lists());
        assert.equal(key.code, 2);
        assert.match(key.err, /GOOGLE_API_KEY/);
        assert.equal((await run(["refresh", "--cloud", "aws", "--region", "us-central1"], lists())).code, 2);
        assert.deepEqual(vendor.asked, []);
    });

    it("refuses a broken book with 2, and says where it is broken", async () => {
        writeFileSync(join(folder, "aws.json"), '{ "cloud": "aws", ');
        const { code, err } = await run(["refresh", "--cloud", "aws", ...here()], lists());
        assert.equal(code, 2);
        assert.match(err, /aws\.json\n +found .*JSON/);
    });

    it("refreshes both clouds, each for itself: 1 if one fails, and the other is written", async () => {
        write(smallBook("aws", { "aws.alb.hour": { [tokyo]: 0.0243 } }));
        write(smallBook("gcp", { "gcp.armor.policy_month": { global: 5 } }));
        offer(vendor, "AWSELB", { [tokyo]: [{ ...alb, price: 9 }] });
        service(vendor, "E505-1604-58F8", [[{ id: "4B13-E64F-4A2B", description: "Policy", tiers: [[0, "6", 0]] }]]);
        const keyFile = join(folder, "key");
        writeFileSync(keyFile, "AIza-from-a-file\n");
        const before = raw("aws");
        const { code, out, err } = await run(["refresh", ...here(), "--api-key-file", keyFile], lists());
        assert.equal(code, 1);
        assert.equal(raw("aws"), before);
        assert.equal(entry("gcp", "gcp.armor.policy_month", "global").value, 6);
        assert.match(err, /aws: 1\/1 AWSELB ap-northeast-1\n/);
        assert.match(err, /stay as they were:\n {2}aws\.alb\.hour in ap-northeast-1: 9 is more than 5 times/);
        assert.match(out, /gcp: 1 price renewed .*: 1 changed, 0 new\.[^]*gcp\.armor\.policy_month +global +5 +→ +6/);
        assert.ok(vendor.headers.some((headers) => headers["x-goog-api-key"] === "AIza-from-a-file"));
        assert.doesNotMatch(out + err, /AIza/);
    });
});
