import * as dynamodb from "@pulumi/aws/dynamodb";
import * as iam from "@pulumi/aws/iam";
import * as pulumi from "@pulumi/pulumi";

import type * as topology from "../../topology/app";
import { tableEnvironment } from "../contract";
import { sortedEntries } from "../map";
import type * as roles from "../roles";

/** What reading and writing items takes; `DescribeTable` is how a health check asks whether the table is there. */
const itemActions = [
    "BatchGetItem",
    "BatchWriteItem",
    "ConditionCheckItem",
    "DeleteItem",
    "DescribeTable",
    "GetItem",
    "PutItem",
    "Query",
    "Scan",
    "UpdateItem",
].map((action) => `dynamodb:${action}`);

/** An Amazon DynamoDB table, paid by request. Its twin is ../gcp/table.ts. */
export class Table extends pulumi.ComponentResource implements roles.Table {
    readonly name: string;
    readonly table: pulumi.Output<string>;
    readonly monitoringId: pulumi.Output<string>;
    readonly environment: Record<string, pulumi.Input<string>>;
    readonly secrets = {};
    private readonly arn: pulumi.Output<string>;

    constructor(name: string, args: roles.TableArgs, opts?: pulumi.ComponentResourceOptions) {
        super("twinstack:aws:Table", name, {}, opts);
        const { table, deletionProtection } = args;
        this.name = args.name;

        const made = new dynamodb.Table(
            name,
            {
                billingMode: "PAY_PER_REQUEST",
                hashKey: table.partitionKey.name,
                rangeKey: table.sortKey?.name,
                attributes: attributes(table),
                globalSecondaryIndexes: sortedEntries(table.indexes).map(([index, keys]) => ({
                    name: index,
                    keySchemas: keySchema(keys),
                    projectionType: "ALL",
                })),
                ttl: table.ttl ? { attributeName: table.ttl, enabled: true } : undefined,
                pointInTimeRecovery: { enabled: table.pointInTimeRecovery },
                // By the account's key for DynamoDB, whose use is logged; without it, by one that nobody sees.
                serverSideEncryption: { enabled: true },
                deletionProtectionEnabled: deletionProtection,
            },
            { parent: this, protect: deletionProtection },
        );

        this.arn = made.arn;
        this.table = made.name;
        this.monitoringId = made.name;
        this.environment = tableEnvironment(args.name, { table: made.name, url: tableUrl(made.name, table) });
        this.registerOutputs({ table: this.table });
    }

    grant(name: string, identity: pulumi.Output<string>, parent: pulumi.Resource): pulumi.Resource[] {
        const policy = pulumi.jsonStringify({
            Version: "2012-10-17",
            Statement: [
                { Effect: "Allow", Action: itemActions, Resource: [this.arn, pulumi.interpolate`${this.arn}/index/*`] },
            ],
        });
        return [new iam.RolePolicy(name, { role: identity, policy }, { parent })];
    }
}

type Keys = Pick<topology.Table, "partitionKey" | "sortKey">;

const keySchema = ({ partitionKey, sortKey }: Keys) => [
    { attributeName: partitionKey.name, keyType: "HASH" },
    ...(sortKey ? [{ attributeName: sortKey.name, keyType: "RANGE" }] : []),
];

/** Every attribute that is a key of the table or of an index, once; DynamoDB asks for no others. */
function attributes(table: topology.Table): { name: string; type: string }[] {
    const keys = [table, ...Object.values(table.indexes)].flatMap(({ partitionKey, sortKey }: Keys) =>
        sortKey ? [partitionKey, sortKey] : [partitionKey],
    );
    const types = Object.fromEntries(keys.map(({ name, type }) => [name, type]));
    return sortedEntries(types).map(([name, type]) => ({ name, type: type === "number" ? "N" : "S" }));
}

/** As Go CDK's docstore takes it. */
function tableUrl(name: pulumi.Output<string>, { partitionKey, sortKey }: Keys): pulumi.Output<string> {
    const keys = `partition_key=${partitionKey.name}${sortKey ? `&sort_key=${sortKey.name}` : ""}`;
    return pulumi.interpolate`dynamodb://${name}?${keys}`;
}
