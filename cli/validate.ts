import { colours, printJson, say } from "./output";
import { select, type Selection } from "./selection";

/** `twinstack validate`: the configuration alone; every problem at once. */
export async function validate(selection: Selection, { json }: { json?: boolean }): Promise<number> {
    const { stack, file } = select(selection);
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
