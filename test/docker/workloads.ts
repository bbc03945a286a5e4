import { deflateSync } from "node:zlib";

import { apps } from "../../apps";
import type { Target } from "../../topology/app";
import { resolve } from "../../topology/validate";

/** Every image of workloads/, by what the topology says of its service, and how it is put under load. */
export interface Workload {
    name: string;
    context: string;
    port: number;
    path: string;
    readyPath?: string;
    healthCommand?: string[];
    drainSeconds: number;
    /** What it needs to start by itself, without what it uses. */
    env: Record<string, string>;
    /** Programs that it must not hold. */
    absent: string[];
    /** The instructions that a change of `source` runs anew. */
    source: string;
    rebuilt: string[];
    load: Load;
}

/** Requests that can be kept in flight: by the last byte of their bodies, or by the answer of a server that they wait for. */
export interface Load {
    method?: string;
    path: string;
    headers?: Record<string, string>;
    body?: string;
    encoding?: string;
    upstream?: { port: number; answer: string };
    status: number;
    contains?: string;
}

const installers = ["pip", "pip3"];
const json = { "content-type": "application/json" };

/** A valid picture, eight pixels square. */
function picture(): string {
    const chunk = (type: string, data: Buffer): Buffer => {
        const body = Buffer.concat([Buffer.from(type), data]);
        const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
        length.writeUInt32BE(data.length);
        sum.writeUInt32BE(crc(body));
        return Buffer.concat([length, body, sum]);
    };
    const header = Buffer.from([0, 0, 0, 8, 0, 0, 0, 8, 8, 0, 0, 0, 0]);
    const rows = deflateSync(Buffer.alloc(8 * 9));
    const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
    const chunks = [chunk("IHDR", header), chunk("IDAT", rows), chunk("IEND", Buffer.alloc(0))];
    return Buffer.concat([signature, ...chunks]).toString("base64");
}

function crc(data: Buffer): number {
    let sum = 0xffffffff;
    for (const byte of data) {
        sum ^= byte;
        for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
    }
    return (sum ^ 0xffffffff) >>> 0;
}

const own: Record<string, Pick<Workload, "env" | "absent" | "source" | "rebuilt" | "load">> = {
    "factify/api": {
        env: { FACTS_URL: "dynamodb://facts", AWS_DEFAULT_REGION: "us-east-1" },
        absent: installers,
        source: "app/main.py",
        rebuilt: ["COPY app /srv/app", "COPY healthcheck.py /srv/", "WORKDIR /srv"],
        // Refused once the body is there, so that no table is needed.
        load: { method: "POST", path: "/facts", headers: json, body: '{"nothing": 1}', status: 422 },
    },
    "logo/api": {
        env: {},
        absent: installers,
        source: "app/main.py",
        rebuilt: ["COPY app /srv/app", "WORKDIR /srv"],
        load: { method: "POST", path: "/api/v1/detect", body: picture(), encoding: "base64", status: 200 },
    },
    "morrow/backend": {
        env: {
            DATABASE_URL: "postgresql://app:x@127.0.0.1:1/app",
            REDIS_URL: "redis://127.0.0.1:1",
            ASSETS_URL: "file:///tmp/assets",
        },
        absent: ["go", "apk"],
        source: "app.go",
        rebuilt: ["COPY . .", "RUN --mount=type=cache", "COPY --from=build /backend"],
        load: { method: "PUT", path: "/api/assets/file-{n}", body: "some bytes", status: 204 },
    },
    "morrow/frontend": {
        env: { BACKEND_URL: "http://127.0.0.1:9000" },
        absent: ["npm", "npx", "corepack", "yarn"],
        source: "server.js",
        rebuilt: ["COPY package.json server.js ./", "COPY public public"],
        load: { path: "/api/notes", upstream: { port: 9000, answer: '{"items":[]}' }, status: 200, contains: "items" },
    },
    "todo/api": {
        env: { API_TOKEN: "token" },
        absent: installers,
        source: "app/main.py",
        rebuilt: ["COPY app /srv/app", "WORKDIR /srv"],
        load: {
            method: "POST",
            path: "/todos",
            headers: { ...json, "x-api-token": "token" },
            body: '{"title": "under load"}',
            status: 201,
        },
    },
    "weather/app": {
        env: { WXTECH_URL: "http://127.0.0.1:9000/forecast" },
        absent: installers,
        source: "app/ui.py",
        rebuilt: ["COPY app /srv/app", "WORKDIR /srv", "RUN install"],
        load: {
            path: "/?at=35.{n},139.77",
            upstream: { port: 9000, answer: '{"wxdata":[{"srf":[{"temp":21}]}]}' },
            status: 200,
            contains: "21〜21℃",
        },
    },
};

export const workloads: Workload[] = Object.entries(apps).flatMap(([key]) => {
    const config = { "twinstack:app": key, "twinstack:cloud": "local" };
    const { app } = resolve<Target>({ stack: "dev", config }, apps);
    return Object.entries(app.services).map(([service, { image, ports, health, drainSeconds }]): Workload => {
        const { path, readyPath, container } = health;
        return {
            name: `${key}/${service}`,
            context: image.context!,
            port: Object.values(ports)[0],
            path: path!,
            readyPath,
            healthCommand: container?.command,
            drainSeconds,
            ...own[`${key}/${service}`],
        };
    });
});
