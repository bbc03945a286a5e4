import { first, lifted, type Change, type Loose } from "./draft";

/** Changes of what keeps data. */
export const data: Change[] = [
    ...kinds().map(({ kind, title, name, part, use }): Change => ({
        key: kind,
        title: `${title} added`,
        theme: "Parts that keep data",
        make: (draft) => {
            draft.app[kind] = { ...draft.app[kind], [name]: part };
            use?.(first(draft), name);
        },
        back: { key: `${kind}-removed`, title: `${title} removed`, lift: lifted(kind, name) },
    })),
    {
        key: "backup-days",
        title: "Backups kept for longer",
        theme: "Parts that keep data",
        make: ({ app }) => (app.databases.db.backupDays = 14),
    },
    {
        key: "database-class",
        title: "A larger database server",
        theme: "Parts that keep data",
        make: ({ app }) =>
            Object.assign(app.databases.db, {
                aws: { instanceClass: "db.r5.xlarge" },
                gcp: { tier: "db-custom-4-15360" },
            }),
    },
    {
        key: "database-storage",
        title: "More storage for the database",
        theme: "Parts that keep data",
        make: ({ app }) => Object.assign(app.databases.db, { storage: 60, maxStorage: 200 }),
    },
    {
        key: "database-version",
        title: "A major version of PostgreSQL",
        theme: "Parts that keep data",
        from: ({ app }) => (app.databases.db.version = "15"),
        make: ({ app }) => (app.databases.db.version = "16"),
    },
    {
        key: "mysql-version",
        title: "A major version of MySQL",
        theme: "Parts that keep data",
        apps: ["everything"],
        anew: true,
        from: ({ app }) => (app.databases.legacy.version = "8.0"),
        make: ({ app }) => (app.databases.legacy.version = "8.4"),
    },
    {
        key: "replica",
        title: "A read replica added",
        theme: "Parts that keep data",
        make: ({ app }) => (app.databases.db.replicas = 1),
        back: {
            key: "replica-removed",
            title: "A read replica removed",
            lift: lifted("databases", "db"),
        },
    },
    {
        key: "database-tls",
        title: "A database that takes connections without TLS, too",
        theme: "Parts that keep data",
        make: ({ app }) => (app.databases.db.tls = "optional"),
    },
    {
        key: "cache-tls",
        title: "A Redis that is asked without TLS",
        theme: "Parts that keep data",
        apps: ["morrow", "everything"],
        note: "Memorystore's has TLS or has none",
        make: ({ app }) => (app.caches.redis.tls = "optional"),
    },
    {
        key: "single-zone",
        title: "The database in one zone only",
        theme: "Parts that keep data",
        make: ({ app }) => (app.databases.db.highAvailability = false),
    },
    {
        key: "cache-size",
        title: "A larger Redis",
        theme: "Parts that keep data",
        apps: ["morrow", "everything"],
        make: ({ app }) =>
            Object.assign(app.caches.redis, { aws: { nodeType: "cache.r7g.xlarge" }, gcp: { memory: 8 } }),
    },
    {
        key: "memcached-size",
        title: "A larger memcached",
        theme: "Parts that keep data",
        apps: ["everything"],
        note: "Its nodes are made anew, and begin empty",
        make: ({ app }) =>
            Object.assign(app.caches.sessions, { aws: { nodeType: "cache.r7g.xlarge" }, gcp: { memory: 8 } }),
    },
    {
        key: "queue-settings",
        title: "Messages kept for longer, and tried more often",
        theme: "Parts that keep data",
        apps: ["everything"],
        make: ({ app }) =>
            Object.assign(app.queues.mail, { visibilitySeconds: 90, retentionDays: 10, maxReceives: 20 }),
    },
    {
        key: "bucket-expiry",
        title: "Objects of a bucket expire",
        theme: "Parts that keep data",
        apps: ["morrow", "everything"],
        make: ({ app }) => (Object.values<Loose>(app.buckets)[0].expireDays = 365),
    },
    {
        key: "bucket-versions",
        title: "Old versions of objects kept for longer",
        theme: "Parts that keep data",
        apps: ["morrow", "everything"],
        make: ({ app }) => (Object.values<Loose>(app.buckets)[0].noncurrentDays = 60),
    },
    {
        key: "table-index",
        title: "An index of a table added",
        theme: "Parts that keep data",
        apps: ["everything"],
        make: ({ app }) =>
            (app.tables.facts.indexes["by-kind"] = {
                partitionKey: { name: "kind" },
                sortKey: { name: "at", type: "number" },
            }),
    },
    {
        key: "filesystem-access",
        title: "Files move to cheaper storage later",
        theme: "Parts that keep data",
        apps: ["everything"],
        clouds: ["aws"],
        make: ({ app }) => (app.filesystems.files.infrequentAccessDays = 90),
    },
];

interface Kind {
    kind: string;
    title: string;
    name: string;
    part: object;
    use?: (service: Loose, name: string) => void;
}

/** A part of each kind, as a service comes to use it. */
function kinds(): Kind[] {
    const use = (service: Loose, name: string): void => {
        service.uses = [...(service.uses ?? []), name];
    };
    const mount = (service: Loose, name: string): void => {
        service.mounts = { ...service.mounts, [name]: "/srv/shared" };
    };
    return [
        { kind: "databases", title: "A second database", name: "audit", part: {}, use },
        { kind: "caches", title: "A cache", name: "hot", part: {}, use },
        { kind: "tables", title: "A table", name: "events", part: { partitionKey: { name: "id" } }, use },
        { kind: "buckets", title: "A bucket", name: "uploads", part: {}, use },
        { kind: "queues", title: "A queue", name: "outbox", part: {}, use },
        { kind: "filesystems", title: "A file system", name: "shared", part: {}, use: mount },
        { kind: "secrets", title: "A set of secrets", name: "tokens", part: { keys: ["FIRST_KEY"] }, use },
    ];
}
