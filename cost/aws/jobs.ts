import type { PlanResource } from "../../plan/resource";
import type { Context, Pricing } from "../cost";
import { runsOf, times } from "../hours";
import { item, mapOf, per, secondsPerHour, show } from "../quantities";
import { sizeOf } from "./compute";

const schedule = "aws:scheduler/schedule:Schedule";
/** Fargate bills a task for a minute at least. */
const leastSeconds = 60;

/** How often a state machine runs: as its schedules say, at each new value of a secret, or when somebody starts it. */
function runs(machine: PlanResource, context: Context): { count: number; formula: string } {
    const schedules = context.referring(machine, schedule);
    const counts = schedules.map(({ inputs }) => runsOf(String(inputs.scheduleExpression)));
    if (counts.length) return times(counts.reduce((sum, count) => sum + count, 0));
    const { monthlySecretChanges, monthlyJobRuns, monthlyBuilds } = context.usageOf(machine);
    const rules = context.referring(machine, "aws:cloudwatch/eventTarget:EventTarget");
    return times(rules.length > 0 ? monthlySecretChanges : (monthlyJobRuns ?? monthlyBuilds));
}

/** A transition into each state and one to the end; and the tasks that it runs, for as long as they run. */
export const stateMachine: Pricing = (machine, context) => {
    const { count, formula } = runs(machine, context);
    const states = Object.values(mapOf(mapOf(parsed(machine.inputs.definition)).States)).map(mapOf);
    const transitions = states.length + 1;
    const tasks = states.filter(({ Resource }) => String(Resource).includes(":ecs:runTask")).length;
    const [definition] = context.behind(machine, "aws:ecs/taskDefinition:TaskDefinition", "definition");
    const items = [
        per(1000, "State transitions", "aws.sfn.transitions_1k", count * transitions, `transitions of ${formula}`),
    ];
    if (tasks === 0 || !definition) return items;
    const { vcpu, gb, chip } = sizeOf(definition);
    const { averageJobSeconds } = context.usageOf(machine);
    const seconds = Math.max(averageJobSeconds, leastSeconds);
    const hours = (count * tasks * seconds) / secondsPerHour;
    const time = `${formula} × ${show(seconds)} s / 3,600`;
    return [
        ...items,
        item("vCPU of runs", `aws.fargate.${chip}.vcpu_hour`, hours * vcpu, `${time} × ${show(vcpu)} vCPU`),
        item("Memory of runs", `aws.fargate.${chip}.gb_hour`, hours * gb, `${time} × ${show(gb)} GB`),
    ];
};

/** A definition, whose text may hold references that are known only after deployment. */
function parsed(definition: unknown): unknown {
    try {
        return JSON.parse(String(definition));
    } catch {
        return {};
    }
}
