import { all, first, lifted, type Change, type Loose } from "./draft";

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
        apps: all,
        make: ({ app }) => (app.databases.db.backupDays = 14),
    },
    {
        key: "database-class",
        title: "A larger database server",
        theme: "Parts that keep data",
        make: ({ overrides }) =>
            (overrides.databases = {
                db: { aws: { instanceClass: "db.r5.xlarge" }, gcp: { tier: "db-custom-4-15360" } },
            }),
    },
    {
        key: "database-storage",
        title: "More storage for the database",
        theme: "Parts that keep data",
        make: ({ overrides }) => (overrides.databases = { db: { storage: 60, maxStorage: 200 } }),
    },
    {
        key: "database-version",
        title: "A major version of the database",
        theme: "Parts that keep data",
        apps: ["todo", "morrow"],
        make: ({ app }) => (app.databases.db.version = "16"),
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
        key: "single-zone",
        title: "The database in one zone only",
        theme: "Parts that keep data",
        make: ({ overrides }) => (overrides.databases = { db: { highAvailability: false } }),
    },
    {
        key: "cache-size",
        title: "A larger cache",
        theme: "Parts that keep data",
        apps: ["morrow"],
        make: ({ overrides }) =>
            (overrides.caches = { redis: { aws: { nodeType: "cache.r7g.xlarge" }, gcp: { memory: 8 } } }),
    },
    {
        key: "bucket-expiry",
        title: "Objects of a bucket expire",
        theme: "Parts that keep data",
        apps: ["morrow"],
        make: ({ app }) => (app.buckets.assets.expireDays = 365),
    },
    {
        key: "table-index",
        title: "An index of a table added",
        theme: "Parts that keep data",
        apps: ["everything"],
        make: ({ overrides }) =>
            (overrides.tables.facts.indexes = {
                ...overrides.tables.facts.indexes,
                "by-kind": { partitionKey: { name: "kind" }, sortKey: { name: "at", type: "number" } },
            }),
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
        service.mounts = { [name]: "/srv/shared" };
    };
    return [
        { kind: "databases", title: "A second database", name: "audit", part: {}, use },
        { kind: "caches", title: "A cache", name: "sessions", part: {}, use },
        { kind: "tables", title: "A table", name: "facts", part: { partitionKey: { name: "id" } }, use },
        { kind: "buckets", title: "A bucket", name: "uploads", part: {}, use },
        { kind: "filesystems", title: "A file system", name: "shared", part: {}, use: mount },
        { kind: "secrets", title: "A set of secrets", name: "keys", part: { keys: ["FIRST_KEY"] }, use },
    ];
}
