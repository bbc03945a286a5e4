import type { AppInput } from "../../topology/app";
import { bucketVariables, cacheVariables, databaseVariables, tableVariables } from "../../topology/variables";
import type { Compose } from "../load/load";
import type { Tree } from "../load/places";
import type { Volume } from "../load/volumes";
import { baseOf } from "./dockerfile";
import { productOfImage } from "./products/lookup";
import { secretAt } from "./secret-sources";
import { environmentOf, nameFrom, pointsAt, textsOf } from "./values";

/** What a service of a Compose file is in a topology. */
export type Kind = "service" | "databases" | "caches" | "buckets" | "tables";
export type BackingKind = Exclude<Kind, "service">;

interface Known {
    /** Last parts of image names, as vendors call them: `postgres`, `bitnami/postgresql`, `ghcr.io/acme/postgres`. */
    image: RegExp;
}

/** MySQL, and what speaks its protocol. */
const mysqlImage = /(^|\/)(mysql|mysql-server|mariadb|percona(-server)?|mariadb-galera)$/;

const memcachedImage = /(^|\/)memcached$/;

const backings: (Known & { kind: BackingKind; usual: string; variables: (name: string) => string[] })[] = [
    {
        kind: "databases",
        image: /(^|\/)(postgres(ql)?|pgautoupgrade|postgis|pgvector|timescaledb(-ha)?|pgvecto-rs|postgres-(?!meta$)\w+|pg_\w+|\w+-postgres(ql)?)$/,
        usual: "db",
        variables: (name) => databaseVariables(name, 0),
    },
    { kind: "databases", image: mysqlImage, usual: "db", variables: (name) => databaseVariables(name, 0) },
    {
        kind: "caches",
        image: /(^|\/)(redis|valkey|keydb|dragonfly|redis-stack(-server)?|redis-alpine|redismod)$/,
        usual: "redis",
        variables: (name) => cacheVariables(name),
    },
    {
        kind: "caches",
        image: memcachedImage,
        usual: "memcached",
        variables: (name) => cacheVariables(name, "memcached"),
    },
    { kind: "buckets", image: /(^|\/)minio$/, usual: "storage", variables: bucketVariables },
    { kind: "tables", image: /(^|\/)dynamodb-local$/, usual: "items", variables: tableVariables },
];

/** Why an image has no place in a topology, and whether the app loses something by that. */
export interface Foreign {
    why: string;
    /** The app cannot do without it: it keeps data, or carries messages. */
    lost: boolean;
}

/** Of a proxy. */
export const doneByBalancer = "the stack's own load balancer does this";

/** Of what watches an app. A Dockerfile that begins with it adds its settings. */
const watchedByStack = "the stack has alarms, a dashboard, logs and tracing of its own";

const lost = (why: string): Foreign => ({ why, lost: true });
const spare = (why: string): Foreign => ({ why, lost: false });

const foreign: (Known & { foreign: Foreign })[] = [
    {
        image: /(^|\/)(mongo|mongodb|mongodb-community-server|ferretdb|cassandra|scylla|couchdb|couchbase|neo4j|arangodb|surrealdb|rethinkdb)$/,
        foreign: lost("no such database: databases are PostgreSQL or MySQL, tables are items found by key"),
    },
    {
        image: /(^|\/)(influxdb|clickhouse(-server)?|questdb|victoria-metrics|prometheus-tsdb|cockroach|mssql-server|server\/mssql|oracle-\w+|db2|edgedb|gel)$/,
        foreign: lost("no such database: databases are PostgreSQL or MySQL"),
    },
    {
        image: /(^|\/)(citus|paradedb|yugabyte|orioledb|apache\/age)$/,
        foreign: lost("a PostgreSQL with more in it than the clouds' has"),
    },
    {
        image: /(^|\/)(pgbouncer|pgpool|pgcat|odyssey|proxysql|maxscale)$/,
        foreign: lost("a pool of connections before a database: lead services to the database itself"),
    },
    {
        image: /(^|\/)(redis-sentinel|redis-cluster|valkey-sentinel|valkey-cluster)$/,
        foreign: lost("a cache is one Redis, without sentinels and shards: lead services to that by a plain address"),
    },
    { image: /(^|\/)mssql\/server$|azure-sql-edge$/, foreign: lost("SQL Server: databases are PostgreSQL or MySQL") },
    {
        image: /(^|\/)(rabbitmq|nats(-streaming)?|cp-kafka|kafka|kafka-\w+|redpanda|cp-zookeeper|zookeeper|cp-schema-registry|activemq(-\w+)?|pulsar|eclipse-mosquitto|mosquitto|emqx|beanstalkd|nsq|gearmand)$/,
        foreign: lost(
            "there is no message broker: queues (SQS, Pub/Sub) carry jobs, by other libraries; a cache those of a small app",
        ),
    },
    {
        image: /(^|\/)(elasticmq(-native)?|goaws|moto|moto_server|pubsub-emulator)$/,
        foreign: lost("its place is a part of queues: say queues, and let the app read its URL"),
    },
    {
        image: /(^|\/)(postfix|msmtpd|docker-mailserver|mailcow\/.*|exim|smtp|dovecot|maddy|stalwart(-mail)?)$/,
        foreign: lost("there is no mail server: give the app the address of an SMTP service"),
    },
    {
        image: /(^|\/)(elasticsearch(-oss)?|opensearch|meilisearch|typesense|solr|quickwit|zincsearch|manticore|sonic|qdrant|weaviate|milvus|chroma)$/,
        foreign: lost("there is no search engine: PostgreSQL has full-text search and pgvector"),
    },
    {
        // docs.gitlab.com/administration/nfs: Gitaly takes no network file system.
        image: /(^|\/)gitlab\/gitlab-(ce|ee)$|(^|\/)sameersbn\/gitlab$/,
        foreign: lost(
            "it keeps Git's repositories and a PostgreSQL in its volumes, and GitLab takes no network file system for them",
        ),
    },
    {
        image: /(^|\/)minio\/mc$/,
        foreign: spare("it makes a bucket in a MinIO, and the app's bucket is there already"),
    },
    {
        image: /(^|\/)(vault|consul|etcd|openldap|keycloak-db|localstack)$/,
        foreign: lost("no such service: say secrets, tables and buckets instead"),
    },
    {
        image: /(^|\/)(traefik|caddy|haproxy|nginx-proxy|nginx-proxy-manager|certbot|acme-companion|letsencrypt-nginx-proxy-companion|swag|docker-gen|envoy|cloudflared|ngrok)$/,
        foreign: spare(doneByBalancer),
    },
    {
        image: /(^|\/)(adminer|pgadmin4|phpmyadmin|mongo-express|redis-?commander|redis-?insight|(alpine|docker-)?mail(hog|pit|slurper|dev|catcher|trap|crab)|smtp4dev|inbucket|fake-?smtp(-server)?|greenmail\/standalone|portainer(-ce)?|watchtower|diun|dozzle|selenium|standalone-chrome|pgbackups|postgres-backup-\w+|autoheal)$/,
        foreign: spare("a tool for development or for one machine"),
    },
    {
        image: /(^|\/)(prometheus|grafana|loki|promtail|tempo|jaeger|jaegertracing\/all-in-one|opentelemetry-collector(-contrib)?|node-exporter|cadvisor|alertmanager|blackbox-exporter|telegraf|netdata|kibana|logstash|\w+[-_]exporter|filebeat|fluentd?|fluent-bit|vector|zipkin)$/,
        foreign: spare(watchedByStack),
    },
];

/** An image's name without tag and digest: `postgres`, `bitnami/redis`, `ghcr.io/acme/api`. */
const repositoryOf = (image: string): string =>
    image
        .replace(/@.*$/, "")
        .replace(/:[^/:]*$/, "")
        .toLowerCase();

/** The image that a service runs; undefined for one that it builds. */
export const imageOf = (service: Tree): string | undefined =>
    (service.build ?? undefined) === undefined && typeof service.image === "string" ? service.image : undefined;

/** The image that a service is one of: its own, or the one that its Dockerfile begins with. */
export const productOf = (service: Tree): string => imageOf(service) ?? baseOf(service)?.image ?? "";

/** What a service is; where it is nothing, why. A data store that a Dockerfile adds something to is one as well. */
export function kindOf(service: Tree): Kind | Foreign {
    const image = productOf(service);
    if (image === "") return "service";
    if (/(^|\/)wordpress:cli/.test(image)) return spare("a tool for development or for one machine");
    const repository = repositoryOf(image);
    const known = <T extends Known>(among: T[]) => among.find((candidate) => candidate.image.test(repository));
    const stranger = known(foreign)?.foreign;
    // What a Dockerfile makes of a proxy or a tool is a program of the app: a server of its pages, for one.
    if (
        stranger &&
        !servesPages(service, repository) &&
        (stranger.lost || stranger.why === watchedByStack || imageOf(service) !== undefined || readsDocker(service))
    )
        return stranger;
    return known(backings)?.kind ?? "service";
}

/** Whether a Caddy is told by its command to serve files, or has them where its image's own Caddyfile does. @see https://hub.docker.com/_/caddy */
const servesPages = ({ command, volumes, configs }: Tree, repository: string): boolean => {
    if (!/(^|\/)caddy$/.test(repository)) return false;
    const targets = [volumes, configs].flatMap((all) =>
        Array.isArray(all) ? (all as { target?: string }[]).map(({ target = "" }) => target) : [],
    );
    return (
        textsOf(command).some((word) => /\bfile-server\b/.test(word)) ||
        (targets.some((target) => /^\/usr\/share\/caddy(\/|$)/.test(target)) &&
            !targets.some((target) => target.startsWith("/etc/caddy")))
    );
};

/** Whether it looks at the containers of the machine, as a proxy that finds its services by itself does. */
const readsDocker = ({ volumes }: Tree): boolean =>
    Array.isArray(volumes) && (volumes as Volume[]).some(({ source }) => /docker\.sock$/.test(source ?? ""));

/** A backing of the Compose file under its name in the topology. */
export interface Backing {
    /** In the Compose file. */
    from: string;
    name: string;
    kind: BackingKind;
    /** What a service that uses it is given. */
    variables: string[];
    /** What the file gives the server itself: the name of its database, its user, their password. */
    given: {
        mysql: boolean;
        memcached: boolean;
        name?: string;
        user?: string;
        password?: string;
        isNamed: boolean;
        /** The file's secret that has the user's password, and the one that has the superuser's beside him. */
        passwordFrom?: string;
        rootPasswordFrom?: string;
    };
    /** Databases in it that variables lead to; there is room for one. */
    named: Set<string>;
}

/** A place that names a host of the file. */
type Named = Record<"host" | "text", string>;

/**
 * Names backings so that the variables which services read already are those that they will be given: `DB_HOST=postgres`
 * makes the database `db`.
 */
export function nameBackings(
    file: Compose,
    kinds: Map<string, Kind>,
    mentions: Map<string, Named[]> = new Map(),
): Map<string, Backing> {
    const named = new Map<string, Backing>();
    const taken = new Set([...kinds].filter(([, kind]) => kind === "service").map(([name]) => nameFrom(name)));
    const wished = wishesOf(file, kinds, mentions);
    // Those first for which somebody has a name.
    const shuns = Object.values(file.services).some((raw) => productOfImage(productOf(raw))?.shunsDatabaseUrl);
    const wishing = [...kinds].sort(([one], [other]) => Number(wished.has(other)) - Number(wished.has(one)));
    for (const [from, kind] of wishing) {
        if (kind === "service") continue;
        const repository = repositoryOf(productOf(file.services[from]));
        const { usual, variables } = backings.find((backing) => backing.image.test(repository))!;
        // References give an image its own names: for those of several words a plain name is worth more.
        const wishes = (wished.get(from) ?? []).filter(
            (wish) => !["databases", "caches"].includes(kind) || !wish.includes("-"),
        );
        const names = [...wishes, usual, nameFrom(from), `${nameFrom(from)}-${usual}`];
        const name =
            names.find((wish) => wish !== "" && !taken.has(wish) && !(wish === "db" && shuns)) ??
            `${usual}-${taken.size}`;
        taken.add(name);
        named.set(from, {
            from,
            name,
            kind,
            variables: variables(name),
            given: givenTo(file.services[from]),
            named: new Set(),
        });
    }
    return new Map([...kinds.keys()].flatMap((from) => (named.has(from) ? [[from, named.get(from)!] as const] : [])));
}

/** What a database server of the file is set up with; images of one product agree on the names. */
function givenTo(service: Tree): Backing["given"] {
    const set = new Map(environmentOf(service));
    const first = (...names: string[]) => names.map((name) => set.get(name)).find((value) => value !== undefined);
    const repository = repositoryOf(productOf(service));
    const mysql = mysqlImage.test(repository);
    const memcached = memcachedImage.test(repository);
    const from = (...names: string[]) => secretAt(service, first(...names));
    if (mysql) {
        const name = first("MYSQL_DATABASE", "MARIADB_DATABASE");
        const user = first("MYSQL_USER", "MARIADB_USER");
        return {
            mysql,
            memcached,
            name,
            user,
            password: first("MYSQL_PASSWORD", "MARIADB_PASSWORD"),
            passwordFrom: from("MYSQL_PASSWORD_FILE", "MARIADB_PASSWORD_FILE"),
            rootPasswordFrom: from("MYSQL_ROOT_PASSWORD_FILE", "MARIADB_ROOT_PASSWORD_FILE"),
            isNamed: name !== undefined,
        };
    }
    // @see https://github.com/sameersbn/docker-postgresql#creating-database-user
    const own = (variable: string) => (/(^|\/)sameersbn\//.test(repository) ? [variable] : []);
    const user = first("POSTGRES_USER", "POSTGRESQL_USERNAME", ...own("DB_USER"));
    const name = first("POSTGRES_DB", "POSTGRESQL_DATABASE", ...own("DB_NAME"));
    return {
        mysql,
        memcached,
        name: name ?? user,
        user,
        password: first("POSTGRES_PASSWORD", "POSTGRESQL_PASSWORD", ...own("DB_PASS")),
        passwordFrom: from("POSTGRES_PASSWORD_FILE", "POSTGRESQL_PASSWORD_FILE"),
        // `postgres` is there in any case.
        isNamed: name !== undefined && name !== "postgres",
    };
}

/** Backing → names that services' variables suggest for it, the most frequent first. */
function wishesOf(file: Compose, kinds: Map<string, Kind>, mentions: Map<string, Named[]>): Map<string, string[]> {
    const counts = new Map<string, Map<string, number>>();
    for (const [name, service] of Object.entries(file.services)) {
        if (kinds.get(name) !== "service") continue;
        for (const [variable, value] of environmentOf(service)) {
            const host = value === undefined ? undefined : pointsAt(variable, value)?.host;
            const base =
                variable === "DATABASE_URL" ? "DB" : /^(.+)_(HOST|HOSTNAME|URL|URI|ENDPOINT)$/.exec(variable)?.[1];
            if (host === undefined || !base || !kinds.has(host)) continue;
            const of = counts.get(host) ?? new Map<string, number>();
            counts.set(host, of.set(nameFrom(base), (of.get(nameFrom(base)) ?? 0) + 1));
        }
    }
    // What source reads, where the file says nothing of it: `os.getenv("POSTGRES_HOST", "postgres")`.
    for (const { host, text } of [...mentions.values()].flat()) {
        const [variable, base] = /\b([A-Z][A-Z0-9_]*)_(?:HOST|HOSTNAME|URL)\b/.exec(text) ?? [];
        if (base !== undefined && kinds.has(host) && !counts.has(host))
            counts.set(host, new Map([[variable === "DATABASE_URL" ? "db" : nameFrom(base), 1]]));
    }
    return new Map(
        [...counts].map(([host, of]) => [host, [...of].sort(([, a], [, b]) => b - a).map(([base]) => base)]),
    );
}

/** Whether a text is a name as the topology has them. */
export const hasName = (name: string): boolean => /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name);

/** A service as an app writes it. */
export type ServiceInput = AppInput["services"][string];

/** Says of something that it has no place, or another one than one would think. */
export interface Say {
    /** The app is right without it. */
    note(path: (string | number)[], reason: string): void;
    /** The app is not right before somebody mends it. */
    mend(path: (string | number)[], reason: string): void;
    /** The app is right, and somebody has to put a value into the cloud's store before it starts. */
    yours(path: (string | number)[], reason: string): void;
}
