import { formatWords } from "../../topology/secret-formats";
import { isTree, type Tree } from "../load/places";
import type { Around } from "./around";
import { sourceOf } from "./contract";
import type { Reference } from "./fields";
import { imageOf } from "./parts";
import { asksFor, callsOf, formsOf, keysOf, setFor } from "./products";
import { complete } from "./references";
import { textsOf } from "./values";

/** Variables of well-known images, of which a file says nothing. */

type Variables = [string, string | undefined][];

/**
 * Leads a well-known image to stores that it waits for, where no variable does: by the whole set that it reads. An app of one program and
 * one database needs no word that one is for the other, unless the machine is shown the database, where another program may ask it. The
 * answer is the stores' names.
 */
export function leadToStores(
    raw: Tree,
    around: Around,
    told: Variables,
    references: Map<string, Reference>,
    awaited: string[],
): string[] {
    const { backings, services } = around;
    const databases = [...backings.values()].filter(({ kind }) => kind === "databases");
    const isForIt = services.size === 1 && databases.length === 1 && !around.answers(databases[0].from);
    const only = isForIt ? [databases[0].from] : [];
    return [...new Set([...awaited, ...only])].flatMap((other) => {
        const backing = backings.get(other);
        const isKnown =
            [...references.values()].some((reference) => reference.backing === backing) ||
            around.mentions.some(({ host }) => host === other) ||
            told.some(([variable, value]) => sourceOf(variable, value, around).backing === backing);
        const set = backing && !isKnown ? setFor(imageOf(raw) ?? "", backing) : undefined;
        if (!backing || !set) return [];
        complete(references, told, backing, set.variables, `what the image reads of ${other}, by ${set.source}`);
        return [backing.name];
    });
}

/** What a well-known image has to be told beside: where others of its family are, and secrets; and what it asks in the browser. */
export function sayKnown(
    raw: Tree,
    { from, backings, services, isOf, note, mend }: Around,
    told: Variables,
    made: { env: Record<string, string>; secrets: Set<string>; uses: Set<string>; calls: Set<string> },
): void {
    const isTold = (name: string) => told.some(([variable]) => variable === name);
    const asked = asksFor(raw);
    const databases = [...backings.values()].filter(({ kind }) => kind === "databases");
    // What waits for one is told so there.
    const waits = [...textsOf(raw.links), ...(isTree(raw.depends_on) ? Object.keys(raw.depends_on) : [])];
    const isLost = databases.length > 0 && !databases.some((each) => made.uses.has(each.name));
    if (asked !== undefined && isLost && !waits.some((other) => backings.has(other.split(":")[0])))
        mend([], `no variable says where its database is: ${asked}`);
    for (const [variable, image] of callsOf(raw)) {
        const other = [...services.keys()].find((each) => each !== from && isOf(each, image));
        if (other === undefined || isTold(variable)) continue;
        made.calls.add(services.get(other)!);
        made.env[variable] = `\${${services.get(other)!}.url}`;
        note(
            ["environment"],
            `${variable}: where ${other} is, which the image looks for by the name that it has in its maker's file`,
        );
    }
    const { keys = [], source = "" } = keysOf(raw) ?? {};
    for (const key of keys) {
        const form = formsOf(raw).get(key);
        if (isTold(key) || isTold(`${key}_FILE`)) continue;
        made.secrets.add(key);
        note(
            ["environment"],
            `${key} is a secret that has to stay the same in every container (${source}): made ${form ? `as ${formatWords(form.format)}` : "with a random value"}, yours to replace`,
        );
    }
}
