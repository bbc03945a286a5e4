import type { Deps, Phase, Timed } from "./deps";

/** Who hears of a ship that has become slow. */
export interface Bell {
    /** Seconds of work after which it is slow. */
    seconds: number;
    /** Called once, in the moment when it is, with the phase that it is in. Does not reject. */
    ring: (phase: string) => Promise<void>;
}

/** Times the phases of a ship, tells of each, and rings while one makes it slow rather than when all of it is over. */
export class Phases implements Timed {
    readonly all: Phase[] = [];
    private rung: Promise<void> | undefined;

    constructor(
        private readonly tools: Pick<Deps, "clock" | "say">,
        private readonly bell?: Bell,
    ) {}

    async timed<T>(name: string, work: () => Promise<T>): Promise<T> {
        const { clock, say } = this.tools;
        const begun = clock.now();
        say({ at: begun, phase: name, text: "begins" });
        const left = this.bell && !isWatching({ name }) ? (this.bell.seconds - workOf(this.all)) * 1000 : Infinity;
        const ring = (): void => void (this.rung ??= this.bell?.ring(name));
        const unset = left < Infinity ? clock.after(left, ring) : undefined;
        try {
            return await work();
        } finally {
            unset?.();
            const milliseconds = clock.now() - begun;
            // A machine that was busy, or asleep, rings late.
            if (milliseconds >= left) ring();
            this.all.push({ name, startedAt: new Date(begun).toISOString(), seconds: milliseconds / 1000 });
            say({ at: clock.now(), phase: name, text: `${(milliseconds / 1000).toFixed(1)} s` });
        }
    }

    /** Whether it has become slow, once whoever hears of that has heard. */
    async slow(): Promise<boolean> {
        await this.rung;
        return this.rung !== undefined;
    }
}

/** Whether a phase is one of watching, which is no work: it takes as long as somebody wants it to. */
export const isWatching = ({ name }: Pick<Phase, "name">): boolean => name.startsWith("watch ");

/** Seconds of work in phases. */
export const workOf = (phases: Phase[]): number =>
    phases.filter((phase) => !isWatching(phase)).reduce((sum, { seconds }) => sum + seconds, 0);
