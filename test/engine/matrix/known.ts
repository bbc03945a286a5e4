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
        cell: / aws port$/,
        fault: /security group refuses the load balancer/,
        why: "the listener and the security group change before the tasks: 503 until the new ones are healthy",
    },
    {
        cell: / aws service-renamed$/,
        fault: /target group without tasks/,
        why: "the listener leads to the new service before it has tasks: 503 until they are healthy",
    },
    {
        cell: / aws hosts-swapped$/,
        fault: /already exists|is not what the state says|the next preview/,
        why: "the first host's record has the bare name, so that the two records are to be renamed into each other",
    },
    {
        cell: / gcp hosts-swapped$/,
        fault: /is gone, and the state says|is not served afterwards/,
        why: "the records that take over from the old ones are deleted with them: no DNS afterwards",
    },
    {
        cell: / gcp (alternative-name|alternative-name-removed|host|host-removed|hosts-swapped|domain-changed|cdn|cdn-removed)$/,
        fault: /is not issued yet/,
        why: "the only certificate is replaced by one that is not issued yet: no HTTPS until it is",
    },
    {
        cell: / aws database-version$/,
        fault: /postgres15 is left behind/,
        why: "the old parameter group stays, as the server uses it until its maintenance window",
    },
];

/** The known fault that one is; undefined where it is a new one. */
export const knownAs = (cell: string, fault: string): Known | undefined =>
    known.find((one) => one.cell.test(cell) && one.fault.test(fault));
