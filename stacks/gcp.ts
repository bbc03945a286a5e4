import { Provider } from "@pulumi/gcp/provider";

import { redactedHeaders, resourceName, secretBacking } from "../components/contract";
import { Alarms } from "../components/gcp/alarms";
import { Bucket } from "../components/gcp/bucket";
import { Cache } from "../components/gcp/cache";
import { Cdn } from "../components/gcp/cdn";
import { Database } from "../components/gcp/database";
import { Dns } from "../components/gcp/dns";
import { Filesystem } from "../components/gcp/filesystem";
import { Firewall } from "../components/gcp/firewall";
import { Image } from "../components/gcp/image";
import { Ingress } from "../components/gcp/ingress";
import { Network } from "../components/gcp/network";
import { Platform } from "../components/gcp/platform";
import { Secret } from "../components/gcp/secret";
import { Service } from "../components/gcp/service";
import { Table } from "../components/gcp/table";
import { mapEntries } from "../components/map";
import type { Backing, Outputs } from "../components/roles";
import type { App, Route } from "../topology/app";
import { calledServices, cloudRunServices, endpoints, inCallOrder } from "../topology/endpoints";
import { certificateNames, hosts } from "../topology/hosts";
import type { Stack } from "../topology/validate";

/** An app on GCP, from the network up to its name. Its twin is ./aws.ts. */
export function deploy({ app, environment, place, provider }: Stack): Outputs {
    const { prefix, project, region } = place;
    const { deletionProtection, logs, tracing, domain, alarms } = app;
    const logRetentionDays = logs.retentionDays;
    const called = calledServices(app);
    const stack = place.stack.toLowerCase().replace(/[^a-z0-9_-]/g, "-");
    const defaultLabels = { ...app.tags, app: app.name, environment, stack };
    const settings = { project, region, ...provider, defaultLabels };

    const connected = called.size > 0;
    const apis = { provider: new Provider(`${prefix}-gcp-apis`, settings) };
    const platform = new Platform(`${prefix}-platform`, { place, logs, connected, apis: apisOf(app) }, apis);
    // Its project comes from the platform: whatever this provider makes waits until the project's APIs are on.
    const opts = { provider: new Provider(`${prefix}-gcp`, { ...settings, project: platform.cluster }) };
    const network = new Network(`${prefix}-network`, { place, network: app.network, connected }, opts);

    const databases = mapEntries(
        app.databases,
        (name, database) =>
            new Database(
                `${prefix}-${name}`,
                { place, name, database, network, deletionProtection, logRetentionDays },
                opts,
            ),
    );
    const caches = mapEntries(
        app.caches,
        (name, cache) => new Cache(`${prefix}-${name}`, { place, name, cache, network, deletionProtection }, opts),
    );
    const tables = mapEntries(
        app.tables,
        (name, table) => new Table(`${prefix}-${name}`, { place, name, table, deletionProtection }, opts),
    );
    const buckets = mapEntries(
        app.buckets,
        (name, bucket) => new Bucket(`${prefix}-${name}`, { place, name, bucket, deletionProtection }, opts),
    );
    const filesystems = mapEntries(
        app.filesystems,
        (name, filesystem) =>
            new Filesystem(`${prefix}-${name}`, { place, name, filesystem, network, deletionProtection }, opts),
    );
    const sets = mapEntries(app.secrets, (name, { keys }) => new Secret(`${prefix}-${name}`, { keys }, opts));
    // Everything that a service may use, by its name in the topology.
    const backings: Record<string, Backing> = {
        ...databases,
        ...caches,
        ...tables,
        ...buckets,
        ...mapEntries(sets, (name, set) => secretBacking(name, set, app.secrets[name].keys)),
    };

    const images = mapEntries(
        app.services,
        (name, { image }) =>
            new Image(`${prefix}-${name}`, { place, image, platform: "linux/amd64", retain: deletionProtection }, opts),
    );
    const secrets = mapEntries(app.services, (name, service) =>
        Object.fromEntries(
            service.secrets.map((variable) => [
                variable,
                new Secret(`${prefix}-${name}-${resourceName(variable)}`, {}, opts).ref(),
            ]),
        ),
    );

    // Callees first, whose callers are told where they are.
    const parts = cloudRunServices(app);
    const running: Record<string, Service> = {};
    for (const name of inCallOrder(app)) {
        const service = app.services[name];
        for (const part of parts.filter((own) => own.service === name))
            running[part.key] = new Service(
                `${prefix}-${part.key}`,
                {
                    place,
                    name,
                    service,
                    image: images[name],
                    platform,
                    network,
                    endpoints: part.endpoints,
                    called: called.has(name),
                    backings: [
                        ...service.uses.map((used) => backings[used]),
                        ...service.calls.map((callee) => running[callee]),
                    ],
                    mounts: Object.entries(service.mounts).map(([key, path]) => ({
                        filesystem: filesystems[key],
                        path,
                    })),
                    before: {},
                    secrets: secrets[name],
                    tracing,
                    deletionProtection,
                },
                opts,
            );
    }
    const services = Object.fromEntries(parts.map(({ key }) => [key, running[key]]));

    const firewall = app.firewall.enabled
        ? new Firewall(`${prefix}-firewall`, { place, firewall: app.firewall, logRetentionDays, redactedHeaders }, opts)
        : undefined;
    const targets = Object.fromEntries(
        endpoints(app).map(({ key, service, port, healthPath, routes }) => {
            const { health, drainSeconds } = app.services[service];
            return [key, { port, health, healthPath, drainSeconds, routes, service: services[key].serviceName }];
        }),
    );
    const cdn =
        domain && app.cdn
            ? new Cdn(
                  `${prefix}-cdn`,
                  {
                      place,
                      cdn: app.cdn,
                      domain,
                      origins: mapEntries(app.cdn.origins, (_, { service, bucket, path }) => ({
                          path,
                          service: endpoints(app)
                              .filter((endpoint) => endpoint.service === service)
                              .map(({ key }) => services[key].serviceName)[0],
                          bucket: bucket ? buckets[bucket] : undefined,
                      })),
                      firewall,
                      deletionProtection,
                      logRetentionDays,
                  },
                  opts,
              )
            : undefined;
    const delivered = cdn ? [cdn.host] : [];
    const ingress = new Ingress(
        `${prefix}-lb`,
        {
            place,
            network,
            domain,
            certificateNames: certificateNames(app, delivered),
            firewall,
            targets,
            cdn,
            deletionProtection,
            logRetentionDays,
        },
        opts,
    );

    if (domain) new Dns(`${prefix}-dns`, { place, domain, hosts: [...hosts(app), ...delivered], ingress }, opts);
    const watched = Object.fromEntries(
        parts.map(({ key, service, endpoints }) => [
            key,
            {
                service: services[key],
                scale: app.services[service].scale,
                targets: endpoints.map((endpoint) => endpoint.key),
            },
        ]),
    );
    const monitoring = new Alarms(
        `${prefix}-alarms`,
        { place, alarms, services: watched, databases, caches, ingress, platform, uptime: uptimeOf(app) },
        opts,
    );

    return {
        url: ingress.url,
        image: mapEntries(images, (_, image) => image.reference),
        registry: mapEntries(images, (_, image) => image.repository),
        database: mapEntries(databases, (_, database) => database.host),
        bucket: mapEntries(buckets, (_, bucket) => bucket.bucket),
        job: {},
        logs: platform.logs,
        dashboard: monitoring.dashboard,
    };
}

/** The APIs of what not every app has. */
function apisOf({ caches, tables, buckets, filesystems }: App): string[] {
    const servers = Object.values(filesystems).filter(({ gcp }) => gcp.filestore);
    const needed: Record<string, boolean> = {
        file: servers.length > 0,
        firestore: Object.keys(tables).length > 0,
        redis: Object.keys(caches).length > 0,
        storage: Object.keys(buckets).length + Object.keys(filesystems).length > servers.length,
    };
    return Object.keys(needed).filter((api) => needed[api]);
}

/** What the uptime check asks. Nothing, where the firewall goes by country: checks come from three continents. */
function uptimeOf(app: App): { host: string; path: string } | undefined {
    const { domain, firewall } = app;
    if (!domain || (firewall.enabled && firewall.countries)) return undefined;
    const { name: host } = domain;
    const answers = (route: Route) => route.path === "/*" && (route.host ?? host) === host;
    const path = endpoints(app).find(({ routes }) => routes.some(answers))?.livePath;
    return path ? { host, path } : undefined;
}
