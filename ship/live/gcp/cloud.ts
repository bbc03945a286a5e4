import type { State } from "../../../operate/state";
import { cloudRunServices, isWorker } from "../../../topology/endpoints";
import { candidateName } from "../../../topology/rollout";
import { Missing, type CloudArgs, type LiveCloud } from "../client";
import { finder, idOf, named } from "../finder";
import { minute, type KeyedLine, logsBy } from "../logs";
import type { Measured, Stopped } from "../../deps";
import { google, type Google } from "./ask";
import { series } from "./figures";

/** What a service is called at Google. */
export interface RunPlace {
    /** `projects/<project>/locations/<location>/services/<name>`, one for each port; or a worker pool's. */
    services: string[];
    worker: boolean;
    /** Names of its backend services; none of a private service, and of a worker. */
    backends: string[];
    /** `projects/<project>/locations/<location>/buckets/<id>`. */
    logs: string;
}

/** Finds a service, or its candidate, in the state of its stack. */
export function runPlaceOf(
    { stack }: Pick<CloudArgs, "stack">,
    resources: State["resources"],
    name: string,
): RunPlace | undefined {
    const { app, place } = stack;
    const { service, candidate } = named(app, name);
    const at = (type: string, part: string) => idOf(resources, type, `${place.prefix}-${part}`);
    const worker = isWorker(app.services[service]);
    const type = worker ? "gcp:cloudrunv2/workerPool:WorkerPool" : "gcp:cloudrunv2/service:Service";
    const as = (key: string) => (candidate ? candidateName(key) : key);
    // Nobody makes a candidate of a part that only other services call.
    const parts = cloudRunServices(app).filter(
        (part) => part.service === service && (!candidate || part.endpoints.length),
    );
    const services = parts.map(({ key }) => at(type, as(key)));
    const backends = parts.flatMap(({ endpoints }) =>
        endpoints.map(({ key }) => at("gcp:compute/backendService:BackendService", `lb-${as(key)}`)),
    );
    const logs = at("gcp:logging/projectBucketConfig:ProjectBucketConfig", "platform-logs");
    const whole = (ids: (string | undefined)[]): ids is string[] => !ids.includes(undefined);
    if (!logs || !services.length || !whole(services) || !whole(backends)) return undefined;
    return { services, worker, backends: backends.map(lastPart), logs };
}

const lastPart = (id: string): string => id.split("/").at(-1)!;

/** Milliseconds between two questions of whoever follows a log: a project may ask 60 times a minute. */
const followed = 5000;

/** Cloud Run, Cloud Monitoring and Cloud Logging. Its twin is ../aws/cloud.ts. */
export function gcpCloud(args: CloudArgs): LiveCloud {
    const { project } = args.stack.place;
    const places = finder(args, (resources, name) => runPlaceOf(args, resources, name));
    const place = places.of;
    const api = google({ project, ...args });

    /** Entries of a filter, oldest first. */
    async function* entries(view: string, filter: string): AsyncGenerator<Entry> {
        let pageToken: string | undefined;
        do {
            const body = { resourceNames: [view], filter, orderBy: "timestamp asc", pageSize: 1000, pageToken };
            const page = await api.ask("https://logging.googleapis.com/v2/entries:list", body);
            const found = page.entries ?? [];
            if (!Array.isArray(found)) throw new Error("Cloud Logging answers with entries that are no list");
            yield* found as Entry[];
            pageToken = typeof page.nextPageToken === "string" ? page.nextPageToken || undefined : undefined;
        } while (pageToken);
    }
    async function* lines(names: string[], since: Date, until?: Date): AsyncGenerator<KeyedLine> {
        const places = await Promise.all(names.map(async (name) => ({ name, ...(await place(name)) })));
        const known = new Map(places.flatMap(({ name, services }) => services.map((id) => [lastPart(id), name])));
        const written = [...since_(since, until), `(${places.map(whose).join(" OR ")})`, ...notItsOwn];
        for await (const entry of entries(`${places[0].logs}/views/_AllLogs`, written.join(" AND ")))
            yield lineOf(entry, known);
    }
    const system = async (name: string, since: Date, log: string): Promise<Entry[]> => {
        const found = await place(name);
        const filter = [...since_(since), whose(found), `logName="projects/${project}/logs/${log}"`].join(" AND ");
        const all: Entry[] = [];
        for await (const entry of entries(`${found.logs}/views/_AllLogs`, filter)) all.push(entry);
        return all;
    };

    return {
        metrics: async (name, since, until) => {
            const { backends } = await place(name);
            if (!backends.length) throw new Missing(`${name} is behind no load balancer that would count its requests`);
            return measured(api, project, backends, since, until);
        },
        events: async (name, since) => {
            const { services } = await place(name);
            const conditions = await Promise.all(services.map((id) => conditionsOf(api, id)));
            // Whether a revision became ready: administration's own log, which stays with the project.
            const found = await place(name);
            const filter = [
                ...since_(since),
                whose(found),
                `logName="projects/${project}/logs/cloudaudit.googleapis.com%2Fsystem_event"`,
            ].join(" AND ");
            const said: string[] = [];
            for await (const { timestamp = "", protoPayload } of entries(`projects/${project}`, filter))
                said.push(`${timestamp} ${protoPayload?.status?.message || protoPayload?.methodName || "an event"}`);
            return [...said, ...conditions.flat()];
        },
        stopped: async (name, since) =>
            (await system(name, since, "run.googleapis.com%2Fvarlog%2Fsystem")).flatMap(stoppedOf),
        deployed: places.all,
        running: async (name) => {
            const { services, worker } = await place(name);
            const counts = await Promise.all(services.map((id) => instances(api, project, id, worker, args.now())));
            // Each port has instances of its own; what is asked is how many stand behind one.
            return Math.max(...counts);
        },
        ...logsBy(lines, args, followed),
    };
}

/** A log entry, as far as it is read. */
interface Entry {
    insertId?: string;
    timestamp?: string;
    textPayload?: string;
    jsonPayload?: Record<string, unknown>;
    protoPayload?: { status?: { message?: string }; methodName?: string };
    resource?: { labels?: Record<string, string> };
    labels?: Record<string, string>;
}

const quoted = (text: string): string => JSON.stringify(text);
const since_ = (since: Date, until?: Date): string[] => [
    `timestamp>=${quoted(since.toISOString())}`,
    ...(until ? [`timestamp<${quoted(until.toISOString())}`] : []),
];

/** Entries of a service, or of a worker pool. */
function whose({ services, worker }: RunPlace): string {
    const [type, label] = worker
        ? ["cloud_run_worker_pool", "worker_pool_name"]
        : ["cloud_run_revision", "service_name"];
    const names = services.map((id) => quoted(lastPart(id)));
    return `(resource.type="${type}" AND resource.labels.${label}=(${names.join(" OR ")}))`;
}

/** What is not written by the containers: a line for each request, and who administers what. */
const notItsOwn = [`NOT logName:"run.googleapis.com%2Frequests"`, `NOT logName:"cloudaudit.googleapis.com"`];

function lineOf(entry: Entry, known: Map<string, string>): KeyedLine {
    const { insertId, timestamp, textPayload, jsonPayload, resource, labels } = entry;
    const at = new Date(timestamp ?? "");
    if (Number.isNaN(at.getTime())) throw new Error("Cloud Logging answers with an entry without a time");
    const message = jsonPayload?.message;
    const text = textPayload ?? (typeof message === "string" ? message : JSON.stringify(jsonPayload ?? {}));
    const { service_name, worker_pool_name, revision_name = "" } = resource?.labels ?? {};
    const service = known.get(service_name ?? worker_pool_name ?? "") ?? service_name ?? "";
    const source = [revision_name, labels?.instanceId?.slice(-8)].filter(Boolean).join("/");
    return { key: insertId ?? `${timestamp} ${source} ${text}`, at, service, source, text };
}

/** What Cloud Run says of instances that ended: by the text that it writes into the system log, as there is no API for it. */
export function stoppedOf(entry: Pick<Entry, "textPayload" | "timestamp">): Stopped[] {
    const text = entry.textPayload ?? "";
    const exit = /Container called exit\((\d+)\)/.exec(text)?.[1];
    const signal = /Uncaught signal: (\d+)/.exec(text)?.[1];
    const killed = signal !== undefined || /Memory limit of .* exceeded|probe failed .* consecutively/.test(text);
    if (exit === undefined && !killed) return [];
    const at = new Date(entry.timestamp ?? "");
    // Killed by a signal, or for memory, as a shell would say it.
    const memory = /^Memory limit/.test(text) ? 137 : undefined;
    const ended = exit !== undefined ? Number(exit) : signal !== undefined ? 128 + Number(signal) : memory;
    // What ends when it is asked to (SIGTERM) was scaled in, and is no fault of the version.
    const code = ended === 143 ? undefined : ended;
    return [
        {
            ...(Number.isNaN(at.getTime()) ? {} : { at }),
            ...(code !== undefined && { exitCode: code }),
            reason: text,
        },
    ];
}

/** What keeps a service from being ready. */
async function conditionsOf(api: Google, id: string): Promise<string[]> {
    const found = await api.ask(`https://run.googleapis.com/v2/${id}`);
    const { terminalCondition, conditions } = found as { terminalCondition?: Condition; conditions?: Condition[] };
    if (!terminalCondition) throw new Error(`Cloud Run answers without the condition of ${lastPart(id)}`);
    return [terminalCondition, ...(conditions ?? [])]
        .filter(({ state }) => state === "CONDITION_FAILED")
        .map(({ lastTransitionTime = "", type, message }) => `${lastTransitionTime} ${type}: ${message ?? "failed"}`);
}
interface Condition {
    type?: string;
    state?: string;
    message?: string;
    lastTransitionTime?: string;
}

/** Requests to backends of the load balancer, its own 502s included. Minutes are whole: the first is that in which the window begins. */
async function measured(api: Google, project: string, backends: string[], since: Date, until: Date): Promise<Measured> {
    const from = new Date(Math.floor(since.getTime() / minute) * minute);
    const to = new Date(Math.max(until.getTime(), from.getTime() + minute));
    // One period for all of it: each point is the whole window's.
    const period = Math.ceil((to.getTime() - from.getTime()) / minute) * 60;
    const names = backends.map((name) => `resource.labels.backend_target_name = ${quoted(name)}`).join(" OR ");
    const asked = (type: string, reducer: string, more = "") =>
        series(api, project, {
            filter: `resource.type = "https_lb_rule" AND metric.type = "loadbalancing.googleapis.com/https/${type}" AND (${names})${more}`,
            from,
            to,
            period,
            aligner: "ALIGN_DELTA",
            reducer,
        });
    const [requests, errors, p99] = await Promise.all([
        asked("request_count", "REDUCE_SUM"),
        asked("request_count", "REDUCE_SUM", " AND metric.labels.response_code_class = 500"),
        asked("total_latencies", "REDUCE_PERCENTILE_99"),
    ]);
    const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
    return {
        requests: sum(requests),
        errors: sum(errors),
        // Milliseconds.
        ...(p99.length && { p99Seconds: Math.max(...p99) / 1000 }),
    };
}

/** Instances that ran last, of the last minutes; none where nothing is reported, as of a service that went down to none. */
async function instances(api: Google, project: string, id: string, worker: boolean, now: number): Promise<number> {
    const [type, label] = worker
        ? ["cloud_run_worker_pool", "worker_pool_name"]
        : ["cloud_run_revision", "service_name"];
    const [newest = 0] = await series(api, project, {
        filter: `resource.type = "${type}" AND metric.type = "run.googleapis.com/container/instance_count" AND resource.labels.${label} = ${quoted(lastPart(id))}`,
        from: new Date(now - 6 * minute),
        to: new Date(now),
        period: 60,
        aligner: "ALIGN_MAX",
        reducer: "REDUCE_SUM",
    });
    return Math.round(newest);
}
