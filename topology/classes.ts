import sold from "./aws-classes.json";
import { cacheEngineOf, engineOf, type CacheEngineName, type EngineName } from "./engines";
import { nearest, oneOf } from "./suggest";

/**
 * What AWS sells where: instance classes of RDS for each engine and node types of ElastiCache, which engines share. The figures are in
 * aws-classes.json, which names its source; scripts/aws-classes.ts renews it.
 */

type Kind = "db" | "cache";
interface Table {
    sizes: Record<string, string[]>;
    regions: Record<string, string[]>;
    product: string;
}
const words = (map: Record<string, string>): Record<string, string[]> =>
    Object.fromEntries(Object.entries(map).map(([key, list]) => [key, list.split(" ")]));

const rds = (engine: EngineName): Table => ({
    sizes: words(sold.rds[engine].sizes),
    regions: words(sold.rds[engine].regions),
    product: engineOf(engine).title,
});
const databases: Record<EngineName, Table> = { postgres: rds("postgres"), mysql: rds("mysql") };
const caches: Table = { sizes: words(sold.cache.sizes), regions: words(sold.cache.regions), product: "Redis" };
const examples = { db: "db.t4g.micro or db.m7g.large", cache: "cache.t4g.micro or cache.m7g.large" };

/** Families of node types of ElastiCache → their sizes, wherever they are sold. */
export const cacheFamilies = caches.sizes;

/** A family that a default of environments.ts names → what stands for it where a region lacks it, the first that there is. */
const standIns: Record<string, string[]> = {
    t4g: ["t3"],
    m7g: ["m6g", "m5"],
    r7g: ["r6g", "r5"],
};

/** A default as a region of AWS sells it: `db.m7g.large` is `db.m6g.large` where there is no m7g. Anything else stays. */
export function soldIn(region: string, value: unknown): unknown {
    const match = typeof value === "string" ? /^(db|cache)\.([a-z0-9]+)\.([a-z0-9]+)$/.exec(value) : null;
    if (!match) return value;
    const [, kind, family, size] = match;
    // Families that defaults name are sold alike for all engines; a test holds each region's defaults to what it sells.
    const families = (kind === "db" ? databases.postgres : caches).regions[region] ?? [];
    const found = [family, ...(standIns[family] ?? [])].find((candidate) => families.includes(candidate));
    return found === undefined ? value : `${kind}.${found}.${size}`;
}

/** What is wrong with an RDS instance class in a region, in words of what is allowed; undefined if nothing is. */
export const instanceClassFault = (
    instanceClass: string,
    region: string,
    engine: EngineName = "postgres",
): string | undefined => classFault(instanceClass, "db", region, databases[engine]);

/** What is wrong with an ElastiCache node type in a region, in words of what is allowed; undefined if nothing is. */
export const nodeTypeFault = (
    nodeType: string,
    region: string,
    engine: CacheEngineName = "redis",
): string | undefined => classFault(nodeType, "cache", region, { ...caches, product: cacheEngineOf(engine).title });

function classFault(word: string, kind: Kind, region: string, { sizes, regions, product }: Table): string | undefined {
    const example = `${kind}.<family>.<size>, such as ${examples[kind]}`;
    const match = /^(?:(\w+)\.)?([a-z0-9]+)\.([a-z0-9]+)$/.exec(word);
    if (!match || (match[1] !== undefined && match[1] !== kind)) return example;
    const [, prefix, family, size] = match;
    const there = regions[region] ?? Object.keys(sizes);
    if (!Object.hasOwn(sizes, family)) {
        const meant = nearest(
            family,
            there.filter((other) => sizes[other].includes(size)),
        );
        return `${meant ? `did you mean ${kind}.${meant}.${size}? ` : ""}families for ${product} in ${region} are ${there.join(", ")}`;
    }
    if (!sizes[family].includes(size)) return `${kind}.${family} in the sizes ${oneOf(sizes[family])}`;
    if (!there.includes(family)) {
        const instead = there.find((other) => other[0] === family[0] && sizes[other].includes(size));
        return `${instead ? `${kind}.${instead}.${size}: ` : ""}${region} sells no ${family}; families for ${product} there are ${there.join(", ")}`;
    }
    return prefix ? undefined : `did you mean ${kind}.${word}? ${example}`;
}
