import type { PlanResource } from "../../plan/resource";
import type { Context, Pricing } from "../cost";
import { runsOf, times } from "../hours";
import { item, listOf, mapOf, per, show } from "../quantities";
import { sizeOf } from "./compute";

const schedulerJob = "gcp:cloudscheduler/job:Job";
/** Cloud Run bills a task of a job for a minute at least. */
const leastSeconds = 60;

/** Each entry of the schedule, however often it runs. */
export const schedule: Pricing = () => [item("Schedule", "gcp.scheduler.job_month", 1, "1 schedule")];

/** CPU and memory while it runs, at the price of instances: as its schedules say, or at each build. */
export const runJob: Pricing = (job, context) => {
    const { averageJobSeconds, monthlyJobRuns, monthlyBuilds } = context.usageOf(job);
    const schedules = context.referring(job, schedulerJob).map(({ inputs }) => runsOf(String(inputs.schedule)));
    const { count, formula } = times(
        schedules.length ? schedules.reduce((sum, runs) => sum + runs, 0) : (monthlyJobRuns ?? monthlyBuilds),
    );
    const { vcpu, gib } = sizeOf(listOf(mapOf(mapOf(job.inputs.template).template).containers));
    const seconds = Math.max(averageJobSeconds, leastSeconds);
    const time = `${formula} × ${show(seconds)} s`;
    return [
        item("vCPU of runs", "gcp.run.instance.vcpu_second", count * seconds * vcpu, `${time} × ${show(vcpu)} vCPU`),
        item("Memory of runs", "gcp.run.instance.gib_second", count * seconds * gib, `${time} × ${show(gib)} GiB`),
    ];
};

/** Its steps, at each new version of a secret that is said on the topics that start it. */
export const workflow: Pricing = (started, context) => {
    const steps = stepsOf(started.inputs.sourceContents);
    const { monthlySecretChanges } = context.usageOf(started);
    const secrets = context
        .referring(started, "gcp:eventarc/trigger:Trigger")
        .flatMap((trigger) => context.behind(trigger, "gcp:pubsub/topic:Topic", "transport"))
        .reduce((sum, topic) => sum + announcing(topic, context), 0);
    const { count, formula } = times(monthlySecretChanges * secrets);
    return [per(1000, "Steps", "gcp.workflows.internal_1k", count * steps, `steps of ${formula}`)];
};

const announcing = (topic: PlanResource, context: Context): number =>
    context.referring(topic, "gcp:secretmanager/secret:Secret").length;

/** Steps of the main workflow, each of which is a call, or a choice between some. */
function stepsOf(source: unknown): number {
    try {
        const steps = mapOf(mapOf(JSON.parse(String(source))).main).steps;
        return listOf(steps).length;
    } catch {
        return 0;
    }
}
