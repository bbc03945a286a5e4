import type { ParsedApp } from "./app";
import { engineOf } from "./engines";
import type { Path } from "./merge";
import { databaseParameters, parameterForm, parameterValue, setElsewhere, type Parameter } from "./parameters";
import { show, type Finding } from "./problems";
import { choices } from "./suggest";

/** Parameters of a database's server: those that both clouds take, and values that these take. */
export function* parameterRules(
    { engine, parameters }: Pick<ParsedApp["databases"][string], "engine" | "parameters">,
    at: Path,
): Generator<Finding> {
    const { title } = engineOf(engine);
    const known = databaseParameters[engine];
    for (const [name, said] of Object.entries(parameters)) {
        const parameter = known[name] as Parameter | undefined;
        const reads = [[...at.slice(0, -1), "engine"]];
        if (parameter === undefined) {
            const why = setElsewhere(engine, name);
            yield {
                at: [...at, name],
                found: `a parameter of ${title} that is not one of an app's`,
                allowed:
                    why === undefined
                        ? `a parameter that both clouds take: ${choices(name, Object.keys(known))}`
                        : `nothing: ${why}`,
                reads,
            };
        } else if (parameterValue(parameter, said) === undefined)
            yield { at: [...at, name], found: show(said), allowed: parameterForm(parameter), reads };
    }
}
