import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { format } from "oxfmt";

import { engineNames, engines, type EngineName } from "../topology/engines";
import { awsRegions } from "../topology/regions";

/**
 * Writes topology/aws-classes.json: which instance classes of RDS for each engine and node types of ElastiCache each region
 * sells. From the data of cfn-lint (https://pypi.org/project/cfn-lint), which
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

/** Class → those of an engine's versions whose newest release runs on it. */
function versionsOf(engine: EngineName): Map<string, Set<string>> {
    const versions: readonly string[] = engines[engine].versions;
    const { allOf } = read<{ allOf: Condition[] }>("aws_rds_dbinstance/db_instance_class.json");
    const newest = new Map<string, { minor: number; classes: string[] }>();
    for (const { if: when, then } of allOf) {
        const { Engine, EngineVersion, DBInstanceClass } = { ...when.properties, ...then.properties };
        const [, first = "", second = ""] =
            /^\^\((\d+)\\\.(\d+)\\/.exec((EngineVersion && EngineVersion.pattern) || "") ?? [];
        // MySQL's 8.4 is one version, PostgreSQL's 15.4 a release of one.
        const known = versions.find((version) => version === first || version === `${first}.${second}`);
        if (word(Engine) !== engine || known === undefined) continue;
        const minor = Number(second);
        if (minor >= (newest.get(known)?.minor ?? -1)) newest.set(known, { minor, classes: listed(DBInstanceClass) });
    }
    const found = new Map<string, Set<string>>();
    for (const [version, { classes }] of newest)
        for (const name of classes) found.set(name, (found.get(name) ?? new Set()).add(version));
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

function rds(engine: EngineName): Map<string, string[]> {
    const data = read<Record<string, { allOf: Condition[] }>>("aws_rds_dbinstance/dbinstanceclass_enum.json");
    const runs = versionsOf(engine);
    return new Map(
        regions.map((region) => {
            const classes = data[region].allOf
                .filter(({ if: when }) => word(when.properties.Engine) === engine)
                .flatMap(({ then }) => listed(then.properties.DBInstanceClass));
            return [
                region,
                [...new Set(classes)].filter((name) => runs.get(name)?.size === engines[engine].versions.length),
            ];
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
        rds: Object.fromEntries(engineNames.map((engine) => [engine, compact(rds(engine))])),
        cache: compact(cache()),
    };
    writeFileSync(file, (await format(file, JSON.stringify(data), { printWidth: 120, tabWidth: 2 })).code);
}

void write();
