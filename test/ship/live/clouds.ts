import { writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import { join } from "node:path";

import { apps } from "../../../apps";
import type { State } from "../../../operate/state";
import type { LiveCloud } from "../../../ship/live/client";
import { cloudOf } from "../../../ship/live/cloud";
import { patience as usual, type Patience } from "../../../ship/live/patience";
import { deploy } from "../../../stacks";
import { plannedGates } from "../../../stacks/memory";
import { released } from "../../../stacks/release";
import type { AppInput, Cloud } from "../../../topology/app";
import type { Stack } from "../../../topology/validate";
import type { Release } from "../../../topology/release";
import { stackOf } from "../../components/stack";
import { plan } from "../../recorded";

/** What the clouds' clients are tried against: a stack's state, and APIs on loopback. */

/** Credentials that no machine's own stand before. */
export const credentials = {
    AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
    AWS_SECRET_ACCESS_KEY: "example",
    AWS_SESSION_TOKEN: undefined,
    AWS_PROFILE: undefined,
};

export const image = (letter: string): string => `registry.example.com/shop@sha256:${letter.repeat(64)}`;

/** A site on two ports, of which one speaks gRPC; an API with a canary; a private service; a worker. */
export const shop = {
    name: "shop",
    services: {
        api: {
            image: { reference: image("1") },
            ports: { http: 8080, rpc: 9090 },
            health: { path: "/up" },
            protocols: { rpc: "grpc" },
            routes: [{ path: "/api/*" }, { path: "/rpc/*", port: "rpc" }],
            rollout: { strategy: "canary" },
        },
        web: {
            image: { reference: image("1") },
            ports: { http: 8080 },
            health: { path: "/up" },
            routes: [{}],
            calls: ["inner"],
        },
        inner: { image: { reference: image("1") }, ports: { http: 8080 }, health: { path: "/up" }, routes: [] },
        mailer: { image: { reference: image("1") }, ports: {} },
    },
} satisfies AppInput;

/** The ids that clouds give, with an end that no program knows beforehand. */
const ids: Record<string, (name: string) => string> = {
    "aws:ecs/service:Service": (name) =>
        `arn:aws:ecs:ap-northeast-1:123456789012:service/shop-cluster-1/${name}-1234567`,
    "aws:lb/targetGroup:TargetGroup": (name) =>
        `arn:aws:elasticloadbalancing:ap-northeast-1:123456789012:targetgroup/${name}-7654321/0123456789abcdef`,
    "aws:lb/loadBalancer:LoadBalancer": (name) =>
        `arn:aws:elasticloadbalancing:ap-northeast-1:123456789012:loadbalancer/app/${name}-1/fedcba9876543210`,
    "aws:cloudwatch/logGroup:LogGroup": () => "/ecs/shop/staging",
    "gcp:cloudrunv2/service:Service": (name) =>
        `projects/example-project/locations/asia-northeast1/services/${name}-1234567`,
    "gcp:cloudrunv2/workerPool:WorkerPool": (name) =>
        `projects/example-project/locations/asia-northeast1/workerPools/${name}-1234567`,
    "gcp:compute/backendService:BackendService": (name) =>
        `projects/example-project/global/backendServices/${name}-7654321`,
    "gcp:logging/projectBucketConfig:ProjectBucketConfig": (name) =>
        `projects/example-project/locations/asia-northeast1/buckets/${name}-abcdef`,
};

/** The stack, and its state as its own components make it, with a candidate of `api` or without. */
export async function deployed(cloud: Cloud, candidate = true): Promise<{ stack: Stack; state: State }> {
    const stack = stackOf(shop, cloud, "staging", { domain: true });
    const release = {
        services: candidate ? { api: { image: image("1"), candidate: { image: image("2"), weight: 5 } } } : {},
    } as unknown as Release;
    const told = released(stack, undefined, { release, from: "told" }).stack;
    const { resources } = await plan(() => deploy(told, plannedGates()), { stack: "staging" });
    const state = {
        project: "twinstack",
        stack: "staging",
        pending: [],
        refused: [],
        tried: [],
        resources: resources.map(({ type, name, urn }) => ({
            urn,
            type,
            name,
            id: ids[type]?.(name) ?? name,
            custom: true,
            protect: false,
            retainOnDelete: false,
            inputs: {},
            delete: false,
        })),
    };
    return { stack, state };
}

/** A state of todo in dev, with the names that its own components give. */
export async function stateFile(folder: string): Promise<string> {
    const { resources } = await plan(() => deploy(stackOf(apps.todo, "aws", "dev"), plannedGates()), { stack: "dev" });
    const deployment = {
        resources: resources.map(({ type, name }) => ({
            urn: `urn:pulumi:dev::twinstack::${type}::${name}`,
            type,
            custom: true,
            id: ids[type]?.(name) ?? name,
            inputs: {},
        })),
    };
    const file = join(folder, "state.json");
    writeFileSync(file, JSON.stringify({ version: 3, deployment }));
    return file;
}

export interface Asked {
    /** The API's name and action, such as `ecs ListTasks`, or method and path. */
    what: string;
    body: Record<string, unknown>;
    query: URLSearchParams;
    headers: IncomingMessage["headers"];
}

/** What a fake answers: a status and a body, or nothing for as long as it is asked. */
export type Answer =
    | { status?: number; body: unknown; headers?: Record<string, string> }
    | "hangs up"
    | "silence"
    /** Begins at once, and says a byte a moment for ever. */
    | "slow";

/** APIs on loopback. */
export class FakeApi {
    readonly asked: Asked[] = [];
    answer: (asked: Asked, nth: number) => Answer = () => ({ body: {} });
    url = "";
    private readonly server = createServer((request, response) => void this.serve(request, response));

    async start(): Promise<void> {
        await new Promise<void>((done) => this.server.listen(0, "127.0.0.1", done));
        this.url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    }
    /** Ends what is still being answered. */
    stop(): void {
        this.server.closeAllConnections();
        this.server.close();
    }
    reset(): void {
        this.asked.splice(0);
        this.answer = () => ({ body: {} });
    }

    private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
        const parts: Buffer[] = [];
        for await (const part of request) parts.push(part as Buffer);
        const url = new URL(request.url!, "http://localhost");
        const target = String(request.headers["x-amz-target"] ?? "");
        const text = Buffer.concat(parts).toString("utf8");
        const asked = {
            what: target ? target.split(".")[1] : `${request.method} ${url.pathname}`,
            body: (text ? JSON.parse(text) : {}) as Record<string, unknown>,
            query: url.searchParams,
            headers: request.headers,
        };
        const nth = this.asked.push(asked);
        const answer = this.answer(asked, nth);
        if (answer === "silence") return;
        if (answer === "slow") return drip(response);
        if (answer === "hangs up") return void request.socket.destroy();
        const { status = 200, body, headers } = answer;
        const type = target.startsWith("Granite") ? "application/x-amz-json-1.0" : "application/x-amz-json-1.1";
        response.writeHead(status, { "content-type": target ? type : "application/json", ...headers });
        response.end(typeof body === "string" ? body : JSON.stringify(body));
    }
}

function drip(response: ServerResponse): void {
    response.writeHead(200, { "content-type": "application/json" });
    const timer = setInterval(() => response.write(" "), 20);
    response.on("close", () => clearInterval(timer));
}

/** Sets variables of the environment. @returns what puts back those that were */
export function setEnvironment(variables: Record<string, string | undefined>): () => void {
    const before = Object.fromEntries(Object.keys(variables).map((name) => [name, process.env[name]]));
    const set = (values: Record<string, string | undefined>) => {
        for (const [name, value] of Object.entries(values))
            if (value === undefined) delete process.env[name];
            else process.env[name] = value;
    };
    set(variables);
    return () => set(before);
}

/** A cloud that is asked by way of a fake. */
export interface Asking {
    api: FakeApi;
    /** Milliseconds of each wait; none takes any time. */
    slept: number[];
    stack: Stack;
    state: State;
    cloud: LiveCloud;
}

/** A client of a cloud for each test of a `describe`, with the candidate of `api` deployed; its clock stands at ten past midnight. */
export function asking(on: Cloud, environment: Record<string, string | undefined>, patience: Patience = usual): Asking {
    const world = { api: new FakeApi(), slept: [] as number[] } as unknown as Asking;
    let restore: () => void;
    before(async () => {
        await world.api.start();
        Object.assign(world, await deployed(on));
    });
    after(() => world.api.stop());
    beforeEach(async () => {
        restore = setEnvironment(environment);
        world.api.reset();
        world.slept.splice(0);
        world.cloud = await cloudOf(world.stack, () => Promise.resolve(world.state), {
            endpoint: world.api.url,
            patience,
            sleep: (milliseconds) => Promise.resolve(void world.slept.push(milliseconds)),
            now: () => Date.parse("2026-01-01T00:10:00Z"),
        });
    });
    afterEach(() => restore());
    return world;
}
