import { labelOf } from "../plan/resource";
import type { Cloud } from "./book";
import type { Cost, LineItem } from "./cost";
import { cloudNames, percent, rate, usd } from "./money";

/**
 * Why a role costs more on one cloud than on the other, in a few words that follow from the line items: they are summed
 * by what is paid for, and the kinds that account for most of the difference speak.
 */

/** The same thing, paid for on either cloud. */
interface Kind {
    name: string;
    ids: RegExp;
    /** The items that it is about, where the same price is paid for others. */
    items?: RegExp;
    /** Words for when it makes a cloud the dearer one; without them, price against price. */
    aws?: (sums: Sums) => string;
    gcp?: (sums: Sums) => string;
}
interface Sums {
    aws: LineItem[];
    gcp: LineItem[];
}

const hoursPerMonth = 730;
const sum = (lines: LineItem[], of: (line: LineItem) => number): number =>
    lines.reduce((total, line) => total + of(line), 0);
const spent = (lines: LineItem[]): number => sum(lines, ({ monthly }) => monthly);
const quantity = (lines: LineItem[], ids = /./): number =>
    sum(lines, (line) => (ids.test(line.priceId) ? line.quantity : 0));
const hours = (lines: LineItem[], ids = /./): number => Math.round(quantity(lines, ids) / hoursPerMonth);
const count = (number: number, noun: string): string =>
    number === 1 ? `a ${noun}` : `${number} ${noun}${noun.endsWith("s") ? "es" : "s"}`;
const unit = (lines: LineItem[]): number => (lines.length ? spent(lines) / quantity(lines) : 0);
const rounded = (value: number): number => Number(value.toPrecision(3));

const vcpuHours = {
    aws: (lines: LineItem[]) => quantity(lines, /vcpu_hour$/),
    gcp: (lines: LineItem[]) => quantity(lines, /vcpu_second$/) / 3600,
};
/** Share of Cloud Run's CPU time that is paid at the price of waiting. */
const idleShare = (lines: LineItem[]): number =>
    quantity(lines, /idle\.vcpu_second$/) / (quantity(lines, /vcpu_second$/) || 1);
const capacity = ({ aws, gcp }: Sums): string =>
    `${rounded(vcpuHours.aws(aws))} vCPU-hours against ${rounded(vcpuHours.gcp(gcp))}`;

/** A database server in a few words: a class or tier, or the size of a custom one; and what it costs. */
function server(lines: LineItem[]): string {
    const named = [...new Set(lines.map(({ item }) => item).filter((item) => item.startsWith("db")))];
    const twice = lines.some(({ item }) => item.endsWith("two zones")) ? 2 : 1;
    const vcpu = quantity(lines, /\.vcpu\./) / hoursPerMonth / twice;
    const gib = quantity(lines, /\.ram\./) / hoursPerMonth / twice;
    const custom = `${rounded(vcpu)} vCPU and ${rounded(gib)} GiB${twice === 2 ? ", two zones" : ""}`;
    return `${(vcpu > 0 ? [...named, custom] : named).join(" and ")} (${usd(spent(lines))})`;
}

/** Nodes by their type beside GiB of a tier. */
const nodes = ({ aws, gcp }: Sums): string => {
    const types = [...new Set(aws.map(({ item }) => item))].join(" and ");
    const gib = rounded(quantity(gcp) / hoursPerMonth);
    return `${hours(aws)} × ${types} (${usd(spent(aws))}) beside ${gib} GiB of ${gcp[0]?.item ?? "Memorystore"} (${usd(spent(gcp))})`;
};

/** Reads or writes, which the two count in different units. */
const million = ({ aws, gcp }: Sums): string =>
    `a million cost ${rate(unit(aws))} on DynamoDB and ${rate(unit(gcp) * 10)} on Firestore`;

const servers = (sums: Sums): string => `${server(sums.aws)} beside ${server(sums.gcp)}`;

const kinds: Kind[] = [
    {
        name: "NAT by the hour",
        ids: /^aws\.nat\.hour|^gcp\.nat\.vm_hour/,
        aws: ({ aws }) =>
            `${count(hours(aws), "NAT gateway")} ${hours(aws) === 1 ? "is" : "are"} billed per hour even when idle`,
        gcp: () => "Cloud NAT is billed by the instances behind it",
    },
    { name: "data through NAT", ids: /^(aws|gcp)\.nat\.gb/ },
    {
        name: "public addresses",
        ids: /^aws\.ipv4\.|^gcp\.(nat\.ip|ip\.)/,
        aws: ({ aws }) => `AWS bills ${count(hours(aws), "public IPv4 address")}`,
        gcp: () => "GCP bills the addresses of NAT",
    },
    {
        name: "runs of jobs",
        ids: /^aws\.fargate\.|^gcp\.run\.instance\./,
        items: / of runs$/,
        gcp: ({ aws }) =>
            aws.length
                ? "runs cost more"
                : "a job before a deployment is paid by itself; on ECS it is part of the new tasks",
    },
    {
        name: "compute",
        ids: /^aws\.fargate\.|^gcp\.run\.(request|instance|idle)\./,
        aws: (sums) =>
            idleShare(sums.gcp) > 0.1
                ? `a task costs the same busy or idle; Cloud Run waits ${percent(idleShare(sums.gcp))} of its time at a lower price`
                : sums.gcp.some(({ priceId }) => priceId.startsWith("gcp.run.request."))
                  ? `a task is paid by the hour, Cloud Run only while it serves: ${capacity(sums)}`
                  : `dearer CPU and memory: ${capacity(sums)}`,
        gcp: (sums) =>
            sums.aws.some(({ priceId }) => priceId.includes(".spot."))
                ? `Fargate runs on Spot, which Cloud Run has not: ${capacity(sums)}`
                : `more or dearer CPU and memory: ${capacity(sums)}`,
    },
    { name: "requests", ids: /^gcp\.run\.requests/, gcp: () => "Cloud Run bills every request" },
    {
        name: "the server",
        ids: /^aws\.rds\.(postgres|mysql)\.|^gcp\.sql\.(f1|g1|vcpu|ram|custom)/,
        aws: servers,
        gcp: servers,
    },
    { name: "database storage", ids: /^aws\.rds\.storage\.|^gcp\.sql\.ssd\./ },
    {
        name: "backups",
        ids: /^(aws\.rds|gcp\.sql)\.backup/,
        gcp: ({ aws, gcp }) =>
            quantity(aws) < quantity(gcp)
                ? "backups are paid from the first GB; RDS includes as much as the storage"
                : "backups cost more",
    },
    {
        name: "the load balancer",
        ids: /^aws\.[an]lb\.hour|^gcp\.lb\.rule/,
        aws: () => "a load balancer is billed per hour even when idle",
        gcp: () => "one forwarding-rule minimum covers five rules, used or not",
    },
    { name: "balanced data", ids: /^aws\.[an]lb\.n?lcu|^gcp\.lb\.data/ },
    {
        name: "data to the other region",
        ids: /^aws\.egress\.inter_region|^gcp\.gcs\.replication/,
    },
    { name: "egress", ids: /^(aws|gcp)\.egress\./ },
    { name: "what the CDN delivers", ids: /^aws\.cloudfront\.(gb|to_origin)|^gcp\.cdn\.(egress|cache_fill)/ },
    { name: "requests to the CDN", ids: /^aws\.cloudfront\.https?_|^gcp\.cdn\.lookups/ },
    {
        name: "the cache",
        ids: /^aws\.elasticache\..*hour$|^gcp\.(redis|memcached)\./,
        aws: nodes,
        gcp: nodes,
    },
    {
        name: "copies of caches",
        ids: /^aws\.elasticache\.backup/,
        aws: () => "ElastiCache keeps one copy for nothing and bills the others; those of Memorystore are free",
    },
    { name: "reads", ids: /^aws\.dynamodb\.rru|^gcp\.firestore\.reads/, aws: million, gcp: million },
    { name: "writes", ids: /^aws\.dynamodb\.wru|^gcp\.firestore\.writes/, aws: million, gcp: million },
    { name: "stored items", ids: /^aws\.dynamodb\.storage|^gcp\.firestore\.storage/ },
    { name: "recovery to a point in time", ids: /^(aws\.dynamodb|gcp\.firestore)\.pitr/ },
    {
        name: "files",
        ids: /^aws\.efs\.(standard|ia|onezone)|^gcp\.filestore\./,
        aws: () => "a file system that tasks share costs more than a bucket that Cloud Run mounts",
        gcp: () => "Filestore is paid by what is provisioned, used or not",
    },
    {
        name: "objects",
        ids: /^aws\.s3\.standard|^gcp\.gcs\.(standard|nearline|dual_region_gb)/,
    },
    { name: "operations on objects", ids: /^aws\.s3\.(put|get)|^gcp\.gcs\..*class_/ },
    {
        name: "schedules",
        ids: /^gcp\.scheduler\./,
        gcp: ({ gcp }) => `each schedule costs ${rate(unit(gcp))}; EventBridge's starts are free`,
    },
    { name: "steps", ids: /^aws\.sfn\.|^gcp\.workflows\./ },
    {
        name: "firewall rules",
        ids: /^aws\.waf\.(web|rule|managed)|^gcp\.armor\.(policy|rule)/,
        aws: ({ aws, gcp }) => `${quantity(aws, /rule/)} rules and groups against ${quantity(gcp, /rule/)} rules`,
        gcp: ({ aws, gcp }) =>
            `${quantity(gcp, /rule/)} rules against ${quantity(aws, /rule/)} rules and managed groups`,
    },
    { name: "inspected requests", ids: /^(aws\.waf|gcp\.armor)\.requests/ },
    {
        name: "flow logs",
        ids: /^gcp\.logging\.(network|telemetry)/,
        gcp: () => "subnets always log a sample of their flows",
    },
    { name: "logs", ids: /^aws\.cloudwatch\.logs_(ingest|storage)|^gcp\.logging\./ },
    {
        name: "metrics",
        ids: /^aws\.cloudwatch\.metric|^gcp\.monitoring\.(metric_mib|api)/,
        aws: ({ aws }) =>
            aws.some(({ item }) => item === "Replication metrics")
                ? `S3 bills ${quantity(aws)} metrics of what it copies to the other region; a dual-region bucket's are free`
                : `Container Insights bills ${quantity(aws)} metrics; Cloud Run's own are free`,
    },
    {
        name: "alarms",
        ids: /^aws\.cloudwatch\.alarm|^gcp\.monitoring\.alert/,
        aws: ({ gcp }) => `each alarm is billed${spent(gcp) === 0 ? "; alert policies cost nothing yet" : ""}`,
    },
    {
        name: "dashboards",
        ids: /dashboard/,
        aws: ({ aws }) => `a CloudWatch dashboard costs ${rate(unit(aws))}; Cloud Monitoring's are free`,
    },
    {
        name: "secrets",
        ids: /^aws\.secrets\.secret|^gcp\.secret\.version/,
        aws: ({ aws, gcp }) => `${rate(unit(aws))} a secret${gcp.length ? `, ${rate(unit(gcp))} a version` : ""}`,
    },
    {
        name: "scans",
        ids: /^gcp\.artifact_analysis\./,
        gcp: ({ gcp }) => `every pushed image is scanned for ${rate(unit(gcp))}; basic scans of ECR are free`,
    },
    { name: "images", ids: /^aws\.ecr\.|^gcp\.artifact_registry\./ },
    { name: "the zone", ids: /^aws\.route53\.zone|^gcp\.dns\.zone/ },
    {
        name: "DNS",
        ids: /^aws\.route53\.|^gcp\.dns\./,
        gcp: () => "Cloud DNS bills queries; Route 53 answers aliases for nothing",
    },
];

/**
 * In a few words, why the lines of a role cost more on one cloud.
 * @param rest the whole estimates, to say where else one of the clouds counts the same thing
 */
export function why(role: string, aws: LineItem[], gcp: LineItem[], rest: { aws: Cost; gcp: Cost }): string {
    const difference = spent(gcp) - spent(aws);
    if (Math.abs(difference) < 0.005) return "";
    const dearer: Cloud = difference < 0 ? "aws" : "gcp";
    const found = groups(aws, gcp)
        .map((group) => ({ ...group, part: (spent(group.gcp) - spent(group.aws)) * Math.sign(difference) }))
        .filter(({ part }) => part > 0)
        .sort((a, b) => b.part - a.part);
    const explained = Math.abs(difference);
    // A second reason only where the first leaves much unexplained.
    const spoken = found
        .slice(0, found[0].part >= 0.75 * explained ? 1 : 2)
        .filter(({ part }) => part >= 0.1 * explained);
    return spoken.map((group) => sentence(role, group, dearer, rest)).join("; ");
}

interface Group extends Sums {
    kind: Kind;
}

function groups(aws: LineItem[], gcp: LineItem[]): Group[] {
    const byKind = new Map<Kind, Sums>();
    const others = new Map<string, Kind>();
    for (const [cloud, lines] of [
        ["aws", aws],
        ["gcp", gcp],
    ] as const)
        for (const line of lines) {
            let kind = kindOf(line);
            if (!kind) {
                // Without a kind of its own, what has the same name on both clouds is compared.
                kind = others.get(line.item) ?? { name: line.item, ids: /^$/ };
                others.set(line.item, kind);
            }
            const sums = byKind.get(kind) ?? { aws: [], gcp: [] };
            byKind.set(kind, sums);
            sums[cloud].push(line);
        }
    return [...byKind].map(([kind, sums]) => ({ kind, ...sums }));
}

const kindOf = ({ priceId, item }: LineItem): Kind | undefined =>
    kinds.find(({ ids, items }) => ids.test(priceId) && (!items || items.test(item)));

function sentence(role: string, { kind, aws, gcp }: Group, dearer: Cloud, rest: { aws: Cost; gcp: Cost }): string {
    const words = kind[dearer]?.({ aws, gcp });
    if (words) return words;
    const cheaper = dearer === "aws" ? "gcp" : "aws";
    const [more, less] = dearer === "aws" ? [aws, gcp] : [gcp, aws];
    const name = cloudNames[cheaper];
    if (!less.length) {
        const elsewhere = rest[cheaper].lineItems.find((line) => line.role !== role && kindOf(line) === kind);
        return elsewhere
            ? `${kind.name}, which ${name} counts under ${labelOf(elsewhere.role)}`
            : `${kind.name}: ${usd(spent(more))}, nothing on ${name}`;
    }
    const [dear, cheap] = [unit(more), unit(less)];
    const same = more[0].unit.replace("GiB", "GB") === less[0].unit.replace("GiB", "GB");
    return same && dear > cheap * 1.01
        ? `${kind.name}: ${rate(dear)} a ${more[0].unit}, ${rate(cheap)} on ${name}`
        : `${kind.name}: ${usd(spent(more))} against ${usd(spent(less))}`;
}
