import type { Change, Loose } from "./draft";

/** Changes of the network, the place, and of what watches and deploys. */
export const place: Change[] = [
    {
        key: "nat",
        title: "One NAT gateway instead of one a zone",
        theme: "Network and place",
        nothingOn: ["gcp"],
        from: ({ app }) => (app.network = { ...app.network, nat: "perZone" }),
        make: ({ app }) => (app.network.nat = "single"),
        back: { key: "nat-per-zone", title: "A NAT gateway a zone again" },
    },
    {
        key: "cidr",
        title: "Another range of addresses (`network.cidr`)",
        theme: "Network and place",
        make: ({ app }) =>
            (app.network = {
                ...app.network,
                cidr: "10.8.0.0/16",
                aws: {
                    publicSubnets: ["10.8.1.0/24", "10.8.2.0/24"],
                    privateSubnets: ["10.8.10.0/24", "10.8.20.0/24"],
                },
                gcp: { subnets: { tokyo: { region: "asia-northeast1", cidr: "10.8.1.0/24" } } },
            }),
    },
    {
        key: "region",
        title: "Another region",
        theme: "Network and place",
        make: ({ app, config, cloud }) => {
            config[`${cloud}:region`] = cloud === "aws" ? "eu-west-1" : "us-west1";
            app.network = { ...app.network, gcp: { subnets: { oregon: { region: "us-west1", cidr: "10.0.1.0/24" } } } };
            for (const bucket of Object.values<Loose>(app.buckets ?? {}))
                if (bucket.replicate) bucket.gcp = { secondRegion: "us-central1" };
        },
    },
    {
        key: "project",
        title: "Another project",
        theme: "Network and place",
        clouds: ["gcp"],
        make: ({ config }) => (config["gcp:project"] = "other-project"),
    },
    {
        key: "firewall",
        title: "The firewall off",
        theme: "Operations",
        make: ({ app }) => (app.firewall = { ...app.firewall, enabled: false }),
        back: { key: "firewall-on", title: "The firewall on" },
    },
    {
        key: "rate-limit",
        title: "Another rate limit",
        theme: "Operations",
        make: ({ app }) => (app.firewall = { ...app.firewall, rateLimit: { requests: 900, windowSeconds: 60 } }),
    },
    {
        key: "alarms",
        title: "Alarms off",
        theme: "Operations",
        make: ({ app }) => (app.alarms = { ...app.alarms, enabled: false }),
        back: { key: "alarms-on", title: "Alarms on" },
    },
    {
        key: "log-retention",
        title: "Logs kept for longer",
        theme: "Operations",
        make: ({ app }) => (app.logs = { retentionDays: 365 }),
    },
    {
        key: "deployer",
        title: "A deployer added",
        theme: "Operations",
        from: ({ app }) => delete app.deployer,
        make: ({ app }) => (app.deployer = { github: "example/app", branches: ["main"] }),
        back: { key: "deployer-removed", title: "The deployer removed" },
    },
    {
        key: "pipeline",
        title: "A pipeline in the cloud added",
        theme: "Operations",
        from: ({ app }) => delete app.pipeline,
        make: ({ app }) =>
            (app.pipeline = {
                repository: "example/app",
                aws: { state: "s3://example-state?region=us-east-1" },
                gcp: { authorized: true, state: "gs://example-state" },
            }),
        back: { key: "pipeline-removed", title: "The pipeline removed" },
    },
    {
        key: "tags",
        title: "A tag added",
        theme: "Operations",
        make: ({ app }) => (app.tags = { ...app.tags, costcentre: "42" }),
    },
    {
        key: "staging",
        title: "From dev to staging",
        theme: "Operations",
        environments: true,
        anew: true,
        from: ({ config }) => (config["twinstack:environment"] = "dev"),
        make: ({ config }) => (config["twinstack:environment"] = "staging"),
    },
    {
        key: "prod",
        title: "From staging to prod",
        theme: "Operations",
        environments: true,
        anew: true,
        from: ({ config }) => (config["twinstack:environment"] = "staging"),
        make: ({ config }) => (config["twinstack:environment"] = "prod"),
    },
];
