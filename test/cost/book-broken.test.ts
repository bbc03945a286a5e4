import assert from "node:assert/strict";
import { join } from "node:path";

import { bookFrom, checkRegion, json, PriceBookError, wholeBookOf } from "../../cost/load";
import { formatBook, readBook } from "../../cost/refresh/file";

const text = () => formatBook(readBook(join(__dirname, "../../cost/prices"), "aws"));

describe("A broken price book", () => {
    const broken = (change: (book: ReturnType<typeof read>) => void): PriceBookError => {
        const data = read();
        change(data);
        try {
            bookFrom(data, "aws.json", "aws");
        } catch (error) {
            assert.ok(error instanceof PriceBookError);
            return error;
        }
        assert.fail("was taken for whole");
    };
    // eslint-disable-next-line @typescript-eslint/no-explicit-any -- what a person may have written
    const read = (): any => JSON.parse(text());
    const alb = (data: ReturnType<typeof read>) => data.prices["aws.alb.hour"].regions["us-east-1"];

    it("names place, what was found and what is allowed, all at once", () => {
        const { problems } = broken((data) => {
            alb(data).value = "0.02";
            alb(data).confidence = "hgih";
            data.currency = "JPY";
        });
        assert.equal(problems.length, 3);
        const value = problems.find(({ path }) => path.endsWith("value"))!;
        assert.match(value.path, /^aws\.json: prices.*aws\.alb\.hour.*us-east-1/);
        assert.equal(value.found, 'the string "0.02"');
        assert.match(value.allowed, /USD, 0 or more/);
        assert.match(problems.find(({ path }) => path.endsWith("confidence"))!.allowed, /high.*medium.*low/);
    });

    const contradictions: [string, RegExp, (data: ReturnType<typeof read>) => void][] = [
        ["a negative price", /value/, (data) => (alb(data).value = -1)],
        ["no price", /one of value and tiers/, (data) => delete alb(data).value],
        ["two prices", /one of value and tiers/, (data) => (alb(data).tiers = [{ upTo: null, value: 1 }])],
        ["a day that is none", /a day as YYYY-MM-DD/, (data) => (alb(data).asOf = "2026-13-01")],
        ["a source that is not there", /unknown source nowhere/, (data) => (alb(data).source = ["nowhere"])],
        ["no source", /source/, (data) => (alb(data).source = [])],
        ["an unknown key", /price/, (data) => (alb(data).price = 1)],
        ["the other cloud's ids", /begin with aws\./, (data) => (data.prices["gcp.x"] = data.prices["aws.alb.hour"])],
        [
            "a global price beside others",
            /global alone/,
            (data) => (data.prices["aws.alb.hour"].regions.global = alb(data)),
        ],
        [
            "tiers out of order",
            /ascending bounds/,
            (data) => (data.prices["aws.egress.internet_gb"].regions["us-east-1"].tiers[1].upTo = 5),
        ],
        [
            "tiers that end",
            /ascending bounds/,
            (data) => (data.prices["aws.egress.internet_gb"].regions["us-east-1"].tiers.at(-1).upTo = 1e9),
        ],
        ["the other cloud", /aws/, (data) => (data.cloud = "gcp")],
    ];
    for (const [what, message, change] of contradictions)
        it(`is not taken for whole with ${what}`, () => assert.match(broken(change).message, message));

    it("is found out in the file of a region, in each price and in the file as a whole", () => {
        const good = { value: 1, asOf: "2026-10-01", confidence: "high", source: ["derived"], note: "so" };
        const id = "aws.alb.hour";
        const check = (data: unknown) => checkRegion(data, "r.json", wholeBookOf("aws"));
        assert.deepEqual(check({ [id]: good }), { [id]: good });
        const { value, ...rest } = good;
        const faults: [unknown, RegExp][] = [
            [{ [id]: { ...good, value: "1" } }, /aws\.alb\.hour.*value\n +found +the string "1"/],
            [{ [id]: { ...good, value: -1 } }, /value\n.*\n +allowed +USD, 0 or more/],
            [{ [id]: { ...good, asOf: "2026-13-01" } }, /asOf\n.*\n +allowed +a day as YYYY-MM-DD/],
            [{ [id]: { ...good, confidence: "sure" } }, /confidence/],
            [{ [id]: { ...good, source: "derived" } }, /source/],
            [{ [id]: { ...good, source: [] } }, /source/],
            [{ [id]: { ...good, note: 5 } }, /note/],
            [{ [id]: { ...good, price: value } }, /price/],
            [{ [id]: rest }, /one of value and tiers/],
            [{ [id]: null }, /aws\.alb\.hour/],
            [{ "aws.alb.day": good }, /an id that the book does not have/],
            [[good], /the whole file/],
            [null, /the whole file/],
        ];
        for (const [data, message] of faults)
            assert.throws(
                () => check(data),
                (error) => error instanceof PriceBookError && message.test(error.message),
                JSON.stringify(data),
            );
    });

    it("that is no JSON says in which file, and where", () => {
        assert.throws(
            () => json(() => JSON.parse('{ "cloud": '), "cost/prices/aws.json"),
            (error) =>
                error instanceof PriceBookError && /cost\/prices\/aws\.json[^]*allowed +JSON/.test(error.message),
        );
    });
});
