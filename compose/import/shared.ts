import type { AppInput } from "../../topology/app";
import { ownName } from "../../topology/secret-files";
import type { Compose } from "../load/load";
import type { Say, ServiceInput } from "./parts";
import { nameOfSource, secretAt } from "./secret-sources";
import { environmentOf, isOwnKey } from "./values";

interface Use {
    /** The service in the Compose file, and in the app. */
    from: string;
    to: string;
    variable: string;
    /** Of a secret that a file has. */
    path?: string;
}

/**
 * Sets of secrets for values that several variables have: a secret of each would have a random value of its own, and what one
 * service encrypts or signs the other could not read.
 */
export function sharedSecrets(
    file: Compose,
    services: Map<string, string>,
    made: Record<string, ServiceInput>,
    taken: string[],
    { note, mend }: Say,
): NonNullable<AppInput["secrets"]> {
    const groups = new Map<string, Use[]>();
    for (const [from, to] of services) {
        const raw = file.services[from];
        const values = new Map(environmentOf(raw));
        const add = (key: string, use: Use) => groups.set(key, [...(groups.get(key) ?? []), use]);
        for (const variable of made[to].secrets ?? []) {
            const value = values.get(variable) ?? values.get(`${variable}_FILE`) ?? values.get(`${variable}__FILE`);
            const source = secretAt(raw, value);
            // What only the shell knows, or nobody has said, is the same wherever it has the same name.
            const key =
                value === undefined || isOwnKey(variable, value)
                    ? `name ${variable}`
                    : isPlaceholder(value)
                      ? `value ${value} of ${variable}`
                      : `value ${value}`;
            add(source === undefined ? key : `secret ${nameOfSource(source)}`, { from, to, variable });
        }
        for (const [path, value] of Object.entries(made[to].secretFiles ?? {}))
            if (typeof value === "string" && ownName(value) !== undefined)
                add(`secret ${value}`, { from, to, variable: value, path });
    }
    const sets: NonNullable<AppInput["secrets"]> = {};
    const nameOf = new Map<string, string>();
    for (const uses of groups.values()) {
        if (uses.length < 2) continue;
        const [{ variable: key }] = uses;
        const users = [...new Set(uses.map(({ to }) => to))];
        const others = users.filter((to) =>
            uses.every((use) => use.to !== to || (use.variable !== key && use.path === undefined)),
        );
        const at = ["services", uses[0].from, ...(uses[0].path === undefined ? ["environment", key] : ["secrets"])];
        const called = uses.map(({ to, variable, path }) => `${path ?? variable} of ${to}`).join(", ");
        if (others.some((to) => made[to].secrets?.includes(key) || Object.hasOwn(made[to].env ?? {}, key))) {
            mend(at, `${called} have one value here, and would have several: give them one name`);
            continue;
        }
        const who = users.join(" ");
        const name = nameOf.get(who) ?? freeName([...taken, ...Object.keys(sets)]);
        nameOf.set(who, name);
        sets[name] = { keys: [...(sets[name]?.keys ?? []), key] };
        for (const { to, variable, path } of uses) {
            const service = made[to];
            if (path !== undefined) {
                service.secretFiles = { ...service.secretFiles, [path]: `\${${name}.${key}}` };
                if (!service.uses?.includes(name)) service.uses = [...(service.uses ?? []), name];
                continue;
            }
            const rest = (service.secrets ?? []).filter((secret) => secret !== variable);
            if (rest.length) service.secrets = rest;
            else delete service.secrets;
            if (variable !== key) service.env = { ...service.env, [variable]: `\${${name}.${key}}` };
            if (!service.uses?.includes(name)) service.uses = [...(service.uses ?? []), name];
        }
        note(at, `one secret in ${name}: ${called} have the same value`);
    }
    return sets;
}

/** What stands where everybody puts a value of his own: several variables may have the same words there. */
const isPlaceholder = (value: string): boolean =>
    /^<.*>$|change[\W_]*(me|this|it)|your|insert|replace|generate|random|example|placeholder|dummy|^(secret|password|todo|xxx+)$/i.test(
        value,
    );

function freeName(taken: string[]): string {
    let name = "shared";
    for (let count = 2; taken.includes(name); count++) name = `shared-${count}`;
    return name;
}
