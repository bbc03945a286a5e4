"use strict";

/**
 * A client beside a server, in its network namespace: node load.js '{ port, method, path, headers, body, count, … }'. It sends
 * `count` requests, each on a connection of its own, and says `in flight` as soon as the server has read them all (nothing
 * waits to be accepted, nothing accepted waits to be read). On a line of input it
 * asks the readiness path until nobody listens, releases what it holds back, and prints what became of every request.
 *
 * Held back is, until a moment after that line, the last byte of each body; or, with `upstream`, the answer of a server that
 * this one is for the server under test.
 */

const { readFileSync } = require("node:fs");
const http = require("node:http");

const asked = JSON.parse(process.argv[2]);
const { port, method = "GET", path, headers = {}, count, upstream, watched = [] } = asked;
const body = asked.body === undefined ? undefined : Buffer.from(asked.body, asked.encoding ?? "utf8");
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

const held = [];
let released = false;
let seen = 0;
function serveUpstream() {
    const server = http.createServer((request, response) => {
        seen++;
        request.resume().on("end", () => {
            const answer = () => response.setHeader("content-type", "application/json").end(upstream.answer);
            if (released) answer();
            else held.push(answer);
        });
    });
    return new Promise((resolve) => server.listen(upstream.port, "127.0.0.1", resolve));
}

function send(index) {
    const request = http.request({
        host: "127.0.0.1",
        port,
        method,
        path: path.replace("{n}", String(index)),
        agent: false,
        headers: { ...headers, ...(body ? { "content-length": body.length } : {}) },
    });
    const outcome = new Promise((resolve) => {
        request.on("error", (error) => resolve({ error: error.code ?? error.message }));
        request.on("response", (response) => {
            let text = "";
            response.setEncoding("utf8").on("data", (data) => (text += data));
            response.on("end", () => {
                const right = response.complete && text.includes(asked.contains ?? "");
                resolve({ status: response.statusCode, complete: right });
            });
            response.on("error", (error) => resolve({ error: error.code ?? error.message }));
        });
    });
    if (body) {
        request.write(body.subarray(0, -1));
        held.push(() => request.end(body.subarray(-1)));
    } else request.end(body);
    return outcome;
}

/** Connections of the port that the server has yet to accept, or whose bytes it has yet to read; and those that are open. */
function unread() {
    const hex = port.toString(16).toUpperCase().padStart(4, "0");
    const lines = ["/proc/net/tcp", "/proc/net/tcp6"].flatMap((file) =>
        readFileSync(file, "utf8").trim().split("\n").slice(1),
    );
    const sockets = lines.map((line) => line.trim().split(/\s+/)).filter(([, local]) => local.endsWith(`:${hex}`));
    const waiting = sockets.filter(([, , , , queues]) => parseInt(queues.split(":")[1], 16) > 0).length;
    return { waiting, open: sockets.filter(([, , , state]) => state === "01").length };
}

const statusOf = (at) =>
    new Promise((resolve) => {
        const request = http.get({ host: "127.0.0.1", port, path: at, agent: false }, (response) => {
            response.resume();
            response.on("end", () => resolve(response.statusCode));
        });
        request.setTimeout(2000, () => request.destroy(new Error("no answer within 2 s")));
        request.on("error", (error) => resolve(error.code ?? error.message));
    });

async function main() {
    if (upstream) await serveUpstream();
    let answered = 0;
    const outcomes = Array.from({ length: count }, (_, index) => send(index));
    for (const outcome of outcomes) outcome.then(() => answered++);
    for (let tries = 0; ; tries++) {
        await sleep(100);
        const { waiting, open } = unread();
        if (answered > 0) throw new Error(`answered too early: ${JSON.stringify(await Promise.race(outcomes))}`);
        if (waiting === 0 && open >= count && (!upstream || seen > 0)) break;
        if (tries > 150) throw new Error(`not taken in: ${waiting} wait, ${open} are open, ${seen} asked`);
    }
    console.log(`in flight ${count}`);
    await new Promise((resolve) => process.stdin.once("data", resolve));
    const since = Date.now();
    const said = Object.fromEntries(watched.map((at) => [at, []]));
    // Long enough that what only began to stop would be seen to answer.
    for (let round = 0; round < 8; round++) {
        for (const at of watched) said[at].push(await statusOf(at));
        await sleep(60);
    }
    released = true;
    for (const release of held) release();
    const all = await Promise.all(outcomes);
    const tally = {};
    for (const { status, complete, error } of all) {
        const key = error ?? (complete ? status : `${status}, but not whole`);
        tally[key] = (tally[key] ?? 0) + 1;
    }
    console.log(`outcome ${JSON.stringify({ tally, said, ms: Date.now() - since })}`);
    process.exit(0);
}

main().catch((error) => {
    console.log(`failed: ${error.stack}`);
    process.exit(1);
});
