import assert from "node:assert/strict";

import { apps } from "../../apps";
import { findPrice, type Cloud } from "../../cost/book";
import { estimate } from "../../cost/estimate";
import { wholeBookOf } from "../../cost/load";
import { least, misjudged, placed, regionsOfCloud, wanted } from "../../scripts/regions";
import { clouds } from "../../topology/app";
import { planned } from "./planned";

/** A region of each cloud, planned and priced in full; `npm run prices:check` does so with all of them. */
const samples: Record<Cloud, string> = { aws: "eu-central-1", gcp: "southamerica-east1" };
/** A region of each continent; of one the books guess much. */
const continents: Record<Cloud, readonly string[]> = {
    aws: ["us-east-1", "eu-central-1", "ap-southeast-1", "sa-east-1", "ap-southeast-2", "af-south-1"],
    gcp: ["us-central1", "us-west1", "europe-west3", "asia-southeast1", "southamerica-east1", "australia-southeast1"],
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

        it(`let the apps be priced without a hole in ${samples[cloud]}`, async () => {
            const region = samples[cloud];
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

        it(`say where nearly all of an app's cost in prod on ${cloud} is from`, async () => {
            for (const app of Object.keys(apps)) {
                const { plan, usage } = await planned(app, cloud, "prod");
                const { doubtful, monthly } = estimate(plan, usage);
                assert.ok(
                    doubtful.unverified / monthly.expected <= 0.05,
                    `${app}: ${doubtful.unverified} USD unverified`,
                );
            }
        });

        it(`know a tenth or less of it not for sure in other regions of ${cloud}, but where it is said`, async () => {
            for (const region of continents[cloud])
                for (const app of Object.keys(apps))
                    assert.equal(misjudged(cloud, await placed(app, cloud, "prod", region)), undefined);
        });
    }
});
