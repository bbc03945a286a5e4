import * as mocks from "@pulumi/pulumi/runtime/mocks";
import * as rpc from "@pulumi/pulumi/runtime/rpc";
import * as settings from "@pulumi/pulumi/runtime/settings";
import * as stackResource from "@pulumi/pulumi/runtime/stack";
import * as state from "@pulumi/pulumi/runtime/state";
import * as sdkResource from "@pulumi/pulumi/resource";

import { expandVpc } from "./vpc";
import { invokes, outputShapes, secretInputs, secretOutputs } from "./outputs";

/**
 * The one recorder, for the product and the tests: evaluates a Pulumi program in this process, without an engine, a cloud
 * or a credential, and tells which resources it registers. All that is known of the SDK's internals is in this file;
 * test/plan/record.test.ts fails loudly when an upgrade moves them.
 */

/** One resource as the program registered it: plain JSON, without secrets. */
export interface PlanResource {
    /** As the engine would build it: the types of all parents are in it. */
    urn: string;
    type: string;
    name: string;
    /** URN of the parent; absent for what stands directly in the stack. */
    parent?: string;
    /** False for components, which only group others. */
    custom: boolean;
    /** What the program asks for. Values known only after deployment read `${name.property}`, secrets `[secret]`. */
    inputs: Record<string, unknown>;
    /** URNs of everything that must exist before. */
    dependencies: string[];
    /** Input → URNs of what its value comes from; inputs without any are left out. */
    propertyDependencies: Record<string, string[]>;
    protect: boolean;
    ignoreChanges: string[];
    /** Former URNs. */
    aliases: string[];
    /** URN of an explicit provider. */
    provider?: string;
    deleteBeforeReplace?: boolean;
    replaceOnChanges?: string[];
    retainOnDelete?: boolean;
    additionalSecretOutputs?: string[];
    customTimeouts?: { create?: string; update?: string; delete?: string };
    /** The program does not register it: a remote component will, when it is deployed. */
    synthesised?: boolean;
}

export interface Recorded {
    /** Sorted by URN. */
    resources: PlanResource[];
    /** What the program returns. */
    outputs: Record<string, unknown>;
}

export interface RecordOptions {
    /** @default "project" */
    project?: string;
    /** @default "stack" */
    stack?: string;
    /** Full key (`aws:region`) → value; objects as JSON. @default {} */
    config?: Record<string, string>;
    /**
     * Leave what only a deployment can know unknown, as `pulumi preview` does: code behind `apply` does not run, and values
     * read `${name}`. Otherwise it reads `${name.property}` and `apply` runs on that. @default false
     */
    preview?: boolean;
}

let queue: Promise<unknown> = Promise.resolve();

/** Records `program`. Rejects with the program's first error, or when two resources share a URN. Records queue up. */
export function record(program: () => unknown, options: RecordOptions = {}): Promise<Recorded> {
    const result = queue.then(async () => {
        try {
            // The SDK keeps a stack trace for every promise: more than half of the time of a recording.
            return await withStackTraces(0, () => attempt(program, options));
        } catch {
            return await withStackTraces(50, () => attempt(program, options));
        }
    });
    queue = result.catch(() => undefined);
    return result;
}

async function withStackTraces<T>(limit: number, run: () => Promise<T>): Promise<T> {
    const before = Error.stackTraceLimit;
    // A resource walks its whole stack for the engine's source position, whatever the limit.
    const sdk = sdkResource.Resource as unknown as { stackTrace: () => unknown[] };
    const stackTrace = sdk.stackTrace;
    Error.stackTraceLimit = limit;
    sdk.stackTrace = () => [];
    try {
        return await run();
    } finally {
        Error.stackTraceLimit = before;
        sdk.stackTrace = stackTrace;
    }
}

async function attempt(program: () => unknown, options: RecordOptions): Promise<Recorded> {
    const { project = "project", stack = "stack", config = {}, preview = false } = options;
    const monitor = new Recorder(project, stack, preview);
    // What fails behind an `apply` surfaces only as an unhandled rejection; for as long as we record, it is ours.
    const listeners = process.listeners("unhandledRejection");
    let fail: (reason: unknown) => void = () => undefined;
    const failed = new Promise<never>((_, reject) => (fail = reject));
    process.removeAllListeners("unhandledRejection").on("unhandledRejection", fail);
    try {
        // A store of its own keeps config, features and pending calls of one recording from the next.
        await Promise.race([failed, withStore(() => run(program, monitor, { project, stack, config, preview }))]);
        await settled();
        await Promise.race([failed, Promise.resolve()]);
    } finally {
        await settled();
        process.removeAllListeners("unhandledRejection");
        for (const listener of listeners) process.on("unhandledRejection", listener);
    }
    const resources = [...monitor.recorded.values()].flatMap((resource) =>
        resource.type === "awsx:ec2:Vpc" ? [resource, ...expandVpc(resource)] : [resource],
    );
    return { resources: resources.sort((a, b) => (a.urn < b.urn ? -1 : 1)), outputs: monitor.outputs };
}

/** What the SDK has but does not declare. */
const { withLocalStorage: withStore, getStore } = state as unknown as {
    withLocalStorage<T>(run: () => Promise<T>): Promise<T>;
    getStore(): { config: Record<string, string>; callbacks: unknown };
};
const { waitForRPCs } = settings as unknown as { waitForRPCs(): Promise<void> };
/** Everything under mocks happens in microtasks, so by the next turn of the event loop all of it has happened. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

async function run(program: () => unknown, monitor: Recorder, options: Required<RecordOptions>): Promise<void> {
    settings.setMockOptions(monitor, options.project, options.stack, options.preview);
    const store = getStore();
    store.config = { PULUMI_CONFIG: JSON.stringify(options.config), PULUMI_CONFIG_SECRET_KEYS: "[]" };
    // Resource hooks run only under the engine; without this stub the SDK would start a gRPC server for them.
    const nothing = async () => undefined;
    store.callbacks = {
        registerResourceHook: nothing,
        registerErrorHook: nothing,
        awaitStackRegistrations: nothing,
        shutdown: () => undefined,
    };
    await stackResource.runInPulumiStack(async () => {
        // Only the constructor's own arguments tell which outputs a resource has: they never reach the monitor.
        stackResource.registerStackTransformation(({ type, props }) => {
            monitor.properties.set(type, Object.keys(props));
            return undefined;
        });
        return program();
    });
    await waitForRPCs();
}

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Fields = { [key: string]: Json };
/** What we read of the SDK's protobuf requests. */
interface Request {
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
    getDeletebeforereplace(): boolean;
    getReplaceonchangesList(): string[];
    getRetainondelete(): boolean;
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
type Reply = (error: unknown, response: unknown) => void;

const stackType = "pulumi:pulumi:Stack";
const typeChain = (urn: string) => urn.split("::")[2];
const nameOf = (urn: string) => urn.split("::").slice(3).join("::");

/** Answers the SDK in the engine's stead, and takes down what it asks for. */
class Recorder extends mocks.MockMonitor {
    readonly recorded = new Map<string, PlanResource>();
    /** Type → its inputs and outputs, as its constructor declares them. */
    readonly properties = new Map<string, string[]>();
    outputs: Record<string, unknown> = {};

    constructor(
        private readonly project: string,
        private readonly stack: string,
        private readonly preview: boolean,
    ) {
        const unused = () => {
            throw new Error("the recorder answers by itself");
        };
        super({ call: unused, newResource: unused });
    }

    private urn(parent: string, type: string, name: string, stack = this.stack, project = this.project): string {
        const parents = parent ? typeChain(parent) : stackType;
        return `urn:pulumi:${stack}::${project}::${parents === stackType ? "" : `${parents}$`}${type}::${name}`;
    }

    override async registerResource(req: unknown, reply: Reply): Promise<void> {
        const request = req as Request;
        const [type, name, parent] = [request.getType(), request.getName(), request.getParent()];
        const urn = this.urn(parent, type, name);
        if (this.recorded.has(urn)) return reply(new Error(`two resources have the URN ${urn}`), undefined);

        const object = request.getObject().toJavaScript();
        if (type !== stackType) this.recorded.set(urn, this.resource(urn, request, object));
        const secret = new Set([...(secretOutputs[type] ?? []), ...request.getAdditionalsecretoutputsList()]);
        this.answer(reply, urn, request.getCustom() ? this.id(name) : "", this.result(type, name, object, secret));
    }

    /** What belongs to another stack is only read; it is no part of this one. */
    override async readResource(req: unknown, reply: Reply): Promise<void> {
        const request = req as Request;
        const [type, name] = [request.getType(), request.getName()];
        const result = this.result(type, name, request.getProperties().toJavaScript(), new Set(secretOutputs[type]));
        this.answer(reply, this.urn(request.getParent(), type, name), request.getId(), result);
    }

    override registerResourceOutputs(req: unknown, reply: Reply): void {
        const request = req as Request;
        if (typeChain(request.getUrn()) === stackType)
            this.outputs = readable(request.getOutputs()?.toJavaScript() ?? {}, "unknown") as Record<string, unknown>;
        reply(null, {});
    }

    override async invoke(req: unknown, reply: Reply): Promise<void> {
        const request = req as Request;
        const answer = invokes[request.getTok()];
        if (!answer)
            return reply(new Error(`plan/outputs.ts knows no answer to the function ${request.getTok()}`), undefined);
        const result = answer(readable(request.getArgs().toJavaScript(), "unknown") as Record<string, unknown>);
        reply(null, { getReturn: () => ({ toJavaScript: () => result }), getFailuresList: () => [] });
    }

    override supportsFeature(req: unknown, reply: Reply): void {
        // Values stay bare; transforms would run in the engine, which is not there.
        const unsupported = ["outputValues", "transforms", "invokeTransforms"];
        reply(null, { getHassupport: () => !unsupported.includes((req as Request).getId()) });
    }

    private answer(reply: Reply, urn: string, id: string, result: Fields): void {
        const object = { toJavaScript: () => result };
        reply(null, {
            getUrn: () => urn,
            getId: () => id,
            getObject: () => object,
            getProperties: () => object,
            getPropertydependenciesMap: () => undefined,
            getResult: () => 0,
        });
    }

    private id(name: string): string {
        return this.preview ? "" : `\${${name}.id}`;
    }

    /** The inputs, and (except in a preview) a readable stand-in for every output that is not one of them. */
    private result(type: string, name: string, inputs: Fields, secret: Set<string>): Fields {
        const result: Fields = { ...inputs };
        if (!this.preview) {
            const shapes = outputShapes[type]?.(name, inputs) ?? {};
            for (const property of this.properties.get(type) ?? [])
                result[property] ??= (shapes[property] as Json | undefined) ?? `\${${name}.${property}}`;
        }
        for (const property of secret)
            if (property in result && !rpc.isRpcSecret(result[property]))
                result[property] = { [rpc.specialSigKey]: rpc.specialSecretSig, value: result[property] };
        return result;
    }

    private resource(urn: string, request: Request, object: Fields): PlanResource {
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
            aliases: request.getAliasesList().map((alias) => this.alias(alias, request)),
            ...present({
                provider,
                deleteBeforeReplace: request.getDeletebeforereplace(),
                replaceOnChanges: request.getReplaceonchangesList(),
                retainOnDelete: request.getRetainondelete(),
                additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
                customTimeouts: Object.keys(customTimeouts).length > 0 ? customTimeouts : undefined,
            }),
        };
    }

    private alias(alias: Alias, request: Request): string {
        const spec = alias.getSpec();
        if (!spec) return alias.getUrn();
        const [type, name] = [spec.getType() || request.getType(), spec.getName() || request.getName()];
        return this.urn(spec.getParenturn(), type, name, spec.getStack() || undefined, spec.getProject() || undefined);
    }
}

/** Leaves out what was not said: undefined, "", false and []. */
function present<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
    const said = Object.entries(values).filter(([, value]) => (Array.isArray(value) ? value.length > 0 : value));
    return Object.fromEntries(said) as { [K in keyof T]?: Exclude<T[K], undefined> };
}

/** A wire value as a reader of the plan may see it. `sources` are the names of what an unknown value comes from. */
function readable(value: Json, sources: string): unknown {
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

