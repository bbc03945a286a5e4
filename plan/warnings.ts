import type { Cloud, Service, Target } from "../topology/app";
import type { Stack } from "../topology/validate";
import { localWarningsOf } from "./warnings-local";

/** What is allowed in this environment and yet worth knowing, one sentence each. */
export function warningsOf({ app, cloud, environment }: Stack<Target>): string[] {
    if (cloud === "local") return localWarningsOf(app);
    const services = Object.entries(app.services);
    const all: [boolean, string][] = [
        [
            !app.domain,
            "No domain: the app answers by plain HTTP, at the load balancer's own address (--domain names one).",
        ],
        [!app.firewall.enabled, `The web application firewall is off in ${environment}.`],
        [
            app.firewall.enabled && app.firewall.mode === "count",
            "The web application firewall only counts; it blocks nothing.",
        ],
        [!app.alarms.enabled, `Alarms are off in ${environment}.`],
        [app.alarms.enabled && app.alarms.emails.length === 0, "Nobody is told of alarms: set alarms.emails."],
        [
            cloud === "aws" && app.network.nat === "none",
            "No NAT: tasks have public addresses, whose security group admits only the load balancer.",
        ],
        ...services.map(([name, service]): [boolean, string] => [
            cloud === "aws" && service.aws.spot,
            `${name} runs on Fargate Spot: a task may be stopped with two minutes' notice.`,
        ]),
        ...Object.entries(app.databases).map(([name, database]): [boolean, string] => [
            !database.highAvailability,
            `Database ${name} has no standby: it is away while its zone is, or while it is maintained.`,
        ]),
        ...Object.entries(app.caches).map(([name, cache]): [boolean, string] => [
            !cache.highAvailability,
            `Cache ${name} has no standby: what is in it is lost with its node.`,
        ]),
        ...services.flatMap(([name, service]) => serviceWarnings(name, service, cloud)),
        [!app.deletionProtection, "Nothing is protected from deletion: `pulumi destroy` deletes the data."],
    ];
    return all.filter(([applies]) => applies).map(([, sentence]) => sentence);
}

/** What of a service is risky on its cloud, or has no effect there. */
function serviceWarnings(name: string, service: Service, cloud: Cloud): [boolean, string][] {
    const { scale, health, routes, aws } = service;
    if (cloud === "aws")
        return [
            [
                aws.deployment.minimumHealthyPercent === 0,
                `${name} is deployed by stopping its old tasks first: an outage each time.`,
            ],
            [
                routes.length === 0 && !health.container,
                `${name} is private and has no health.container: ECS sees only whether its program runs.`,
            ],
        ];
    const idle = {
        "scale.memoryPercent": scale.memoryPercent !== undefined,
        "scale.requestsPerTarget": scale.requestsPerTarget !== undefined,
        "scale.desired": scale.desired !== undefined && scale.desired !== scale.min,
        "health.container": health.container !== undefined,
    };
    const without = Object.entries(idle).flatMap(([field, said]) => (said ? [field] : []));
    return [[without.length > 0, `${name}: Cloud Run has nothing like ${without.join(", ")} (npx twinstack parity).`]];
}
