import assert from "node:assert/strict";
import { join, relative } from "node:path";

import { mapCompose, type Imported } from "../../compose/import/map";
import type { ImportError } from "../../compose/load/errors";
import { filesFrom } from "../../compose/load/files";
import { loadCompose, type LoadOptions } from "../../compose/load/load";
import { mends, reasons, resolved } from "./importing";

const folder = join(__dirname, "cases");
const read = (name: string, options: LoadOptions = {}): Imported =>
    mapCompose(loadCompose([join(folder, name)], filesFrom(folder), options), "shop", () => "workloads/todo");
const app = (name: string, options?: LoadOptions) => read(name, options).app;
/** The service that a file has, or the one that is named. */
const only = (name: string, service?: string) => {
    const { services } = app(name);
    return services[service ?? Object.keys(services)[0]];
};

/** Small files that once were read wrongly without a word, each with what is right. */
describe("A small Compose file", () => {
    it("makes a worker of a service that has no port, and keeps its command", () => {
        const { web, worker } = app("worker-command.yaml").services;
        assert.deepEqual([web.command, worker.command], [["puma"], ["sidekiq"]]);
        assert.deepEqual([web.uses, worker.uses], [["redis"], ["redis"]]);
        for (const name of ["worker-command.yaml", "two-portless.yaml"]) {
            const whole = read(name);
            assert.deepEqual(mends(whole), []);
            for (const [service, { ports, routes, health }] of Object.entries(whole.app.services).slice(1))
                assert.deepEqual([ports, routes, health], [undefined, undefined, undefined], service);
            for (const cloud of ["aws", "gcp"] as const) resolved(whole.app, cloud);
        }
        assert.match(reasons(read("worker-command.yaml"), "services.worker"), /^no port: a worker/);
    });

    it("takes for no worker what another service waits for, nor what has ports of another kind", () => {
        const said = mends(read("portless-callee.yaml"));
        assert.match(said[0], /^6 services\.backend: no port, although proxy may call it/);
        assert.match(said[1], /^8 services\.stream: no port that a load balancer could lead to/);
        assert.match(said[2], /^10 services\.stream.ports.0: 1935\/udp: neither cloud/);
    });

    it("says what speaks gRPC or HTTP/2, by its port, its check or its label, and has nobody guess its routes", () => {
        const { web, ledger, feed, push } = app("grpc.yaml").services;
        assert.deepEqual(web.ports, { http: 3000 });
        assert.deepEqual(ledger.ports, { grpc: { port: 50051, protocol: "grpc" } });
        assert.equal(ledger.health?.path, undefined);
        assert.deepEqual(feed.ports, { grpc: { port: 9000, protocol: "grpc" } });
        assert.deepEqual(push.ports, { http2: { port: 9100, protocol: "http2" } });
        assert.equal(push.health?.path, "/");
        assert.deepEqual([ledger.routes, feed.routes, push.routes], [[], [], []]);
        assert.deepEqual(
            mends(read("grpc.yaml")).map((said) => said.replace(/: .*/, "")),
            ["12 services.feed.ports", "16 services.push.ports"],
        );
        for (const cloud of ["aws", "gcp"] as const) resolved(app("grpc.yaml"), cloud);
    });

    it("makes no secrets of switches, figures, addresses and public keys, nor of empty defaults", () => {
        assert.deepEqual(only("bool-secret.yaml").env, {
            DISABLE_PASSWORD_LOGIN: "false",
            TOKEN_TTL_SECONDS: "3600",
            MAX_TOKENS: "100",
            KEYCLOAK_URL: "https://id.example.com",
            PASSWORD_MIN_LENGTH: "8",
        });
        assert.equal(only("bool-secret.yaml").secrets, undefined);
        assert.deepEqual(only("empty-default-secret.yaml").env, {
            SMTP_PASSWORD: "",
            DISABLE_PASSWORD_LOGIN: "false",
            NEXT_PUBLIC_KEY: "",
        });
    });

    it("mounts read-only what says that it bears it, and nothing else", () => {
        const { a, b } = app("read-only.yaml").services;
        // Neither is said of what is the default of an image of somebody else's: a writable root.
        assert.deepEqual([a.aws, b.aws], [{ readonlyRootFilesystem: true }, undefined]);
    });

    it("has its configuration files in the image, and no key", () => {
        const contextOf = (path: string) => relative(folder, path) || ".";
        const { app, notes } = mapCompose(
            loadCompose([join(folder, "files.yaml")], filesFrom(folder)),
            "shop",
            contextOf,
        );
        const { web, api } = app.services;
        assert.deepEqual(web.image, {
            reference: "nginx:latest",
            files: {
                "/etc/nginx/conf.d": "conf.d",
                "/usr/share/nginx/site.conf": "conf.d/site.conf",
                "/etc/motd": { content: "Hello" },
                "/settings": "conf.d/site.conf",
            },
        });
        assert.deepEqual(web.aws, { architecture: "arm64" });
        assert.deepEqual(api.image, { context: ".", target: "production", args: { VERSION: "1.2" } });
        const said = (mend: boolean) =>
            notes.filter((note) => note.mend === mend).map(({ line, reason }) => `${line} ${reason}`);
        assert.match(
            said(true).join("\n"),
            /^9 image\.files: found "gone\.conf", which is not there.*\n10 keys\/tls\.key looks like a secret.*\n11 keys\/tls\.key looks like a secret/m,
        );
        assert.match(said(false).join("\n"), /3 nginx:latest is another image from day to day: prod wants/);
        assert.match(said(false).join("\n"), /22 FROM_SHELL has no value here/);
    });

    it("never loses a database without a word", () => {
        const blog = read("mysql-lost.yaml");
        assert.deepEqual(blog.app.databases, { db: { engine: "mysql", version: "8.4", tls: "optional" } });
        assert.deepEqual(mends(blog), []);
        assert.deepEqual(blog.app.services.blog.uses, ["db"]);
        assert.match(
            reasons(blog, "services.db.image"),
            /tls: "optional".*it is not known that blog speaks TLS.*mysql:8: MySQL 8\.4 it is/s,
        );
        for (const cloud of ["aws", "gcp"] as const) resolved(blog.app, cloud);
    });

    it("knows data stores by any vendor's image, and refuses those that neither cloud has", () => {
        const { app, notes } = read("backing-images.yaml");
        const engines = Object.values(app.databases!).map(({ engine }) => engine ?? "postgres");
        assert.deepEqual(
            [
                engines.filter((engine) => engine === "postgres").length,
                engines.filter((engine) => engine === "mysql").length,
            ],
            [6, 4],
        );
        assert.deepEqual(
            Object.values(app.caches!).map(({ engine }) => engine ?? "redis"),
            ["redis", "redis", "redis", "redis", "redis", "memcached"],
        );
        assert.deepEqual(Object.keys(app.services), ["web"]);
        const lost = notes.filter(({ at, mend }) => mend && at.endsWith(".image")).map(({ at }) => at.split(".")[1]);
        const spare = notes
            .filter(({ reason }) => reason.includes("a tool for development"))
            .map(({ at }) => at.split(".")[1]);
        const stores = [
            "p0",
            "p1",
            "p2",
            "p3",
            "p4",
            "p5",
            "p6",
            "p7",
            "p8",
            "p9",
            "p10",
            "p11",
            "p12",
            "p13",
            "p14",
            "p22",
            "p24",
            "p40",
        ];
        const all = Array.from({ length: 44 }, (_, index) => `p${index}`);
        for (const name of all)
            assert.ok([...lost, ...spare, ...stores].includes(name) || /minio/.test(JSON.stringify(app.buckets)), name);
    });

    it("makes no job in another image of what a helper's image does: folders are the file system's own", () => {
        const { app, notes } = read("init-other-image.yaml");
        assert.equal(app.jobs, undefined);
        assert.deepEqual(Object.keys(app.services), ["web"]);
        assert.deepEqual(mends({ app, notes }), []);
        assert.deepEqual(app.filesystems, { data: { owner: 1000 } });
        assert.match(reasons({ app, notes }, "services.own"), /^left out: it prepares folders/);
    });

    it("follows any number of aliases", () => assert.equal(Object.keys(app("aliases.yaml").services).length, 10));

    it("leaves the time to start as it is where the file says none", () => {
        assert.deepEqual(only("start-period.yaml").health, {
            path: "/up",
            container: {
                command: ["sh", "-c", "curl -f http://localhost:80/up"],
                intervalSeconds: 5,
                timeoutSeconds: 4,
                retries: 5,
            },
        });
    });

    it("gives a volume that is called like a service a name of its own", () => {
        const { services, filesystems } = app("volume-named-as-service.yaml");
        assert.deepEqual([services.chat.mounts, filesystems], [{ "chat-files": "/data" }, { "chat-files": {} }]);
    });

    it("leaves a service of a profile out, says so, and takes it in when asked", () => {
        const { app: without, notes } = read("profile-service.yaml");
        assert.deepEqual(Object.keys(without.services), ["web"]);
        assert.match(
            notes.map(({ line, reason }) => `${line} ${reason}`).join(),
            /3 left out: it belongs to the profile dev/,
        );
        assert.deepEqual(Object.keys(app("profile-service.yaml", { profiles: ["dev"] }).services), ["web", "seed"]);
    });

    it("takes the port from a proxy's label", () => assert.deepEqual(only("traefik-label.yaml").ports, { http: 9000 }));

    it("reads every document, tag, extension and include", () => {
        assert.deepEqual(Object.keys(app("multi-doc.yaml").services), ["web", "api"]);
        assert.deepEqual(only("merge-tags.yaml").ports, { http: 80 });
        assert.deepEqual(only("extends.yaml").env, { FROM: "base" });
        assert.deepEqual(Object.keys(app("include.yaml").services).sort(), ["api", "web"]);
        assert.deepEqual(only("dotenv/compose.yaml").image, { reference: "acme/web:1.4" });
    });

    it("reads values as Compose does: types, nesting, marks, long ports", () => {
        assert.deepEqual(only("env-types.yaml").env, {
            A: "1",
            B: "true",
            D: '["x"]',
            E: '{"f":"g"}',
            F: "multi\nline",
        });
        const nested = only("nested-var.yaml");
        assert.deepEqual([nested.image, nested.ports], [{ reference: "nginx:1.27" }, { http: 80 }]);
        assert.deepEqual(nested.env, { A: "z", C: "$literal" });
        assert.deepEqual(only("bom-crlf.yaml").ports, { http: 80 });
        assert.deepEqual(only("port-long.yaml").ports, { http: 80 });
        assert.equal(only("password-host.yaml").env?.STORAGE, "database");
        assert.equal(only("password-host.yaml").uses, undefined);
    });

    it("says of a port that is none of HTTP what it is", () => {
        assert.deepEqual(only("ports-sexagesimal.yaml").ports, { http: 56 });
        assert.match(mends(read("ports-sexagesimal.yaml")).join(), /5 services\.web\.ports\.0: 22 is SSH/);
    });

    it("names services in letters that clouds admit, whatever they are called", () => {
        assert.deepEqual(Object.keys(app("unicode.yaml").services), ["web-uni", "service"]);
        assert.deepEqual(Object.keys(app("reserved.yaml").services), ["constructor", "proto", "tostring"]);
    });

    for (const [name, path, found] of [
        ["bad-tabs", "bad-tabs.yaml:2:1", /^Tabs/],
        ["cyclic-anchor", "cyclic-anchor.yaml:2", /^an anchor that contains itself$/],
        ["empty", "empty.yaml:1: services", /^nothing$/],
        ["no-services", "no-services.yaml:1: services", /^nothing$/],
        ["old-v1", "old-v1.yaml:1: web", /^a service at the top, as in version 1/],
        ["port-huge", "port-huge.yaml:4: services.web.ports.0", /^"99999"$/],
        ["service-list", "service-list.yaml:1: services", /^a list$/],
        ["service-null", "service-null.yaml:2: services.web", /^nothing$/],
        ["unclosed", "unclosed.yaml:3:1", /./],
    ] as const)
        it(`is refused at its line: ${name}`, () => {
            assert.throws(
                () => read(`${name}.yaml`),
                (error: ImportError) => {
                    assert.equal(error.name, "ImportError");
                    assert.equal(error.problems[0].path, path);
                    assert.match(error.problems[0].found, found);
                    return true;
                },
            );
        });
});
