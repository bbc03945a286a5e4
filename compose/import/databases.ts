import { oneOf } from "../../topology/suggest";
import type { Compose } from "../load/load";
import { entriesOf, isTree, placeIn, put, treeOf, type Tree } from "../load/places";
import { volumesOf } from "../load/volumes";
import { hostsOf } from "./hosts";
import { makesPartsOnly } from "./init";
import { imageOf, kindOf, nameBackings, type Backing, type Kind, type Say } from "./parts";
import { referencesOf } from "./references";
import { awaitedBy, blanksOf, environmentOf, nameFrom, pointsAt, textsOf } from "./values";

/**
 * Several databases in one server of the file. A part has one database and one owner: where each service uses one of them, each database
 * becomes a part of its own; a service that uses two by one host stays to be mended.
 */

/** What services use of a server: service → names of databases; none where it does not say. */
type Uses = Map<string, Set<string>>;

const nameVariables = {
    mysql: ["MYSQL_DATABASE", "MARIADB_DATABASE"],
    postgres: ["POSTGRES_DB", "POSTGRESQL_DATABASE"],
};

/** Makes a server of each database of a server, in the file itself, before anything else is read of it. */
export function partDatabases(file: Compose, contextOf: (path: string) => string, { note }: Say): void {
    const servers = Object.keys(file.services).filter((from) => kindOf(file.services[from]) === "databases");
    for (const from of servers) {
        const uses = usesOf(file, from);
        const names = new Set([...uses.values()].flatMap((named) => [...named]));
        if (!names.size || [...uses.values()].some((named) => named.size > 1)) continue;
        const { given } = backingOf(file, from);
        const isUnsaid = [...uses.values()].some((named) => !named.size);
        // Whoever does not say which has the one that the server is set up with.
        const main = isUnsaid || (given.isNamed && names.has(given.name ?? "")) ? given.name : [...names][0];
        const others = [...names].filter((name) => name !== main);
        if (isUnsaid && !given.isNamed && others.length) continue;
        const moved = [...uses].filter(([, [name]]) => name !== undefined && name !== main);
        if (
            others.length &&
            !isMovable(
                file,
                from,
                moved.map(([user]) => user),
                contextOf,
            )
        )
            continue;
        if (main !== given.name && given.isNamed) {
            note(
                ["services", from],
                `its database is ${main}, which services use, and not ${given.name}, which none does`,
            );
            setName(file.services[from], main!, given.mysql);
        }
        const made = others.map((name) => {
            const copy = copyOf(file, from, name, given.mysql);
            for (const [user, [used]] of moved) if (used === name) lead(file.services[user], from, copy);
            return copy;
        });
        if (made.length)
            note(
                ["services", from],
                `its databases are servers of their own, each with an owner, a password and a price: ${oneOf([main!, ...others]).replace(/ or (?=[^,]*$)/, " and ")}; twinstack:overrides sizes them one by one`,
            );
    }
}

/** The server alone, as if it had no database yet. */
function backingOf(file: Compose, from: string): Backing {
    const kinds = new Map<string, Kind>([[from, "databases"]]);
    const alone = { ...file, services: { [from]: file.services[from] } };
    return nameBackings(alone, kinds).get(from)!;
}

function usesOf(file: Compose, from: string): Uses {
    const uses: Uses = new Map();
    for (const [user, raw] of Object.entries(file.services)) {
        if (user === from || typeof kindOf(raw) !== "string" || kindOf(raw) !== "service") continue;
        const backing = backingOf(file, from);
        const seen = { ...backing, given: { ...backing.given, isNamed: false }, named: new Set<string>() };
        const found = referencesOf(environmentOf(raw), new Map([[from, seen]]), imageOf(raw), blanksOf(raw));
        if (found.size || awaitedBy(raw).includes(from)) uses.set(user, seen.named);
    }
    // Who waits for a server that somebody else names a database of says nothing by that.
    for (const [user, named] of uses)
        if (
            !named.size &&
            !environmentOf(file.services[user]).some(([name, value]) => value && pointsAt(name, value)?.host === from)
        )
            uses.delete(user);
    return uses;
}

/** Whether the services that use another database are led there by variables alone, and nothing is made in one by a file. */
function isMovable(file: Compose, from: string, users: string[], contextOf: (path: string) => string): boolean {
    if (!makesPartsOnly(file.services[from])) return false;
    const hosts = hostsOf(file, contextOf);
    return users.every(
        (user) =>
            !textsOf(file.services[user].links).some((link) => link.split(":")[0] === from) &&
            !hosts.of(user).some(({ host }) => host === from),
    );
}

function setName(raw: Tree, name: string, mysql: boolean): void {
    const variables = nameVariables[mysql ? "mysql" : "postgres"];
    if (!isTree(raw.environment)) raw.environment = treeOf([]);
    const environment = raw.environment as Tree;
    environment[variables.find((variable) => Object.hasOwn(environment, variable)) ?? variables[0]] = name;
}

/** The server once more, with one of its other databases; what it keeps and is set up with stays with the first. */
function copyOf(file: Compose, from: string, name: string, mysql: boolean): string {
    const raw = file.services[from];
    const base = `${from}-${nameFrom(name) || "other"}`;
    let copy = base;
    for (let count = 2; Object.hasOwn(file.services, copy); count++) copy = `${base}-${count}`;
    const kept = volumesOf(raw).some(({ target }) => !/\.(conf|cnf)$|conf\.d\/?$/.test(target)) ? ["volumes"] : [];
    const made = treeOf(
        entriesOf(raw).filter(([key]) => ![...kept, "environment", "ports", "container_name"].includes(key)),
    );
    made.environment = treeOf(isTree(raw.environment) ? entriesOf(raw.environment) : []);
    setName(made, name, mysql);
    file.services[copy] = made;
    put(file.services, copy, placeIn(file.services, from));
    return copy;
}

/** Leads a service to another host: in the values of variables that lead to the one before, and in what it waits for. */
function lead(raw: Tree, from: string, to: string): void {
    const environment = isTree(raw.environment) ? raw.environment : {};
    const host = new RegExp(
        `(//(?:[^@/\\s]*@)?|@tcp\\(|(?:^|[;\\s])(?:host|server|data source)\\s*=\\s*)${escaped(from)}(?=[:/?;,)\\s]|$)`,
        "i",
    );
    for (const [variable, value] of environmentOf(raw)) {
        if (value === undefined) continue;
        const told = host.test(value)
            ? value.replace(host, `$1${to}`)
            : pointsAt(variable, value)?.host === from
              ? value.replace(new RegExp(`^${escaped(from)}(?=:|$)`), to)
              : value;
        if (told !== value) environment[variable] = told;
    }
    const { depends_on: after } = raw;
    if (isTree(after))
        raw.depends_on = treeOf(entriesOf(after).map(([key, ...rest]) => [key === from ? to : key, ...rest] as const));
    else if (Array.isArray(after)) raw.depends_on = textsOf(after).map((other) => (other === from ? to : other));
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
