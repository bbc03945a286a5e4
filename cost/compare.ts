import { parity, valuesAt } from "../plan/parity";
import type { App, Cloud } from "../topology/app";
import { endpoints } from "../topology/endpoints";
import type { BreakEven } from "./breakeven";
import { total, type Cost } from "./cost";
import { cloudNames } from "./money";
import { roles } from "./roles";
import { sumOf, verdictOf, type Sum, type Verdict } from "./verdict";
import { why } from "./why";

/** One app in one environment, priced on both clouds. */
export interface Comparison {
    app: string;
    environment: string;
    aws: Cost;
    gcp: Cost;
    /** Which costs less, as far as the prices tell. */
    verdict: Verdict;
    /** Roles that cost something on either cloud, in the order of a bill. */
    roles: RoleComparison[];
    /** Where along the traffic the cheaper cloud changes; absent if nobody asked. */
    breakEven?: BreakEven;
    /** What of the stack the clouds do differently, so that two figures beside each other are not for the same thing. */
    notComparable: Gap[];
}

export interface RoleComparison {
    role: string;
    /** USD a month. */
    aws: number;
    gcp: number;
    /** `gcp` − `aws`: below 0, GCP is cheaper. */
    difference: number;
    /** Which costs less, as far as the prices tell. */
    verdict: Verdict;
    /** In a few words; empty where there is no difference. */
    why: string;
}

export interface Gap {
    /** Path into the topology. */
    field: string;
    aws: string;
    gcp: string;
    note: string;
}

/**
 * Puts two estimates of the same app beside each other.
 * @param notComparable where it is known already
 */
export function compare(
    aws: Cost,
    gcp: Cost,
    apps: Record<Cloud, App>,
    breakEven?: BreakEven,
    notComparable = gaps(apps),
): Comparison {
    const ofRole = (cost: Cost, role: string) => cost.lineItems.filter((line) => line.role === role);
    const present = [
        ...new Set(
            [aws, gcp].flatMap(({ lineItems, unpriced }) => [...lineItems, ...unpriced].map(({ role }) => role)),
        ),
    ];
    const sum = (cost: Cost, role: string): Sum => ({
        name: cloudNames[cost.cloud],
        expected: total(ofRole(cost, role)),
        missing: cost.unpriced.filter((one) => one.role === role),
    });
    const rank = (role: string) => (roles.includes(role) ? roles.indexOf(role) : roles.length);
    return {
        app: aws.app,
        environment: aws.environment,
        aws,
        gcp,
        verdict: verdictOf(sumOf("AWS", aws), sumOf("GCP", gcp)),
        roles: present
            .sort((a, b) => rank(a) - rank(b))
            .map((role) => {
                const [onAws, onGcp] = [ofRole(aws, role), ofRole(gcp, role)];
                const [a, g] = [sum(aws, role), sum(gcp, role)];
                const verdict = verdictOf(a, g);
                return {
                    role,
                    aws: a.expected,
                    gcp: g.expected,
                    difference: g.expected - a.expected,
                    verdict,
                    why: verdict.open ?? why(role, onAws, onGcp, { aws, gcp }),
                };
            }),
        ...(breakEven && { breakEven }),
        notComparable,
    };
}

type Values = Record<string, unknown>;
/** Values of one field on either cloud, by their paths, and the app that they are of. */
interface Sides {
    aws: Values;
    gcp: Values;
    app: App;
}

const some = (values: Values, is: (value: unknown) => boolean): boolean => Object.values(values).some(is);
const said = (values: Values): boolean => some(values, (value) => value !== undefined);
const differ = ({ aws, gcp }: Sides): boolean => JSON.stringify(aws) !== JSON.stringify(gcp);

/** Notes of the parity table that bear on a price, and when they do. */
export const gapsInPrice: Record<string, (sides: Sides) => boolean> = {
    "services.*.cpu": differ,
    "services.*.memory": differ,
    // Instances of each port's own run, and are paid, on Cloud Run.
    "services.*.ports.*": ({ app }) =>
        endpoints(app).length > new Set(endpoints(app).map(({ service }) => service)).size,
    // The uptime check exists only where there are alarms.
    "services.*.health.path": ({ app }) => app.alarms.enabled,
    "services.*.scale.min": differ,
    // More tasks, for a reason that Cloud Run does not know.
    "services.*.scale.memoryPercent": ({ aws }) => said(aws),
    "services.*.scale.requestsPerTarget": ({ aws }) => said(aws),
    "services.*.scale.backlog.queue": ({ aws }) => said(aws),
    "services.*.scale.hours.outside.max": ({ aws }) => said(aws),
    "services.*.mounts.*": ({ app }) =>
        Object.values(app.services).some(({ mounts }) =>
            Object.keys(mounts).some((name) => !app.filesystems[name]?.gcp.filestore),
        ),
    "services.*.aws.architecture": ({ aws }) => some(aws, (value) => value === "arm64"),
    "services.*.aws.spot": ({ aws }) => some(aws, (value) => value === true),
    "services.*.gcp.cpuBilling": ({ gcp }) => some(gcp, (value) => value === "request"),
    "databases.*.backupDays": ({ gcp }) => some(gcp, (value) => Number(value) > 7),
    "caches.*.aws.engine": ({ aws }) => some(aws, (value) => value === "valkey"),
    "caches.*.gcp.memory": ({ gcp }) => said(gcp),
    "caches.*.gcp.cpu": ({ gcp }) => said(gcp),
    "tables.*.indexes.*.partitionKey.name": ({ aws }) => said(aws),
    "tables.*.pointInTimeRecovery": ({ aws }) => some(aws, (value) => value === true),
    "filesystems.*.aws.throughput": ({ aws }) => some(aws, (value) => value === "elastic"),
    "filesystems.*.gcp.filestore.capacity": ({ gcp }) => said(gcp),
    "secrets.*.keys": ({ gcp }) => some(gcp, (value) => Array.isArray(value) && value.length > 1),
    "network.nat": ({ aws }) => some(aws, (value) => value === "perZone"),
    "firewall.gcp.adaptiveProtection": ({ gcp }) => some(gcp, (value) => value === true),
};

/** What of an app the clouds do differently, as far as it bears on a price. */
export function gaps(apps: Record<Cloud, App>): Gap[] {
    const shown = (values: Values, words: string) => {
        const all = [...new Set(Object.values(values).map(String))];
        return all.length && words !== "–" ? `${words} (${all.join(", ")})` : words;
    };
    return parity.flatMap((row) => {
        const { field, note, ...words } = row;
        if (!note || !Object.hasOwn(gapsInPrice, field)) return [];
        const sides = { aws: valuesAt(apps.aws, field), gcp: valuesAt(apps.gcp, field), app: apps.gcp };
        if (!gapsInPrice[field](sides)) return [];
        return [{ field, aws: shown(sides.aws, words.aws), gcp: shown(sides.gcp, words.gcp), note }];
    });
}
