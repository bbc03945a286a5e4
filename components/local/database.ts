import { Container } from "@pulumi/docker/container";
import { Volume } from "@pulumi/docker/volume";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

import { databaseEnvironment, databaseName, databaseSecretNames, databaseUser } from "../contract";
import type * as roles from "../roles";
import { container, published, replaced, running, secretRef } from "./container";

const port = 5432;

export interface DatabaseArgs extends Pick<roles.DatabaseArgs, "place" | "name" | "database" | "network"> {
    /** Port on this machine, for a person's own tools. */
    publishedPort: number;
}

/** PostgreSQL in a container, its data in a volume. Its twins are ../aws/database.ts and ../gcp/database.ts. */
export class Database extends pulumi.ComponentResource implements roles.Database {
    readonly name: string;
    readonly host: pulumi.Output<string>;
    readonly port = port;
    readonly fields = { sslmode: "disable", tls: "false" };
    readonly environment: Record<string, pulumi.Input<string>>;
    readonly secrets: Record<string, roles.SecretRef>;
    readonly monitoringId: pulumi.Output<string>;
    /** PostgreSQL's own default. */
    readonly maxConnections = 100;
    readonly replicaIds: pulumi.Output<string>[] = [];

    constructor(name: string, args: DatabaseArgs, opts?: pulumi.ComponentResourceOptions) {
        super("twinstack:local:Database", name, {}, opts);
        const { place, database, network } = args;
        this.name = args.name;
        const variables = databaseSecretNames(args.name);

        const data = new Volume(`${name}-data`, { name: `${name}-data` }, { parent: this });
        const password = new random.RandomPassword(`${name}-password`, { length: 32, special: false }, { parent: this })
            .result;
        const url = (secret: string) =>
            `postgresql://${databaseUser}:${secret}@${args.name}:${port}/${databaseName}?sslmode=disable`;
        const passwordRef = secretRef(`\${${variables.password}}`, password);
        const server = new Container(
            name,
            {
                ...container(name, {
                    place,
                    network,
                    alias: args.name,
                    environment: { POSTGRES_DB: databaseName, POSTGRES_USER: databaseUser },
                    secrets: { POSTGRES_PASSWORD: passwordRef },
                }),
                ...running,
                image: `postgres:${database.version}-alpine`,
                ports: [published(args.publishedPort, port)],
                volumes: [{ volumeName: data.name, containerPath: "/var/lib/postgresql/data" }],
                // By TCP: while the image sets itself up, its server answers on a socket only.
                healthcheck: {
                    tests: ["CMD", "pg_isready", "-h", "127.0.0.1", "-U", databaseUser, "-d", databaseName],
                    interval: "5s",
                    timeout: "5s",
                    retries: 10,
                    startPeriod: "30s",
                },
                wait: true,
                waitTimeout: 120,
                // Else Docker kills it, and the next start has to recover.
                stopTimeout: 30,
                destroyGraceSeconds: 30,
            },
            replaced(this),
        );

        this.monitoringId = server.name;
        this.host = pulumi.output(args.name);
        this.environment = databaseEnvironment(args.name, {
            host: this.host,
            port,
            // There is one server: who reads from a replica reads from it.
            replicaHost: database.replicas ? this.host : undefined,
        });
        this.secrets = {
            [variables.password]: passwordRef,
            [variables.url]: secretRef(url(`\${${variables.password}}`), pulumi.output(password).apply(url)),
        };
        this.registerOutputs({ host: this.host });
    }
}
