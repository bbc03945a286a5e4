import assert from "node:assert/strict";

import type { Project } from "../../compose/engine";
import { docker } from "./docker";
import { workloads } from "./workloads";

/** What a round trip may ask. */
export interface Running {
    /** Where a service's port is on this machine. */
    at: (service: string, port: number) => string;
    secrets: Record<string, string>;
    project: Project;
}

const ask = async (url: string, init?: RequestInit, status = 200): Promise<Response> => {
    const response = await fetch(url, { ...init, signal: AbortSignal.timeout(10_000) });
    if (response.status !== status) throw new Error(`${url}: ${response.status} ${await response.text()}`);
    return response;
};
const post = (body: unknown, headers: Record<string, string> = {}): RequestInit => ({
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
});

/** App → writes through everything that it uses; answers with what reads it all back. */
export const roundTrips: Record<string, (running: Running) => Promise<() => Promise<void>>> = {
    factify: async ({ at }) => {
        const api = at("api", 80);
        const { id } = (await (await ask(`${api}/facts`, post({ claim: "water is wet" }), 201)).json()) as {
            id: string;
        };
        return async () => {
            const fact = (await (await ask(`${api}/facts/${id}`)).json()) as { claim: string };
            assert.equal(fact.claim, "water is wet");
            const health = (await (await ask(`${api}/health`)).json()) as { services: { table: string } };
            assert.equal(health.services.table, "healthy");
        };
    },
    logo: async ({ at }) => {
        const { load } = workloads.find(({ name }) => name === "logo/api")!;
        const body = Buffer.from(load.body!, "base64");
        return async () => {
            const found = await ask(at("api", 8000) + load.path, { method: "POST", body });
            assert.ok("detections" in ((await found.json()) as object));
        };
    },
    morrow: async ({ at, project }) => {
        const [site, api] = [at("frontend", 3000), at("backend", 8080)];
        const text = `note ${Date.now()}`;
        await ask(`${site}/api/notes`, post({ text }), 201);
        await ask(`${api}/api/assets/file`, { method: "PUT", body: text }, 204);
        return async () => {
            const notes = async () => (await ask(`${site}/api/notes`)).text();
            assert.match(await notes(), new RegExp(text));
            // The second answer is Redis's.
            const cached = await ask(`${site}/api/notes`);
            assert.equal(cached.headers.get("x-cache"), "hit");
            const redis = (await project.container("redis"))!;
            assert.match(await docker("exec", redis, "redis-cli", "GET", "notes"), new RegExp(text));
            assert.equal(await (await ask(`${api}/api/assets/file`)).text(), text);
            assert.equal((await ask(`${api}/ready`)).status, 200);
        };
    },
    todo: async ({ at, secrets }) => {
        const api = at("api", 8000);
        const token = { "x-api-token": secrets.API_TOKEN };
        await ask(`${api}/todos`, undefined, 401);
        const made = await ask(`${api}/todos`, post({ title: "buy milk" }, token), 201);
        const { id } = (await made.json()) as { id: number };
        return async () => {
            const todo = (await (await ask(`${api}/todos/${id}`, { headers: token })).json()) as { title: string };
            assert.equal(todo.title, "buy milk");
        };
    },
    weather: async ({ at, project }) => {
        const cache = async (call: string) => {
            const script = `import os; from app.cache import FileCache; print(FileCache(os.environ["CACHE_PATH"]).${call})`;
            return docker("exec", (await project.container("app"))!, "python", "-c", script);
        };
        await cache('put("comments", "here", {"sun": 1})');
        return async () => {
            assert.equal(await cache('get("comments", "here")'), "{'sun': 1}");
            assert.match(await (await ask(at("app", 8501))).text(), /Weather comments/);
            await ask(`${at("app", 8000)}/health`);
        };
    },
};
