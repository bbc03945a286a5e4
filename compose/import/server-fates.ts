import type { EngineName } from "../../topology/engines";
import {
    databaseParameters,
    parameterForm,
    parameterValue,
    setElsewhere,
    type Parameter,
    type Said,
} from "../../topology/parameters";

/** A setting of a server; a bare one of MySQL's is switched on. */
export interface Setting {
    name: string;
    value: string | undefined;
}

/** What becomes of a setting of a database's server: a parameter, or a note, or something to mend; neither where both clouds have it so. */
export type Fate = ({ told: string; value: Said } | { mend: string } | object) & { note?: string };

const bySize = "left out, as it follows from the size of a server, which is another one here; parameters sets it";
const byCloud = "left out, as both clouds set it by themselves";
const none: Fate = {};

const isOn = (value: string | undefined): boolean => value === undefined || /^(1|on|true|yes)$/i.test(value);
const isUtc = (value = ""): boolean => /^((Etc\/)?(UTC|GMT|Universal|Zulu)|\+?0?0:00|\+0:00|-00:00)$/i.test(value);

/** Sized for a machine of somebody's, and known to the topology all the same. */
const sized =
    /^(max_connections|work_mem|maintenance_work_mem|max_worker_processes|max_parallel_workers_per_gather|autovacuum_max_workers|random_page_cost|default_statistics_target|max_wal_senders|max_replication_slots)$/;

/** Settings that an app sees, and that neither the topology nor both clouds have. */
const seen: Record<EngineName, RegExp> = {
    postgres:
        /^(search_path|session_replication_role|default_text_search_config|datestyle|intervalstyle|bytea_output|standard_conforming_strings|lc_\w+|row_security|transform_null_equals|array_nulls|default_transaction_read_only|default_tablespace|archive_mode|archive_command|synchronous_standby_names|primary_conninfo|hot_standby)$/,
    mysql: /^(init_connect|init_file|plugin_load(_add)?|early_plugin_load|local_infile|default_storage_engine|auto_increment_(increment|offset)|replicate_\w+|read_only|super_read_only|skip_grant_tables|skip_name_resolve_off|autocommit|secure_file_priv|federated|ft_min_word_len|system_versioning\w*)$/,
};

/** What a parameter of the topology makes of a value, or that it does not take it. */
function toldOr(engine: EngineName, name: string, value: string, note?: string): Fate {
    const parameter = databaseParameters[engine][name] as Parameter;
    const said = parameterValue(parameter, value);
    if (said === undefined) return { mend: `parameters.${name} takes ${parameterForm(parameter)}` };
    const number = /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value;
    return { told: name, value: "switch" in parameter ? said === "on" : number, note };
}

/** Special cases of PostgreSQL; undefined for a setting that has nothing special. */
function ofPostgres(name: string, value: string): Fate | undefined {
    if (name === "shared_preload_libraries") {
        const libraries = value
            .split(",")
            .map((library) => library.trim().replace(/^\$libdir\/|\.so$/g, ""))
            .filter(Boolean);
        const { several } = databaseParameters.postgres[name] as { several: readonly string[] };
        const others = libraries.filter((library) => !several.includes(library));
        if (others.length)
            return {
                mend: `not both clouds load ${others.join(" and ")}: an app that needs it cannot have a database of theirs`,
            };
        const wanted = libraries.filter((library) => library !== "pg_stat_statements");
        const note = "pg_stat_statements is loaded on both clouds by itself, and made by a migration: CREATE EXTENSION";
        return wanted.length ? { told: name, value: wanted.join(","), note: undefined } : { note };
    }
    if (name === "wal_level")
        return value.toLowerCase() === "logical"
            ? {
                  told: name,
                  value: "logical",
                  note: "on GCP the user has to be allowed it, once: ALTER USER app WITH REPLICATION",
              }
            : { note: byCloud };
    if (name === "timezone" || name === "log_timezone")
        return isUtc(value) || name === "log_timezone"
            ? none
            : {
                  mend: "servers run in UTC on both clouds: let a migration say ALTER ROLE CURRENT_USER SET timezone, and leave it out",
              };
    if (name === "synchronous_commit" && /^remote_/.test(value)) return { note: byCloud };
    return undefined;
}

/** Modes that MySQL 8 does not know any more. @see https://dev.mysql.com/doc/relnotes/mysql/8.0/en/news-8-0-11.html */
const gone =
    /^(NO_AUTO_CREATE_USER|DB2|MAXDB|MSSQL|MYSQL323|MYSQL40|ORACLE|POSTGRESQL|NO_FIELD_OPTIONS|NO_KEY_OPTIONS|NO_TABLE_OPTIONS)$/i;

/** Special cases of MySQL; undefined for a setting that has nothing special. */
function ofMysql(name: string, value: string | undefined): Fate | undefined {
    const said = value ?? "";
    if (name === "sql_mode") {
        const modes = said
            .split(",")
            .map((mode) => mode.trim())
            .filter(Boolean);
        const left = modes.filter((mode) => !gone.test(mode));
        // RDS takes an empty text for its own default.
        if (!left.length)
            return {
                told: name,
                value: "NO_ENGINE_SUBSTITUTION",
                note: "sql_mode is NO_ENGINE_SUBSTITUTION: RDS takes an empty one for its default, and this one is as lenient",
            };
        const note = left.length < modes.length ? "MySQL 8 does not know all of these modes any more" : undefined;
        return toldOr("mysql", name, left.join(","), note);
    }
    if (
        /^character_set_|^default_character_set$|^character_set_client_handshake$|^skip_character_set_client_handshake$/.test(
            name,
        )
    )
        return /^(utf8|utf8mb3|utf8mb4|0|1|off|on|false|true)?$/i.test(said)
            ? { note: "it is utf8mb4 on both clouds by itself" }
            : { mend: "databases are in utf8mb4 on both clouds" };
    if (name === "collation_server" || name === "default_collation") {
        const collation = said.toLowerCase().replace(/^utf8(mb3)?_/, "utf8mb4_");
        if (collation === "utf8mb4_0900_ai_ci") return none;
        if (/uca1400/.test(collation))
            return { note: "a collation of MariaDB's own, which MySQL has not: utf8mb4_0900_ai_ci it is" };
        return toldOr("mysql", "collation_server", collation);
    }
    if (name === "lower_case_table_names") return said === "0" ? none : toldOr("mysql", name, said);
    if (name === "tx_isolation") return toldOr("mysql", "transaction_isolation", said);
    if (name === "time_zone" || name === "default_time_zone")
        return isUtc(said)
            ? none
            : { mend: "servers run in UTC on both clouds: let the client say SET time_zone, and leave it out" };
    if (/^(default_authentication_plugin|authentication_policy|mysql_native_password)$/.test(name))
        return {
            note: "left out: the clouds choose how a password is checked (caching_sha2_password, from MySQL 8.4 on), which clients since 2018 know",
        };
    if (name === "explicit_defaults_for_timestamp")
        return isOn(value) ? none : { mend: "neither cloud lets MySQL fill timestamps by itself" };
    if (name === "local_infile" && !isOn(value)) return { note: byCloud };
    if (/^(default_storage_engine|default_table_type)$/.test(name))
        return /^innodb$/i.test(said) ? none : { mend: `tables are InnoDB on both clouds, not ${said}` };
    if (name === "autocommit" && isOn(value)) return none;
    return undefined;
}

export function fateOf(engine: EngineName, { name: said, value }: Setting): Fate {
    const name = said.replace(/^loose_/, "");
    const special = engine === "postgres" ? ofPostgres(name, value ?? "") : ofMysql(name, value);
    if (special) return special;
    if (sized.test(name)) return { note: bySize };
    if (Object.hasOwn(databaseParameters[engine], name)) return toldOr(engine, name, value ?? "on");
    if (seen[engine].test(name))
        return { mend: "neither the topology nor both clouds have it: leave it out where the app does without" };
    const why = setElsewhere(engine, name);
    return {
        note:
            why === undefined
                ? byCloud.replace(
                      "as both clouds set it by themselves",
                      "as it is not among the parameters that both clouds take",
                  )
                : `left out: ${why}`,
    };
}
