import { first, firstName, lifted, scaled, sized, type Change, type Draft, type Loose } from "./draft";

const reference = "ghcr.io/example/extra@sha256:" + "e".repeat(64);

/** A service that nothing else names: what is renamed. */
const alone: Record<string, string> = { todo: "api", morrow: "frontend", all: "rpc" };

const renamed = ({ app }: Draft, to: string): void => {
    const from = alone[app.name as string]!;
    const under = (services: Loose): Loose =>
        services && Object.fromEntries(Object.entries(services).map(([name, one]) => [name === from ? to : name, one]));
    app.services = under(app.services);
    for (const environment of Object.values<Loose>(app.environments ?? {}))
        environment.services = under(environment.services);
};

/** Changes of services and of what runs as they do. */
export const services: Change[] = [
    {
        key: "image",
        title: "A new image",
        theme: "Services",
        note: "By reference, also where one was built until then",
        make: (draft) =>
            (first(draft).image = { ...first(draft).image, reference: `ghcr.io/example/app@sha256:${"b".repeat(64)}` }),
    },
    {
        key: "env",
        title: "An environment variable",
        theme: "Services",
        make: (draft) => (first(draft).env = { ...first(draft).env, LOG_LEVEL: "debug" }),
    },
    {
        key: "command",
        title: "Another command",
        theme: "Services",
        make: (draft) => (first(draft).command = ["serve", "--quiet"]),
        back: { key: "command-removed", title: "The image's own command again" },
    },
    {
        key: "scale-max",
        title: "More instances at most (`scale.max`)",
        theme: "Services",
        make: (draft) => (scaled(draft).max = 14),
    },
    {
        key: "scale-min",
        title: "More instances at least (`scale.min`)",
        theme: "Services",
        make: (draft) => (scaled(draft).min = 3),
    },
    {
        key: "cpu",
        title: "More CPU and memory",
        theme: "Services",
        make: (draft) => Object.assign(sized(draft), { cpu: 2, memory: 4096 }),
    },
    {
        key: "architecture",
        title: "On Graviton (`aws.architecture: arm64`)",
        theme: "Services",
        clouds: ["aws"],
        make: (draft) => (first(draft).aws = { ...first(draft).aws, architecture: "arm64" }),
    },
    {
        key: "concurrency",
        title: "Fewer requests at once (`gcp.concurrency`)",
        theme: "Services",
        clouds: ["gcp"],
        make: (draft) => (first(draft).gcp = { ...first(draft).gcp, concurrency: 20 }),
    },
    {
        key: "callers",
        title: "Called from the network without a token (`gcp.callers: network`)",
        theme: "Services",
        clouds: ["gcp"],
        apps: ["everything"],
        make: ({ app }) => (app.services.back.gcp = { callers: "network" }),
        back: { key: "callers-granted", title: "With a token again (`gcp.callers: granted`)" },
    },
    {
        key: "rollout",
        title: "Releases with a canary (`rollout.strategy`)",
        theme: "Services",
        note: "On AWS the listener's rules say weights from then on",
        from: (draft) => {
            first(draft).rollout = { strategy: "rolling" };
            // What works off a queue is in everybody's hands at once.
            delete first(draft).scale?.backlog;
        },
        make: (draft) => (first(draft).rollout = { strategy: "canary" }),
        back: { key: "rollout-rolling", title: "Releases without one" },
    },
    {
        key: "port",
        title: "Another port",
        theme: "Services",
        make: (draft) => {
            const service = first(draft);
            service.ports = { ...service.ports, [Object.keys(service.ports)[0]!]: 9000 };
        },
    },
    {
        key: "health-path",
        title: "Another health check path",
        theme: "Services",
        make: (draft) => {
            const { readyPath, ...health } = first(draft).health;
            first(draft).health = { ...health, path: "/healthz", ...(readyPath && { readyPath: "/readyz" }) };
        },
    },
    {
        key: "container-check",
        title: "A check in the container (`health.container`)",
        theme: "Services",
        nothingOn: ["gcp"],
        make: ({ app }) => {
            const name = app.services.rpc ? "rpc" : Object.keys(app.services as object)[0]!;
            app.services[name].health = { ...app.services[name].health, container: { command: ["alive"] } };
        },
        back: { key: "container-check-removed", title: "Without one" },
    },
    {
        key: "sticky-sessions",
        title: "Sticky sessions on",
        theme: "Services",
        from: (draft) => (first(draft).stickySessions = false),
        make: (draft) => (first(draft).stickySessions = true),
        back: { key: "sticky-sessions-off", title: "Sticky sessions off" },
    },
    {
        key: "timeout",
        title: "Longer requests (`timeoutSeconds`)",
        theme: "Services",
        make: (draft) => (first(draft).timeoutSeconds = 120),
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
        key: "secret-file",
        title: "A secret file added (`secretFiles`)",
        theme: "Services",
        make: (draft) => (first(draft).secretFiles = { "/run/secrets/webhook/token": "WEBHOOK_TOKEN" }),
        back: {
            key: "secret-file-removed",
            title: "A secret file removed",
            lift: (draft) => (first(draft).deletionProtection = false),
        },
    },
    {
        key: "sidecar",
        title: "A sidecar added, by which requests come in",
        theme: "Services",
        make: (draft) => (first(draft).sidecars = { front: { image: { reference }, ingress: true } }),
        back: { key: "sidecar-removed", title: "A sidecar removed" },
    },
    {
        key: "service",
        title: "A service added, with a route",
        theme: "Services",
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
        key: "worker",
        title: "A worker added (no port)",
        theme: "Services",
        make: ({ app }) => (app.services.sweeper = { image: { reference }, command: ["sweep"], uses: ["db"] }),
        back: { key: "worker-removed", title: "A worker removed", lift: lifted("services", "sweeper") },
    },
    {
        key: "call",
        title: "One service comes to call another",
        theme: "Services",
        from: ({ app }) => {
            app.services.inner = { image: { reference }, ports: { http: 8080 }, health: { path: "/" }, routes: [] };
        },
        make: (draft) => (first(draft).calls = [...(first(draft).calls ?? []), "inner"]),
        back: { key: "call-removed", title: "It calls it no more" },
    },
    {
        key: "call-back",
        title: "A service that it calls comes to call it back",
        theme: "Services",
        from: (draft) => {
            draft.app.services.inner = {
                image: { reference },
                ports: { http: 8080 },
                health: { path: "/" },
                routes: [],
                deletionProtection: false,
            };
            const service = first(draft);
            service.calls = [...(service.calls ?? []), "inner"];
            service.deletionProtection = false;
        },
        make: (draft) => (draft.app.services.inner.calls = [firstName(draft)]),
        back: { key: "call-back-removed", title: "It calls it back no more" },
        note: "On Google Cloud the one whose name comes later gets a name without random digits, which replaces it: a protected one has to be unprotected first",
    },
    {
        key: "service-renamed",
        title: "A service renamed",
        theme: "Services",
        from: (draft) => lifted("services", alone[draft.app.name as string]!)(draft),
        make: (draft) => renamed(draft, "core"),
    },
    {
        key: "job",
        title: "A scheduled job added",
        theme: "Services",
        make: (draft) =>
            (draft.app.jobs = {
                ...draft.app.jobs,
                nightly: {
                    service: draft.app.services.back ? "back" : firstName(draft),
                    command: ["tidy"],
                    run: "schedule",
                    cron: "0 3 * * *",
                },
            }),
        back: { key: "job-removed", title: "A scheduled job removed" },
    },
    {
        key: "deployment-job",
        title: "A job before each deployment added, of an image of its own",
        theme: "Services",
        make: (draft) =>
            (draft.app.jobs = {
                ...draft.app.jobs,
                prepare: { service: firstName(draft), image: { reference }, command: ["prepare"], run: "deployment" },
            }),
        back: { key: "deployment-job-removed", title: "A job before each deployment removed" },
    },
    {
        key: "hours",
        title: "Office hours added (`scale.hours`)",
        theme: "Services",
        from: (draft) => delete scaled(draft).hours,
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
        from: ({ app }) => (app.tracing = { ...app.tracing, enabled: false }),
        make: ({ app }) => (app.tracing = { ...app.tracing, enabled: true }),
        back: { key: "tracing-off", title: "Tracing off" },
    },
];
