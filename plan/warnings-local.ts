import type { App } from "../topology/app";
import { hasEntrance } from "../topology/endpoints";
import { hasCron } from "../topology/parameters";
import { publishedPorts } from "../topology/published";
import { splits } from "../topology/rollout";
import { command } from "../topology/command";

/** What of an app is not there on a laptop, or is there otherwise than in a cloud, one sentence each. */
export function localWarningsOf(app: App): string[] {
    const services = Object.values(app.services);
    const jobs = Object.entries(app.jobs);
    const names = (which: "schedule" | "deployment") =>
        jobs.filter(([, { run }]) => run === which).map(([name]) => name);
    const secrets = services.some((service) => service.secrets.length) || Object.keys(app.secrets).length > 0;
    const notMade = [
        ...(hasEntrance(app) ? ["load balancer"] : []),
        ...(app.domain ? ["DNS record", "certificate"] : []),
        ...(app.firewall.enabled && hasEntrance(app) ? ["firewall"] : []),
        ...(app.alarms.enabled ? ["alarm"] : []),
        ...(app.cdn ? ["CDN"] : []),
        ...(app.tracing.enabled ? ["tracing collector"] : []),
        ...(app.deployer ? ["deployer"] : []),
        ...(app.pipeline ? ["pipeline"] : []),
    ];
    const all: [boolean, string][] = [
        [
            notMade.length > 0,
            `No ${notMade.join(", no ")}: services answer at their own ports of localhost, by plain HTTP.`,
        ],
        [true, "One container a service: nothing scales, and no health check over HTTP is asked."],
        [
            services.some(splits),
            "A new version replaces the old one at once: requests are shared out between two in a cloud only.",
        ],
        ...Object.entries(app.services)
            .filter(([, { routes }]) => routes.some(({ stripPrefix }) => stripPrefix))
            .map(([name]): [boolean, string] => [
                true,
                `${name} is asked without the prefix of its route by a load balancer, and here as it is.`,
            ]),
        ...movedPorts(app).map((sentence): [boolean, string] => [true, sentence]),
        [
            secrets,
            `Secrets have random values; where a real one is needed, use \`${command("compose")}\` and its .env file.`,
        ],
        [
            names("schedule").length > 0,
            `Nothing is run by schedule: start ${names("schedule").join(" and ")} by the command in the stack's outputs.`,
        ],
        [
            names("deployment").length > 0,
            `A service starts after ${names("deployment").join(" and ")} even if that failed, which docker logs tells.`,
        ],
        ...Object.entries(app.databases).map(([name, { replicas }]): [boolean, string] => [
            replicas > 0,
            `Database ${name} has no replica: who reads from one reads from the database itself.`,
        ]),
        ...Object.entries(app.databases).map(([name, { restore }]): [boolean, string] => [
            restore.length > 0,
            `Database ${name} is the one that began empty: nothing is restored on a laptop.`,
        ]),
        ...Object.entries(app.databases).map(([name, database]): [boolean, string] => [
            hasCron(database),
            `Database ${name} is without pg_cron on a laptop, whose image has not got it: CREATE EXTENSION pg_cron fails there.`,
        ]),
        [
            Object.keys(app.tables).length > 0,
            "Tables are DynamoDB's on a laptop, whose URLs begin with dynamodb://, as on AWS.",
        ],
        [true, "Data is in Docker volumes, without backups: `pulumi destroy` deletes it."],
    ];
    return all.filter(([applies]) => applies).map(([, sentence]) => sentence);
}

/** Ports that are published as another, since an earlier service has theirs. */
function movedPorts(app: App): string[] {
    const published = publishedPorts(app).services;
    return Object.entries(app.services).flatMap(([name, { ports }]) =>
        Object.entries(ports).flatMap(([portName, port]) => {
            const at = published[name][portName];
            return at === port
                ? []
                : [`Port ${port} is another service's, too: ${name}'s ${portName} is at localhost:${at}.`];
        }),
    );
}
