import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

import type { AppInput } from "../../topology/app";
import { databaseParameters } from "../../topology/parameters";
import { accepted, refused, smallApp } from "./settings";

const withParameters = (engine: "postgres" | "mysql", parameters: object): { app: AppInput } => ({
    app: { ...smallApp, databases: { db: { engine, parameters } } } as AppInput,
});
const at = (name: string) => `apps/shop.ts: databases.db.parameters${name.includes(".") ? `["${name}"]` : `.${name}`}`;

describe("Parameters of databases", () => {
    it("take numbers in their own unit or another one, switches, words and lists", () => {
        for (const cloud of ["aws", "gcp"] as const) {
            accepted({
                cloud,
                ...withParameters("postgres", {
                    work_mem: "16MB",
                    statement_timeout: "30s",
                    lock_timeout: 5000,
                    random_page_cost: 1.1,
                    track_io_timing: true,
                    wal_level: "logical",
                    shared_preload_libraries: "pg_stat_statements, pg_cron",
                    default_transaction_isolation: "Repeatable Read",
                }),
            });
            accepted({
                cloud,
                ...withParameters("mysql", {
                    max_allowed_packet: "64M",
                    sql_mode: "STRICT_TRANS_TABLES,no_zero_date",
                    event_scheduler: "ON",
                    collation_server: "utf8mb4_unicode_ci",
                    lower_case_table_names: 1,
                    transaction_isolation: "READ-COMMITTED",
                }),
            });
        }
    });

    it("are refused with a value that the parameter does not take", () => {
        const of = (name: string, value: unknown, allowed: RegExp, engine: "postgres" | "mysql" = "postgres") =>
            refused(withParameters(engine, { [name]: value }), at(name), allowed);
        of(
            "work_mem",
            "16 bananas",
            /^a whole number from 64 to 2147483647, in kB, or one with a unit \(kB, MB, GB, TB\)$/,
        );
        of("work_mem", "16KB", /^a whole number/);
        of("work_mem", 1, /^a whole number from 64/);
        of("statement_timeout", 1.5, /^a whole number/);
        of("statement_timeout", true, /^a whole number/);
        of("track_io_timing", "maybe", /^true or false$/);
        of("wal_level", "minimal", /^replica or logical$/);
        of("shared_preload_libraries", "timescaledb", /^auto_explain, pg_cron or pg_stat_statements, or several/);
        of("sql_mode", "", /^ALLOW_INVALID_DATES, /, "mysql");
        of("sql_mode", "NO_AUTO_CREATE_USER", /STRICT_TRANS_TABLES/, "mysql");
        of("collation_server", "latin1_swedish_ci", /^a collation of utf8mb4/, "mysql");
        of("lower_case_table_names", 2, /^a whole number from 0 to 1$/, "mysql");
    });

    it("are those that both clouds take, and nobody else sets", () => {
        const of = (name: string, allowed: RegExp, engine: "postgres" | "mysql" = "postgres") =>
            refused(withParameters(engine, { [name]: "1" }), at(name), allowed);
        of("statement_timout", /^a parameter that both clouds take: did you mean statement_timeout\?/);
        of("wait_timeout", /^a parameter that both clouds take: /);
        of("ssl", /^nothing: how connections are encrypted is the stack's to say$/);
        of("log_statement", /^nothing: what is logged is the stack's to say$/);
        of("timezone", /^nothing: servers run in UTC on both clouds/);
        of("rds.force_ssl", /^nothing: one cloud alone knows it/);
        of("shared_buffers", /^nothing: both clouds set it by the size of the server$/);
        of("fsync", /^nothing: both clouds set it by themselves$/);
        of("require_secure_transport", /^nothing: how connections are encrypted/, "mysql");
        of("long_query_time", /^nothing: what is logged/, "mysql");
        of("default_time_zone", /^nothing: servers run in UTC/, "mysql");
        of("innodb_buffer_pool_size", /^nothing: both clouds set it by the size/, "mysql");
        of("character_set_server", /^nothing: it is utf8mb4/, "mysql");
    });

    it("are all in the documentation, with those that a change restarts", () => {
        const documented = readFileSync("docs/engines.md", "utf8");
        for (const known of Object.values(databaseParameters))
            for (const [name, { restarts }] of Object.entries(known))
                assert.ok(documented.includes(`\`${name}\`${restarts ? "\\*" : ""}`), name);
    });
});
