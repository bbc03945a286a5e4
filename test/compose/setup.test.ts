import assert from "node:assert/strict";

import { statementsOf } from "../../compose/import/init";
import { imported, inFolders, mends, reasons } from "./importing";

const web = `web: { image: "acme/web:1", ports: ["80:80"], environment: { DATABASE_URL: "postgres://u:p@db/app" } }`;
const db = (volumes: string, image = "postgres:16") =>
    `db: { image: "${image}", environment: { POSTGRES_PASSWORD: p }, volumes: [${volumes}] }`;
const init = "./init:/docker-entrypoint-initdb.d";

describe("What a Compose file runs before its services", () => {
    const { made, planned } = inFolders();

    it("runs by an entry point of its own, by none but its service's, or as its image does", () => {
        const jobOf = (job: string, service = "") =>
            imported(`services:
  web: { image: "acme/web:1", ports: ["80:80"], ${service} depends_on: { job: { condition: service_completed_successfully } } }
  job: { ${job} }`);
        const run = (...said: Parameters<typeof jobOf>) => {
            const found = jobOf(...said);
            assert.deepEqual(mends(found), []);
            planned(found);
            return found.app.jobs!.job;
        };
        const job = { service: "web", run: "deployment" };
        const [image, entered] = [`image: "acme/web:1"`, `entrypoint: ["/start"],`];
        assert.deepEqual(run(`${image}, entrypoint: ["/up"]`), { ...job, entrypoint: ["/up"] });
        assert.deepEqual(run(`${image}, entrypoint: ["/start"], command: ["up"]`, entered), {
            ...job,
            command: ["up"],
        });
        assert.deepEqual(run(image, `command: ["serve"],`), job);
        assert.match(mends(jobOf(image)).join(), /it says no command, and would do what web does/);
        assert.match(
            mends(jobOf(`${image}, command: ["up"]`, entered)).join(),
            /its image's entry point, and web with/,
        );
    });

    it("is pulled, where another target of the Dockerfile is what it runs", () => {
        const migrated = (name: string) =>
            made({
                Dockerfile: "FROM node:22 AS migrate\nFROM node:22\n",
                "compose.yaml": `services:
  web: { build: ., ports: ["80:80"], depends_on: { migrate: { condition: service_completed_successfully } } }
  migrate: { ${name} build: { context: ., target: migrate } }`,
            });
        const found = migrated("image: ghcr.io/acme/migrate:1,");
        assert.deepEqual(mends(found), []);
        assert.match(
            reasons(found, "services.migrate.build"),
            /ghcr.io\/acme\/migrate:1 is pulled, which has to be published/,
        );
        assert.deepEqual(found.app.jobs!.migrate.image, { reference: "ghcr.io/acme/migrate:1" });
        planned(found);
        assert.match(mends(migrated("")).join(), /it is built from another folder or target than web/);
    });

    it("runs in its own folder", () => {
        const jobOf = (job: string, service: string, dockerfile = "FROM acme/base\n") =>
            made({
                Dockerfile: dockerfile,
                "compose.yaml": `services:
  web: { build: ., ports: ["80:80"], ${service} depends_on: { migrate: { condition: service_completed_successfully } } }
  migrate: { build: ., ${job} command: ["migrate"] }`,
            });
        const folder = (...said: Parameters<typeof jobOf>) => jobOf(...said).app.jobs!.migrate.workingDirectory;
        assert.equal(folder("working_dir: /db,", ""), "/db");
        assert.equal(folder("working_dir: /app,", "working_dir: /app,"), undefined);
        assert.equal(folder("", "working_dir: /app,", "FROM acme/base\nWORKDIR /srv\n"), "/srv");
        assert.match(
            mends(jobOf("", "working_dir: /app,")).join(),
            /migrate: runs in its image's folder, and its service/,
        );
        planned(jobOf("working_dir: /db,", ""));
    });

    describe("to set up a database", () => {
        it("makes tables and extensions by a job, once, of the server's own image", () => {
            const found = made({
                "compose.yaml": `services:\n  ${web}\n  ${db(`"${init}"`)}`,
                "init/1.sql": "-- x;\nCREATE EXTENSION IF NOT EXISTS vector;\nCREATE DATABASE app;\n",
                "init/2.sql": "CREATE TABLE a (b text DEFAULT ';');\nALTER TABLE a OWNER TO u;\n",
            });
            assert.deepEqual(mends(found), []);
            const { command, ...job } = found.app.jobs!["db-setup"];
            assert.deepEqual(job, { service: "web", image: { reference: "postgres:16-alpine" }, run: "deployment" });
            assert.equal(
                command![2],
                [
                    "set -e",
                    `done=$(psql "$DATABASE_URL" -tAc "SELECT to_regclass('setup_is_done')")`,
                    `[ -n "$done" ] || psql "$DATABASE_URL" -1 -v ON_ERROR_STOP=1 <<'END_OF_SQL'`,
                    "CREATE TABLE setup_is_done ();",
                    "CREATE EXTENSION IF NOT EXISTS vector;",
                    "CREATE TABLE a (b text DEFAULT ';');",
                    "END_OF_SQL",
                ].join("\n"),
            );
            planned(found);
        });

        it("needs none for databases, users and rights, in SQL, in a script's and in a Dockerfile", () => {
            const script = `#!/bin/sh\nset -e\nif [ -n "$U" ]; then\npsql -v ON_ERROR_STOP=1 <<-EOSQL\n  CREATE USER x;\n  GRANT ALL ON DATABASE app TO x;\n\tEOSQL\nfi\n`;
            const found = made({
                "compose.yaml": `services:\n  ${web}\n  db: { build: db, volumes: ["${init}"] }`,
                "init/1.sh": script,
                "db/Dockerfile": "FROM postgres:16\nADD create.sql /docker-entrypoint-initdb.d\n",
                "db/create.sql": "CREATE DATABASE app;\nCREATE ROLE r WITH LOGIN;",
            });
            assert.deepEqual(mends(found), []);
            assert.equal(found.app.jobs, undefined);
            assert.match(reasons(found, "services.db.volumes.0"), /^1\.sh makes databases, users and rights/);
            assert.match(reasons(found, "services.db.build"), /^create\.sql makes databases/);
        });

        it("speaks MySQL to MySQL", () => {
            const found = made({
                "compose.yaml": `services:\n  ${web.replace("postgres:", "mysql:")}\n  ${db(`"${init}"`, "mysql:8.4")}`,
                "init/a.sql": "USE app;\nCREATE TABLE t (id INT);\nINSERT INTO t VALUES (1);",
            });
            assert.deepEqual(mends(found), []);
            const { image, command } = found.app.jobs!["db-setup"];
            // A server that does not answer is none that has nothing yet.
            assert.match(command![2], /^set -e\n/);
            assert.match(command![2], /\ndone=\$\(\$client -N -e "SELECT COUNT.*\n\[ "\$done" = 1 \] \|\| \$client <</);
            assert.equal(image!.reference, "mysql:8.4");
            assert.match(command![2], /mysql --ssl-mode=REQUIRED -h \$DB_HOST -P \$DB_PORT -u \$DB_USER \$DB_NAME"/);
            assert.match(
                command![2],
                /INSERT INTO t VALUES \(1\);\nCREATE TABLE setup_is_done \(id INT\);\nEND_OF_SQL$/,
            );
            planned(found);
        });

        it("refuses what no client is told in a command: other programs, dumps, files that are not there", () => {
            const found = made({
                "compose.yaml": `services:\n  ${web}\n  ${db(`"${init}", "./gone.sql:/docker-entrypoint-initdb.d/gone.sql", "./empty:/docker-entrypoint-initdb.d/more"`)}`,
                "init/a.sh": "#!/bin/sh\npg_restore -d app /dump\n",
                "init/b.sql": "CREATE TABLE t (a text);\nCOPY t (a) FROM stdin;\nx\n\\.\n",
            });
            const said = mends(found).join("\n");
            assert.match(said, /volumes\.0: a\.sh does more than SQL/);
            assert.match(said, /volumes\.1: gone\.sql, which sets the database up, is not there/);
            assert.match(said, /or in psql's own words/);
            assert.match(reasons(found, "services.db.volumes.2"), /^nothing is in it/);
        });

        it("leaves out texts that only lie in the server's image, and no script that could read them", () => {
            const built = (...lines: string[]) =>
                made({
                    "compose.yaml": `services:
  web: { image: "acme/web:1", ports: ["80:80"], environment: { DATABASE_URL: "postgres://u:p@db/app" } }
  db: { build: ./db, environment: { POSTGRES_DB: app } }`,
                    "db/Dockerfile": `FROM postgres:17\n${lines.join("\n")}\n`,
                    "db/a.sql": "CREATE TABLE a ();",
                    "db/a.sh": "psql -f /texts/a.sql",
                });
            assert.deepEqual(mends(built("COPY a.sql /texts/a.sql")), []);
            assert.match(
                mends(built("COPY a.sql /texts/a.sql", "COPY a.sh /docker-entrypoint-initdb.d/a.sh")).join(),
                /has nothing of what its Dockerfile adds \(COPY a\.sql/,
            );
            assert.match(
                mends(built("RUN apt-get update && apt-get install -y postgresql-17-cron")).join(),
                /nothing of what its Dockerfile installs \(apt-get update && apt-get install -y postgresql-17-cron/,
            );
        });

        it("takes statements apart as servers do", () =>
            assert.deepEqual(
                statementsOf(`\\c app
CREATE FUNCTION f() AS $x$ BEGIN; END $x$; /* a;b */ INSERT INTO t VALUES ('it''s; -- x'), ("a;b");
SELECT 1 -- 2;
`),
                [
                    "\\c app",
                    "CREATE FUNCTION f() AS $x$ BEGIN; END $x$",
                    `INSERT INTO t VALUES ('it''s; -- x'), ("a;b")`,
                    "SELECT 1",
                ],
            ));
    });

    describe("before a service starts", () => {
        const migrated = (more: string) =>
            imported(`services:
  web: { image: "acme/web:1", ports: ["80:80"], depends_on: { migrate: { condition: service_completed_successfully } }, environment: { A: "1" } }
  migrate: { image: "acme/migrate:2", environment: { DB: "postgres://u:p@db/app", A: "1" }${more} }
  db: { image: "postgres:16", environment: { POSTGRES_PASSWORD: p } }`);

        it("runs another image as a job, which brings its variables to the service", () => {
            const found = migrated("");
            assert.deepEqual(mends(found), []);
            assert.deepEqual(found.app.jobs, {
                migrate: { service: "web", image: { reference: "acme/migrate:2" }, run: "deployment" },
            });
            assert.deepEqual(found.app.services.web.env, { A: "1", DB: "${db.url}" });
            assert.deepEqual(found.app.services.web.uses, ["db"]);
            planned(found);
            assert.deepEqual(migrated(`, command: ["up"]`).app.jobs!.migrate.command, ["up"]);
        });

        it("refuses what its service has otherwise, a build of its own, and volumes", () => {
            assert.match(mends(migrated(", volumes: [a:/a]")).join(), /left out: it mounts volumes/);
            const other = imported(`services:
  web: { image: "acme/web:1", ports: ["80:80"], depends_on: { migrate: { condition: service_completed_successfully } }, environment: { A: "1" } }
  migrate: { image: "acme/migrate:2", environment: { A: "2" } }`);
            assert.match(mends(other).join(), /left out: its A is another than that of its service/);
            const built = imported(`services:
  web: { image: "acme/web:1", ports: ["80:80"], depends_on: { migrate: { condition: service_completed_successfully } } }
  migrate: { build: ./migrate }`);
            assert.match(mends(built).join(), /left out: it is built from another folder or target than web/);
        });
    });
});
