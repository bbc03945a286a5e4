/** Faults that are known and not mended. One that is mended fails its test here, and is taken off. */
export interface Known {
    /** What of the cells' names (`todo aws port`). */
    cell: RegExp;
    /** What of the fault, or of the reason of an outage. */
    fault: RegExp;
    why: string;
}

export const known: Known[] = [
    {
        cell: / aws (database|mysql)-version$/,
        fault: /(postgres15|mysql8-0) is left behind/,
        why: "the old parameter group stays, as the server uses it until its maintenance window; the runbook has the command that deletes it then",
    },
];

/** The known fault that one is; undefined where it is a new one. */
export const knownAs = (cell: string, fault: string): Known | undefined =>
    known.find((one) => one.cell.test(cell) && one.fault.test(fault));
