import { z } from "zod";

import type { Change, Diff, PropertyChange } from "./change";
import { touches } from "./compare";
import { recomputed } from "./replacing";

/**
 * What versions of twinstack change in stacks that an earlier one deployed: upgrades.json, which the package has beside
 * package.json. What `upgrade --check` finds is explained by it, and a test holds the program against it.
 */

/** Ways in which a version changes a stack whose configuration stays as it is. */
export const upgradeKinds = {
    renamed: "has another name in the state; an alias says that it is the same, so nothing happens in the cloud",
    default: "is changed in place",
    replaced: "is made anew, and the old one deleted",
    removed: "is deleted",
    added: "is created",
} as const;

/** One thing that a version changes in existing stacks. */
export const Upgrade = z.strictObject({
    /** The first version that has it; `next` until that is released. */
    version: z.union([z.literal("next"), z.string().regex(/^\d+\.\d+\.\d+$/)]),
    change: z.enum(Object.keys(upgradeKinds) as (keyof typeof upgradeKinds)[]),
    /** Of resources of these types: `aws:rds/instance:Instance`. */
    types: z.array(z.string()).min(1),
    /** Their logical names, `*` for any characters; of something renamed, its names now. Default: all of the types. */
    names: z.array(z.string()).min(1).optional(),
    /** What was renamed, as it was called before. */
    was: z.array(z.string()).min(1).optional(),
    /** The inputs that change, or that replace it: `settings.edition`. Of `default` and `replaced`. */
    inputs: z.array(z.string()).min(1).optional(),
    /** What it is that changes, for a person who has such a stack. */
    text: z.string().min(1),
    /** What to do about it, where something is to be done. */
    todo: z.string().min(1).optional(),
});
export type Upgrade = z.infer<typeof Upgrade>;

/** The whole list. `renamed` says `was`, `default` and `replaced` say `inputs`; nothing else does. */
export const Upgrades = z.array(
    Upgrade.refine(
        ({ change, was, inputs }) =>
            (change === "renamed") === (was !== undefined) &&
            ["default", "replaced"].includes(change) === (inputs !== undefined),
        "`was` belongs to `renamed`, `inputs` to `default` and `replaced`",
    ),
);

/** What a later list says beyond an earlier one. Texts may have been mended since. */
export function upgradesBetween(earlier: readonly Upgrade[], later: readonly Upgrade[]): Upgrade[] {
    const identity = ({ version, change, types, names, was, inputs }: Upgrade) =>
        JSON.stringify([version, change, types, names, was, inputs]);
    const known = new Set(earlier.map(identity));
    return later.filter((upgrade) => !known.has(identity(upgrade)));
}

/** A change with what the list says of it. */
export interface Explained {
    change: Change;
    upgrades: Upgrade[];
    /** All of a replacement, or a deletion, is accounted for: by what the list says, or by what it follows from. */
    accounted: boolean;
}

/** What a list says of each change. */
export function explain({ changes }: Pick<Diff, "changes">, upgrades: readonly Upgrade[]): Explained[] {
    /** Names of what is new, or has other outputs, and of which the list says nothing. */
    const untold = new Set<string>();
    // In the order of a deployment, so that what others follow comes before them.
    return changes.map((change) => {
        const own = upgrades.filter((upgrade) => says(upgrade, change));
        const accounted = isAccounted(change, own, untold);
        const isNew = change.kind === "create" || Object.hasOwn(recomputed, change.type);
        if (!accounted || (isNew && !own.length)) untold.add(change.name);
        return { change, upgrades: own, accounted };
    });
}

/** Whether an upgrade is about a resource that is called so, and was called so. */
export function isAbout({ types, names, was }: Upgrade, type: string, name: string, formerly?: string): boolean {
    return (
        types.includes(type) &&
        (!names || names.some((each) => matches(each, name))) &&
        (!was || (formerly !== undefined && was.some((each) => matches(each, formerly))))
    );
}

const matches = (pattern: string, name: string): boolean =>
    new RegExp(`^${pattern.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*")}$`, "s").test(name);

function says(upgrade: Upgrade, { kind, type, name, was, properties }: Change): boolean {
    if (!isAbout(upgrade, type, name, was)) return false;
    const meets = (property: PropertyChange) => upgrade.inputs!.some((path) => touches(property.path, path));
    switch (upgrade.change) {
        case "renamed":
            return was !== undefined;
        case "added":
            return kind === "create";
        case "removed":
            return kind === "delete";
        case "default":
            return properties.some((property) => !property.replaces && meets(property));
        case "replaced":
            return properties.some((property) => property.replaces && meets(property));
    }
}

function isAccounted({ kind, properties }: Change, own: Upgrade[], untold: ReadonlySet<string>): boolean {
    if (kind === "delete") return own.some(({ change }) => change === "removed");
    if (kind !== "replace") return true;
    const inputs = own.flatMap(({ change, inputs = [] }) => (change === "replaced" ? inputs : []));
    return properties
        .filter(({ replaces }) => replaces)
        .every(
            ({ path, follows }) =>
                inputs.some((input) => touches(path, input)) ||
                (follows !== undefined && !follows.some((name) => untold.has(name))),
        );
}
