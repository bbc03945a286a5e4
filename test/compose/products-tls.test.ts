import assert from "node:assert/strict";

import { imported, inFolders, mends, reasons } from "./importing";

const stores = {
    postgres: `db: { image: "postgres:16", environment: { POSTGRES_DB: shop, POSTGRES_USER: shop, POSTGRES_PASSWORD: x } }`,
    mysql: `db: { image: "mysql:8.4", environment: { MYSQL_DATABASE: shop, MYSQL_USER: shop, MYSQL_PASSWORD: x } }`,
};

describe("Databases of well-known images", () => {
    const { planned } = inFolders();

    /** A service `app` of an image, with what else there is of it and of others. */
    const app = (image: string, more = "", others = "") =>
        imported(`services:\n  app: { image: "${image}", ${more} }\n  ${others}\nvolumes: { data: {}, more: {} }`);

    describe("ask for TLS", () => {
        const env = (image: string, environment: string, store: keyof typeof stores = "postgres") =>
            app(image, `ports: ["80:80"], environment: { ${environment} }`, stores[store]);

        it("by their own variables, which go before switches of the file's", () => {
            const n8n = env("n8nio/n8n:1", "DB_TYPE: postgresdb, DB_POSTGRESDB_HOST: db");
            assert.deepEqual(mends(n8n), []);
            assert.deepEqual(n8n.app.services.app.env, {
                DB_TYPE: "postgresdb",
                DB_POSTGRESDB_HOST: "${db.host}",
                DB_POSTGRESDB_PORT: "${db.port}",
                DB_POSTGRESDB_DATABASE: "${db.name}",
                DB_POSTGRESDB_USER: "${db.user}",
                DB_POSTGRESDB_PASSWORD: "${db.password}",
                DB_POSTGRESDB_SSL_REJECT_UNAUTHORIZED: "false",
            });
            assert.match(reasons(n8n, "services.app.environment"), /with cloud local they are not: leave it out there/);
            planned(n8n);
            const firefly = env(
                "fireflyiii/core:version-6",
                "DB_HOST: db, DB_USERNAME: shop, DB_PASSWORD: x, DB_DATABASE: shop, MYSQL_USE_SSL: false, MYSQL_SSL_VERIFY_SERVER_CERT: true",
                "mysql",
            );
            assert.equal(firefly.app.services.app.env!.MYSQL_USE_SSL, "${db.tls}");
            assert.equal(firefly.app.services.app.env!.MYSQL_SSL_VERIFY_SERVER_CERT, "false");
            planned(firefly);
        });

        it("by PGSSLMODE alone, as a URL that says sslmode goes before it for Node's pg", () => {
            const url = "postgresql://${db.user}:${db.password}@${db.host}:${db.port}/${db.name}";
            const planka = env("plankanban/planka:1", 'DATABASE_URL: "postgresql://shop@db/shop"');
            assert.deepEqual(mends(planka), []);
            assert.deepEqual(planka.app.services.app.env, {
                KNEX_REJECT_UNAUTHORIZED_SSL_CERTIFICATE: "false",
                PGSSLMODE: "${db.pgSslmode}",
                DATABASE_URL: url,
            });
            planned(planka);
            const notes = env("hackmdio/hackmd:2", 'CMD_DB_URL: "postgres://shop:x@db/shop"');
            assert.deepEqual(notes.app.services.app.env, { PGSSLMODE: "${db.pgSslmode}", CMD_DB_URL: url });
        });

        it("and by no variable of which the file says more", () => {
            const wordpress = (more: string) =>
                env(
                    "wordpress:6",
                    `WORDPRESS_DB_HOST: db, WORDPRESS_DB_USER: shop, WORDPRESS_DB_PASSWORD: x, WORDPRESS_DB_NAME: shop${more}`,
                    "mysql",
                ).app.services.app.env!.WORDPRESS_CONFIG_EXTRA;
            assert.equal(wordpress(""), "define('MYSQL_CLIENT_FLAGS', MYSQLI_CLIENT_SSL);");
            assert.equal(wordpress(', WORDPRESS_CONFIG_EXTRA: "define(1);"'), "define(1);");
        });

        it("as anybody does whom a mode of libpq or a switch tells not to", () => {
            const made = env(
                "acme/web:1",
                'DATABASE_URL: "postgres://shop:x@db/shop?sslmode=disable", PGSSLMODE: disable, POSTGRES_SSL_MODE: prefer, DB_USE_SSL: "false"',
            );
            assert.deepEqual(made.app.services.app.env, {
                PGSSLMODE: "${db.sslmode}",
                POSTGRES_SSL_MODE: "prefer",
                DB_USE_SSL: "${db.tls}",
            });
        });
    });

    it("are led to a database in NocoDB's form, and not by DATABASE_URL, which goes before it", () => {
        const made = app(
            "nocodb/nocodb:latest",
            `ports: ["80:8080"], environment: { NC_DB: "pg://db:5432?u=shop&p=x&d=shop" }`,
            stores.postgres,
        );
        assert.deepEqual(mends(made), []);
        const [name] = Object.keys(made.app.databases!);
        assert.notEqual(name, "db");
        const of = (field: string) => `\${${name}.${field}}`;
        assert.equal(
            made.app.services.app.env!.NC_DB,
            `pg://${of("host")}:${of("port")}?u=${of("user")}&p=${of("password")}&d=${of("name")}`,
        );
        assert.equal(made.app.services.app.env!.PGSSLMODE, of("pgSslmode"));
        planned(made);
        const other = app(
            "nocodb/nocodb:latest",
            `environment: { MAIN_URL: "postgres://shop:x@db/shop", NC_DB: "pg://db:5432?u=shop&p=x&d=other" }`,
            stores.postgres,
        );
        assert.match(mends(other).join(), /NC_DB: leads to the database other of db/);
    });

    it("are no PostgreSQL for being called after it, nobody's own name for beginning with your, and GitLab is refused", () => {
        const meta = app(
            "acme/web:1",
            `ports: ["80:80"], environment: { META_URL: "http://meta:8080" }`,
            `meta: { image: "supabase/postgres-meta:v0.91" }`,
        );
        assert.deepEqual(mends(meta), []);
        assert.deepEqual(meta.app.services.meta.ports, { http: 8080 });
        for (const image of ["yourname/app:1", "registry.example.com/your-app:1", "your_user/x"])
            assert.match(
                mends(app(image, `ports: ["80:80"]`)).join(),
                /stands for a name that everybody puts in/,
                image,
            );
        assert.deepEqual(mends(app("yourselfhosted/slash:1", `ports: ["80:5231"]`)), []);
        assert.match(
            mends(app("gitlab/gitlab-ce:18", `ports: ["80:80"]`)).join("\n"),
            /image: left out: it keeps Git's repositories/,
        );
    });

    it("are led to the only database of an app of one program, and to none of several", () => {
        const sonar = (others = "") =>
            app(
                "sonarqube:community",
                `ports: ["9000:9000"], environment: { sonar.jdbc.username: shop }`,
                `${stores.postgres}${others}`,
            );
        assert.deepEqual(mends(sonar()), []);
        assert.deepEqual(sonar().app.services.app.env, {
            SONAR_JDBC_URL: "jdbc:postgresql://${db.host}:${db.port}/${db.name}?sslmode=${db.sslmode}",
            SONAR_JDBC_USERNAME: "${db.user}",
            SONAR_JDBC_PASSWORD: "${db.password}",
        });
        planned(sonar());
        const two = sonar(`\n  web: { image: "acme/web:1", ports: ["80:80"] }`);
        assert.match(mends(two).join(), /services\.db: no service uses db/);
    });

    it("are asked for in the browser, which is said where nothing waits for them as well", () => {
        const drupal = app("drupal:11", `ports: ["80:80"]`, stores.postgres);
        assert.match(
            mends(drupal).join("\n"),
            /services\.app: no variable says where its database is: its installation in the browser asks/,
        );
        assert.deepEqual(mends(app("drupal:11", `ports: ["80:80"]`)), []);
    });
});

describe("Ports of well-known images", () => {
    it("are refused where they are not asked by HTTP", () => {
        const sftpgo = imported(`services: { app: { image: "drakkan/sftpgo:v2", ports: ["8080:8080", "2022:2022"] } }`);
        assert.deepEqual(mends(sftpgo), ["1 services.app.ports.1: 2022 is SFTP: services are reached by HTTP"]);
        const other = imported(`services: { app: { image: "acme/app:1", ports: ["8080:8080", "2022:2022"] } }`);
        assert.deepEqual(mends(other), []);
        const guacd = imported(`services:
  web: { image: "acme/web:1", ports: ["80:80"], depends_on: [guacd] }
  guacd: { image: "guacamole/guacd:1.6.0" }`);
        assert.match(
            mends(guacd).join("\n"),
            /services\.guacd: listens at 4822, which is guacd's own protocol: services are reached by HTTP/,
        );
    });
});
