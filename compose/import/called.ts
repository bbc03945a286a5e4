import type { Compose } from "../load/load";
import type { Tree } from "../load/places";
import { baseOf } from "./dockerfile";
import type { Mention } from "./hosts";
import { environmentOf, pointsAt } from "./values";

/** Who calls whom. */

/** Service → ports at which variables, commands and files of other services call it. */
export function portsCalled({ services }: Compose, mentions: Map<string, Mention[]>): Map<string, number[]> {
    const called = new Map<string, number[]>();
    for (const { host, port, gateway } of [...mentions.values()].flat())
        if (port !== undefined && !gateway) called.set(host, [...(called.get(host) ?? []), port]);
    for (const [from, service] of Object.entries(services))
        for (const [variable, value] of environmentOf(service)) {
            const target = value === undefined ? undefined : pointsAt(variable, value);
            if (!target?.port || target.host === from || services[target.host] === undefined) continue;
            called.set(target.host, [...(called.get(target.host) ?? []), target.port]);
        }
    return called;
}

/** Whether a service may call another one: source that can be read, and that names it nowhere, does not. */
export const mayCall = (raw: Tree, other: string, mentions: Mention[]): boolean =>
    baseOf(raw) === undefined ||
    mentions.some(({ host }) => host === other) ||
    environmentOf(raw).some(([variable, value]) => value !== undefined && pointsAt(variable, value)?.host === other);
