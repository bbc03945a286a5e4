import { callVariables } from "../topology/variables";
import type { Around, Backing, ServiceInput } from "./import-parts";
import { environmentOf, isRecord, isSecretName, listOf, targetOf, textOf } from "./import-values";

type Environment = Pick<ServiceInput, "env" | "secrets" | "uses" | "calls">;

/** Variables: what the contract supplies is used or called, secrets by name, the rest as it is. */
export function environmentFrom(raw: Record<string, unknown>, around: Around, port: number): Environment {
    const { from, backings, services, note, jobs } = around;
    const env: Record<string, string> = {};
    const [secrets, uses, calls] = [new Set<string>(), new Set<string>(), new Set<string>()];
    const ordered = isRecord(raw.depends_on) ? Object.keys(raw.depends_on) : listOf(raw.depends_on).map(String);
    for (const other of ordered) {
        const backing = backings.get(other);
        if (backing) uses.add(backing.name);
        else if (services.has(other))
            note(["depends_on"], `${other}: services start by themselves, in no order; calls says who calls whom`);
        else if (!jobs.has(other)) note(["depends_on"], `${other} is not in the app`);
    }
    for (const [index, [variable, value]] of environmentOf(raw.environment).entries()) {
        const at = ["environment", Array.isArray(raw.environment) ? index : variable];
        const target = value === undefined ? undefined : targetOf(value);
        const owner = [...backings.values()].find(({ variables }) => variables.includes(variable));
        const pointed = target && backings.get(target.host);
        const called = target && target.host !== from ? services.get(target.host) : undefined;
        const kin = [...backings.values()].find(({ name }) => variable.startsWith(`${prefixOf(name)}_`));
        if (variable === "PORT") {
            if (value !== textOf(port)) note(at, `PORT is ${port}, the service's first port`);
        } else if (owner && (!pointed || pointed === owner)) uses.add(owner.name);
        else if (pointed) {
            uses.add(pointed.name);
            note(at, instead(variable, pointed));
        } else if (called !== undefined) {
            calls.add(called);
            const [given] = callVariables(called);
            if (variable !== given) note(at, `${variable}: read ${given} instead, which calling ${called} gives`);
        } else if (kin && isAnotherWord(variable)) {
            uses.add(kin.name);
            note(at, instead(variable, kin));
        } else if (/^AWS_(ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN|PROFILE)$/.test(variable))
            note(at, `${variable}: the service has an identity of its own, and no long-lived key`);
        else if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(variable)) note(at, "no name of an environment variable");
        else if (isSecretName(variable) || target?.password) secrets.add(variable);
        else if (value === undefined) note(at, `${variable} has its value from the shell: put it into env`);
        else env[variable] = value;
    }
    return {
        ...(Object.keys(env).length ? { env } : {}),
        ...(secrets.size ? { secrets: [...secrets] } : {}),
        ...(uses.size ? { uses: [...uses] } : {}),
        ...(calls.size ? { calls: [...calls] } : {}),
    };
}

const prefixOf = (name: string): string => name.toUpperCase().replaceAll("-", "_");

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
const isAnotherWord = (variable: string): boolean => meantBy(variable) !== undefined;

function instead(variable: string, { name, variables }: Backing): string {
    const meant = variables.filter((given) => given.endsWith(`_${meantBy(variable) ?? "HOST"}`));
    return `${variable}: read ${(meant.length ? meant : variables).join(" or ")} instead, which using ${name} gives`;
}
