import { setFlagsFromString } from "node:v8";

import { apps } from "../apps";
import type { Cloud } from "../cost/book";
import { estimate, type EstimateOptions } from "../cost/estimate";
import { usageOf } from "../cost/usage";
import { planOf } from "../plan/plan";
import { environmentNames, type Environment } from "../topology/app";
import { awsRegions, gcpRegions } from "../topology/regions";
import { ProblemsError, resolve, type Stack } from "../topology/validate";

/**
 * What the price books lack: per cloud and region, the apps and environments that have no price without a hole, and the ids that
 * are missing. Ends with 1 where fewer regions than `least` are whole. `npm run prices:check -- [aws|gcp] [region …]`
 */

/** In how many regions the price books must be whole for the project's apps. */
export const least: Record<Cloud, number> = { aws: 20, gcp: 30 };

/** What must be priced without a hole, wherever the books say that they know a region. */
export const wanted: [string, readonly Environment[]][] = [
    ["todo", environmentNames],
    ["factify", environmentNames],
    ["logo", environmentNames],
    ["weather", ["prod"]],
    ["morrow", ["prod"]],
];

/** The share of a total that may rest on prices nobody has verified; an estimate says how large it is. */
export const mostUnverified = 0.1;

/** App → regions in which more than that of its cost in prod does. Prices of RDS and of Cloud SQL there follow from those of other classes. */
export const guessed: Record<Cloud, Record<string, readonly string[]>> = {
    aws: {
        morrow: [
            ...["af-south-1", "ap-east-1", "ap-northeast-3", "ap-southeast-3", "ap-southeast-4", "eu-central-2"],
            ...["eu-south-1", "eu-west-3", "me-central-1", "me-south-1", "sa-east-1"],
        ],
    },
    gcp: { todo: ["northamerica-south1", "us-west1"], morrow: ["us-west1"] },
};

/** What `guessed` does not say rightly of a place in prod, if anything. */
export function misjudged(cloud: Cloud, { app, region, unverified, refused }: Place): string | undefined {
    const [found, said] = [unverified > mostUnverified, guessed[cloud][app]?.includes(region) ?? false];
    if (refused !== undefined || found === said) return undefined;
    return `${app} in ${region}: ${Math.round(100 * unverified)} % unverified, which guessed ${said ? "has" : "has not"}`;
}

export const regionsOfCloud: Record<Cloud, readonly string[]> = { aws: Object.keys(awsRegions), gcp: gcpRegions };

/** One app in one environment in one region. */
export interface Place {
    app: string;
    environment: Environment;
    region: string;
    /** Ids without a price, and what has none anywhere. */
    missing: string[];
    /** Share of the total that rests on prices nobody has verified. */
    unverified: number;
    expected: number;
    /** Why the stack cannot be there, in place of a price. */
    refused?: string;
}

const stackIn = (app: string, cloud: Cloud, environment: Environment, region: string): Stack => {
    const named = apps[app].environments?.[environment]?.domain ?? apps[app].domain;
    const config = {
        "twinstack:app": app,
        "twinstack:cloud": cloud,
        "twinstack:environment": environment,
        ...(named === undefined && { "twinstack:domain": `${app}.example.com` }),
        [`${cloud}:region`]: region,
        ...(cloud === "gcp" && { "gcp:project": "example-project" }),
    };
    return resolve({ stack: environment, config }, apps) as Stack;
};

/** Plans an app where it would be, and prices it. */
export async function placed(
    app: string,
    cloud: Cloud,
    environment: Environment,
    region: string,
    options?: EstimateOptions,
): Promise<Place> {
    let stack: Stack;
    try {
        stack = stackIn(app, cloud, environment, region);
    } catch (error) {
        if (!(error instanceof ProblemsError)) throw error;
        const refused = error.problems.map(({ path, found }) => `${path}: ${found}`).join("; ");
        return { app, environment, region, missing: [], unverified: 0, expected: 0, refused };
    }
    const cost = estimate(await planOf(stack), usageOf(stack.app), options);
    const missing = [...new Set(cost.unpriced.map(({ reason, hole }) => hole?.priceId ?? reason))].sort();
    const { expected } = cost.monthly;
    return { app, environment, region, missing, unverified: cost.doubtful.unverified / expected, expected };
}

async function main([cloud, ...some]: string[]): Promise<void> {
    // The providers' constructors are called hundreds of times here, which V8 takes as a reason to optimise them, for minutes.
    setFlagsFromString("--max-optimized-bytecode-size=6000");
    for (const one of cloud ? [cloud as Cloud] : (["aws", "gcp"] as const)) {
        const holes = new Map<string, string[]>();
        let whole = 0;
        for (const region of some.length ? some : regionsOfCloud[one]) {
            const places: Place[] = [];
            for (const [app, environments] of wanted)
                for (const environment of environments) places.push(await placed(app, one, environment, region));
            const bad = places.filter(({ missing, refused }) => missing.length || refused);
            if (!bad.length) whole++;
            console.log(`${one} ${region}: ${places.length - bad.length} of ${places.length}`);
            for (const { app, environment, missing, refused } of bad)
                console.log(`  ${app} ${environment}: ${refused ?? missing.join(" ")}`);
            for (const fault of places.flatMap((place) =>
                place.environment === "prod" ? (misjudged(one, place) ?? []) : [],
            )) {
                console.error(`  ${fault}`);
                process.exitCode = 1;
            }
            for (const id of new Set(bad.flatMap(({ missing }) => missing)))
                holes.set(id, [...(holes.get(id) ?? []), region]);
        }
        console.log(`${one}: ${whole} regions without a hole`);
        if (!some.length && whole < least[one]) {
            console.error(`${one}: there must be ${least[one]}`);
            process.exitCode = 1;
        }
        for (const [id, regions] of [...holes].sort((a, b) => b[1].length - a[1].length))
            console.log(`  ${id} is missing in ${regions.length}: ${regions.join(" ")}`);
    }
}

if (require.main === module)
    main(process.argv.slice(2)).catch((error) => {
        console.error(error);
        process.exitCode = 1;
    });
