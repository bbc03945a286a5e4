import { apps } from "../../apps";
import { planOf, type Plan } from "../../plan/plan";
import { environmentNames, type AppInput, type Cloud } from "../../topology/app";
import { bothWays, everything, full } from "../everything";
import { stackOf } from "./stack";

/** The plans of every app, and of the one with everything, in every environment. */
export function plansOn(cloud: Cloud): Promise<Plan[]> {
    const all: [AppInput, object][] = [
        ...Object.values(apps).map((app): [AppInput, object] => [app, {}]),
        [everything, full.everything!()],
        [everything, {}],
        [bothWays, {}],
    ];
    return Promise.all(
        all.flatMap(([app, overrides]) =>
            environmentNames.map((environment) =>
                planOf(stackOf(app, cloud, environment, { overrides, domain: true })),
            ),
        ),
    );
}
