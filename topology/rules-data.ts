import type { ParsedApp } from "./app";
import { engineOf } from "./engines";
import type { Path } from "./merge";
import { show, type Finding } from "./problems";
import { cacheRules, versionRules } from "./rules-caches";
import { parameterRules } from "./rules-parameters";

type Restore = ParsedApp["databases"][string]["restore"][number];
type Table = ParsedApp["tables"][string];
type Keys = Pick<Table, "partitionKey" | "sortKey">;

/** What must hold inside each part that keeps data. */
export function* dataRules(app: ParsedApp): Generator<Finding> {
    for (const [name, { storage, maxStorage }] of Object.entries(app.databases))
        if (maxStorage < storage)
            yield {
                at: ["databases", name, "maxStorage"],
                found: `${maxStorage}`,
                allowed: `${storage} or more: storage is ${storage}`,
                reads: [["databases", name, "storage"]],
            };
    for (const [name, { engine, version }] of Object.entries(app.databases))
        yield* versionRules(engine, engineOf(engine), version, ["databases", name]);
    for (const [name, database] of Object.entries(app.databases))
        yield* parameterRules(database, ["databases", name, "parameters"]);
    for (const [name, database] of Object.entries(app.databases))
        yield* restoreRules(database.restore, ["databases", name, "restore"]);
    for (const name of Object.keys(app.caches)) yield* cacheRules(app.caches[name], ["caches", name]);
    for (const [name, table] of Object.entries(app.tables)) yield* tableRules(table, ["tables", name]);
}

/** What can be known of a restore without a cloud: no moment to come, and none twice. */
function* restoreRules(restores: Restore[], at: Path): Generator<Finding> {
    const seen = new Set<string>();
    for (const [index, { at: moment, backup, from }] of restores.entries()) {
        if (moment !== undefined && Date.parse(moment) > Date.now())
            yield {
                at: [...at, index, "at"],
                found: `${moment}, which is to come`,
                allowed: "a moment in the past, in UTC",
            };
        const what = JSON.stringify([moment, backup, from]);
        if (seen.has(what))
            yield {
                at: [...at, index],
                found: `${moment ?? backup} a second time`,
                allowed: "another moment or backup: each item is a server of its own",
            };
        seen.add(what);
    }
}

function* tableRules(table: Table, at: Path): Generator<Finding> {
    const types = new Map<string, string>();
    const ways: { keys: Keys; at: Path; name: string }[] = [
        { keys: table, at, name: "the table itself" },
        ...Object.entries(table.indexes).map(([name, keys]) => ({
            keys,
            at: [...at, "indexes", name],
            name: `the index ${name}`,
        })),
    ];
    for (const [index, way] of ways.entries()) {
        yield* keyTypes(way.keys, way.at, types);
        if (way.keys.sortKey?.name === way.keys.partitionKey.name)
            yield {
                at: [...way.at, "sortKey", "name"],
                found: `${show(way.keys.sortKey.name)}, which is the partition key`,
                allowed: "another attribute, or no sort key",
                reads: [[...way.at, "partitionKey"]],
            };
        const twin = ways.slice(0, index).find((other) => sameKeys(other.keys, way.keys));
        if (twin)
            yield {
                at: way.at,
                found: `the keys of ${twin.name}`,
                allowed: "an index by other attributes",
                reads: [at],
            };
        const expires = [way.keys.partitionKey, way.keys.sortKey].find((key) => key && key.name === table.ttl);
        if (expires)
            yield {
                at: [...at, "ttl"],
                found: `${show(expires.name)}, which is a key of ${way.name}`,
                allowed: "an attribute that is no key",
                reads: [way.at],
            };
    }
}

const sameKeys = (one: Keys, other: Keys): boolean =>
    one.partitionKey.name === other.partitionKey.name && one.sortKey?.name === other.sortKey?.name;

/** An attribute has one type, wherever it is a key. */
function* keyTypes(keys: Keys, at: Path, types: Map<string, string>): Generator<Finding> {
    for (const field of ["partitionKey", "sortKey"] as const) {
        const key = keys[field];
        if (!key) continue;
        const known = types.get(key.name);
        if (known !== undefined && known !== key.type && keys.partitionKey.name !== keys.sortKey?.name)
            yield {
                at: [...at, field, "type"],
                found: `${key.type} for ${show(key.name)}, which is a ${known} elsewhere in the table`,
                allowed: known,
                reads: [at.slice(0, 2)],
            };
        types.set(key.name, known ?? key.type);
    }
}
