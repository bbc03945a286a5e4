import { all, output, type Resource } from "@pulumi/pulumi";

import { Bucket } from "../components/local/bucket";
import { Cache } from "../components/local/cache";
import { secretRef } from "../components/local/container";
import { Database } from "../components/local/database";
import { Dynamodb } from "../components/local/dynamodb";
import { Filesystem } from "../components/local/filesystem";
import { Image } from "../components/local/image";
import { Job } from "../components/local/job";
import { Network } from "../components/local/network";
import { Secret } from "../components/local/secret";
import { Service, type ServiceArgs } from "../components/local/service";
import { Table } from "../components/local/table";
import { backingAhead } from "../components/contract";
import { mapEntries } from "../components/map";
import { environmentFrom, secretFilesFrom, secretValue, type Keep, type Resolved } from "../components/references";
import type { Backing, Outputs } from "../components/roles";
import type { App, Target } from "../topology/app";
import { calledAhead, inCallOrder } from "../topology/calls";
import { endpoints, firstPort, isWorker } from "../topology/endpoints";
import { ownSecrets } from "../topology/secret-files";
import { publishedPorts, type Published } from "../topology/published";
import type { Stack } from "../topology/validate";
import { mounted, sidecarArgs } from "./shared";

/**
 * An app in Docker on the machine at hand, for development. Its twins are ./aws.ts and ./gcp.ts. What has no place there
 * (firewall, load balancer, scaling, alarms, CDN, DNS, deployer) is not made, and the plan's warnings say so.
 */
export function deploy({ app, place }: Stack<Target>): Outputs {
    const { prefix } = place;
    const published = publishedPorts(app);
    const network = new Network(`${prefix}-network`, { place });

    const databases = mapEntries(app.databases, (name, database) => {
        const publishedPort = published.databases[name];
        return new Database(`${prefix}-${name}`, { place, name, database, network, publishedPort });
    });
    const caches = mapEntries(app.caches, (name, cache) => {
        const publishedPort = published.caches[name];
        return new Cache(`${prefix}-${name}`, { place, name, cache, network, publishedPort });
    });
    const server = Object.keys(app.tables).length
        ? new Dynamodb(`${prefix}-dynamodb-local`, { place, network, publishedPort: published.tables })
        : undefined;
    const tables = mapEntries(
        app.tables,
        (name, table) => new Table(`${prefix}-${name}`, { place, name, table, network, server: server! }),
    );
    const buckets = mapEntries(app.buckets, (name) => new Bucket(`${prefix}-${name}`, { place, name, network }));
    const filesystems = mapEntries(
        app.filesystems,
        (name, filesystem) => new Filesystem(`${prefix}-${name}`, { place, name, filesystem, network }),
    );
    const sets = mapEntries(app.secrets, (name, { keys, formats }) =>
        backed(name, new Secret(`${prefix}-${name}`, { keys, formats }), keys),
    );
    // Everything that a service may use, by its name in the topology.
    const backings: Record<string, Backing & Resource> = { ...databases, ...caches, ...tables, ...buckets };

    const images = mapEntries(app.services, (name, { image }) => new Image(`${prefix}-${name}`, { image }));
    const services: Record<string, Service> = {};
    const jobs: Record<string, Job> = {};
    const ahead = calledAhead(app);
    for (const name of inCallOrder(app)) {
        const service = app.services[name];
        const own = new Secret(`${prefix}-${name}-secrets`, {
            keys: ownSecrets(service),
            formats: service.secretFormats,
        });
        // A container's name is known before it is there.
        const early = (ahead[name] ?? []).map((callee) =>
            backingAhead(callee, `http://${callee}:${firstPort(app.services[callee])!.port}`),
        );
        const used = [
            ...service.uses.flatMap((use) => backings[use] ?? []),
            ...service.calls.flatMap((call) => services[call] ?? []),
        ];
        const mounts = mounted(service.mounts, filesystems);
        const beside = mapEntries(
            service.sidecars,
            (key, { image }) => new Image(`${prefix}-${name}-${key}`, { image }),
        );
        const reached = [...used, ...early, ...service.uses.flatMap((use) => sets[use] ?? [])];
        const keep: Keep = (_, pieces) => secretRef(words(pieces), secretValue(pieces));
        const said = environmentFrom(name, { app, backings: reached }, keep);
        const owned = Object.fromEntries(ownSecrets(service).map((variable) => [variable, own.ref(variable)]));
        const args: ServiceArgs = {
            place,
            name,
            service,
            image: images[name],
            network,
            publishedPorts: published.services[name],
            backings: reached,
            buckets: service.uses.flatMap((use) => buckets[use] ?? []),
            mounts,
            env: said.env,
            secrets: {
                ...Object.fromEntries(service.secrets.map((variable) => [variable, owned[variable]])),
                ...said.secrets,
            },
            secretFiles: secretFilesFrom(name, { app, backings: reached }, owned, keep),
            sidecars: sidecarArgs(name, { app, backings: reached }, { images: beside, filesystems, keep }),
            after: [...used, ...mounts.map(({ filesystem }) => filesystem), images[name]],
        };
        for (const [jobName, job] of Object.entries(app.jobs))
            if (job.service === name) jobs[jobName] = new Job(`${prefix}-${jobName}`, { name: jobName, job, as: args });
        const before = Object.keys(jobs).filter(
            (job) => app.jobs[job].service === name && app.jobs[job].run === "deployment",
        );
        services[name] = new Service(`${prefix}-${name}`, {
            ...args,
            after: [...args.after, ...before.map((job) => jobs[job])],
        });
    }

    const port = entrance(app, published);
    return {
        ...(port === undefined ? {} : { url: output(`http://localhost:${port}`) }),
        image: mapEntries(images, (_, image) => image.reference),
        registry: {},
        database: mapEntries(databases, (_, database) => database.host),
        bucket: mapEntries(buckets, (_, bucket) => bucket.bucket),
        job: mapEntries(jobs, (_, job) => job.start),
        logs: output(`docker logs --follow ${prefix}-${Object.keys(services)[0]}`),
    };
}

/** How a value is made of what a person may set, and of text, in which a `$` is written twice. */
const words = (pieces: Resolved[]) =>
    all(
        pieces.map((piece) =>
            "secret" in piece ? piece.secret.id : output(piece.plain).apply((text) => text.replaceAll("$", "$$$$")),
        ),
    ).apply((texts) => texts.join(""));

/** Secrets that belong together, as something that a service uses. */
const backed = (name: string, secret: Secret, keys: readonly string[]): Backing => ({
    name,
    environment: {},
    secrets: Object.fromEntries(keys.map((key) => [key, secret.ref(key)])),
});

/** Where the port is published that takes what no other route does, or else the first; undefined where no service has a port. */
function entrance(app: App, { services }: Published): number | undefined {
    const all = endpoints(app);
    const whole = all.find(({ routes }) => routes.some(({ path }) => path === "/*")) ?? all[0];
    if (whole) return services[whole.service][whole.portName];
    const [first] = Object.entries(app.services).filter(([, one]) => !isWorker(one));
    return first && services[first[0]][firstPort(first[1])!.name];
}
