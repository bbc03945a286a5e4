import type { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import type { ECSClient, Task } from "@aws-sdk/client-ecs";

import type { State } from "../../../operate/state";
import { endpoints } from "../../../topology/endpoints";
import { candidateName } from "../../../topology/rollout";
import { awsAsk, awsSettings, type AwsAsk } from "./ask";
import { Missing, type CloudArgs, type LiveCloud } from "../client";
import { finder, idOf, named } from "../finder";
import { minute, type KeyedLine, logsBy } from "../logs";
import { cloudWatch, type Figure, type Figures } from "./figures";
import type { Measured, Stopped } from "../../deps";

/** What a service is called at AWS. */
export interface EcsPlace {
    cluster: string;
    service: string;
    /** Dimensions of its target groups; none of a private service, and of a worker. */
    targets: { LoadBalancer: string; TargetGroup: string }[];
    logGroup: string;
    /** Begins the names of its log streams. */
    streams: string;
}

/** Finds a service, or its candidate, in the state of its stack. */
export function ecsPlaceOf(
    { stack }: Pick<CloudArgs, "stack">,
    resources: State["resources"],
    name: string,
): EcsPlace | undefined {
    const { app, place } = stack;
    const { service, candidate } = named(app, name);
    const at = (type: string, part: string) => idOf(resources, type, `${place.prefix}-${part}`);
    // arn:aws:ecs:<region>:<account>:service/<cluster>/<service>
    const [, cluster, called] = at("aws:ecs/service:Service", name)?.split("/") ?? [];
    const logGroup = at("aws:cloudwatch/logGroup:LogGroup", "platform-logs");
    if (!cluster || !called || !logGroup) return undefined;
    const balancer = at("aws:lb/loadBalancer:LoadBalancer", "lb")?.split(":loadbalancer/")[1];
    const own = endpoints({ services: { [service]: app.services[service] } });
    const groups = own.map(({ key, protocol }) =>
        at(
            "aws:lb/targetGroup:TargetGroup",
            `lb-${candidate ? candidateName(key) : key}${protocol === "http" ? "" : `-${protocol}`}`,
        )
            ?.split(":")
            .at(-1),
    );
    if (own.length && (!balancer || groups.includes(undefined))) return undefined;
    const targets = groups.map((group) => ({ LoadBalancer: balancer!, TargetGroup: group! }));
    return { cluster, service: called, targets, logGroup, streams: `${name}/` };
}

/** Milliseconds between two questions of whoever follows a log. */
const followed = 3000;

/** ECS, CloudWatch and its logs. Its twin is ../gcp/cloud.ts. */
export async function awsCloud(args: CloudArgs): Promise<LiveCloud> {
    const places = finder(args, (resources, name) => ecsPlaceOf(args, resources, name));
    const place = places.of;
    const settings = awsSettings(args);
    let ecs: Promise<Ecs> | undefined;
    let logs: Promise<Logs> | undefined;
    const ecsOf = () => (ecs ??= ecsClient(settings));
    const figures = cloudWatch(args);
    const logsOf = () => (logs ??= logsClient(settings));
    const ask = awsAsk(args);

    async function* lines(names: string[], since: Date, until?: Date): AsyncGenerator<KeyedLine> {
        const { client, filterLogEvents } = await logsOf();
        const found: AsyncGenerator<KeyedLine>[] = [];
        for (const name of names) found.push(linesOf(name, await place(name), client, filterLogEvents, since, until));
        yield* merged(found);
    }
    async function* linesOf(
        name: string,
        { logGroup, streams }: EcsPlace,
        client: CloudWatchLogsClient,
        filter: Logs["filterLogEvents"],
        since: Date,
        until?: Date,
    ): AsyncGenerator<KeyedLine> {
        let nextToken: string | undefined;
        do {
            const next = new filter({
                logGroupName: logGroup,
                logStreamNamePrefix: streams,
                startTime: since.getTime(),
                // What is at the end itself is in it.
                endTime: until && until.getTime() - 1,
                nextToken,
            });
            const page = await ask((options) => client.send(next, options));
            for (const { eventId, timestamp, message, logStreamName } of page.events ?? []) {
                if (timestamp === undefined || message === undefined)
                    throw new Error("CloudWatch Logs answers with an event without time or text");
                const source = logStreamName?.slice(streams.length) ?? "";
                const key = eventId ?? `${source} ${timestamp} ${message}`;
                yield { key, at: new Date(timestamp), service: name, source, text: message };
            }
            nextToken = page.nextToken;
        } while (nextToken);
    }

    return {
        metrics: async (name, since, until) => {
            const { targets } = await place(name);
            if (!targets.length) throw new Missing(`${name} is behind no load balancer that would count its requests`);
            return measured(targets, since, until, figures);
        },
        events: async (name, since) => {
            const { events = [] } = await described(await place(name), await ecsOf(), ask);
            return events
                .filter(({ createdAt }) => createdAt && createdAt >= since)
                .sort((a, b) => a.createdAt!.getTime() - b.createdAt!.getTime())
                .map(({ createdAt, message }) => `${createdAt!.toISOString()} ${message ?? ""}`);
        },
        stopped: async (name, since) => {
            const { cluster, service } = await place(name);
            const { client, listTasks, describeTasks } = await ecsOf();
            const ended: Stopped[] = [];
            let nextToken: string | undefined;
            do {
                const next = new listTasks({ cluster, serviceName: service, desiredStatus: "STOPPED", nextToken });
                const page = await ask((options) => client.send(next, options));
                nextToken = page.nextToken;
                if (!page.taskArns?.length) continue;
                const these = new describeTasks({ cluster, tasks: page.taskArns });
                const { tasks = [] } = await ask((options) => client.send(these, options));
                ended.push(...tasks.flatMap(stoppedOf));
            } while (nextToken);
            return ended
                .filter(({ at }) => at === undefined || at >= since)
                .sort((a, b) => (a.at?.getTime() ?? 0) - (b.at?.getTime() ?? 0));
        },
        deployed: places.all,
        running: async (name) => {
            const { runningCount } = await described(await place(name), await ecsOf(), ask);
            if (runningCount === undefined) throw new Error("ECS answers without the number of tasks that run");
            return runningCount;
        },
        ...logsBy(lines, args, followed),
    };
}

type Settings = ReturnType<typeof awsSettings>;

async function ecsClient(settings: Settings) {
    const sdk = await import("@aws-sdk/client-ecs");
    const client: ECSClient = new sdk.ECSClient(settings);
    return {
        client,
        describeServices: sdk.DescribeServicesCommand,
        listTasks: sdk.ListTasksCommand,
        describeTasks: sdk.DescribeTasksCommand,
    };
}
type Ecs = Awaited<ReturnType<typeof ecsClient>>;

async function logsClient(settings: Settings) {
    const sdk = await import("@aws-sdk/client-cloudwatch-logs");
    const client: CloudWatchLogsClient = new sdk.CloudWatchLogsClient(settings);
    return { client, filterLogEvents: sdk.FilterLogEventsCommand };
}
type Logs = Awaited<ReturnType<typeof logsClient>>;

async function described({ cluster, service }: EcsPlace, { client, describeServices }: Ecs, ask: AwsAsk) {
    const { services = [], failures = [] } = await ask((options) =>
        client.send(new describeServices({ cluster, services: [service] }), options),
    );
    const [found] = services;
    if (!found || found.status === "INACTIVE")
        throw new Missing(
            `ECS does not know service ${service} of the state: ${failures[0]?.reason ?? found?.status ?? "no answer"}`,
        );
    return found;
}

/** Why ECS stopped a task: by itself, or because a container ended. */
const byItself = ["EssentialContainerExited", "TaskFailedToStart"];

/**
 * What a task that has ended tells. An exit code is its own only where it ended by itself: what ECS, Spot or a person stops ends by a
 * signal, which is no fault of the version.
 */
export function stoppedOf(task: Task): Stopped[] {
    const { stoppedAt, stoppingAt, stoppedReason, stopCode, containers = [] } = task;
    const own = byItself.includes(stopCode ?? "");
    const failed = containers.find(({ exitCode }) => exitCode !== undefined && exitCode !== 0);
    const code = failed?.exitCode ?? containers.find(({ exitCode }) => exitCode !== undefined)?.exitCode;
    const reasons = containers.flatMap(({ name, reason }) => (reason ? [`${name}: ${reason}`] : []));
    const words = [stoppedReason ?? stopCode ?? "no reason is given", ...reasons];
    const at = stoppedAt ?? stoppingAt;
    return [
        {
            ...(at && { at }),
            ...(own && code !== undefined && { exitCode: code }),
            reason: `${failed && own ? `${failed.name} ended: ` : ""}${words.join("; ")}`,
        },
    ];
}

/**
 * Requests to target groups. A connection to a target that cannot be opened counts as an error: the load balancer answers 502, and
 * counts that with no target group. Minutes are whole: the first one is that in which the window begins.
 */
async function measured(targets: EcsPlace["targets"], since: Date, until: Date, figures: Figures): Promise<Measured> {
    const from = new Date(Math.floor(since.getTime() / minute) * minute);
    const to = new Date(Math.max(Math.ceil(until.getTime() / minute) * minute, from.getTime() + minute));
    const whole = (to.getTime() - from.getTime()) / 1000;
    const found = await Promise.all(
        targets.map((dimensions) => {
            const figure = (name: string, stat = "Sum", period = 60): Figure => ({
                namespace: "AWS/ApplicationELB",
                name,
                dimensions,
                stat,
                period,
            });
            return figures(
                {
                    requests: figure("RequestCount"),
                    errors: figure("HTTPCode_Target_5XX_Count"),
                    unreached: figure("TargetConnectionErrorCount"),
                    p99: figure("TargetResponseTime", "p99", whole),
                },
                from,
                to,
            );
        }),
    );
    const requests = sum(found.flatMap((one) => one.requests));
    const slowest = found.flatMap(({ p99 }) => p99);
    return {
        requests,
        errors: Math.min(requests, sum(found.flatMap(({ errors, unreached }) => [...errors, ...unreached]))),
        ...(slowest.length && { p99Seconds: Math.max(...slowest) }),
    };
}

const sum = (values: number[]): number => values.reduce((total, value) => total + value, 0);

/** Several logs as one, in the order of their times. */
async function* merged(logs: AsyncGenerator<KeyedLine>[]): AsyncGenerator<KeyedLine> {
    const heads = await Promise.all(logs.map((log) => log.next()));
    for (;;) {
        let first = -1;
        heads.forEach((head, nth) => {
            if (!head.done && (first < 0 || head.value.at < (heads[first].value as KeyedLine).at)) first = nth;
        });
        if (first < 0) return;
        yield heads[first].value as KeyedLine;
        heads[first] = await logs[first].next();
    }
}
