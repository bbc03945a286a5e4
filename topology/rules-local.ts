import type { ParsedApp } from "./app";
import type { Finding } from "./problems";

/** What of an app nothing local is made from: whatever it says, it stands in the way of nothing. */
const notMade = (at: Finding["at"]): boolean =>
    ["domain", "cdn", "deployer", "pipeline", "firewall", "alarms", "network", "deploy"].includes(String(at[0])) ||
    (at[0] === "services" && ["routes", "scale", "rollout", "aws", "gcp"].includes(String(at[2])));

/** What a laptop cannot have. */
export const localRules = ({ queues, account }: Pick<ParsedApp, "queues" | "account">): Finding[] => [
    ...(account
        ? [{ at: ["account"], found: "account", allowed: "cloud aws or gcp: a laptop is nobody's account" }]
        : []),
    ...Object.keys(queues).map((name) => ({
        at: ["queues", name],
        found: "a queue",
        allowed: "no queues on cloud local, which has neither SQS nor Pub/Sub: run the app on dev in a cloud",
    })),
];

/** Findings that matter where there is neither a load balancer nor anything that scales. */
export const localFindings = (findings: Finding[]): Finding[] => findings.filter(({ at }) => !notMade(at));
