import { withoutReferences } from "../../topology/references";
import { isContract } from "./contract";
import type { Around } from "./around";
import type { Reference } from "./fields";
import type { Setting } from "./settings";

/** Variables that go before what settings files of a source say. */

/** Gives a service the variables; answers with the places in its source that they stand for, and the stores that only they lead to. */
export function override(
    settings: Setting[],
    references: Map<string, Reference>,
    around: Around,
    { env, uses, calls }: { env: Record<string, string>; uses: Set<string>; calls: Set<string> },
): { places: Set<string>; stores: Set<string> } {
    const { note, mend } = around;
    const [places, stores] = [new Set<string>(), new Set<string>()];
    for (const { variable, value, where, places: all } of settings) {
        const reference = references.get(variable);
        const called = reference ? undefined : calledIn(value, around);
        if (reference && "mend" in reference)
            mend(["build"], `${where}, for which ${variable} stands: ${reference.mend}`);
        if (!reference && !called) continue;
        for (const place of all) places.add(place);
        if (called) {
            env[variable] = called.url;
            calls.add(called.service);
            if (called.port !== undefined) around.calls(called.service, called.port, ["build"]);
            note(["build"], `${where} leads to ${called.service}: ${variable} goes before it`);
        } else if (reference) {
            uses.add(reference.backing.name);
            stores.add(reference.backing.name);
            if ("mend" in reference) continue;
            if (!isContract(variable, reference.value, reference.backing)) env[variable] = reference.value;
            note(["build"], `${where} says it of ${reference.backing.name}: ${variable} goes before it`);
            if (reference.note) note(["build"], reference.note);
        }
    }
    return { places, stores };
}

/** The service that a value calls by HTTP, and that value as the service's URL. */
function calledIn(
    value: string,
    { services, from }: Around,
): { service: string; url: string; port?: number } | undefined {
    const [, host, port, rest = ""] = /^https?:\/\/([\w.-]+)(?::(\d+))?([/?#].*)?$/i.exec(value) ?? [];
    const service = host === undefined || host === from ? undefined : services.get(host);
    if (service === undefined) return undefined;
    return {
        service,
        url: `\${${service}.url}${withoutReferences(rest)}`,
        ...(port === undefined ? {} : { port: Number(port) }),
    };
}
