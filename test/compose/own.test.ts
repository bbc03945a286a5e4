import assert from "node:assert/strict";
import { join } from "node:path";

import { inFolders, mends, project, reasons } from "./importing";

const store = `db: { image: "postgres:16", environment: { POSTGRES_DB: shop, POSTGRES_USER: shop, POSTGRES_PASSWORD: x } }`;
const address = (scheme: string) => `${scheme}://\${db.user}:\${db.password}@\${db.host}:\${db.port}/\${db.name}`;

describe("An image of the repository's own", () => {
    const { folder, made, planned } = inFolders();
    const compose = (image: string, more = "") => `services:
  web: { image: "${image}", ports: ["80:4000"], environment: { DATABASE_URL: "postgres://shop:x@db/shop" }${more} }
  ${store}`;
    const mix = 'defmodule Shop.MixProject do\n  def project, do: [app: :shop, version: "1.0.0"]\nend\n';

    it("asks its stores as the source beside the file does, in Elixir", () => {
        const found = made({
            "compose.yaml": compose("ghcr.io/acme/shop:1"),
            "mix.exs": mix,
            Dockerfile: "FROM elixir:1.18\nCOPY . .\n",
        });
        assert.deepEqual(mends(found), []);
        assert.deepEqual(found.app.services.web.env, { DATABASE_URL: `${address("ecto")}?ssl=\${db.tls}` });
        assert.match(reasons(found, "services.web.image"), /^Dockerfile builds such an image/);
        planned(found);
    });

    it("and in Node, whose list lies in a folder that the Dockerfile copies", () => {
        const found = made({
            "compose.yaml": compose("acme/shop-front:1"),
            "package.json": '{ "name": "@acme/shop-front" }',
            "server/package.json": '{ "dependencies": { "pg": "^8.0.0" } }',
            Dockerfile: "FROM node:22 AS server\nCOPY server .\nFROM node:22\nCOPY --from=server /app .\n",
        });
        assert.deepEqual(found.app.services.web.env, {
            PGSSLMODE: "${db.pgSslmode}",
            DATABASE_URL: address("postgresql"),
        });
        planned(found);
    });

    it("is asked where its own check asks, from a file deeper in the repository", () => {
        const found = project(join(folder(), "shop/docker/compose"), {
            "compose.yaml": `services: { web: { image: "acme/shop:1", ports: ["80:4000"] } }`,
            "../../Dockerfile": "FROM node:22\nHEALTHCHECK CMD curl -fs http://localhost:4000/healthz\n",
        });
        assert.equal(found.app.services.web.health!.path, "/healthz");
    });

    it("is none of another name, without a Dockerfile, or without an account", () => {
        const files = { "mix.exs": mix, Dockerfile: "FROM elixir:1.18\nCOPY . .\n" };
        for (const [image, more] of [
            ["acme/other:1", files],
            ["shop:1", files],
            ["acme/shop:1", { "mix.exs": mix, Dockerfile: "" }],
        ] as const)
            assert.equal(made({ "compose.yaml": compose(image), ...more }).app.services.web.env, undefined);
    });
});

describe("An Elixir program that has PostgreSQL's certificate checked", () => {
    const { made, planned } = inFolders();
    const program = (runtime: string) =>
        made({
            "compose.yaml": `services:
  web: { build: ., ports: ["80:4000"], environment: { DB_URL: "postgres://shop:x@db/shop" } }
  ${store}`,
            "mix.exs": "",
            Dockerfile: "FROM elixir:1.18\nCOPY . .\n",
            "config/runtime.exs": runtime,
        });

    it("is told not to by the variable that it reads for it", () => {
        const found = program(
            `verify? = System.get_env("DB_VERIFY_SSL_HOST", "TRUE") in ["1", "TRUE"]\nopts = if verify?, do: [verify: :verify_peer], else: [verify: :verify_none]\nconfig :shop, Shop.Repo, url: System.fetch_env!("DB_URL"), ssl_opts: opts\n`,
        );
        assert.deepEqual(mends(found), []);
        assert.equal(found.app.services.web.env!.DB_VERIFY_SSL_HOST, "FALSE");
        assert.match(reasons(found, "services.web.environment.DB_VERIFY_SSL_HOST"), /config\/runtime\.exs:2 has/);
        planned(found);
    });

    it("has to be mended without one", () => {
        const found = program(`config :shop, Shop.Repo,\n  ssl: [verify: :verify_peer]\n`);
        assert.match(mends(found).join(), /config\/runtime\.exs:2 has PostgreSQL's certificate checked/);
    });

    it("is none that checks another server's, or nobody's", () => {
        for (const said of [
            `config :shop, Shop.Repo, ssl_opts: [verify: :verify_none]\n`,
            `config :shop, Shop.Repo, url: System.get_env("DB_URL")\nconfig :shop, Shop.Mailer,\n  tls_options: [verify: :verify_peer]\n`,
            `config :shop, Shop.Repo,\n  # ssl: [verify: :verify_peer]\n  pool_size: 3\n`,
        ]) {
            const found = program(said);
            assert.deepEqual(mends(found), [], said);
            assert.deepEqual(Object.keys(found.app.services.web.env!), ["DB_URL"]);
        }
    });
});
