import { cloudRunSizes, fargateSizes } from "../topology/limits";

/** The small languages inside a Compose file: variables, ports, durations, sizes, health checks. */

export const isRecord = (value: unknown): value is Record<string, unknown> =>
    typeof value === "object" && value !== null && !Array.isArray(value);
/** A scalar as text. YAML gives maps and lists too, whose own `toString` may be anything: they are shown as JSON. */
export const textOf = (value: unknown): string =>
    typeof value === "object" && value !== null ? JSON.stringify(value) : String(value);
/** A scalar as a number; NaN for anything else. */
export const numberOf = (value: unknown): number => (typeof value === "object" && value !== null ? NaN : Number(value));
export const listOf = (value: unknown): unknown[] =>
    Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];
export const clamp = (value: number, min: number, max: number): number =>
    Math.min(max, Math.max(min, Math.round(value)));

/** `${NAME:-default}` and `$$` as Compose reads them; undefined where only the shell knows the value. */
export function interpolate(value: string): string | undefined {
    let known = true;
    const text = value.replace(
        /\$\$|\$\{(\w+)(?:(:?[-?+])([^}]*))?\}|\$\w+/g,
        (whole: string, _name: unknown, operator?: string, fallback = "") => {
            if (whole === "$$") return "$";
            if (operator?.endsWith("-")) return fallback;
            known = false;
            return "";
        },
    );
    return known ? text : undefined;
}

/** Variables of `environment`, a list or a map; undefined for a value that only the shell knows. */
export function environmentOf(value: unknown): [string, string | undefined][] {
    const read = (raw: unknown) => (raw === undefined || raw === null ? undefined : interpolate(textOf(raw)));
    if (isRecord(value)) return Object.entries(value).map(([name, raw]) => [name, read(raw)]);
    return listOf(value).map((entry) => {
        const text = textOf(entry);
        const at = text.indexOf("=");
        return at < 0 ? [text, undefined] : [text.slice(0, at), read(text.slice(at + 1))];
    });
}

/** Container port of an entry of `ports` or `expose`; what it is instead, where it is not one TCP port. */
export function portOf(entry: unknown): number | string {
    if (isRecord(entry)) {
        if (entry.protocol !== undefined && entry.protocol !== "tcp") return `protocol ${textOf(entry.protocol)}`;
        return portOf(entry.target);
    }
    const text = interpolate(textOf(entry)) ?? textOf(entry);
    const [address, protocol = "tcp"] = text.split("/");
    if (protocol !== "tcp") return `protocol ${protocol}`;
    const port = address.split(":").pop()!;
    if (/^\d+-\d+$/.test(port)) return "a range of ports";
    return /^\d+$/.test(port) && numberOf(port) >= 1 && numberOf(port) <= 65535
        ? numberOf(port)
        : `${text}, which is no port`;
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

/** The program and arguments of a list; a text is a shell's. */
export const wordsOf = (value: unknown): string[] =>
    Array.isArray(value)
        ? value.map((word) => interpolate(textOf(word)) ?? textOf(word))
        : ["sh", "-c", interpolate(textOf(value)) ?? textOf(value)];

/** The words of a `command`; one that needs a shell gets it. */
export function commandOf(value: unknown): string[] {
    if (Array.isArray(value) || /["'$`|&;<>(){}*?\\]/.test(textOf(value))) return wordsOf(value);
    return textOf(value).trim().split(/\s+/);
}

/** What a health check runs, and the path that it asks, if it asks one over HTTP. */
export function checkOf(test: unknown): { command: string[]; path?: string; port?: number } | undefined {
    const words = wordsOf(test);
    const command =
        words[0] === "CMD" ? words.slice(1) : words[0] === "CMD-SHELL" ? ["sh", "-c", words.slice(1).join(" ")] : words;
    if (words[0] === "NONE" || command.length === 0) return undefined;
    const url = /https?:\/\/[\w.\-[\]]+(?::(\d+))?(\/[^\s"'|;&)?#]*)?/.exec(command.join(" "));
    return url ? { command, path: url[2] ?? "/", ...(url[1] ? { port: numberOf(url[1]) } : {}) } : { command };
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

/** Host and, if there is one, scheme and port of a value that points somewhere: `db`, `db:5432`, `redis://:x@redis:6379/0`. */
export function targetOf(
    value: string,
): { host: string; scheme?: string; port?: number; password?: boolean } | undefined {
    const url = /^([a-z][a-z0-9+.-]*):\/\/(?:([^@/\s]*)@)?([\w.-]+)(?::(\d+))?(?:[/?#]|$)/i.exec(value);
    const plain = /^([\w.-]+)(?::(\d+))?$/.exec(value);
    const host = url?.[3] ?? plain?.[1];
    if (!host) return undefined;
    const port = url ? url[4] : plain?.[2];
    return {
        host,
        ...(url && { scheme: url[1].toLowerCase(), password: /:./.test(url[2] ?? "") }),
        ...(port && { port: numberOf(port) }),
    };
}

/** Whether a variable's name says that its value is nobody's business; `TOKEN_TTL_SECONDS` says something about it only. */
export const isSecretName = (name: string): boolean =>
    /PASSWORD|PASSWD|(^|_)PASS(_|$)|TOKEN|SECRET|CREDENTIAL|(^|_)(API)?KEYS?(_|$)/i.test(name) &&
    !/_(EXPIRY|EXPIRES?|TTL|MINUTES|SECONDS|HOURS|DAYS|LENGTH|ALGORITHM|TYPE|NAME|PATH|FILE)(_|$)/i.test(name);

/** A name as the topology has them: `my_api` → `my-api`. Empty if nothing is left. */
export const nameFrom = (text: string): string =>
    text
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, "-")
        .replace(/^[^a-z]+|-+$/g, "");
