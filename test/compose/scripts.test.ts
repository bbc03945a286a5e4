import assert from "node:assert/strict";

import { inFolders, mends, oneService, reasons } from "./importing";

const postgres = 'image: "postgres:16", environment: { POSTGRES_DB: shop, POSTGRES_USER: shop, POSTGRES_PASSWORD: x }';
const compose = (command = "") => `services:
  web: { build: ., ports: ["8080:8080"], depends_on: [web-db], environment: { DATABASE_URL: "postgres://shop:x@web-db:5432/shop" }${command} }
  web-db: { ${postgres} }`;
const dockerfile = 'FROM python:3.13\nWORKDIR /app\nCOPY . .\nENTRYPOINT ["/app/entrypoint.sh"]\n';

describe("Scripts by which an image starts", () => {
    const { made, planned } = inFolders();

    it("are led to a store that they wait for by the variables of the contract", () => {
        const found = made({
            "compose.yaml": compose(),
            Dockerfile: dockerfile,
            "entrypoint.sh": '#!/bin/sh\nwhile ! nc -z web-db 5432; do sleep 0.1; done\nexec "$@"\n',
        });
        assert.deepEqual(mends(found), []);
        assert.deepEqual(found.app.services.web.image!.files, {
            "/app/entrypoint.sh": {
                from: "entrypoint.sh",
                replace: {
                    "while ! nc -z web-db 5432; do sleep 0.1; done":
                        "while ! nc -z $DB_HOST $DB_PORT; do sleep 0.1; done",
                },
            },
        });
        assert.match(reasons(found, "services.web.build"), /entrypoint\.sh:2 waits for web-db: it is led to db/);
        planned(found);
    });

    it("have to be mended where the image has them at an unknown place, and say nothing where nothing runs them", () => {
        const script = "#!/bin/sh\nwhile ! nc -z web-db 5432; do sleep 1; done\n";
        const unknown = 'FROM some/image\nCOPY --from=other/image /x/ /app/\nENTRYPOINT ["/app/entrypoint.sh"]\n';
        const found = made({ "compose.yaml": compose(), Dockerfile: unknown, "entrypoint.sh": script });
        assert.match(
            mends(found).join("\n"),
            /entrypoint\.sh:2 leads to web-db, a name that only Compose's network knows/,
        );
        const idle = made({
            "compose.yaml": compose(),
            Dockerfile: "FROM python:3.13\nWORKDIR /app\nCOPY . .\n",
            "entrypoint.sh": script,
        });
        assert.equal(idle.app.services.web.image!.files, undefined);
    });
});

describe("What a file says of a store by the contract's names, and not all of it", () => {
    const { made } = inFolders();
    const told = "environment: { DB_HOST: db, DB_NAME: shop, DB_PASSWORD: x }";
    const shop = (dockerfile: string, source: string) =>
        made({
            "compose.yaml": `services:\n  web: { build: ., ports: ["80:80"], ${told} }\n  db: { ${postgres} }`,
            Dockerfile: dockerfile,
            "app.py": source,
        });

    it("has to be mended where the source reads no variable for the rest, and is enough where it does", () => {
        const said = /no variable has the user of db/;
        assert.match(mends(shop("FROM python:3.13\nCOPY . .\n", 'connect(os.environ["DB_LOGIN"])')).join("\n"), said);
        assert.doesNotMatch(
            mends(shop("FROM python:3.13\nCOPY . .\n", 'connect(os.environ["DB_USER"])')).join("\n"),
            said,
        );
    });

    it("is said of an image that begins with the program, and of one that is only referenced", () => {
        const based = shop("FROM acme/shop:1\nCOPY run.sh /\n", "");
        assert.doesNotMatch(mends(based).join("\n"), /no variable has the user/);
        assert.match(
            reasons(based, "services.web.environment.DB_HOST"),
            /the file says no user of db: DB_USER is given/,
        );
        const found = oneService(
            { environment: { REDIS_HOST: "redis" }, depends_on: ["redis"] },
            { redis: { image: "redis:7" } },
        );
        assert.deepEqual(mends(found), []);
        assert.match(
            reasons(found, "services.api.environment.REDIS_HOST"),
            /the file says no password of redis: REDIS_PASSWORD is given; if the image reads other names, say those, as \$\{redis\.password\}/,
        );
    });

    it("takes a switch for a mode of TLS for a switch", () => {
        const { app } = oneService(
            { environment: { PG_HOST: "db", PG_USER: "shop", PG_PASSWORD: "x", PG_NAME: "shop", PG_SSLMODE: "false" } },
            { db: { image: "postgres:16", environment: { POSTGRES_USER: "shop", POSTGRES_DB: "shop" } } },
        );
        assert.equal(app.services.api.env!.PG_SSLMODE, "${pg.tls}");
    });

    it("says that a host is one's own machine, and refuses a folder of somebody's", () => {
        const found = oneService({ environment: { HOST: "localhost", MODEL_PATH: "/Users/jo/models" } });
        assert.match(reasons(found, "services.api.environment.HOST"), /is one's own machine/);
        assert.match(mends(found).join("\n"), /\/Users\/jo\/models is a folder of somebody's own machine/);
    });
});
