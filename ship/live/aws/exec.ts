import type { Session as SsmSession, Task } from "@aws-sdk/client-ecs";

import { ecsPlaceOf } from "./cloud";
import { awsAsk, awsSettings } from "./ask";
import { Missing, type CloudArgs } from "../client";
import { finder, named } from "../finder";

/** A way into a container, open for whoever has its token: it is handed to AWS's own program and shown nowhere. */
export interface Session {
    session: SsmSession;
    region: string;
}

/**
 * Opens a session in a running task of a service by ECS Exec.
 * @throws Missing if no task takes one, NotAllowed if ECS refuses
 */
export async function openSession(
    args: Pick<CloudArgs, "stack" | "state" | "endpoint" | "patience">,
    name: string,
    command: string[],
): Promise<Session> {
    const find = finder(args, (resources, one) => ecsPlaceOf(args, resources, one));
    const { cluster, service } = await find.of(name);
    const sdk = await import("@aws-sdk/client-ecs");
    const client = new sdk.ECSClient(awsSettings(args));
    const ask = awsAsk(args);
    const running = new sdk.ListTasksCommand({ cluster, serviceName: service, desiredStatus: "RUNNING" });
    const { taskArns = [] } = await ask((options) => client.send(running, options));
    if (!taskArns.length) throw new Missing(`no task of ${name} runs`);
    const these = new sdk.DescribeTasksCommand({ cluster, tasks: taskArns });
    const { tasks = [] } = await ask((options) => client.send(these, options));
    const container = named(args.stack.app, name).service;
    const task = tasks.find((one) => takesCommands(one, container));
    if (!task) {
        const off = tasks.every(({ enableExecuteCommand }) => !enableExecuteCommand);
        throw new Missing(
            off
                ? `the tasks of ${name} were started before aws.exec was on: pulumi up starts new ones`
                : `in no task of ${name} does the agent run that takes commands: wait until one has started; the image must have a writable root`,
        );
    }
    const execute = new sdk.ExecuteCommandCommand({
        cluster,
        task: task.taskArn,
        container,
        // ECS knows no other kind.
        interactive: true,
        command: command.map(quoted).join(" "),
    });
    const { session } = await ask((options) => client.send(execute, options));
    if (!session?.sessionId || !session.tokenValue || !session.streamUrl)
        throw new Error("ECS answers without a session");
    return { session, region: args.stack.place.region };
}

const takesCommands = ({ lastStatus, enableExecuteCommand, containers = [] }: Task, container: string): boolean =>
    lastStatus === "RUNNING" &&
    enableExecuteCommand === true &&
    containers.some(
        ({ name, managedAgents = [] }) =>
            name === container &&
            managedAgents.some((agent) => agent.name === "ExecuteCommandAgent" && agent.lastStatus === "RUNNING"),
    );

/** A word as a shell takes it for one. */
export const quoted = (word: string): string =>
    /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
