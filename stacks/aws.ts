import { Provider } from "@pulumi/aws/provider";
import { deferredOutput } from "@pulumi/pulumi";

import { Alarms } from "../components/aws/alarms";
import { Bucket } from "../components/aws/bucket";
import { Cache } from "../components/aws/cache";
import { Cdn } from "../components/aws/cdn";
import { addressAhead, letThrough } from "../components/aws/circle";
import { Database } from "../components/aws/database";
import { Deployer } from "../components/aws/deployer";
import { Dns } from "../components/aws/dns";
import { Filesystem } from "../components/aws/filesystem";
import { Firewall } from "../components/aws/firewall";
import { Image } from "../components/aws/image";
import { Ingress } from "../components/aws/ingress";
import { Job } from "../components/aws/job";
import { Network } from "../components/aws/network";
import { Pipeline } from "../components/aws/pipeline";
import { Platform } from "../components/aws/platform";
import { Queue } from "../components/aws/queue";
import { Rotation } from "../components/aws/rotation";
import { Secret } from "../components/aws/secret";
import { Service } from "../components/aws/service";
import { Table } from "../components/aws/table";
import type { Gates } from "../components/gates";
import { mapEntries } from "../components/map";
import type { Outputs, SecretArgs, ServiceArgs } from "../components/roles";
import type * as topology from "../topology/app";
import type { App, Domain } from "../topology/app";
import { calledAhead, calledServices, inCallOrder } from "../topology/calls";
import { endpoints, firstPort, hasEntrance } from "../topology/endpoints";
import { certificateNames, hosts } from "../topology/hosts";
import { isProtected } from "../topology/protection";
import { originRoute } from "../topology/origins";
import { rotations } from "../topology/rotations";
import { candidateName } from "../topology/rollout";
import type { Stack } from "../topology/validate";
import { candidateArgs, keeping, releaseOf, targetsOf } from "./candidate";
import { imagesOf, type Images } from "./images";
import { remembering } from "./memory";
import { firewallArgs, jobsOf, serviceArgs, watchedJobs } from "./shared";
import { backingsOf, ownSecretsOf, storeArgs } from "./stores";

/** An app on AWS, from the network up to its name. Its twin is ./gcp.ts. */
export function deploy(stack: Stack, gates: Gates): Outputs {
    const base = foundation(stack, gates);
    const { app, place, opts } = base;
    const { prefix } = place;
    const { domain, alarms } = app;

    const stores = keep(base);
    const { databases, buckets } = stores;
    const all = imagesOf(stack, (name, args) => new Image(name, { place, ...args }, opts));
    const { images } = all;

    const open = hasEntrance(app);
    const firewall =
        open && app.firewall.enabled ? new Firewall(`${prefix}-firewall`, firewallArgs(stack), opts) : undefined;
    const names = [...hosts(app), ...(app.cdn ? [app.cdn.host] : [])];
    const dns = domain ? new Dns(`${prefix}-dns`, { place, domain, hosts: names }, opts) : undefined;
    const ingress = open ? enter(base, dns, firewall) : undefined;
    const { services, candidates, jobs, rotations: rotating } = run(base, stores, all, ingress);
    ingress?.serve(behindTargets(app, services, candidates));
    const deployer = app.deployer
        ? new Deployer(
              `${prefix}-deployer`,
              { place, deployer: app.deployer, images, services, platform: base.platform },
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

    for (const host of hosts(app)) dns?.lead(host, ingress!, [ingress!]);
    const cdn = domain && dns && app.cdn ? deliver(base, domain, dns, app.cdn, buckets, firewall) : undefined;
    if (cdn) {
        dns?.lead(cdn.host, cdn, [cdn], [{ name: `${prefix}-cdn`, parent: cdn }]);
        stores.settle(cdn.id);
    }

    const watched = mapEntries(services, (name, service) => ({
        service,
        scale: app.services[name].scale,
        targets: endpointsOf(app, name).map(({ key }) => key),
    }));
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
        ...(deployer ? { deployer: deployer.identity } : {}),
        ...(pipeline ? { pipeline: pipeline.url, pipelineConnection: pipeline.connection } : {}),
        logs: base.platform.logs,
        dashboard: monitoring.dashboard,
        passed: gates.passed,
        release: remembering(stack, images, gates),
    };
}

/** What everything else stands on. */
function foundation({ app, environment, place, provider, release }: Stack, gates: Gates) {
    const { prefix, region, stack } = place;
    const defaultTags = { tags: { ...app.tags, app: app.name, environment, stack } };
    const opts = { provider: new Provider(`${prefix}-aws`, { region, ...provider, defaultTags }) };
    const called = calledServices(app);
    const ahead = calledAhead(app);
    const connected = called.size > 0;
    const logRetentionDays = app.logs.retentionDays;
    const network = new Network(
        `${prefix}-network`,
        { place, network: app.network, logRetentionDays, connected, tables: Object.keys(app.tables).length > 0 },
        opts,
    );
    const circle = Object.keys(ahead).length > 0;
    const platform = new Platform(`${prefix}-platform`, { place, logs: app.logs, connected, circle, network }, opts);
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
    // A distribution and the buckets that it fetches from name each other: their policies wait for its ARN.
    const [distribution, settle] = deferredOutput<string>();
    const fetched = new Set(Object.values(app.cdn?.origins ?? {}).map(({ bucket }) => bucket));
    const buckets = mapEntries(app.buckets, (name, bucket) => {
        const reader = fetched.has(name) ? distribution : undefined;
        return new Bucket(`${prefix}-${name}`, { ...of.bucket(name, bucket), reader }, opts);
    });
    const queues = mapEntries(app.queues, (name, queue) => new Queue(`${prefix}-${name}`, of.queue(name, queue), opts));
    const filesystems = mapEntries(
        app.filesystems,
        (name, filesystem) => new Filesystem(`${prefix}-${name}`, of.filesystem(name, filesystem), opts),
    );
    const owned = (part: { deletionProtection?: boolean }) => ({
        ...of.kept(part),
        recoveryDays: isProtected(app, part) ? 30 : 0,
    });
    const secret = (name: string, args: SecretArgs) => new Secret(`${prefix}-${name}`, args, opts).ref();
    const sets = mapEntries(
        app.secrets,
        (name, set) => new Secret(`${prefix}-${name}`, { keys: set.keys, formats: set.formats, ...owned(set) }, opts),
    );
    const secrets = ownSecretsOf(app, (name, service, format) => secret(name, { format, ...owned(service) }));
    const backings = backingsOf(app, [databases, caches, tables, buckets, queues], sets);
    return { databases, caches, tables, buckets, queues, filesystems, sets, secrets, secret, backings, settle };
}
type Stores = ReturnType<typeof keep>;

/** The load balancer, with a target for every port that a route leads to. */
function enter(
    { app, place, release, opts, network, logRetentionDays }: Foundation,
    dns?: Dns,
    firewall?: Firewall,
): Ingress {
    const { domain, deletionProtection } = app;
    return new Ingress(
        `${place.prefix}-lb`,
        {
            place,
            network,
            domain,
            dns,
            certificateNames: certificateNames(app),
            firewall,
            targets: targetsOf(app, release),
            deletionProtection,
            logRetentionDays,
        },
        opts,
    );
}

/** Services, the jobs that run as they do, and what starts them anew when a secret changes. */
function run(base: Foundation, stores: Stores, all: Images<Image>, ingress?: Ingress) {
    const { app, place, opts, platform, logRetentionDays } = base;
    const { images } = all;
    const { prefix } = place;
    const running: Record<string, Service> = {};
    const candidates: Record<string, Service> = {};
    const jobs: Record<string, Job> = {};
    // Callees first, whose callers are told where they are.
    for (const name of inCallOrder(app)) {
        const as: ServiceArgs = {
            ...serviceArgs(name, base, stores, all, running, (callee) =>
                addressAhead(callee, firstPort(app.services[callee])!.port, platform),
            ),
            endpoints: endpointsOf(app, name),
            before: jobsOf(app, name, "deployment"),
            ingress,
        };
        const release = releaseOf(base.release, name);
        const { service } = as;
        const kept = { ...as, service: { ...service, scale: keeping(service.scale, release) } };
        running[name] = new Service(`${prefix}-${name}`, kept, opts);
        const candidate = candidateArgs(as, running[name], release);
        if (candidate) candidates[name] = new Service(`${prefix}-${candidateName(name)}`, candidate, opts);
        for (const [key, job] of Object.entries(jobsOf(app, name)))
            jobs[key] = new Job(
                `${prefix}-${key}`,
                { place, name: key, job, as, service: running[name], logRetentionDays },
                opts,
            );
    }
    for (const [caller, callees] of Object.entries(base.ahead))
        for (const callee of callees) letThrough(prefix, running[caller], running[callee]);
    const services = mapEntries(app.services, (name) => running[name]);

    const rotating = mapEntries(
        rotations(app),
        (set, readers) =>
            new Rotation(
                `${prefix}-${set}-rotation`,
                {
                    place,
                    secret: stores.sets[set],
                    keys: app.secrets[set].keys,
                    services: Object.fromEntries(readers.map((name) => [name, services[name]])),
                    images,
                    platform,
                    logRetentionDays,
                },
                opts,
            ),
    );
    return { services, candidates, jobs, rotations: rotating };
}

/** The CDN, before the load balancer and the buckets that it fetches from. */
function deliver(
    { app, place, opts, logRetentionDays }: Foundation,
    domain: Domain,
    dns: Dns,
    cdn: topology.Cdn,
    buckets: Stores["buckets"],
    firewall?: Firewall,
): Cdn {
    const origins = mapEntries(cdn.origins, (name, { service, bucket, path }) => ({
        path,
        host: service ? (originRoute(app, cdn, name)?.route.host ?? domain.name) : undefined,
        bucket: bucket ? buckets[bucket] : undefined,
        timeoutSeconds: service ? app.services[service].timeoutSeconds : undefined,
    }));
    const deletionProtection = isProtected(app, cdn);
    const args = { place, cdn, dns, origins, firewall, deletionProtection, logRetentionDays };
    return new Cdn(`${place.prefix}-cdn`, args, opts);
}

const endpointsOf = ({ services }: App, name: string) => endpoints({ services: { [name]: services[name] } });

/** What runs behind each target of the load balancer. */
const behindTargets = (app: App, services: Record<string, Service>, candidates: Record<string, Service>) =>
    Object.fromEntries(
        endpoints(app).flatMap(({ key, service }): [string, Service][] => [
            [key, services[service]],
            ...(service in candidates ? ([[candidateName(key), candidates[service]]] as [string, Service][]) : []),
        ]),
    );
