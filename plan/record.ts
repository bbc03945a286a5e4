import * as mocks from "@pulumi/pulumi/runtime/mocks";
import * as rpc from "@pulumi/pulumi/runtime/rpc";
import * as settings from "@pulumi/pulumi/runtime/settings";
import * as stackResource from "@pulumi/pulumi/runtime/stack";
import * as state from "@pulumi/pulumi/runtime/state";

import { invokes, outputShapes, secretOutputs } from "./outputs";
import type { PlanResource } from "./resource";
import { withShortcuts } from "./shortcuts";
import { expandVpc } from "./vpc";
import { readable, resourceOf, stackType, typeChain, urnOf, type Fields, type Json, type Request } from "./wire";

/**
 * The one recorder, for the product and the tests: evaluates a Pulumi program in this process, without an engine, a cloud
 * or a credential, and tells which resources it registers. All that is known of the SDK's internals is here and in
 * wire.ts; test/plan/record.test.ts fails loudly when an upgrade moves them.
 */

export type { PlanResource };

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
    /** Is told how many resources there are, after each. */
    onResource?: (count: number) => void;
}

let queue: Promise<unknown> = Promise.resolve();

/** Records `program`. Rejects with the program's first error, or when two resources share a URN. Records queue up. */
export function record(program: () => unknown, options: RecordOptions = {}): Promise<Recorded> {
    const result = queue.then(async () => {
        try {
            // The SDK keeps a stack trace for every promise: more than half of the time of a recording.
            return await withShortcuts(0, () => attempt(program, options));
        } catch {
            return await withShortcuts(50, () => attempt(program, options));
        }
    });
    queue = result.catch(() => undefined);
    return result;
}

async function attempt(program: () => unknown, options: RecordOptions): Promise<Recorded> {
    const { project = "project", stack = "stack", config = {}, preview = false, onResource } = options;
    const monitor = new Recorder({ project, stack }, preview, onResource);
    // A store of its own keeps config, features and pending calls of one recording from the next. The SDK's own way to have
    // one, async local storage, makes every promise dearer.
    const stores = globalThis as { globalStore?: unknown };
    const { globalStore } = stores;
    stores.globalStore = new LocalStore();
    // What fails behind an `apply` surfaces only as an unhandled rejection; for as long as we record, it is ours.
    const listeners = process.listeners("unhandledRejection");
    let fail: (reason: unknown) => void = () => undefined;
    const failed = new Promise<never>((_, reject) => (fail = reject));
    process.removeAllListeners("unhandledRejection").on("unhandledRejection", fail);
    try {
        await Promise.race([failed, run(program, monitor, { project, stack, config, preview })]);
        await settled();
        await Promise.race([failed, Promise.resolve()]);
    } finally {
        await settled();
        process.removeAllListeners("unhandledRejection");
        for (const listener of listeners) process.on("unhandledRejection", listener);
        stores.globalStore = globalStore;
    }
    const resources = [...monitor.recorded.values()].flatMap((resource) =>
        resource.type === "awsx:ec2:Vpc" ? [resource, ...expandVpc(resource)] : [resource],
    );
    return { resources: resources.sort((a, b) => (a.urn < b.urn ? -1 : 1)), outputs: monitor.outputs };
}

/** What the SDK has but does not declare. */
const { LocalStore, getStore } = state as unknown as {
    LocalStore: new () => unknown;
    getStore(): { config: Record<string, string>; callbacks: unknown };
};
const { waitForRPCs } = settings as unknown as { waitForRPCs(): Promise<void> };
/** Everything under mocks happens in microtasks, so by the next turn of the event loop all of it has happened. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

async function run(
    program: () => unknown,
    monitor: Recorder,
    options: Required<Omit<RecordOptions, "onResource">>,
): Promise<void> {
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

type Reply = (error: unknown, response: unknown) => void;

/** An error as gRPC has it; the SDK reads sometimes the one text, sometimes the other. */
const refusal = (message: string) => Object.assign(new Error(message), { details: message });

/** Answers the SDK in the engine's stead, and takes down what it asks for. */
class Recorder extends mocks.MockMonitor {
    readonly recorded = new Map<string, PlanResource>();
    /** Type → its inputs and outputs, as its constructor declares them. */
    readonly properties = new Map<string, string[]>();
    outputs: Record<string, unknown> = {};
    /** URN of a component → URN of the provider for AWS that it was given, or that its parent was. */
    private readonly providers = new Map<string, string>();

    constructor(
        private readonly at: { project: string; stack: string },
        private readonly preview: boolean,
        private readonly onResource: (count: number) => void = () => undefined,
    ) {
        const unused = () => {
            throw new Error("the recorder answers by itself");
        };
        super({ call: unused, newResource: unused });
    }

    override async registerResource(req: unknown, reply: Reply): Promise<void> {
        const request = req as Request;
        const [type, name, parent] = [request.getType(), request.getName(), request.getParent()];
        const urn = urnOf(this.at, parent, type, name);
        if (this.recorded.has(urn)) return reply(refusal(`two resources have the URN ${urn}`), undefined);

        const object = request.getObject().toJavaScript();
        // What a component was given for a package is its children's, too; the engine tells a remote one.
        const provider =
            request
                .getProvidersMap()
                .get("aws")
                ?.replace(/::[^:]*$/, "") ?? this.providers.get(parent);
        if (provider) this.providers.set(urn, provider);
        const remote = type === "awsx:ec2:Vpc" && provider ? { provider } : {};
        if (type !== stackType) this.recorded.set(urn, { ...resourceOf(urn, request, object), ...remote });
        this.onResource(this.recorded.size);
        const secret = new Set([...(secretOutputs[type] ?? []), ...request.getAdditionalsecretoutputsList()]);
        this.answer(reply, urn, request.getCustom() ? this.id(name) : "", this.result(type, name, object, secret));
    }

    /** What belongs to another stack is only read; it is no part of this one. */
    override async readResource(req: unknown, reply: Reply): Promise<void> {
        const request = req as Request;
        const [type, name] = [request.getType(), request.getName()];
        const result = this.result(type, name, request.getProperties().toJavaScript(), new Set(secretOutputs[type]));
        this.answer(reply, urnOf(this.at, request.getParent(), type, name), request.getId(), result);
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
            return reply(refusal(`plan/outputs.ts knows no answer to the function ${request.getTok()}`), undefined);
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
                result[property] =
                    (shapes[property] as Json | undefined) ?? result[property] ?? `\${${name}.${property}}`;
        }
        for (const property of secret)
            if (property in result && !rpc.isRpcSecret(result[property]))
                result[property] = { [rpc.specialSigKey]: rpc.specialSecretSig, value: result[property] };
        return result;
    }
}
