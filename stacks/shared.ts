import type { Output } from "@pulumi/pulumi";

import type { Gates } from "../components/gates";
import { environmentFrom, secretFilesFrom, secretValue, type Keep, type Reached } from "../components/references";
import { backingAhead, resourceName } from "../components/contract";
import { mapEntries } from "../components/map";
import type {
    Backing,
    Filesystem,
    FirewallArgs,
    Image,
    Network,
    Platform,
    Queue,
    SecretArgs,
    SecretRef,
    ServiceArgs,
    SidecarArgs,
} from "../components/roles";
import type { App, Route } from "../topology/app";
import { isProtected } from "../topology/protection";
import { endpoints } from "../topology/endpoints";
import type { Stack } from "../topology/validate";
import { redactedIn } from "./candidate";
import type { Images } from "./images";

/** What both clouds compose alike. */

interface Base {
    app: App;
    place: ServiceArgs["place"];
    network: Network;
    platform: Platform;
    gates: Gates;
    /** Names of services that others call privately. */
    called: Set<string>;
    /** Caller → those of its callees that are made after it. */
    ahead: Record<string, string[]>;
}

interface Stores {
    /** Everything that a service may use, by its name in the topology. */
    backings: Record<string, Backing>;
    filesystems: Record<string, Filesystem>;
    queues: Record<string, Queue>;
    /** Service → name → secret, of those that are the service's own. */
    secrets: Record<string, Record<string, SecretRef>>;
    /** Keeps a value in the cloud's store. */
    secret(name: string, args: SecretArgs): SecretRef;
}

/**
 * What a service is made from on either cloud; the services that it calls are `running`.
 * @param addressAhead where one is that is not running yet
 */
export function serviceArgs(
    name: string,
    { app, place, network, platform, gates, called, ahead }: Base,
    { backings, filesystems, queues, secrets, secret }: Stores,
    { images, beside }: Images<Image>,
    running: Record<string, Backing>,
    addressAhead: (callee: string) => Output<string>,
): Omit<ServiceArgs, "endpoints" | "before"> {
    const service = app.services[name];
    const early = ahead[name] ?? [];
    const reached = [
        ...service.uses.map((used) => backings[used]),
        ...service.calls.map((callee) =>
            early.includes(callee) ? backingAhead(callee, addressAhead(callee)) : running[callee],
        ),
    ];
    const keep: Keep = (named, pieces, from) =>
        secret(`${name}-${resourceName(named)}`, {
            value: secretValue(pieces),
            description: `Composed of ${from.join(", ")}`,
        });
    const own = environmentFrom(name, { app, backings: reached }, keep);
    const variables = service.secrets.map((variable) => [variable, secrets[name][variable]]);
    return {
        place,
        name,
        service,
        image: images[name],
        platform,
        network,
        called: called.has(name),
        calledAhead: Object.values(ahead).some((callees) => callees.includes(name)),
        backings: reached,
        mounts: mounted(service.mounts, filesystems),
        backlogOf: service.scale.backlog && queues[service.scale.backlog.queue].monitoringId,
        env: own.env,
        secrets: { ...(Object.fromEntries(variables) as Record<string, SecretRef>), ...own.secrets },
        secretFiles: secretFilesFrom(name, { app, backings: reached }, secrets[name], keep),
        sidecars: sidecarArgs(name, { app, backings: reached }, { images: beside[name], filesystems, keep }),
        tracing: app.tracing,
        gates,
        deletionProtection: isProtected(app, service),
    };
}

/** File systems and where a container has them. */
export const mounted = <F extends Filesystem>(mounts: Record<string, string>, filesystems: Record<string, F>) =>
    Object.entries(mounts).map(([name, path]) => ({ filesystem: filesystems[name], path }));

/** What the containers beside a service's own are made from, on a cloud and in Docker. */
export const sidecarArgs = (
    service: string,
    reached: Reached,
    {
        images,
        filesystems,
        keep,
    }: { images: Record<string, Image>; filesystems: Record<string, Filesystem>; keep: Keep },
): Record<string, SidecarArgs> =>
    mapEntries(reached.app.services[service].sidecars, (key, sidecar) => ({
        sidecar,
        image: images[key],
        mounts: mounted(sidecar.mounts, filesystems),
        ...environmentFrom(service, reached, (variable, ...rest) => keep(`${key}-${variable}`, ...rest), sidecar.env),
    }));

/** The jobs of a service, by their names. */
export const jobsOf = ({ jobs }: App, service: string, runs?: App["jobs"][string]["run"]): App["jobs"] =>
    Object.fromEntries(
        Object.entries(jobs).filter(([, job]) => job.service === service && (runs === undefined || job.run === runs)),
    );

/** The jobs that run by themselves: before a deployment, it is the deployment that tells of one. */
export const watchedJobs = <Job>({ jobs }: App, made: Record<string, Job>): Record<string, Job> =>
    Object.fromEntries(Object.entries(made).filter(([name]) => jobs[name].run !== "deployment"));

/** What the uptime check asks. Nothing, where the firewall goes by country: checks come from three continents. */
export function uptimeOf(app: App): { host: string; path: string } | undefined {
    const { domain, firewall } = app;
    if (!domain || (firewall.enabled && firewall.countries)) return undefined;
    const { name: host } = domain;
    const answers = (route: Route) => route.path === "/*" && (route.host ?? host) === host;
    const path = endpoints(app).find(({ protocol, routes }) => protocol === "http" && routes.some(answers))?.livePath;
    return path ? { host, path } : undefined;
}

/** What a firewall is made from on either cloud. */
export const firewallArgs = ({ app, place, release }: Stack): FirewallArgs => ({
    place,
    firewall: app.firewall,
    logRetentionDays: app.logs.retentionDays,
    redactedHeaders: redactedIn(release),
    cdn: app.cdn !== undefined,
});
