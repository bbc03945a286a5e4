import assert from "node:assert/strict";

import * as output from "@pulumi/pulumi/output";
import * as debuggable from "@pulumi/pulumi/runtime/debuggable";
import * as dependsOn from "@pulumi/pulumi/runtime/dependsOn";
import * as mocks from "@pulumi/pulumi/runtime/mocks";
import * as settings from "@pulumi/pulumi/runtime/settings";
import * as state from "@pulumi/pulumi/runtime/state";
import * as resource from "@pulumi/pulumi/resource";
import * as rpc from "@pulumi/pulumi/runtime/rpc";
import * as resproto from "@pulumi/pulumi/proto/resource_pb";

/** What the recorder takes for granted of the SDK. When an upgrade breaks one of these, plan/record.ts is to be revised. */
describe("The SDK's internals that the recorder stands on", () => {
    for (const [name, owner, keys] of [
        [
            "output",
            output,
            [
                "Output",
                "output",
                "all",
                "secret",
                "concat",
                "interpolate",
                "jsonStringify",
                "containsUnknowns",
                "isUnknown",
            ],
        ],
        ["runtime/settings", settings, ["setMockOptions", "waitForRPCs"]],
        ["runtime/state", state, ["LocalStore", "getStore"]],
        [
            "runtime/rpc",
            rpc,
            [
                "isRpcSecret",
                "deserializeProperties",
                "transferProperties",
                "resolveProperties",
                "serializeResourceProperties",
            ],
        ],
        ["runtime/dependsOn", dependsOn, ["getAllTransitivelyReferencedResourceURNs"]],
        ["runtime/debuggable", debuggable, ["debuggablePromise"]],
        ["Resource", resource.Resource, ["stackTrace"]],
        [
            "MockMonitor",
            mocks.MockMonitor.prototype,
            [
                "registerResource",
                "readResource",
                "registerResourceOutputs",
                "invoke",
                "supportsFeature",
                "registerPackage",
            ],
        ],
        [
            "RegisterResourceRequest",
            (resproto as unknown as { RegisterResourceRequest: { prototype: object } }).RegisterResourceRequest
                .prototype,
            [
                "getObject",
                "getDependenciesList",
                "getPropertydependenciesMap",
                "getAliasesList",
                "getIgnorechangesList",
                "getReplaceonchangesList",
                "getAdditionalsecretoutputsList",
                "getCustomtimeouts",
                "getProtect",
                "getProvider",
                "getRetainondelete",
                "getDeletebeforereplace",
            ],
        ],
    ] as const)
        it(`has ${keys.join(", ")} in ${name}`, () => {
            for (const key of keys) assert.equal(typeof (owner as Record<string, unknown>)[key], "function", key);
        });

    it("wraps what is secret, unknown or special under the signatures that plans leave out", () => {
        assert.equal(rpc.specialSigKey, "4dabf18193072939515e22adb298388d");
        assert.equal(rpc.specialSecretSig, "1b47061264138c4ac30d75fd1eb44270");
        assert.equal(rpc.unknownValue, "04da6b54-80e4-46f7-96ec-b56ff0331ba9");
    });
});
