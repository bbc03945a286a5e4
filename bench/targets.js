"use strict";

const { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync } = require("node:fs");
const { join } = require("node:path");

const { run } = require("./measure");

const here = (file) => join(__dirname, file);
const node = process.execPath;
const plan = (...args) => ["plan", "--environment", "prod", ...args];

/** `twinstack plan` as a user runs it. @returns {import("./measure").Target} */
const twinstack = (cloud, app = "todo") => ({
    id: app === "todo" ? `twinstack ${cloud}` : `${app} ${cloud}`,
    title: `twinstack plan, ${app === "todo" ? "" : `${app}, `}${cloud.toUpperCase()}`,
    command: [node, here("../cli/bin.js"), ...plan("--app", app, "--cloud", cloud)],
});

/** The app with the most resources. */
const largest = "morrow";

const cache = here("../node_modules/.cache/twinstack");
const aside = `${cache}.aside`;

/** The same with nothing translated beforehand: what the very first run after `npm ci` takes. */
const firstRun = () => ({
    ...twinstack("aws"),
    id: "twinstack first",
    title: "twinstack plan, AWS, empty cache",
    before: () => existsSync(cache) && renameSync(cache, aside),
    // Back comes what the plans of the other cloud had there.
    after: () => {
        rmSync(cache, { recursive: true, force: true });
        if (existsSync(aside)) renameSync(aside, cache);
    },
    // Node 22 keeps compiled code, too.
    env: (scratch) => ({ NODE_COMPILE_CACHE: scratch }),
});

const services = (count) => `${count} service${count === 1 ? "" : "s"}`;
const manyArgs = (count) => [node, here("services.js"), String(count), ...plan("--app", "todo", "--cloud", "aws")];

/** `twinstack plan` of a generated app. @returns {import("./measure").Target} */
const many = (count) => ({
    id: `twinstack ${count}`,
    title: `twinstack plan, ${services(count)}`,
    command: manyArgs(count),
});

/** CDK's synthesis of the same. @returns {import("./measure").Target} */
const cdk = (count, validation) => ({
    id: `cdk ${count}${validation ? " validation" : ""}`,
    title: `aws-cdk synth${count === 1 ? "" : `, ${services(count)}`}, ${validation ? "default" : "no validation"}`,
    command: [node, here("cdk/app.js")],
    env: (scratch) => ({
        SERVICES: String(count),
        CDK_OUTDIR: join(scratch, "cdk.out"),
        CDK_VALIDATION: String(validation),
    }),
});

const report = (scratch) => join(scratch, "report.html");

const everyApp = readdirSync(here("../apps"))
    .map((file) => file.replace(".ts", ""))
    .filter((app) => app !== "index")
    .join(",");

/** What a cost adds to the plans that it stands on. @returns {import("./measure").Target[]} */
const costs = () => [
    // Again, and in turn with what is held against them: a machine is not always equally fast.
    { ...twinstack("aws"), id: "beside aws" },
    { ...twinstack("gcp"), id: "beside gcp" },
    {
        id: "compare",
        title: "twinstack compare, both clouds",
        command: [node, here("../cli/bin.js"), "compare", "--app", "todo", "--environment", "prod"],
    },
    {
        id: "matrix",
        title: "twinstack compare, 3 environments",
        command: [node, here("../cli/bin.js"), "compare", "--apps", "todo", "--environments", "dev,staging,prod"],
    },
    {
        id: "all",
        title: "twinstack compare, every app, 3 environments",
        command: [
            ...[node, here("../cli/bin.js"), "compare", "--apps", everyApp],
            ...["--environments", "dev,staging,prod"],
        ],
    },
    {
        id: "report",
        title: "twinstack report",
        command: ["sh", "-c", `"${node}" "${here("../cli/bin.js")}" report --app todo --out "$BENCH_REPORT"`],
        env: (scratch) => ({ BENCH_REPORT: report(scratch) }),
        read: (_, scratch) => statSync(report(scratch)).size,
    },
    {
        id: "estimate",
        title: "plan and estimate of 207 services",
        command: [node, here("estimate.js"), "207"],
        runs: 5,
        read: (output) => JSON.parse(output),
    },
];

/** What each of them makes of so many services; components, which only group, and providers do not count. */
async function counts(count) {
    const counted = (output) =>
        JSON.parse(output).resources.filter(({ custom, type }) => custom && !type.startsWith("pulumi:")).length;
    const ours = { ...many(count), command: [...manyArgs(count), "--json"], read: counted };
    const template = (scratch) => join(scratch, "cdk.out", "todo-prod.template.json");
    const theirs = {
        ...cdk(count, false),
        read: (_, scratch) => Object.keys(JSON.parse(readFileSync(template(scratch), "utf8")).Resources).length,
    };
    return { twinstack: (await run(ours)).read, cdk: (await run(theirs)).read };
}

module.exports = { twinstack, largest, firstRun, many, cdk, costs, counts };
