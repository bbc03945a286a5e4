import { quotaWarnings } from "../plan/quotas";
import { planOf } from "../plan/plan";
import { shared } from "../topology/clash";
import { ProblemsError, type Stack } from "../topology/validate";
import { colours, printJson, say } from "./output";
import { others, select, type Selection } from "./selection";

/**
 * `twinstack validate`: the configuration, every problem at once; then whether its parts' names get along in a plan and with those of
 * the project's other stacks, and what there is more of than a cloud gives.
 */
export async function validate(selection: Selection, { json }: { json?: boolean }): Promise<number> {
    const { stack, file, project } = select(selection);
    const { resources } = await planOf(stack, { project });
    const warnings = quotaWarnings(resources);
    const { app, cloud, environment, place } = stack;
    const twice =
        cloud === "local"
            ? []
            : others(place.stack).flatMap((other) => shared(stack as Stack, other.stack as Stack, other.file));
    if (twice.length > 0) throw new ProblemsError(twice, place.stack);
    if (json)
        await printJson({
            valid: true,
            file,
            app: app.name,
            cloud,
            environment,
            stack: place.stack,
            region: place.region,
            ...(warnings.length > 0 && { warnings }),
        });
    else
        await say(
            `${colours.green("✓")} ${file} is valid: ${app.name} on ${cloud} in ${environment} (${place.region})\n` +
                warnings.map((sentence) => `${colours.yellow("!")} ${sentence}\n`).join(""),
        );
    return 0;
}
