import { cloudRunSizes, fargateSizes } from "../../topology/limits";
import { isTree, placeIn, type Tree } from "../load/places";

/** The small languages inside a Compose file: hosts, durations, sizes, health checks, secrets. */

/** A scalar as text. YAML gives maps and lists too, whose own `toString` may be anything: they are shown as JSON. */
export const textOf = (value: unknown): string =>
    typeof value === "object" && value !== null ? JSON.stringify(value) : String(value);
/** A scalar as a number; NaN for anything else. */
export const numberOf = (value: unknown): number => (typeof value === "object" && value !== null ? NaN : Number(value));
export const clamp = (value: number, min: number, max: number): number =>
    Math.min(max, Math.max(min, Math.round(value)));
export const textsOf = (value: unknown): string[] => (Array.isArray(value) ? value.map(textOf) : []);

/** Services of the file that a service waits for, or names in `links`. */
export const awaitedBy = ({ depends_on: after, links }: Tree): string[] => [
    ...(Array.isArray(after) ? textsOf(after) : isTree(after) ? Object.keys(after) : []),
    ...textsOf(links).map((link) => link.split(":")[0]),
];

/** Variables of a service; undefined for a value, or a part of one, that only the shell knows. */
export function environmentOf(service: Tree): [string, string | undefined][] {
    const { environment } = service;
    if (!isTree(environment)) return [];
    return Object.keys(environment).map((name) => {
        const value = environment[name];
        const known = value !== null && value !== undefined && !placeIn(environment, name)?.unset;
        return [name, known ? textOf(value) : undefined];
    });
}

/** Variables of which only a part of the value is the shell's: with nothing in its place, as Compose has it. */
export function blanksOf(service: Tree): Map<string, string> {
    const { environment } = service;
    if (!isTree(environment)) return new Map();
    return new Map(
        Object.keys(environment).flatMap((name) =>
            placeIn(environment, name)?.unset && typeof environment[name] === "string"
                ? [[name, environment[name]] as const]
                : [],
        ),
    );
}

/** Seconds of `1m30s`, `500ms` or `30s`. */
export function secondsOf(value: unknown): number | undefined {
    const text = textOf(value ?? "");
    if (!/^(\d+(\.\d+)?(us|ms|s|m|h))+$/.test(text)) return undefined;
    const units: Record<string, number> = { us: 1e-6, ms: 1e-3, s: 1, m: 60, h: 3600 };
    return [...text.matchAll(/(\d+(?:\.\d+)?)(us|ms|s|m|h)/g)].reduce(
        (sum, [, count, unit]) => sum + numberOf(count) * units[unit],
        0,
    );
}

/** MiB of `512M`, `1g` or a number of bytes. */
export function mebibytesOf(value: unknown): number | undefined {
    const match = /^(\d+(?:\.\d+)?)\s*([bkmg]?)b?$/i.exec(textOf(value ?? ""));
    if (!match) return undefined;
    const power = ["b", "k", "m", "g"].indexOf(match[2].toLowerCase() || "b");
    return (numberOf(match[1]) * 1024 ** power) / 1024 ** 2;
}

/** What a health check runs, and the path that it asks, if it asks one over HTTP. */
export function checkOf(test: unknown): { command: string[]; path?: string; port?: number } | undefined {
    const words = textsOf(test);
    const command =
        words[0] === "CMD" ? words.slice(1) : words[0] === "CMD-SHELL" ? ["sh", "-c", words.slice(1).join(" ")] : words;
    if (words[0] === "NONE" || command.length === 0 || command.some((word) => word === "")) return undefined;
    const text = command.join(" ");
    const url =
        /https?:\/\/[\w.\-[\]]+(?::(\d+))?(\/[^\s"'|;&)?#]*)?/.exec(text) ??
        /\b(?:curl|wget)\b.*?\s(?:localhost|127\.0\.0\.1|0\.0\.0\.0)(?::(\d+))?(\/[^\s"'|;&)?#]*)?(?=[\s"'|;&)?#]|$)/.exec(
            text,
        );
    return url ? { command, path: url[2] ?? "/", ...(url[1] ? { port: numberOf(url[1]) } : {}) } : { command };
}

/** Whether a value stands for a name that everybody has of his own, by which the app is found or finds something. */
export const standsForOne = (value: string): boolean =>
    /<your\b[^<>]*>|^(<[^<>]+>|#[A-Z][A-Z0-9_]*#|\{\{[^{}]+\}\}|\[[A-Z][A-Z0-9_]*\]|%[A-Z][A-Z0-9_]*%)$|(^|[/@.])your([-_.]?(domain|site|company|host(name)?|server|instance))\b/i.test(
        value,
    );

/** Whether it is the word that templates have in place of any: `changeme`, `xxx`, `your-client-id`, `your key here`. */
export const standsForAny = (value: string): boolean =>
    /^((change|replace|fill)[-_ ]?(me|this|it)(\b.*)?|x{3,}|(enter|insert|put|add|replace|set)[-_ ](with[-_ ])?(an?[-_ ]|the[-_ ])?your\b.*|your[-_ ][\w -]+|<?(insert|enter)[-_ ].*here>?)$/i.test(
        value,
    );

/** How checks look at a port without HTTP: `nc -z localhost 9000`, `: >/dev/tcp/127.0.0.1/9000`, `grpc_health_probe -addr=:9000`. */
const knock =
    /(?:\/dev\/tcp\/(?:localhost|127\.0\.0\.1)\/|\bnc(?: -\w+)* (?:localhost|127\.0\.0\.1|0\.0\.0\.0) |\bgrpc[_-]health[_-]probe\b.*?\baddr[= ](?:localhost|127\.0\.0\.1)?:)(\d{2,5})\b/;

/** The port of its own at which a service's health check looks, by HTTP or without. */
export function portChecked({ healthcheck }: Tree): number | undefined {
    if (!isTree(healthcheck) || healthcheck.disable === true) return undefined;
    const port = knock.exec(textsOf(healthcheck.test).join(" "))?.[1];
    return port === undefined ? checkOf(healthcheck.test)?.port : Number(port);
}

/** The smallest size that both clouds have and that holds what was asked for; Cloud Run's own where it has no fractions. */
export function sizeFor(cpu = 0, memory = 0) {
    for (const size of fargateSizes) {
        const onGcp = cloudRunSizes.find((run) => run.cpu === Math.max(1, size.cpu));
        if (size.cpu < cpu || !onGcp) continue;
        const fits = size.memory.find((mebibytes) => mebibytes >= memory && mebibytes <= onGcp.max);
        if (fits === undefined) continue;
        if (size.cpu >= 1) return { cpu: size.cpu, memory: Math.max(fits, onGcp.min) };
        return { cpu: size.cpu, memory: fits, gcp: { cpu: 1, memory: Math.max(fits, onGcp.min) } };
    }
    return undefined;
}

/** Where a value leads to. */
export interface Target {
    host: string;
    scheme?: string;
    port?: number;
    password?: boolean;
}

/** Keys whose value is a host's name even without a port. */
const hostKey =
    /(HOST|HOSTS|HOSTNAME|HOSTNAMES|SERVER|SERVERS|ADDR|ADDRESS|ENDPOINT|UPSTREAM|URL|URI|NODE|NODES|BROKER|BROKERS)$/i;

/** Where a variable leads to: a URL, `host:port`, or a word where the variable is one of a host. */
export function pointsAt(variable: string, value: string): Target | undefined {
    const url = /^([a-z][a-z0-9+.-]*(?::[a-z0-9+.-]+)?):\/\/(?:([^@/\s]*)@)?([\w.-]+)(?::(\d+))?(?:[/?#;]|$)/i.exec(
        value,
    );
    if (url)
        return {
            host: url[3],
            scheme: url[1].toLowerCase(),
            password: /:./.test(url[2] ?? ""),
            ...(url[4] ? { port: numberOf(url[4]) } : {}),
        };
    const [, host, port] = /^([\w.-]+)(?::(\d+))?$/.exec(value) ?? [];
    if (host === undefined || (port === undefined && !hostKey.test(variable))) return undefined;
    return { host, ...(port ? { port: numberOf(port) } : {}) };
}

/** Whether a variable's name says that its value is nobody's business; `TOKEN_TTL_SECONDS` says something about it only. */
export const isSecretName = (name: string): boolean =>
    /PASSWORD|PASSWD|(^|_)PASS(_|$)|TOKEN|SECRET|CREDENTIAL|(^|_)(API)?KEYS?(_|$)|PRIVATE_KEY|(^|_)DSN$/i.test(name) &&
    !/_(HOSTNAME|LANGUAGE|LOCALE|REGION|LEVEL|MODE|PORT|VERSION|USERS?|USERNAME|EMAIL|EXPIRY|EXPIRES?|EXPIRATION|PERIOD|INTERVAL|DURATION|TIMEOUT|LIFETIME|AGE|HEADER|PREFIX|ROUNDS|DOMAINS?|RESTART|TTL|MINUTES|SECONDS|HOURS|DAYS|LENGTH|ALGORITHM|TYPE|NAME|PATH|FILE|LOGIN|ENABLED|REQUIRED|URL|HOST|COUNT|SIZE|LIMIT)(_|$)/i.test(
        name,
    ) &&
    !isPublicName(name);

/** Variables that front ends show to everybody, and halves of key pairs that are meant to be shown. */
const isPublicName = (name: string): boolean =>
    /^(NEXT_PUBLIC|NUXT_PUBLIC|VITE|REACT_APP|GATSBY|EXPO_PUBLIC|PUBLIC)_|PUBLIC_?KEY|PUBLISHABLE|SITE_?KEY/i.test(
        name,
    );

/** Whether a value may be a secret: no switch, no figure, nothing empty, no address without a password. */
const looksSecret = (value: string): boolean =>
    value.trim() !== "" &&
    !/^(true|false|yes|no|on|off|null|none|-?\d+(\.\d+)?;?)$/i.test(value.trim()) &&
    !isTable(value) &&
    !/^(https?|wss?|file|unix|tcp):\/\/[^@]*$/i.test(value) &&
    !/^\/[\w./-]*$/.test(value);

/** `{"user": "uid", "mail": "mail"}`: a table that a program reads, in which nothing is secret. */
function isTable(value: string): boolean {
    if (!/^\s*[[{]/.test(value) || /private_key|password|secret|token/i.test(value)) return false;
    try {
        return typeof JSON.parse(value) === "object";
    } catch {
        return false;
    }
}

/** Whether a variable is a secret: by its name and its value, or by a value that holds a password or a private key. */
export const isSecret = (name: string, value: string | undefined): boolean =>
    (isSecretName(name) && (value === undefined || looksSecret(value))) ||
    (value !== undefined && (/-----BEGIN [A-Z ]*PRIVATE KEY/.test(value) || pointsAt(name, value)?.password === true));

/** Whether a variable is the key that a program encrypts and signs with, and the file has nothing for it: without one it does not start. */
export const isOwnKey = (name: string, value: string | undefined): boolean =>
    /^((APP|DJANGO|FLASK|RAILS|LARAVEL|SYMFONY)_)?(APP_KEY|KEY|SECRET_KEY|SECRET_KEY_BASE|SECRET|FERNET_KEY|(NEXT_?AUTH|BETTER_AUTH|AUTH|JWT|SESSION|COOKIE|NEXTAUTH)_SECRET)$/i.test(
        name,
    ) && /^\s*(null)?\s*$/i.test(value ?? "x");

/** A name as the topology has them: `my_api` → `my-api`. Empty if nothing is left. */
export const nameFrom = (text: string): string =>
    text
        .normalize("NFKD")
        .replace(/\p{M}/gu, "")
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, "-")
        .replace(/^[^a-z]+|-+$/g, "");
