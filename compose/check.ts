import { estimate } from "../cost/estimate";
import { usageOf } from "../cost/usage";
import { planOf } from "../plan/plan";
import { countsOf, created, tree } from "../plan/tree";
import { clouds, type AppInput, type Cloud, type Environment } from "../topology/app";
import type { Problem } from "../topology/problems";
import { ProblemsError, resolve, type Stack } from "../topology/validate";

/** What an app would be on a cloud, in dev. */
export interface Checked {
    cloud: Cloud;
    /** What `validate` would say; then nothing is built. */
    problems: Problem[];
    /** Role → how many of its components. */
    roles?: Record<string, number>;
    resources?: number;
    /** USD. */
    monthly?: number;
    /** Whether something in it has no price. */
    atLeast?: boolean;
}

const config = {
    "aws:region": "ap-northeast-1",
    "gcp:region": "asia-northeast1",
    "gcp:project": "example-project",
};

/** What is still wrong with an app on either cloud; in dev unless said otherwise. */
export const problemsOn = (app: AppInput, cloud: Cloud, environment: Environment = "dev"): Problem[] =>
    attempt(app, cloud, environment).problems;

function attempt(
    app: AppInput,
    cloud: Cloud,
    environment: Environment = "dev",
): { stack?: Stack; problems: Problem[] } {
    const settings = {
        stack: environment,
        config: {
            ...config,
            "twinstack:environment": environment,
            "twinstack:app": app.name,
            "twinstack:cloud": cloud,
        },
    };
    try {
        return { stack: resolve(settings, { [app.name]: app }), problems: [] };
    } catch (error) {
        if (!(error instanceof ProblemsError)) throw error;
        return { problems: error.problems };
    }
}

/** Plans and prices an app on both clouds, for the traffic that it says. */
export async function check(app: AppInput): Promise<Checked[]> {
    const found: Checked[] = [];
    for (const cloud of clouds) {
        const { stack, problems } = attempt(app, cloud);
        if (!stack) {
            found.push({ cloud, problems });
            continue;
        }
        const plan = await planOf(stack);
        const { monthly, atLeast } = estimate(plan, usageOf(stack.app));
        found.push({
            cloud,
            problems,
            roles: countsOf(tree(plan)),
            resources: created(plan).length,
            monthly: monthly.expected,
            atLeast,
        });
    }
    return found;
}
