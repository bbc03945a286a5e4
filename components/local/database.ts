import { Container } from "@pulumi/docker/container";
import { Volume } from "@pulumi/docker/volume";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

import { engineOf, type EngineName } from "../../topology/engines";
import { localParameters, toldConnections } from "../../topology/parameters";
import {
    databaseEnvironment,
    databaseFields,
    databaseName,
    databaseSecretNames,
    databaseUrl,
    databaseUser,
} from "../contract";
import type * as roles from "../roles";
import { container, published, replaced, running, secretRef } from "./container";

/** How an image of an engine runs: its own default of connections, and what it is told. */
interface Image {
    image(version: string): string;
    environment: Record<string, string>;
    /** Variables that hold the owner's password. */
    passwords: string[];
    data: string;
    /** Asks by TCP: while an image sets itself up, its server answers on a socket only. */
    check: string[];
    maxConnections: number;
    /** Its server with parameters of its own. */
    command(parameters: [name: string, value: string][]): string[];
}
const images: Record<EngineName, Image> = {
    postgres: {
        image: (version) => `postgres:${version}-alpine`,
        environment: { POSTGRES_DB: databaseName, POSTGRES_USER: databaseUser },
        passwords: ["POSTGRES_PASSWORD"],
        data: "/var/lib/postgresql/data",
        check: ["CMD", "pg_isready", "-h", "127.0.0.1", "-U", databaseUser, "-d", databaseName],
        maxConnections: 100,
        command: (parameters) => ["postgres", ...parameters.flatMap(([name, value]) => ["-c", `${name}=${value}`])],
    },
    mysql: {
        image: (version) => `mysql:${version}`,
        environment: { MYSQL_DATABASE: databaseName, MYSQL_USER: databaseUser },
        // The server wants one for its root, who connects from inside the container only.
        passwords: ["MYSQL_PASSWORD", "MYSQL_ROOT_PASSWORD"],
        data: "/var/lib/mysql",
        // It answers to anybody, with a password or without.
        check: ["CMD", "mysqladmin", "ping", "-h", "127.0.0.1", "--silent"],
        maxConnections: 151,
        command: (parameters) => [
            "mysqld",
            ...parameters.map(([name, value]) => `--${name.replaceAll("_", "-")}=${value}`),
        ],
    },
};

export interface DatabaseArgs extends Pick<roles.DatabaseArgs, "place" | "name" | "database" | "network"> {
    /** Port on this machine, for a person's own tools. */
    publishedPort: number;
}

/** PostgreSQL or MySQL in a container, its data in a volume. Its twins are ../aws/database.ts and ../gcp/database.ts. */
export class Database extends pulumi.ComponentResource implements roles.Database {
    readonly name: string;
    readonly host: pulumi.Output<string>;
    readonly port: number;
    readonly fields: Record<string, string>;
    readonly environment: Record<string, pulumi.Input<string>>;
    readonly secrets: Record<string, roles.SecretRef>;
    readonly monitoringId: pulumi.Output<string>;
    readonly maxConnections: number;
    readonly replicaIds: pulumi.Output<string>[] = [];

    constructor(name: string, args: DatabaseArgs, opts?: pulumi.ComponentResourceOptions) {
        super("twinstack:local:Database", name, {}, opts);
        const { place, database, network } = args;
        const { engine } = database;
        const { image, environment, passwords, data: containerPath, check, maxConnections, command } = images[engine];
        const parameters = localParameters(database);
        this.name = args.name;
        this.port = engineOf(engine).port;
        this.fields = databaseFields(engine, "off");
        this.maxConnections = toldConnections(database) ?? maxConnections;
        const variables = databaseSecretNames(args.name);

        const data = new Volume(`${name}-data`, { name: `${name}-data` }, { parent: this });
        const password = new random.RandomPassword(`${name}-password`, { length: 32, special: false }, { parent: this })
            .result;
        const url = (secret: string) => databaseUrl(engine, args.name, secret, "off");
        const passwordRef = secretRef(`\${${variables.password}}`, password);
        const server = new Container(
            name,
            {
                ...container(name, {
                    place,
                    network,
                    alias: args.name,
                    environment,
                    secrets: Object.fromEntries(passwords.map((variable) => [variable, passwordRef])),
                }),
                ...running,
                image: image(database.version),
                ...(parameters.length ? { command: command(parameters) } : {}),
                ports: [published(args.publishedPort, this.port)],
                volumes: [{ volumeName: data.name, containerPath }],
                healthcheck: {
                    tests: check,
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
            port: this.port,
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
