import assert from "node:assert/strict";

import { breakEven, saying } from "../../cost/breakeven";
import { checkBudget, sayBudget } from "../../cost/budget";
import { findPrice, missingIn, regionsOf } from "../../cost/book";
import { booksWith, customFrom } from "../../cost/custom";
import { curveOf } from "../../cost/curve";
import { estimate, pricerOf } from "../../cost/estimate";
import { baseRegions, isEstimated, withEstimates } from "../../cost/estimated";
import { wholeBookOf } from "../../cost/load";
import { footnotesOf, roleCell, totalCell, totalOf } from "../../cost/table";
import { cheapestOf, sayCheapest } from "../../cost/regions";
import { sayVerdict, sumOf, verdictOf } from "../../cost/verdict";
import { clouds } from "../../topology/app";
import { close } from "./figures";
import { planned } from "./planned";

describe("Estimates of prices that a region lacks", () => {
    const region = "il-central-1";

    it("are the base region's times the middle of the ratios there, and replace nothing", () => {
        const book = wholeBookOf("aws");
        const filled = withEstimates(book);
        const id = "aws.rds.storage.gp3.single_az_gb_month";
        assert.equal(findPrice(book, id, region), undefined);
        const found = findPrice(filled, id, region)!;
        const ratio = found.value! / findPrice(book, id, "us-east-1")!.value!;
        const ratios = (service?: string) =>
            Object.values(book.prices)
                .filter((item) => service === undefined || item.service === service)
                .map(({ regions }) => [regions[region], regions["us-east-1"]])
                .filter(([here, there]) => here && there && here.confidence !== "low" && there.confidence !== "low")
                .map(([here, there]) => (here.value ?? here.tiers![0].value) / (there.value ?? there.tiers![0].value))
                .sort((a, b) => a - b);
        const own = ratios(book.prices[id].service);
        const taken = own.length >= 2 ? own : ratios();
        close(ratio, (taken[Math.floor((taken.length - 1) / 2)] + taken[Math.floor(taken.length / 2)]) / 2);
        assert.match(found.note!, /^us-east-1's × [\d.]+, the middle of \d+ prices/);
        for (const [one, { regions }] of Object.entries(book.prices))
            for (const [key, price] of Object.entries(regions)) assert.equal(filled.prices[one].regions[key], price);
    });

    it("stay near the base region's, and are marked as what nobody has verified", () => {
        for (const cloud of clouds) {
            const filled = withEstimates(wholeBookOf(cloud));
            let count = 0;
            for (const where of regionsOf(filled))
                for (const { regions } of Object.values(filled.prices)) {
                    const [here, there] = [regions[where], regions[baseRegions[cloud]]];
                    if (!here || !isEstimated(here)) continue;
                    count++;
                    const [a, b] = [here, there].map(({ value, tiers }) => value ?? tiers![0].value);
                    assert.ok(a / b > 0.7 && a / b < 2.5, `${here.id} in ${where}: ${a / b}`);
                    assert.deepEqual([here.confidence, here.asOf], ["low", null]);
                }
            assert.ok(count > 10, `${cloud}: ${count}`);
            assert.deepEqual(
                missingIn(filled, baseRegions[cloud]),
                missingIn(wholeBookOf(cloud), baseRegions[cloud]),
                "what the base region lacks stays a hole",
            );
        }
    });

    it("are marked in every line and in the total, and only on request", async () => {
        const { plan, usage } = await planned("todo", "aws", "dev");
        const there = { ...plan, region };
        assert.equal(estimate(there, usage).atLeast, true);
        const cost = estimate(there, usage, { books: booksWith(customFrom({ estimateMissing: true })) });
        assert.equal(cost.atLeast, false);
        const marked = cost.lineItems.filter(({ item }) => item.endsWith(" (estimated)"));
        assert.ok(marked.length > 0 && marked.length < cost.lineItems.length);
        close(
            cost.doubtful.estimated!,
            marked.reduce((sum, { monthly }) => sum + monthly, 0),
        );
        assert.match(totalOf(cost), /^estimated, \$/);
        assert.match(
            footnotesOf(cost).join("\n"),
            /\$[\d.]+ \(\d+ %\) rest on prices that are estimated by other regions'/,
        );
        for (const line of cost.lineItems) assert.equal(line.estimated === true, line.item.endsWith(" (estimated)"));
        assert.match(totalCell(cost), /^≈ \$/);
        assert.match(roleCell(cost, "Database"), /^≈ \$/);
        assert.doesNotMatch(roleCell(cost, "Service"), /≈/);
        const home = estimate(plan, usage, { books: booksWith(customFrom({ estimateMissing: true })) });
        assert.equal(home.doubtful.estimated, undefined);
        assert.doesNotMatch(totalCell(home), /≈/);
    });

    it("are marked in whatever is concluded from them", async () => {
        const { plan, usage } = await planned("todo", "aws", "prod");
        const books = booksWith(customFrom({ estimateMissing: true }));
        const there = estimate({ ...plan, region }, usage, { books });
        const home = estimate(plan, usage, { books });
        const [one, other] = [sumOf("il-central-1", there), sumOf("ap-northeast-1", home)];
        assert.match(sayVerdict(verdictOf(one, other)), /^il-central-1 costs \d+ % less, as estimated$/);
        assert.doesNotMatch(sayVerdict(verdictOf(other, { ...other, expected: 1 })), /estimated/);
        assert.match(sayCheapest(cheapestOf([one, other])), /^il-central-1 costs least, as estimated: \$/);
        assert.match(sayBudget(checkBudget(there, 1e4)), /^estimated, \$[\d.]+ a month on AWS: within/);
        const curve = (at: typeof plan, name: string) => curveOf(name, pricerOf(at, { books }), usage);
        const found = breakEven(curve({ ...plan, region }, "there"), curve(plan, "here"));
        assert.deepEqual(found.estimated, ["there"]);
        assert.match(saying(found), /Some of the prices are estimated\.$/);
    });
});
