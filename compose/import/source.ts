import type { Tree } from "../load/places";
import { baseOf, hasShell, isRuntime } from "./dockerfile";
import type { Mention } from "./hosts";
import { builtFrom } from "./own";
import type { Backing } from "./parts";
import { fieldOf } from "./fields";
import { partReference, urlReference } from "./references";
import { orElse, read, textsBelow } from "./texts";
import { textOf } from "./values";

/** Variables by which a source is told where a store is, in place of the name that it has by default: `environ.get("SQL_HOST", "db")`. */

/** Whether what a service is built from names a variable, by its own name or as a field of a class; undefined where that is not known. */
export function readsBySource(raw: Tree): (variable: string) => boolean | undefined {
    const build = builtFrom(raw);
    let texts: string[] | undefined;
    return (variable) => {
        if (build === undefined) return undefined;
        // A program that the image begins with is not in the folder.
        const { image = "" } = baseOf({ build }) ?? {};
        if (!isRuntime(image) && !hasShell(image)) return undefined;
        texts ??= textsBelow(textOf(build.context), () => false, false).map(read);
        const named = new RegExp(`\\b${variable}\\b`, "i");
        return texts.some((text) => named.test(text));
    };
}

const or = `(?:${orElse}|=)["'\\x60]?`;

/** A class whose fields are variables by their own names, as pydantic has them. */
const isSettings = (near: string): boolean => /\bBaseSettings\b/.test(near) && !/env_prefix/.test(near);

/**
 * Variable → its reference, for every one that the lines about a mention read of the store; undefined where they do not read all that a
 * client has to be told.
 */
export function readBySource({ text, near }: Mention, backing: Backing): Map<string, string> | undefined {
    if (backing.kind !== "databases" && backing.kind !== "caches") return undefined;
    const celery = readByCelery(text, near, backing);
    if (celery.size) return celery;
    const address = new RegExp(`\\b([A-Z][A-Z0-9_]*(?:URL|URI|DSN))${or}([a-z][\\w+:]*://[^\\s"'\\x60)]+)`).exec(text);
    if (address) {
        const [, name, said] = address;
        // What the contract gives by that very name needs no form of its own.
        const own = name.endsWith("_URL") && backing.variables.includes(name);
        if (own && backing.kind === "databases") return new Map([[name, `\${${backing.name}.url}`]]);
        const reference = urlReference(said.includes("{") ? said : said.replace(/\}$/, ""), backing);
        const isWhole = "value" in reference && /\.(url|password)\}/.test(reference.value);
        return isWhole ? new Map([[name, reference.value]]) : undefined;
    }
    const [, config] =
        /\bdj_database_url\.config\((?!.*\benv\s*=).*\bdefault\s*=\s*["'](\w+:\/\/[^"']+)["']/.exec(text) ?? [];
    if (config)
        return backing.kind === "databases" ? new Map([["DATABASE_URL", `\${${backing.name}.url}`]]) : undefined;
    const field = /^\s+(\w*?)(?:host|hostname|server)\s*:\s*\w+\s*=\s*["']/i.exec(text)?.[1];
    if (field !== undefined && !isSettings(near)) return undefined;
    const prefix = field ?? new RegExp(`\\b([A-Z][A-Z0-9_]*?_?)(?:HOST|HOSTNAME|SERVER)${or}[\\w.-]+`).exec(text)?.[1];
    if (prefix === undefined || /\benvPrefix:/.test(near)) return undefined;
    const found = new Map<string, string>();
    const names =
        field !== undefined
            ? new RegExp(`^\\s+(${prefix}(\\w+))\\s*:`, "gm")
            : new RegExp(`(?:["'\\x60.{\\[(]|^\\s*(?=\\w+\\s*=\\s*\\())(${prefix}([A-Z][A-Z0-9_]*))\\b`, "gm");
    for (const [, name, end] of near.matchAll(names)) {
        const meant = fieldOf(end);
        const reference = meant && partReference(meant, undefined, backing);
        if (reference && "value" in reference) found.set(name.toUpperCase(), reference.value);
    }
    const said = [...found.values()];
    const needed = backing.given.memcached
        ? []
        : backing.kind === "databases"
          ? ["host", "name", "user", "password"]
          : ["host", "password"];
    return needed.every((field) => said.some((value) => value.endsWith(`.${field}}`))) ? found : undefined;
}

/** What Celery is told in its settings, before which these variables go, in version 5 and later ones of 4. */
const celerySettings: [RegExp, string][] = [
    [
        /\b(?:CELERY_BROKER_URL|BROKER_URL|broker_url|broker)["'\]]*\s*[=:]\s*["'](rediss?:\/\/[^"'{}$%]+)["']/g,
        "CELERY_BROKER_URL",
    ],
    [
        /\b(?:CELERY_RESULT_BACKEND|RESULT_BACKEND|result_backend|backend)["'\]]*\s*[=:]\s*["'](rediss?:\/\/[^"'{}$%]+)["']/g,
        "CELERY_RESULT_BACKEND",
    ],
];

/**
 * Variables of Celery's own for addresses that its settings say: it reads them first, whatever the settings are.
 * @see https://docs.celeryq.dev/en/stable/userguide/configuration.html#broker-url
 */
function readByCelery(text: string, near: string, backing: Backing): Map<string, string> {
    const found = new Map<string, string>();
    if (backing.kind !== "caches" || backing.given.memcached || !/celery/i.test(near)) return found;
    const addresses = [...text.matchAll(/rediss?:\/\//g)].length;
    const said = celerySettings.flatMap(([form, variable]) =>
        [...text.matchAll(form)].map(([, address]) => [variable, urlReference(address, backing)] as const),
    );
    // A line with an address that is not Celery's tells nothing.
    if (said.length !== addresses) return found;
    for (const [variable, reference] of said) if ("value" in reference) found.set(variable, reference.value);
    return found;
}
