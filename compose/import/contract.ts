import { piecesOf, referenceFields } from "../../topology/references";
import { environmentPrefix } from "../../topology/variables";
import type { Around } from "./around";
import type { Backing } from "./parts";
import { pointsAt, type Target } from "./values";

/** Variables that the environment contract gives, and those that say the same in other words. */

/** What a variable leads to, and whether the contract gives it under that very name. */
export function sourceOf(
    variable: string,
    value: string | undefined,
    { from, backings, services }: Around,
): { target?: Target; backing?: Backing; given?: boolean } | { target: Target; backing?: undefined; service: string } {
    const target = value === undefined ? undefined : pointsAt(variable, value);
    const all = [...backings.values()];
    const owner = all.find(({ variables }) => variables.includes(variable));
    const pointed = target && backings.get(target.host);
    if (owner && (!pointed || pointed === owner)) return { target, backing: owner, given: true };
    if (pointed) return { target, backing: pointed };
    const service = target && target.host !== from ? services.get(target.host) : undefined;
    if (service !== undefined) return { target, service };
    // A cache has neither databases with names nor users: what says one is the app's own.
    const kin = all.find(({ name, kind }) => {
        const end = meantBy(variable, environmentPrefix(name));
        return end !== undefined && !(kind === "caches" && (end === "NAME" || end === "USER"));
    });
    return kin ? { target, backing: kin } : { target };
}

/** Whether a service that uses a part is given this very value under this very name. */
export function isContract(variable: string, value: string, { name, kind, given }: Backing): boolean {
    const [piece, ...others] = piecesOf(value);
    if (others.length || !("field" in piece) || kind === "buckets" || kind === "tables") return false;
    return referenceFields[given.memcached ? "memcached" : kind].some(
        (field) => field.name === piece.field && field.variable?.(name) === variable,
    );
}

/** Ends of names that say what the contract says in another word, or decides itself → the contract's ends. */
const otherWords: Record<string, string[]> = {
    HOST: ["ADDR", "ADDRESS", "SERVER", "ENDPOINT", "HOSTNAME"],
    URL: ["URI", "DSN", "URL", "SSLMODE", "SSL", "TLS"],
    NAME: ["DATABASE", "DBNAME", "DB"],
    USER: ["USERNAME"],
    PASSWORD: ["PASS", "PASSWD"],
};
/** `DB_ADDR` says what `DB_HOST` says; `DB_SSL_VERIFY_SERVER` is something else. */
const meantBy = (variable: string, prefix: string): string | undefined =>
    Object.keys(otherWords).find((end) => otherWords[end].some((word) => variable === `${prefix}_${word}`));

/** The field that a variable of a database says in another word; where its value is of no concern. */
export function fieldMeantBy(variable: string, { name, kind }: Backing): string | undefined {
    const meant = kind === "databases" ? meantBy(variable, environmentPrefix(name)) : undefined;
    return meant !== undefined && ["NAME", "USER", "PASSWORD"].includes(meant) ? meant.toLowerCase() : undefined;
}

export function instead(variable: string, { name, variables }: Backing): string {
    const meant = variables.filter((given) =>
        given.endsWith(`_${meantBy(variable, environmentPrefix(name)) ?? "HOST"}`),
    );
    return `${variable}: read ${(meant.length ? meant : variables).join(" or ")} instead, which using ${name} gives`;
}
