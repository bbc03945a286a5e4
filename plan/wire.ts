import * as rpc from "@pulumi/pulumi/runtime/rpc";

import { secretInputs } from "./outputs";
import type { PlanResource } from "./resource";

/** The SDK's requests to the engine, and how one becomes a resource of the plan. */

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type Fields = { [key: string]: Json };
/** What we read of the SDK's protobuf requests. */
export interface Request {
    getType(): string;
    getName(): string;
    getParent(): string;
    getCustom(): boolean;
    getObject(): { toJavaScript(): Fields };
    getProperties(): { toJavaScript(): Fields };
    getDependenciesList(): string[];
    getPropertydependenciesMap(): { forEach(visit: (value: { getUrnsList(): string[] }, key: string) => void): void };
    getProtect(): boolean;
    getIgnorechangesList(): string[];
    getAliasesList(): Alias[];
    getProvider(): string;
    getProvidersMap(): { get(key: string): string | undefined };
    getDeletebeforereplace(): boolean;
    getReplaceonchangesList(): string[];
    getRetainondelete(): boolean;
    getReplacementTrigger(): { toJavaScript(): Json } | undefined;
    getAdditionalsecretoutputsList(): string[];
    getCustomtimeouts(): { getCreate(): string; getUpdate(): string; getDelete(): string } | undefined;
    getId(): string;
    getUrn(): string;
    getOutputs(): { toJavaScript(): Fields } | undefined;
    getTok(): string;
    getArgs(): { toJavaScript(): Fields };
}
interface Alias {
    getUrn(): string;
    getSpec(): Record<"getName" | "getType" | "getStack" | "getProject" | "getParenturn", () => string> | undefined;
}
export const stackType = "pulumi:pulumi:Stack";

/** As the engine builds it: the parent's types, all of them, are part of a resource's own. */
export function urnOf(at: { stack: string; project: string }, parent: string, type: string, name: string): string {
    const parents = parent ? typeChain(parent) : stackType;
    return `urn:pulumi:${at.stack}::${at.project}::${parents === stackType ? "" : `${parents}$`}${type}::${name}`;
}
export const typeChain = (urn: string): string => urn.split("::")[2];
const nameOf = (urn: string) => urn.split("::").slice(3).join("::");

/** The resource that `request` registers under `urn`, with `object` as its inputs. */
export function resourceOf(urn: string, request: Request, object: Fields): PlanResource {
    const propertyDependencies: Record<string, string[]> = {};
    request.getPropertydependenciesMap().forEach((value, key) => {
        if (value.getUrnsList().length > 0) propertyDependencies[key] = value.getUrnsList().sort();
    });
    const inputs: Record<string, unknown> = {};
    for (const [key, value] of Object.entries(object)) {
        const sources = propertyDependencies[key]?.map(nameOf).join(", ") || "unknown";
        inputs[key] = secretInputs.has(key) ? "[secret]" : readable(value, sources);
    }
    const parent = request.getParent();
    const [provider] = request.getProvider().split(/::[^:]*$/);
    const timeouts = request.getCustomtimeouts();
    const customTimeouts = present({
        create: timeouts?.getCreate(),
        update: timeouts?.getUpdate(),
        delete: timeouts?.getDelete(),
    });
    return {
        urn,
        type: request.getType(),
        name: request.getName(),
        ...(parent && typeChain(parent) !== stackType && { parent }),
        custom: request.getCustom(),
        inputs,
        dependencies: request.getDependenciesList().sort(),
        propertyDependencies,
        protect: request.getProtect() ?? false,
        ignoreChanges: request.getIgnorechangesList(),
        aliases: request.getAliasesList().map((alias) => aliasUrn(alias, request, urn)),
        ...present({
            provider,
            deleteBeforeReplace: request.getDeletebeforereplace(),
            replaceOnChanges: request.getReplaceonchangesList(),
            retainOnDelete: request.getRetainondelete(),
            replacementTrigger: request.getReplacementTrigger()?.toJavaScript(),
            additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
            customTimeouts: Object.keys(customTimeouts).length > 0 ? customTimeouts : undefined,
        }),
    };
}

function aliasUrn(alias: Alias, request: Request, urn: string): string {
    const spec = alias.getSpec();
    if (!spec) return alias.getUrn();
    const [stack, project] = urn.slice("urn:pulumi:".length).split("::");
    const at = { stack: spec.getStack() || stack, project: spec.getProject() || project };
    return urnOf(at, spec.getParenturn(), spec.getType() || request.getType(), spec.getName() || request.getName());
}

/** Leaves out what was not said: undefined, "", false and []. */
function present<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
    const said = Object.entries(values).filter(([, value]) => (Array.isArray(value) ? value.length > 0 : value));
    return Object.fromEntries(said) as { [K in keyof T]?: Exclude<T[K], undefined> };
}

/** A value of a request as a reader of the plan may see it. `sources` are the names of what an unknown value comes from. */
export function readable(value: Json, sources: string): unknown {
    if (value === rpc.unknownValue) return `\${${sources}}`;
    if (value === null || typeof value !== "object") return value;
    if (Array.isArray(value)) return value.map((item) => readable(item, sources));
    switch (value[rpc.specialSigKey]) {
        case rpc.specialSecretSig:
            return "[secret]";
        case rpc.specialResourceSig:
            return value.id || value.urn;
    }
    const entries = Object.entries(value).filter(([key]) => key !== rpc.specialSigKey);
    return Object.fromEntries(
        entries.map(([key, item]) => [key, secretInputs.has(key) ? "[secret]" : readable(item, sources)]),
    );
}
