import type { Cloud } from "./app";
import type { EngineName } from "./engines";
import { oneOf } from "./suggest";

/**
 * Parameters of a database's server, as far as both clouds let a customer set them, by the names that the engine itself has. What is not here
 * is set by the clouds, by the stack, or on one of them alone.
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Appendix.PostgreSQL.CommonDBATasks.Parameters.html
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Appendix.MySQL.Parameters.html
 * @see https://cloud.google.com/sql/docs/postgres/flags
 * @see https://cloud.google.com/sql/docs/mysql/flags
 */
type Form =
    /** A whole number in the parameter's own unit; text may say another one. */
    | { whole: readonly [min: number, max: number]; unit?: "kB" | "B" | "ms" | "s" }
    | { number: readonly [min: number, max: number] }
    | { switch: true }
    | { one: readonly string[] }
    /** Words, parted by commas. */
    | { several: readonly string[] }
    | { form: RegExp; words: string };

export type Parameter = Form & {
    /** Where a change is in force after a restart only: RDS waits for one, Cloud SQL restarts at once. */
    restarts?: readonly Cloud[];
    /** What is decided with the server or its database, once. */
    once?: true;
};

const anywhere = ["aws", "gcp"] as const;
const most = 2_147_483_647;
const milliseconds = { whole: [0, most], unit: "ms" } as const;
const seconds = { whole: [1, 31_536_000], unit: "s" } as const;

/** Modes of MySQL 8: those that one may combine, and TRADITIONAL and ANSI, which are several. @see https://dev.mysql.com/doc/refman/8.4/en/sql-mode.html */
const modes = [
    "ALLOW_INVALID_DATES",
    "ANSI",
    "ANSI_QUOTES",
    "ERROR_FOR_DIVISION_BY_ZERO",
    "HIGH_NOT_PRECEDENCE",
    "IGNORE_SPACE",
    "NO_AUTO_VALUE_ON_ZERO",
    "NO_BACKSLASH_ESCAPES",
    "NO_ENGINE_SUBSTITUTION",
    "NO_UNSIGNED_SUBTRACTION",
    "NO_ZERO_DATE",
    "NO_ZERO_IN_DATE",
    "ONLY_FULL_GROUP_BY",
    "PAD_CHAR_TO_FULL_LENGTH",
    "PIPES_AS_CONCAT",
    "REAL_AS_FLOAT",
    "STRICT_ALL_TABLES",
    "STRICT_TRANS_TABLES",
    "TIME_TRUNCATE_FRACTIONAL",
    "TRADITIONAL",
];

export const databaseParameters: Record<EngineName, Readonly<Record<string, Parameter>>> = {
    postgres: {
        autovacuum_analyze_scale_factor: { number: [0, 100] },
        autovacuum_max_workers: { whole: [1, 100], restarts: anywhere },
        autovacuum_naptime: { whole: [1, 2_147_483], unit: "s" },
        autovacuum_vacuum_cost_limit: { whole: [-1, 10_000] },
        autovacuum_vacuum_scale_factor: { number: [0, 100] },
        deadlock_timeout: { whole: [1, most], unit: "ms" },
        default_statistics_target: { whole: [1, 10_000] },
        default_transaction_isolation: {
            one: ["read committed", "repeatable read", "serializable", "read uncommitted"],
        },
        idle_in_transaction_session_timeout: milliseconds,
        lock_timeout: milliseconds,
        maintenance_work_mem: { whole: [1024, most], unit: "kB" },
        max_connections: { whole: [20, 5000], restarts: anywhere },
        max_locks_per_transaction: { whole: [10, most], restarts: anywhere },
        max_parallel_workers_per_gather: { whole: [0, 1024] },
        max_prepared_transactions: { whole: [0, 262_143], restarts: anywhere },
        max_replication_slots: { whole: [5, 262_143], restarts: anywhere },
        max_wal_senders: { whole: [5, 262_143], restarts: anywhere },
        max_worker_processes: { whole: [8, 262_143], restarts: anywhere },
        "pg_stat_statements.track": { one: ["none", "top", "all"] },
        random_page_cost: { number: [0, most] },
        shared_preload_libraries: {
            several: ["auto_explain", "pg_cron", "pg_stat_statements"],
            restarts: anywhere,
        },
        statement_timeout: milliseconds,
        synchronous_commit: { one: ["on", "off", "local"] },
        track_activity_query_size: { whole: [100, 102_400], unit: "B", restarts: anywhere },
        track_commit_timestamp: { switch: true, restarts: anywhere },
        track_io_timing: { switch: true },
        wal_level: { one: ["replica", "logical"], restarts: anywhere },
        work_mem: { whole: [64, most], unit: "kB" },
    },
    mysql: {
        collation_server: {
            form: /^utf8mb4_[a-z0-9_]+$/,
            words: "a collation of utf8mb4, such as utf8mb4_unicode_ci",
            once: true,
        },
        event_scheduler: { switch: true },
        group_concat_max_len: { whole: [4, 17_179_869_184], unit: "B" },
        innodb_ft_min_token_size: { whole: [0, 16], restarts: anywhere },
        innodb_lock_wait_timeout: { whole: [1, 1_073_741_824], unit: "s" },
        innodb_print_all_deadlocks: { switch: true },
        interactive_timeout: seconds,
        log_bin_trust_function_creators: { switch: true },
        lower_case_table_names: { whole: [0, 1], once: true },
        max_allowed_packet: { whole: [16_384, 1_073_741_824], unit: "B" },
        max_connections: { whole: [20, 4000] },
        net_read_timeout: { whole: [30, 31_536_000], unit: "s" },
        net_write_timeout: { whole: [60, 31_536_000], unit: "s" },
        ngram_token_size: { whole: [1, 10], restarts: anywhere },
        sql_mode: { several: modes },
        transaction_isolation: {
            one: ["READ-UNCOMMITTED", "READ-COMMITTED", "REPEATABLE-READ", "SERIALIZABLE"],
            restarts: ["gcp"],
        },
        wait_timeout: seconds,
    },
};

/** Who sets what cannot be set here, and why: names, or how they begin. */
const others: Record<EngineName, [names: RegExp, why: string][]> = {
    postgres: [
        [/^ssl(_|$)/, "how connections are encrypted is the stack's to say"],
        [/^(log_|logging_|event_source|syslog_)/, "what is logged is the stack's to say"],
        [
            /^timezone$/,
            "servers run in UTC on both clouds: a session, or ALTER DATABASE app SET timezone, says another",
        ],
        [
            /^(rds\.|cloudsql\.)/,
            "one cloud alone knows it: say what it is for by PostgreSQL's own name, such as wal_level",
        ],
        [
            /^(listen_addresses|port|data_directory|config_file|hba_file|ident_file|external_pid_file|unix_socket_.*|superuser_reserved_connections|fsync|full_page_writes|archive_.*|restore_command|wal_(keep|log|sync|buffers|writer).*|password_encryption|shared_memory_type|dynamic_shared_memory_type|max_slot_wal_keep_size|cluster_name)$/,
            "both clouds set it by themselves",
        ],
        [
            /^(shared_buffers|effective_cache_size|temp_buffers|huge_pages|max_wal_size|min_wal_size)$/,
            "both clouds set it by the size of the server",
        ],
    ],
    mysql: [
        [
            /^(require_secure_transport|ssl(_.*)?|tls_version|admin_.*)$/,
            "how connections are encrypted is the stack's to say",
        ],
        [
            /^(slow_query_log.*|long_query_time|log_output|general_log.*|log_error.*|log_queries_.*)$/,
            "what is logged is the stack's to say",
        ],
        [/^(default_)?time_zone$/, "servers run in UTC on both clouds: a session says another by SET time_zone"],
        [/^character_set_.*|^collation_(connection|database)$/, "it is utf8mb4 on both clouds by itself"],
        [
            /^(bind_address|port|mysqlx.*|datadir|socket|pid_file|tmpdir|basedir|user|log_bin|server_id|binlog_.*|gtid_mode|enforce_gtid_consistency|relay_log.*|skip_name_resolve|skip_networking|sync_binlog|expire_logs_days|innodb_flush_.*|innodb_doublewrite|innodb_file_per_table|secure_file_priv|plugin_.*)$/,
            "both clouds set it by themselves",
        ],
        [
            /^(innodb_buffer_pool_.*|innodb_log_.*|innodb_redo_log_capacity|key_buffer_size|sort_buffer_size|join_buffer_size|read_buffer_size|read_rnd_buffer_size|tmp_table_size|max_heap_table_size|table_open_cache|table_definition_cache|thread_cache_size|thread_stack|innodb_(io_capacity.*|read_io_threads|write_io_threads|thread_concurrency)|performance_schema)$/,
            "both clouds set it by the size of the server",
        ],
    ],
};

/** Who sets a parameter, where it is nobody's who writes an app. */
export const setElsewhere = (engine: EngineName, name: string): string | undefined =>
    others[engine].find(([names]) => names.test(name))?.[1];

const units: Record<string, Record<string, number>> = {
    kB: { kB: 1, MB: 1024, GB: 1024 ** 2, TB: 1024 ** 3 },
    B: { "": 1, B: 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3, kB: 1024, MB: 1024 ** 2, GB: 1024 ** 3 },
    ms: { ms: 1, s: 1000, min: 60_000, h: 3_600_000, d: 86_400_000 },
    s: { s: 1, min: 60, h: 3600, d: 86_400 },
};

export type Said = string | number | boolean;

/** A number in the parameter's own unit: `16MB` of work_mem is 16384. */
function inUnit(said: Said, unit: string | undefined): number {
    if (typeof said !== "string") return Number(said);
    const [, digits, word] = /^(-?\d+)\s*([A-Za-z]*)$/.exec(said.trim()) ?? [];
    if (digits === undefined) return Number.NaN;
    if (word === "") return Number(digits);
    return Number(digits) * (units[unit ?? ""]?.[word] ?? Number.NaN);
}

const switches: Record<string, "on" | "off"> = {
    ...{ true: "on", on: "on", yes: "on", "1": "on" },
    ...{ false: "off", off: "off", no: "off", "0": "off" },
};

const wordsIn = (said: Said): string[] =>
    String(said)
        .split(",")
        .map((word) => word.trim())
        .filter(Boolean);

/** What a value is to the server, the same however it was written; undefined for one that the parameter does not take. */
export function parameterValue(parameter: Parameter, said: Said): string | undefined {
    if ("switch" in parameter) return switches[String(said).toLowerCase()];
    if ("one" in parameter) {
        const word = typeof said === "boolean" ? switches[String(said)] : String(said);
        return parameter.one.find((known) => known.toLowerCase() === word.toLowerCase());
    }
    if ("several" in parameter) {
        const words = wordsIn(said).map((word) =>
            parameter.several.find((known) => known.toLowerCase() === word.toLowerCase()),
        );
        return words.length && !words.includes(undefined) ? [...new Set(words)].join(",") : undefined;
    }
    if ("form" in parameter) return parameter.form.test(String(said)) ? String(said) : undefined;
    if (typeof said === "boolean") return undefined;
    const [min, max] = "whole" in parameter ? parameter.whole : parameter.number;
    const value = "whole" in parameter ? inUnit(said, parameter.unit) : said === "" ? Number.NaN : Number(said);
    const isRight = "whole" in parameter ? Number.isSafeInteger(value) : Number.isFinite(value);
    return isRight && value >= min && value <= max ? String(value) : undefined;
}

/** What a parameter takes, in words. */
export function parameterForm(parameter: Parameter): string {
    if ("switch" in parameter) return "true or false";
    if ("one" in parameter) return oneOf(parameter.one);
    if ("several" in parameter) return `${oneOf(parameter.several)}, or several parted by commas`;
    if ("form" in parameter) return parameter.words;
    if ("number" in parameter) return `a number from ${parameter.number.join(" to ")}`;
    const { whole, unit } = parameter;
    return `a whole number from ${whole.join(" to ")}${unit === undefined ? "" : `, in ${unit}, or one with a unit (${Object.keys(units[unit]).filter(Boolean).join(", ")})`}`;
}

/** The parameters of a database that is valid, by name, as the server takes them. */
export const parametersOf = ({
    engine,
    parameters,
}: {
    engine: EngineName;
    parameters: Record<string, Said>;
}): [name: string, value: string, parameter: Parameter][] =>
    Object.keys(parameters)
        .sort()
        .flatMap((name) => {
            const parameter = databaseParameters[engine][name] as Parameter | undefined;
            const value = parameter && parameterValue(parameter, parameters[name]);
            return value === undefined ? [] : [[name, value, parameter!]];
        });

/** Connections that a database is told to take. */
export const toldConnections = (database: Parameters<typeof parametersOf>[0]): number | undefined => {
    const told = parametersOf(database).find(([name]) => name === "max_connections");
    return told && Number(told[1]);
};

/** Those of a server on this machine, whose image has not every library that the clouds have. */
export const localParameters = (database: Parameters<typeof parametersOf>[0]): [name: string, value: string][] =>
    parametersOf(database).flatMap(([name, value]): [string, string][] => {
        if (name !== "shared_preload_libraries") return [[name, value]];
        const there = value.split(",").filter((library) => library !== "pg_cron");
        return there.length ? [[name, there.join(",")]] : [];
    });

/** Whether a server of the clouds has pg_cron, which the image of a laptop has not. */
export const hasCron = ({ parameters }: { parameters: Record<string, Said> }): boolean =>
    /\bpg_cron\b/.test(String(parameters.shared_preload_libraries ?? ""));
