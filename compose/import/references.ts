import { familyOf, fieldOf, literal, otherDatabase, to, type Field, type Reference } from "./fields";
import { keyedReference, listedReference, nocodbReference } from "./keyed";
import type { Backing } from "./parts";
import { readBy, tlsBy } from "./products";
import { pointsAt } from "./values";

/** Variables that lead to a data store, as references to the part that takes its place: all of a set, or none. */

/** What a name ends with that is one of a host, or of a URL → what stands before it. */
const prefixOf = (variable: string): string | undefined =>
    /^(.*?)_*(HOST|HOSTNAME|SERVER|ADDR|ADDRESS|ENDPOINT|URL|URI|DSN|URL_HOST|JDBC_URL|CONNECTION_STRING|MYSQL|MARIADB|POSTGRES|POSTGRESQL|REDIS)$/i.exec(
        variable,
    )?.[1];

/**
 * The variables of a service that lead to data stores of the file, each with its reference. `undefined` values are those that only
 * a shell knows; `blanks` are such that have more in them, as in `postgres://${USER}:${PASSWORD}@db/${NAME}`, of which nothing but the
 * host counts. `reads` says whether a program reads a variable of the contract of which the file says nothing, if that is known.
 */
export function referencesOf(
    variables: [string, string | undefined][],
    backings: Map<string, Backing>,
    image = "",
    blanks = new Map<string, string>(),
    reads: (variable: string) => boolean | undefined = () => undefined,
): Map<string, Reference> {
    const found = new Map<string, Reference>();
    const prefixes: { prefix: string; backing: Backing; variable: string; whole: boolean }[] = [];
    const addresses = new Map<string, Backing>();
    for (const [variable, said] of variables) {
        const blank = blanks.get(variable);
        const value = said ?? (blank !== undefined && isWhole(blank) ? blank : undefined);
        if (value === undefined) continue;
        const keyed = keyedReference(value, backings) ?? listedReference(variable, value, backings);
        // `REDMINE_DB_MYSQL=db`: that it is called like a store of the file tells that it is one.
        const bare = /_(MYSQL|MARIADB|POSTGRES|POSTGRESQL|REDIS)$/.test(variable) ? value : undefined;
        const host = pointsAt(variable, value)?.host ?? tcpHost(value) ?? bare;
        const backing = keyed?.backing ?? (host === undefined ? undefined : backings.get(host));
        if (!backing || (backing.kind !== "databases" && backing.kind !== "caches")) continue;
        const whole = keyed !== undefined || value.includes("://") || tcpHost(value) !== undefined;
        if (whole && backing.kind === "databases") addresses.set(variable, backing);
        found.set(variable, keyed ?? (whole ? urlReference(value, backing) : hostReference(value, backing, variable)));
        const prefix = prefixOf(variable);
        if (prefix !== undefined) prefixes.push({ prefix, backing, variable, whole });
    }
    for (const [variable, value] of variables) {
        if (found.has(variable)) continue;
        const set = prefixes
            .filter(({ prefix }) => variable.startsWith(prefix))
            .sort((a, b) => b.prefix.length - a.prefix.length)[0];
        const field = set && fieldOf(variable.slice(set.prefix.length).replace(/^_+/, ""));
        // Beside a URL there are the names that its form may leave out.
        // `HOST=db` says whose USER and PASSWORD those are; PORT is the service's own.
        const counts =
            field !== undefined && ((!set.whole && set.prefix !== "") || ["user", "password"].includes(field));
        const reference = counts
            ? partReference(field, value, set.backing)
            : byValue(
                  variable,
                  value,
                  [...found].map(([other, { backing }]) => ({ backing, like: other.split("_")[0] })),
              );
        if (reference) found.set(variable, reference);
    }
    // `jdbc:mysql://db/shop`: who asks stands beside it, or in the app, where it is nobody whom a cloud knows.
    for (const [variable, backing] of addresses) {
        const isTold = variables.some(([name]) => backing.variables.includes(name) && /_PASSWORD$/.test(name));
        if ("mend" in found.get(variable)! || isTold || knows(found, backing, /\.(password|url)\}/)) continue;
        found.set(variable, {
            backing,
            mend: (["password", "user"] as const).map((field) => untold(backing, field)).join("; "),
        });
    }
    for (const backing of new Set([...found.values()].map((reference) => reference.backing))) {
        for (const [name, value] of tlsBy(image, backing)) {
            const told = variables.find(([given]) => given === name)?.[1];
            if (told === undefined || isSwitch(told) || isMode(told))
                found.set(name, {
                    backing,
                    value,
                    note: `connections are encrypted, which the image has to be told${value.includes("${") ? "" : "; with cloud local they are not: leave it out there"}`,
                });
        }
        const set = readBy(image, backing);
        if (knows(found, backing, /\.url\}/) || !set.some(([name]) => found.has(name))) continue;
        // An address says where the store is.
        const isSaid = (value: string) =>
            knows(found, backing, /:\/\//) && /^\$\{[\w-]+\.(host|port|name)\}$/.test(value);
        const rest = set.filter(([name, value]) => variables.some(([told]) => told === name) || !isSaid(value));
        complete(found, variables, backing, rest, "the image's own variable for it");
    }
    for (const { prefix, backing, variable, whole } of prefixes) {
        const host = found.get(variable)!;
        if (whole || "mend" in host) continue;
        const isContract = variables.some(([name]) => backing.variables.includes(name));
        const givenAs = (field: string) => backing.variables.find((name) => name.endsWith(`_${field.toUpperCase()}`))!;
        const needed = neededBy(backing).filter(
            (field) => (prefix !== "" || field !== "name") && !(isContract && reads(givenAs(field)) !== false),
        );
        const missing = needed.filter((field) => !knows(found, backing, new RegExp(`\\.(${field}|url)\\}`)));
        if (missing.length)
            found.set(variable, { backing, mend: missing.map((field) => untold(backing, field)).join("; ") });
        const doubtful = neededBy(backing).filter(
            (field) =>
                isContract &&
                reads(givenAs(field)) === undefined &&
                !knows(found, backing, new RegExp(`\\.(${field}|url)\\}`)),
        );
        if (doubtful.length && !("mend" in found.get(variable)!))
            host.note = `the file says no ${doubtful.join(", no ")} of ${backing.from}: ${doubtful.map(givenAs).join(", ")} ${doubtful.length > 1 ? "are" : "is"} given; if the image reads other names, say those, as ${to(backing, doubtful[0])}`;
    }
    return found;
}

/** Adds a set of variables that lead to a store. What the file says itself stays, unless it is the store's. */
export function complete(
    found: Map<string, Reference>,
    variables: [string, string | undefined][],
    backing: Backing,
    set: [string, string][],
    note: string,
): void {
    for (const [name, value] of set) {
        const told = variables.find(([given]) => given === name);
        if (found.has(name)) continue;
        if (!told) found.set(name, { backing, value, note });
        else if (value.includes(`\${${backing.name}.`)) {
            const fault = value === to(backing, "name") ? otherDatabase(told[1], backing) : undefined;
            found.set(name, fault === undefined ? { backing, value } : { backing, mend: fault });
        }
    }
}

/** Whether a value that lacks what only the shell knows is an address all the same: a part of its query may be anything. */
const isWhole = (value: string): boolean =>
    (value.includes("://") || tcpHost(value) !== undefined || /(^|[;\s])(host|server|data source)=/i.test(value)) &&
    !/[?&][^=&]*=?(&|$)/.test(value);

/** What a client has to be told beside the host, since no image's own default is what a cloud has. */
const neededBy = ({ kind, given }: Backing) => {
    if (given.memcached) return [];
    return kind === "databases" ? (["password", "user", "name"] as const) : (["password"] as const);
};
/** Whether all that a reference lacks is what an image is told beside the host. */
export const isUntold = (reference: Reference): boolean =>
    "mend" in reference && /^no variable has /.test(reference.mend);
const untold = (backing: Backing, field: "password" | "user" | "name"): string => {
    const { name } = backing;
    const what = {
        password: `the password of ${name}`,
        user: `the user of ${name} (app here)`,
        name: `the name of the database of ${name} (app here)`,
    };
    return `no variable has ${what[field]}: say the one that the image reads, as ${to(backing, field)}`;
};

/** Whether a reference to a part has one of these fields. */
const knows = (found: Map<string, Reference>, backing: Backing, fields: RegExp): boolean =>
    [...found.values()].some(
        (reference) => reference.backing === backing && "value" in reference && fields.test(reference.value),
    );

/** `db`, `db:5432` */
function hostReference(value: string, backing: Backing, variable: string): Reference {
    if (backing.given.memcached && value.includes(":") && /S$/i.test(variable))
        return { backing, value: to(backing, "servers") };
    return {
        backing,
        value: value.includes(":") ? `${to(backing, "host")}:${to(backing, "port")}` : to(backing, "host"),
    };
}

export function partReference(field: Field, value: string | undefined, backing: Backing): Reference | undefined {
    if (field === "tls")
        return value !== undefined && isSwitch(value) ? { backing, value: to(backing, "tls") } : undefined;
    // Memcached has no password; one that the file says is left to the app.
    if (backing.given.memcached && field !== "host" && field !== "port") return undefined;
    // A cache has one user, of that name on both clouds; nobody's name is that one too.
    if (backing.kind === "caches" && field === "user" && (value === undefined || /^(default)?$/.test(value)))
        return { backing, value: "default" };
    // What a cache has not (a user, a number of a database) stays as it is.
    if (backing.kind === "caches" && !["host", "port", "password"].includes(field)) return undefined;
    if (field === "name") {
        const fault = otherDatabase(value, backing);
        if (fault) return { backing, mend: fault };
    }
    // A program that takes a switch for it reads no word.
    if (field === "sslmode" && value !== undefined && isSwitch(value)) return { backing, value: to(backing, "tls") };
    if (field === "sslmode" && familyOf(backing) !== "postgres") return undefined;
    return { backing, value: to(backing, field) };
}

/** How libpq calls what it asks a server of TLS. */
const isMode = (value: string): boolean => /^(disable|allow|prefer|require|verify-ca|verify-full)$/i.test(value);
const isSwitch = (value: string): boolean => /^(true|false|yes|no|on|off|0|1)$/i.test(value);

/** A variable outside a set that says the very user, password or name that the store was given, and whose name speaks of a database. */
function byValue(
    variable: string,
    value: string | undefined,
    used: { backing: Backing; like: string }[],
): Reference | undefined {
    if (!value) return undefined;
    const speaks = /DB|DATABASE|POSTGRES|PG|SQL|MARIA/i.test(variable);
    // `REQUIRE_DB_SSL`
    if (
        /^((USE|REQUIRE|ENABLE|FORCE)_)?(DB|DATABASE|POSTGRES|PG|MYSQL|SQL)_((USE|ENABLE)_)?(SSL|TLS)$/i.test(
            variable,
        ) &&
        isSwitch(value)
    ) {
        const stores = new Set(used.flatMap(({ backing }) => (backing.kind === "databases" ? [backing] : [])));
        const [only] = stores;
        return stores.size === 1 ? { backing: only, value: to(only, "tls") } : undefined;
    }
    // `PGSSLMODE=disable`
    if (/^(PG|PGSQL_?|POSTGRES(QL)?_?|DB_|DATABASE_)SSL_?MODE$/i.test(variable) && /^(disable|allow)$/i.test(value)) {
        const stores = new Set(used.flatMap(({ backing }) => (familyOf(backing) === "postgres" ? [backing] : [])));
        const [only] = stores;
        return stores.size === 1 ? { backing: only, value: to(only, "sslmode") } : undefined;
    }
    // Somebody else's, of the same value: `SHOP_ADMIN_PASSWORD`.
    if (/ADMIN|SMTP|MAIL/i.test(variable)) return undefined;
    for (const { backing, like } of used) {
        // `SHOP_PASSWORD` beside `SHOP_DATABASE_HOST`
        if (!speaks && variable.split("_")[0] !== like) continue;
        if (backing.kind !== "databases") continue;
        const end =
            /(USERNAME|USER|LOGIN|PASSWORD|PASSWD|PASS|PWD|DATABASE|DBNAME|NAME|DB)$/i.exec(variable)?.[1] ?? "";
        const field = fieldOf(end);
        if ((field === "user" || field === "password" || field === "name") && backing.given[field] === value)
            return { backing, value: to(backing, field) };
    }
    return undefined;
}

const families: Record<ReturnType<typeof familyOf>, RegExp> = {
    postgres: /^(jdbc:|db\+)?(postgres(ql)?|pgsql|pgx|postgis|ecto|psql)(\+\w+)?$/,
    mysql: /^(jdbc:|db\+)?(mysql2?|mariadb|mysqli)(\+\w+)?$/,
    redis: /^(rediss?|valkeys?)$/,
    memcached: /^(cache\+)?memcached?$/,
};
/**
 * What says of a connection whether it is encrypted, which the reference decides. Connector/J encrypts by itself (`sslMode=PREFERRED`), and
 * `useSSL`, `requireSSL` and `verifyServerCertificate` are older words for that (dev.mysql.com/doc/connector-j, Security).
 */
const aboutTls =
    /^(sslmode|ssl|ssl-mode|usessl|requiressl|sslaccept|tls|verifyservercertificate|allowpublickeyretrieval)$/i;

const urlForm =
    /^((?:jdbc:)?[a-z][a-z0-9+.-]*):\/\/(?:([^@/\s]*)@)?([\w.-]+)(?::(\d+))?(?:\/([^?#;\s]*))?(?:[?;]([^#\s]*))?$/i;

/** A URL that leads to a store; in the contract's form it is the part's own. */
export function urlReference(value: string, backing: Backing): Reference {
    const tcp = tcpForm.exec(value);
    if (tcp) return tcpReference(tcp, backing);
    const nocodb = nocodbReference(value, backing);
    if (nocodb) return nocodb;
    const [, scheme = "", userinfo, , , path = "", query = ""] = urlForm.exec(value) ?? [];
    const family = familyOf(backing);
    if (!families[family].test(scheme.toLowerCase()))
        return {
            backing,
            mend: `${scheme || "its form"} is not known to lead to ${backing.from}: compose it of ${fieldList(backing)}`,
        };
    const pairs = query.split("&").filter((pair) => pair && !aboutTls.test(pair.split("=")[0]));
    if (family === "memcached") {
        const at = scheme === "memcached" ? to(backing, "url") : `${scheme}://${to(backing, "servers")}`;
        return {
            backing,
            value: `${at}${path || query ? `/${literal(path)}` : ""}${query ? `?${literal(query)}` : ""}`,
        };
    }
    if (family === "redis")
        return {
            backing,
            value: `${to(backing, "url")}${path && path !== "0" ? `/${literal(path)}` : ""}${pairs.length ? `?${literal(pairs.join("&"))}` : ""}`,
        };
    const fault = otherDatabase(decoded(path), backing);
    if (fault) return { backing, mend: fault };
    if (["postgres", "postgresql"].includes(scheme.toLowerCase()) && family === "postgres") {
        // `postgres://db/shop?user=shop&password=hunter2`: the part's URL has them.
        const others = pairs.filter((pair) => !/^(user|password|host|port|dbname)=/i.test(pair));
        return { backing, value: [to(backing, "url"), ...others.map(literal)].join("&") };
    }
    const asked = pairs.map((pair) => {
        const key = pair.split("=")[0].toLowerCase();
        if (key === "user") return `${pair.split("=")[0]}=${to(backing, "user")}`;
        if (key === "password") return `${pair.split("=")[0]}=${to(backing, "password")}`;
        return literal(pair);
    });
    const who = userinfo === undefined ? "" : `${to(backing, "user")}:${to(backing, "password")}@`;
    const whole = `${scheme}://${who}${to(backing, "host")}:${to(backing, "port")}/${to(backing, "name")}`;
    return {
        backing,
        value: `${whole}${[...asked, ...tlsOf(scheme.toLowerCase(), family, backing)].map((pair, index) => `${index ? "&" : "?"}${pair}`).join("")}`,
    };
}

/** How a URL of a scheme asks for TLS, where its client does not by itself. */
function tlsOf(scheme: string, family: "postgres" | "mysql", backing: Backing): string[] {
    if (family === "mysql") return [];
    // Ecto knows no other word, and refuses a URL with one (hexdocs.pm/ecto/Ecto.Repo.html#module-urls).
    if (scheme === "ecto") return [`ssl=${to(backing, "tls")}`];
    return [`${/asyncpg/.test(scheme) ? "ssl" : "sslmode"}=${to(backing, "sslmode")}`];
}

/** Go's form for MySQL: `user:password@tcp(db:3306)/app?parseTime=true`. */
const tcpForm = /^([^:@/\s]+)(?::([^@\s]*))?@tcp\(([\w.-]+)(?::\d+)?\)\/([^?\s]*)(?:\?(\S*))?$/;
const tcpHost = (value: string): string | undefined => tcpForm.exec(value)?.[3];

function tcpReference([, , , , path, query = ""]: RegExpExecArray, backing: Backing): Reference {
    const fault = otherDatabase(path, backing);
    if (fault) return { backing, mend: fault };
    const pairs = query.split("&").filter((pair) => pair && !aboutTls.test(pair.split("=")[0]));
    // Its default is no TLS; `preferred` is TLS where the server has it (github.com/go-sql-driver/mysql#tls).
    const asked = [...pairs.map(literal), "tls=preferred"].join("&");
    return {
        backing,
        value: `${to(backing, "user")}:${to(backing, "password")}@tcp(${to(backing, "host")}:${to(backing, "port")})/${to(backing, "name")}?${asked}`,
    };
}

const decoded = (text: string): string => {
    try {
        return decodeURIComponent(text);
    } catch {
        return text;
    }
};
function fieldList(backing: Backing): string {
    const fields = {
        redis: ["host", "port", "password", "url"],
        memcached: ["host", "port", "servers", "url"],
        database: ["host", "port", "user", "password", "name"],
    };
    const family = familyOf(backing);
    return fields[family === "redis" || family === "memcached" ? family : "database"]
        .map((field) => to(backing, field))
        .join(", ");
}
