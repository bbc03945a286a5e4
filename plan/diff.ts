import type { Change, Diff, PropertyChange } from "./change";
import { touches } from "./compare";
import { Followed } from "./follow";
import { composedSecrets, holds } from "./holding";
import { keepsName } from "./naming";
import { inherited } from "./provided";
import { recomputed, replacedBy } from "./replacing";
import { nameOf, type Snapshot, type SnapshotResource } from "./snapshot";

export type { Change, Diff, PropertyChange };

/**
 * Compares as the engine does: by URN or alias, in the order of what needs what, so that what takes an id of a replaced
 * resource changes with it. The stack's part of a name (`todo-dev`) does not count.
 */
export function diff(before: Snapshot, after: Snapshot): Diff {
    const app = after.app ?? before.app;
    const prefixes = [`${before.app ?? app}-${before.stack}`, `${app}-${after.stack}`] as const;
    const followed = new Followed(before, after, prefixes);

    const [madeAgain, composed] = [composedSecrets(before), composedSecrets(after)];

    const changed = new Map<string, Change>();
    const matched = new Set<string>();
    let unchanged = 0;
    for (const resource of followed.inOrder(after)) {
        const was = followed.counterpart(resource);
        if (was) matched.add(was.urn);
        const change = was ? changeOf(was, resource, followed, madeAgain) : created(resource, composed);
        followed.settle(resource, change && outcome(change, resource.type));
        if (change) changed.set(resource.urn, change);
        else unchanged++;
    }
    const gone = followed
        .inOrder(before)
        .filter(({ urn }) => !matched.has(urn))
        .reverse();
    const changes = [...changed.values(), ...gone.map((resource) => deleted(resource, madeAgain))];
    const dangers = changes.filter(
        ({ kind, holds: held, retained }) => held && !retained && (kind === "replace" || kind === "delete"),
    );
    const sameStack = before.stack === after.stack && (before.app ?? app) === app;
    return { before: before.title, after: after.title, sameStack, changes, unchanged, dangers };
}

const created = (resource: SnapshotResource, composed: ReadonlySet<string>): Change => ({
    kind: "create",
    type: resource.type,
    name: resource.name,
    ...holds(resource, composed),
    properties: [],
});

const deleted = (resource: SnapshotResource, composed: ReadonlySet<string>): Change => ({
    kind: "delete",
    type: resource.type,
    name: resource.name,
    ...holds(resource, composed),
    ...(resource.protect && { refused: true }),
    ...(resource.retainOnDelete && { retained: true }),
    properties: [],
});

/** What others see of a change: everything is new, or these outputs are. */
const outcome = ({ kind }: Change, type: string): "new" | readonly string[] =>
    kind === "create" || kind === "replace" ? "new" : (recomputed[type] ?? []);

function changeOf(
    was: SnapshotResource,
    resource: SnapshotResource,
    followed: Followed,
    composed: ReadonlySet<string>,
): Change | undefined {
    const { type, name, ignoreChanges = [], replaceOnChanges = [] } = resource;
    const inputs = followed.renamed(was);
    const isIgnored = (path: string) =>
        ignoreChanges.some((ignored) => touches(path, ignored) && !isAbove(path, ignored));
    const now = followed.marked(was, resource);
    const known = knownPart(inputs, resource);

    const because = replacedBy(type, known, now, (one, other) => followed.differences(one, other).length === 0);
    const replaces = (path: string) =>
        because.some((rule) => touches(path, rule)) ||
        replaceOnChanges.some((rule) => rule === "*" || touches(path, rule));
    const own = followed
        .differences(known, now)
        .filter(({ path }) => !isIgnored(path))
        .map((found): PropertyChange => ({ ...followed.explained(found), replaces: replaces(found.path) }));
    const properties = [...own, ...inherited(was, resource, followed)];

    const replaced = properties.some((property) => property.replaces);
    const renamed = nameOf(was.urn) !== name && followed.sameStack;
    if (!properties.length) return undefined;
    return {
        kind: replaced ? "replace" : "update",
        type,
        name,
        ...(renamed && { was: nameOf(was.urn) }),
        ...holds(was, composed),
        ...(replaced && was.protect && { refused: true }),
        ...(replaced && was.retainOnDelete && { retained: true }),
        ...(replaced && deletesFirst(was, resource) && { deletedFirst: true }),
        ...felt(type, properties),
        properties,
    };
}

/** What is noticed of a change that its provider makes in place, by type: where what runs does not fit what it is changed to. */
const noticed: Record<string, readonly [is: (property: PropertyChange) => boolean, felt: string]> = {
    // A service is found under the port that it has: callers that were started before ask at the old one.
    "aws:ecs/service:Service": [
        ({ path, before }) =>
            /^serviceConnectConfiguration\.services\[\d+\]\.clientAlias.*\.port$/.test(path) && before !== undefined,
        "its callers ask at the old port until they are replaced, too: calls fail meanwhile",
    ],
    // It is changed before any task is. Cloud Run's probes belong to what they probe.
    "aws:lb/targetGroup:TargetGroup": [
        ({ path, before }) => /^healthCheck\.(path|matcher|protocol|port)$/.test(path) && before !== undefined,
        "the tasks that run are asked this at once, before new ones are there: those that do not answer it are stopped. Deploy a version first that answers the old and the new way",
    ],
};

const felt = (type: string, properties: PropertyChange[]): Pick<Change, "felt"> => {
    const [is, text] = noticed[type] ?? [];
    return is && properties.some(is) && !properties.some(({ replaces }) => replaces) ? { felt: text } : {};
};

const isAbove = (path: string, other: string): boolean => other.startsWith(`${path}.`) || other.startsWith(`${path}[`);

/** What a plugin will register is known in part only, so only that part is compared. */
const knownPart = (before: Record<string, unknown>, { synthesised, inputs }: SnapshotResource) =>
    synthesised ? Object.fromEntries(Object.entries(before).filter(([key]) => key in inputs)) : before;

/** The program says so, or the name is the program's own and stays: two of one name cannot be. */
const deletesFirst = (was: SnapshotResource, resource: SnapshotResource): boolean =>
    resource.deleteBeforeReplace === true || keepsName(resource.type, was.inputs, resource.inputs);
