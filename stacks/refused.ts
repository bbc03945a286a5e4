import * as pulumi from "@pulumi/pulumi";

/**
 * Has every update checked for one that the cloud refused before. The state keeps what was asked for as what is there, so that the
 * provider has nothing to ask for the next time, and a plain rerun would be green. Such an update fails, in a preview already,
 * until a refresh has read what is there. What is behind a gate (components/gates.ts) is asked for anew by itself.
 */
export function refuseUnseen(): void {
    const before = new pulumi.ResourceHook("refused-before", sayRefused, { onDryRun: true });
    pulumi.runtime.registerStackTransformation(({ resource, props, opts }) => {
        // Not isInstance: the mark that it looks for is made later.
        if (!(resource instanceof pulumi.CustomResource)) return undefined;
        const { hooks } = opts;
        return {
            props,
            opts: { ...opts, hooks: { ...hooks, beforeUpdate: [...(hooks?.beforeUpdate ?? []), before] } },
        };
    });
}

/** @throws where this update was refused before, with the way on */
function sayRefused({ urn, ...values }: pulumi.ResourceHookArgs): void {
    const keys = askedBefore(values);
    if (keys.length === 0) return;
    throw new Error(
        `the cloud refused this change before (${keys.join(", ")}), and the state has it all the same. ` +
            `Read what is there, then run up again: pulumi refresh --yes --target '${urn}'`,
    );
}

/** Values of a resource: what is asked for now and was asked for last, and what the state takes for the answer. */
export type Values = Pick<pulumi.ResourceHookArgs, "newInputs" | "oldInputs" | "oldOutputs">;

/**
 * What an update changes, if the state says all of it already: then it was asked for and refused, and nothing would be asked for now.
 * Of a refused update the engine keeps the inputs of the one before, and the outputs that there should have been. Secrets are not
 * looked at.
 */
export function askedBefore({ newInputs = {}, oldInputs = {}, oldOutputs = {} }: Values): string[] {
    const changed = [...new Set([...Object.keys(newInputs), ...Object.keys(oldInputs)])].filter(
        (key) =>
            !key.startsWith("__") &&
            ![newInputs, oldInputs, oldOutputs].some((values) => pulumi.Output.isInstance(values[key])) &&
            !(says(newInputs[key], oldInputs[key]) && says(oldInputs[key], newInputs[key])),
    );
    return changed.every((key) => says(newInputs[key], oldOutputs[key])) ? changed.sort() : [];
}

/** Whether a value has all that is asked for: it may have more, such as defaults, and in another order. */
function says(asked: unknown, value: unknown): boolean {
    if (isNothing(asked)) return isNothing(value);
    if (Array.isArray(asked))
        return (
            Array.isArray(value) &&
            asked.length === value.length &&
            asked.every((one) => value.some((other) => says(one, other)))
        );
    if (typeof asked !== "object") return asked === value;
    return (
        typeof value === "object" &&
        value !== null &&
        Object.entries(asked as object).every(
            ([key, one]) => key.startsWith("__") || says(one, (value as Record<string, unknown>)[key]),
        )
    );
}

/** What a provider may write for a value that is not given. */
const isNothing = (value: unknown): boolean =>
    value === undefined ||
    value === null ||
    value === false ||
    value === "" ||
    value === 0 ||
    (typeof value === "object" && Object.values(value).every(isNothing));
