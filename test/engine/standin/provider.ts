import { readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";

import { Metadata, Server, ServerCredentials, status, type sendUnaryData, type ServerUnaryCall } from "@grpc/grpc-js";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as rpc from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";

import { nameOf, PartialFailure, typeOf, type Cloud } from "./cloud";
import { functions } from "./functions";
import { lookups } from "./lookups";
import { autoNamed } from "./names";
import { replacingKeys } from "./replacing";
import { recomputed } from "./resources";
import { placeOf, withDefaultLabels, withDefaultTags } from "./settings";
import { changedKeys, inState, isUnknown, plainProperties, type Properties } from "./values";
import { constructVpc } from "./vpc";

/** The packages that stand-ins serve; a program that needs another one fails for want of its plugin. */
export const packages = ["aws", "awsx", "docker", "docker-build", "gcp", "random"] as const;
export type Package = (typeof packages)[number];

/** The version of a package's SDK, which is the version of the plugin that it asks for. */
export const versionOf = (name: string): string =>
    (JSON.parse(readFileSync(require.resolve(`@pulumi/${name}/package.json`), "utf8")) as { version: string }).version;

const properties = (struct: Struct | undefined): Properties => (struct?.toJavaScript() ?? {}) as Properties;
const struct = (values: Properties): Struct => Struct.fromJavaScript(values);

/** A gRPC method from a function: what it throws is the error that the engine shows. */
const unary =
    <Request, Response>(
        answer: (request: Request, peer: string) => Response | Promise<Response>,
    ): ((call: ServerUnaryCall<Request, Response>, done: sendUnaryData<Response>) => void) =>
    (call, done) => {
        Promise.resolve()
            .then(() => answer(call.request, call.getPeer()))
            .then(
                (response) => done(null, response),
                (error: Error) => done({ code: status.UNKNOWN, ...failureOf(error) }),
            );
    };

/** A failure that leaves something in the state carries it, as the real providers' do. */
function failureOf(error: Error): { message: string; details: string; metadata: Metadata } {
    const metadata = new Metadata();
    if (error instanceof PartialFailure) {
        const detail = new rpc.ErrorResourceInitFailed()
            .setId(error.id)
            .setProperties(struct(error.properties))
            .setReasonsList([error.message]);
        const packed = new Any();
        packed.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
        const whole = new Status().setCode(status.UNKNOWN).setMessage(error.message);
        // It answers with what was added.
        whole.addDetails(packed);
        metadata.add("grpc-status-details-bin", Buffer.from(whole.serializeBinary()));
    }
    return { message: error.message, details: error.message, metadata };
}

const unimplemented = (_call: unknown, done: sendUnaryData<never>): void =>
    done({ code: status.UNIMPLEMENTED, details: "not implemented by the stand-in" });

/** Inputs as the provider keeps them: with a physical name, made up once where the program gives none. */
function check(cloud: Cloud, request: rpc.CheckRequest, settings: Properties): rpc.CheckResponse {
    const [type, olds] = [typeOf(request.getUrn()), properties(request.getOlds())];
    const news = withDefaultTags(type, properties(request.getNews()), settings);
    const property = autoNamed(type);
    if (property && !(property in news)) {
        const suffix = Buffer.from(request.getRandomseed_asU8()).toString("hex").slice(0, 7);
        news[property] = olds[property] ?? `${nameOf(request.getUrn())}-${suffix}`.toLowerCase();
        // How the state tells what a program said from what a provider filled in.
        news.__defaults = [property];
    }
    const response = new rpc.CheckResponse().setInputs(struct(news));
    for (const problem of cloud.check(request.getUrn(), news))
        response.addFailures(new rpc.CheckFailure().setReason(problem));
    return response;
}

/**
 * Inputs as a provider compares them. A registry's password is no part of what was built, and a new one comes with every run;
 * a certificate's names are a set, with its own among them.
 */
function compared(type: string, wrapped: Properties): Properties {
    const values = plainProperties(wrapped);
    if (type === "aws:acm/certificate:Certificate" && Array.isArray(values.subjectAlternativeNames)) {
        const names = new Set([values.domainName!, ...values.subjectAlternativeNames]);
        return { ...values, subjectAlternativeNames: [...names].sort() };
    }
    if (type !== "docker-build:index:Image" || !Array.isArray(values.registries)) return values;
    return { ...values, registries: (values.registries as Properties[]).map((r) => ({ ...r, password: null })) };
}

function diff(request: rpc.DiffRequest, settings: Properties): rpc.DiffResponse {
    const type = typeOf(request.getUrn());
    const before = { inputs: properties(request.getOldInputs()), outputs: properties(request.getOlds()) };
    const news = properties(request.getNews());
    const [old, now] = [inState(before, news), news].map((values) => compared(type, values));
    const changed = changedKeys(old!, now!);
    const labels = "effectiveLabels";
    const labelled = withDefaultLabels(type, now!, settings);
    const were = plainProperties(before.outputs)[labels];
    if (labelled && were !== undefined && !isDeepStrictEqual(labelled, were)) changed.push(labels);
    const { DIFF_NONE, DIFF_SOME } = rpc.DiffResponse.DiffChanges;
    return new rpc.DiffResponse()
        .setChanges(changed.length ? DIFF_SOME : DIFF_NONE)
        .setDiffsList(changed)
        .setReplacesList(replacingKeys(type, changed, old!, now!));
}

/** Outputs with what the provider adds to a resource's labels. */
const labelled = (type: string, outputs: Properties, settings: Properties): Properties => {
    const effectiveLabels = withDefaultLabels(type, outputs, settings);
    return effectiveLabels ? { ...outputs, effectiveLabels } : outputs;
};

async function create(cloud: Cloud, request: rpc.CreateRequest, settings: Properties): Promise<rpc.CreateResponse> {
    const [inputs, type] = [properties(request.getProperties()), typeOf(request.getUrn())];
    if (request.getPreview()) return new rpc.CreateResponse().setProperties(struct(inputs));
    const { id, outputs } = await cloud.create(request.getUrn(), inputs, placeOf(type, settings));
    return new rpc.CreateResponse().setId(id).setProperties(struct(labelled(type, outputs, settings)));
}

async function update(cloud: Cloud, request: rpc.UpdateRequest, settings: Properties): Promise<rpc.UpdateResponse> {
    const [inputs, outputs] = [properties(request.getNews()), properties(request.getOlds())];
    const type = typeOf(request.getUrn());
    if (request.getPreview())
        return new rpc.UpdateResponse().setProperties(
            struct(recomputed.has(type) ? inputs : { ...outputs, ...inputs }),
        );
    const old = { inputs: properties(request.getOldInputs()), outputs };
    const [labels, were] = [labelled(type, inputs, settings), plainProperties(outputs)].map(
        (one) => one.effectiveLabels,
    );
    const relabelled = labels !== undefined && !isDeepStrictEqual(labels, were);
    const updated = await cloud.update(request.getUrn(), request.getId(), inputs, old, relabelled);
    return new rpc.UpdateResponse().setProperties(struct(labelled(type, updated, settings)));
}

/** The thing as the cloud has it; without an id where it is gone, which tells the engine to forget it. */
function read(cloud: Cloud, request: rpc.ReadRequest): rpc.ReadResponse {
    const thing = cloud.read(request.getUrn(), request.getId());
    if (!thing) return new rpc.ReadResponse();
    const there = properties(request.getProperties());
    for (const key of thing.asked ?? []) delete there[key];
    return new rpc.ReadResponse()
        .setId(request.getId())
        .setProperties(struct({ ...there, ...thing.written }))
        .setInputs(struct(thing.written));
}

function invoke(cloud: Cloud, request: rpc.InvokeRequest): rpc.InvokeResponse {
    const answer: ((args: Properties, cloud: Cloud) => Properties) | undefined =
        functions[request.getTok()] ?? lookups[request.getTok()];
    if (!answer) throw new Error(`the stand-in does not know the function ${request.getTok()}: add it to functions.ts`);
    return new rpc.InvokeResponse().setReturn(struct(answer(properties(request.getArgs()), cloud)));
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
    // Each provider of a program has a connection of its own, by which it is known.
    const settings = new Map<string, Properties>();
    const asked = <Request, Response>(
        answer: (request: Request, settings: Properties) => Response | Promise<Response>,
    ) => unary((request: Request, peer) => answer(request, settings.get(peer) ?? {}));
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
        configure: unary((request: rpc.ConfigureRequest, peer) => {
            settings.set(peer, plainProperties(properties(request.getArgs())));
            return configured();
        }),
        check: asked((request: rpc.CheckRequest, of) => check(cloud, request, of)),
        diff: asked(diff),
        create: asked((request: rpc.CreateRequest, of) => create(cloud, request, of)),
        update: asked((request: rpc.UpdateRequest, of) => update(cloud, request, of)),
        read: unary((request: rpc.ReadRequest) => read(cloud, request)),
        delete: unary(async (request: rpc.DeleteRequest) => {
            await cloud.delete(request.getUrn(), request.getId());
            return new Empty();
        }),
        invoke: unary((request: rpc.InvokeRequest) => invoke(cloud, request)),
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
export async function standIn(
    cloud: Cloud,
    real: readonly Package[] = [],
): Promise<{ attach: string; stop: () => void }> {
    const served = packages.filter((name) => !real.includes(name));
    const servers = await Promise.all(served.map((name) => serve(name, cloud)));
    return {
        attach: served.map((name, i) => `${name}:${servers[i]!.port}`).join(","),
        stop: () => servers.forEach((server) => server.stop()),
    };
}
