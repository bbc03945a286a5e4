import { createHash } from "node:crypto";

import type * as topology from "../topology/app";

type Restore = topology.Database["restore"][number];

/** One of the servers that a database has had: the one that it began with, or a restored one. */
export interface Generation {
    /** Logical name. A restored one's follows from what was restored, so that another moment is another server. */
    name: string;
    /** What it was made of. Absent: it began empty. */
    restore?: Restore;
    /** Whether a later one has taken its place. */
    superseded: boolean;
    deletionProtection: boolean;
}

/** The servers of a database that there are, the one that services use last. */
export function generations(name: string, { restore }: topology.Database, deletionProtection: boolean): Generation[] {
    const all: Generation[] = [undefined, ...restore].map((made, index) => {
        const next = restore[index] as Restore | undefined;
        return {
            name: made ? `${name}-${keyOf(made)}` : name,
            restore: made,
            superseded: next !== undefined,
            deletionProtection: deletionProtection && next?.before !== "unprotected",
        };
    });
    return all.filter((_, index) => (restore[index] as Restore | undefined)?.before !== "removed");
}

/** Short, as names are limited. */
const keyOf = ({ at, backup, from }: Restore): string =>
    `r${createHash("sha256")
        .update(JSON.stringify([at, backup, from]))
        .digest("hex")
        .slice(0, 6)}`;
