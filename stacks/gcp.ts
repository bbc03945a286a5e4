import { Provider } from "@pulumi/gcp/provider";

import { Alarms } from "../components/gcp/alarms";
import { Bucket } from "../components/gcp/bucket";
import { Cache } from "../components/gcp/cache";
import { Cdn } from "../components/gcp/cdn";
import { addressAhead } from "../components/gcp/circle";
import { Database } from "../components/gcp/database";
import { Deployer } from "../components/gcp/deployer";
import { Dns } from "../components/gcp/dns";
import { Filesystem } from "../components/gcp/filesystem";
import { Firewall } from "../components/gcp/firewall";
import { Image } from "../components/gcp/image";
import { Ingress } from "../components/gcp/ingress";
import { Job } from "../components/gcp/job";
import { Network } from "../components/gcp/network";
import { Pipeline } from "../components/gcp/pipeline";
import { Platform } from "../components/gcp/platform";
import { Queue } from "../components/gcp/queue";
import { Rotation } from "../components/gcp/rotation";
import { Secret } from "../components/gcp/secret";
import { Service } from "../components/gcp/service";
import { Table } from "../components/gcp/table";
import type { Gates } from "../components/gates";
import { mapEntries } from "../components/map";
import type { Outputs, SecretArgs, ServiceArgs } from "../components/roles";
import type * as topology from "../topology/app";
import { calledAhead, calledServices, inCallOrder } from "../topology/calls";
import { cloudRunServices, hasEntrance } from "../topology/endpoints";
import { certificateNames, hosts } from "../topology/hosts";
import { isProtected } from "../topology/protection";
import { originRoute } from "../topology/origins";
import { rotations } from "../topology/rotations";
import { candidateName } from "../topology/rollout";
import type { Stack } from "../topology/validate";
import { apisOf, closeCircles, labelOf, loggedOf } from "./gcp-app";
import { candidateArgs, releaseOf, targetsOf } from "./candidate";
import { besideOf, imagesOf, type Images } from "./images";
import { remembering } from "./memory";
import { firewallArgs, jobsOf, serviceArgs, uptimeOf, watchedJobs } from "./shared";
import { backingsOf, ownSecretsOf, storeArgs } from "./stores";

/** An app on GCP, from the network up to its name. Its twin is ./aws.ts. */
export function deploy(stack: Stack, gates: Gates): Outputs {
    const base = foundation(stack, gates);
    const { app, place, opts } = base;
    const { prefix } = place;
    const { domain, alarms } = app;

    const stores = keep(base);
    const { databases, buckets } = stores;
    const all = imagesOf(stack, (name, args) => new Image(name, { place, ...args }, opts));
    const { images } = all;

    const { services, candidates, jobs, rotations: rotating } = run(base, stores, all);
    const deployer = app.deployer
        ? new Deployer(
              `${prefix}-deployer`,
              { place, deployer: app.deployer, images, beside: besideOf(all), services, jobs, platform: base.platform },
              opts,
          )
        : undefined;
    const pipeline = app.pipeline
        ? new Pipeline(
              `${prefix}-pipeline`,
              { place, pipeline: app.pipeline, platform: base.platform, logRetentionDays: base.logRetentionDays },
              opts,
          )
        : undefined;

    const open = hasEntrance(app);
    const firewall =
        open && app.firewall.enabled ? new Firewall(`${prefix}-firewall`, firewallArgs(stack), opts) : undefined;
    const cdn = domain && app.cdn ? deliver(base, app.cdn, services, buckets, firewall) : undefined;
    const names = [...hosts(app), ...(cdn ? [cdn.host] : [])];
    const dns = domain ? new Dns(`${prefix}-dns`, { place, domain, hosts: names }, opts) : undefined;
    const ingress = open ? enter(base, { ...services, ...candidates }, dns, firewall, cdn) : undefined;
    for (const host of names) dns?.lead(host, ingress!, [ingress!]);

    const watched = Object.fromEntries(
        cloudRunServices(app).map(({ key, service, endpoints }) => [
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
        {
            place,
            alarms,
            app,
            ...stores,
            services: watched,
            jobs: watchedJobs(app, jobs),
            rotations: rotating,
            pipeline,
            cdn,
            ingress,
            platform: base.platform,
            uptime: uptimeOf(app),
        },
        opts,
    );

    return {
        ...(ingress && { url: ingress.url }),
        image: mapEntries(images, (_, image) => image.reference),
        registry: mapEntries(images, (_, image) => image.repository),
        database: mapEntries(databases, (_, database) => database.host),
        bucket: mapEntries(buckets, (_, bucket) => bucket.bucket),
        job: mapEntries(app.jobs, (name) => jobs[name].start),
        ...(deployer ? { deployer: deployer.identity, deployerProvider: deployer.provider } : {}),
        ...(pipeline ? { pipeline: pipeline.url, pipelineConnection: pipeline.connection } : {}),
        logs: base.platform.logs,
        dashboard: monitoring.dashboard,
        passed: gates.passed,
        release: remembering(stack, images, gates),
    };
}

/** What everything else stands on. */
function foundation({ app, environment, place, provider, release }: Stack, gates: Gates) {
    const { prefix, project, region } = place;
    const stack = labelOf(place.stack);
    const defaultLabels = { ...app.tags, app: app.name, environment, stack };
    const settings = { project, region, ...provider, defaultLabels };
    const called = calledServices(app);
    const connected = called.size > 0;
    const ahead = calledAhead(app);
    const circle = Object.keys(ahead).length > 0;

    const apis = { provider: new Provider(`${prefix}-gcp-apis`, settings) };
    const platform = new Platform(
        `${prefix}-platform`,
        { place, logs: app.logs, connected, circle, apis: apisOf(app), logged: loggedOf(app) },
        apis,
    );
    // Its project comes from the platform: whatever this provider makes waits until the project's APIs are on.
    const opts = { provider: new Provider(`${prefix}-gcp`, { ...settings, project: platform.cluster }) };
    const logRetentionDays = app.logs.retentionDays;
    const network = new Network(
        `${prefix}-network`,
        { place, network: app.network, logRetentionDays, connected },
        opts,
    );
    return { app, place, release, opts, network, platform, gates, called, ahead, logRetentionDays };
}
type Foundation = ReturnType<typeof foundation>;

/** What keeps data and secrets; `backings` is everything that a service may use, by its name in the topology. */
function keep(base: Foundation) {
    const { app, place, opts } = base;
    const { prefix } = place;
    const of = storeArgs(base);
    const databases = mapEntries(
        app.databases,
        (name, database) => new Database(`${prefix}-${name}`, of.database(name, database), opts),
    );
    const caches = mapEntries(app.caches, (name, cache) => new Cache(`${prefix}-${name}`, of.cache(name, cache), opts));
    const tables = mapEntries(app.tables, (name, table) => new Table(`${prefix}-${name}`, of.table(name, table), opts));
    const buckets = mapEntries(
        app.buckets,
        (name, bucket) => new Bucket(`${prefix}-${name}`, of.bucket(name, bucket), opts),
    );
    const queues = mapEntries(app.queues, (name, queue) => new Queue(`${prefix}-${name}`, of.queue(name, queue), opts));
    const filesystems = mapEntries(
        app.filesystems,
        (name, filesystem) => new Filesystem(`${prefix}-${name}`, of.filesystem(name, filesystem), opts),
    );
    const rotated = rotations(app);
    const sets = mapEntries(app.secrets, (name, set) => {
        const args = { keys: set.keys, formats: set.formats, announced: Object.hasOwn(rotated, name), ...of.kept(set) };
        return new Secret(`${prefix}-${name}`, args, opts);
    });
    const secret = (name: string, args: SecretArgs) => new Secret(`${prefix}-${name}`, args, opts).ref();
    const secrets = ownSecretsOf(app, (name, service, format) => secret(name, { format, ...of.kept(service) }));
    const backings = backingsOf(app, [databases, caches, tables, buckets, queues], sets);
    return { databases, caches, tables, buckets, queues, filesystems, sets, secrets, secret, backings };
}
type Stores = ReturnType<typeof keep>;

/** Services, one at Cloud Run for each port; the jobs that run as they do; what starts them anew when a secret changes. */
function run(base: Foundation, stores: Stores, all: Images<Image>) {
    const { app, place, opts, platform, logRetentionDays } = base;
    const { images } = all;
    const { prefix } = place;
    const parts = cloudRunServices(app);
    const running: Record<string, Service> = {};
    const candidates: Record<string, Service> = {};
    const jobs: Record<string, Job> = {};
    // Callees first, whose callers are told where they are.
    for (const name of inCallOrder(app)) {
        const as: ServiceArgs = {
            ...serviceArgs(name, base, stores, all, running, (callee) =>
                addressAhead(`${prefix}-${callee}`, place, platform),
            ),
            endpoints: [],
            before: {},
        };
        const release = releaseOf(base.release, name);
        for (const [key, job] of Object.entries(jobsOf(app, name))) {
            // Before a deployment it is the candidate's, or still that of the last one: nothing runs the old one's anew.
            const image = job.run === "deployment" && release?.jobImage;
            const runs = image ? { ...as, image: { ...as.image, reference: as.image.pulled(image) } } : as;
            jobs[key] = new Job(`${prefix}-${key}`, { place, name: key, job, as: runs, logRetentionDays }, opts);
        }
        const after = Object.keys(jobsOf(app, name, "deployment")).map((key) => jobs[key]);
        for (const { key, endpoints } of parts.filter((part) => part.service === name)) {
            // Callers ask its first port alone, which is the one of its name.
            const args = { ...as, endpoints, after, calledAhead: as.calledAhead && key === name };
            running[key] = new Service(`${prefix}-${key}`, args, opts);
            const candidate = endpoints.length ? candidateArgs(args, running[key], release) : undefined;
            const called = candidateName(key);
            if (candidate) candidates[called] = new Service(`${prefix}-${called}`, candidate, opts);
        }
    }
    closeCircles(app, base.ahead, place.prefix, running, jobs);
    const services = Object.fromEntries(parts.map(({ key }) => [key, running[key]]));

    const rotating = mapEntries(rotations(app), (set, readers) => {
        const read = parts.filter(({ service }) => readers.includes(service));
        return new Rotation(
            `${prefix}-${set}-rotation`,
            {
                place,
                secret: stores.sets[set],
                keys: app.secrets[set].keys,
                services: Object.fromEntries(read.map(({ key }) => [key, services[key]])),
                images: Object.fromEntries(read.map(({ key, service }) => [key, images[service]])),
                beside: besideOf(all, readers),
                platform,
                logRetentionDays,
            },
            opts,
        );
    });
    return { services, candidates, jobs, rotations: rotating };
}

/** The CDN's backends, which the load balancer leads to under a host of their own. */
function deliver(
    { app, place, opts, logRetentionDays }: Foundation,
    cdn: topology.Cdn,
    services: Record<string, Service>,
    buckets: Stores["buckets"],
    firewall?: Firewall,
): Cdn {
    const origins = mapEntries(cdn.origins, (name, { service, bucket, path }) => {
        const key = service && (originRoute(app, cdn, name)?.endpoint.key ?? service);
        return {
            path,
            service: key ? services[key].serviceName : undefined,
            bucket: bucket ? buckets[bucket] : undefined,
        };
    });
    const deletionProtection = isProtected(app, cdn);
    const args = { place, cdn, origins, firewall, deletionProtection, logRetentionDays };
    return new Cdn(`${place.prefix}-cdn`, args, opts);
}

/** The load balancer, with a target for every port that a route leads to. */
function enter(
    { app, place, release, opts, network, logRetentionDays }: Foundation,
    services: Record<string, Service>,
    dns?: Dns,
    firewall?: Firewall,
    cdn?: Cdn,
): Ingress {
    const { domain, deletionProtection } = app;
    const targets = targetsOf(app, release, (key) => ({ service: services[key].serviceName }));
    return new Ingress(
        `${place.prefix}-lb`,
        {
            place,
            network,
            domain,
            dns,
            certificateNames: certificateNames(app, cdn ? [cdn.host] : []),
            firewall,
            targets,
            cdn,
            deletionProtection,
            logRetentionDays,
        },
        opts,
    );
}
