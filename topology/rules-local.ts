import type { ParsedApp } from "./app";
import type { Finding } from "./problems";

/** What of an app nothing local is made from: whatever it says, it stands in the way of nothing. */
const notMade = (at: Finding["at"]): boolean =>
    ["domain", "cdn", "deployer", "firewall", "alarms", "network"].includes(String(at[0])) ||
    (at[0] === "services" && ["routes", "scale", "aws", "gcp"].includes(String(at[2])));

/** Findings that matter where there is neither a load balancer nor anything that scales. */
export const localFindings = (findings: Finding[]): Finding[] => findings.filter(({ at }) => !notMade(at));

/** What one machine refuses of an app that is right by itself. */
export function* localRules({ services }: ParsedApp): Generator<Finding> {
    const published = new Map<number, string>();
    for (const [name, { ports }] of Object.entries(services))
        for (const [portName, port] of Object.entries(ports)) {
            const other = published.get(port);
            if (other !== undefined && other !== name)
                yield {
                    at: ["services", name, "ports", portName],
                    found: `${port}, which ${other} has, too`,
                    allowed: "a port of its own: with cloud local all services publish theirs on one machine",
                    reads: [["services", other, "ports"]],
                };
            published.set(port, name);
        }
}
