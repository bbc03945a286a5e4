"use strict";

/**
 * A version that is no good: it stands before the real program and spoils what that answers.
 * faulty.js FAULT PROGRAM, where FAULT is `errors` (every fifth request fails), `sick` (its health check does), or `dies` (under load).
 */

const { spawn } = require("node:child_process");
const { createServer, request } = require("node:http");
const { createServer: listen } = require("node:net");

const [fault, program] = process.argv.slice(2);
const probe = listen().listen(0, "127.0.0.1", () => {
    const { port } = probe.address();
    probe.close(() => start(port));
});

function start(port) {
    const inner = spawn(program, { env: { ...process.env, PORT: String(port) }, stdio: "inherit" });
    process.on("SIGTERM", () => inner.kill("SIGTERM"));
    process.on("exit", () => inner.kill("SIGKILL"));
    inner.on("exit", (code) => process.exit(code ?? 1));
    let asked = 0;
    createServer((incoming, outgoing) => {
        const checked = incoming.url === "/health";
        // It answers whoever looks whether it is well, and not those who use it.
        const used = !checked && incoming.url !== "/static/app.js";
        if (fault === "dies" ? !checked : used) asked++;
        if (fault === "dies" && asked > 20) {
            console.log(JSON.stringify({ severity: "ERROR", message: "cannot allocate memory" }));
            process.exit(137);
        }
        if ((fault === "sick" && checked) || (fault === "errors" && used && asked % 5 === 0)) {
            outgoing.writeHead(500).end("spoilt\n");
            return;
        }
        const { method, url, headers } = incoming;
        const onward = request({ port, host: "127.0.0.1", method, path: url, headers, agent: false }, (answer) => {
            outgoing.writeHead(answer.statusCode, answer.headers);
            answer.pipe(outgoing);
        });
        onward.on("error", () => outgoing.writeHead(502).end());
        incoming.pipe(onward);
    }).listen(Number(process.env.PORT), "127.0.0.1");
}
