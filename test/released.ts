import { explain, isAbout, type Upgrade } from "../plan/upgrades";
import { diff } from "../plan/diff";
import type { Plan } from "../plan/plan";
import { replacing } from "../plan/replacing";
import { nameOf, snapshotOfPlan, type Snapshot, type SnapshotResource } from "../plan/snapshot";
import { kindOf } from "../plan/tree";
import type { Target } from "../topology/app";

/**
 * What a released version planned, in a small form: of each resource who it is (types of its parents, its type, its name) and
 * the inputs that replace it.
 */
export interface Released {
    version: string;
    /** `todo.aws` → resource → environments, by commas → its replacing inputs. The stack's part of names is `<stack>`. */
    apps: Record<string, Record<string, Record<string, Record<string, unknown>>>>;
}

/** A new one of these is made whenever anything of it changes: a revision of a program, which replaces nothing that lives. */
const revisions = new Set(["aws:ecs/taskDefinition:TaskDefinition"]);

/** The stack's part of a name: `todo-dev`. */
const placeholder = "<stack>";
const stackOf = ({ app, stack }: { app?: string; stack: string }): string => `${app}-${stack}`;

/** A value without anything but what these paths lead to, lists item by item. */
function pruned(value: unknown, paths: string[][]): unknown {
    if (paths.some((path) => path.length === 0)) return value;
    if (Array.isArray(value)) return value.map((item) => pruned(item, paths));
    if (typeof value !== "object" || value === null) return value;
    const kept = Object.entries(value).flatMap(([key, item]) => {
        const within = paths.filter(([first]) => first === key).map((path) => path.slice(1));
        return within.length ? [[key, pruned(item, within)]] : [];
    });
    return Object.fromEntries(kept) as unknown;
}

/** The replacing inputs of a resource, with `<stack>` for the stack's part of names. */
function replacingInputs({ type, inputs, replaceOnChanges = [] }: SnapshotResource, prefix: string) {
    if (revisions.has(type)) return {};
    const paths = [
        ...(replacing[type] ?? []).map(({ path }) => path),
        ...replaceOnChanges.filter((path) => path !== "*"),
    ];
    const own = replaceOnChanges.includes("*")
        ? inputs
        : pruned(
              inputs,
              paths.map((path) => path.split(".")),
          );
    return JSON.parse(JSON.stringify(own).replaceAll(prefix, placeholder)) as Record<string, unknown>;
}

/** One plan as it is kept. */
export function reduced(plan: Plan<Target>): Record<string, Record<string, unknown>> {
    const snapshot = snapshotOfPlan(plan);
    const prefix = stackOf(plan);
    return Object.fromEntries(
        snapshot.resources.map((resource) => [
            `${resource.urn.split("::")[2].replace(/^pulumi:pulumi:Stack\$/, "")}::${resource.name.replace(prefix, placeholder)}`,
            replacingInputs(resource, prefix),
        ]),
    );
}

/** Adds a plan to what is kept. */
export function keep(released: Released, plan: Plan<Target>): void {
    const resources = (released.apps[`${plan.app}.${plan.cloud}`] ??= {});
    for (const [key, inputs] of Object.entries(reduced(plan))) {
        const variants = (resources[key] ??= {});
        const same = Object.keys(variants).find((names) => JSON.stringify(variants[names]) === JSON.stringify(inputs));
        if (same !== undefined) delete variants[same];
        variants[same === undefined ? plan.stack : `${same},${plan.stack}`] = inputs;
    }
}

/** What was planned of a stack, as far as it is kept; undefined if it was not. */
export function snapshotOfReleased({ version, apps }: Released, plan: Plan<Target>): Snapshot | undefined {
    const resources = apps[`${plan.app}.${plan.cloud}`];
    if (!resources) return undefined;
    const prefix = stackOf(plan);
    const head = plan.resources[0].urn.split("::").slice(0, 2).join("::");
    const chain = plan.resources[0].urn.split("::")[2].startsWith("pulumi:pulumi:Stack$") ? "pulumi:pulumi:Stack$" : "";
    const named = (text: string) => text.replaceAll(placeholder, prefix);
    return {
        title: version,
        app: plan.app,
        stack: plan.stack,
        resources: Object.entries(resources).flatMap(([key, variants]) => {
            const found = Object.entries(variants).find(([names]) => names.split(",").includes(plan.stack));
            if (!found) return [];
            const [types, name] = key.split("::");
            return {
                urn: `${head}::${chain}${types}::${name.replace(placeholder, prefix)}`,
                type: types.split("$").at(-1)!,
                name: name.replace(placeholder, prefix),
                inputs: JSON.parse(named(JSON.stringify(found[1]))) as Record<string, unknown>,
            };
        }),
    };
}

/** What has to be mended, or said in upgrades.json, before what is planned today may follow what was planned before. */
export function faults(before: Snapshot, today: Snapshot, upgrades: readonly Upgrade[]): string[] {
    const prefix = stackOf(today);
    const after = {
        ...today,
        resources: today.resources.map((resource) => ({
            ...resource,
            inputs: revisions.has(resource.type) ? {} : resource.inputs,
        })),
    };
    const unaccounted = explain(diff(before, after), upgrades)
        .filter(({ accounted }) => !accounted)
        .map(({ change: { kind, type, name, properties } }) => {
            const causes = properties.filter(({ replaces }) => replaces).map(({ path }) => path);
            return kind === "delete"
                ? `${kindOf(type)} ${name} is gone: an alias of what it is called now and an entry "renamed", or an entry "removed"`
                : `${kindOf(type)} ${name} is replaced because of ${causes.join(", ")}: an entry "replaced"`;
        });
    const known = new Map(before.resources.map((resource) => [resource.urn, resource]));
    const renamed = today.resources.flatMap(({ urn, type, name, aliases = [] }) => {
        const was = known.has(urn) ? undefined : aliases.find((alias) => known.has(alias));
        if (was === undefined || isToldOf(upgrades, type, name, nameOf(was))) return [];
        return [`${kindOf(type)} ${name} was ${nameOf(was)}: an entry "renamed" beside its alias`];
    });
    return [...unaccounted, ...renamed].map((fault) => fault.replaceAll(prefix, placeholder));
}

/** Whether the list says that something is called otherwise than before. */
export const isToldOf = (upgrades: readonly Upgrade[], type: string, name: string, was: string): boolean =>
    upgrades.some((upgrade) => upgrade.change === "renamed" && isAbout(upgrade, type, name, was));
