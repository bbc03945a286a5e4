import type { Refinement, Service } from "../topology/app";
import { isWorker } from "../topology/endpoints";
import { ofCaches, ofDatabases, ofServices, scaleOf, type Subject } from "./changes";
import { rightSize } from "./rightsize";
import type { Usage } from "./usage";

/** A change that may cost less. */
export interface Candidate {
    id: string;
    title: string;
    clouds: string;
    /** Of those that say the same field, one is taken. */
    group?: string;
    givesUp(subject: Subject): string;
    /** What to try, in the stack's region: several, of which the cheapest is offered; nothing if it applies to nothing; or why not. */
    change(subject: Subject & { region: string; usage: Usage }): (Refinement | undefined)[] | string;
}

/** When people work, from Monday to Friday. */
const workingHours = { from: "08:00", to: "20:00" };
/** The time by which they do, where the price book knows the region. */
const timeZones: Record<string, string> = {
    "ap-northeast-1": "Asia/Tokyo",
    "asia-northeast1": "Asia/Tokyo",
    "us-east-1": "America/New_York",
    "us-central1": "America/Chicago",
    "eu-west-1": "Europe/Dublin",
    "eu-central-1": "Europe/Berlin",
    "europe-west1": "Europe/Brussels",
};

/** Families of instance classes → those on Graviton, of which one is tried after the other. */
const graviton: Record<string, string[]> = {
    t3: ["t4g"],
    ...Object.fromEntries(["m5", "m5d", "m6i", "m6id", "m6in", "m7i"].map((family) => [family, ["m6g", "m7g", "m8g"]])),
    ...Object.fromEntries(
        ["r5", "r5b", "r5d", "r6i", "r6id", "r6in", "r7i"].map((family) => [family, ["r6g", "r7g", "r8g"]]),
    ),
};

/** What is tried, one after the other. */
export const candidates: Candidate[] = [
    {
        id: "right-size",
        title: "Smaller instances, by what was measured",
        clouds: "aws gcp",
        givesUp: () => "Room for more than was measured: 30 % of CPU and 20 % of memory stay free at the highest",
        change: ({ app, cloud, usage }) => [rightSize(app, cloud, usage)],
    },
    {
        id: "arm",
        title: "Tasks on ARM (Graviton)",
        clouds: "aws",
        givesUp: () => "Images have to run on ARM: dependencies with native code need builds for it",
        change: ({ app }) => [
            ofServices(app, ({ aws }) =>
                aws.architecture === "arm64" ? undefined : { aws: { architecture: "arm64" } },
            ),
        ],
    },
    {
        id: "spot",
        title: "Tasks on Fargate Spot",
        clouds: "aws",
        givesUp: () => "A task may be stopped with two minutes' notice, and there may be none to replace it",
        change: ({ app, environment }) => {
            const refinement = ofServices(app, ({ aws }) => (aws.spot ? undefined : { aws: { spot: true } }));
            return refinement && environment === "prod"
                ? "all of them may be stopped at once, which is not for prod"
                : [refinement];
        },
    },
    {
        id: "spot-share",
        title: "A share of the tasks on Fargate Spot",
        clouds: "aws",
        givesUp: () =>
            "Half of the tasks beyond the first may be stopped with two minutes' notice, at once, and there may be none to replace them",
        change: ({ app, environment }) =>
            // Elsewhere all tasks may be on Spot.
            environment === "prod"
                ? [
                      ofServices(app, ({ aws }) =>
                          aws.spot ? undefined : { aws: { spot: true, onDemand: { base: 1, weight: 1 } } },
                      ),
                  ]
                : [],
    },
    {
        id: "graviton",
        title: "Databases on Graviton",
        clouds: "aws",
        givesUp: () => "Nothing that the database notices; the change restarts the database",
        change: ({ app }) => {
            const families = (instanceClass: string) => graviton[instanceClass.split(".")[1]] ?? [];
            const to = (index: number) =>
                ofDatabases(app, ({ aws: { instanceClass } }) => {
                    const family = families(instanceClass)[index];
                    const [db, , size] = instanceClass.split(".");
                    return family ? { aws: { instanceClass: `${db}.${family}.${size}` } } : undefined;
                });
            return [0, 1, 2].map(to);
        },
    },
    {
        id: "valkey",
        title: "Caches on Valkey",
        clouds: "aws gcp",
        givesUp: () =>
            "Nothing that Redis 7 has: Valkey speaks its protocol, and the engine is exchanged in place; back to Redis is a new, empty cache",
        change: ({ app, cloud }) => {
            if (!Object.values(app.caches).some(({ engine }) => engine === "redis")) return [];
            if (cloud === "gcp") return "Memorystore for Valkey is another product, which is not built here";
            return [
                ofCaches(app, ({ engine, aws }) =>
                    engine !== "redis" || aws.engine === "valkey" ? undefined : { aws: { engine: "valkey" } },
                ),
            ];
        },
    },
    {
        id: "nat-single",
        title: "One NAT gateway for all zones",
        clouds: "aws",
        group: "nat",
        givesUp: () =>
            "While the gateway's zone fails, no task reaches the internet; data from the other zone crosses zones",
        change: ({ app }) => [app.network.nat === "perZone" ? { network: { nat: "single" } } : undefined],
    },
    {
        id: "nat-none",
        title: "No NAT",
        clouds: "aws gcp",
        group: "nat",
        givesUp: ({ cloud }) =>
            cloud === "aws"
                ? "Tasks get public addresses, whose security group admits only the load balancer"
                : "Services have no address of their own towards the internet that others could admit",
        change: ({ app }) => [app.network.nat === "none" ? undefined : { network: { nat: "none" } }],
    },
    {
        id: "min-instances",
        title: "Fewer instances that always run",
        clouds: "aws gcp",
        givesUp: ({ cloud }) =>
            cloud === "aws"
                ? "While the one task is replaced, or its zone fails, nothing answers"
                : "After a pause the first request waits until an instance has started",
        change: ({ app, cloud }) => {
            const least = (service: Service) => (cloud === "aws" || isWorker(service) ? 1 : 0);
            return [
                ofServices(app, (service) =>
                    service.scale.min > least(service) ? scaleOf(cloud, { min: least(service) }) : undefined,
                ),
            ];
        },
    },
    {
        id: "request-billing",
        title: "CPU paid by request",
        clouds: "gcp",
        group: "billing",
        givesUp: () => "Between requests there is no CPU: work in the background stands still",
        change: ({ app }) => [
            ofServices(app, ({ gcp }) =>
                gcp.cpuBilling !== "instance" ? undefined : { gcp: { cpuBilling: "request" } },
            ),
        ],
    },
    {
        id: "instance-billing",
        title: "CPU paid by instance",
        clouds: "gcp",
        group: "billing",
        givesUp: () => "Nothing: the CPU is there between requests, too",
        change: ({ app }) => [
            ofServices(app, ({ gcp, cpu }) =>
                gcp.cpuBilling !== "request" || cpu < 1 ? undefined : { gcp: { cpuBilling: "instance" } },
            ),
        ],
    },
    {
        id: "gp3",
        title: "Databases on gp3 storage",
        clouds: "aws",
        givesUp: () => "",
        change: ({ app }) => (Object.keys(app.databases).length ? "already so: all databases are on gp3" : []),
    },
    {
        id: "nights",
        title: "Nothing at night and at weekends",
        clouds: "aws gcp",
        givesUp: ({ cloud }) =>
            cloud === "aws"
                ? `Before ${workingHours.from}, after ${workingHours.to} and at weekends nothing answers`
                : `Before ${workingHours.from}, after ${workingHours.to} and at weekends the first request waits until an instance has started`,
        change: ({ app, environment, region }) =>
            environment === "prod"
                ? "prod answers at any time"
                : [
                      ofServices(app, ({ scale }) =>
                          scale.hours
                              ? undefined
                              : { scale: { hours: { ...workingHours, timeZone: timeZones[region] ?? "UTC" } } },
                      ),
                  ],
    },
];
