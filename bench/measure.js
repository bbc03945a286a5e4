"use strict";

const { spawn } = require("node:child_process");
const { mkdtempSync, readFileSync, readdirSync, rmSync } = require("node:fs");
const { tmpdir } = require("node:os");
const { join } = require("node:path");

const preload = `--require ${JSON.stringify(join(__dirname, "usage.js"))}`;

/**
 * @typedef {object} Target one command that is measured
 * @property {string} id
 * @property {string} title
 * @property {string[]} command program and arguments
 * @property {string} [cwd] @default the repository
 * @property {(scratch: string) => Record<string, string>} [env] beside the environment; `scratch` is an empty folder of this run
 * @property {number} [runs] at most so many
 * @property {() => void} [before] done before each run, not measured
 * @property {() => void} [after] done after each run, be it good or not
 * @property {(output: string, scratch: string) => unknown} [read] what is to be known of a run, before its folder goes
 *
 * @typedef {object} Run
 * @property {number} seconds wall clock, from starting the process until it is gone
 * @property {number} cpuSeconds of all Node processes
 * @property {number} peakMiB of the largest Node process
 * @property {{ program: string, seconds: number, peakMiB: number, modules: Record<string, number> }[]} processes
 * @property {unknown} [read]
 */

/**
 * Runs a command once, as a new process. Rejects with what it said if it fails.
 * @param {Target} target
 * @returns {Promise<Run>}
 */
async function run(target) {
    const scratch = mkdtempSync(join(tmpdir(), "twinstack-bench-"));
    const usage = mkdtempSync(join(tmpdir(), "twinstack-usage-"));
    try {
        target.before?.();
        const env = {
            ...process.env,
            NO_COLOR: "1",
            ...target.env?.(scratch),
            NODE_OPTIONS: preload,
            BENCH_USAGE: usage,
        };
        const started = process.hrtime.bigint();
        const { code, output, errors } = await finished(target, env);
        const seconds = Number(process.hrtime.bigint() - started) / 1e9;
        if (code !== 0) throw new Error(`${target.title} ended with ${code}:\n${errors || output}`);

        const processes = readdirSync(usage).map((file) => JSON.parse(readFileSync(join(usage, file), "utf8")));
        const cpuSeconds = processes.reduce((sum, each) => sum + each.cpuSeconds, 0);
        const peakMiB = Math.max(...processes.map((each) => each.peakMiB));
        return { seconds, cpuSeconds, peakMiB, processes, read: target.read?.(output, scratch) };
    } finally {
        target.after?.();
        for (const folder of [scratch, usage]) rmSync(folder, { recursive: true, force: true });
    }
}

function finished({ command: [program, ...args], cwd = join(__dirname, "..") }, env) {
    return new Promise((resolve, reject) => {
        const child = spawn(program, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
        let [output, errors] = ["", ""];
        child.stdout.on("data", (text) => (output += text));
        child.stderr.on("data", (text) => (errors += text));
        child.on("error", reject).on("close", (code) => resolve({ code, output, errors }));
    });
}

/**
 * Runs all targets in turn, again and again (A B C A B C …), so that whatever else the machine does meets them alike.
 * @param {Target[]} targets
 * @param {{ runs: number, warmups: number, progress: (text: string) => void }} options
 * @returns {Promise<Record<string, Run[]>>} target id → its runs, in order
 */
async function interleave(targets, { runs, warmups, progress }) {
    const results = Object.fromEntries(targets.map(({ id }) => [id, []]));
    for (let round = -warmups; round < runs; round++)
        for (const target of targets) {
            // What runs once or twice only takes minutes, beside which a cold disk is nothing.
            if (target.runs && (round < 0 || round >= target.runs)) continue;
            progress(`${round < 0 ? "warm-up" : `run ${round + 1} of ${target.runs ?? runs}`}: ${target.title}`);
            const result = await run(target);
            if (round >= 0) results[target.id].push(result);
        }
    return results;
}

/** @param {number[]} values */
function median(values) {
    const sorted = [...values].sort((a, b) => a - b);
    const middle = sorted.length >> 1;
    return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** What is told of a target: medians, and how far the runs were apart. */
function summary(runs) {
    const walls = runs.map(({ seconds }) => seconds);
    return {
        runs: runs.length,
        seconds: median(walls),
        min: Math.min(...walls),
        max: Math.max(...walls),
        cpuSeconds: median(runs.map((each) => each.cpuSeconds)),
        peakMiB: median(runs.map((each) => each.peakMiB)),
    };
}

module.exports = { run, interleave, summary, median };
