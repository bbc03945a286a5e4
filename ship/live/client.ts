import type { State } from "../../operate/state";
import type { Target } from "../../topology/app";
import type { Stack } from "../../topology/validate";
import type { Cloud } from "../deps";
import type { Patience } from "./patience";

/** Lines of the log, and from when on. */
export interface LogQuery {
    /** Names of services, or of their candidates. */
    services: string[];
    since: Date;
    /** The last so many, of all services together; absent: all. */
    lines?: number;
    /** Whether it goes on with what is said from now on, until `signal`. @default false */
    follow?: boolean;
    signal?: AbortSignal;
}

/** What a container wrote, word by word: whatever a program writes there is in it, secrets and control characters too. */
export interface LogLine {
    at: Date;
    service: string;
    /** What wrote it: task and container, revision and instance, container. */
    source: string;
    text: string;
}

/** The cloud that a stack is on, as far as it is asked and never told. */
export interface LiveCloud extends Cloud {
    /** Services, and candidates, that the stack has at present. */
    deployed: () => Promise<string[]>;
    /** In the order of their times. Ends by itself unless it follows. */
    logs: (query: LogQuery) => AsyncIterable<LogLine>;
}

/** The stack is not as it should be for what was asked; the message says what is missing. */
export class Missing extends Error {}

/** Nobody is signed in any more, or may not: the message says what to run, or which permission it takes. */
export class NotAllowed extends Error {}

/** What a cloud's client works with. */
export interface CloudArgs {
    stack: Stack<Target>;
    /** The stack's state, which knows what everything is really called. */
    state: () => Promise<State>;
    sleep: (milliseconds: number) => Promise<void>;
    now: () => number;
    /** Where the APIs are, such as a fake on loopback. @default the cloud's own */
    endpoint?: string;
    /** How long a question may take. @default patience */
    patience?: Patience;
}
/** What a service was measured to use. */
export interface UsedService {
    /** Of all days together; absent where no load balancer counts them. */
    requests?: number;
    /** Milliseconds of an answer, on average; absent without requests. */
    averageMs?: number;
    /** Of the busiest hour, percent of what it has, over all of its instances. */
    cpuPercent: number;
    /** The most of an instance, percent of what it has; absent where nothing was reported. */
    memoryPercent?: number;
}

/** What a stack was measured to use. */
export interface Used {
    since: Date;
    until: Date;
    /** Days of those of which something was reported. */
    days: number;
    services: Record<string, UsedService>;
    /** GB that left the load balancer, of all days together. */
    outboundGb?: number;
    /** GB that was logged. */
    logGb?: number;
    /** What is not what it seems. */
    notes: string[];
}
