import { candidateName } from "../topology/rollout";
import type { Cloud, Stopped } from "./deps";

/** What a cloud says of a version that was no good. */
export interface Why {
    service: string;
    events: string[];
    stopped: Stopped[];
    logs: string[];
    /** What could not be read, and why. */
    unread: string[];
}

/** Lines of the log that are shown. */
const lines = 20;

/** Events, instances that ended and the last lines of the log since a ship began. What cannot be read is said. */
export async function whyOf(service: string, hasCandidate: boolean, since: Date, cloud: Cloud): Promise<Why> {
    const name = hasCandidate ? candidateName(service) : service;
    const unread: string[] = [];
    const read = <T>(what: string, asked: Promise<T[]>): Promise<T[]> =>
        asked.catch((error: Error) => {
            unread.push(`${what}: ${error.message}`);
            return [];
        });
    const [events, stopped, logs] = await Promise.all([
        read("events", cloud.events(name, since)),
        read("stopped instances", cloud.stopped(name, since)),
        read("log", cloud.lastLogs(name, since, lines)),
    ]);
    return { service, events, stopped, logs, unread };
}
