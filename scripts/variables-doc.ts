import { writeFileSync } from "node:fs";

import { format } from "oxfmt";

import { referenceFields } from "../topology/references";
import { command } from "../topology/command";

/** docs/variables.md: what a service is told of what it uses, and what its own variables may refer to. */

const kinds: [kind: keyof typeof referenceFields, title: string, example: string][] = [
    ["databases", "A database", "db"],
    ["caches", "A cache of Redis", "redis"],
    ["memcached", "A cache of memcached", "sessions"],
    ["tables", "A table", "facts"],
    ["buckets", "A bucket", "assets"],
    ["queues", "A queue", "mail"],
    ["filesystems", "A file system", "files"],
    ["services", "A service that is called", "backend"],
];

const table = (kind: keyof typeof referenceFields, part: string) => [
    "| field | reference | variable | what it is |",
    "| --- | --- | --- | --- |",
    ...referenceFields[kind].map(
        ({ name, variable, secret, says }) =>
            `| \`${name}\` | \`\${${part}.${name}}\` | ${variable ? `\`${variable(part)}\`` : ""} | ${says}${secret ? " (secret)" : ""} |`,
    ),
];

const document = (): string =>
    [
        "# Variables and references",
        "",
        "A service is told where everything is that it `uses`, `calls` or `mounts`, by variables with the same names on both clouds and",
        "locally: the environment contract. An image that reads other names gets the same values under its own, by references in `env`:",
        "",
        "```ts",
        "env: {",
        '    WORDPRESS_DB_HOST: "${db.host}:${db.port}",',
        '    SPRING_DATASOURCE_URL: "jdbc:postgresql://${db.host}:${db.port}/${db.name}?sslmode=${db.sslmode}",',
        '    CELERY_BROKER_URL: "${redis.url}/0",',
        '    UPSTREAM: "${backend.url}",',
        '    OPENAI_KEY: "${keys.API_KEY}",',
        "}",
        "```",
        "",
        "- **A reference is `${part.field}`**; the fields are those below. `$${` stays as `${`. A part or a field that is not there is refused.",
        `- **Referring to a part is using it**, or calling it: \`uses\` and \`calls\` need not name it too. \`${command("parity")}\` shows both with`,
        "  what references add, and the contract's variables come along. A file system has to be in `mounts`, which says where it is.",
        '- **A secret field alone** (`"${db.password}"`) is that field\'s own secret under another name. It costs nothing.',
        "- **A value with a secret in it** is a secret as a whole: it is kept in Secrets Manager or Secret Manager, one secret for each such",
        "  variable of a service (USD 0.40 a month on AWS, 0.06 on GCP), and the service refers to it. It is written once the server has the",
        "  password, and again when the password changes, which starts the service anew.",
        "- **A key of a set of secrets** can be referred to alone only: its value is set in the cloud, so nothing can be composed of it.",
        "- **A variable of the contract may be said otherwise** by a value that refers to the same part:",
        '  `DATABASE_URL: "postgresql+asyncpg://${db.user}:${db.password}@${db.host}/${db.name}"`. Any other value for it is refused.',
        '- **A file instead of a variable**: `secretFiles: { "/run/secrets/db_password": "${db.password}", "/run/smtp/password": "SMTP_PASSWORD" }`.',
        "  A name that is no reference is a secret of the service's own, made with a random value that is yours to replace. A path hides its whole",
        "  folder in the image; Cloud Run has one secret a folder. A Compose file written of it needs Docker Compose 2.23 or later.",
        "- **A configuration file with references in it**: a file of the project, in which texts are replaced by such values, is a secret as a",
        "  whole, of up to 64 KiB. Where the program reads it in a folder that the image has files of its own in, `link` leads to it from there:",
        "",
        "  ```ts",
        '  image: { context: ".", files: { "/app/config.yml": { link: "/run/config/config.yml" } } },',
        "  secretFiles: {",
        '      "/run/config/config.yml": {',
        '          from: "config.yml",',
        '          replace: { "host: localhost": "host: ${db.host}", "password: postgres": "password: ${db.password}" },',
        "      },",
        "  },",
        "  ```",
        "",
        "- **TLS**: on both clouds databases and Redis admit encrypted connections alone, unless their `tls` is `optional`: then a database takes",
        "  others too, while its fields stay, and of Redis services are told that there is none. Locally, servers have no TLS. A URL that is composed",
        "  says which: `?sslmode=${db.sslmode}`. The URL of MySQL says `?ssl-mode=REQUIRED`, as MySQL itself calls it; a client that has another",
        "  word for it (`ssl`, `tls`, `sslaccept`) gets a URL of its own: `mysql2://${db.user}:${db.password}@${db.host}/${db.name}?ssl_mode=required`.",
        "",
        ...kinds.flatMap(([kind, title, part]) => [`## ${title}, such as \`${part}\``, "", ...table(kind, part), ""]),
        "Services may call each other, in a circle of two or more. The one whose name comes later is made last, and those before it are told",
        "where it will be: on AWS by a private DNS name (`http://backend.shop-prod.internal:8080`), on Google Cloud by the address of Cloud Run's",
        "that has the project's number in it. So those must start and be healthy while the last is not there yet; their jobs that run before a",
        "deployment must do without it in the first one. On Google Cloud a circle that closes replaces that one service; a protected one has",
        "to be unprotected first.",
        "",
        "## A set of secrets",
        "",
        "Its keys are its fields, and the variables too: a set `keys` with the key `API_KEY` has `${keys.API_KEY}`.",
        "",
        "## What a secret begins with",
        "",
        "A secret whose value the program does not know begins as a random one of 40 letters and digits, which is yours to replace in the cloud's",
        "store. An app that wants a key of a certain form does not start with that; `formats` of a set, and `secretFormats` of a service's own",
        "`secrets` and `secretFiles`, say the form:",
        "",
        "```ts",
        "secrets: {",
        "    keys: {",
        '        keys: ["APP_KEY", "FERNET_KEY", "SECRET_KEY_BASE", "NODE_ID", "AES_KEY"],',
        "        formats: {",
        '            APP_KEY: { format: "base64", prefix: "base64:" }, // 32 bytes, as Laravel wants them',
        '            FERNET_KEY: { format: "base64url" }, // 32 bytes, with the padding',
        '            SECRET_KEY_BASE: { format: "hex", bytes: 64 }, // 128 digits',
        '            NODE_ID: { format: "uuid" },',
        '            AES_KEY: { format: "alphanumeric", length: 32 },',
        "        },",
        "    },",
        "}",
        "```",
        "",
        "It is the first value's alone: of a secret that is there already another format changes nothing in the cloud. On a laptop, where no store",
        "keeps what you put in, it is another value. Pairs of keys (PEM) and credentials that somebody else gives out are yours to set.",
        "",
        "This file is written by `npm run golden`.",
        "",
    ].join("\n");

/** The document, as oxfmt leaves it. */
export const variablesDocument = async (): Promise<string> => (await format("variables.md", document())).code;

if (require.main === module) void variablesDocument().then((text) => writeFileSync("docs/variables.md", text));
