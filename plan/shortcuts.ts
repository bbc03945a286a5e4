import * as sdk from "@pulumi/pulumi";
import * as sdkOutput from "@pulumi/pulumi/output";
import * as sdkResource from "@pulumi/pulumi/resource";
import * as sdkDebuggable from "@pulumi/pulumi/runtime/debuggable";
import * as sdkDependsOn from "@pulumi/pulumi/runtime/dependsOn";
import * as rpc from "@pulumi/pulumi/runtime/rpc";

import { lightOutputs } from "./light";

/**
 * What the SDK does for the engine and for debugging, and a recording can do without: more than half of its time. All of
 * it is put back afterwards; test/plan/sdk.test.ts fails when an upgrade moves what is replaced here.
 */

type Resolver = (value: unknown, isKnown: boolean, isSecret: boolean, deps?: unknown[], error?: Error) => void;
type Resolvers = Record<string, Resolver>;
type Transfer = (onto: object, label: string, props: Record<string, unknown>) => Resolvers;
type Resolve = (
    resource: object,
    resolvers: Resolvers,
    type: string,
    name: string,
    values: Record<string, unknown>,
    deps: Record<string, unknown[]>,
    error: Error | undefined,
    keepUnknowns: boolean,
) => void;

type Dependencies = Map<string, Set<sdkResource.Resource>>;
type Serialize = (
    label: string,
    props: Record<string, unknown>,
    options: unknown,
) => Promise<[Record<string, unknown>, Dependencies]>;
type Urns = (resources: Set<sdkResource.Resource>, exclude: Set<sdkResource.Resource>) => Promise<Set<string>>;

/** Those of a module's exports in whose place there will be others. */
const pick = (module: object) =>
    Object.fromEntries(Object.entries(module).filter(([key]) => Object.hasOwn(lightOutputs, key)));

/** Runs with stack traces of at most `limit` lines, and without the rest. */
export async function withShortcuts<T>(limit: number, run: () => Promise<T>): Promise<T> {
    const before = Error.stackTraceLimit;
    // A resource walks its whole stack for the engine's source position, whatever the limit.
    const resource = sdkResource.Resource as unknown as { stackTrace: () => unknown[] };
    const { stackTrace } = resource;
    // Notes on every promise for the SDK's report of those that never end; here such a program never ends either.
    const debuggable = sdkDebuggable as { debuggablePromise: <P>(promise: P) => P };
    const { debuggablePromise } = debuggable;
    const wire = rpc as unknown as {
        transferProperties: Transfer;
        resolveProperties: Resolve;
        serializeResourceProperties: Serialize;
    };
    const { transferProperties, resolveProperties, serializeResourceProperties } = wire;

    const dependsOn = sdkDependsOn as { getAllTransitivelyReferencedResourceURNs: Urns };
    const { getAllTransitivelyReferencedResourceURNs } = dependsOn;

    // What programs import is a copy of what the SDK itself does.
    const outputs = [sdkOutput, sdk].map((module) => ({ module, own: pick(module) }));

    Error.stackTraceLimit = limit;
    resource.stackTrace = () => [];
    debuggable.debuggablePromise = (promise) => promise;
    Object.assign(wire, onFirstRead(transferProperties, resolveProperties));
    wire.serializeResourceProperties = literalsAtOnce(serializeResourceProperties);
    dependsOn.getAllTransitivelyReferencedResourceURNs = withoutDetours(getAllTransitivelyReferencedResourceURNs);
    for (const { module } of outputs) Object.assign(module, lightOutputs);
    try {
        return await run();
    } finally {
        Error.stackTraceLimit = before;
        resource.stackTrace = stackTrace;
        debuggable.debuggablePromise = debuggablePromise;
        Object.assign(wire, { transferProperties, resolveProperties, serializeResourceProperties });
        dependsOn.getAllTransitivelyReferencedResourceURNs = getAllTransitivelyReferencedResourceURNs;
        for (const { module, own } of outputs) Object.assign(module, own);
    }
}

/** What a resource's outputs are made of, when they are read. */
interface Unread {
    /** @returns the resolver of the output that it has put on the resource */
    make: (key: string) => Resolvers;
    keys: Set<string>;
    /** Of what was read before there was an answer. */
    made: Resolvers;
    answer?: (resolvers: Resolvers) => void;
}
const unread = Symbol("unread outputs");
type Resource = Record<string, unknown> & { [unread]?: Unread };

/**
 * The SDK makes an output, of a dozen promises, for every property of every resource. Few are ever read, so here each is
 * made when it is.
 */
function onFirstRead(
    transfer: Transfer,
    resolve: Resolve,
): { transferProperties: Transfer; resolveProperties: Resolve } {
    return {
        transferProperties(onto, label, props) {
            const keys = Object.keys(props).filter((key) => key !== "id" && key !== "urn");
            const made: Resolvers = {};
            const make = (key: string) => transfer(onto, label, { [key]: props[key] });
            readable(Object.getPrototypeOf(onto) as object, keys);
            (onto as Resource)[unread] = { make, keys: new Set(keys), made };
            return made;
        },
        resolveProperties(resource, made, type, name, values, deps, error, keepUnknowns) {
            const state = (resource as Resource)[unread];
            if (!state) return resolve(resource, made, type, name, values, deps, error, keepUnknowns);
            // A failure must not wait for somebody to read it.
            if (error) for (const key of state.keys) void (resource as Resource)[key];
            state.answer = (resolvers) => {
                const asked: Record<string, unknown> = {};
                for (const key of Object.keys(resolvers)) if (Object.hasOwn(values, key)) asked[key] = values[key];
                resolve(resource, resolvers, type, name, asked, deps, error, keepUnknowns);
            };
            state.answer(made);
        },
    };
}

/** The properties that a class's resources make when they are read; thousands of resources share them. */
const shared = new WeakMap<object, Set<string>>();

/** Lets what is no property of a resource yet be read. Of a resource that is not recorded nothing is there, as ever. */
function readable(prototype: object, keys: string[]): void {
    const has = shared.get(prototype) ?? new Set();
    shared.set(prototype, has);
    for (const key of keys) {
        if (has.has(key)) continue;
        has.add(key);
        Object.defineProperty(prototype, key, {
            configurable: true,
            get(this: Resource) {
                const state = this[unread];
                if (!state?.keys.has(key)) return undefined;
                const resolvers = state.make(key);
                if (state.answer) state.answer(resolvers);
                else Object.assign(state.made, resolvers);
                return this[key];
            },
            set(this: Resource, value: unknown) {
                Object.defineProperty(this, key, { configurable: true, enumerable: true, writable: true, value });
            },
        });
    }
}

/**
 * Every property of every resource asks what it depends on, which goes through components to what is in them. Most depend
 * on nothing, and the others on a resource that is no component.
 */
function withoutDetours(urnsOf: Urns): Urns {
    const known = new WeakMap<sdkResource.Resource, Promise<string>>();
    const urn = (resource: sdkResource.Resource) => {
        const found = known.get(resource) ?? (resource.urn as unknown as { promise(): Promise<string> }).promise();
        known.set(resource, found);
        return found;
    };
    // A component of another program, such as awsx's, has no children here.
    const isLeaf = (each: sdkResource.Resource) =>
        sdkResource.CustomResource.isInstance(each) || (each as { __remote?: boolean }).__remote === true;
    return async (resources, exclude) => {
        for (const each of resources) if (exclude.has(each) || !isLeaf(each)) return urnsOf(resources, exclude);
        const found = new Set<string>();
        for (const each of resources) found.add(await urn(each));
        return found;
    };
}

/** The SDK awaits every leaf of what a resource is given. Most are literals, which depend on nothing. */
function literalsAtOnce(serialize: Serialize): Serialize {
    return async (label, props, options) => {
        const values: Record<string, unknown> = {};
        const dependencies: Dependencies = new Map();
        for (const [key, value] of Object.entries(props)) {
            if (key === "id" || key === "urn") continue;
            const said = literal(value);
            if (said !== notLiteral) {
                if (said !== undefined) values[key] = said;
                continue;
            }
            const [serialized, found] = await serialize(label, { [key]: value }, options);
            Object.assign(values, serialized);
            for (const [each, resources] of found) dependencies.set(each, resources);
        }
        return [values, dependencies];
    };
}

const notLiteral = Symbol("not a literal");
/** A value as it goes on the wire, if nothing in it is to be waited for: lists keep their holes as null, objects lose them. */
function literal(value: unknown): unknown {
    if (value === undefined || value === null) return value;
    if (typeof value !== "object") return typeof value === "function" ? undefined : value;
    if (Array.isArray(value)) {
        const items = value.map(literal);
        return items.includes(notLiteral) ? notLiteral : items.map((item) => item ?? null);
    }
    if (Object.getPrototypeOf(value) !== Object.prototype) return notLiteral;
    const entries: [string, unknown][] = [];
    for (const [key, item] of Object.entries(value)) {
        const said = literal(item);
        if (said === notLiteral) return notLiteral;
        if (said !== undefined) entries.push([key, said]);
    }
    return Object.fromEntries(entries);
}
