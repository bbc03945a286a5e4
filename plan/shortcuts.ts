import * as sdkResource from "@pulumi/pulumi/resource";
import * as sdkDebuggable from "@pulumi/pulumi/runtime/debuggable";
import * as rpc from "@pulumi/pulumi/runtime/rpc";

/**
 * What the SDK does for the engine and for debugging, and a recording can do without: more than half of its time. All of
 * it is put back afterwards; test/plan/sdk.test.ts fails when an upgrade moves what is replaced here.
 */

type Resolver = (value: unknown, isKnown: boolean, isSecret: boolean, deps?: unknown[], error?: Error) => void;
type Transfer = (onto: object, label: string, props: Record<string, unknown>) => Record<string, Resolver>;

/** Runs with stack traces of at most `limit` lines, and without the rest. */
export async function withShortcuts<T>(limit: number, run: () => Promise<T>): Promise<T> {
    const before = Error.stackTraceLimit;
    // A resource walks its whole stack for the engine's source position, whatever the limit.
    const resource = sdkResource.Resource as unknown as { stackTrace: () => unknown[] };
    const { stackTrace } = resource;
    // Notes on every promise for the SDK's report of those that never end; here such a program never ends either.
    const debuggable = sdkDebuggable as { debuggablePromise: <P>(promise: P) => P };
    const { debuggablePromise } = debuggable;
    const transfer = rpc as { transferProperties: Transfer };
    const { transferProperties } = transfer;

    Error.stackTraceLimit = limit;
    resource.stackTrace = () => [];
    debuggable.debuggablePromise = (promise) => promise;
    transfer.transferProperties = onFirstRead(transferProperties);
    try {
        return await run();
    } finally {
        Error.stackTraceLimit = before;
        resource.stackTrace = stackTrace;
        debuggable.debuggablePromise = debuggablePromise;
        transfer.transferProperties = transferProperties;
    }
}

/**
 * The SDK makes an output, of a dozen promises, for every property of every resource. Few are ever read, so here each is
 * made when it is.
 */
function onFirstRead(transferProperties: Transfer): Transfer {
    return (onto, label, props) => {
        const resolvers: Record<string, Resolver> = {};
        for (const key of Object.keys(props)) {
            if (key === "id" || key === "urn") continue;
            if (Object.hasOwn(onto, key)) throw new Error(`Property '${key}' is already initialized on '${label}'`);
            let resolver: Resolver | undefined;
            let answer: Parameters<Resolver> | undefined;
            const output = (): unknown => {
                delete (onto as Record<string, unknown>)[key];
                resolver = transferProperties(onto, label, { [key]: props[key] })[key];
                if (answer) resolver(...answer);
                return (onto as Record<string, unknown>)[key];
            };
            Object.defineProperty(onto, key, {
                configurable: true,
                enumerable: true,
                get: output,
                set: (value) =>
                    Object.defineProperty(onto, key, { configurable: true, enumerable: true, writable: true, value }),
            });
            resolvers[key] = (...args) => {
                // A failure must not wait for somebody to read it.
                if (args[4] && !resolver) output();
                if (resolver) resolver(...args);
                else answer = args;
            };
        }
        return resolvers;
    };
}
