import { resourceName, secretBacking } from "../components/contract";
import { mapEntries } from "../components/map";
import type * as roles from "../components/roles";
import type { App, SecretFormat } from "../topology/app";
import { isDatabaseProtected, isProtected } from "../topology/protection";
import { ownSecrets } from "../topology/secret-files";

/** What keeps data and secrets, as far as both clouds compose it alike. */

type Base = Pick<roles.DatabaseArgs, "place" | "network" | "gates" | "logRetentionDays"> & { app: App };
type Part<Kind extends "databases" | "caches" | "tables" | "buckets" | "queues" | "filesystems"> = App[Kind][string];

/** What each kind of store is made from; `kept` says whether the data of a part may be deleted. */
export function storeArgs({ app, place, network, gates, logRetentionDays }: Base) {
    const kept = (part: { deletionProtection?: boolean }) => ({ deletionProtection: isProtected(app, part) });
    // Where deletion is allowed a change may as well interrupt; elsewhere it waits for the maintenance window.
    const interruptible = !app.deletionProtection;
    return {
        kept,
        database: (name: string, database: Part<"databases">): roles.DatabaseArgs => ({
            place,
            name,
            database,
            network,
            gates,
            deletionProtection: isDatabaseProtected(app, database),
            interruptible,
            logRetentionDays,
        }),
        cache: (name: string, cache: Part<"caches">): roles.CacheArgs => ({
            place,
            name,
            cache,
            network,
            gates,
            ...kept(cache),
            interruptible,
        }),
        table: (name: string, table: Part<"tables">): roles.TableArgs => ({ place, name, table, ...kept(table) }),
        bucket: (name: string, bucket: Part<"buckets">): roles.BucketArgs => ({ place, name, bucket, ...kept(bucket) }),
        queue: (name: string, queue: Part<"queues">): roles.QueueArgs => ({ place, name, queue, ...kept(queue) }),
        filesystem: (name: string, filesystem: Part<"filesystems">): roles.FilesystemArgs => ({
            place,
            name,
            filesystem,
            network,
            ...kept(filesystem),
        }),
    };
}

/** Service → name → secret, of those that are a service's own. */
export const ownSecretsOf = (
    { services }: App,
    secret: (name: string, service: App["services"][string], format?: SecretFormat) => roles.SecretRef,
): Record<string, Record<string, roles.SecretRef>> =>
    mapEntries(services, (name, service) =>
        Object.fromEntries(
            ownSecrets(service).map((variable) => [
                variable,
                secret(`${name}-${resourceName(variable)}`, service, service.secretFormats[variable]),
            ]),
        ),
    );

/** Everything that a service may use, by its name in the topology. */
export const backingsOf = (
    app: App,
    stores: Record<string, roles.Backing>[],
    sets: Record<string, roles.Secret>,
): Record<string, roles.Backing> =>
    Object.assign(
        {},
        ...stores,
        mapEntries(sets, (name, set) => secretBacking(name, set, app.secrets[name].keys)),
    );
