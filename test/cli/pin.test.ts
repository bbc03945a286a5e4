import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { pinSource } from "../../cli/pin-source";
import { root, twinstack } from "../twinstack";

const digestOf = (name: string): string => `sha256:${createHash("sha256").update(name).digest("hex")}`;

type Answer = (request: IncomingMessage, response: ServerResponse) => void;
const told =
    (name: string): Answer =>
    (_, response) =>
        void response.writeHead(200, { "docker-content-digest": digestOf(name) }).end();

describe("twinstack pin", () => {
    let folder: string;
    let host: string;
    let answers: Record<string, Answer>;
    const asked: string[] = [];
    const dockerConfig = process.env.DOCKER_CONFIG;
    const server = createServer((request, response) => {
        asked.push(request.url!);
        const answer = answers[request.url!.split("?")[0]];
        if (answer) answer(request, response);
        else response.writeHead(404).end();
    });
    before(async () => {
        await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
        host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    });
    after(() => {
        server.closeAllConnections();
        server.close();
    });
    beforeEach(() => {
        folder = mkdtempSync(join(tmpdir(), "twinstack-pin-"));
        process.env.DOCKER_CONFIG = folder;
        mkdirSync(join(folder, "apps"));
        copyFileSync(join(root, "Pulumi.yaml"), join(folder, "Pulumi.yaml"));
        writeFileSync(
            join(folder, "apps/index.ts"),
            'import { shop } from "./shop";\n\nexport const apps = { shop };\n',
        );
        stack();
        asked.splice(0);
        answers = { "/v2/web/manifests/1": told("web"), "/v2/team/worker/manifests/2.0": told("worker") };
    });
    afterEach(() => {
        if (dockerConfig === undefined) delete process.env.DOCKER_CONFIG;
        else process.env.DOCKER_CONFIG = dockerConfig;
        rmSync(folder, { recursive: true });
    });

    const stack = (more = "") =>
        writeFileSync(
            join(folder, "Pulumi.dev.yaml"),
            `config:\n  twinstack:app: shop\n  twinstack:cloud: aws\n  twinstack:environment: dev\n${more}`,
        );
    const app = (services: string, more = "") => writeFileSync(join(folder, "apps/shop.ts"), source(services, more));
    const source = (services: string, more = "") =>
        `// The shop.\nexport const shop = {\n    name: "shop",\n    services: { ${services} },\n${more}};\n`;
    const written = () => readFileSync(join(folder, "apps/shop.ts"), "utf8");
    const web = () => `web: { image: { reference: "${host}/web:1" }, ports: { http: 80 }, health: { path: "/" } }`;
    const worker = () => `worker: { image: { reference: "${host}/team/worker:2.0" } }`;
    const pinnedWeb = () => `"${host}/web@${digestOf("web")}" /* ${host}/web:1 */`;

    it("writes the digest of each image in place of its tag, and leaves the rest as it was", async () => {
        app(`${web()}, ${worker()}`);
        const { status, stdout } = await twinstack(["pin"], folder);
        assert.equal(status, 0);
        const worked = `"${host}/team/worker@${digestOf("worker")}" /* ${host}/team/worker:2.0 */`;
        assert.equal(
            written(),
            source(`${web()}, ${worker()}`)
                .replace(`"${host}/web:1"`, pinnedWeb())
                .replace(`"${host}/team/worker:2.0"`, worked),
        );
        assert.match(stdout, /2 images pinned/);
        assert.match(stdout, /apps\/shop\.ts: services\.web\.image\.reference/);
    });

    it("asks each image once, and finds those that only an environment names", async () => {
        app(
            `${web()}, again: { image: { reference: "${host}/web:1" }, sidecars: { x: { image: { reference: "${host}/web:1" } } } }`,
            `    environments: { prod: { services: { web: { image: { reference: "${host}/team/worker:2.0" } } } } },\n`,
        );
        const { status, stdout } = await twinstack(["pin", "--json"], folder);
        assert.equal(status, 0);
        const { images } = JSON.parse(stdout) as { images: { at: string; written: boolean; pinned: string }[] };
        assert.deepEqual(
            images.map(({ at, written }) => [at, written]),
            [
                ["apps/shop.ts: services.web.image.reference", true],
                ["apps/shop.ts: services.again.image.reference", true],
                ["apps/shop.ts: services.again.sidecars.x.image.reference", true],
                ["apps/shop.ts: environments.prod.services.web.image.reference", true],
            ],
        );
        assert.deepEqual(asked.sort(), ["/v2/team/worker/manifests/2.0", "/v2/web/manifests/1"]);
    });

    it("asks nobody for what has a digest", async () => {
        app(web().replace("web:1", `web@${digestOf("web")}`));
        const { status, stdout } = await twinstack(["pin", "--check"], folder);
        assert.equal(status, 0);
        assert.match(stdout, /its image is named by digest/);
        assert.deepEqual(asked, []);
    });

    it("writes nothing with --check, says what to write, and answers 3", async () => {
        app(web());
        const before = written();
        const { status, stdout } = await twinstack(["pin", "--check"], folder);
        assert.equal(status, 3);
        assert.ok(stdout.replace(/\s+/g, " ").includes(`${host}/web:1 → ${host}/web@${digestOf("web")}`), stdout);
        assert.equal(written(), before);
    });

    it("says what to write in a stack file, which it leaves alone", async () => {
        app(`web: { image: { context: "." }, ports: { http: 80 }, health: { path: "/" } }`);
        stack(`  twinstack:image: ${host}/web:1\n`);
        const { status, stdout } = await twinstack(["pin"], folder);
        assert.equal(status, 0);
        assert.match(stdout, /To be written by hand[^]*Pulumi\.dev\.yaml: twinstack:image/);
        assert.match(readFileSync(join(folder, "Pulumi.dev.yaml"), "utf8"), /web:1/);
    });

    it("takes an app that prod refuses for the very tag", async () => {
        answers["/v2/web/manifests/latest"] = told("web");
        app(`web: { image: { reference: "${host}/web:latest" }, ports: { http: 80 }, health: { path: "/" } }`);
        writeFileSync(
            join(folder, "Pulumi.prod.yaml"),
            "config:\n  twinstack:app: shop\n  twinstack:cloud: aws\n  twinstack:environment: prod\n",
        );
        assert.equal((await twinstack(["pin", "--stack", "prod"], folder)).status, 0);
        assert.match(written(), new RegExp(digestOf("web")));
    });

    it("signs in by the registry's challenge", async () => {
        app(web());
        answers["/token"] = (_, response) => void response.end('{"token":"t"}');
        answers["/v2/web/manifests/1"] = (request, response) => {
            if (request.headers.authorization === "Bearer t") return told("web")(request, response);
            const challenge = `Bearer realm="http://${host}/token",service="reg",scope="repository:web:pull"`;
            response.writeHead(401, { "www-authenticate": challenge }).end();
        };
        assert.equal((await twinstack(["pin"], folder)).status, 0);
        assert.ok(written().includes(pinnedWeb()));
    });

    it("hashes a manifest list whose registry tells no digest", async () => {
        app(web());
        const list = '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[]}';
        answers["/v2/web/manifests/1"] = (_, response) =>
            void response.writeHead(200, { "content-type": "application/vnd.oci.image.index.v1+json" }).end(list);
        assert.equal((await twinstack(["pin"], folder)).status, 0);
        assert.ok(written().includes(digestOf(list)));
    });

    it("waits for a registry that is busy", async () => {
        app(web());
        let times = 0;
        answers["/v2/web/manifests/1"] = (request, response) =>
            times++ ? told("web")(request, response) : void response.writeHead(429, { "retry-after": "1" }).end();
        assert.equal((await twinstack(["pin"], folder)).status, 0);
        assert.equal(times, 2);
    });

    it("writes what it is told, and answers 1 for an image that is not there or not shown", async () => {
        app(
            `${web()}, gone: { image: { reference: "${host}/gone:1" } }, shy: { image: { reference: "${host}/shy:1" } }`,
        );
        answers["/v2/shy/manifests/1"] = (_, response) =>
            void response.writeHead(401, { "www-authenticate": 'Basic realm="x"' }).end();
        const { status, stderr } = await twinstack(["pin"], folder);
        assert.equal(status, 1);
        assert.match(
            stderr.replace(/\s+/g, " "),
            /services\.gone\.image\.reference: the registry has no 127\.0\.0\.1:\d+\/gone:1/,
        );
        assert.match(stderr.replace(/\s+/g, " "), /services\.shy\.image\.reference: .*\(401\)\. Sign in: docker login/);
        assert.ok(written().includes(pinnedWeb()));
        assert.ok(written().includes(`"${host}/gone:1"`));
    });

    it("names a registry that does not answer, and asks nobody for what is no image", async () => {
        app('web: { image: { reference: "127.0.0.1:1/web:1" } }, odd: { image: { reference: "http://x/y" } }');
        const { status, stderr } = await twinstack(["pin"], folder);
        assert.equal(status, 1);
        assert.match(stderr, /127\.0\.0\.1:1 cannot be asked/);
        assert.match(stderr, /"http:\/\/x\/y" is no image/);
    });

    it("refuses an app that does not exist with 2", async () => {
        app(web());
        const { status, stderr } = await twinstack(["pin", "--app", "shopp"], folder);
        assert.equal(status, 2);
        assert.match(stderr, /--app[^]*Did you mean shop\?|--app[^]*shop/);
    });
});

describe("Source that is pinned", () => {
    const pins = new Map([["nginx:1", "nginx@sha256:0"]]);
    const pinned = '"nginx@sha256:0" /* nginx:1 */';
    it("has the digest where a reference or a constant says the tag", () => {
        for (const [before, after] of [
            ['({ reference: "nginx:1" })', `({ reference: ${pinned} })`],
            ["({ 'reference': `nginx:1` })", `({ 'reference': ${pinned} })`],
            ['const image = "nginx:1" as const;', `const image = ${pinned} as const;`],
        ])
            assert.equal(pinSource(before, pins).text, after);
    });
    it("is unchanged where the same text means something else", () => {
        for (const source of ['({ env: { IMAGE: "nginx:1" } })', '// reference: "nginx:1"', '({ "nginx:1": 1 })']) {
            const { text, found } = pinSource(source, pins);
            assert.equal(text, source);
            assert.equal(found.size, 0);
        }
    });
});
