import { createServer, request, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import { candidateHeader } from "../../../topology/rollout";
import type { Cloud as CloudName } from "../../../topology/app";
import { ends, type Way } from "../matrix/traffic";
import { nameOf, type Cloud } from "../standin/cloud";
import type { Fleet, Task } from "./fleet";

/** What became of a request. */
export interface Served {
    at: number;
    /** Name of the service that it was led to; empty if to none. */
    service: string;
    image: string;
    status: number;
    seconds: number;
    /** Whether the service answered it, and not the load balancer in its place. */
    byService: boolean;
}

/**
 * The load balancer of a stand-in cloud: it leads each request as the listener's rules, or the URL map, say at that moment, and by
 * their weights, to one of the processes of a fleet.
 */
export class Balancer {
    readonly served: Served[] = [];
    private readonly server = createServer((incoming, outgoing) => this.lead(incoming, outgoing));
    private ways = new Map<string, Way>();
    /** By the service's name and the next of its tasks: in turn. */
    private turn = 0;

    private constructor(
        private readonly cloud: Cloud,
        private readonly name: CloudName,
        private readonly fleet: Fleet,
    ) {
        cloud.onEntry = () => this.ways.clear();
    }

    static async start(cloud: Cloud, name: CloudName, fleet: Fleet): Promise<Balancer> {
        const balancer = new Balancer(cloud, name, fleet);
        await new Promise<void>((done) => balancer.server.listen(0, "127.0.0.1", done));
        return balancer;
    }

    get url(): string {
        return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    }

    stop(): void {
        this.server.closeAllConnections();
        this.server.close();
    }

    private wayOf(header: string | undefined): Way {
        const known = this.ways.get(header ?? "");
        if (known !== undefined) return known;
        const entrance = { cloud: this.name, host: "", path: "/x" };
        const way = ends(this.cloud, entrance, header === undefined ? undefined : [candidateHeader, header]);
        this.ways.set(header ?? "", way);
        return way;
    }

    private lead(incoming: IncomingMessage, outgoing: ServerResponse): void {
        const begun = Date.now();
        const header = incoming.headers[candidateHeader];
        const way = this.wayOf(typeof header === "string" ? header : undefined);
        const note = (service: string, image: string, status: number, byService: boolean) =>
            this.served.push({ at: begun, service, image, status, seconds: (Date.now() - begun) / 1000, byService });
        if (typeof way === "string" || !way.length) {
            outgoing.writeHead(503).end();
            note("", "", 503, false);
            return;
        }
        let point = Math.random() * way.reduce((sum, { weight }) => sum + weight, 0);
        const { service } = way.find(({ weight }) => (point -= weight) < 0) ?? way.at(-1)!;
        const tasks = this.fleet.tasksOf(service);
        const task = tasks[this.turn++ % tasks.length] as Task | undefined;
        const name = nameOf(service.urn);
        if (!task) {
            outgoing.writeHead(503).end();
            note(name, "", 503, false);
            return;
        }
        task.inFlight++;
        let open = true;
        const close = (status: number, byService: boolean) => {
            if (!open) return;
            open = false;
            task.inFlight--;
            note(name, task.image, status, byService);
        };
        const { method, url, headers } = incoming;
        const onward = request(
            { port: task.port, host: "127.0.0.1", method, path: url, headers, agent: false },
            (answer) => {
                outgoing.writeHead(answer.statusCode!, { ...answer.headers, "x-image": task.image });
                answer.pipe(outgoing);
                answer.on("end", () => close(answer.statusCode!, true));
                answer.on("error", () => close(502, false));
            },
        );
        onward.on("error", () => {
            if (!outgoing.headersSent) outgoing.writeHead(502);
            outgoing.end();
            close(502, false);
        });
        incoming.pipe(onward);
    }
}

/** Clients that ask all the time, and count what they get. */
export class Clients {
    /** Status → answers; 0 for none. */
    readonly statuses = new Map<number, number>();
    /** Status and image of each answer, in order. */
    readonly answers: { at: number; status: number; image: string }[] = [];
    private running = true;
    private readonly done: Promise<unknown>;

    /** @param perSecond requests of all of them */
    constructor(
        private readonly url: string,
        perSecond: number,
        count = 8,
    ) {
        const pause = (1000 * count) / perSecond;
        this.done = Promise.all(Array.from({ length: count }, () => this.client(pause)));
    }

    /** Answers other than 200. */
    get failed(): number {
        return this.answers.filter(({ status }) => status !== 200).length;
    }

    async stop(): Promise<void> {
        this.running = false;
        await this.done;
    }

    private async client(pause: number): Promise<void> {
        while (this.running) {
            const begun = Date.now();
            await this.ask();
            await new Promise((next) => setTimeout(next, Math.max(0, pause - (Date.now() - begun))));
        }
    }

    private ask(): Promise<void> {
        return new Promise((done) => {
            const note = (status: number, image = "") => {
                this.answers.push({ at: Date.now(), status, image });
                done();
            };
            request(new URL("/static/app.css", this.url), { agent: false, timeout: 10_000 }, (response) => {
                response.resume();
                response.on("end", () => note(response.statusCode!, String(response.headers["x-image"] ?? "")));
                response.on("error", () => note(0));
            })
                .on("error", () => note(0))
                .end();
        });
    }
}
