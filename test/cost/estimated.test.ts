import assert from "node:assert/strict";

import { findPrice, missingIn, regionsOf } from "../../cost/book";
import { booksWith, customFrom } from "../../cost/custom";
import { estimate } from "../../cost/estimate";
import { baseRegions, isEstimated, withEstimates } from "../../cost/estimated";
import { wholeBookOf } from "../../cost/load";
import { footnotesOf, totalOf } from "../../cost/table";
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
        const home = estimate(plan, usage, { books: booksWith(customFrom({ estimateMissing: true })) });
        assert.equal(home.doubtful.estimated, undefined);
    });
});
