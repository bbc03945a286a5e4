/** What an app is made of and where it lives, in words: apart from the schema, which takes long to load and which a plan does without. */

export const clouds = ["aws", "gcp"] as const;
export type Cloud = (typeof clouds)[number];
/** Where a stack can live: on a cloud, whose prices and twins are compared, or in Docker on the machine at hand. */
export const targets = [...clouds, "local"] as const;
export type Target = (typeof targets)[number];
export const environmentNames = ["dev", "staging", "prod"] as const;
export type Environment = (typeof environmentNames)[number];

/** Kinds of parts beside the services; all parts of an app share one set of names. */
export const partKinds = [
    "databases",
    "caches",
    "tables",
    "buckets",
    "queues",
    "filesystems",
    "secrets",
    "jobs",
] as const;
export type PartKind = (typeof partKinds)[number];
