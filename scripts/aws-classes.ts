import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { format, resolveConfig } from "prettier";

import { awsRegions } from "../topology/regions";

/**
 * Writes topology/aws-classes.json: which instance classes of RDS for PostgreSQL and node types of ElastiCache each region
 * sells, and which releases of PostgreSQL there are. From the data of cfn-lint (https://pypi.org/project/cfn-lint), which
 * takes it from AWS's price list and API:
 *
 *     pip download --no-deps cfn-lint && unzip -q cfn_lint-*.whl -d /tmp/cfn-lint
 *     node -r ./cli/source.js scripts/aws-classes.ts /tmp/cfn-lint 1.58.0
 */

interface Schema {
    properties: Record<string, { enum?: string[]; const?: string; pattern?: string } | false>;
}
interface Condition {
    if: Schema;
    then: Schema;
}
/** Family → its sizes, and region → its families, as words. */
interface Sold {
    sizes: Record<string, string>;
    regions: Record<string, string>;
}

const [, , folder, version] = process.argv;
const read = <T>(file: string): T =>
    JSON.parse(readFileSync(join(folder, "cfnlint/data/schemas/extensions", file), "utf8")) as T;
const regions = Object.keys(awsRegions);
const word = (schema: Schema["properties"][string] | undefined) => (schema ? schema.const : undefined);
const listed = (schema: Schema["properties"][string] | undefined) => (schema && schema.enum) || [];

/** Majors that the topology admits. */
const majors = ["14", "15", "16", "17"];

/** Class → majors of PostgreSQL whose newest release runs on it. */
function majorsOf(): Map<string, Set<string>> {
    const { allOf } = read<{ allOf: Condition[] }>("aws_rds_dbinstance/db_instance_class.json");
    const newest = new Map<string, { minor: number; classes: string[] }>();
    for (const { if: when, then } of allOf) {
        const { Engine, EngineVersion, DBInstanceClass } = { ...when.properties, ...then.properties };
        const release = /^\^\((\d+)\\\.(\d+)\\/.exec((EngineVersion && EngineVersion.pattern) || "");
        if (word(Engine) !== "postgres" || !release || !majors.includes(release[1])) continue;
        const minor = Number(release[2]);
        if (minor >= (newest.get(release[1])?.minor ?? -1))
            newest.set(release[1], { minor, classes: listed(DBInstanceClass) });
    }
    const found = new Map<string, Set<string>>();
    for (const [major, { classes }] of newest)
        for (const name of classes) found.set(name, (found.get(name) ?? new Set()).add(major));
    return found;
}

/** Every family has all of its sizes in every region that has it; the script fails once that is not so. */
function compact(sold: Map<string, string[]>): Sold {
    const bySize = new Map<string, Map<string, Set<string>>>();
    for (const [region, classes] of sold)
        for (const [, family, size] of classes.map((name) => name.split("."))) {
            const sizes = bySize.get(family) ?? new Map<string, Set<string>>();
            bySize.set(family, sizes.set(region, (sizes.get(region) ?? new Set()).add(size)));
        }
    const sizes: Record<string, string> = {};
    for (const [family, byRegion] of [...bySize].sort()) {
        const all = [...new Set([...byRegion.values()].flatMap((some) => [...some]))].sort(bySizeOfMachine);
        for (const [region, some] of byRegion)
            if (some.size !== all.length) throw new Error(`${family} has not all of its sizes in ${region}`);
        sizes[family] = all.join(" ");
    }
    const familiesOf = (region: string) => [...bySize].filter(([, by]) => by.has(region)).map(([family]) => family);
    return {
        sizes,
        regions: Object.fromEntries(regions.map((region) => [region, familiesOf(region).sort().join(" ")])),
    };
}

const machines = ["micro", "small", "medium", "large", "xlarge"];
const rank = (size: string) => (machines.includes(size) ? machines.indexOf(size) : 4 + parseInt(size, 10));
const bySizeOfMachine = (a: string, b: string) => rank(a) - rank(b);

function rds(): Map<string, string[]> {
    const data = read<Record<string, { allOf: Condition[] }>>("aws_rds_dbinstance/dbinstanceclass_enum.json");
    const runs = majorsOf();
    return new Map(
        regions.map((region) => {
            const classes = data[region].allOf
                .filter(({ if: when }) => word(when.properties.Engine) === "postgres")
                .flatMap(({ then }) => listed(then.properties.DBInstanceClass));
            return [region, [...new Set(classes)].filter((name) => runs.get(name)?.size === majors.length)];
        }),
    );
}

function cache(): Map<string, string[]> {
    const data = read<Record<string, { enum: string[] }>>("aws_elasticache_cachecluster/cachenodetype_enum.json");
    // Redis 7.1 wants a family of today; r6gd wants data tiering, which is not set.
    const isLeftOut = (name: string) => /^cache\.([mr][1-4]|[ct][12]|r6gd)\./.test(name);
    return new Map(regions.map((region) => [region, data[region].enum.filter((name) => !isLeftOut(name))]));
}

async function write(): Promise<void> {
    const file = join(__dirname, "../topology/aws-classes.json");
    const data = {
        source: `cfn-lint ${version} (https://pypi.org/project/cfn-lint), written by scripts/aws-classes.ts`,
        date: new Date().toISOString().slice(0, 10),
        rds: compact(rds()),
        cache: compact(cache()),
    };
    writeFileSync(file, await format(JSON.stringify(data), { ...(await resolveConfig(file)), parser: "json" }));
}

void write();
