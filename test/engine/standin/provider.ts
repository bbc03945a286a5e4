import { readFileSync } from "node:fs";

import { Server, ServerCredentials, status, type sendUnaryData, type ServerUnaryCall } from "@grpc/grpc-js";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as rpc from "@pulumi/pulumi/proto/provider_pb";

import { nameOf, typeOf, type Cloud } from "./cloud";
import { replacedBy } from "../../../plan/replacing";
import { autoNamed, functions, recomputed } from "./resources";
import { changedKeys, isUnknown, plainProperties, type Properties } from "./values";
import { constructVpc } from "./vpc";

/** The packages that stand-ins serve; a program that needs another one fails for want of its plugin. */
export const packages = ["aws", "awsx", "docker", "docker-build", "gcp", "random"] as const;

/** The version of a package's SDK, which is the version of the plugin that it asks for. */
export const versionOf = (name: string): string =>
    (JSON.parse(readFileSync(require.resolve(`@pulumi/${name}/package.json`), "utf8")) as { version: string }).version;

const properties = (struct: Struct | undefined): Properties => (struct?.toJavaScript() ?? {}) as Properties;
const struct = (values: Properties): Struct => Struct.fromJavaScript(values);

/** A gRPC method from a function: what it throws is the error that the engine shows. */
const unary =
    <Request, Response>(answer: (request: Request) => Response | Promise<Response>) =>
    (call: ServerUnaryCall<Request, Response>, done: sendUnaryData<Response>): void => {
        Promise.resolve()
            .then(() => answer(call.request))
            .then(
                (response) => done(null, response),
                (error: Error) => done({ code: status.UNKNOWN, message: error.message, details: error.message }),
            );
    };

const unimplemented = (_call: unknown, done: sendUnaryData<never>): void =>
    done({ code: status.UNIMPLEMENTED, details: "not implemented by the stand-in" });

/** Inputs as the provider keeps them: with a physical name, made up once where the program gives none. */
function check(cloud: Cloud, request: rpc.CheckRequest): rpc.CheckResponse {
    const [type, news, olds] = [typeOf(request.getUrn()), properties(request.getNews()), properties(request.getOlds())];
    const property = autoNamed(type);
    if (property && !(property in news)) {
        const suffix = Buffer.from(request.getRandomseed_asU8()).toString("hex").slice(0, 7);
        news[property] = olds[property] ?? `${nameOf(request.getUrn())}-${suffix}`.toLowerCase();
        // So does a real one say what the program did not.
        news.__defaults = [property];
    }
    const response = new rpc.CheckResponse().setInputs(struct(news));
    for (const problem of cloud.check(request.getUrn(), news))
        response.addFailures(new rpc.CheckFailure().setReason(problem));
    return response;
}

/** A registry's password is no part of what was built, and a new one comes with every run. */
function withoutPasswords(type: string, wrapped: Properties): Properties {
    const values = plainProperties(wrapped);
    if (type !== "docker-build:index:Image" || !Array.isArray(values.registries)) return values;
    return { ...values, registries: (values.registries as Properties[]).map((r) => ({ ...r, password: null })) };
}

function diff(request: rpc.DiffRequest): rpc.DiffResponse {
    const type = typeOf(request.getUrn());
    const [old, now] = [request.getOldInputs(), request.getNews()].map((s) => withoutPasswords(type, properties(s)));
    const changed = changedKeys(old!, now!);
    const { DIFF_NONE, DIFF_SOME } = rpc.DiffResponse.DiffChanges;
    return new rpc.DiffResponse()
        .setChanges(changed.length ? DIFF_SOME : DIFF_NONE)
        .setDiffsList(changed)
        .setReplacesList(
            replacedBy(type, plainProperties(old!), plainProperties(now!)).map((path) => path.split(".")[0]!),
        );
}

async function create(cloud: Cloud, request: rpc.CreateRequest): Promise<rpc.CreateResponse> {
    const inputs = properties(request.getProperties());
    if (request.getPreview()) return new rpc.CreateResponse().setProperties(struct(inputs));
    const { id, outputs } = await cloud.create(request.getUrn(), inputs);
    return new rpc.CreateResponse().setId(id).setProperties(struct(outputs));
}

function update(cloud: Cloud, request: rpc.UpdateRequest): rpc.UpdateResponse {
    const [inputs, outputs] = [properties(request.getNews()), properties(request.getOlds())];
    const type = typeOf(request.getUrn());
    if (request.getPreview())
        return new rpc.UpdateResponse().setProperties(
            struct(recomputed.has(type) ? inputs : { ...outputs, ...inputs }),
        );
    const old = { inputs: properties(request.getOldInputs()), outputs };
    return new rpc.UpdateResponse().setProperties(struct(cloud.update(request.getUrn(), request.getId(), inputs, old)));
}

/** The state as it is; without an id where the thing is gone, which tells the engine to forget it. */
function read(cloud: Cloud, request: rpc.ReadRequest): rpc.ReadResponse {
    if (!cloud.exists(request.getUrn(), request.getId())) return new rpc.ReadResponse();
    return new rpc.ReadResponse()
        .setId(request.getId())
        .setProperties(request.getProperties())
        .setInputs(request.getInputs());
}

function invoke(request: rpc.InvokeRequest): rpc.InvokeResponse {
    const answer = functions[request.getTok()];
    if (!answer) throw new Error(`the stand-in does not know the function ${request.getTok()}: add it to resources.ts`);
    return new rpc.InvokeResponse().setReturn(struct(answer(properties(request.getArgs()))));
}

const configured = (): rpc.ConfigureResponse =>
    new rpc.ConfigureResponse().setAcceptsecrets(true).setSupportspreview(true).setAcceptresources(true);

const checkedConfig = (request: rpc.CheckRequest): rpc.CheckResponse =>
    new rpc.CheckResponse().setInputs(request.getNews());

/** Another region or project is another provider, whose resources are others; all else only reconfigures it. */
function diffConfig(request: rpc.DiffRequest): rpc.DiffResponse {
    const changed = changedKeys(properties(request.getOldInputs()), properties(request.getNews())).filter(
        (key) => !isUnknown(properties(request.getNews())[key]),
    );
    return new rpc.DiffResponse()
        .setDiffsList(changed)
        .setReplacesList(changed.filter((key) => key === "region" || key === "project"));
}

/** Serves one package on a free port of this machine. */
async function serve(name: string, cloud: Cloud): Promise<{ port: number; stop: () => void }> {
    const server = new Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
    server.addService(ResourceProviderService, {
        handshake: unary<rpc.ProviderHandshakeRequest, rpc.ProviderHandshakeResponse>(() =>
            new rpc.ProviderHandshakeResponse().setAcceptSecrets(true).setAcceptResources(true),
        ),
        attach: unary(() => new Empty()),
        cancel: unary(() => new Empty()),
        getPluginInfo: unary(() => new PluginInfo().setVersion(versionOf(name))),
        getSchema: unary(() => new rpc.GetSchemaResponse().setSchema(JSON.stringify({ name }))),
        getMapping: unary(() => new rpc.GetMappingResponse()),
        getMappings: unary(() => new rpc.GetMappingsResponse()),
        checkConfig: unary(checkedConfig),
        diffConfig: unary(diffConfig),
        configure: unary(configured),
        check: unary((request: rpc.CheckRequest) => check(cloud, request)),
        diff: unary(diff),
        create: unary((request: rpc.CreateRequest) => create(cloud, request)),
        update: unary((request: rpc.UpdateRequest) => update(cloud, request)),
        read: unary((request: rpc.ReadRequest) => read(cloud, request)),
        delete: unary((request: rpc.DeleteRequest) => {
            cloud.delete(request.getUrn(), request.getId());
            return new Empty();
        }),
        invoke: unary(invoke),
        construct: unary((request: rpc.ConstructRequest) => {
            if (request.getType() !== "awsx:ec2:Vpc") throw new Error(`the stand-in cannot build ${request.getType()}`);
            return constructVpc(request, versionOf("aws"));
        }),
        call: unimplemented,
        list: unimplemented,
        parameterize: unimplemented,
    });
    const port = await new Promise<number>((resolve, reject) =>
        server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
            error ? reject(error) : resolve(bound),
        ),
    );
    return { port, stop: () => server.forceShutdown() };
}

/**
 * Serves every package from this process, so that the cloud outlives an engine that is killed and ends with the tests.
 * `attach` is what the engine's PULUMI_DEBUG_PROVIDERS wants to hear: it then starts and downloads no plugins.
 */
export async function standIn(cloud: Cloud): Promise<{ attach: string; stop: () => void }> {
    const servers = await Promise.all(packages.map((name) => serve(name, cloud)));
    return {
        attach: packages.map((name, i) => `${name}:${servers[i]!.port}`).join(","),
        stop: () => servers.forEach((server) => server.stop()),
    };
}
