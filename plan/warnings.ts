import type { Target } from "../topology/app";
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
        [!app.deletionProtection, "Nothing is protected from deletion: `pulumi destroy` deletes the data."],
    ];
    return all.filter(([applies]) => applies).map(([, sentence]) => sentence);
}
