import type { App, Environment } from "../topology/app";
import type { Cloud } from "../cost/book";
import { breakEven, type BreakEven } from "../cost/breakeven";
import { compare, type Comparison } from "../cost/compare";
import { total, type Cost } from "../cost/cost";
import { curveOf } from "../cost/curve";
import { booksWith, type Custom } from "../cost/custom";
import { estimate, pricerOf, type EstimateOptions } from "../cost/estimate";
import type { HistoryRow } from "../cost/history";
import { cloudNames } from "../cost/money";
import { dollars } from "../cost/table";
import type { Usage } from "../cost/usage";
import type { Plan } from "../plan/resource";
import { clouds } from "./names";

/** Everything that a report is made of; the page carries it, and computes all of its figures from it. */
export interface ReportData {
    app: string;
    /** The day the report was made, YYYY-MM-DD: prices are old by it. */
    day: string;
    freeTier: boolean;
    /** Prices of one's own. */
    custom?: Custom;
    /** The environment that the page opens with. */
    focus: Environment;
    environments: EnvironmentData[];
    /** Environments that cannot be planned, and why. */
    missing: { environment: Environment; reason: string }[];
    /** What git revisions have cost in the environment that the page opens with; absent if nobody asked. */
    history?: RevisionHistory[];
    /** Flags that choose the stack, as one would type them: what the commands on the page begin with. */
    flags: string;
}
/** The totals of a stack's revisions on one cloud. */
export interface RevisionHistory {
    cloud: Cloud;
    /** Those that changed the total, the oldest first. */
    rows: HistoryRow[];
    /** Why it goes no further back, if it does not. */
    stopped?: string;
}
export interface EnvironmentData {
    name: Environment;
    stack: string;
    plans: Record<Cloud, Plan>;
    apps: Record<Cloud, App>;
    usage: Usage;
}

export const optionsOf = ({
    day,
    freeTier,
    custom,
}: Pick<ReportData, "day" | "freeTier" | "custom">): EstimateOptions => ({
    today: day,
    freeTier,
    books: booksWith(custom),
});

/** What an environment costs on both clouds under a usage. */
export function comparisonOf({ plans, apps }: EnvironmentData, usage: Usage, options: EstimateOptions): Comparison {
    return compare(estimate(plans.aws, usage, options), estimate(plans.gcp, usage, options), apps);
}

/** Cost against traffic, on both clouds. */
export function breakEvenOf({ plans }: EnvironmentData, usage: Usage, options: EstimateOptions): BreakEven {
    const [aws, gcp] = clouds.map((cloud) => curveOf(cloudNames[cloud], pricerOf(plans[cloud], options), usage));
    return breakEven(aws, gcp, { density: 4 });
}

/** What a box of the diagram shows: the part of a cost that belongs to a role, or to one of its services. */
export function costOfPart({ lineItems }: Cost, role: string, service?: string): string {
    const lines = lineItems.filter((line) => line.role === role && (!service || line.service === service));
    return lines.length > 0 ? dollars(total(lines)) : "";
}

/** A plan with what an estimate reads of it: without what only a deployment is about, and with short names for URNs. */
export function forPage({ resources, outputs, ...plan }: Plan): Plan {
    const short = new Map(resources.map(({ urn }, index) => [urn, String(index)]));
    const known = (urns: string[]) => urns.flatMap((urn) => short.get(urn) ?? []);
    return {
        ...plan,
        // How requests are shared out between a service and its candidate.
        outputs: { release: outputs.release },
        resources: resources.map(({ urn, type, name, parent, custom, inputs, propertyDependencies, synthesised }) => ({
            urn: short.get(urn)!,
            type,
            name,
            ...(parent !== undefined && { parent: short.get(parent) }),
            custom,
            inputs,
            dependencies: [],
            propertyDependencies: Object.fromEntries(
                Object.entries(propertyDependencies).map(([input, urns]) => [input, known(urns)]),
            ),
            protect: false,
            ignoreChanges: [],
            aliases: [],
            ...(synthesised && { synthesised }),
        })),
    };
}
