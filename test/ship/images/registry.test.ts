import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { credentialsOf } from "../../../ship/images/credentials";
import { digestOf, pinned, placeOf } from "../../../ship/images/registry";

const digest = `sha256:${"a".repeat(64)}`;

describe("An image's reference", () => {
    const hub = "registry-1.docker.io";
    const cases: [reference: string, registry: string, name: string, tag?: string, digest?: string][] = [
        ["nginx", hub, "library/nginx"],
        ["nginx:1.29", hub, "library/nginx", "1.29"],
        ["bitnami/redis:7", hub, "bitnami/redis", "7"],
        ["docker.io/library/nginx:1", hub, "library/nginx", "1"],
        ["ghcr.io/o/r/n:1", "ghcr.io", "o/r/n", "1"],
        ["localhost:5000/app", "localhost:5000", "app"],
        ["localhost:5000/app:1", "localhost:5000", "app", "1"],
        [`127.0.0.1:5000/app:1@${digest}`, "127.0.0.1:5000", "app", "1", digest],
    ];
    for (const [reference, registry, name, tag, hash] of cases)
        it(`${reference} is ${name} of ${registry}`, () => {
            const place = placeOf(reference);
            assert.deepEqual([place.registry, place.name, place.tag, place.digest], [registry, name, tag, hash]);
        });
    it("is pinned without its tag, and with its port", () => {
        assert.equal(pinned("localhost:5000/app:1", digest), `localhost:5000/app@${digest}`);
        assert.equal(pinned("nginx:1.29", digest), `nginx@${digest}`);
        assert.equal(pinned(`ghcr.io/o/n@sha256:${"b".repeat(64)}`, digest), `ghcr.io/o/n@${digest}`);
    });
});

type Answer = (request: IncomingMessage, response: ServerResponse, asked: number) => void;

describe("A registry", () => {
    const asked: { url: string; authorization?: string; accept?: string }[] = [];
    let answer: Answer;
    const server = createServer((request, response) => {
        asked.push({ url: request.url!, authorization: request.headers.authorization, accept: request.headers.accept });
        answer(request, response, asked.length);
    });
    let host: string;
    before(async () => {
        await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
        host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    });
    after(() => {
        server.closeAllConnections();
        server.close();
    });
    beforeEach(() => void asked.splice(0));

    const slept: number[] = [];
    const nobody = {
        credentials: () => Promise.resolve(undefined),
        sleep: (ms: number) => Promise.resolve(void slept.push(ms)),
    };
    const ada = { ...nobody, credentials: () => Promise.resolve({ username: "ada", password: "l:ve" }) };
    const answered =
        (status: number, headers: Record<string, string> = {}, body = ""): Answer =>
        (_, response) =>
            void response.writeHead(status, headers).end(body);
    const ok = answered(200, { "docker-content-digest": digest });

    it("is asked for what a tag means, lists of platforms included", async () => {
        answer = ok;
        assert.equal(await digestOf(`${host}/app:1`, nobody), digest);
        assert.equal(asked[0].url, "/v2/app/manifests/1");
        assert.match(asked[0].accept!, /image\.index.*manifest\.list/);
        await digestOf(`${host}/app`, nobody);
        assert.equal(asked[1].url, "/v2/app/manifests/latest");
    });

    it("that tells no digest is believed in the bytes of the manifest", async () => {
        const body = '{"schemaVersion":2}';
        answer = answered(200, {}, body);
        const hash = createHash("sha256").update(body).digest("hex");
        assert.equal(await digestOf(`${host}/app:1`, nobody), `sha256:${hash}`);
    });

    it("without the image is no error, and one with another digest is", async () => {
        answer = answered(404);
        assert.equal(await digestOf(`${host}/app:1`, nobody), undefined);
        answer = ok;
        await assert.rejects(digestOf(`${host}/app@sha256:${"b".repeat(64)}`, nobody), /another digest/);
        answer = answered(200, { "docker-content-digest": "md5:1" });
        await assert.rejects(digestOf(`${host}/app:1`, nobody), /no digest/);
    });

    it("gets a token for its challenge, with the credentials that are known", async () => {
        answer = (request, response) => {
            if (request.url!.startsWith("/token")) return void response.end('{"token":"t"}');
            if (request.headers.authorization === "Bearer t") return ok(request, response, 0);
            const realm = `Bearer realm="http://${host}/token",service="reg",scope="repository:app:pull"`;
            response.writeHead(401, { "www-authenticate": realm }).end();
        };
        assert.equal(await digestOf(`${host}/app:1`, ada), digest);
        assert.equal(asked[1].url, "/token?service=reg&scope=repository%3Aapp%3Apull");
        assert.equal(asked[1].authorization, `Basic ${Buffer.from("ada:l:ve").toString("base64")}`);
        asked.splice(0);
        assert.equal(await digestOf(`${host}/app:1`, nobody), digest);
        assert.equal(asked[1].authorization, undefined, "a public image needs no credentials");
    });

    it("gets a name and a password where it wants these", async () => {
        answer = (request, response) =>
            request.headers.authorization
                ? ok(request, response, 0)
                : answered(401, { "www-authenticate": 'Basic realm="x"' })(request, response, 0);
        assert.equal(await digestOf(`${host}/app:1`, ada), digest);
        await assert.rejects(digestOf(`${host}/app:1`, nobody), /knows nobody \(401\)\. Sign in: docker login 127/);
    });

    it("that refuses whom it knows says so, and shows no password", async () => {
        answer = answered(401, { "www-authenticate": 'Basic realm="x"' });
        const error = await digestOf(`${host}/app:1`, ada).then(
            () => assert.fail("it is refused"),
            (one: Error) => one,
        );
        assert.match(error.message, /does not tell about app \(401\)\. Sign in/);
        assert.ok(!error.message.includes("l:ve"));
        answer = answered(403);
        await assert.rejects(digestOf(`${host}/app:1`, ada), /403/);
    });

    it("gives no credentials to whoever gives out tokens without TLS", async () => {
        answer = answered(401, { "www-authenticate": 'Bearer realm="http://tokens.example.com/"' });
        await assert.rejects(digestOf(`${host}/app:1`, ada), /tokens\.example\.com gives out tokens without TLS/);
    });

    it("that is busy is asked again when it says, and not for ever", async () => {
        slept.splice(0);
        answer = (request, response, count) =>
            count < 3 ? answered(429, { "retry-after": "7" })(request, response, 0) : ok(request, response, 0);
        assert.equal(await digestOf(`${host}/app:1`, nobody), digest);
        assert.deepEqual(slept, [7000, 7000]);
        slept.splice(0);
        answer = answered(503);
        await assert.rejects(digestOf(`${host}/app:1`, nobody), /answers 503/);
        assert.deepEqual(slept, [1000, 2000, 4000]);
    });

    it("that does not answer is named, with the reason", async () => {
        answer = () => undefined;
        await assert.rejects(digestOf(`${host}/app:1`, { ...nobody, timeout: 50 }), /no answer within 0\.05 s/);
        await assert.rejects(
            digestOf("127.0.0.1:1/app:1", nobody),
            /127\.0\.0\.1:1 cannot be asked: .*(ECONNREFUSED|bad port)/,
        );
    });
});

describe("Credentials of a registry", () => {
    let folder: string;
    const environment = { ...process.env };
    beforeEach(() => {
        folder = mkdtempSync(join(tmpdir(), "twinstack-docker-"));
        mkdirSync(join(folder, "bin"));
        process.env.DOCKER_CONFIG = folder;
        process.env.PATH = `${folder}/bin:/usr/bin:/bin`;
    });
    afterEach(() => {
        process.env = { ...environment };
        rmSync(folder, { recursive: true });
    });
    const command = (name: string, script: string) => {
        writeFileSync(join(folder, "bin", name), `#!/bin/sh\n${script}\n`);
        chmodSync(join(folder, "bin", name), 0o755);
    };
    const configured = (config: object) => writeFileSync(join(folder, "config.json"), JSON.stringify(config));

    it("are those of docker login", async () => {
        configured({ auths: { "ghcr.io": { auth: Buffer.from("ada:l:ve").toString("base64") } } });
        assert.deepEqual(await credentialsOf("ghcr.io"), { username: "ada", password: "l:ve" });
        assert.equal(await credentialsOf("quay.io"), undefined);
    });
    it("come from the helper that it names", async () => {
        configured({ credHelpers: { "ghcr.io": "mine" } });
        command("docker-credential-mine", 'read key; echo "{\\"Username\\":\\"$1\\",\\"Secret\\":\\"$key\\"}"');
        assert.deepEqual(await credentialsOf("ghcr.io"), { username: "get", password: "ghcr.io" });
    });
    it("come from the cloud's own command where nobody has signed in", async () => {
        command("aws", 'echo "token for $4"');
        command("gcloud", "echo ya29");
        assert.deepEqual(await credentialsOf("123456789012.dkr.ecr.eu-west-1.amazonaws.com"), {
            username: "AWS",
            password: "token for eu-west-1",
        });
        assert.deepEqual(await credentialsOf("europe-west1-docker.pkg.dev"), {
            username: "oauth2accesstoken",
            password: "ya29",
        });
    });
    it("say which file cannot be read", async () => {
        writeFileSync(join(folder, "config.json"), "{");
        await assert.rejects(credentialsOf("ghcr.io"), /config\.json cannot be read/);
    });
});
