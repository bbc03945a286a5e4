import { ecsPlaceOf } from "./cloud";
import { Missing, type CloudArgs } from "../client";
import { finder } from "../finder";
import { cloudWatch, type Figure } from "./figures";
import type { Used, UsedService } from "../client";

const [hour, day] = [3600, 86_400];
const sum = (values: number[]): number => values.reduce((total, value) => total + value, 0);

/** What CloudWatch measured of a stack. Its twin is ../gcp/used.ts. */
export async function usedOnAws(args: CloudArgs, since: Date, until: Date): Promise<Used> {
    const find = finder(args, (resources, name) => ecsPlaceOf(args, resources, name));
    const figures = cloudWatch(args);
    const deployed = await find.all();
    const names = Object.keys(args.stack.app.services).filter((name) => deployed.includes(name));
    if (!names.length) throw new Missing(`no service of stack ${args.stack.place.stack} is deployed on AWS`);
    const places = await Promise.all(names.map(find.of));
    const services: Record<string, UsedService> = {};
    const notes: string[] = [];
    let hours = 0;
    for (const [nth, name] of names.entries()) {
        const { cluster, service, targets } = places[nth];
        const ecs = (metric: string, stat: string): Figure => ({
            namespace: "AWS/ECS",
            name: metric,
            dimensions: { ClusterName: cluster, ServiceName: service },
            stat,
            period: hour,
        });
        const own = await figures(
            { cpu: ecs("CPUUtilization", "Average"), memory: ecs("MemoryUtilization", "Maximum") },
            since,
            until,
        );
        hours = Math.max(hours, own.cpu.length);
        if (!own.cpu.length) {
            notes.push(`${name}: nothing was reported.`);
            continue;
        }
        services[name] = {
            cpuPercent: Math.max(...own.cpu),
            ...(own.memory.length && { memoryPercent: Math.max(...own.memory) }),
            ...(targets.length && (await answered(targets))),
        };
    }
    const [balancer] = places.flatMap(({ targets }) => targets);
    const whole = (namespace: string, name: string, dimensions: Record<string, string>): Figure => ({
        namespace,
        name,
        dimensions,
        stat: "Sum",
        period: day,
    });
    const { out, logged } = await figures(
        {
            ...(balancer && {
                out: whole("AWS/ApplicationELB", "ProcessedBytes", { LoadBalancer: balancer.LoadBalancer }),
            }),
            ...(places[0] && { logged: whole("AWS/Logs", "IncomingBytes", { LogGroupName: places[0].logGroup }) }),
        } as Record<"out" | "logged", Figure>,
        since,
        until,
    );
    if (out)
        notes.push(
            "monthly_outbound_internet_gb is what the load balancer moved in both directions: AWS counts no other.",
        );
    return {
        since,
        until,
        days: hours / 24,
        services,
        ...(out && { outboundGb: sum(out) / 1e9 }),
        ...(logged && { logGb: sum(logged) / 1e9 }),
        notes,
    };

    async function answered(targets: { LoadBalancer: string; TargetGroup: string }[]) {
        const found = await Promise.all(
            targets.map((dimensions) => {
                const target = (name: string, stat: string): Figure => ({
                    namespace: "AWS/ApplicationELB",
                    name,
                    dimensions,
                    stat,
                    period: day,
                });
                return figures(
                    {
                        requests: target("RequestCount", "Sum"),
                        seconds: target("TargetResponseTime", "Sum"),
                        answers: target("TargetResponseTime", "SampleCount"),
                    },
                    since,
                    until,
                );
            }),
        );
        const answers = sum(found.flatMap((one) => one.answers));
        return {
            requests: sum(found.flatMap((one) => one.requests)),
            ...(answers && { averageMs: (1000 * sum(found.flatMap((one) => one.seconds))) / answers }),
        };
    }
}
