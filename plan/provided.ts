import type { PropertyChange } from "./change";
import type { Followed } from "./follow";
import { inheritsProject, inheritsTags, replacedBy } from "./replacing";
import type { SnapshotResource } from "./snapshot";

/** What changes of a resource because its explicit provider does: all of it, its project, or its tags. */
export function inherited(was: SnapshotResource, resource: SnapshotResource, followed: Followed): PropertyChange[] {
    const [before, after] = [followed.providerBefore(was), followed.providerAfter(resource)];
    if (!before || !after) return [];
    const replaced = replacedBy(after.type, before.inputs, after.inputs);
    const changes = replaced.map((path): PropertyChange => ({
        path: `provider.${path}`,
        before: before.inputs[path],
        after: after.inputs[path],
        replaces: true,
    }));
    const [old, now] = [before.inputs.project, after.inputs.project];
    if (inheritsProject(resource.type) && old !== now && resource.inputs.project === undefined)
        changes.push({ path: "project", before: old, after: now, replaces: true });
    if (inheritsTags(resource.type))
        for (const [input, shown] of [
            ["defaultTags", "tags"],
            ["defaultLabels", "labels"],
        ])
            for (const { path, ...values } of followed.differences(before.inputs[input], after.inputs[input]))
                changes.push({
                    path: [shown, path.replace(/^tags\.?/, "")].filter(Boolean).join("."),
                    ...values,
                    replaces: false,
                });
    return changes;
}
