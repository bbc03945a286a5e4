import type { Release } from "../topology/release";
import type { SmokeRequest } from "../topology/smoke";

/** What a driver works with. Each is another one in a test. */
export interface Deps {
    engine: Engine;
    cloud: Cloud;
    /**
     * Asks a running service; what is wrong with its answer, undefined if nothing is.
     * @param header value of the header that leads to its candidate
     */
    ask: (request: SmokeRequest, header?: string) => Promise<string | undefined>;
    clock: Clock;
    say: (progress: Progress) => void;
    /** Where its phases are kept, behind those before it. */
    phases: Timed;
    /** Whoever wants it to end has it go back. */
    signal?: AbortSignal;
}

/** What its phases are timed by. */
export interface Timed {
    readonly all: Phase[];
    timed: <T>(name: string, work: () => Promise<T>) => Promise<T>;
}

/** `pulumi up` of one stack. */
export interface Engine {
    /** Rejects with what the engine said, Locked where it cannot begin. A failed one changes nothing of what the stack remembers. */
    up: (told: Release) => Promise<void>;
    /** What the stack remembers, secrets included. Absent: it has never come up. */
    remembered: () => Promise<Release | undefined>;
}

/** What is measured of a service, or of a candidate, between two times. */
export interface Measured {
    requests: number;
    /** Responses with a 5xx status. */
    errors: number;
    /** 99th percentile of the response time; absent where nothing was measured. */
    p99Seconds?: number;
}

/** An instance that has ended. */
export interface Stopped {
    at?: Date;
    exitCode?: number;
    reason: string;
}

/** What a cloud knows of a service, by its name in the app, or by its candidate's. */
export interface Cloud {
    metrics: (service: string, since: Date, until: Date) => Promise<Measured>;
    events: (service: string, since: Date) => Promise<string[]>;
    stopped: (service: string, since: Date) => Promise<Stopped[]>;
    lastLogs: (service: string, since: Date, lines: number) => Promise<string[]>;
    /** Instances that run at present. */
    running: (service: string) => Promise<number>;
}

export interface Clock {
    /** Milliseconds since the epoch. */
    now: () => number;
    sleep: (milliseconds: number) => Promise<void>;
    /** Calls something in so many milliseconds, unless what this answers is called before. */
    after: (milliseconds: number, call: () => void) => () => void;
}

/** A line for whoever looks on. */
export interface Progress {
    /** When, milliseconds since the epoch. */
    at: number;
    phase: string;
    text: string;
}

/** A part of a ship, and how long it took. */
export interface Phase {
    name: string;
    /** ISO 8601. */
    startedAt: string;
    seconds: number;
}

/** Somebody else has the stack, or had it when they died: nothing was asked of it. */
export class Locked extends Error {}

/** The new version is no good, or cannot be told to be: the ship goes back. */
export class Unfit extends Error {}
