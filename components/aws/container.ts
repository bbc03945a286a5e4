import * as pulumi from "@pulumi/pulumi";

import { tracingEnvironment } from "../contract";
import { sortedEntries } from "../map";
import type * as roles from "../roles";

/** AWS Distro for OpenTelemetry; its ECS configuration takes OTLP and hands traces to X-Ray. */
const collectorImage = "public.ecr.aws/aws-observability/aws-otel-collector:v0.48.0";

/** The containers of a service's task, as the JSON that a task definition takes; lists sorted, so that order is no change. */
export function containerDefinitions(args: roles.ServiceArgs): pulumi.Output<string> {
    const { name, service, image, platform, place, backings, tracing } = args;
    const port = Object.values(service.ports)[0];
    const environment: Record<string, pulumi.Input<string>> = Object.assign(
        { PORT: String(port) },
        ...backings.map((backing) => backing.environment),
        tracingEnvironment(name, tracing),
        service.env,
    );
    const secrets: Record<string, roles.SecretRef> = Object.assign(
        {},
        ...backings.map((backing) => backing.secrets),
        args.secrets,
    );
    const logConfiguration = {
        logDriver: "awslogs",
        options: {
            "awslogs-group": platform.logs,
            "awslogs-region": place.region,
            "awslogs-stream-prefix": name,
            // A slow log service must not stop the app; what does not fit into the buffer is lost.
            mode: "non-blocking",
            "max-buffer-size": "25m",
        },
    };
    const writable = service.aws.readonlyRootFilesystem
        ? [{ sourceVolume: "tmp", containerPath: "/tmp", readOnly: false }]
        : [];

    const app = {
        name,
        image: image.reference,
        essential: true,
        portMappings: [{ containerPort: port, protocol: "tcp" }],
        environment: sortedEntries(environment).map(([key, value]) => ({ name: key, value })),
        secrets: sortedEntries(secrets).map(([key, ref]) => ({ name: key, valueFrom: ref.valueFrom })),
        readonlyRootFilesystem: service.aws.readonlyRootFilesystem,
        mountPoints: writable,
        // PID 1 passes signals on and reaps children.
        linuxParameters: { initProcessEnabled: true },
        stopTimeout: 30,
        logConfiguration,
    };
    const collector = {
        name: "otel-collector",
        image: collectorImage,
        // An app outlives its collector.
        essential: false,
        command: ["--config=/etc/ecs/ecs-default-config.yaml"],
        readonlyRootFilesystem: true,
        logConfiguration,
    };
    return pulumi.jsonStringify(tracing.enabled ? [app, collector] : [app]);
}
