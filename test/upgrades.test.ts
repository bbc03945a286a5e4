import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { apps } from "../apps";
import { own } from "../cli/own";
import { planOf, type Plan } from "../plan/plan";
import type { PlanResource } from "../plan/resource";
import { nameOf, snapshotOfPlan } from "../plan/snapshot";
import { Upgrades, type Upgrade } from "../plan/upgrades";
import { upgradingDocument } from "../scripts/upgrading-doc";
import { clouds, environmentNames, type AppInput, type Cloud, type Target } from "../topology/app";
import { stackOf } from "./components/stack";
import { everything } from "./everything";
import { faults, isToldOf, keep, snapshotOfReleased, type Released } from "./released";
import { root } from "./twinstack";

const golden = join(root, "test/golden/released.json");
const upgrades = Upgrades.parse(JSON.parse(readFileSync(join(root, "upgrades.json"), "utf8")));
const released = existsSync(golden) ? (JSON.parse(readFileSync(golden, "utf8")) as Released) : undefined;

/** What is planned of every app, in every environment, on every cloud; and on a laptop. */
const stacks = [
    ...[...Object.values(apps), everything as AppInput].flatMap((app) =>
        clouds.flatMap((cloud) => environmentNames.map((environment) => ({ app, cloud, environment }))),
    ),
    ...Object.values(apps).map((app) => ({
        app,
        cloud: "local" as Cloud,
        environment: "dev" as const,
    })),
];

/**
 * What an upgrade does to stacks that there are: `released.json` is what the last version planned of each, in a small form. Whatever
 * would be made anew or go is either mended or said in upgrades.json. `npm run golden:release` writes it, when a version is released.
 */
describe("An upgrade from the last version", () => {
    const plans = new Map<string, Plan<Target>>();
    before(async function () {
        this.timeout(120_000);
        for (const { app, cloud, environment } of stacks)
            plans.set(`${app.name} on ${cloud} in ${environment}`, await planOf(stackOf(app, cloud, environment)));
        if (process.env.UPDATE_RELEASED !== "1") return;
        const now: Released = { version: own.version, apps: {} };
        for (const plan of plans.values()) keep(now, plan);
        writeFileSync(golden, text(now));
    });

    for (const { app, cloud, environment } of stacks) {
        const title = `${app.name} on ${cloud} in ${environment}`;
        it(`of ${title} replaces and deletes nothing of which upgrades.json says nothing`, () => {
            const plan = plans.get(title)!;
            const last = released && snapshotOfReleased(released, plan);
            assert.ok(last, "test/golden/released.json has no such stack: npm run golden:release");
            assert.deepEqual(faults(last, snapshotOfPlan(plan), upgrades), []);
        });
    }

    it("is told of wherever a resource has an alias of ours", () => {
        const untold = [...plans.values()].flatMap(({ resources }) =>
            resources.flatMap(({ custom, type, name, aliases }) =>
                aliases
                    .map(nameOf)
                    // The clouds' SDKs say what their types were called before; the name is the same.
                    .filter((was) => custom && was !== name && !isToldOf(upgrades, type, name, was))
                    .map((was) => `${type} ${was} → ${name}`),
            ),
        );
        assert.deepEqual([...new Set(untold)], []);
    });

    it("has entries since the last release only under `next`, and the golden plans of that release", () => {
        assert.equal(released?.version, own.version, "npm run golden:release");
        const versions = upgrades.map(({ version }) => version).filter((version) => version !== "next");
        const later = versions.filter((version) => version.localeCompare(own.version, "en", { numeric: true }) > 0);
        assert.deepEqual(later, []);
    });

    it("is in docs/upgrading.md as in upgrades.json: npm run golden", () => {
        assert.equal(readFileSync(join(root, "docs/upgrading.md"), "utf8"), upgradingDocument(upgrades));
    });
});

/** One line a resource, so that git shows which one changed. */
function text({ version, apps: kept }: Released): string {
    const blocks = Object.entries(kept).map(([app, resources]) => {
        const lines = Object.entries(resources).map(
            ([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`,
        );
        return `${JSON.stringify(app)}:{\n${lines.join(",\n")}\n}`;
    });
    return `{"version":${JSON.stringify(version)},"apps":{\n${blocks.join(",\n")}\n}}\n`;
}

describe("What holds an upgrade up", () => {
    const dbType = "aws:rds/instance:Instance";
    let plan: Plan<Target>;
    let last: Released;
    before(async () => {
        plan = await planOf(stackOf(apps.todo, "aws", "prod"));
        last = { version: "0.1.0", apps: {} };
        keep(last, plan);
    });
    /** What is said of a plan in which some resources are others. */
    const said = (change: (resource: PlanResource) => PlanResource | undefined, told: Upgrade[] = []) => {
        const today = {
            ...plan,
            resources: plan.resources.flatMap((resource) => change(resource) ?? []),
        };
        return faults(snapshotOfReleased(last, plan)!, snapshotOfPlan(today), told);
    };
    const only = (type: string, change: (resource: PlanResource) => PlanResource | undefined) => (each: PlanResource) =>
        each.type === type ? change(each) : each;
    const entry = (rest: Partial<Upgrade>): Upgrade => ({
        version: "next",
        change: "removed",
        types: [dbType],
        text: "x",
        ...rest,
    });
    const renamed = (aliases: (urn: string) => string[]) =>
        only(dbType, (db) => ({
            ...db,
            name: `${db.name}-main`,
            urn: `${db.urn}-main`,
            aliases: aliases(db.urn),
        }));

    it("is nothing where nothing changed, nor where something is new or changes in place", () => {
        assert.deepEqual(
            said((each) => each),
            [],
        );
        const grown = only(dbType, (db) => ({
            ...db,
            inputs: { ...db.inputs, allocatedStorage: 999 },
        }));
        assert.deepEqual(said(grown), []);
        const more = {
            ...plan.resources.find(({ type }) => type === dbType)!,
            name: "new",
        };
        more.urn = more.urn.replace(/[^:]+$/, "new");
        const today = snapshotOfPlan({
            ...plan,
            resources: [...plan.resources, more],
        });
        assert.deepEqual(faults(snapshotOfReleased(last, plan)!, today, []), []);
    });

    it("is a resource that is gone, unless the list has it as removed", () => {
        const gone = only(dbType, () => undefined);
        assert.deepEqual(said(gone), [
            'rds.Instance <stack>-db is gone: an alias of what it is called now and an entry "renamed", or an entry "removed"',
        ]);
        assert.deepEqual(said(gone, [entry({})]), []);
        assert.equal(said(gone, [entry({ names: ["*-cache"] })]).length, 1);
    });

    it("is a name without an alias, whatever the list says; and an alias without an entry", () => {
        const told = [entry({ change: "renamed", names: ["*-db-main"], was: ["*-db"] })];
        assert.match(said(renamed(() => [])).join("\n"), /rds\.Instance <stack>-db is gone/);
        assert.match(
            said(
                renamed(() => []),
                told,
            ).join("\n"),
            /rds\.Instance <stack>-db is gone/,
        );
        assert.deepEqual(said(renamed((urn) => [urn])), [
            'rds.Instance <stack>-db-main was <stack>-db: an entry "renamed" beside its alias',
        ]);
        assert.deepEqual(
            said(
                renamed((urn) => [urn]),
                told,
            ),
            [],
        );
    });

    it("is another parent, which makes another URN of the same name", () => {
        const moved = only(dbType, (db) => ({
            ...db,
            urn: db.urn.replace("twinstack:aws:Database$", ""),
        }));
        assert.match(said(moved).join("\n"), /rds\.Instance <stack>-db is gone/);
    });

    it("is an input that replaces the resource, unless the list has that very input", () => {
        const encrypted = only(dbType, (db) => ({
            ...db,
            inputs: { ...db.inputs, storageEncrypted: false },
        }));
        assert.deepEqual(said(encrypted), [
            'rds.Instance <stack>-db is replaced because of storageEncrypted: an entry "replaced"',
            // What follows it.
            'secretsmanager.SecretVersion <stack>-db-credentials-version is replaced because of secretString: an entry "replaced"',
        ]);
        assert.deepEqual(said(encrypted, [entry({ change: "replaced", inputs: ["storageEncrypted"] })]), []);
        assert.equal(said(encrypted, [entry({ change: "replaced", inputs: ["engine"] })]).length, 2);
    });

    it("is what follows a replaced resource, unless that one is accounted for", () => {
        const moved = only("aws:ecs/cluster:Cluster", (cluster) => ({
            ...cluster,
            inputs: { ...cluster.inputs, name: "another" },
        }));
        const found = said(moved);
        assert.ok(
            found.some((fault) => fault.startsWith("ecs.Cluster")),
            found.join("\n"),
        );
        assert.ok(found.length > 1, found.join("\n"));
        const told = [
            entry({
                change: "replaced",
                types: ["aws:ecs/cluster:Cluster"],
                inputs: ["name"],
            }),
        ];
        assert.deepEqual(said(moved, told), []);
    });

    it("is an entry that does not say what its kind has to", () => {
        for (const wrong of [
            { change: "renamed" },
            { change: "replaced" },
            { inputs: ["engine"] },
            { version: "soon" },
        ])
            assert.equal(Upgrades.safeParse([{ ...entry({}), ...wrong }]).success, false, JSON.stringify(wrong));
    });
});
