import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { apps } from "../../apps";
import type { AppInput } from "../../topology/app";
import { smokeRequests } from "../../topology/smoke";
import { ProblemsError, resolve } from "../../topology/validate";
import { twinstack } from "../twinstack";

describe("twinstack smoke", function () {
    this.timeout(60000);
    let server: Server;
    let url: string;
    let answer: (request: IncomingMessage) => [status: number, body: string];
    before(async () => {
        server = createServer((request, response) => {
            const [status, body] = answer(request);
            response.writeHead(status).end(body);
        }).listen(0, "127.0.0.1");
        await new Promise((ready) => server.once("listening", ready));
        url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    });
    after(() => server.close());

    it("asks the health path of a stack on a cloud, and says how it went", async () => {
        const asked: string[] = [];
        answer = ({ url: path }) => {
            asked.push(path!);
            return [200, "ok"];
        };
        const { status, stdout } = await twinstack(["smoke", "--app", "todo", "--url", url]);
        assert.equal(status, 0);
        assert.deepEqual(asked, ["/health-check"]);
        assert.match(stdout, /✔ +api +http:\/\/127\.0\.0\.1:\d+\/health-check +200 +\d+ ms/);
        assert.match(stdout, /1 request, all good/);
    });

    it("tries again, and says at which try it was good", async () => {
        let count = 0;
        answer = () => (++count < 2 ? [503, ""] : [200, ""]);
        const { status, stdout } = await twinstack(["smoke", "--app", "todo", "--cloud", "gcp", "--url", url]);
        assert.equal(status, 0);
        assert.match(stdout, /try 2/);
    });

    it("fails where an answer is not good, and says what was wrong", async () => {
        answer = () => [500, ""];
        const failed = await twinstack(["smoke", "--app", "todo", "--url", url, "--retries", "0"]);
        assert.equal(failed.status, 1);
        assert.match(failed.stdout, /✘ .*500 instead of 200/);
        assert.match(failed.stdout, /1 of 1 request failed/);
        const gone = await twinstack([
            "smoke",
            "--app",
            "todo",
            "--url",
            "http://127.0.0.1:1",
            "--retries",
            "0",
            "--json",
        ]);
        assert.equal(gone.status, 1);
        const { ok, requests } = JSON.parse(gone.stdout) as { ok: boolean; requests: { problem: string }[] };
        assert.equal(ok, false);
        assert.match(requests[0].problem, /ECONNREFUSED/);
    });

    it("asks each service by the host that leads to it", async () => {
        const hosts: string[] = [];
        answer = ({ headers, url: path }) => {
            hosts.push(`${headers.host}${path}`);
            return [200, ""];
        };
        const flags = ["--app", "morrow", "--environment", "prod", "--cloud", "aws", "--url", url];
        const { status } = await twinstack(["smoke", ...flags]);
        assert.equal(status, 0);
        assert.deepEqual(hosts.sort(), ["api.morrow.app/health", "www.morrow.app/health"]);
    });

    it("needs a URL, or a deployed stack that tells it", async () => {
        const { status, stderr } = await twinstack(["smoke", "--url", "todo"]);
        assert.equal(status, 2);
        assert.match(stderr, /--url\n +found +"todo"/);
        const folder = mkdtempSync(join(tmpdir(), "twinstack-"));
        const { PATH } = process.env;
        try {
            process.env.PATH = folder;
            const without = await twinstack(["smoke", "--app", "todo"]);
            assert.equal(without.status, 2);
            assert.match(without.stderr, /there is no pulumi on PATH/);
            writeFileSync(
                join(folder, "pulumi"),
                `#!/bin/sh\n[ "$*" = "stack output url --stack dev" ] && echo ${url}\n`,
            );
            chmodSync(join(folder, "pulumi"), 0o755);
            answer = () => [200, ""];
            assert.equal((await twinstack(["smoke", "--app", "todo"])).status, 0);
        } finally {
            process.env.PATH = PATH;
            rmSync(folder, { recursive: true });
        }
    });
});

describe("Smoke requests", () => {
    const appOf = (app: AppInput | string, cloud = "aws") =>
        resolve(
            {
                stack: "dev",
                config: {
                    "twinstack:app": typeof app === "string" ? app : app.name,
                    "twinstack:cloud": cloud,
                    "twinstack:environment": "dev",
                    "aws:region": "ap-northeast-1",
                },
            },
            typeof app === "string" ? apps : { [app.name]: app },
        ).app;
    const service = (more: object) => ({
        image: { reference: "registry.example.com/web:1" },
        ports: { http: 3000 },
        health: { path: "/" },
        ...more,
    });

    it("are a service's own, or its health path, where that leads to it", () => {
        const outside = smokeRequests(appOf("morrow"), true);
        assert.deepEqual(
            outside.map((one) => [one.service, one.path, one.unreached]),
            [
                ["backend", "/health", "/health leads to frontend"],
                ["frontend", "/health", undefined],
            ],
        );
        for (const { unreached } of smokeRequests(appOf("morrow"), false)) assert.equal(unreached, undefined);
    });

    it("follow the most specific route, at the port that it names", () => {
        const app = appOf({
            name: "demo",
            services: {
                web: service({ smoke: [{ path: "/shop?page=2", contains: "Shop" }] }),
                api: service({
                    ports: { http: 8080, admin: 9090 },
                    routes: [{ path: "/api/*" }, { path: "/admin/*", port: "admin" }],
                    smoke: [{ path: "/api/items" }, { path: "/admin/me", status: 401 }, { path: "/other" }],
                }),
                hidden: service({ routes: [] }),
            },
        } as AppInput);
        assert.deepEqual(smokeRequests(app, true), [
            { service: "web", port: "http", path: "/shop?page=2", status: 200, contains: "Shop" },
            { service: "api", port: "http", path: "/api/items", status: 200 },
            { service: "api", port: "admin", path: "/admin/me", status: 401 },
            { service: "api", port: "http", path: "/other", status: 200, unreached: "/other leads to web" },
            {
                service: "hidden",
                port: "http",
                path: "/",
                status: 200,
                unreached: "private: only the services that call it reach it",
            },
        ]);
    });

    it("are validated, each field with its place", () => {
        const smoke = [{ path: "shop" }, { path: "/", status: 99 }, { path: "/", holds: "x" }];
        assert.throws(
            () => appOf({ name: "demo", services: { web: service({ smoke }) } } as AppInput),
            (error) => {
                assert.ok(error instanceof ProblemsError);
                assert.deepEqual(
                    error.problems.map(({ path }) => path.replace("apps/demo.ts: services.web.smoke", "")),
                    ["[0].path", "[1].status", "[2].holds"],
                );
                return true;
            },
        );
    });
});
