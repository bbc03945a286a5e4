import assert from "node:assert/strict";

import * as rds from "@pulumi/aws/rds";
import { Container } from "@pulumi/docker/container";
import * as sql from "@pulumi/gcp/sql";

import type { Said } from "../../topology/parameters";
import { detailsOf } from "../../plan/details";
import { deploy } from "../../stacks";
import { plannedGates } from "../../stacks/memory";
import type { Target } from "../../topology/app";
import { resolve } from "../../topology/validate";
import { plan } from "../recorded";
import { smallApp } from "../topology/settings";
import { onBoth } from "./data";

type Engine = "postgres" | "mysql";
const app = (engine: Engine, parameters: Record<string, Said>) => ({
    ...smallApp,
    databases: { db: { engine, parameters, replicas: 1 } },
});

/** What servers are told beside what those without parameters are. */
async function told(engine: Engine, parameters: Record<string, Said>) {
    const [without, { aws, gcp }] = await Promise.all([onBoth(app(engine, {})), onBoth(app(engine, parameters))]);
    const group = (of: typeof aws) => of.one(rds.ParameterGroup).inputs.parameters ?? [];
    const flags = (of: typeof aws) =>
        of.of(sql.DatabaseInstance).map(({ inputs }) => inputs.settings?.databaseFlags ?? []);
    const added = <T>(all: T[], before: T[]) =>
        all.filter((one) => !before.some((other) => JSON.stringify(other) === JSON.stringify(one)));
    const words = ({ name, value, applyMethod }: { name?: string; value?: string; applyMethod?: string }) =>
        `${name}=${value}${applyMethod ? ` ${applyMethod}` : ""}`;
    const [server, replica] = flags(gcp);
    assert.deepEqual(server, replica, "a replica has what its server has");
    return {
        aws: added(group(aws), group(without.aws)).map(words),
        gcp: added(server, flags(without.gcp)[0]).map(words),
        plans: { aws, gcp },
    };
}

describe("Parameters of database servers", () => {
    it("are in RDS's parameter group and Cloud SQL's flags alike, in the server's own units", async () => {
        const { aws, gcp, plans } = await told("postgres", {
            work_mem: "16MB",
            statement_timeout: "30s",
            track_io_timing: true,
            max_locks_per_transaction: 128,
        });
        assert.deepEqual(aws, [
            "max_locks_per_transaction=128 pending-reboot",
            "statement_timeout=30000",
            "track_io_timing=1",
            "work_mem=16384",
        ]);
        assert.deepEqual(gcp, [
            "max_locks_per_transaction=128",
            "statement_timeout=30000",
            "track_io_timing=on",
            "work_mem=16384",
        ]);
        assert.match(
            detailsOf("aws:rds/parameterGroup:ParameterGroup", { ...plans.aws.one(rds.ParameterGroup).inputs }).join(),
            /^max_locks_per_transaction 128 \(a change waits for a restart\), statement_timeout 30000, /,
        );
        assert.match(
            detailsOf("gcp:sql/databaseInstance:DatabaseInstance", {
                ...plans.gcp.of(sql.DatabaseInstance)[0].inputs,
            }).join(),
            /max_locks_per_transaction 128, statement_timeout 30000, /,
        );
    });

    it("have each cloud's own name where it has one", async () => {
        const { aws, gcp } = await told("postgres", {
            wal_level: "logical",
            shared_preload_libraries: "pg_cron,auto_explain",
        });
        assert.deepEqual(aws, [
            "shared_preload_libraries=pg_stat_statements,pg_cron,auto_explain pending-reboot",
            "cron.database_name=app pending-reboot",
            "rds.logical_replication=1 pending-reboot",
        ]);
        assert.deepEqual(gcp, [
            "cloudsql.enable_auto_explain=on",
            "cloudsql.enable_pg_cron=on",
            "cron.database_name=app",
            "cloudsql.logical_decoding=on",
        ]);
    });

    it("are MySQL's, too, whose collation is the database's on Cloud SQL", async () => {
        const { aws, gcp, plans } = await told("mysql", {
            collation_server: "utf8mb4_unicode_ci",
            event_scheduler: true,
            log_bin_trust_function_creators: true,
            lower_case_table_names: 1,
            max_allowed_packet: "64M",
            sql_mode: "strict_trans_tables,NO_ZERO_DATE",
        });
        assert.deepEqual(aws, [
            "collation_server=utf8mb4_unicode_ci",
            "event_scheduler=ON",
            "log_bin_trust_function_creators=1",
            "lower_case_table_names=1 pending-reboot",
            "max_allowed_packet=67108864",
            "sql_mode=STRICT_TRANS_TABLES,NO_ZERO_DATE",
        ]);
        assert.deepEqual(gcp, [
            "event_scheduler=on",
            "log_bin_trust_function_creators=on",
            "lower_case_table_names=1",
            "max_allowed_packet=67108864",
            "sql_mode=STRICT_TRANS_TABLES,NO_ZERO_DATE",
        ]);
        assert.equal(plans.gcp.one(sql.Database).inputs.collation, "utf8mb4_unicode_ci");
    });

    it("say how many connections there are, once", async () => {
        for (const engine of ["postgres", "mysql"] as const) {
            const { plans } = await told(engine, { max_connections: 300 });
            const limits = (list: { name?: string; value?: string }[] = []) =>
                list.filter(({ name }) => name === "max_connections").map(({ value }) => value);
            assert.deepEqual(limits(plans.aws.one(rds.ParameterGroup).inputs.parameters), ["300"]);
            assert.deepEqual(limits(plans.gcp.of(sql.DatabaseInstance)[0].inputs.settings?.databaseFlags), ["300"]);
        }
    });

    it("are on the command line of a server on a laptop, without what its image has not got", async () => {
        const commandOf = async (engine: Engine, parameters: Record<string, Said>) => {
            const config = { "twinstack:app": "shop", "twinstack:cloud": "local" };
            const stack = resolve<Target>({ stack: "dev", config }, { shop: app(engine, parameters) });
            const local = await plan(() => deploy(stack, plannedGates()), { stack: "dev" });
            return local.of(Container).find(({ name }) => name.endsWith("-db"))!.inputs.command;
        };
        assert.equal(await commandOf("postgres", {}), undefined);
        assert.deepEqual(
            await commandOf("postgres", { shared_preload_libraries: "pg_cron,auto_explain", wal_level: "logical" }),
            ["postgres", "-c", "shared_preload_libraries=auto_explain", "-c", "wal_level=logical"],
        );
        assert.deepEqual(await commandOf("mysql", { sql_mode: "ANSI", wait_timeout: 60 }), [
            "mysqld",
            "--sql-mode=ANSI",
            "--wait-timeout=60",
        ]);
    });
});
