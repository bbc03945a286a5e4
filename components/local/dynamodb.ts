import { Container } from "@pulumi/docker/container";
import { Volume } from "@pulumi/docker/volume";
import * as pulumi from "@pulumi/pulumi";

import type * as roles from "../roles";
import { container, published, replaced, running } from "./container";

const alias = "dynamodb-local";
const port = 8000;

/** What the AWS SDKs read; DynamoDB Local takes any credentials. As ECS does, both names of the region: boto3 knows one. */
export const dynamodbEnvironment = {
    AWS_ENDPOINT_URL_DYNAMODB: `http://${alias}:${port}`,
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
    AWS_DEFAULT_REGION: "us-east-1",
    AWS_REGION: "us-east-1",
};

/** Amazon's DynamoDB in a container: one server for all tables of a stack, as a service's SDK knows one address. */
export class Dynamodb extends pulumi.ComponentResource {
    constructor(
        name: string,
        {
            place,
            network,
            publishedPort,
        }: { place: roles.Place; network: roles.Network; /** On this machine. */ publishedPort: number },
        opts?: pulumi.ComponentResourceOptions,
    ) {
        super("twinstack:local:Dynamodb", name, {}, opts);
        const data = new Volume(`${name}-data`, { name: `${name}-data` }, { parent: this });
        new Container(
            name,
            {
                ...container(name, { place, network, alias }),
                ...running,
                image: "amazon/dynamodb-local:2.6.1",
                command: ["-jar", "DynamoDBLocal.jar", "-sharedDb", "-dbPath", "/data"],
                // Volumes are root's, and the image's own user could not write.
                user: "root",
                ports: [published(publishedPort, port)],
                volumes: [{ volumeName: data.name, containerPath: "/data" }],
                destroyGraceSeconds: 10,
            },
            replaced(this),
        );
        this.registerOutputs({});
    }
}
