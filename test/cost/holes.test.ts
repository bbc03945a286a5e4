import assert from "node:assert/strict";

import { findPrice, type Cloud } from "../../cost/book";
import { estimate } from "../../cost/estimate";
import { wholeBookOf } from "../../cost/load";
import { placed, regionsOfCloud, wanted } from "../../scripts/regions";
import { clouds } from "../../topology/app";
import { planned } from "./planned";

/** In how many regions the price books must be whole for the project's apps. `scripts/regions.ts` plans and prices all of them there. */
const least: Record<Cloud, number> = { aws: 20, gcp: 30 };
/** A region on each continent that the cloud is on, planned and priced in full. */
const samples: Record<Cloud, string[]> = {
    aws: ["af-south-1", "ap-southeast-2", "eu-central-1", "sa-east-1", "us-west-2"],
    gcp: ["australia-southeast1", "europe-west3", "southamerica-east1", "us-west1"],
};
/** Where Cloud Storage has no second region for morrow's copies. */
const without: Record<string, RegExp> = {
    "morrow southamerica-east1": /buckets\.assets\.replicate/,
};

describe("The price books, region by region", () => {
    for (const cloud of clouds) {
        it(`have what the apps are made of in ${least[cloud]} regions of ${cloud}`, async () => {
            const needed = new Set<string>();
            for (const [app, environments] of wanted)
                for (const environment of environments) {
                    const { plan, usage } = await planned(app, cloud, environment);
                    for (const { priceId } of estimate(plan, usage).lineItems) needed.add(priceId);
                }
            assert.ok(needed.size > 25);
            const book = wholeBookOf(cloud);
            const whole = regionsOfCloud[cloud].filter((region) =>
                [...needed].every((id) => findPrice(book, id, region) !== undefined),
            );
            assert.ok(whole.length >= least[cloud], `${whole.length}: ${whole.join(" ")}`);
        });

        for (const region of samples[cloud])
            it(`let the apps be priced without a hole in ${region}`, async () => {
                for (const [app, environments] of wanted)
                    for (const environment of environments) {
                        const { missing, refused, expected } = await placed(app, cloud, environment, region);
                        const known = without[`${app} ${region}`];
                        const found = [...missing, ...(refused === undefined ? [] : [refused])];
                        if (known) assert.ok(found.length > 0 && found.every((one) => known.test(one)), found.join());
                        else assert.deepEqual(found, [], `${app} in ${environment}`);
                        assert.ok(refused !== undefined || expected > 0);
                    }
            });
    }
});
