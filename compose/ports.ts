import { createServer } from "node:net";

import { nextFree } from "../topology/published";
import type { Compose } from "./file";

/** A port of this machine that leads to one of a container. */
export interface Publication {
    /** The service's name in the file. */
    service: string;
    host: number;
    container: number;
}

/** A port that is published elsewhere than the plan says, since something else listens there. */
export interface Moved extends Publication {
    wanted: number;
}

const portsOf = (service: Compose["services"][string]): string[] => (service.ports as string[] | undefined) ?? [];
const parsed = (entry: string) => {
    const [host, container] = entry.split(":").slice(-2).map(Number);
    return { host, container };
};

/** Everything that a file publishes, in the order of its services. */
export const publications = ({ services }: Compose): Publication[] =>
    Object.entries(services).flatMap(([service, definition]) =>
        portsOf(definition).map((entry) => ({ service, ...parsed(entry) })),
    );

/** The file with other ports of this machine in place of those that are taken, and what has moved. */
export async function withFreePorts(
    compose: Compose,
    taken: (port: number) => Promise<boolean>,
): Promise<{ compose: Compose; moved: Moved[] }> {
    const all = publications(compose);
    const mine = new Set(all.map(({ host }) => host));
    const moves = new Map<number, number>();
    for (const { host } of all) {
        if (!(await taken(host))) continue;
        let next = nextFree(host, (port) => mine.has(port));
        while (await taken(next)) next = nextFree(next, (port) => mine.has(port));
        mine.add(next);
        moves.set(host, next);
    }
    const services = Object.entries(compose.services).map(([name, service]) => {
        if (!portsOf(service).length) return [name, service];
        const ports = portsOf(service).map((entry) => {
            const { host, container } = parsed(entry);
            return `127.0.0.1:${moves.get(host) ?? host}:${container}`;
        });
        return [name, { ...service, ports }];
    });
    const moved = all.flatMap(({ host, ...rest }) => {
        const given = moves.get(host);
        return given === undefined ? [] : [{ ...rest, host: given, wanted: host }];
    });
    return { compose: { ...compose, services: Object.fromEntries(services) as Compose["services"] }, moved };
}

/** Whether something listens at a port of this machine. One that only root may open is not taken: Docker opens it. */
export const listening = (port: number): Promise<boolean> =>
    new Promise((resolve) => {
        const server = createServer();
        server.once("error", ({ code }: NodeJS.ErrnoException) => resolve(code === "EADDRINUSE"));
        server.listen(port, "127.0.0.1", () => server.close(() => resolve(false)));
    });
