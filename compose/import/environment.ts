import { callVariables, environmentPrefix } from "../../topology/variables";
import { isTree, type Tree } from "../load/places";
import type { Around, Backing, ServiceInput } from "./parts";
import { environmentOf, isSecret, pointsAt, textOf, type Target } from "./values";

type Environment = Pick<ServiceInput, "env" | "secrets" | "uses" | "calls">;

/** Variables: what the contract supplies is used or called, secrets by name, the rest as it is. */
export function environmentFrom(raw: Tree, around: Around, port: number | undefined): Environment {
    const { backings, services, note, mend, jobs, left } = around;
    const env: Record<string, string> = {};
    const [secrets, uses, calls] = [new Set<string>(), new Set<string>(), new Set<string>()];
    for (const [variable, value] of environmentOf(raw)) {
        const at = ["environment", variable];
        const found = sourceOf(variable, value, around);
        if (variable === "PORT") {
            if (port !== undefined && value !== textOf(port)) note(at, `PORT is ${port}, the service's first port`);
        } else if (found.backing) {
            uses.add(found.backing.name);
            if (!found.given) mend(at, instead(variable, found.backing));
            else if (found.target)
                for (const reason of differs(variable, found.target, found.backing)) mend(at, reason);
        } else if (found.service !== undefined) {
            calls.add(found.service);
            const [given] = callVariables(found.service);
            if (variable !== given)
                mend(at, `${variable}: read ${given} instead, which calling ${found.service} gives`);
        } else if (found.target && left.has(found.target.host))
            mend(at, `leads to ${found.target.host}, which has no place here: give it another value`);
        else if (/^AWS_(ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN|PROFILE)$/.test(variable))
            note(at, `${variable}: the service has an identity of its own, and no long-lived key`);
        else if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(variable)) mend(at, "no name of an environment variable");
        else if (isSecret(variable, value)) {
            secrets.add(variable);
            note(at, "a secret: made with a random value, yours to replace in the cloud's store");
        } else if (value === undefined)
            note(at, "its value comes from the shell, or from a variable that nothing sets: put it into env");
        else env[variable] = value;
    }
    for (const [other] of isTree(raw.depends_on) ? Object.entries(raw.depends_on) : []) {
        const at = ["depends_on", other];
        const backing = backings.get(other);
        if (backing && !uses.has(backing.name)) {
            uses.add(backing.name);
            mend(at, `no variable says where ${other} is: read ${backing.variables.join(", ")}`);
        } else if (services.has(other))
            note(at, "services start by themselves, in no order; calls says who calls whom");
        else if (!backing && !jobs.has(other) && !left.has(other)) note(at, "is not in the app");
    }
    return {
        ...(Object.keys(env).length ? { env } : {}),
        ...(secrets.size ? { secrets: [...secrets] } : {}),
        ...(uses.size ? { uses: [...uses] } : {}),
        ...(calls.size ? { calls: [...calls] } : {}),
    };
}

/** What a variable leads to, and whether the contract gives it under that very name. */
function sourceOf(
    variable: string,
    value: string | undefined,
    { from, backings, services }: Around,
): { target?: Target; backing?: Backing; given?: boolean; service?: string } {
    const target = value === undefined ? undefined : pointsAt(variable, value);
    const all = [...backings.values()];
    const owner = all.find(({ variables }) => variables.includes(variable));
    const pointed = target && backings.get(target.host);
    if (owner && (!pointed || pointed === owner)) return { target, backing: owner, given: true };
    if (pointed) return { target, backing: pointed };
    const service = target && target.host !== from ? services.get(target.host) : undefined;
    if (service !== undefined) return { target, service };
    const kin = all.find(({ name }) => variable.startsWith(`${environmentPrefix(name)}_`));
    return kin && meantBy(variable) !== undefined ? { target, backing: kin } : { target };
}

/** What a URL of the file says otherwise than the one that the contract gives. */
function differs(variable: string, { scheme }: Target, { kind }: Backing): string[] {
    const usual =
        kind === "databases" ? ["postgres", "postgresql"] : kind === "caches" ? ["redis", "rediss"] : undefined;
    if (!scheme || !usual || usual.includes(scheme)) return [];
    return [`${variable} is ${usual.at(-1)}://… here, not ${scheme}://…`];
}

/** Ends of names that say what the contract says in another word, or decides itself → the contract's ends. */
const otherWords: Record<string, string[]> = {
    HOST: ["ADDR", "ADDRESS", "SERVER", "ENDPOINT", "HOSTNAME"],
    URL: ["URI", "DSN", "URL", "SSLMODE", "SSL", "TLS"],
    NAME: ["DATABASE", "DBNAME", "DB"],
    USER: ["USERNAME"],
    PASSWORD: ["PASS", "PASSWD"],
};
const meantBy = (variable: string): string | undefined =>
    Object.keys(otherWords).find((end) => otherWords[end].some((word) => variable.endsWith(`_${word}`)));

function instead(variable: string, { name, variables }: Backing): string {
    const meant = variables.filter((given) => given.endsWith(`_${meantBy(variable) ?? "HOST"}`));
    return `${variable}: read ${(meant.length ? meant : variables).join(" or ")} instead, which using ${name} gives`;
}
