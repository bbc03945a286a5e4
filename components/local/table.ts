import { Container } from "@pulumi/docker/container";
import * as pulumi from "@pulumi/pulumi";

import type * as topology from "../../topology/app";
import { tableEnvironment } from "../contract";
import { sortedEntries } from "../map";
import type * as roles from "../roles";
import { container, once, replaced } from "./container";
import { dynamodbEnvironment, type Dynamodb } from "./dynamodb";

/** A table in DynamoDB Local. Its twins are ../aws/table.ts and ../gcp/table.ts. */
export class Table extends pulumi.ComponentResource implements roles.Table {
    readonly name: string;
    readonly table: pulumi.Output<string>;
    readonly environment: Record<string, pulumi.Input<string>>;
    readonly secrets = {};

    constructor(
        name: string,
        args: Pick<roles.TableArgs, "place" | "name" | "table"> & { network: roles.Network; server: Dynamodb },
        opts?: pulumi.ComponentResourceOptions,
    ) {
        super("twinstack:local:Table", name, {}, opts);
        const { place, network, table } = args;
        this.name = args.name;
        new Container(
            `${name}-create`,
            {
                ...container(`${name}-create`, {
                    place,
                    network,
                    alias: `${args.name}-create`,
                    environment: dynamodbEnvironment,
                }),
                ...once,
                image: "amazon/aws-cli:2.27.9",
                entrypoints: ["sh", "-c"],
                command: [createScript(name, table)],
            },
            { ...replaced(this), dependsOn: [args.server] },
        );
        this.table = pulumi.output(name);
        const { partitionKey, sortKey } = table;
        const keys = `partition_key=${partitionKey.name}${sortKey ? `&sort_key=${sortKey.name}` : ""}`;
        this.environment = {
            ...tableEnvironment(args.name, { table: this.table, url: `dynamodb://${name}?${keys}` }),
            ...dynamodbEnvironment,
        };
        this.registerOutputs({ table: this.table });
    }
}

type Keys = Pick<topology.Table, "partitionKey" | "sortKey">;

const keySchema = ({ partitionKey, sortKey }: Keys) => [
    { AttributeName: partitionKey.name, KeyType: "HASH" },
    ...(sortKey ? [{ AttributeName: sortKey.name, KeyType: "RANGE" }] : []),
];

/** Waits for the server, which the image has no tool to ask, and makes the table unless it is there. */
function createScript(name: string, table: topology.Table): string {
    const keys = [table, ...Object.values(table.indexes)].flatMap(({ partitionKey, sortKey }: Keys) =>
        sortKey ? [partitionKey, sortKey] : [partitionKey],
    );
    const types = Object.fromEntries(keys.map((key) => [key.name, key.type === "number" ? "N" : "S"]));
    const indexes = sortedEntries(table.indexes).map(([IndexName, index]) => ({
        IndexName,
        KeySchema: keySchema(index),
        Projection: { ProjectionType: "ALL" },
    }));
    const input = JSON.stringify({
        TableName: name,
        BillingMode: "PAY_PER_REQUEST",
        KeySchema: keySchema(table),
        AttributeDefinitions: sortedEntries(types).map(([AttributeName, AttributeType]) => ({
            AttributeName,
            AttributeType,
        })),
        ...(indexes.length ? { GlobalSecondaryIndexes: indexes } : {}),
    });
    const ttl = table.ttl
        ? ` && aws dynamodb update-time-to-live --table-name ${name} --time-to-live-specification Enabled=true,AttributeName=${table.ttl}`
        : "";
    return [
        "for i in 1 2 3 4 5 6 7 8 9 10; do aws dynamodb list-tables >/dev/null 2>&1 && break; sleep 1; done",
        `aws dynamodb describe-table --table-name ${name} >/dev/null 2>&1 || { aws dynamodb create-table --cli-input-json '${input}'${ttl}; }`,
    ].join("; ");
}
