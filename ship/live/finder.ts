import type { State } from "../../operate/state";
import type { App } from "../../topology/app";
import { candidateName } from "../../topology/rollout";
import { Missing, type CloudArgs } from "./client";

/** A service, or its candidate, by what it is called in the app. @throws Missing if the app has none of that name */
export function named(app: App, name: string): { service: string; candidate: boolean } {
    if (Object.hasOwn(app.services, name)) return { service: name, candidate: false };
    const service = Object.keys(app.services).find((one) => candidateName(one) === name);
    if (service !== undefined) return { service, candidate: true };
    throw new Missing(`there is no service ${name}: ${Object.keys(app.services).join(", ")}`);
}

/**
 * What something is called in the cloud, by its name in the app. The state is read once, and once more for what is not in it: a
 * candidate comes while somebody watches.
 */
export function finder<T>(
    { stack, state }: Pick<CloudArgs, "stack" | "state">,
    find: (resources: State["resources"], name: string) => T | undefined,
): { of: (name: string) => Promise<T>; all: () => Promise<string[]> } {
    let known: State["resources"] | undefined;
    const read = async () => (known = (await state()).resources.filter((resource) => !resource.delete));
    return {
        of: async (name) => {
            named(stack.app, name);
            const found = find(known ?? (await read()), name) ?? find(await read(), name);
            if (found === undefined) throw new Missing(`${name} is not deployed in stack ${stack.place.stack}`);
            return found;
        },
        all: async () => {
            const resources = await read();
            const names = Object.keys(stack.app.services).flatMap((name) => [name, candidateName(name)]);
            return names.filter((name) => find(resources, name) !== undefined);
        },
    };
}

/** The id of a resource of a state; undefined where there is none. */
export const idOf = (resources: State["resources"], type: string, name: string): string | undefined =>
    resources.find((one) => one.type === type && one.name === name)?.id;
