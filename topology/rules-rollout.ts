import type { ParsedApp } from "./app";
import { endpoints, isWorker } from "./endpoints";
import { show, type Finding } from "./problems";
import { candidateName, splits } from "./rollout";
import { choices } from "./suggest";

/** What can run beside itself and share its requests, and how long that may take. */
export function* rolloutRules(app: ParsedApp): Generator<Finding> {
    const keys = endpoints(app).map(({ key }) => key);
    for (const [name, service] of Object.entries(app.services)) {
        if (!splits(service)) continue;
        const at = ["services", name, "rollout", "strategy"];
        const { strategy } = service.rollout;
        if (!service.routes.length)
            yield {
                at,
                found: `${show(strategy)}, for a ${isWorker(service) ? "worker" : "service without routes"}`,
                allowed:
                    "rolling: it is the load balancer that shares requests out, and only routes lead from there. Or a route",
                reads: [["services", name, "routes"]],
            };
        if (service.routes.length && service.scale.backlog)
            yield {
                at,
                found: `${show(strategy)}, for a service that works off the queue ${service.scale.backlog.queue}`,
                allowed:
                    "rolling: a candidate takes messages as soon as it runs, whatever its share of the requests. Or let a worker, which rolls, have the queue",
                reads: [["services", name, "scale", "backlog"]],
            };
        const taken = endpoints({ services: { [name]: service } })
            .map(({ key }) => candidateName(key))
            .find((key) => keys.includes(key) || Object.hasOwn(app.services, key));
        if (taken !== undefined)
            yield {
                at,
                found: `${show(strategy)}, and ${show(taken)} is in the app already`,
                allowed: `rolling, or another name than ${taken} for that service or port: the new version is called so`,
                reads: [["services"]],
            };
    }
    const { targetMinutes, slowMinutes, webhook } = app.deploy;
    if (slowMinutes < targetMinutes)
        yield {
            at: ["deploy", "slowMinutes"],
            found: `${slowMinutes}`,
            allowed: `${targetMinutes} or more: deploy.targetMinutes is ${targetMinutes}`,
            reads: [["deploy", "targetMinutes"]],
        };
    if (webhook === undefined) return;
    const [set, key] = webhook.split(".");
    const secrets = Object.hasOwn(app.secrets, set) ? app.secrets[set].keys : [];
    if (!secrets.includes(key))
        yield {
            at: ["deploy", "webhook"],
            found: `${show(webhook)}, which is no secret of the app`,
            allowed: choices(
                webhook,
                Object.entries(app.secrets).flatMap(([name, one]) => one.keys.map((each) => `${name}.${each}`)),
                `a secret of the app, such as secrets: { ${set}: { keys: ["${key}"] } }`,
            ),
            reads: [["secrets"]],
        };
}
