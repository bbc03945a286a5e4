import { callVariables } from "../../topology/variables";
import type { Around } from "./around";
import type { Mention } from "./hosts";
import { refusalOf } from "./nginx/outcome";
import type { Backing } from "./parts";

/** Places that name other services of a file, where no variable can change them. */

/** Mounted files that name other services: what is in them is what the container reads. */
export function sayMentions(around: Around, { uses, calls }: { uses: Set<string>; calls: Set<string> }): void {
    const said = new Set<string>();
    for (const mention of around.mentions) {
        const { host, at } = mention;
        const key = JSON.stringify([host, at]);
        if (!["volumes", "configs"].includes(String(at[0])) || said.has(key)) continue;
        said.add(key);
        const service = around.services.get(host);
        if (service !== undefined) calls.add(service);
        if (around.left.get(host) === false) {
            around.note(at, `${mention.where} leads to ${host}, which is left out: say there what takes its place`);
            continue;
        }
        const backing = around.backings.get(host);
        const file = backing && around.configurations?.lead(backing);
        if (file !== undefined) {
            uses.add(backing!.name);
            around.note(at, ledBy(file, backing!));
            continue;
        }
        around.mend(at, leadsTo(mention, around));
    }
}

/** What is wrong with a place that names another service. */
export function leadsTo({ host, gateway, where }: Mention, { backings, services, front }: Around): string {
    const says = `${where} leads to ${host}`;
    const service = services.get(host);
    const backing = backings.get(host);
    if (gateway)
        return `${says} by FastCGI or the like, which web servers alone speak, and services are called by HTTP: build one image of both`;
    const refusal = refusalOf(front);
    if (service !== undefined)
        return `${says}, a name that only Compose's network knows${refusal === undefined ? `: read ${callVariables(service)[0]} instead, which calling ${service} gives` : `, ${refusal}`}`;
    if (backing)
        return `${says}, a name that only Compose's network knows: read ${backing.variables.join(", ")} instead`;
    return `${says}, which has no place here`;
}

/** What is said of a configuration file that leads to a store. */
export const ledBy = (file: string, { name }: Backing): string =>
    `${file} leads to ${name}: it is a secret file, with references in place of what it says, and read-only`;
