import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { writeBook } from "../../cost/refresh/file";
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
    const run = (args: string[], env: Record<string, string> = {}, cwd = root): Promise<Run> =>
        new Promise((resolve) => {
            const child = spawn(process.execPath, [join(root, "cli/bin.js"), "prices", ...args], {
                cwd,
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
        const { code, out } = await run(["--cloud", "gcp", "--filter", "run.worker"]);
        assert.equal(code, 0);
        assert.match(
            out,
            /gcp\.run\.worker\.vcpu_second +tier2 +0\.0000134928 +vCPU-second +no date +low +unverified, old/,
        );
        assert.match(out, /4 prices: 2 unverified/);
        const committed = await run(["--filter", "committed use"]);
        assert.match(
            committed.out,
            /^COMMITMENT +OFF.*\n(.*\n)*gcp\.cud\.sql +25 % +Cloud SQL: Committed use, one year +2026-03-01/,
        );
        const json = await run(["--region", "il-central-1", "--filter", "rds.storage.gp3", "--json"]);
        assert.deepEqual(JSON.parse(json.out).missing, [
            "aws.rds.storage.gp3.multi_az_gb_month",
            "aws.rds.storage.gp3.single_az_gb_month",
        ]);
    });

    it("shows one price: in a region, in each, with a price of one's own, and says which id was meant", async () => {
        const one = await run(["show", "aws.fargate.x86.vcpu_hour", "--region", "eu-central-1"]);
        assert.equal(one.code, 0);
        assert.match(one.out, /0\.04656 USD per vCPU-hour in eu-central-1/);
        assert.match(one.out, /as of +2026-09-28\n +confidence +(high|medium)\n +source +Fargate pricing regimes/);
        const tier = await run(["show", "gcp.run.worker.vcpu_second", "--region", "europe-west3"]);
        assert.match(
            tier.out,
            /in europe-west3, where it is that of tier2\n +as of +no date +old\n +confidence +low +unverified/,
        );
        const all = await run(["show", "aws.alb.hour", "--json"]);
        const shown = JSON.parse(all.out) as { prices: { in: string; value: number }[]; sources: object };
        assert.ok(shown.prices.length >= 3 && shown.prices.every(({ value }) => value > 0));
        assert.ok(Object.keys(shown.sources).length > 0);
        const own = await run([
            "show",
            "aws.alb.hour",
            "--region",
            "eu-west-1",
            "--price",
            "aws.alb.hour=0.01",
            "--json",
        ]);
        const [{ value, old, source }] = (
            JSON.parse(own.out) as { prices: [{ value: number; old: boolean; source: string[] }] }
        ).prices;
        assert.deepEqual([value, old, source], [0.01, false, ["own"]]);
    });

    it("answers 1 where a region has no price, and 2 to an id or a region that is none", async () => {
        const none = await run(["show", "aws.fargate.spot.arm.vcpu_hour", "--region", "me-south-1"]);
        assert.equal(none.code, 1);
        assert.match(
            none.out,
            /no price in me-south-1: there is one in .*--price aws\.fargate\.spot\.arm\.vcpu_hour=USD/,
        );
        const slip = await run(["show", "aws.fargate.x86.vcpu_hours"]);
        assert.equal(slip.code, 2);
        assert.match(slip.err, /did you mean aws\.fargate\.x86\.vcpu_hour\?/);
        const words = await run(["show", "valkey t4g micro"]);
        assert.match(words.err, /did you mean aws\.elasticache\.valkey\.cache\.t4g\.micro\.hour/);
        const region = await run(["show", "aws.alb.hour", "--region", "europe-west1"]);
        assert.equal(region.code, 2);
        assert.match(region.err, /allowed +a region of aws/);
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

    it("are the project's own where it keeps a book, which a refresh writes there", async () => {
        const project = join(folder, "project");
        mkdirSync(join(project, "below"), { recursive: true });
        writeFileSync(join(project, "Pulumi.yaml"), "name: mine\nruntime: nodejs\n");
        const price = async (id: string, region: string) => {
            const { out } = await run(["show", id, "--region", region, "--json"], {}, join(project, "below"));
            return (JSON.parse(out) as { prices: { value: number }[] }).prices[0].value;
        };
        const shippedOnGcp = await price("gcp.armor.policy_month", "us-central1");
        writeBook(join(project, "prices"), smallBook("aws", { "aws.alb.hour": { [tokyo]: 0.0243 } }));
        assert.equal(await price("aws.alb.hour", tokyo), 0.0243);
        assert.equal(await price("gcp.armor.policy_month", "us-central1"), shippedOnGcp);

        const shipped = readFileSync(join(root, "cost/prices/aws.json"), "utf8");
        offer(vendor, "AWSELB", { [tokyo]: [{ ...alb, price: 0.03 }] });
        const flags = ["--cloud", "aws", "--cache", join(folder, "cache")];
        const { code, out, err } = await run(["refresh", ...flags], lists(), project);
        assert.equal(code, 0, err);
        assert.match(out, /1 price renewed in .*project.prices: 1 changed/);
        assert.equal(await price("aws.alb.hour", tokyo), 0.03);
        assert.equal(readFileSync(join(root, "cost/prices/aws.json"), "utf8"), shipped);
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
