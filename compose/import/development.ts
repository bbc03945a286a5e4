import type { Compose } from "../load/load";
import { isTree } from "../load/places";
import { baseOf } from "./dockerfile";
import { publishedPorts } from "./ports";

/** A service whose image takes files from the stage that another one, without ports, runs: a watcher of its assets. */
export function stageOf({ services }: Compose, from: string): string | undefined {
    const { build, ports, expose } = services[from];
    if (!isTree(build) || typeof build.target !== "string" || publishedPorts({ ports }).length || expose)
        return undefined;
    return Object.keys(services).find((other) => {
        const { build: whole } = services[other];
        return (
            other !== from &&
            isTree(whole) &&
            whole.context === build.context &&
            (whole.dockerfile ?? "Dockerfile") === (build.dockerfile ?? "Dockerfile") &&
            baseOf(services[other])?.takesFrom.includes(String(build.target))
        );
    });
}
