"use strict";

const { median } = require("./measure");
const { largest } = require("./targets");

/**
 * The goals, from what was measured; those of a group that was left out are left out.
 * @param {Record<string, import("./measure").Run[]>} results
 * @param {Record<string, { twinstack: number, cdk: number }>} resources number of services → resources of each
 * @returns {{ title: string, value: number, limit?: number, pass?: boolean }[]} ratios, smaller is better
 */
function goals(results, resources, programSeconds) {
    const seconds = (id) => median(results[id].map((run) => run.seconds));
    const found = [];
    const add = (title, ids, value, limit) => {
        if (!ids.every((id) => results[id]?.length)) return;
        const ratio = value();
        found.push({ title, value: ratio, ...(limit !== undefined && { limit, pass: ratio <= limit }) });
    };
    const ratio = (title, id, to, limit) => add(title, [id, to], () => seconds(id) / seconds(to), limit);

    for (const cloud of ["aws", "gcp"]) {
        const plan = `cold plan on ${cloud.toUpperCase()}`;
        ratio(`${plan} ÷ aws-cdk without validation`, `twinstack ${cloud}`, "cdk 1", 0.5);
        ratio(`${plan} ÷ aws-cdk by default`, `twinstack ${cloud}`, "cdk 1 validation", 0.15);
        // With more than twice as many resources as what CDK synthesises here.
        const large = `cold plan of ${largest} on ${cloud.toUpperCase()}`;
        ratio(`${large} ÷ aws-cdk for todo without validation`, `${largest} ${cloud}`, "cdk 1", 0.9);
        ratio(`${large} ÷ aws-cdk for todo by default`, `${largest} ${cloud}`, "cdk 1 validation", 0.2);
    }
    ratio("cold plan in a project that has the package ÷ in the repository", "project aws", "beside project", 1.1);
    for (const count of [1, 10, 100, 500]) {
        const title = `${count} service${count === 1 ? "" : "s"} ÷ aws-cdk without validation`;
        ratio(title, `twinstack ${count}`, `cdk ${count}`, count === 100 ? 0.6 : undefined);
    }
    const peak = (id) => median(results[id].map(({ peakMiB }) => peakMiB));
    add(
        "memory of 100 services ÷ aws-cdk without validation",
        ["twinstack 100", "cdk 100"],
        () => peak("twinstack 100") / peak("cdk 100"),
        1,
    );

    const each = (id, count) => seconds(id) / resources[count].twinstack;
    add(
        "time per resource, 500 ÷ 10 services",
        ["twinstack 10", "twinstack 500"],
        () => each("twinstack 500", 500) / each("twinstack 10", 10),
        1.3,
    );
    // Stricter, and no goal: start-up, which few resources share, flatters many of them.
    const growth = (from, to) =>
        (seconds(`twinstack ${to}`) - seconds(`twinstack ${from}`)) /
        (resources[to].twinstack - resources[from].twinstack);
    add(
        "time per further resource, 100 → 500 ÷ 10 → 100 services",
        ["twinstack 10", "twinstack 100", "twinstack 500"],
        () => growth(100, 500) / growth(10, 100),
    );

    ratio("pulumi preview ÷ with Pulumi's default ts-node", "engine", "engine default", 0.25);
    const program = (id) => median(results[id].map(programSeconds));
    add(
        "the program in it ÷ the same",
        ["engine", "engine default"],
        () => program("engine") / program("engine default"),
        0.15,
    );
    const reads = (id) => results[id].map(({ read }) => read);
    add(
        "cold compare ÷ the slower of the two plans",
        ["compare", "beside aws", "beside gcp"],
        () => seconds("compare") / Math.max(seconds("beside aws"), seconds("beside gcp")),
        1.25,
    );
    const estimate = (of) => median(reads("estimate").map((read) => read[of] * (6500 / read.resources))) / 60;
    add("estimate of 6,500 resources ÷ 60 ms", ["estimate"], () => estimate("median"), 1);
    // No goal: what the engine compiles and collects beside it counts, too.
    add("processor's time of it ÷ the same", ["estimate"], () => estimate("processor"));
    // Stricter, and no goal: it reads and checks the price book, and meets cold code.
    add("the first in its process ÷ the same", ["estimate"], () => estimate("first"));
    // Whatever the machine is at, both meet it.
    add("that first ÷ planning the same resources", ["estimate"], () =>
        median(reads("estimate").map(({ first, planned }) => first / planned)),
    );
    add("report ÷ 1.5 MB", ["report"], () => Math.max(...reads("report")) / 1.5e6, 1);
    add(
        "modules of the GCP SDK that a plan on AWS loads",
        ["twinstack aws"],
        () =>
            Math.max(
                ...results["twinstack aws"].flatMap(({ processes }) => processes.map(({ modules }) => modules.gcp)),
            ),
        0,
    );
    return found;
}

module.exports = { goals };
