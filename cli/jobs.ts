import { breakEven } from "../cost/breakeven";
import { bookOf } from "../cost/load";
import { beside, sideOf, type Side } from "../cost/side";
import { planOf } from "../plan/plan";
import type { Half, Jobs } from "./elsewhere";

let begun: { half: Half; side: Promise<Side> } | undefined;

/** What the thread of a cloud does when the main thread asks. */
export const jobs: Jobs = {
    plan: ({ stack, project }) => planOf(stack, { project }),

    async begin(half) {
        const plan = planOf(half.stack, { project: half.project });
        const side = plan.then((plan) => priced(plan, half));
        begun = { half, side };
        // Whoever finishes hears of it.
        side.catch(() => undefined);
        await plan;
    },

    async finish({ plan, apps }) {
        if (!begun) throw new Error("nothing was begun");
        const { half, side } = begun;
        return beside(sideOf(plan, half.usage, half.options), await side, apps, half.range);
    },
};

/** The half, and what its comparison will ask for: the main thread is not ready yet. */
function priced(plan: Parameters<typeof sideOf>[0], { usage, options, range }: Half): Side {
    const side = sideOf(plan, usage, options);
    // Curves remember where they were looked at.
    if (range) breakEven(side.curve, side.curve, range);
    bookOf(plan.cloud === "aws" ? "gcp" : "aws");
    return side;
}
