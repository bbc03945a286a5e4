import { partKinds, type ParsedApp } from "./app";
import { endpoints } from "./endpoints";
import type { Path } from "./merge";
import { show, type Finding } from "./problems";
import { isComposed } from "./references";

/** What the resources that all parts share are called, beside providers. */
const shared = ["network", "platform", "lb", "firewall", "dns", "alarms", "cdn", "deployer", "pipeline"];
const providers = ["aws", "gcp", "gcp-apis", "local"];

const kindNames = {
    services: "service",
    databases: "database",
    caches: "cache",
    tables: "table",
    buckets: "bucket",
    queues: "queue",
    filesystems: "file system",
    secrets: "set of secrets",
    jobs: "job",
} as const;
const kinds = ["services", ...partKinds] as const;

/** Components, alarms and identities are named after their part, whatever its kind: all share one set of names. */
export function* partRules(app: ParsedApp): Generator<Finding> {
    const taken = new Map<string, { owner: string; path?: Path }>([
        ...shared.map((name): [string, { owner: string }] => [name, { owner: `the name of the stack's own ${name}` }]),
        ...providers.map((name): [string, { owner: string }] => [name, { owner: "the name of a provider" }]),
        ...derived(app),
    ]);
    for (const kind of kinds)
        for (const name of Object.keys(app[kind])) {
            const other = taken.get(name);
            if (other)
                yield {
                    at: [kind, name],
                    found: `${show(name)}, which is ${other.owner}`,
                    allowed: "a name of its own",
                    ...(other.path && { reads: [other.path] }),
                };
            else taken.set(name, { owner: `also the name of a ${kindNames[kind]}` });
        }
    yield* secretNames(app);
}

/** Names that follow from a part's: those of its further ports and of its replicas. */
function derived(app: ParsedApp): [string, { owner: string; path: Path }][] {
    return [
        ...endpoints(app).flatMap(({ key, service, portName }): [string, { owner: string; path: Path }][] =>
            key === service
                ? []
                : [
                      [
                          key,
                          { owner: `the name of port ${portName} of ${service}`, path: ["services", service, "ports"] },
                      ],
                  ],
        ),
        ...Object.entries(app.databases).flatMap(([name, { replicas }]) =>
            Array.from({ length: replicas }, (_, index): [string, { owner: string; path: Path }] => [
                `${name}-replica-${index + 1}`,
                { owner: `the name of a replica of ${name}`, path: ["databases", name, "replicas"] },
            ]),
        ),
    ];
}

/** Secrets make resources, whose names have hyphens and no capitals: `API_KEY` of `web` is `web-api-key`. */
function* secretNames(app: ParsedApp): Generator<Finding> {
    const taken = new Map<string, string>();
    const add = function* (resource: string, owner: string, variable: string, at: Path): Generator<Finding> {
        const twin = taken.get(resource);
        if (twin === undefined) taken.set(resource, owner);
        else if (twin !== owner)
            yield {
                at,
                found: `${variable}, which makes the same secret as ${twin}`,
                allowed: "a name of its own",
            };
    };
    const resource = (name: string, variable: string) => `${name}-${variable.toLowerCase().replaceAll("_", "-")}`;
    for (const [name, { keys }] of Object.entries(app.secrets)) {
        yield* add(name, `the set ${name}`, name, ["secrets", name]);
        for (const [index, key] of keys.entries())
            yield* add(resource(name, key), `${key} of ${name}`, key, ["secrets", name, "keys", index]);
    }
    for (const [name, { secrets, env }] of Object.entries(app.services)) {
        const at = ["services", name];
        for (const [index, variable] of secrets.entries())
            yield* add(resource(name, variable), `${variable} of ${name}`, variable, [...at, "secrets", index]);
        for (const variable of Object.keys(env).filter((each) => isComposed(app, env[each])))
            yield* add(resource(name, variable), `${variable} of ${name}`, variable, [...at, "env", variable]);
    }
}
