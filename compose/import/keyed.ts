import { familyOf, literal, otherDatabase, to, type Field, type Reference } from "./fields";
import type { Backing } from "./parts";

/** Connection strings that are no URLs. */

/** Keys of a connection string: `host=db port=5432`, `Server=db;Database=app`. */
const keys: Record<string, Field> = {
    ...{ host: "host", server: "host", "data source": "host", port: "port", dbname: "name", database: "name" },
    ...{ "initial catalog": "name", user: "user", username: "user", uid: "user", "user id": "user", userid: "user" },
    ...{ password: "password", pwd: "password", sslmode: "sslmode", "ssl mode": "sslmode" },
};

/** A connection string of keys and values, as Go, .NET and libpq have them. */
export function keyedReference(value: string, backings: Map<string, Backing>): Reference | undefined {
    const separator = value.includes(";") ? ";" : " ";
    const pairs = value.split(separator).filter((pair) => pair.trim());
    if (pairs.length < 2 || !pairs.every((pair) => /^\s*[\w ]+=/.test(pair))) return undefined;
    const said = pairs.map((pair) => {
        const [key] = pair.split("=");
        return {
            key,
            field: keys[key.trim().toLowerCase()] as Field | undefined,
            value: pair.slice(key.length + 1).trim(),
            pair,
        };
    });
    // Npgsql's hosts may have their ports: `Host=db:5432`.
    const [, host = "", port] =
        /^([\w.-]+)([:,]\d+)?$/.exec(said.find(({ field }) => field === "host")?.value ?? "") ?? [];
    const backing = backings.get(host);
    if (backing?.kind !== "databases") return undefined;
    for (const each of said) {
        const fault = each.field === "name" ? otherDatabase(each.value, backing) : undefined;
        if (fault) return { backing, mend: fault };
    }
    return {
        backing,
        value: said
            .map(({ key, field, pair }) => {
                if (field === undefined) return literal(pair);
                if (field === "host" && port !== undefined)
                    return `${key}=${to(backing, "host")}${port[0]}${to(backing, "port")}`;
                // .NET writes its modes with a capital, and reads them in any case.
                return field === "sslmode" && familyOf(backing) !== "postgres" ? pair : `${key}=${to(backing, field)}`;
            })
            .join(separator),
    };
}

/**
 * A cache in a connection string of .NET's, which variables with two underscores hold: `redis:6379,abortConnect=false`.
 * @see https://stackexchange.github.io/StackExchange.Redis/Configuration
 */
export function listedReference(
    variable: string,
    value: string,
    backings: Map<string, Backing>,
): Reference | undefined {
    const [, host = "", options = ""] = /^([\w.-]+)(?::\d+)?((?:,\s*\w+=[^,]*)*)$/.exec(value) ?? [];
    const backing = backings.get(host);
    if (!/^ConnectionStrings?__|__.*CONNECTION/i.test(variable) || backing?.kind !== "caches") return undefined;
    if (backing.given.memcached) return undefined;
    const others = options.split(",").filter((option) => option && !/^\s*(password|user|ssl)=/i.test(option));
    const at = `${to(backing, "host")}:${to(backing, "port")}`;
    return {
        backing,
        value: [at, `password=${to(backing, "password")}`, `ssl=${to(backing, "tls")}`, ...others.map(literal)].join(
            ",",
        ),
    };
}

/**
 * NocoDB's form: `pg://db:5432?u=app&p=secret&d=app`. What follows with dots in it is a setting of its client.
 * @see https://nocodb.com/docs/self-hosting/environment-variables, metaUrlToDbConfig in packages/nocodb/src/utils/nc-config
 */
const nocodbForm = /^(pg|mysql2):\/\/[\w.-]+(?::\d+)?\/?\?((?=.*\bu=).*)$/;

export function nocodbReference(value: string, backing: Backing): Reference | undefined {
    const [, client, query] = nocodbForm.exec(value) ?? [];
    if (query === undefined) return undefined;
    const pairs = query.split("&").filter(Boolean);
    const saying = {
        u: "user",
        user: "user",
        p: "password",
        password: "password",
        d: "name",
        database: "name",
    } as const;
    const fieldOfPair = (pair: string) => saying[pair.split("=")[0] as keyof typeof saying] as Field | undefined;
    const name = pairs.find((pair) => fieldOfPair(pair) === "name")?.split("=")[1];
    const fault = otherDatabase(name, backing);
    if (fault) return { backing, mend: fault };
    const asked = pairs
        .filter((pair) => !/^(connection\.)?ssl\b/.test(pair))
        .map((pair) => {
            const field = fieldOfPair(pair);
            return field === undefined ? literal(pair) : `${pair.split("=")[0]}=${to(backing, field)}`;
        });
    // Of PostgreSQL, PGSSLMODE says it.
    const whole = [...asked, ...(client === "pg" ? [] : ["connection.ssl.rejectUnauthorized=false"])].join("&");
    return { backing, value: `${client}://${to(backing, "host")}:${to(backing, "port")}?${whole}` };
}
