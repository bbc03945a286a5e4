import assert from "node:assert/strict";

import { inFolders, mends, reasons } from "./importing";

describe("What a Dockerfile says of where its image answers", () => {
    const { made, planned } = inFolders();
    const dockerfile = (...lines: string[]) => ["FROM acme/base", ...lines, ""].join("\n");
    const of = (services: string, ...lines: string[]) =>
        made({ Dockerfile: dockerfile(...lines), "compose.yaml": `services:\n${services}` });

    it("is the port of the one service that may take requests, where the file says none", () => {
        const found = of("  web: { build: . }\n  work: { build: ., command: work }", "EXPOSE 8080");
        assert.deepEqual(mends(found), []);
        assert.deepEqual(found.app.services.web.ports, { http: 8080 });
        assert.equal(found.app.services.work.ports, undefined);
        assert.match(reasons(found, "services.web"), /says no port: 8080 it is, as its Dockerfile has it/);
        planned(found);
    });

    it("is the port that its check asks, of several or where none is exposed", () => {
        const check = "HEALTHCHECK CMD wget -q --spider http://localhost:9090/up";
        for (const exposed of ["EXPOSE 8080 9090", "ENV A=b"]) {
            const { web } = of("  web: { build: . }", exposed, check).app.services;
            assert.deepEqual([web.ports, web.health], [{ http: 9090 }, { path: "/up" }]);
        }
    });

    it("is no port where two services could be meant, where it exposes several, or none of HTTP", () => {
        const none = [
            of("  a: { build: . }\n  b: { build: . }", "EXPOSE 8080"),
            of("  a: { build: . }", "EXPOSE 8080 9090"),
            of("  a: { build: . }", "EXPOSE 25"),
        ];
        for (const found of none) {
            assert.deepEqual(
                Object.values(found.app.services)
                    .map(({ ports }) => ports)
                    .filter(Boolean),
                [],
            );
            assert.match(mends(found).join(), /only workers, of which/);
        }
        const said = of(`  a: { build: . }\n  b: { image: "acme/b:1", ports: ["80:80"] }`, "EXPOSE 8080");
        assert.equal(said.app.services.a.ports, undefined);
    });

    it("is the path that is asked, where the file says no check", () => {
        const web = `  web: { build: ., ports: ["80:8080"] }`;
        const path = (check: string, services = web) =>
            of(services, `HEALTHCHECK --interval=30s --timeout=3s ${check}`).app.services.web.health?.path;
        assert.equal(path("CMD curl --fail http://localhost:8080/ping || exit 1"), "/ping");
        assert.equal(path(`CMD ["wget", "-qO-", "http://127.0.0.1:8080/health"]`), "/health");
        // What is content with any answer, another port, what a shell fills in, and no check at all.
        for (const check of [
            "CMD curl http://localhost:8080/ping",
            "CMD curl -f http://localhost:9000/ping",
            "CMD curl -f http://localhost:8080/$BASE/ping",
            "NONE",
        ])
            assert.equal(path(check), "/", check);
        const own = `  web: { build: ., ports: ["80:8080"], healthcheck: { test: "curl -f http://localhost:8080/up" } }`;
        assert.equal(path("CMD curl -f http://localhost:8080/ping", own), "/up");
        const found = of(web, "HEALTHCHECK CMD curl -f http://localhost:8080/ping");
        assert.match(reasons(found, "services.web"), /\/ping is asked, as the Dockerfile's HEALTHCHECK does/);
        assert.equal(found.app.services.web.health?.container, undefined);
        planned(found);
    });
});

describe("Catchers of mail", () => {
    const { made } = inFolders();

    for (const image of [
        "oryd/mailslurper:latest-smtps",
        "maildev/maildev",
        "eaudeweb/mailtrap",
        "rnwood/smtp4dev:v3",
        "inbucket/inbucket",
        "marlonb/mailcrab",
        "greenmail/standalone:2",
        "gessnerfl/fake-smtp-server",
        "schickling/mailcatcher",
        "stpaquet/alpinemailcatcher",
    ])
        it(`are left out with what leads to them: ${image}`, () => {
            const found = made({
                "compose.yaml": `services:
  web: { image: "acme/web:1", ports: ["80:80"], environment: { COURIER_SMTP_CONNECTION_URI: "smtps://a:b@mail:1025/?skip_ssl_verify=true", SMTP_HOST: mail } }
  mail: { image: "${image}", ports: ["1025:1025", "1080:1080"] }`,
            });
            assert.deepEqual(mends(found), []);
            assert.deepEqual(Object.keys(found.app.services), ["web"]);
            assert.equal(found.app.services.web.env, undefined);
            assert.match(reasons(found, "services.mail.image"), /left out: a tool for development/);
            for (const variable of ["COURIER_SMTP_CONNECTION_URI", "SMTP_HOST"])
                assert.match(reasons(found, `services.web.environment.${variable}`), /left out: it leads to mail/);
        });
});
