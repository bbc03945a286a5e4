import { Provider } from "@pulumi/aws/provider";

import { Alarms } from "../components/aws/alarms";
import { Database } from "../components/aws/database";
import { Dns } from "../components/aws/dns";
import { Firewall } from "../components/aws/firewall";
import { Image } from "../components/aws/image";
import { Ingress } from "../components/aws/ingress";
import { Network } from "../components/aws/network";
import { Platform } from "../components/aws/platform";
import { Secret } from "../components/aws/secret";
import { Service } from "../components/aws/service";
import { redactedHeaders, resourceName } from "../components/contract";
import type { Outputs } from "../components/roles";
import type { Stack } from "../topology/validate";
import { mapEntries } from "../components/map";

/** An app on AWS, from the network up to its name. Its twin is ./gcp.ts. */
export function deploy({ app, environment, place, provider }: Stack): Outputs {
    const { prefix, region, stack } = place;
    const { deletionProtection, logs, tracing, domain, alarms } = app;
    const logRetentionDays = logs.retentionDays;
    const defaultTags = { tags: { ...app.tags, app: app.name, environment, stack } };
    const opts = { provider: new Provider(`${prefix}-aws`, { region, ...provider, defaultTags }) };

    const network = new Network(`${prefix}-network`, { place, network: app.network }, opts);
    const platform = new Platform(`${prefix}-platform`, { place, logs }, opts);

    const databases = mapEntries(
        app.databases,
        (name, database) =>
            new Database(
                `${prefix}-${name}`,
                { place, name, database, network, deletionProtection, logRetentionDays },
                opts,
            ),
    );
    const images = mapEntries(
        app.services,
        (name, { image, aws }) =>
            new Image(
                `${prefix}-${name}`,
                {
                    place,
                    image,
                    platform: aws.architecture === "arm64" ? "linux/arm64" : "linux/amd64",
                    retain: deletionProtection,
                },
                opts,
            ),
    );
    const secrets = mapEntries(app.services, (name, service) =>
        Object.fromEntries(
            service.secrets.map((variable) => [
                variable,
                new Secret(
                    `${prefix}-${name}-${resourceName(variable)}`,
                    { recoveryDays: deletionProtection ? 30 : 0 },
                    opts,
                ).ref(),
            ]),
        ),
    );

    const firewall = app.firewall.enabled
        ? new Firewall(`${prefix}-firewall`, { place, firewall: app.firewall, logRetentionDays, redactedHeaders }, opts)
        : undefined;
    const targets = mapEntries(app.services, (_, { ports, health, routes }) => ({
        port: Object.values(ports)[0],
        health,
        routes,
    }));
    const ingress = new Ingress(
        `${prefix}-lb`,
        { place, network, domain, firewall, targets, deletionProtection, logRetentionDays },
        opts,
    );

    const services = mapEntries(
        app.services,
        (name, service) =>
            new Service(
                `${prefix}-${name}`,
                {
                    place,
                    name,
                    service,
                    image: images[name],
                    platform,
                    network,
                    backings: service.uses.map((used) => databases[used]),
                    secrets: secrets[name],
                    ingress,
                    tracing,
                    deletionProtection,
                },
                opts,
            ),
    );

    if (domain) new Dns(`${prefix}-dns`, { place, domain, ingress }, opts);
    const watched = mapEntries(services, (name, service) => ({ service, scale: app.services[name].scale }));
    const monitoring = new Alarms(
        `${prefix}-alarms`,
        { place, alarms, services: watched, databases, ingress, platform },
        opts,
    );

    return {
        url: ingress.url,
        image: mapEntries(images, (_, image) => image.reference),
        registry: mapEntries(images, (_, image) => image.repository),
        database: mapEntries(databases, (_, database) => database.host),
        logs: platform.logs,
        dashboard: monitoring.dashboard,
    };
}
