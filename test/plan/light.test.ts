import assert from "node:assert/strict";

import * as pulumi from "@pulumi/pulumi";
import * as sdk from "@pulumi/pulumi/output";

import { lightOutputs } from "../../plan/light";
import { record } from "../../plan/record";

/** An output as the SDK's internals see it. */
interface Output {
    resources(): Set<unknown>;
    allResources(): Promise<Set<unknown>>;
    isKnown: Promise<boolean>;
    isSecret: Promise<boolean>;
    promise(withUnknowns?: boolean): Promise<unknown>;
    apply(func: (value: never) => unknown, runWithUnknowns?: boolean): Output;
    [property: string]: unknown;
}
type Make = (...args: unknown[]) => Output;
type Api = Record<"output" | "all" | "secret" | "unsecret" | "concat" | "jsonStringify", Make> & {
    interpolate(texts: TemplateStringsArray, ...parts: unknown[]): Output;
    Output: new (...args: unknown[]) => Output;
};

const ofSdk = { ...sdk } as unknown as Api;
const light = { ...sdk, ...lightOutputs } as unknown as Api;
const { unknown } = sdk as unknown as { unknown: unknown };

class Thing extends pulumi.ComponentResource {
    constructor(readonly called: string) {
        super("test:Thing", called);
    }
}

/** All that can be asked of an output. */
async function told(output: Output) {
    const names = (resources: Set<unknown>) => [...resources].map((each) => (each as Thing).called).sort();
    return {
        value: await output.promise(),
        withUnknowns: await output.promise(true),
        isKnown: await output.isKnown,
        isSecret: await output.isSecret,
        resources: names(output.resources()),
        allResources: names(await output.allResources()),
    };
}

describe("Outputs of a recording", () => {
    let one: Thing;
    let other: Thing;
    before(() => record(() => ((one = new Thing("one")), (other = new Thing("other")))));

    /** Of a resource, as the SDK makes them when it registers one. */
    const of = (
        api: Api,
        resource: unknown,
        value: unknown,
        { known = true, secret = false, all = [] as unknown[] } = {},
    ) =>
        new api.Output(
            resource,
            Promise.resolve(value),
            Promise.resolve(known),
            Promise.resolve(secret),
            Promise.resolve(all),
        );

    const cases: Record<string, (api: Api) => Output> = {
        "a literal": (api) => api.output("a"),
        nothing: (api) => api.output(undefined),
        "a promise": (api) => api.output(Promise.resolve({ a: Promise.resolve([1, api.output(2)]) })),
        "a structure of literals": (api) => api.output({ a: [1, { b: null, c: undefined }], d: "e" }),
        "a structure of outputs": (api) =>
            api.output({ a: of(api, one, 1), b: [of(api, other, { c: api.secret("d") }), "e"], f: { g: {} } }),
        "a resource's": (api) => of(api, one, "a", { all: [other] }),
        "a secret": (api) => api.secret({ a: of(api, one, 1) }),
        "what was a secret": (api) => api.unsecret(api.secret(of(api, one, 1))),
        "what is unknown": (api) => of(api, one, undefined, { known: false }),
        "what is unknown within": (api) => of(api, one, { a: unknown, b: 1 }),
        "what is unknown among others": (api) =>
            api.all([of(api, one, undefined, { known: false }), "a", api.secret(1)]),
        "an apply on what is unknown": (api) => of(api, one, 1, { known: false }).apply(() => 2),
        "an apply that runs with it": (api) => of(api, one, 1, { known: false }).apply((value) => [value], true),
        "an apply that returns an output": (api) =>
            of(api, one, 1).apply((value) => api.secret([value, of(api, other, 2)])),
        "an apply that returns what has outputs in it": (api) =>
            api.output(of(api, one, 1).apply((value) => ({ a: of(api, other, [value]) }))),
        "a property of an unknown value": (api) => of(api, one, { a: unknown, b: 1 }).b as Output,
        "an unknown property": (api) => of(api, one, { a: unknown, b: 1 }).a as Output,
        "a property of nothing": (api) => of(api, one, undefined).b as Output,
        "a property that is called as something of ours": (api) => of(api, one, { state: 1 }).state as Output,
        "an element": (api) => of(api, one, [{ a: 1 }])[0] as Output,
        concat: (api) => api.concat("a", of(api, one, 1), api.secret("b"), null),
        interpolate: (api) => api.interpolate`a\n${of(api, one, 1)}-${undefined}${api.secret("b")}\u0041`,
        "interpolate without parts": (api) => api.interpolate`a`,
        jsonStringify: (api) =>
            api.jsonStringify({ b: of(api, one, [1]), a: undefined, c: api.output("d") }, undefined, 2),
        "what lies in several places": (api) => {
            const shared = { a: of(api, one, 1) };
            return api.output([shared, shared]);
        },
        "an output of the SDK in it": (api) => api.output({ a: of(ofSdk, one, 1, { all: [other], secret: true }) }),
    };
    for (const [name, make] of Object.entries(cases))
        it(`are as the SDK's: ${name}`, async () => {
            assert.deepEqual(await told(make(light)), await told(make(ofSdk)));
        });

    it("keep the order of keys, whichever come late", async () => {
        const value = await light.output({ a: light.output(1), b: 2, c: Promise.resolve(3) }).promise();
        assert.equal(JSON.stringify(value), '{"a":1,"b":2,"c":3}');
    });

    it("are taken for no promise, and have nothing that libraries ask for", () => {
        const output = light.output({ then: 1, __pulumiResource: true, doNotCapture: true });
        for (const key of ["then", "__pulumiResource", "doNotCapture", "deploymentOnlyModule", Symbol.iterator])
            assert.equal(output[key as string], undefined, String(key));
        assert.ok(pulumi.Output.isInstance(output));
    });

    it("say what is wrong with taking one for its value, as the SDK's do", () => {
        for (const text of [(of: Output) => `${of as unknown as string}`, (of: Output) => JSON.stringify({ of })])
            assert.equal(text(light.output(1)), text(ofSdk.output(1)));
        assert.match(String(light.output(1)), /Calling \[toString\] on an \[Output<T>\] is not supported/);
    });

    it("refuse a circle", () => {
        const circle: Record<string, unknown> = {};
        circle.a = [circle];
        for (const api of [light, ofSdk]) assert.throws(() => api.output(circle), /circular structure/);
    });

    it("fail with what they are made of", async () => {
        const failing = (api: Api) => [
            api.output(1).apply(() => {
                throw new Error("no");
            }),
            api.output({ a: Promise.reject(new Error("no")) }),
        ];
        for (const api of [light, ofSdk])
            for (const output of failing(api)) {
                // The SDK's have promises of which nobody asks.
                for (const key of ["isKnown", "isSecret"] as const) await assert.rejects(output[key], /no/);
                await assert.rejects(output.promise(), /no/);
                await assert.rejects(output.apply((value) => value).promise(), /no/);
            }
    });

    it("run an apply that nobody reads, and fail the recording if it does", async () => {
        let ran = false;
        await record(() => void pulumi.output(1).apply(() => (ran = true)));
        assert.ok(ran);
        const failing = () =>
            void pulumi.all([1, 2]).apply(() => {
                throw new Error("in an apply");
            });
        await assert.rejects(record(failing), /in an apply/);
    });

    it("are what a program makes while it is recorded, and not afterwards", async () => {
        const isLight = () => Object.getPrototypeOf(pulumi.output(1)) === lightOutputs.Output.prototype;
        let recorded = false;
        await record(() => void (recorded = isLight()));
        assert.deepEqual([recorded, isLight()], [true, false]);
    });
});
