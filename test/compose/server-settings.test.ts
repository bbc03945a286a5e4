import assert from "node:assert/strict";

import { stringify } from "yaml";

import { inFolders, oneService, reasons, resolved } from "./importing";

const asked = (engine: "postgres" | "mysql") => ({
    environment: { DATABASE_URL: `${engine}://u:p@db/app` },
});
const images = { postgres: "postgres:16", mysql: "mysql:8.4" };

/** An app with a database that is set up like this. */
const withServer = (engine: "postgres" | "mysql", server: object) => {
    const found = oneService(asked(engine), { db: { image: images[engine], ...server } });
    const of = (mend: boolean) =>
        found.notes
            .filter((note) => note.mend === mend && /^services\.db\.(command|environment|entrypoint)/.test(note.at))
            .map(({ reason }) => reason);
    return { found, parameters: found.app.databases?.db.parameters, mends: of(true), notes: of(false) };
};

describe("Settings of a stranger's database server", () => {
    it("on the command line of PostgreSQL are parameters, where both clouds have them", () => {
        const { found, parameters, mends } = withServer("postgres", {
            command:
                "postgres -c wal_level=logical -c max_locks_per_transaction=256 -c statement_timeout=30s -cidle_in_transaction_session_timeout=60000 --lock-timeout=5s -c shared_preload_libraries=pg_stat_statements,pg_cron -c track_io_timing=on",
        });
        assert.deepEqual(mends, []);
        assert.deepEqual(parameters, {
            wal_level: "logical",
            max_locks_per_transaction: 256,
            statement_timeout: "30s",
            idle_in_transaction_session_timeout: 60000,
            lock_timeout: "5s",
            shared_preload_libraries: "pg_cron",
            track_io_timing: true,
        });
        for (const cloud of ["aws", "gcp"] as const) resolved(found.app, cloud);
    });

    it("on the command line of MySQL are parameters, where both clouds have them", () => {
        const { found, parameters, mends, notes } = withServer("mysql", {
            command: [
                "mysqld",
                "--character-set-server=utf8mb4",
                "--collation-server=utf8_unicode_ci",
                "--max_connections=500",
                "--default-authentication-plugin=mysql_native_password",
                "--sql-mode=STRICT_TRANS_TABLES,NO_AUTO_CREATE_USER",
                "--transaction-isolation=READ-COMMITTED",
                "--lower-case-table-names=1",
                "--max_allowed_packet=64M",
                "--log-bin-trust-function-creators=1",
                "--skip-name-resolve",
                "--event-scheduler=ON",
            ],
        });
        assert.deepEqual(mends, []);
        assert.deepEqual(parameters, {
            collation_server: "utf8mb4_unicode_ci",
            sql_mode: "STRICT_TRANS_TABLES",
            transaction_isolation: "READ-COMMITTED",
            lower_case_table_names: 1,
            max_allowed_packet: "64M",
            log_bin_trust_function_creators: true,
            event_scheduler: true,
        });
        const said = notes.join("\n");
        for (const words of [
            /^max_connections=500: left out, as it follows from the size of a server/m,
            /^character_set_server=utf8mb4: it is utf8mb4 on both clouds by itself$/m,
            /^default_authentication_plugin=mysql_native_password: left out: the clouds choose how a password is checked/m,
            /^sql_mode=STRICT_TRANS_TABLES,NO_AUTO_CREATE_USER: MySQL 8 does not know all of these modes any more$/m,
            /^skip_name_resolve: left out: both clouds set it by themselves$/m,
        ])
            assert.match(said, words);
        for (const cloud of ["aws", "gcp"] as const) resolved(found.app, cloud);
    });

    it("are left out with a word, where the clouds or the size of the server decide", () => {
        for (const [engine, command, word] of [
            [
                "postgres",
                "postgres -c shared_buffers=2GB -c fsync=off",
                /shared_buffers=2GB: left out: both clouds set it by the size/,
            ],
            ["postgres", "postgres -c fsync=off", /^fsync=off: left out: both clouds set it by themselves$/],
            ["postgres", "postgres -c log_statement=all", /what is logged is the stack's to say/],
            ["postgres", "postgres -N 200", /^max_connections=200: left out, as it follows from the size/],
            ["postgres", "postgres -c jit=off", /^jit=off: left out, as it is not among the parameters/],
            ["postgres", "postgres -c shared_preload_libraries=pg_stat_statements", /CREATE EXTENSION/],
            ["mysql", "--innodb-buffer-pool-size=2G", /both clouds set it by the size/],
            ["mysql", "--sql-mode=''", /^sql_mode=: sql_mode is NO_ENGINE_SUBSTITUTION: /],
            ["mysql", "--collation-server=utf8mb4_uca1400_ai_ci", /MariaDB's own/],
        ] as const) {
            const { mends, notes } = withServer(engine, { command });
            assert.deepEqual(mends, [], command);
            assert.match(notes.join("\n"), word);
        }
        assert.deepEqual(withServer("mysql", { command: "--sql-mode=''" }).parameters, {
            sql_mode: "NO_ENGINE_SUBSTITUTION",
        });
    });

    it("have to be mended where the app sees them, and a cloud has them otherwise", () => {
        for (const [engine, server, reason] of [
            ["postgres", { command: "-c shared_preload_libraries=vectors.so" }, /not both clouds load vectors:/],
            ["postgres", { command: "-c timezone=Europe/Berlin" }, /ALTER ROLE CURRENT_USER SET timezone/],
            ["postgres", { command: "-c search_path=shop" }, /neither the topology nor both clouds have it/],
            ["postgres", { command: "-c wal_level=logical -c max_prepared_transactions=lots" }, /takes a whole number/],
            [
                "postgres",
                { environment: { POSTGRES_INITDB_ARGS: "--encoding=UTF8 --lc-collate=C" } },
                /en_US\.UTF-8 on both clouds, not C/,
            ],
            ["mysql", { command: "--default-time-zone=+09:00" }, /SET time_zone/],
            ["mysql", { command: "--collation-server=latin1_swedish_ci" }, /takes a collation of utf8mb4/],
            ["mysql", { command: "--character-set-server=latin1" }, /in utf8mb4 on both clouds/],
            ["mysql", { command: "--lower-case-table-names=2" }, /takes a whole number from 0 to 1/],
            ["mysql", { command: "--init-connect='SET NAMES utf8'" }, /neither the topology nor both clouds/],
            ["mysql", { command: "--default-storage-engine=MyISAM" }, /InnoDB on both clouds/],
        ] as const)
            assert.match(withServer(engine, server).mends.join("\n"), reason, JSON.stringify(server));
        for (const server of [
            { command: "-c timezone=UTC" },
            { environment: { POSTGRES_INITDB_ARGS: "--data-checksums", TZ: "Asia/Tokyo" } },
        ])
            assert.deepEqual(withServer("postgres", server).mends, []);
        assert.match(withServer("postgres", { environment: { TZ: "Asia/Tokyo" } }).notes.join(), /not in Asia\/Tokyo/);
    });

    it("are read of the variables of an image that has such", () => {
        const found = oneService(asked("mysql"), {
            db: {
                image: "bitnami/mysql:8.4",
                environment: { MYSQL_COLLATE: "utf8mb4_bin", MYSQL_EXTRA_FLAGS: "--wait-timeout=60" },
            },
        });
        assert.deepEqual(found.app.databases?.db.parameters, { collation_server: "utf8mb4_bin", wait_timeout: 60 });
    });
});

describe("Images of a stranger's databases and caches", () => {
    const of = (image: string, url: string) => {
        const found = oneService({ environment: { STORE_URL: url } }, { store: { image } });
        const said = (mend: boolean) =>
            found.notes
                .filter((note) => note.mend === mend && note.at === "services.store.image")
                .map(({ reason }) => reason);
        return { app: found.app, mends: said(true).join(), notes: said(false).join() };
    };
    const [postgres, redis] = ["postgres://u:p@store/app", "redis://store"];

    it("with PostGIS and pgvector are PostgreSQL, in which a migration makes them", () => {
        for (const [image, version] of [
            ["postgis/postgis:15-3.3", "15"],
            ["pgvector/pgvector:pg17", "17"],
        ] as const) {
            const { app, mends, notes } = of(image, postgres);
            assert.equal(mends, "");
            assert.equal(Object.values(app.databases!)[0].version, version);
            assert.match(notes, /CREATE EXTENSION/);
        }
        for (const image of ["bitnami/postgresql:15", "postgres:9.6"]) assert.equal(of(image, postgres).mends, "");
        for (const image of ["valkey/valkey:8", "bitnami/redis:7.2", "eqalpha/keydb:latest"])
            assert.equal(of(image, redis).mends, "");
    });

    it("with what neither cloud has say so", () => {
        for (const [image, url, reason] of [
            ["timescale/timescaledb:2.17.2-pg16", postgres, /TimescaleDB, which neither cloud has/],
            ["tensorchord/pgvecto-rs:pg14-v0.2.0", postgres, /pgvecto\.rs, which neither cloud has/],
            ["ghcr.io/immich-app/postgres:14-vectorchord0.3.0", postgres, /DB_VECTOR_EXTENSION: pgvector/],
            ["supabase/postgres:15.1", postgres, /Supabase's own/],
            ["citusdata/citus:12", postgres, /more in it than the clouds' has/],
            ["edoburu/pgbouncer:1.23", postgres, /lead services to the database itself/],
            ["redis/redis-stack-server:7.2.0-v9", redis, /modules, which neither cloud's Redis has/],
            ["bitnami/redis-sentinel:7.2", redis, /without sentinels/],
        ] as const)
            assert.match(of(image, url).mends, reason, image);
    });
});

describe("Files of a stranger's database server", () => {
    const projects = inFolders();

    const compose = (engine: "postgres" | "mysql", server: object) =>
        stringify({
            services: {
                api: { image: "registry.example.com/api:1", ports: ["8080:8080"], ...asked(engine) },
                db: { image: images[engine], ...server },
            },
        });

    it("are read: a my.cnf, a folder of them, a postgresql.conf", () => {
        const cnf = [
            "[client]",
            "default-character-set = latin1",
            "[mysqld]",
            "# a comment",
            'sql_mode = "ANSI_QUOTES"',
            "max_allowed_packet=32M ",
            "innodb_buffer_pool_size = 4G",
            "[mysqldump]",
            "max_allowed_packet=1G",
        ].join("\n");
        const mysql = projects.made({
            "compose.yaml": compose("mysql", { volumes: ["./conf.d:/etc/mysql/conf.d:ro"] }),
            "conf.d/shop.cnf": cnf,
            "conf.d/README.md": "[mysqld]",
        });
        assert.deepEqual(mysql.app.databases?.db.parameters, { sql_mode: "ANSI_QUOTES", max_allowed_packet: "32M" });
        assert.match(
            reasons(mysql, "services.db.volumes.0"),
            /^innodb_buffer_pool_size=4G: left out: both clouds set it by the size/,
        );
        const postgres = projects.made({
            "compose.yaml": compose("postgres", {
                volumes: ["./postgresql.conf:/etc/postgresql.conf", "./pg_hba.conf:/etc/pg_hba.conf"],
                command: "postgres -c config_file=/etc/postgresql.conf",
            }),
            "postgresql.conf": "listen_addresses = '*'\nstatement_timeout = 5s\t# five\nwal_level = 'logical'\n",
            "pg_hba.conf": "host all all all md5\n",
        });
        assert.deepEqual(postgres.app.databases?.db.parameters, { statement_timeout: "5s", wal_level: "logical" });
        assert.deepEqual(
            [mysql, postgres].flatMap(({ notes }) => notes.filter(({ mend }) => mend)),
            [],
        );
        assert.match(reasons(postgres, "services.db.volumes.1"), /the network's to say/);
        for (const found of [mysql, postgres]) projects.planned(found);
    });

    it("have to be mended where they are not there, or are something else", () => {
        const found = projects.made({
            "compose.yaml": compose("postgres", {
                volumes: ["./gone.conf:/etc/postgresql.conf", "./backup.sh:/usr/local/bin/backup.sh"],
            }),
            "backup.sh": "pg_dump\n",
        });
        assert.match(reasons(found, "services.db.volumes.0"), /is not there: say parameters/);
        assert.match(reasons(found, "services.db.volumes.1"), /backup\.sh is for a server of one's own/);
        assert.equal(found.notes.filter(({ mend }) => mend).length, 2);
    });
});
