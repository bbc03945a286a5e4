import type { CustomTimeouts } from "@pulumi/pulumi";

import type * as topology from "../../topology/app";

/**
 * How long Pulumi waits, where it follows from the topology; never less than the provider's own default. Cloud Run services keep
 * theirs (20 minutes): a revision is ready with its first instance, for which it has four. So do certificates and caches.
 */

const minute = 60;

/** A job that `up` waits for: as long as all tries may take, and five minutes to start. The default is 20 minutes. */
export function jobTimeouts({ timeoutSeconds, retries }: topology.Job): CustomTimeouts {
    const seconds = `${Math.max(20 * minute, timeoutSeconds * (retries + 1) + 5 * minute)}s`;
    return { create: seconds, update: seconds };
}

/** A server: by its storage, of which a copy is made for a standby, a replica, a backup. The default is 90 minutes for each. */
export function databaseTimeouts({ storage, maxStorage }: topology.Database): CustomTimeouts {
    const copy = Math.ceil(Math.max(storage, maxStorage) / 100) * 10 * minute;
    const seconds = `${90 * minute + copy}s`;
    return { create: seconds, update: seconds, delete: seconds };
}
