import { Container } from "@pulumi/docker/container";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

import { cacheEngineOf } from "../../topology/engines";
import { cacheEnvironment, cacheFields, cacheSecretNames, memcachedEnvironment } from "../contract";
import type * as roles from "../roles";
import { container, published, replaced, running, secretRef } from "./container";

export interface CacheArgs extends Pick<roles.CacheArgs, "place" | "name" | "cache" | "network"> {
    /** Port on this machine, for a person's own tools. */
    publishedPort: number;
}

interface Made extends Pick<roles.Backing, "environment" | "secrets"> {
    server: Container;
}

const checks = { interval: "5s", timeout: "5s", retries: 10, startPeriod: "10s" };

/** Redis or memcached in a container, which forgets everything when it stops. Its twins are ../aws/cache.ts and ../gcp/cache.ts. */
export class Cache extends pulumi.ComponentResource implements roles.Cache {
    readonly name: string;
    readonly host: pulumi.Output<string>;
    readonly port: number;
    readonly fields = cacheFields();
    readonly environment: Record<string, pulumi.Input<string>>;
    readonly secrets: Record<string, roles.SecretRef>;
    readonly monitoringId: pulumi.Output<string>;

    constructor(name: string, args: CacheArgs, opts?: pulumi.ComponentResourceOptions) {
        super("twinstack:local:Cache", name, {}, opts);
        this.name = args.name;
        this.port = cacheEngineOf(args.cache.engine).port;
        this.host = pulumi.output(args.name);
        const { server, environment, secrets } =
            args.cache.engine === "memcached" ? this.memcached(name, args) : this.redis(name, args);
        this.monitoringId = server.name;
        this.environment = environment;
        this.secrets = secrets;
        this.registerOutputs({ host: this.host });
    }

    private memcached(name: string, { place, cache, network, publishedPort }: CacheArgs): Made {
        const server = new Container(
            name,
            {
                ...container(name, { place, network, alias: this.name }),
                ...running,
                image: `memcached:${cache.version}-alpine`,
                ports: [published(publishedPort, this.port)],
                healthcheck: {
                    ...checks,
                    tests: ["CMD-SHELL", `echo version | nc -w 2 localhost ${this.port} | grep -q VERSION`],
                },
                wait: true,
            },
            replaced(this),
        );
        const hosts = this.host.apply((host) => [host]);
        return { server, environment: memcachedEnvironment(this.name, hosts, this.port), secrets: {} };
    }

    private redis(name: string, { place, cache, network, publishedPort }: CacheArgs): Made {
        const { port } = this;
        const variables = cacheSecretNames(this.name);
        const password = new random.RandomPassword(`${name}-password`, { length: 32, special: false }, { parent: this })
            .result;
        const url = (secret: string) => `redis://:${secret}@${this.name}:${port}`;
        const passwordRef = secretRef(`\${${variables.password}}`, password);
        const server = new Container(
            name,
            {
                // redis-cli reads the password from this variable.
                ...container(name, { place, network, alias: this.name, secrets: { REDISCLI_AUTH: passwordRef } }),
                ...running,
                image: `redis:${cache.version}-alpine`,
                command: ["sh", "-c", `exec redis-server --save "" --requirepass "$REDISCLI_AUTH"`],
                ports: [published(publishedPort, port)],
                healthcheck: { ...checks, tests: ["CMD-SHELL", "redis-cli ping | grep -q PONG"] },
                wait: true,
            },
            replaced(this),
        );
        return {
            server,
            environment: cacheEnvironment(this.name, { host: this.host, port }),
            secrets: {
                [variables.password]: passwordRef,
                [variables.url]: secretRef(url(`\${${variables.password}}`), pulumi.output(password).apply(url)),
            },
        };
    }
}
