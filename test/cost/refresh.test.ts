import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { refresh, type RefreshOptions } from "../../cost/refresh";
import { readBook } from "../../cost/refresh/file";
import { records } from "../../cost/refresh/csv";
import { factor, rateOf } from "../../cost/refresh/rates";
import { alb, albFile, entry, folder, freshForEachTest, options, raw, root, tokyo, vendor, write } from "./harness";
import { offer, smallBook, type Row } from "./vendors";

describe("A refresh that fails", () => {
    freshForEachTest();
    beforeEach(() =>
        write(smallBook("aws", { "aws.alb.hour": { [tokyo]: 0.0243 }, "aws.nlb.hour": { [tokyo]: 0.0243 } })),
    );
    const nlb: Row = { ...alb, operation: "LoadBalancing:Network", price: 0.0244 };

    /** Refreshes, and returns the problems; the book must be as it was. */
    async function fails(rows: Row[], more: Partial<RefreshOptions> = {}): Promise<string[]> {
        const before = raw("aws");
        offer(vendor, "AWSELB", { [tokyo]: rows });
        const { problems, renewed } = await refresh(options("aws", more));
        assert.equal(raw("aws"), before);
        assert.ok(problems.length);
        assert.equal(renewed, 0);
        return problems;
    }

    it("writes what a project keeps, made of what comes with twinstack, which stays as it is", async () => {
        const before = raw("aws");
        offer(vendor, "AWSELB", { [tokyo]: [{ ...alb, price: 0.03 }, nlb] });
        const kept = join(folder, "kept");
        const { problems } = await refresh(options("aws", { from: folder, folder: kept }));
        assert.deepEqual(problems, []);
        assert.equal(readBook(kept, "aws").prices["aws.alb.hour"].regions[tokyo].value, 0.03);
        assert.equal(raw("aws"), before);
    });

    it("leaves the book when a price is gone, and names it", async () => {
        assert.deepEqual(await fails([alb]), ["aws.nlb.hour in ap-northeast-1: the price is gone from the list"]);
    });

    it("leaves the book when the list answers with nothing", async () => {
        assert.equal((await fails([])).length, 2);
    });

    it("leaves the book when the offer has no such region any more", async () => {
        offer(vendor, "AWSELB", { "us-east-1": [alb] });
        const before = raw("aws");
        assert.equal((await refresh(options("aws"))).problems.length, 2);
        assert.equal(raw("aws"), before);
    });

    for (const [price, plausible] of [
        [0.1215, true],
        [0.1216, false],
        [0.00486, true],
        [0.00485, false],
        [0, false],
        ["", false],
        ["n/a", false],
    ] as const)
        it(`${plausible ? "takes" : "does not take"} ${JSON.stringify(price)} for what was 0.0243`, async () => {
            const rows = [alb, { ...nlb, price }];
            if (!plausible)
                assert.match((await fails(rows))[0], /^aws\.nlb\.hour in ap-northeast-1: .* 0\.0243 before$/);
            else {
                offer(vendor, "AWSELB", { [tokyo]: rows });
                assert.deepEqual((await refresh(options("aws"))).problems, []);
                assert.equal(entry("aws", "aws.nlb.hour", tokyo).value, price);
            }
        });

    it("leaves the book when the list has two prices for one thing", async () => {
        assert.match((await fails([alb, nlb, { ...nlb, price: 0.03 }]))[0], /nlb.hour .* 2 different prices/);
    });

    it("goes on when a person accepts what changed or is gone, and then keeps what is gone", async () => {
        await fails([{ ...alb, price: 2 }]);
        const accept = ["aws.nlb.*", `aws.alb.hour@${tokyo}`];
        assert.deepEqual((await refresh(options("aws", { accept }))).problems, []);
        assert.equal(entry("aws", "aws.alb.hour", tokyo).value, 2);
        assert.deepEqual(entry("aws", "aws.nlb.hour", tokyo).source, ["old"]);
    });

    it("does not accept what was not named", async () => {
        assert.equal((await fails([alb], { accept: ["aws.nlb", "nlb.hour", "aws.alb.hour"] })).length, 1);
    });

    it("tries again after a 503, a cut-off transfer and a page that is no list, and then takes all", async () => {
        vendor.faults["AWSELB/2026"] = [503, "cut", "garbage"];
        vendor.faults["region_index"] = [429, "cut", "garbage"];
        offer(vendor, "AWSELB", { [tokyo]: [alb, nlb] });
        const told: string[] = [];
        const http = { retryDelay: 1, onRetry: (why: string) => told.push(why) };
        assert.deepEqual((await refresh(options("aws", { http }))).problems, []);
        assert.equal(vendor.times(albFile), 4);
        assert.equal(told.length, 6);
        assert.equal(entry("aws", "aws.alb.hour", tokyo).value, 0.025);
    });

    it("leaves the book when that does not help, and says what the server answered", async () => {
        vendor.faults["AWSELB/2026"] = [503, 503, 503, 503];
        assert.match((await fails([alb, nlb]))[0], /index\.csv answered 503: no$/);
        vendor.faults["AWSELB/2026"] = ["cut", "cut", "cut", "cut"];
        assert.match((await fails([alb, nlb]))[0], /index\.csv: terminated/);
        vendor.faults["AWSELB/2026"] = ["stall", "stall"];
        assert.match(
            (await fails([alb, nlb], { http: { tries: 2, retryDelay: 1, idle: 50 } }))[0],
            /no byte in 0\.05 s/,
        );
    });

    it("does not ask again for what is forbidden", async () => {
        vendor.faults["AWSELB/2026"] = [403];
        assert.match((await fails([alb, nlb]))[0], /answered 403/);
        assert.equal(vendor.times(albFile), 1);
    });

    it("says when nobody is there", async () => {
        const before = raw("aws");
        const urls = { priceList: "http://127.0.0.1:9" };
        const { problems } = await refresh(options("aws", { urls, http: { tries: 1 } }));
        assert.match(problems[0], /fetch failed/);
        assert.equal(raw("aws"), before);
    });
});

describe("A refresh that was stopped", () => {
    freshForEachTest();
    it("goes on where it was after a kill, and has left the book alone", async () => {
        write(smallBook("aws", { "aws.alb.hour": { [tokyo]: 0.0243 }, "aws.ipv4.hour": { [tokyo]: 0.005 } }));
        offer(vendor, "AWSELB", { [tokyo]: [alb] });
        offer(vendor, "AmazonVPC", { [tokyo]: [{ usage: "APN1-PublicIPv4:InUseAddress", price: 0.006 }] });
        vendor.faults["AmazonVPC/2026"] = ["stall"];
        const before = raw("aws");

        const script = `
            const { today, ...rest } = JSON.parse(process.argv[1]);
            require("./cost/refresh").refresh({ ...rest, today: new Date(today), onProgress: (line) => console.log(line) });`;
        const { http: _, ...plain } = options("aws");
        const child = spawn(process.execPath, ["-r", "./cli/source", "-e", script, JSON.stringify(plain)], {
            cwd: root,
        });
        // Killed when one offer is done and the other has begun to arrive.
        await new Promise<void>((resolve, reject) => {
            child.stdout.on("data", (text) => String(text).includes("AWSELB") && resolve());
            child.on("exit", (code) => reject(new Error(`ended by itself with ${code}`)));
        });
        const gone = new Promise((resolve) => child.on("exit", resolve));
        child.kill("SIGKILL");
        await gone;
        assert.equal(raw("aws"), before);
        assert.equal(vendor.times(albFile), 1);

        assert.deepEqual((await refresh(options("aws"))).problems, []);
        assert.equal(vendor.times(albFile), 1);
        assert.equal(vendor.times("AmazonVPC/2026"), 2);
        assert.equal(entry("aws", "aws.alb.hour", tokyo).value, 0.025);
        assert.equal(entry("aws", "aws.ipv4.hour", tokyo).value, 0.006);
    }).timeout(60_000);

    it("reads again what has been published anew since, and what is damaged", async () => {
        write(smallBook("aws", { "aws.alb.hour": { [tokyo]: 0.0243 }, "aws.nlb.hour": { [tokyo]: 0.0243 } }));
        offer(vendor, "AWSELB", { [tokyo]: [alb] });
        assert.equal((await refresh(options("aws"))).problems.length, 1);
        assert.equal((await refresh(options("aws"))).problems.length, 1);
        assert.equal(vendor.times(albFile), 1);

        const cache = join(folder, "cache", "aws");
        const [kept] = readdirSync(cache);
        writeFileSync(join(cache, kept), readFileSync(join(cache, kept), "utf8").slice(0, -9));
        assert.equal((await refresh(options("aws"))).problems.length, 1);
        assert.equal(vendor.times(albFile), 2);

        const nlb = { ...alb, operation: "LoadBalancing:Network" };
        offer(vendor, "AWSELB", { [tokyo]: [{ ...alb, price: 0.026 }, nlb] }, "20261121000000");
        assert.deepEqual((await refresh(options("aws"))).problems, []);
        assert.equal(entry("aws", "aws.alb.hour", tokyo).value, 0.026);
    });

    it("starts anew once the book is written", async () => {
        write(smallBook("aws", { "aws.alb.hour": { [tokyo]: 0.0243 } }));
        offer(vendor, "AWSELB", { [tokyo]: [alb] });
        await refresh(options("aws"));
        await refresh(options("aws"));
        assert.equal(vendor.times(albFile), 2);
    });
});

describe("Price lists in pieces", () => {
    const rows = async (pieces: string[], wanted: (line: string) => boolean = () => true) => {
        const found: string[][] = [];
        for await (const record of records(
            (async function* () {
                yield* pieces;
            })(),
            wanted,
        ))
            found.push(record);
        return found;
    };
    const text = 'a,"b ""quoted"", with\na line",c\r\n"",x,\nlast,"",z';

    it("are the same however they are cut", async () => {
        const whole = [
            ["a", 'b "quoted", with\na line', "c"],
            ["", "x", ""],
            ["last", "", "z"],
        ];
        assert.deepEqual(await rows([text]), whole);
        for (let at = 0; at <= text.length; at++)
            assert.deepEqual(await rows([text.slice(0, at), text.slice(at)]), whole, `cut at ${at}`);
        assert.deepEqual(await rows([...text]), whole);
    });

    it("become prices whose tiers ascend, without steps that change nothing", () => {
        assert.deepEqual(
            rateOf([
                { from: 10, value: 1 },
                { from: 0, value: 1 },
            ]),
            { value: 1 },
        );
        assert.deepEqual(rateOf([{ from: 0, value: 0 }]), { value: 0 });
        assert.deepEqual(
            rateOf([
                { from: 0, value: 0 },
                { from: 5, value: 0 },
                { from: 9, value: 2 },
            ]),
            { value: 2 },
        );
        assert.deepEqual(
            rateOf(
                [
                    { from: 0, value: 4e-7 },
                    { from: 1e9, value: 2e-7 },
                ],
                1e6,
            ),
            {
                tiers: [
                    { upTo: 1000, value: 0.4 },
                    { upTo: null, value: 0.2 },
                ],
            },
        );
    });

    it("are compared in all tiers", () => {
        const tiers = (last: number) => ({
            tiers: [
                { upTo: 10, value: 1 },
                { upTo: null, value: last },
            ],
        });
        assert.equal(factor({ value: 1 }, { value: 1 }), 1);
        assert.equal(factor({ value: 1 }, tiers(0.5)), 2);
        assert.equal(factor(tiers(8), tiers(1)), 8);
        assert.equal(factor({ value: 0 }, { value: 0 }), 1);
        assert.equal(factor({ value: 0 }, { value: 1 }), Infinity);
    });
});
