import type { ParsedApp } from "./app";
import { cacheEngineOf, type Engine } from "./engines";
import { memcachedNode } from "./limits";
import type { Path } from "./merge";
import { show, type Finding } from "./problems";
import { oneOf } from "./suggest";

/** A version that the engine has, of a database or a cache. */
export function* versionRules(
    name: string,
    { title, versions }: Engine,
    version: string,
    at: Path,
): Generator<Finding> {
    if (!versions.includes(version))
        yield {
            at: [...at, "version"],
            found: `${show(version)}, with the engine ${name}`,
            allowed: `a version of ${title}: ${oneOf(versions)}`,
            reads: [[...at, "engine"]],
        };
}

/** What only one of the engines has. */
export function* cacheRules(
    { engine, version, tls, aws, gcp }: ParsedApp["caches"][string],
    at: Path,
): Generator<Finding> {
    const reads = [[...at, "engine"]];
    yield* versionRules(engine, cacheEngineOf(engine), version, at);
    if (engine === "memcached" && aws.engine === "valkey")
        yield {
            at: [...at, "aws", "engine"],
            found: `${show(aws.engine)}, with the engine memcached`,
            allowed: "nothing: Valkey speaks Redis; or engine: redis",
            reads,
        };
    if (engine === "memcached" && tls !== undefined)
        yield {
            at: [...at, "tls"],
            found: `${show(tls)}, with the engine memcached`,
            allowed: "nothing: memcached has no TLS here, required or not; or engine: redis",
            reads,
        };
    if (engine === "redis" && gcp.cpu !== undefined)
        yield {
            at: [...at, "gcp", "cpu"],
            found: `${gcp.cpu}, with the engine redis`,
            allowed: "nothing: Memorystore for Redis is sized by gcp.memory alone",
            reads,
        };
}

/** Nodes of Memorystore for Memcached; Redis has gibibytes alone. */
export function* memcachedRules({ caches }: ParsedApp, name: string, region: string): Generator<Finding> {
    const { engine, gcp } = caches[name];
    if (engine !== "memcached") return;
    const at = ["caches", name, "gcp"];
    const fewest = memcachedNode.fewestCpus(region);
    const cpu = gcp.cpu ?? fewest;
    if (cpu < fewest || (cpu > 1 && cpu % 2))
        yield {
            at: [...at, "cpu"],
            found: `${cpu}`,
            allowed: `${fewest === 1 ? "1, or " : ""}an even number of vCPU from 2 to 32 in ${region}`,
        };
    const least = memcachedNode.leastMemory(cpu);
    if (gcp.memory < least || gcp.memory > memcachedNode.mostMemory)
        yield {
            at: [...at, "memory"],
            found: `${gcp.memory} GiB with ${cpu} vCPU`,
            allowed: `${least} to ${memcachedNode.mostMemory} GiB for a node of memcached with ${cpu} vCPU`,
            reads: [[...at, "cpu"]],
        };
}
