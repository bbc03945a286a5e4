import type { Plan } from "../../plan/plan";
import type { PlanResource } from "../../plan/resource";
import type { Carried } from "./row";

/** The value at a path such as `a.b[0].c[name=api].d`; a text of JSON on the way is looked into. */
export function valueAt(data: unknown, path: string): unknown {
    const keys = path.match(/[^.[\]]+(?=[.[]|$)|\[[^\]]+\]/g) ?? [];
    return keys.reduce<unknown>((found, key) => {
        const value = typeof found === "string" && /^\s*[[{]/.test(found) ? (JSON.parse(found) as unknown) : found;
        if (typeof value !== "object" || value === null) return undefined;
        const selector = /^\[(?:([^=]+)=)?(.+)\]$/.exec(key);
        if (!selector) return (value as Record<string, unknown>)[key];
        const [, field, wanted] = selector;
        if (!Array.isArray(value)) return (value as Record<string, unknown>)[wanted];
        return field === undefined
            ? (value[Number(wanted)] as unknown)
            : value.find((item: Record<string, unknown>) => String(item[field]) === wanted);
    }, data);
}

/** The resource that carries a figure. @throws Error naming those that there are, if it is not exactly one */
export function carrierOf({ type, name }: Carried, plan: Plan): PlanResource {
    const prefix = `${plan.app}-${plan.stack}-`;
    const short = (resource: PlanResource) => resource.name.slice(prefix.length);
    const ofType = plan.resources.filter((resource) => resource.type === type);
    const found = name === undefined ? ofType : ofType.filter((resource) => short(resource) === name);
    if (found.length === 1) return found[0];
    throw new Error(
        `${type} ${name ?? ""}: ${found.length} in the plan; there are ${ofType.map(short).join(", ") || "none"}`,
    );
}

/** What stands where a figure is said to be, and whether it is the figure. @throws Error if there is no such resource */
export function look(carried: Carried, plan: Plan): { shown: string; holds: boolean } {
    const value = valueAt(carrierOf(carried, plan).inputs, carried.path);
    const { is } = carried;
    if (carried.byDefault) {
        const holds = value === undefined;
        return { shown: holds ? String(is) : text(value), holds };
    }
    if (is instanceof RegExp) {
        const part = value === undefined ? null : is.exec(text(value));
        return { shown: part ? part[0] : text(value), holds: part !== null };
    }
    return { shown: text(value), holds: JSON.stringify(value) === JSON.stringify(is) };
}

const text = (value: unknown): string => (typeof value === "string" ? value : (JSON.stringify(value) ?? "nothing"));
