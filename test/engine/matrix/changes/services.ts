import { all, first, lifted, scaled, sized, type Change, type Loose } from "./draft";

const reference = "ghcr.io/example/extra@sha256:" + "e".repeat(64);

/** Changes of services and of what runs as they do. */
export const services: Change[] = [
    {
        key: "image",
        title: "A new image",
        theme: "Services",
        apps: all,
        make: ({ app, overrides }) => {
            const [name] = Object.keys(app.services);
            const image = { reference: `ghcr.io/example/app@sha256:${"b".repeat(64)}` };
            overrides.services = { ...overrides.services, [name!]: { ...overrides.services?.[name!], image } };
        },
    },
    {
        key: "env",
        title: "An environment variable",
        theme: "Services",
        make: (draft) => (first(draft).env = { ...first(draft).env, LOG_LEVEL: "debug" }),
    },
    {
        key: "scale-max",
        title: "More instances at most (`scale.max`)",
        theme: "Services",
        apps: all,
        make: (draft) => (scaled(draft).max = 14),
    },
    {
        key: "scale-min",
        title: "More instances at least (`scale.min`)",
        theme: "Services",
        apps: all,
        make: (draft) => (scaled(draft).min = 3),
    },
    {
        key: "cpu",
        title: "More CPU and memory",
        theme: "Services",
        apps: all,
        make: (draft) => Object.assign(sized(draft), { cpu: 2, memory: 4096 }),
    },
    {
        key: "rollout",
        title: "Releases with a canary (`rollout.strategy`)",
        theme: "Services",
        note: "On AWS the listener's rules say weights from then on",
        from: ({ app }) => (app.environments.prod.services.api.rollout = { strategy: "rolling" }),
        make: ({ app }) => (app.environments.prod.services.api.rollout = { strategy: "canary" }),
        back: { key: "rollout-rolling", title: "Releases without one" },
    },
    {
        key: "port",
        title: "Another port",
        theme: "Services",
        apps: all,
        make: (draft) => {
            const service = first(draft);
            service.ports = { ...service.ports, [Object.keys(service.ports)[0]!]: 9000 };
        },
    },
    {
        key: "health-path",
        title: "Another health check path",
        theme: "Services",
        make: (draft) => (first(draft).health = { ...first(draft).health, path: "/healthz" }),
    },
    {
        key: "secret-variable",
        title: "A secret variable added",
        theme: "Services",
        make: (draft) => (first(draft).secrets = [...(first(draft).secrets ?? []), "WEBHOOK_TOKEN"]),
        back: {
            key: "secret-variable-removed",
            title: "A secret variable removed",
            lift: (draft) => (first(draft).deletionProtection = false),
        },
    },
    {
        key: "service",
        title: "A service added, with a route",
        theme: "Services",
        apps: all,
        make: ({ app }) => {
            app.services.extra = {
                image: { reference },
                ports: { http: 8080 },
                health: { path: "/" },
                routes: [{ path: "/extra/*" }],
            };
        },
        back: { key: "service-removed", title: "A service removed", lift: lifted("services", "extra") },
    },
    {
        key: "service-renamed",
        title: "A service renamed",
        theme: "Services",
        from: lifted("services", "api"),
        make: ({ app }) => {
            app.services = { core: app.services.api };
            for (const environment of Object.values<Loose>(app.environments ?? {}))
                if (environment.services?.api) environment.services = { core: environment.services.api };
        },
    },
    {
        key: "job",
        title: "A scheduled job added",
        theme: "Services",
        make: ({ app }) =>
            (app.jobs = { nightly: { service: "api", command: ["tidy"], run: "schedule", cron: "0 3 * * *" } }),
        back: { key: "job-removed", title: "A scheduled job removed" },
    },
    {
        key: "hours",
        title: "Office hours added (`scale.hours`)",
        theme: "Services",
        make: (draft) => {
            scaled(draft).hours = {
                from: "08:00",
                to: "20:00",
                days: ["mon", "fri"],
                timeZone: "Asia/Tokyo",
                outside: { min: 1, max: 2 },
            };
        },
        back: { key: "hours-removed", title: "Office hours removed" },
    },
    {
        key: "tracing",
        title: "Tracing on",
        theme: "Services",
        make: ({ overrides }) => (overrides.tracing = { enabled: true }),
        back: { key: "tracing-off", title: "Tracing off" },
    },
];
