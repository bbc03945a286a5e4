/** The real process, before a backend that repeats what it was asked. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";

const program = fileURLToPath(new URL("../server.js", import.meta.url));

const freePort = async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address();
    server.close();
    return port;
};

const start = async (env) => {
    const port = await freePort();
    const child = spawn(process.execPath, [program], { env: { ...env, PORT: String(port) }, stdio: "pipe" });
    await once(child.stdout, "data");
    return { child, url: `http://127.0.0.1:${port}` };
};

let backend, site, release;

before(async () => {
    backend = createServer((request, response) => {
        if (request.url === "/api/slow") return void (release = () => response.end("late"));
        let body = "";
        request.on("data", (chunk) => (body += chunk));
        request.on("end", () => {
            response.writeHead(request.url === "/api/teapot" ? 418 : 200, { "content-type": "application/json" });
            const { method, url, headers } = request;
            response.end(JSON.stringify({ method, url, host: headers.host, body }));
        });
    }).listen(0, "127.0.0.1");
    await once(backend, "listening");
    site = await start({ BACKEND_URL: `http://127.0.0.1:${backend.address().port}` });
});

after(() => {
    site.child.kill("SIGKILL");
    backend.close();
    backend.closeAllConnections();
});

test("page and health", async () => {
    const page = await fetch(site.url);
    assert.equal(page.headers.get("content-type"), "text/html; charset=utf-8");
    assert.match(await page.text(), /Morrow/);
    assert.deepEqual(await (await fetch(`${site.url}/health`)).json(), { status: "healthy" });
    assert.equal((await fetch(`${site.url}/server.js`)).status, 404);
    assert.equal((await fetch(`${site.url}/`, { method: "POST" })).status, 405);
});

test("the API is the backend's", async () => {
    const response = await fetch(`${site.url}/api/notes?a=1`, { method: "POST", body: "text" });
    const host = `127.0.0.1:${backend.address().port}`;
    assert.deepEqual(await response.json(), { method: "POST", url: "/api/notes?a=1", host, body: "text" });
    assert.equal((await fetch(`${site.url}/api/teapot`)).status, 418);
    assert.equal((await fetch(`${site.url}/apiary`)).status, 404);
});

test("a backend that is away, and none", async () => {
    for (const [env, status] of [
        [{ BACKEND_URL: `http://127.0.0.1:${await freePort()}` }, 502],
        [{}, 503],
    ]) {
        const other = await start(env);
        assert.equal((await fetch(`${other.url}/api/notes`)).status, status);
        assert.equal((await fetch(`${other.url}/api/notes`, { method: "POST", body: "x".repeat(1e6) })).status, status);
        assert.equal((await fetch(`${other.url}/health`)).status, 200);
        other.child.kill("SIGKILL");
    }
});

test("SIGTERM lets a running request finish", async () => {
    const slow = fetch(`${site.url}/api/slow`);
    while (!release) await new Promise((done) => setTimeout(done, 20));
    site.child.kill("SIGTERM");
    const ended = once(site.child, "exit");
    await assert.rejects(async () => {
        for (;;) await fetch(`${site.url}/health`, { headers: { connection: "close" } });
    });
    release();
    assert.equal(await (await slow).text(), "late");
    assert.deepEqual(await ended, [0, null]);
});
