import { Container } from "@pulumi/docker/container";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

import { cacheEnvironment, cacheSecretNames } from "../contract";
import type * as roles from "../roles";
import { container, published, replaced, running, secretRef } from "./container";

const port = 6379;

export interface CacheArgs extends Pick<roles.CacheArgs, "place" | "name" | "cache" | "network"> {
    /** Port on this machine, for a person's own tools. */
    publishedPort: number;
}

/** Redis in a container, which forgets everything when it stops. Its twins are ../aws/cache.ts and ../gcp/cache.ts. */
export class Cache extends pulumi.ComponentResource implements roles.Cache {
    readonly name: string;
    readonly host: pulumi.Output<string>;
    readonly port = port;
    readonly fields = { tls: "false" };
    readonly environment: Record<string, pulumi.Input<string>>;
    readonly secrets: Record<string, roles.SecretRef>;
    readonly monitoringId: pulumi.Output<string>;

    constructor(name: string, args: CacheArgs, opts?: pulumi.ComponentResourceOptions) {
        super("twinstack:local:Cache", name, {}, opts);
        const { place, cache, network } = args;
        this.name = args.name;
        const variables = cacheSecretNames(args.name);

        const password = new random.RandomPassword(`${name}-password`, { length: 32, special: false }, { parent: this })
            .result;
        const url = (secret: string) => `redis://:${secret}@${args.name}:${port}`;
        const passwordRef = secretRef(`\${${variables.password}}`, password);
        const server = new Container(
            name,
            {
                // redis-cli reads the password from this variable.
                ...container(name, { place, network, alias: args.name, secrets: { REDISCLI_AUTH: passwordRef } }),
                ...running,
                image: `redis:${cache.version}-alpine`,
                command: ["sh", "-c", `exec redis-server --save "" --requirepass "$REDISCLI_AUTH"`],
                ports: [published(args.publishedPort, port)],
                healthcheck: {
                    tests: ["CMD-SHELL", "redis-cli ping | grep -q PONG"],
                    interval: "5s",
                    timeout: "5s",
                    retries: 10,
                    startPeriod: "10s",
                },
                wait: true,
            },
            replaced(this),
        );

        this.monitoringId = server.name;
        this.host = pulumi.output(args.name);
        this.environment = cacheEnvironment(args.name, { host: this.host, port });
        this.secrets = {
            [variables.password]: passwordRef,
            [variables.url]: secretRef(url(`\${${variables.password}}`), pulumi.output(password).apply(url)),
        };
        this.registerOutputs({ host: this.host });
    }
}
