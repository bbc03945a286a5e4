import { withAccount, withApps } from "./account";
import * as schema from "./app";
import type { App, AppInput, Cloud, Environment, ParsedApp, Target } from "./app";
import {
    hasPath,
    isMap,
    mapValues,
    merge,
    overlaps,
    own,
    sortedKeys,
    updateAt,
    valueAt,
    without,
    type Mapping,
    type Path,
} from "./merge";
import { nameRules, stackNameFault } from "./names";
import { prefixOf } from "./prefix";
import { declaredNetwork, resolveNetwork } from "./networks";
import { parse } from "./parse";
import { ProblemsError, show, type Finding, type Problem } from "./problems";
import { withImplied } from "./references";
import { awsRegions } from "./regions";
import { registryRules } from "./registries";
import type { Release } from "./release";
import { commonRules } from "./rules";
import { addressRules } from "./rules-addresses";
import { awsRules } from "./rules-aws";
import { gcpRules } from "./rules-gcp";
import { localFindings, localRules } from "./rules-local";
import {
    readSettings,
    stackFile,
    unsafeParts,
    type ProviderSettings,
    type ReadSettings,
    type Settings,
} from "./settings";
import { sourcesOf } from "./sources";
import { choices } from "./suggest";
import { defaultZone } from "./zones";

export { ProblemsError, type Problem, type Settings };

/** One app on one cloud in one environment, ready to be built: everything is there and nothing contradicts itself. */
export interface Stack<T extends Target = Cloud> {
    app: App;
    cloud: T;
    environment: Environment;
    /** Where the stack lives and what its resources are called; `roles.Place` as plain data. */
    place: {
        prefix: string;
        app: string;
        stack: string;
        region: string;
        zones: string[];
        project: string;
        permissionsBoundary?: string;
    };
    /** What the cloud's provider takes beside region and project. */
    provider: ProviderSettings;
    /** USD a month that the stack may cost; absent: no limit. */
    monthlyBudget?: number;
    /** What was released to it, for those of its services that run something else than the configuration says. */
    release?: Release;
    /** What the stack remembers of releases: what goes on being remembered of a service of which this `up` learns nothing. */
    remembered?: Release;
}

/**
 * A stack from its settings: the app, refined for the environment, by the stack file, and for the cloud.
 * @typeParam T what the caller knows of the settings' cloud; `Target` where it may be any
 * @throws ProblemsError with every problem that the settings and the resulting app have
 */
export function resolve<T extends Target = Cloud>(settings: Settings, apps: Record<string, AppInput>): Stack<T> {
    const read = readSettings(settings, apps);
    const problems = [...read.problems];
    const fault = stackNameFault(settings.stack);
    if (fault)
        problems.push({
            path: `${stackFile(settings.stack)}: the stack's name`,
            found: show(settings.stack),
            allowed: fault,
        });

    const resolved = read.app && resolveApp(read, settings.stack, apps, problems);
    const { cloud, environment, region, project, provider, monthlyBudget, permissionsBoundary } = read;
    if (problems.length || !resolved || !cloud || !environment)
        throw new ProblemsError(distinct(problems), settings.stack);

    const place = {
        prefix: prefixOf(resolved.name, settings.stack),
        app: resolved.name,
        stack: settings.stack,
        region,
        zones: cloud === "aws" ? awsRegions[region] : [],
        project,
        ...(permissionsBoundary !== undefined && { permissionsBoundary }),
    };
    return {
        app: resolved,
        cloud: cloud as T,
        environment,
        place,
        provider,
        ...(monthlyBudget !== undefined && { monthlyBudget }),
    };
}

function resolveApp(
    read: ReadSettings,
    stack: string,
    apps: Record<string, AppInput>,
    problems: Problem[],
): App | undefined {
    const { cloud, region } = read;
    // Where the environment is not known, the rest is still checked as if for the one that asks least.
    const environment = read.environment ?? "dev";
    const app = own(withAccount(apps), read.key) as unknown as Mapping;
    const early: Finding[] = [...unsafeParts(read.overrides)];
    // The engine hands maps over in the order of their keys: read so everywhere, a plan is what `pulumi up` does.
    const overrides = sortedKeys(early.reduce<unknown>((data, { at }) => without(data, at), read.overrides));

    const { sources, locate } = sourcesOf({ ...read, app, overrides, environment, stack }, problems);
    const report = (found: Iterable<Finding>) => {
        for (const { at, found: what, allowed } of found) problems.push({ path: locate(at), found: what, allowed });
    };
    for (const { at, ...rest } of early) problems.push({ path: sources.overrides.show(at), ...rest });

    const parts = unknownParts(app, sources.overrides.data, sources.overrides.show, read.key);
    problems.push(...parts.problems);

    // Later layers win, and the chosen cloud's own values win over them all.
    const layers = [sources.environment, { data: parts.known }, sources.domain, sources.image];
    const said = layers.reduce<unknown>((data, layer) => merge(data, layer.data), sources.app.data);
    const merged = withApps(said, apps);
    const refined = cloud && cloud !== "local" ? refineForCloud(merged, cloud) : merged;
    if (cloud && cloud !== "local") problems.push(...shadowed(merged, parts.known, cloud, sources.overrides.show));

    const parsed = parse(refined, environment, cloud === "aws" ? region : undefined);
    report(parsed.findings);
    if (!parsed.app) return undefined;
    const whole = withImplied(parsed.app);

    const unclear: Path[] = [
        ...parsed.repaired,
        ...(problems.some(({ path }) => path.endsWith("twinstack:domain")) ? [["domain"]] : []),
    ];
    const clear = (finding: Finding) =>
        ![finding.at, ...(finding.reads ?? [])].some((path) => unclear.some((repaired) => overlaps(path, repaired)));
    const common = commonRules(whole, cloud === "local" ? undefined : cloud, environment);
    report((cloud === "local" ? localFindings(common) : common).filter(clear));
    if (!cloud) return undefined;
    if (cloud === "local") {
        report(localRules(whole).filter(clear));
        return {
            ...whole,
            network: declaredNetwork(whole.network),
            domain: resolveDomain(whole.domain),
        };
    }

    const ofStack = hasPath(sources.overrides.data, ["network", "gcp", "subnets"]);
    const network = resolveNetwork(whole.network, cloud, region, ofStack);
    report([...nameRules(whole, cloud, stack, read.project)].filter(clear));
    const ofCloud = cloud === "aws" ? awsRules(whole, region, environment) : gcpRules(whole, region);
    report(ofCloud.filter(clear));
    if (cloud === "gcp") report([...registryRules(whole)].filter(clear));
    report(network.findings.filter(clear));
    if (!network.findings.length) report([...addressRules(whole, network.network, cloud, region)].filter(clear));
    return { ...whole, network: network.network, domain: resolveDomain(whole.domain) };
}

function resolveDomain(domain: ParsedApp["domain"]): ParsedApp["domain"] {
    if (!domain) return undefined;
    const zone = domain.zone ?? defaultZone(domain.name);
    return { ...domain, zone, gcp: { managedZone: domain.gcp.managedZone ?? zone.replaceAll(".", "-") } };
}

/** Kinds of parts that exist in the app alone: an environment or a stack changes them but makes none. */
const kinds = ["services", ...schema.partKinds] as const;

/** Refinements of parts that do not exist, so that a slip does not make half a service; and overrides without them. */
function unknownParts(app: Mapping, overrides: unknown, showOverride: (path: Path) => string, key: string) {
    const problems: Problem[] = [];
    const check = (data: unknown, show_: (path: Path) => string): Path[] =>
        kinds.flatMap((kind) => {
            const there = app[kind];
            const names = Object.keys(isMap(there) ? there : {});
            const refined = valueAt(data, [kind]);
            const unknown = isMap(refined) ? Object.keys(refined).filter((name) => !names.includes(name)) : [];
            for (const name of unknown)
                problems.push({
                    path: show_([kind, name]),
                    found: `${show(name)}, which the app ${show(key)} does not have`,
                    allowed: choices(name, names),
                });
            return unknown.map((name) => [kind, name]);
        });

    let known = check(overrides, showOverride).reduce<unknown>((data, path) => without(data, path), overrides);
    if (hasPath(known, ["name"])) {
        problems.push({
            path: showOverride(["name"]),
            found: show(valueAt(known, ["name"])),
            allowed: "no name: resources are named by the app's own",
        });
        known = without(known, ["name"]);
    }
    const environments = isMap(app.environments) ? app.environments : {};
    for (const [name, refinement] of Object.entries(environments)) {
        const path = `apps/${key}.ts: environments.${name}`;
        if (!(schema.environmentNames as readonly string[]).includes(name))
            problems.push({
                path,
                found: `the unknown environment ${show(name)}`,
                allowed: choices(name, schema.environmentNames),
            });
        else check(refinement, (at) => `${path}.${at.join(".")}`);
    }
    return { problems, known };
}

/** What of a service a cloud's own key replaces. */
const sizeKeys = ["cpu", "memory", "scale"] as const;

/** Moves size and scale from each service's key of the chosen cloud into the service. */
function refineForCloud(app: unknown, cloud: Cloud): unknown {
    const eachService = (services: unknown) =>
        isMap(services)
            ? mapValues(services, (service) => {
                  const specific = valueAt(service, [cloud]);
                  if (!isMap(specific)) return service;
                  const isSize = (key: string) => (sizeKeys as readonly string[]).includes(key);
                  const sizes = mapValues(specific, (value, key) => (isSize(key) ? value : undefined));
                  const rest = mapValues(specific, (value, key) => (isSize(key) ? undefined : value));
                  return merge(
                      updateAt(service, [cloud], () => rest),
                      sizes,
                  );
              })
            : services;
    return updateAt(app, ["services"], eachService);
}

/** Overrides that would change nothing, because the app says something else for this very cloud. */
function shadowed(merged: unknown, overrides: unknown, cloud: Cloud, showOverride: (path: Path) => string): Problem[] {
    const services = valueAt(overrides, ["services"]);
    const leaves: Path[] = [
        ["cpu"],
        ["memory"],
        ["scale", "min"],
        ["scale", "max"],
        ["scale", "desired"],
        ["scale", "cpuPercent"],
    ];
    return Object.keys(isMap(services) ? services : {}).flatMap((name) =>
        leaves.flatMap((leaf) => {
            const neutral = ["services", name, ...leaf];
            const specific = ["services", name, cloud, ...leaf];
            const [over, stands] = [valueAt(overrides, neutral), valueAt(merged, specific)];
            if (over === undefined || stands === undefined || over === stands || hasPath(overrides, specific))
                return [];
            const found = `${show(over)}, which changes nothing: the app has ${show(stands)} for ${cloud}`;
            return [{ path: showOverride(neutral), found, allowed: `${specific.join(".")}, to change it on ${cloud}` }];
        }),
    );
}

const distinct = (problems: Problem[]): Problem[] => [
    ...new Map(problems.map((problem) => [`${problem.path}\n${problem.found}\n${problem.allowed}`, problem])).values(),
];
