import type { PlanResource } from "../../plan/resource";
import type { Context, Pricing } from "../cost";
import { counted, daysPerMonth, item, kbPerGb, listOf, numberOf, serviceLogs, show } from "../quantities";

/** Names of the log groups that services write to. */
const servicesBegin = "/ecs/";

/** What is written to a log group in a month: by a firewall, a database, or the services. */
function written(group: PlanResource, context: Context): { gb: number; formula: string } {
    const name = String(group.inputs.name ?? "");
    const [logging] = context.referring(group, "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration");
    if (logging) {
        const { averageAccessLogKb } = context.usageOf(group);
        const acls = context.behind(logging, "aws:wafv2/webAcl:WebAcl", "resourceArn");
        const ofCdn = acls.some(({ inputs }) => inputs.scope === "CLOUDFRONT");
        const requests = context.requests * (ofCdn ? context.delivered : 1 - context.cached);
        return {
            gb: (requests * averageAccessLogKb) / kbPerGb,
            formula: `${show(requests)} requests × ${show(averageAccessLogKb)} KB`,
        };
    }
    if (name.startsWith("/aws/rds/")) {
        // What an upgrade or MySQL's error log says is not worth counting.
        const gb = /\/(postgresql|slowquery)$/.test(name) ? context.usageOf(group).monthlyDatabaseLogGb : 0;
        return { gb, formula: `${show(gb)} GB` };
    }
    if (context.referring(group, "aws:ec2/flowLog:FlowLog").length > 0) {
        const gb = context.usageOf(group).monthlyFlowLogGb;
        return { gb, formula: `${show(gb)} GB` };
    }
    if (name.startsWith("/codebuild/")) {
        const gb = context.usageOf(group).monthlyBuildLogGb;
        return { gb, formula: `${show(gb)} GB` };
    }
    if (name.startsWith("/aws/vendedlogs/states/")) return { gb: 0, formula: "failures alone" };
    if (!name.startsWith(servicesBegin)) return { gb: 0, formula: "nothing of the stack writes to it" };
    const groups = context.once(
        "groups of services",
        () => context.all(group.type).filter(({ inputs }) => String(inputs.name).startsWith(servicesBegin)).length,
    );
    const { gb, formula } = serviceLogs(context);
    return { gb: gb / groups, formula: groups > 1 ? `${formula} / ${groups} groups` : formula };
}

/** Ingestion, and storage for as long as the group keeps it. */
export const logGroup: Pricing = (group, context) => {
    const { gb, formula } = written(group, context);
    // Without a retention nothing is forgotten: what a year has gathered.
    const days = numberOf(group.inputs.retentionInDays, 0) || 365;
    // A CDN's firewall logs where it lives, whatever the stack's region.
    const { region } = group.inputs;
    const items = [
        item("Ingestion", "aws.cloudwatch.logs_ingest_gb", gb, formula),
        item(
            "Storage",
            "aws.cloudwatch.logs_storage_gb_month",
            (gb * days) / daysPerMonth,
            `${show(gb)} GB × ${days} / ${daysPerMonth} d`,
        ),
    ];
    return typeof region === "string" ? items.map((one) => ({ ...one, region })) : items;
};

/** An alarm is paid for every metric that it watches; below a minute, as high resolution. */
export const metricAlarm: Pricing = ({ inputs }) => {
    const queries = listOf(inputs.metricQueries).filter(({ metric }) => metric !== undefined);
    const metrics = Math.max(1, queries.length);
    const periods = [inputs.period, ...queries.map(({ metric }) => (metric as { period?: unknown }).period)];
    const fast = periods.some((period) => numberOf(period, 60) < 60);
    return [
        item(
            fast ? "High-resolution alarm" : "Alarm",
            fast ? "aws.cloudwatch.alarm_highres_month" : "aws.cloudwatch.alarm_standard_month",
            metrics,
            counted(metrics, "metric"),
        ),
    ];
};

export const dashboard: Pricing = () => [item("Dashboard", "aws.cloudwatch.dashboard_month", 1, "1 dashboard")];
