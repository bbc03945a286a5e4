/** What differs between a stack's state and its cloud without anybody having changed anything: what a refresh finds every day. */

export interface Noise {
    /** Pulumi's type. */
    type: string;
    /** Properties of it, with all that is in them. */
    fields: string[];
    why: "counts" | "grows" | "scales" | "yours";
}

/** In words, for the runbook. */
export const reasons: Record<Noise["why"], string> = {
    counts: "counters, revisions and times, which every deployment moves",
    grows: "what grows or is kept up to date by the cloud itself",
    scales: "how many instances run: scaling decides",
    yours: "values of secrets, which are yours to set",
};

export const noise: Noise[] = [
    { type: "aws:ecs/service:Service", fields: ["desiredCount"], why: "scales" },
    { type: "aws:rds/instance:Instance", fields: ["latestRestorableTime", "status"], why: "counts" },
    { type: "aws:rds/instance:Instance", fields: ["allocatedStorage", "engineVersionActual"], why: "grows" },
    { type: "aws:elasticache/replicationGroup:ReplicationGroup", fields: ["engineVersionActual"], why: "grows" },
    {
        type: "aws:cloudfront/distribution:Distribution",
        fields: ["etag", "inProgressValidationBatches", "lastModifiedTime", "status"],
        why: "counts",
    },
    {
        type: "aws:secretsmanager/secretVersion:SecretVersion",
        fields: ["secretString", "versionId", "versionStages"],
        why: "yours",
    },
    ...["service:Service", "workerPool:WorkerPool"].map((type): Noise => ({
        type: `gcp:cloudrunv2/${type}`,
        fields: [
            "client",
            "clientVersion",
            "conditions",
            "etag",
            "generation",
            "lastModifier",
            "latestCreatedRevision",
            "latestReadyRevision",
            "observedGeneration",
            "reconciling",
            "terminalConditions",
            "updateTime",
        ],
        why: "counts",
    })),
    { type: "gcp:cloudrunv2/service:Service", fields: ["trafficStatuses"], why: "counts" },
    {
        type: "gcp:cloudrunv2/job:Job",
        fields: [
            "client",
            "clientVersion",
            "conditions",
            "etag",
            "executionCount",
            "generation",
            "lastModifier",
            "latestCreatedExecutions",
            "observedGeneration",
            "terminalConditions",
            "updateTime",
        ],
        why: "counts",
    },
    {
        type: "gcp:sql/databaseInstance:DatabaseInstance",
        fields: ["availableMaintenanceVersions", "maintenanceVersion", "serverCaCerts"],
        why: "grows",
    },
    { type: "gcp:secretmanager/secretVersion:SecretVersion", fields: ["secretData", "version"], why: "yours" },
    ...["backendService:BackendService", "securityPolicy:SecurityPolicy", "subnetwork:Subnetwork", "uRLMap:URLMap"].map(
        (type): Noise => ({ type: `gcp:compute/${type}`, fields: ["fingerprint"], why: "counts" }),
    ),
    { type: "gcp:firestore/database:Database", fields: ["earliestVersionTime", "etag", "updateTime"], why: "counts" },
    { type: "gcp:storage/bucket:Bucket", fields: ["updated"], why: "counts" },
];

/** Whether a change of a property is nobody's doing. @param path as the engine says it, such as `template.revision` */
export const isNoise = (type: string, path: string): boolean =>
    noise.some(
        (one) =>
            one.type === type &&
            one.fields.some(
                (field) => path === field || (/^[.[]/.test(path.slice(field.length)) && path.startsWith(field)),
            ),
    );
