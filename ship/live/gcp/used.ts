import { Missing, type CloudArgs } from "../client";
import { finder } from "../finder";
import { runPlaceOf } from "./cloud";
import { google } from "./ask";
import { series, type SeriesQuery } from "./figures";
import type { Used, UsedService } from "../client";

const [hour, day] = [3600, 86_400];
const sum = (values: number[]): number => values.reduce((total, value) => total + value, 0);

/** What Cloud Monitoring measured of a stack. Its twin is ../aws/used.ts. */
export async function usedOnGcp(args: CloudArgs, since: Date, until: Date): Promise<Used> {
    const { project } = args.stack.place;
    const api = google({ project, ...args });
    const find = finder(args, (resources, name) => runPlaceOf(args, resources, name));
    const deployed = await find.all();
    const names = Object.keys(args.stack.app.services).filter((name) => deployed.includes(name));
    if (!names.length) throw new Missing(`no service of stack ${args.stack.place.stack} is deployed on Google Cloud`);
    const ask = (filter: string, how: Pick<SeriesQuery, "period" | "aligner" | "reducer">) =>
        series(api, project, { filter, from: since, to: until, ...how });
    const oneOf = (label: string, values: string[]) =>
        `(${values.map((value) => `resource.labels.${label} = ${JSON.stringify(value)}`).join(" OR ")})`;
    const services: Record<string, UsedService> = {};
    const notes = ["monthly_log_gb is not measured: it follows from the requests."];
    let [hours, bytes] = [0, 0];
    for (const name of names) {
        const { services: ids, worker, backends } = await find.of(name);
        const [type, label] = worker
            ? ["cloud_run_worker_pool", "worker_pool_name"]
            : ["cloud_run_revision", "service_name"];
        const whose = oneOf(
            label,
            ids.map((id) => id.split("/").at(-1)!),
        );
        const run = (metric: string, reducer: string) =>
            ask(`resource.type = "${type}" AND metric.type = "run.googleapis.com/container/${metric}" AND ${whose}`, {
                period: hour,
                aligner: "ALIGN_DELTA",
                reducer,
            });
        const [cpu, memory] = await Promise.all([
            run("cpu/utilizations", "REDUCE_MEAN"),
            run("memory/utilizations", "REDUCE_PERCENTILE_99"),
        ]);
        hours = Math.max(hours, cpu.length);
        if (!cpu.length) {
            notes.push(`${name}: nothing was reported.`);
            continue;
        }
        services[name] = {
            // Shares, of 1.
            cpuPercent: 100 * Math.max(...cpu),
            ...(memory.length && { memoryPercent: 100 * Math.max(...memory) }),
        };
        if (!backends.length) continue;
        const balancer = (metric: string, reducer: string, period = day) =>
            ask(
                `resource.type = "https_lb_rule" AND metric.type = "loadbalancing.googleapis.com/https/${metric}" AND ${oneOf("backend_target_name", backends)}`,
                { period, aligner: "ALIGN_DELTA", reducer },
            );
        const [requests, latency, sent] = await Promise.all([
            balancer("request_count", "REDUCE_SUM"),
            // One number for all of it.
            balancer("backend_latencies", "REDUCE_MEAN", Math.round((until.getTime() - since.getTime()) / 1000)),
            balancer("response_bytes_count", "REDUCE_SUM"),
        ]);
        bytes += sum(sent);
        Object.assign(services[name], {
            requests: sum(requests),
            ...(latency.length && { averageMs: latency[0] }),
        });
    }
    const counted = Object.values(services).some(({ requests }) => requests !== undefined);
    return {
        since,
        until,
        days: hours / 24,
        services,
        ...(counted && { outboundGb: bytes / 1e9 }),
        notes,
    };
}
