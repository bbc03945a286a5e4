import type { Change } from "./draft";

/** Changes of the network, the place, and of what watches and deploys. */
export const place: Change[] = [
    {
        key: "nat",
        title: "One NAT gateway instead of one a zone",
        theme: "Network and place",
        apps: ["todo", "morrow"],
        make: ({ overrides }) => (overrides.network = { nat: "single" }),
        back: { key: "nat-per-zone", title: "A NAT gateway a zone again" },
    },
    {
        key: "cidr",
        title: "Another range of addresses (`network.cidr`)",
        theme: "Network and place",
        make: ({ app }) =>
            (app.network = {
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
            config[`${cloud}:region`] = cloud === "aws" ? "us-west-2" : "us-west1";
            app.network.gcp.subnets = { oregon: { region: "us-west1", cidr: "10.0.1.0/24" } };
        },
    },
    {
        key: "project",
        title: "Another project",
        theme: "Network and place",
        make: ({ config, cloud }) => {
            if (cloud === "gcp") config["gcp:project"] = "other-project";
        },
    },
    {
        key: "firewall",
        title: "The firewall off",
        theme: "Operations",
        make: ({ overrides }) => (overrides.firewall = { enabled: false }),
        back: { key: "firewall-on", title: "The firewall on" },
    },
    {
        key: "rate-limit",
        title: "Another rate limit",
        theme: "Operations",
        make: ({ overrides }) => (overrides.firewall = { rateLimit: { requests: 900, windowSeconds: 60 } }),
    },
    {
        key: "alarms",
        title: "Alarms off",
        theme: "Operations",
        make: ({ overrides }) => (overrides.alarms = { enabled: false }),
        back: { key: "alarms-on", title: "Alarms on" },
    },
    {
        key: "log-retention",
        title: "Logs kept for longer",
        theme: "Operations",
        make: ({ overrides }) => (overrides.logs = { retentionDays: 365 }),
    },
    {
        key: "deployer",
        title: "A deployer added",
        theme: "Operations",
        make: ({ app }) => (app.deployer = { github: "example/todo", branches: ["main"] }),
        back: { key: "deployer-removed", title: "The deployer removed" },
    },
    {
        key: "tags",
        title: "A tag added",
        theme: "Operations",
        apps: ["todo", "everything"],
        make: ({ overrides }) => (overrides.tags = { ...overrides.tags, costcentre: "42" }),
    },
    {
        key: "staging",
        title: "From dev to staging",
        theme: "Operations",
        from: ({ config }) => (config["twinstack:environment"] = "dev"),
        make: ({ config }) => (config["twinstack:environment"] = "staging"),
    },
    {
        key: "prod",
        title: "From staging to prod",
        theme: "Operations",
        from: ({ config }) => (config["twinstack:environment"] = "staging"),
        make: ({ config }) => (config["twinstack:environment"] = "prod"),
    },
];
