import { merge } from "../topology/merge";
import { ProblemsError } from "../topology/problems";
import { mostInstances } from "../topology/rules-addresses";
import type { App, Cloud, Refinement } from "../topology/app";
import { isWorker } from "../topology/endpoints";
import { breakEven, type BreakEven, type Range } from "./breakeven";
import { ofServices, scaleOf, type Replan } from "./changes";
import { curveOf, type Curve } from "./curve";
import { pricerOf, type EstimateOptions } from "./estimate";
import { cloudNames } from "./money";
import type { Usage } from "./usage";

/** What a choice does to the cost along the traffic, beside the other choice and beside the other cloud. */
export interface VariantBreakEven {
    id: string;
    title: string;
    /** With the change beside without it; a sentence where it cannot be planned or priced. */
    againstItself: BreakEven | string;
    /** With the change beside the other cloud. */
    againstOther: BreakEven | string;
}

interface Variant {
    id: string;
    title: string;
    /** As in `AWS with …`. */
    short: string;
    cloud: Cloud;
    /** What the stack says with the change, and without it. */
    with: (app: App) => Refinement | undefined;
    without: (app: App) => Refinement | undefined;
    /** What the other cloud says meanwhile; by default what it always says. */
    other?: Refinement;
}

const services = (said: object) => (app: App) => ofServices(app, () => said);
/** Of those that take requests: a worker runs all the time. */
const answering =
    (said: object, least = 0) =>
    (app: App) =>
        ofServices(app, (service) => (isWorker(service) || service.cpu < least ? undefined : said));

const variants: Variant[] = [
    {
        id: "spot",
        title: "Spot",
        short: "Spot",
        cloud: "aws",
        with: services({ aws: { spot: true } }),
        without: services({ aws: { spot: false } }),
    },
    {
        id: "arm",
        title: "ARM, on demand",
        short: "ARM",
        cloud: "aws",
        with: services({ aws: { spot: false, architecture: "arm64" } }),
        without: services({ aws: { spot: false, architecture: "x86_64" } }),
    },
    {
        id: "second-task",
        title: "A second task that always runs",
        short: "a second task",
        cloud: "aws",
        with: services(scaleOf("aws", { min: 2 })),
        without: services(scaleOf("aws", { min: 1 })),
    },
    {
        id: "warm-instance",
        title: "An instance that always waits",
        short: "a waiting instance",
        cloud: "gcp",
        with: answering(scaleOf("gcp", { min: 1 })),
        without: answering(scaleOf("gcp", { min: 0 })),
    },
    {
        id: "cpu-billing",
        title: "CPU paid by instance",
        short: "CPU paid by instance",
        cloud: "gcp",
        with: answering({ gcp: { cpuBilling: "instance" } }, 1),
        without: answering({ gcp: { cpuBilling: "request" } }),
    },
    ...(["aws", "gcp"] as const).map((cloud): Variant => ({
        id: `nat-${cloud}`,
        title: "NAT",
        short: "NAT",
        cloud,
        with: () => ({ network: { nat: "single" } }),
        without: () => ({ network: { nat: "none" } }),
        other: { network: { nat: "single" } },
    })),
];

/** A stack on one cloud with as many instances as its network has addresses for: what grows with them is planned, too. */
const unlimited = (app: App, cloud: Cloud): Refinement =>
    ofServices(app, () => scaleOf(cloud, { max: mostInstances(app, cloud) })) ?? {};

/**
 * The break-even of the two clouds, and what the choices that matter most do to it. The stack is planned anew for each,
 * with a scaling range that serves any traffic; along the traffic it is priced.
 * @param replan per cloud, plans the stack with a refinement
 */
export async function variantsBreakEven(
    apps: Record<Cloud, App>,
    usage: Usage,
    replan: Record<Cloud, Replan>,
    range: Range = {},
    options?: EstimateOptions,
): Promise<{ breakEven: BreakEven; variants: VariantBreakEven[] }> {
    const curves = new Map<string, Curve>();
    const curve = async (cloud: Cloud, change: Refinement, name = cloudNames[cloud]): Promise<Curve> => {
        const refinement = merge(unlimited(apps[cloud], cloud), change) as Refinement;
        const key = JSON.stringify([cloud, refinement]);
        const known = curves.get(key) ?? curveOf(name, pricerOf(await replan[cloud](refinement), options), usage);
        curves.set(key, known);
        return { ...known, name };
    };
    const found: VariantBreakEven[] = [];
    for (const { id, title, short, cloud, with: changed, without, other } of variants) {
        const [more, less] = [changed(apps[cloud]), without(apps[cloud])];
        if (!more || !less) continue;
        const otherCloud = cloud === "aws" ? "gcp" : "aws";
        const name = `${cloudNames[cloud]} with ${short}`;
        found.push({
            id,
            title: `${cloudNames[cloud]}: ${title}`,
            againstItself: await attempt(async () =>
                breakEven(
                    await curve(cloud, less, `${cloudNames[cloud]} without`),
                    await curve(cloud, more, name),
                    range,
                ),
            ),
            againstOther: await attempt(async () =>
                breakEven(await curve(cloud, more, name), await curve(otherCloud, other ?? {}), range),
            ),
        });
    }
    return { breakEven: breakEven(await curve("aws", {}), await curve("gcp", {}), range), variants: found };
}

async function attempt(make: () => Promise<BreakEven>): Promise<BreakEven | string> {
    try {
        return await make();
    } catch (error) {
        if (error instanceof ProblemsError) return `${error.problems[0].path}: ${error.problems[0].found}`;
        throw error;
    }
}
