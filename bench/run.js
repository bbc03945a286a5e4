"use strict";

/** `npm run bench`: how long twinstack takes, beside aws-cdk-lib for the same topology. See README.md. */

const { spawnSync } = require("node:child_process");
const { existsSync } = require("node:fs");
const { availableParallelism, cpus, loadavg } = require("node:os");
const { join } = require("node:path");
const { parseArgs } = require("node:util");

const usage = `Usage: npm run bench -- [options]
  --runs <n>        runs of each command (default 7); those of 100 and more services are fewer
  --warmups <n>     runs before them that do not count (default 1)
  --sizes <n,…>     numbers of services to compare (default 1,10,100,500)
  --only <group,…>  plan, project, cost, scale, engine (default all)
  --json            everything measured, as JSON
  --markdown        tables for bench/README.md
`;

const { values: options } = parseArgs({
    options: {
        runs: { type: "string", default: "7" },
        warmups: { type: "string", default: "1" },
        sizes: { type: "string", default: "1,10,100,500" },
        only: { type: "string", default: "plan,project,cost,scale,engine" },
        json: { type: "boolean" },
        markdown: { type: "boolean" },
        help: { type: "boolean" },
    },
});

const progress = (text) => process.stderr.write(`${text}\n`);
const [runs, warmups] = [Number(options.runs), Number(options.warmups)];
const sizes = options.sizes.split(",").map(Number);
const only = options.only.split(",");

/** The peers are no dependency of twinstack: they are installed when they are first asked for. */
function installPeers() {
    if (existsSync(join(__dirname, "node_modules", "aws-cdk-lib"))) return;
    progress("Installing what to compare with (bench/package.json, about 210 MB) …");
    const { status } = spawnSync("npm", ["ci", "--prefix", __dirname, "--no-audit", "--no-fund"], {
        cwd: __dirname,
        stdio: ["ignore", 2, 2],
        shell: process.platform === "win32",
    });
    if (status !== 0) throw new Error("npm ci --prefix bench failed");
}

/** Large apps take long and vary little. */
const runsAt = (count) => (count >= 500 ? Math.min(runs, 3) : count >= 100 ? Math.min(runs, 5) : undefined);
const capped = (target, limit) => ({ ...target, ...(limit && { runs: limit }) });

async function main() {
    const { interleave, summary } = require("./measure");
    const { cdk, costs, counts, firstRun, largest, many, twinstack } = require("./targets");
    const { engine, hasEngine, programSeconds } = require("./engine");
    const { goals } = require("./goals");
    const report = require("./report");

    const resources = {};
    const counted = async (count) => {
        progress(`counting the resources of ${count}`);
        return (resources[count] ??= await counts(count));
    };
    const [groups, results] = [[], {}];
    const measure = async (title, targets, resourcesOf = () => undefined) => {
        Object.assign(results, await interleave(targets, { runs, warmups, progress }));
        const row = ({ id, title }) => ({ id, title, ...summary(results[id]), resources: resourcesOf(id) });
        groups.push({ title, rows: targets.map(row) });
    };
    const side = (id) => (id.startsWith("cdk") ? "cdk" : "twinstack");

    if (only.includes("plan")) {
        installPeers();
        const made = await counted(1);
        await measure(
            "A cold plan in prod, each in a new process; of todo unless it says otherwise",
            [
                ...[twinstack("aws"), twinstack("gcp"), twinstack("aws", largest), twinstack("gcp", largest)],
                ...[cdk(1, false), cdk(1, true), firstRun()],
            ],
            (id) => (id.endsWith("gcp") || id.startsWith(largest) ? undefined : made[side(id)]),
        );
    }
    if (only.includes("project")) {
        progress("making a project that has the package");
        const { target, remove } = require("./project").project(twinstack("aws"));
        const inRepository = { ...twinstack("aws"), id: "beside project" };
        await measure("In a project that has the package", [inRepository, target]).finally(remove);
    }
    if (only.includes("cost")) await measure("What it costs, beside the plans that it stands on", costs());
    if (only.includes("scale")) {
        installPeers();
        for (const count of sizes) {
            const made = await counted(count);
            const limit = runsAt(count);
            // One service without and with validation is compared above.
            const targets = [
                capped(many(count), limit),
                capped(cdk(count, false), limit),
                ...(count > 1 ? [capped(cdk(count, true), limit && 1)] : []),
            ];
            await measure(`On AWS, number of services: ${count}`, targets, (id) => made[side(id)]);
        }
    }
    if (only.includes("engine")) {
        if (hasEngine()) {
            const { targets, stop } = await engine();
            await measure("The real engine, with stand-in providers", targets).finally(stop);
        } else progress("\nNOT MEASURED: the program under the real engine. There is no `pulumi` on PATH.\n");
    }

    const load = loadavg()[0].toFixed(1);
    const machine = `${cpus()[0].model} × ${availableParallelism()}, ${process.platform}, Node ${process.versions.node}, load ${load}`;
    const all = { machine, groups, resources, goals: goals(results, resources, programSeconds) };
    if (options.json) process.stdout.write(`${JSON.stringify({ ...all, results }, null, 2)}\n`);
    else process.stdout.write(options.markdown ? report.markdown(all) : report.text(all));
}

if (options.help) process.stdout.write(usage);
else
    main().catch((error) => {
        process.stderr.write(`${error.stack}\n`);
        process.exitCode = 1;
    });
