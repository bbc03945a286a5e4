import { imageOf, type Backing } from "../parts";
import type { Tree } from "../../load/places";
import { familyOf, to } from "../fields";
import { baseOf } from "../dockerfile";
import { environmentOf, textOf, textsOf } from "../values";
import { productOfImage } from "./lookup";
import type { Product, Told } from "./product";
import type { Form } from "../secret-forms";

/** Well-known images, and what of them a Compose file need not say. */

/** Images of PHP-FPM, which speak FastCGI. */
const isFpm = (image: string): boolean => /:.*fpm/.test(image);

/** A service's product, where the service takes requests with it; a command, or a variable, may make something else of an image. */
function servedBy(raw: Tree): Product | undefined {
    const image = imageOf(raw) ?? "";
    const product = isFpm(image) ? undefined : productOfImage(image);
    return product && takesRequests(product, raw) !== false ? product : undefined;
}

/** Whether a product takes requests by what its service says; undefined where nothing is known of its command. */
function takesRequests({ serves, roles = {} }: Product, raw: Tree): boolean | undefined {
    const variables = new Map(environmentOf(raw));
    const isOther = Object.entries(roles).some(
        ([name, role]) => variables.has(name) && !role.test(variables.get(name) ?? ""),
    );
    if (isOther) return false;
    const words = [...textsOf(raw.entrypoint), ...textsOf(raw.command)].join(" ");
    return serves?.test(words) ?? (words === "" ? true : undefined);
}

/** Whether a service is known to take no requests, whatever port a check or a variable names. */
export function onlyWorks(raw: Tree): boolean {
    const product = productOfImage(imageOf(raw) ?? "");
    return product !== undefined && takesRequests(product, raw) === false;
}

/** The port at which a service's product answers, where the file says none. */
export function portOfProduct(raw: Tree): number | undefined {
    // What is built on nothing that the Dockerfile names may still be called as what it is.
    const image = imageOf(raw) ?? (baseOf(raw) ? "" : textOf(raw.image ?? ""));
    const product = isFpm(image) ? undefined : productOfImage(image);
    return product && takesRequests(product, raw) === true ? product.port : undefined;
}

/** What a port of a service's product is, where it is not asked by HTTP. */
export const otherThanHttp = (raw: Tree, port: number): string | undefined =>
    productOfImage(imageOf(raw) ?? "")?.others?.[port];

/** What a service's product answers to whom asks whether it is well, and whose word that is. */
export function healthOf(raw: Tree): { path: string; source: string } | undefined {
    const { health, source } = servedBy(raw) ?? {};
    return health === undefined ? undefined : { path: health, source: source! };
}

/** Why a service's product runs as one instance alone. */
export function aloneAs(raw: Tree): { why: string; source: string } | undefined {
    const { alone, source } = servedBy(raw) ?? {};
    return alone === undefined ? undefined : { why: alone, source: source! };
}

/** Secrets that a service's product has to be told, and whose word that is. */
export function keysOf(raw: Tree): { keys: string[]; source: string } | undefined {
    const { keys, source } = productOfImage(imageOf(raw) ?? "") ?? {};
    return keys && { keys: Object.keys(keys), source: source! };
}

/** Secrets of a service's product → what each must look like. */
export function formsOf(raw: Tree): Map<string, Form> {
    const { keys = {}, forms = {}, source = "" } = productOfImage(imageOf(raw) ?? "") ?? {};
    return new Map(
        Object.entries({ ...keys, ...forms }).flatMap(([name, format]) =>
            format === "any" ? [] : [[name, { format, why: source }] as const],
        ),
    );
}

/** The variable by which a service's product is told the hosts by which it may be asked. */
export function hostsVariableOf(raw: Tree): { variable: string; source: string } | undefined {
    const { hosts, source } = productOfImage(imageOf(raw) ?? "") ?? {};
    return hosts === undefined ? undefined : { variable: hosts, source: source! };
}

/** The number of the user as whom a service's product writes files. */
export const userOf = (raw: Tree): number | undefined => productOfImage(imageOf(raw) ?? "")?.user;

/** Variables by which a service's product is told of others of its family, each with the other's image. */
export const callsOf = (raw: Tree): [string, string][] =>
    Object.entries(productOfImage(imageOf(raw) ?? "")?.calls ?? {});

/** How a service's product asks for its database. */
export function asksFor(raw: Tree): string | undefined {
    const { asks, source } = productOfImage(imageOf(raw) ?? "") ?? {};
    return asks === undefined ? undefined : `${asks} (${source})`;
}

/** Variables of a set with their values for a store; undefined where the product has no such store. */
function toldOf(told: Told | undefined, backing: Backing): [string, string][] | undefined {
    const family = familyOf(backing);
    if (told === undefined || family === "memcached") return undefined;
    const found: [string, string][] = [];
    for (const [variable, said] of Object.entries(told)) {
        const text = typeof said === "string" ? said : family === "redis" ? undefined : said[family];
        if (text === undefined) return undefined;
        if (text !== "") found.push([variable, valueOf(text, backing)]);
    }
    return found;
}

const fields = ["host", "port", "name", "user", "password", "url", "tls", "sslmode", "pgSslmode"] as const;

const valueOf = (text: string, backing: Backing): string =>
    (fields as readonly string[]).includes(text)
        ? `\${${backing.name}.${text}}`
        : text.replace(/\{(\w+)\}/g, (_, field: (typeof fields)[number]) => `\${${backing.name}.${field}}`);

const setOf = (image: string, backing: Backing): [string, string][] | undefined => {
    const { kind } = backing;
    return kind === "databases" || kind === "caches" ? toldOf(productOfImage(image)?.[kind], backing) : undefined;
};

/** Variable → its value, for an image by its reference that is told of a store by some of its variables; none for one that nobody here knows. */
export const readBy = (image: string, backing: Backing): [string, string][] => setOf(image, backing) ?? [];

/** Variables that make an image ask a database for TLS. */
export const tlsBy = (image: string, backing: Backing): [string, string][] =>
    (backing.kind === "databases" && toldOf(productOfImage(image)?.tls, backing)) || [];

/** Whether an image asks PostgreSQL by Node's pg, to which PGSSLMODE says it, and the URL's own word would say something else. */
export const asksByPg = (image: string): boolean => productOfImage(image)?.tls?.PGSSLMODE !== undefined;

/** Whether an image asks its cache in Python, where a URL says of a certificate what to make of it. */
export const isInPython = (image: string): boolean => productOfImage(image)?.language === "python";

/** Whether an image is known to speak TLS to a store by itself, or by the variables that it is told of it, whatever the certificate. */
export const triesTls = (image: string, backing: Backing): boolean =>
    productOfImage(image)?.triesTls?.some((family) => family === familyOf(backing)) ?? false;

/** The whole set of variables that lead an image to a store, where nothing does; undefined for one that nobody here knows. */
export function setFor(image: string, backing: Backing): { source: string; variables: [string, string][] } | undefined {
    const variables = setOf(image, backing);
    const leads = variables?.some(([, value]) => value.includes(to(backing, "host")) || /\.url\}/.test(value));
    return leads
        ? { source: productOfImage(image)!.source, variables: [...variables!, ...tlsBy(image, backing)] }
        : undefined;
}

/** Where an image keeps a database of its own, of the folders that are mounted, and what that is; undefined for one of which nobody here knows that. */
export function keepsInFiles(
    image: string,
    variables: [string, string | undefined][],
    mounted: string[],
): { folder: string; engine: string } | undefined {
    const files = productOfImage(image)?.files;
    if (!files) return undefined;
    const { folder, unless, engine = "SQLite" } = files;
    if (variables.some(([name, value]) => unless?.test(name) && value && !/^(better-)?sqlite|^h2$/i.test(value)))
        return undefined;
    const found = mounted.find((path) => folder === path || folder.startsWith(`${path}/`));
    return found === undefined ? undefined : { folder: found, engine };
}
