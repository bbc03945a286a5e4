import assert from "node:assert/strict";

import { clouds } from "../../topology/app";
import { imported, inFolders, mends, oneService, reasons, resolved } from "./importing";

const wordpress = `
services:
  wordpress:
    image: wordpress:6.8
    ports: ["80:80"]
    environment:
      WORDPRESS_DB_HOST: db
      WORDPRESS_DB_USER: wp
      WORDPRESS_DB_PASSWORD_FILE: /run/secrets/db_password
      WORDPRESS_DB_NAME: wp
      WORDPRESS_AUTH_KEY_FILE: /run/secrets/auth
    secrets:
      - db_password
      - source: auth_key
        target: auth
  db:
    image: postgres:16
    environment:
      POSTGRES_USER: wp
      POSTGRES_PASSWORD_FILE: /run/secrets/db_password
    secrets: [db_password]
secrets:
  db_password: { file: ./db_password.txt }
  auth_key: { file: ./auth.txt }
`;

describe("Secret files of Compose", () => {
    const inFolder = inFolders();

    it("become the variables that images read beside X_FILE: a reference where it is a database's, else a secret", () => {
        const made = imported(wordpress);
        const { wordpress: service } = made.app.services;
        assert.deepEqual(service.env, {
            WORDPRESS_DB_HOST: "${db.host}",
            WORDPRESS_DB_USER: "${db.user}",
            WORDPRESS_DB_PASSWORD: "${db.password}",
            WORDPRESS_DB_NAME: "${db.name}",
        });
        assert.deepEqual(service.secrets, ["WORDPRESS_AUTH_KEY"]);
        assert.match(
            reasons(made, "services.wordpress.environment.WORDPRESS_AUTH_KEY_FILE"),
            /WORDPRESS_AUTH_KEY is the secret itself, in place of its file: made with a random value/,
        );
        assert.deepEqual(mends(made), []);
        for (const cloud of clouds) resolved(made.app, cloud);
    });

    it("stay files for an app of one's own, each in a folder of its own, where variables say where that is", () => {
        const made = imported(wordpress.replace("image: wordpress:6.8", "build: ."));
        const { wordpress: service } = made.app.services;
        assert.deepEqual(service.secretFiles, {
            "/run/secrets/db_password": "${db.password}",
            "/run/secrets-auth/auth": "AUTH_KEY",
        });
        assert.equal(service.env!.WORDPRESS_DB_PASSWORD_FILE, "/run/secrets/db_password");
        assert.equal(service.env!.WORDPRESS_AUTH_KEY_FILE, "/run/secrets-auth/auth");
        assert.equal(service.env!.WORDPRESS_DB_PASSWORD, undefined);
        assert.equal(service.secrets, undefined);
        assert.deepEqual(mends(made), []);
        for (const cloud of clouds) resolved(made.app, cloud);
    });

    it("stay files where what the service mounts reads the variable that names them", () => {
        const made = inFolder.made({
            "compose.yaml": `services:
  auth:
    image: authelia/authelia:4
    ports: ["9091:9091"]
    environment: { HMAC_FILE: /run/secrets/hmac }
    secrets: [hmac]
    volumes: ["./config:/config"]
secrets: { hmac: { file: ./hmac.txt } }`,
            "config/configuration.yml": 'hmac_secret: {{ secret (env "HMAC_FILE") }}\n',
        });
        assert.deepEqual(made.app.services.auth.secretFiles, { "/run/secrets/hmac": "HMAC" });
        assert.equal(made.app.services.auth.env!.HMAC_FILE, "/run/secrets/hmac");
        assert.deepEqual(mends(made), []);
        inFolder.planned(made);
    });

    it("stay where they are if only their path leads to them, one in a folder", () => {
        const one = imported(wordpress.replace("WORDPRESS_AUTH_KEY_FILE: /run/secrets/auth", "OTHER: x"));
        assert.deepEqual(one.app.services.wordpress.secretFiles, { "/run/secrets/auth": "AUTH_KEY" });
        assert.deepEqual(mends(one), []);
        const two = imported(`
services:
  app: { build: ., ports: ["80:80"], secrets: [a, b, db_root] }
  db:
    image: mysql:8.4
    environment: { MYSQL_ROOT_PASSWORD_FILE: /run/secrets/db_root, MYSQL_DATABASE: x }
    secrets: [db_root]
secrets: { a: { file: a.txt }, b: { file: b.txt }, db_root: { file: c.txt } }
`);
        assert.deepEqual(two.app.services.app.secretFiles, { "/run/secrets/a": "A" });
        assert.match(
            mends(two).join("\n"),
            /secrets\.1: \/run\/secrets\/b is in a folder where another secret is.*secrets\.2: \/run\/secrets\/db_root is the password of db's own superuser/s,
        );
    });

    it("are the password of a database where its server is given the same secret, and one secret for all who have it", () => {
        const made = imported(`
services:
  web: { build: ., ports: ["80:80"], environment: { DB_HOST: db, DB_USER: me, DB_NAME: x }, secrets: [pg] }
  api:
    build: .
    ports: ["81:81"]
    environment: { TOKEN_FILE: /run/secrets/token }
    secrets: [token]
  work: { image: "acme/work:1", environment: { API_TOKEN_FILE: /run/secrets/token }, secrets: [token] }
  db:
    image: postgres:16
    environment: { POSTGRES_USER: me, POSTGRES_DB: x, POSTGRES_PASSWORD_FILE: /run/secrets/pg }
    secrets: [pg]
secrets: { pg: { file: a.txt }, token: { file: b.txt } }
`);
        const { web, api, work } = made.app.services;
        assert.deepEqual(web.secretFiles, { "/run/secrets/pg": "${db.password}" });
        assert.deepEqual(made.app.secrets, { shared: { keys: ["TOKEN"] } });
        assert.deepEqual(api.secretFiles, { "/run/secrets/token": "${shared.TOKEN}" });
        assert.deepEqual([work.env, work.secrets], [{ API_TOKEN: "${shared.TOKEN}" }, undefined]);
    });
});

describe("Secrets of one value in Compose", () => {
    it("are one secret, for every service and under every name that has it", () => {
        const made = imported(`services:
  web:
    image: acme/web:1
    ports: ["80:80"]
    environment: { SECRET_KEY: abc123, JWT_SECRET: abc123, API_TOKEN: only-mine, SHELL_TOKEN: }
  worker:
    image: acme/web:1
    environment: { SECRET_KEY: abc123, SHELL_TOKEN: }
  other: { image: "acme/other:1", environment: { SECRET_KEY: another } }`);
        const { web, worker, other } = made.app.services;
        assert.deepEqual(made.app.secrets, { shared: { keys: ["SECRET_KEY", "SHELL_TOKEN"] } });
        assert.deepEqual(
            [web.secrets, web.uses, web.env],
            [["API_TOKEN"], ["shared"], { JWT_SECRET: "${shared.SECRET_KEY}" }],
        );
        assert.deepEqual([worker.secrets, worker.uses], [undefined, ["shared"]]);
        assert.deepEqual([other.secrets, other.uses], [["SECRET_KEY"], undefined]);
        assert.doesNotMatch(JSON.stringify(made.app), /abc123/);
        for (const cloud of ["aws", "gcp"] as const) resolved(made.app, cloud);
    });

    it("keep what stands before the secret itself, where a value has several parts", () => {
        const found = oneService({ environment: { BACKEND_API_TOKENS: "default:development.an-insecure-api-token" } });
        assert.deepEqual(found.app.services.api.secretFormats, {
            BACKEND_API_TOKENS: { format: "alphanumeric", length: 21, prefix: "default:development." },
        });
        for (const cloud of clouds) resolved(found.app, cloud);
    });

    it("are refused where they could not be one", () => {
        const made = imported(`services:
  web: { image: "acme/web:1", ports: ["80:80"], environment: { A_SECRET: abc123 } }
  api: { image: "acme/api:1", environment: { A_SECRET: other, B_SECRET: abc123 } }`);
        assert.match(mends(made).join("\n"), /A_SECRET of web, B_SECRET of api have one value here/);
    });

    it("has a secret of its own for each variable whose value is a placeholder, and one for a value that several share", () => {
        const shared = (value: string) =>
            oneService({ environment: { APP_SECRET: value, JWT_SECRET: value } }).app.secrets;
        assert.equal(shared("<INSERT_RANDOM_STRING>"), undefined);
        assert.equal(shared("change-me"), undefined);
        assert.deepEqual(shared("k3j4h5k3j4h5"), { shared: { keys: ["APP_SECRET"] } });
    });
});
