/** The site: one page, and `/api/…` handed on to the backend at BACKEND_URL. No dependencies. */
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { pipeline } from "node:stream";

const port = Number(process.env.PORT || 3000);
const backend = process.env.BACKEND_URL ? new URL(process.env.BACKEND_URL) : undefined;
const backendTimeout = 25_000; // less than the 30 s that load balancers wait at least
const drain = 28_000; // within the 30 s that ECS grants after SIGTERM; Cloud Run ends it after 10 in any case

const page = await readFile(new URL("public/index.html", import.meta.url));

/** Headers that belong to one connection and are not handed on. `host` becomes the backend's: Cloud Run routes by it. */
const ownHeaders = ["connection", "keep-alive", "proxy-authorization", "te", "trailer", "transfer-encoding", "upgrade", "host"];
const handedOn = (headers) => Object.fromEntries(Object.entries(headers).filter(([name]) => !ownHeaders.includes(name)));

function answer(response, status, body, headers = {}) {
    response.writeHead(status, { "content-type": "application/json", "x-content-type-options": "nosniff", ...headers });
    response.end(response.req.method === "HEAD" ? undefined : body);
}

const refuse = (response, status, detail) => answer(response, status, JSON.stringify({ detail }));

function proxy(request, response) {
    if (!backend) return refuse(response, 503, "BACKEND_URL is not set");
    const send = backend.protocol === "https:" ? requestHttps : requestHttp;
    // Only the path comes from outside: the host is always the backend's.
    const target = { protocol: backend.protocol, hostname: backend.hostname, port: backend.port, path: request.url };
    const outgoing = send({ ...target, method: request.method, headers: handedOn(request.headers), timeout: backendTimeout });
    outgoing.on("timeout", () => outgoing.destroy(new Error("timeout")));
    outgoing.on("response", (incoming) => {
        response.writeHead(incoming.statusCode, handedOn(incoming.headers));
        pipeline(incoming, response, () => {});
    });
    outgoing.on("error", (error) => {
        console.error(JSON.stringify({ severity: "WARNING", message: `backend: ${error.message}` }));
        if (response.headersSent) response.destroy();
        else refuse(response, 502, "the backend does not answer");
    });
    // Not a pipeline: that would close the client's connection with the backend's, before the 502 is sent.
    request.pipe(outgoing);
    response.on("close", () => outgoing.destroy());
}

const server = createServer((request, response) => {
    const path = request.url.split("?", 1)[0];
    if (path === "/api" || path.startsWith("/api/")) return proxy(request, response);
    if (request.method !== "GET" && request.method !== "HEAD") return refuse(response, 405, "only GET");
    // Not the backend's health: a restart of the site would not repair the backend.
    if (path === "/health") return answer(response, 200, JSON.stringify({ status: "healthy" }));
    if (path === "/")
        return answer(response, 200, page, { "content-type": "text/html; charset=utf-8", "cache-control": "no-cache" });
    return refuse(response, 404, "no such page");
});
server.keepAliveTimeout = 75_000; // longer than the load balancer keeps idle connections (60 s on AWS)

process.on("SIGTERM", () => {
    server.close(() => process.exit(0));
    // A connection that is kept alive becomes idle only when its last answer is out.
    setInterval(() => server.closeIdleConnections(), 100);
    setTimeout(() => process.exit(1), drain).unref();
});

server.listen(port, "0.0.0.0", () => console.log(JSON.stringify({ severity: "INFO", message: `listening on ${port}` })));
