import type { ParsedApp } from "./app";
import { referringValues } from "./sidecars";
import { environmentPrefix } from "./variables";

/**
 * `${db.host}` in a value of a service's `env`: a variable under the image's own name gets what the contract gives under another.
 * Here is the one list of what may be referred to; validation, `parity` and docs/variables.md come from it.
 */

/** Kinds of parts that have something to refer to. */
export type ReferredKind =
    | "databases"
    | "caches"
    | "tables"
    | "buckets"
    | "queues"
    | "filesystems"
    | "secrets"
    | "services";

/** Something of a part that a value may refer to. */
export interface Field {
    name: string;
    /** The variable of the environment contract that has the same value, for a part of the given name; absent: none has. */
    variable?(part: string): string;
    /** A value in which it occurs is a secret as a whole. */
    secret: boolean;
    says: string;
}

const ending = (end: string) => (part: string) => `${environmentPrefix(part)}_${end}`;
const plain = (name: string, end: string, says: string): Field => ({
    name,
    variable: ending(end),
    secret: false,
    says,
});
const hidden = (name: string, end: string, says: string): Field => ({ ...plain(name, end, says), secret: true });

/** The fields of each kind; a set of secrets has its keys instead. A cache of memcached has its own. */
export const referenceFields: Record<Exclude<ReferredKind, "secrets"> | "memcached", Field[]> = {
    databases: [
        plain("host", "HOST", "host name or private address"),
        plain("port", "PORT", "port"),
        plain("name", "NAME", "name of the database inside the server"),
        plain("user", "USER", "owner of the database"),
        hidden(
            "password",
            "PASSWORD",
            "the owner's password: letters and digits, so that it needs no escaping in a URL",
        ),
        {
            ...hidden("url", "URL", "all of this as a URL"),
            variable: (part) => (part === "db" ? "DATABASE_URL" : ending("URL")(part)),
        },
        { name: "tls", secret: false, says: "`true` on both clouds, `false` locally" },
        {
            name: "sslmode",
            secret: false,
            says: "of PostgreSQL: `require` on both clouds, `disable` locally, where there is no TLS",
        },
        {
            name: "pgSslmode",
            secret: false,
            says: "of PostgreSQL, for PGSSLMODE of Node's `pg`, to which `require` means more: `no-verify` on both clouds, `disable` locally",
        },
        plain("replicaHost", "REPLICA_HOST", "host of the first read replica; with `replicas` only"),
    ],
    caches: [
        plain("host", "HOST", "host name or private address"),
        plain("port", "PORT", "port: 6379 on AWS and locally, 6378 on GCP, or 6379 where TLS is `optional`"),
        plain(
            "ca",
            "CA",
            "certificate in PEM of the authority that signed the server's; empty where that is a public one (AWS), and without TLS (locally, or where it is `optional`)",
        ),
        { name: "tls", secret: false, says: "`true` on both clouds, `false` locally and where TLS is `optional`" },
        {
            name: "sslQuery",
            secret: false,
            says: "what Python's clients, Celery above all, want in the query of a URL: `ssl_cert_reqs=required` on AWS, `ssl_cert_reqs=none` on GCP, where the authority is the server's own; empty without TLS",
        },
        hidden("password", "PASSWORD", "password: letters, digits and hyphens"),
        hidden("url", "URL", "all of this as a URL"),
    ],
    memcached: [
        plain("host", "HOST", "host name or private address of the first node"),
        plain("port", "PORT", "port: 11211"),
        plain(
            "servers",
            "SERVERS",
            "every node as `host:port`, with commas between them: clients share out keys among all",
        ),
        plain("url", "URL", "the same after `memcached://`"),
        { name: "tls", secret: false, says: "`false`: nothing is encrypted on the way, and there is no password" },
    ],
    tables: [
        plain("table", "TABLE", "name of the table or collection"),
        plain("url", "URL", "URL with the product and the keys"),
    ],
    buckets: [plain("bucket", "BUCKET", "name of the bucket"), plain("url", "URL", "`s3://…`, `gs://…` or `file://…`")],
    queues: [
        plain("queue", "QUEUE", "name of the SQS queue; on GCP of the Pub/Sub topic and of its subscription"),
        plain("url", "URL", "`https://sqs.…`, as SDKs take it, or `gcppubsub://projects/…/topics/…`"),
    ],
    filesystems: [plain("path", "PATH", "where the service mounts it")],
    services: [plain("url", "URL", "where the service is called")],
};

/** A part of a value: text as it is, a reference, or a `${` that is none. */
export type Piece = { text: string } | { part: string; field: string; written: string } | { fault: string };

/** A value in its pieces. `$${` is the text `${`. */
export function piecesOf(value: string): Piece[] {
    const pieces: Piece[] = [];
    const say = (text: string) => {
        const last = pieces.at(-1);
        if (last && "text" in last) last.text += text;
        else if (text) pieces.push({ text });
    };
    let from = 0;
    for (const match of value.matchAll(/\$\$\{|\$\{([^{}]*)\}|\$\{/g)) {
        say(value.slice(from, match.index));
        from = match.index + match[0].length;
        const [, part, field] = /^([a-z][a-z0-9-]*)\.([A-Za-z_][A-Za-z0-9_]*)$/.exec(match[1] ?? "") ?? [];
        if (match[0] === "$${") say("${");
        else if (part === undefined) pieces.push({ fault: match[0] });
        else pieces.push({ part, field, written: match[0] });
    }
    say(value.slice(from));
    return pieces;
}

/** A text in which nothing is a reference. */
export const withoutReferences = (text: string): string => text.replaceAll("${", () => "$${");

/** Names of the parts that a value refers to. */
export const referredParts = (value: string): string[] =>
    piecesOf(value).flatMap((piece) => ("part" in piece ? [piece.part] : []));

type Parts = Pick<ParsedApp, ReferredKind>;
const kinds = ["databases", "caches", "tables", "buckets", "queues", "filesystems", "secrets", "services"] as const;

/** What kind of part a name stands for; undefined for one that nothing refers to. */
export const referredKind = (app: Parts, part: string): ReferredKind | undefined =>
    kinds.find((kind) => Object.hasOwn(app[kind], part));

/** What may be referred to of a part. */
export function fieldsOf(app: Parts, part: string): Field[] {
    const kind = referredKind(app, part);
    if (kind === undefined) return [];
    if (kind === "secrets")
        return app.secrets[part].keys.map((key) => ({
            name: key,
            variable: () => key,
            secret: true,
            says: "as its owner sets it",
        }));
    if (kind === "caches") return referenceFields[app.caches[part].engine === "memcached" ? "memcached" : "caches"];
    if (kind !== "databases") return referenceFields[kind];
    const { engine, replicas } = app.databases[part];
    return referenceFields.databases.filter(
        ({ name }) =>
            (name !== "replicaHost" || replicas > 0) &&
            (!["sslmode", "pgSslmode"].includes(name) || engine === "postgres"),
    );
}

/** Whether a value is kept as a secret of its own: it has one in it, and is not that alone. */
export function isComposed(app: Parts, value: string): boolean {
    const pieces = piecesOf(value);
    const isSecret = (part: string, field: string) =>
        fieldsOf(app, part).some(({ name, secret }) => secret && name === field);
    return pieces.length > 1 && pieces.some((piece) => "part" in piece && isSecret(piece.part, piece.field));
}

/**
 * The app with what its references imply: a part that a value refers to is used, or called, as if `uses` or `calls` named it. A
 * file system has to be mounted, as nobody else knows where.
 */
export function withImplied(app: ParsedApp): ParsedApp {
    const services = Object.fromEntries(
        Object.entries(app.services).map(([name, service]) => {
            const referred = [...new Set(referringValues(name, service).flatMap(([, value]) => referredParts(value)))];
            const missing = (named: string[], wanted: (kind: ReferredKind) => boolean) =>
                referred.filter((part) => {
                    const kind = referredKind(app, part);
                    return kind !== undefined && wanted(kind) && part !== name && !named.includes(part);
                });
            const uses = missing(service.uses, (kind) => kind !== "services" && kind !== "filesystems");
            const calls = missing(service.calls, (kind) => kind === "services");
            return [
                name,
                uses.length || calls.length
                    ? { ...service, uses: [...service.uses, ...uses], calls: [...service.calls, ...calls] }
                    : service,
            ];
        }),
    );
    return { ...app, services };
}
