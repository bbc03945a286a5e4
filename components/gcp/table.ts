import * as firestore from "@pulumi/gcp/firestore";
import * as projects from "@pulumi/gcp/projects";
import * as pulumi from "@pulumi/pulumi";

import type * as topology from "../../topology/app";
import { tableEnvironment } from "../contract";
import { sortedEntries } from "../map";
import type * as roles from "../roles";

/**
 * A Firestore database with one collection, named as the table. Its twin is ../aws/table.ts.
 *
 * A document is named by the item's partition key, or, where there is a sort key too, by whatever the app makes of both.
 * Firestore encrypts everything by itself.
 */
export class Table extends pulumi.ComponentResource implements roles.Table {
    readonly name: string;
    readonly table: pulumi.Output<string>;
    readonly monitoringId: pulumi.Output<string>;
    readonly environment: Record<string, pulumi.Input<string>>;
    readonly secrets = {};
    private readonly project: string;
    private readonly database: pulumi.Output<string>;

    constructor(name: string, args: roles.TableArgs, opts?: pulumi.ComponentResourceOptions) {
        super("twinstack:gcp:Table", name, {}, opts);
        const { place, table, deletionProtection } = args;
        this.name = args.name;
        this.project = place.project;

        // Its name is Pulumi's to choose: Firestore does not give that of a deleted database away for minutes.
        const database = new firestore.Database(
            name,
            {
                locationId: place.region,
                type: "FIRESTORE_NATIVE",
                pointInTimeRecoveryEnablement: `POINT_IN_TIME_RECOVERY_${table.pointInTimeRecovery ? "ENABLED" : "DISABLED"}`,
                deleteProtectionState: `DELETE_PROTECTION_${deletionProtection ? "ENABLED" : "DISABLED"}`,
                // By default the provider only forgets it.
                deletionPolicy: "DELETE",
            },
            { parent: this, protect: deletionProtection },
        );
        const within = { database: database.name, collection: args.name };
        if (table.ttl)
            new firestore.Field(`${name}-ttl`, { ...within, field: table.ttl, ttlConfig: {} }, { parent: this });
        for (const { role, fields } of compositeIndexes(table))
            new firestore.Index(`${name}-${role}`, { ...within, queryScope: "COLLECTION", fields }, { parent: this });

        this.database = database.name;
        this.table = pulumi.output(args.name);
        this.monitoringId = database.name;
        this.environment = tableEnvironment(args.name, { table: args.name, url: this.url(args) });
        this.registerOutputs({ table: this.table });
    }

    grant(name: string, member: pulumi.Output<string>, parent: pulumi.Resource): pulumi.Resource[] {
        // Databases have no policies of their own: the role is given in the project, on condition.
        const condition = {
            title: `${this.name} only`,
            expression: pulumi.interpolate`resource.name == "projects/${this.project}/databases/${this.database}"`,
        };
        const grant = { project: this.project, role: "roles/datastore.user", member, condition };
        return [new projects.IAMMember(name, grant, { parent })];
    }

    /** As Go CDK's docstore takes it, which names documents by one field: none is said where it takes two. */
    private url({ place, table }: roles.TableArgs): pulumi.Output<string> {
        const nameField = table.sortKey ? "" : `?name_field=${table.partitionKey.name}`;
        return pulumi.interpolate`firestore://projects/${place.project}/databases/${this.database}/documents/${this.name}${nameField}`;
    }
}

/** Role → fields of the indexes over two fields. Firestore has one over each single field by itself. */
function compositeIndexes({ partitionKey, sortKey, indexes }: topology.Table) {
    const all = { keys: { partitionKey, sortKey }, ...prefixed("index", indexes) };
    return sortedEntries(all).flatMap(([role, { partitionKey, sortKey }]) =>
        sortKey ? [{ role, fields: [ascending(partitionKey), ascending(sortKey)] }] : [],
    );
}

const prefixed = <T>(prefix: string, parts: Record<string, T>): Record<string, T> =>
    Object.fromEntries(Object.entries(parts).map(([name, part]) => [`${prefix}-${name}`, part]));
const ascending = ({ name }: { name: string }) => ({ fieldPath: name, order: "ASCENDING" });
