import { planOf } from "../plan/plan";
import { colours, printJson, say } from "./output";
import { select, type Selection } from "./selection";

/** `twinstack validate`: the configuration, every problem at once; then whether its parts' names get along in a plan. */
export async function validate(selection: Selection, { json }: { json?: boolean }): Promise<number> {
    const { stack, file, project } = select(selection);
    await planOf(stack, { project });
    const { app, cloud, environment, place } = stack;
    if (json)
        await printJson({
            valid: true,
            file,
            app: app.name,
            cloud,
            environment,
            stack: place.stack,
            region: place.region,
        });
    else
        await say(
            `${colours.green("✓")} ${file} is valid: ${app.name} on ${cloud} in ${environment} (${place.region})\n`,
        );
    return 0;
}
