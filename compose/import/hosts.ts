import { relative, resolve } from "node:path";

import type { Compose } from "../load/load";
import { isTree, type Tree } from "../load/places";
import { volumesOf } from "../load/volumes";
import { copying } from "./dockerfile";
import { isSource } from "./machine";
import { aliasesOf } from "./prepare";
import { orElse, read, textsBelow } from "./texts";
import { awaitedBy, environmentOf, portChecked, textOf, textsOf } from "./values";

/**
 * Names of other services where no variable can change them: in commands, in mounted files, in the source that an image is built
 * from. Compose's network knows them, a cloud does not.
 */

/** A place that names a host of the file. */
export interface Mention {
    host: string;
    port?: number;
    /** Whether its form leaves no doubt: a URL, say. */
    sure: boolean;
    /** The line, or the command, that names it. */
    text: string;
    /** That line among those about it. */
    near: string;
    /** By FastCGI, uWSGI or SCGI, which nothing but a web server speaks. */
    gateway: boolean;
    /** `nginx/default.conf:12`, or `command` */
    where: string;
    /** Where in the service: `["volumes", 0]` */
    at: (string | number)[];
    /** The file, where it is in one. */
    path?: string;
}

/** Finds mentions of a file's services. */
export interface Hosts {
    /** Everything that a service's command, mounted files and source say. The service's own name is none. */
    of(service: string): Mention[];
    /** What the words of a command lead to. */
    inWords(service: string, words: string[], key: string): Mention[];
    /** A text with the names of services in it that `to` knows replaced, as a shell would read it. */
    inShell(text: string, to: (host: string, part: "host" | "port" | "url") => string | undefined): string;
}

/** Whether a text is a configuration of nginx, by whatever name. */
const isNginx = (path: string, text: string): boolean =>
    !/\.(sh|py|rb|jsx?|tsx?)$/.test(path) && /^\s*location\b[^{\n]*\{/m.test(text) && /^\s*proxy_pass\s/m.test(text);

/** Programs whose settings a repository keeps beside the source of others. */
const proxies = ["nginx", "haproxy", "traefik", "caddy"];

const name = "(?<host>[A-Za-z0-9](?:[\\w.-]*\\w)?)";
const end = "(?![\\w.-])";
/** How texts lead to a host and its port, and whether the form is sure. */
const forms: [RegExp, boolean][] = [
    // https://api:8000, postgres://user:password@db
    [new RegExp(`[a-z0-9]://(?:[^@/\\s"']*@)?${name}${end}(?::(?<port>\\d{2,5}))?`, "gi"), true],
    [new RegExp(`/dev/tcp/${name}/(?<port>\\d{2,5})`, "g"), true],
    // ./wait-for-postgres.sh db
    [new RegExp(`\\bwait[-_]?for[\\w-]*(?:\\.sh|\\.py)?\\s+${name}${end}(?::(?<port>\\d{2,5}))?`, "g"), true],
    [new RegExp(`\\b(?:proxy|grpc|fastcgi|uwsgi|scgi)_pass\\s+${name}${end}(?::(?<port>\\d{2,5}))?`, "g"), true],
    [
        new RegExp(
            `(?:\\breverse_proxy|\\bphp_fastcgi|\\s--to|^--to)\\s+(?:[/*@]\\S*\\s+)?(?:https?://|h2c://)?${name}${end}(?::(?<port>\\d{2,5}))?`,
            "g",
        ),
        true,
    ],
    [new RegExp(`(?<=^|[{;])\\s*server\\s+${name}${end}(?::(?<port>\\d{2,5}))?[^{;]*;`, "gm"), true],
    [new RegExp(`\\b(?:nc|telnet)(?: -\\w+(?: \\d+)?)* ${name} (?<port>\\d{2,5})\\b`, "g"), true],
    // `-h db`, `--master-host db`, `--backend-store-addr=db:5432`
    [
        new RegExp(
            `(?:\\s|^)(?:-h|--?[a-z-]*(?:host|hostname|server|addr|address|endpoint|broker|upstream|url|uri))[ =]["']?${name}${end}(?::(?<port>\\d{2,5}))?`,
            "g",
        ),
        true,
    ],
    [new RegExp(`\\b\\w*(?:host|hostname)["']?\\s*(?:=>|[:=])\\s*["']${name}["']`, "gi"), true],
    // os.getenv("DB_HOST", "db"), process.env.DB_HOST || "db", ENV.fetch("DB_HOST") { "db" }, DB_HOST=(str, "db"), `env:"DB_HOST" envDefault:"db"`
    [new RegExp(`\\b[A-Z][A-Z0-9_]*(?:HOST|HOSTNAME|SERVER)\\b${orElse}["']${name}["']`, "g"), true],
    // DB_HOST: str = "db", of a class that reads variables by its fields' names
    [new RegExp(`^\\s+\\w*(?:host|hostname|server)\\s*:\\s*\\w+\\s*=\\s*["']${name}["']`, "gim"), true],
    // ${DB_HOST:db} of Spring, ${DB_HOST:-db} of a shell
    [new RegExp(`\\$\\{[A-Z][A-Z0-9_]*_(?:HOST|HOSTNAME|SERVER):-?${name}\\}`, "g"), true],
    // "api:8000", and nothing else, as programs say where they dial
    [new RegExp(`(?<=["'\\x60])${name}:(?<port>\\d{2,5})(?=["'\\x60])`, "g"), true],
    // api:8000, of which only a port that it has tells that it is meant
    [new RegExp(`(?<![\\w.-]|[^/]/)${name}:(?<port>\\d{2,5})\\b`, "g"), false],
];

/** Places in a text that lead to one of the names. */
function findIn(text: string, names: Map<string, string>, ports: (host: string) => number[]) {
    const found: { host: string; port?: number; gateway: boolean; sure: boolean; index: number }[] = [];
    for (const [form, sure] of forms)
        for (const match of text.matchAll(form)) {
            const [all] = match;
            const { host = "", port: digits } = match.groups ?? {};
            const port = digits === undefined ? undefined : Number(digits);
            if (!names.has(host)) continue;
            if (!sure && !ports(host).includes(port!)) continue;
            // An upstream is what passes requests to it speaks.
            const passes = /^\s*server\s/.test(all) ? text : all;
            const gateway =
                (/\b(fastcgi|uwsgi|scgi)_pass\b|\bphp_fastcgi\b/.test(passes) && !/\bproxy_pass\b/.test(passes)) ||
                /\bfcg$/.test(text.slice(Math.max(0, match.index - 4), match.index));
            found.push({ host, port, gateway, sure, index: match.index + all.search(/\S/) });
        }
    return found.sort((a, b) => a.index - b.index);
}

/** Ports at which what a service runs answers, as far as the file says it, and those that stores of that kind have. */
const usual = [5432, 3306, 6379, 11211, 27017, 5672, 9000, 9200];
function portsOf(service: Tree): number[] {
    const published = Array.isArray(service.ports)
        ? (service.ports as { target: number }[]).map(({ target }) => target)
        : [];
    const exposed = textsOf(service.expose).map((port) => Number.parseInt(port, 10));
    return [...published, ...exposed, ...[portChecked(service) ?? []].flat(), ...usual];
}

/** The file's hosts. `contextOf` says how messages call a file of the machine. */
export function hostsOf(file: Compose, contextOf: (path: string) => string): Hosts {
    const all = Object.keys(file.services);
    const names = new Map([...all.map((name): [string, string] => [name, name]), ...aliasesOf(file)]);
    const ports = (host: string) => portsOf(file.services[names.get(host)!]);
    const contexts = all.flatMap((name) => {
        const { build } = file.services[name];
        return isTree(build) && build.context !== undefined ? [textOf(build.context)] : [];
    });

    /** Everything that a text of a service leads to, but the service itself. */
    const mentions = (service: string, text: string, where: string, at: Mention["at"], path?: string): Mention[] =>
        findIn(text, names, ports).flatMap(({ host, port, gateway, sure, index }) => {
            const named = names.get(host)!;
            const before = text.slice(0, index).split("\n");
            const place = path !== undefined ? `${where}:${before.length}` : where;
            const line = text.split("\n", before.length)[before.length - 1];
            if (named === service) return [];
            const near = text.split("\n").slice(Math.max(0, before.length - 16), before.length + 15);
            return [
                {
                    host: named,
                    port,
                    gateway,
                    sure,
                    where: place,
                    at,
                    text: line,
                    near: path !== undefined ? near.join("\n") : line,
                    ...(path !== undefined && { path }),
                },
            ];
        });

    const of = (service: string): Mention[] => {
        const raw = file.services[service];
        const found: Mention[] = [];
        const own = isTree(raw.build) && raw.build.context !== undefined ? textOf(raw.build.context) : undefined;
        for (const key of ["entrypoint", "command"])
            found.push(...mentions(service, textsOf(raw[key]).join(" "), key, [key]));
        for (const [index, { type, source = "", target }] of volumesOf(raw).entries()) {
            if (type !== "bind" || (own !== undefined && isSource(source, own, target))) continue;
            for (const path of textsBelow(source, () => false, true))
                found.push(...mentions(service, read(path), contextOf(path), ["volumes", index], path));
        }
        for (const [index, config] of (Array.isArray(raw.configs) ? (raw.configs as Tree[]) : []).entries()) {
            const said = file.configs[textOf(config.source)];
            const path = isTree(said) && typeof said.file === "string" ? said.file : undefined;
            const text =
                path !== undefined ? read(path) : isTree(said) && typeof said.content === "string" ? said.content : "";
            found.push(
                ...mentions(service, text, path === undefined ? "its text" : contextOf(path), ["configs", index], path),
            );
        }
        // A source that holds those of other services names much: only what the service waits for counts there.
        const awaited = new Set(awaitedBy(raw).filter((other) => other !== service));
        const isWhole = contexts.some((other) => own !== undefined && other !== own && isInside(other, own));
        if (own !== undefined && (awaited.size || !isWhole)) {
            // So does one of which several services run a part each.
            const isShared = (other: string) => {
                const { build } = file.services[other];
                return isTree(build) && build.context !== undefined && textOf(build.context) === own;
            };
            const isOthers = (path: string) =>
                contexts.some(
                    (other) => other !== own && (path === other || isInside(path, other)) && !isInside(own, other),
                );
            const dockerfile = isTree(raw.build)
                ? read(resolve(own, textOf(raw.build.dockerfile ?? "Dockerfile"))).toLowerCase()
                : "";
            // What is for a proxy that the image has not is nothing to it.
            const isOfAnother = (path: string) =>
                proxies.some(
                    (proxy) => relative(own, path).toLowerCase().includes(proxy) && !dockerfile.includes(proxy),
                );
            const isCopied = copying(raw);
            const ownDockerfile = isTree(raw.build) ? resolve(own, textOf(raw.build.dockerfile ?? "Dockerfile")) : "";
            // A program that development mounts is the one that is meant.
            const isMounted = volumesOf(raw).some(
                ({ source = "", type, target }) => type === "bind" && isSource(source, own, target),
            );
            const isLeftOut = (path: string) => !isMounted && path !== ownDockerfile && !isCopied(path);
            for (const path of textsBelow(
                own,
                (each) => isOthers(each) || isOfAnother(each) || isLeftOut(each),
                false,
            )) {
                const text = read(path);
                if (isNginx(path, text) && !dockerfile.includes("nginx")) continue;
                const said = mentions(
                    service,
                    inEnvironment(path, text, raw, dockerfile),
                    contextOf(path),
                    ["build"],
                    path,
                );
                found.push(
                    ...said.filter(
                        ({ host, port, sure }) =>
                            awaited.has(host) || (!isWhole && sure && port !== undefined && !isShared(host)),
                    ),
                );
            }
        }
        return found;
    };
    return {
        of,
        inWords: (service, words, key) => mentions(service, words.join(" "), key, [key]),
        inShell: (text, to) =>
            inShell(text, (host, part) => (names.has(host) ? to(names.get(host)!, part) : undefined)),
    };
}

/**
 * A settings file of Rails, such as config/cable.yml, without what it says for environments other than the one that runs; lines stay where they are.
 * @see https://guides.rubyonrails.org/configuring.html
 */
function inEnvironment(path: string, text: string, raw: Tree, dockerfile: string): string {
    if (!/(^|\/)config\/\w+\.yml$/.test(path) || !/^(development|production):/m.test(text)) return text;
    const [, said = "development"] = /^\s*env\s.*?\brails_env[= ]"?(\w+)/m.exec(dockerfile) ?? [];
    const runs = environmentOf(raw).find(([name]) => name === "RAILS_ENV")?.[1] ?? said;
    let isRead = true;
    return text
        .split("\n")
        .map((line) => {
            const [, section] = /^(development|test|production|staging):/.exec(line) ?? [];
            if (section !== undefined) isRead = section === runs;
            else if (/^\S/.test(line)) isRead = true;
            return isRead ? line : "";
        })
        .join("\n");
}

/** Services by what each of them has. */
export function grouped(services: Iterable<string>, by: (service: string) => string[]): Map<string, string[]> {
    const groups = new Map<string, string[]>();
    for (const service of services)
        for (const key of new Set(by(service))) if (!groups.get(key)?.push(service)) groups.set(key, [service]);
    return groups;
}

type Replaced = Parameters<Hosts["inShell"]>[1];

/** `pg_isready -h db`, `wait-for db:5432`, `curl http://api:8000` as a shell reads them anywhere. */
function inShell(text: string, to: Replaced): string {
    const address = (whole: string, before: string, host: string, between: string, port?: string) => {
        const [at, number] = [to(host, "host"), to(host, "port")];
        if (at === undefined || number === undefined) return whole;
        return `${before}${at}${port === undefined ? "" : `${between}${number}`}`;
    };
    const replaced: [RegExp, (...found: string[]) => string][] = [
        [new RegExp(`https?://${name}${end}(?::\\d+)?`, "g"), (whole, host) => to(host, "url") ?? whole],
        [
            new RegExp(`(/dev/tcp/)${name}/(\\d+)`, "g"),
            (all, before, host, port) => address(all, before, host, "/", port),
        ],
        [
            new RegExp(
                `((?:\\s|^)(?:-h|--?[a-z-]*(?:host|hostname|addr|address))[ =]|tcp://)${name}${end}(?::(\\d+))?`,
                "g",
            ),
            (all, before, host, port) => address(all, before, host, ":", port),
        ],
        [new RegExp(`(?<![\\w.@$/-])${name}:(\\d+)\\b`, "g"), (all, host, port) => address(all, "", host, ":", port)],
        [
            new RegExp(`\\b((?:nc|telnet)(?: -\\w+(?: \\d+)?)* )${name} (\\d+)\\b`, "g"),
            (all, before, host, port) => address(all, before, host, " ", port),
        ],
        [
            new RegExp(`(\\bwait[-_]?for[\\w-]*(?:\\.sh|\\.py)?\\s+)${name}${end}`, "g"),
            (all, before, host) => address(all, before, host, ":"),
        ],
    ];
    return replaced.reduce((said, [form, by]) => said.replace(form, by), text);
}

const isInside = (path: string, folder: string): boolean =>
    !relative(folder, path).startsWith("..") && relative(folder, path) !== path;
