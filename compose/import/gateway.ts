import { statSync } from "node:fs";
import { join } from "node:path";

import { fileFault, type Files } from "../../topology/files";
import type { Compose } from "../load/load";
import { isTree, type Tree } from "../load/places";
import { directoryFrom, wordsFrom } from "./command";
import { baseOf } from "./dockerfile";
import { environmentFrom } from "./environment";
import type { Mention } from "./hosts";
import { mountsFrom } from "./mounts";
import { configurationsOf, type Configuration } from "./nginx/files";
import type { Around } from "./around";
import { doneByBalancer, kindOf, productOf, type Say, type ServiceInput } from "./parts";
import { aliasesOf } from "./prepare";
import { volumesOf } from "../load/volumes";
import { publishedPorts } from "./ports";
import { imageFrom, sayKeys } from "./service";
import { read, textsBelow } from "./texts";
import { environmentOf, pointsAt, textOf } from "./values";

/**
 * A web server that asks a service by FastCGI, uWSGI or SCGI, which no cloud's network routes: it becomes a sidecar of that service, in
 * whose place it takes the requests, and finds it at localhost.
 */
export interface Gateway {
    /** The Compose service behind it. */
    behind: string;
    configurations: Configuration[];
    /** Path in the container → texts of its configuration that lead to localhost now. */
    replaced: Record<string, Record<string, string>>;
}

/** Where web servers keep what may be theirs: nginx, and what it includes; Apache; Caddy. Which of it is read, the images know. */
const settings =
    /^\/(etc\/nginx|opt\/bitnami\/nginx\/conf|usr\/local\/openresty\/nginx\/conf|usr\/local\/apache2\/conf|etc\/apache2|etc\/httpd)\/.+|^\/etc\/caddy\/Caddyfile$/;
/** Images of web servers; one that a Dockerfile makes is known by what it copies there. */
const servers = /(^|\/)(nginx(-unprivileged)?|openresty|httpd|caddy)(:|@|$)/;

/** What asks by FastCGI, uWSGI or SCGI. */
const asks = /\b(fastcgi|uwsgi|scgi)_pass\b|\bphp_fastcgi\b|\bfcgi:\/\//;
/** What asks by HTTP. */
const asksByHttp = /\bproxy_pass\b|\breverse_proxy\b|^\s*ProxyPass\w*\s.*\b(https?|h2c?|wss?):\/\//im;

/** A text without its comments. */
const said = (text: string): string => text.replace(/(^|\s)#.*$/gm, "$1");

/** The Compose services that are such a web server, before one service that nobody else asks in that way. */
export function gatewaysOf(
    file: Compose,
    mentions: Map<string, Mention[]>,
    contextOf: (path: string) => string,
): Map<string, Gateway> {
    const found = new Map<string, Gateway>();
    for (const [from, all] of mentions) {
        const raw = file.services[from];
        const kind = kindOf(raw);
        if (kind !== "service" && (typeof kind === "string" || kind.why !== doneByBalancer)) continue;
        if (!servers.test(productOf(raw)) && !isTree(raw.build)) continue;
        const [behind, ...others] = new Set(all.map(({ host }) => host));
        if (behind === undefined || others.length || kindOf(file.services[behind]) !== "service") continue;
        if (isAskedByOthers(file, mentions, from, behind)) continue;
        const gateway = gatewayOf(file, raw, behind, contextOf);
        if (gateway) found.set(from, gateway);
    }
    return found;
}

/** Whether others call the web server by its name, or the service behind it in its way. */
const isAskedByOthers = ({ services }: Compose, mentions: Map<string, Mention[]>, from: string, behind: string) =>
    Object.entries(services).some(
        ([other, raw]) =>
            other !== from &&
            (mentions.get(other)!.some(({ host, gateway }) => host === from || (host === behind && gateway)) ||
                environmentOf(raw).some(
                    ([variable, value]) => value !== undefined && pointsAt(variable, value)?.host === from,
                )),
    );

function gatewayOf(file: Compose, raw: Tree, behind: string, contextOf: (path: string) => string): Gateway | undefined {
    const names = [behind, ...[...aliasesOf(file)].flatMap(([alias, service]) => (service === behind ? [alias] : []))];
    const either = names.map((name) => name.replace(/[.]/g, "\\.")).join("|");
    const leads = new RegExp(
        `((?:\\b(?:fastcgi_pass|uwsgi_pass|scgi_pass|server|set\\s+\\$\\w+)\\s+["']?)|\\bphp_fastcgi\\s+(?:[/*@]\\S*\\s+)?|\\bfcgi://)(?:${either})(:\\d{2,5}\\b)`,
        "g",
    );
    const configurations = configurationsOf(file, raw, contextOf, settings);
    const passes = (by: RegExp) => configurations.some(({ text }) => by.test(said(text)));
    if (!passes(asks) || passes(asksByHttp)) return undefined;
    const replaced: Gateway["replaced"] = {};
    for (const { target, text } of configurations) {
        const texts = [...text.matchAll(leads)].map(([all, before, port]) => [all, `${before}127.0.0.1${port}`]);
        if (texts.length) replaced[target] = Object.fromEntries(texts) as Record<string, string>;
        const rest = said(text.replace(leads, ""));
        if (new RegExp(`(?<![\\w./-])(?:${either})(?=:\\d|\\s*;)`).test(rest)) return undefined;
    }
    return Object.keys(replaced).length ? { behind, configurations, replaced } : undefined;
}

/** Ports at which a web server answers plain HTTP, as far as its configuration says it. */
const listensAt = (configurations: Configuration[]): number[] => [
    ...new Set(
        configurations.flatMap(({ text }) =>
            [...said(text).matchAll(/(?:^|[{;])\s*listen\s+(?:\S+:)?(\d{1,5})\b([^;\n]*)/gim)].flatMap(
                ([, port, more]) => (/\bssl\b|\bquic\b/.test(more) || port === "443" ? [] : [Number(port)]),
            ),
        ),
    ),
];

/** The service behind is what requests come to. */
export function takePorts({ services }: Compose, from: string, { behind, configurations }: Gateway): void {
    const [front, service] = [services[from], services[behind]];
    const own = listensAt(configurations)[0] ?? baseOf(front)?.ports[0] ?? 80;
    service.ports = publishedPorts(front) as unknown as Tree[];
    service.expose = publishedPorts(front).length ? [] : (front.expose ?? [String(own)]);
    for (const key of ["labels", "networks"]) if (front[key] !== undefined) service[key] = front[key];
}

type Sidecar = NonNullable<ServiceInput["sidecars"]>[string];

/** Images that copy their program into an empty volume when they start, by the entry point of each. */
const fillsItself = /(^|\/)(wordpress|nextcloud|matomo|joomla)(:|@|$)/;

/** Whether an image, or a script of the folder that it is built from, copies something to a path. */
const isFilled = (service: Tree, path: string): boolean =>
    fillsItself.test(productOf(service)) ||
    (isTree(service.build) &&
        textsBelow(textOf(service.build.context), () => false, false).some((file) =>
            read(file)
                .split("\n")
                .some((line) => /\b(cp|rsync|tar|mv)\s/.test(line) && line.includes(path)),
        ));

/** The sidecar that a web server becomes; `shared` is what the service behind it mounts, `service` what Compose says of that. */
export function sidecarFrom(
    said: Tree,
    gateway: Gateway,
    around: Around,
    shared: Record<string, string | undefined>,
    service: Tree,
): Sidecar {
    const { behind, configurations, replaced } = gateway;
    // It waits for nobody, and uses nothing.
    const raw = { ...said, depends_on: null, links: null } as Tree;
    sayKeys(raw, around);
    const files: Files = {};
    const skips = new Set<string>();
    for (const { target, shown, at, text } of configurations) {
        const replace = replaced[target];
        if (!replace) continue;
        const isText = shown === "its text";
        const content = () => Object.entries(replace).reduce((all, [old, now]) => all.replaceAll(old, now), text);
        files[target] = isText ? { content: content() } : { from: shown, replace };
        // A folder has other files, which are added as they are; the one above lies over its own.
        const volume = volumesOf(raw)[Number(at[1])];
        if (at[0] === "configs" || volume?.target === target) skips.add(JSON.stringify(at));
    }
    sayTls(configurations, around);
    skipLogs(raw, skips, around);
    addStatic(raw, gateway, files, skips, around, service);
    const environment = environmentFrom(withLocalhost(raw, behind), { ...around, mentions: [] }, undefined);
    const mounted = mountsFrom(raw, around, skips);
    const { env = {}, ...more } = environment;
    for (const [key, value] of Object.entries(more))
        if (Object.keys(value ?? {}).length)
            around.mend(["environment"], `has ${key}: a sidecar is given variables alone, by references`);
    // What one writes the other reads: both have it, or nobody.
    const alone = Object.keys(mounted.mounts).filter((name) => !Object.hasOwn(shared, name));
    if (alone.length)
        around.mend(
            ["volumes"],
            `${behind} does not mount ${alone.join(" and ")}: a sidecar mounts what its service does`,
        );
    // Docker fills a new volume with what the image has there; no file system of a cloud's does.
    for (const { type, source, target } of volumesOf(service))
        if (
            type === "volume" &&
            volumesOf(raw).some((own) => own.source === source) &&
            rootsOf(configurations).some((root) => root === target || root.startsWith(`${target}/`)) &&
            !isFilled(service, target)
        )
            around.mend(
                ["volumes"],
                `${target} has the program of ${behind}, with which Docker fills ${source}, and a file system begins empty: mount the folders that hold data alone, and let the web server have the rest by image.files: { "${target}": { service: "${target}" } } of the sidecar`,
            );
    const words = (key: "command" | "entrypoint") => {
        const said = wordsFrom(raw, key, { ...around, mentions: [] }, environment);
        return said.length ? { [key]: said } : {};
    };
    const all = { ...mounted.files, ...files };
    return {
        image: { ...imageFrom(raw, around), ...(Object.keys(all).length ? { files: all } : {}) },
        ...words("entrypoint"),
        ...words("command"),
        ...directoryFrom(raw, around.mend),
        ingress: true,
        ...(Object.keys(env).length ? { env } : {}),
        ...(Object.keys(mounted.mounts).length ? { mounts: mounted.mounts } : {}),
    };
}

/** Folders of which a web server answers the files. */
const rootsOf = (configurations: Configuration[]): string[] => [
    ...new Set(
        configurations.flatMap(({ text }) =>
            [
                ...said(text).matchAll(
                    /\b(?:root|DocumentRoot)\s+(?:\*\s+)?["']?(\/[\w./-]*[\w-])\/?["']?\s*(?:;|$|\})/gm,
                ),
            ].map(([, root]) => root),
        ),
    ),
];

/**
 * The load balancer speaks HTTPS, and hands on what it was asked by plain HTTP: who leads that back to HTTPS leads it in a circle, and
 * who has a certificate of his own has none there.
 */
function sayTls(configurations: Configuration[], { mend }: Around): void {
    for (const { text, shown, at, target } of configurations)
        for (const [index, line] of said(text).split("\n").entries()) {
            const where = `${shown}:${index + 1}`;
            if (/\bssl_certificate\s|\bSSLCertificateFile\s|^\s*tls\s+\//i.test(line))
                mend(
                    at,
                    `${where} names a certificate, which the load balancer has: let it answer by plain HTTP alone, without the server of port 443`,
                );
            else if (
                /\breturn\s+30\d\s+["']?https:|\brewrite\s+\S+\s+["']?https:|\bRedirect\w*\s.*\shttps:|\bRewriteRule\s.*\shttps:/i.test(
                    line,
                ) &&
                !/\/\.well-known\//.test(line)
            )
                mend(
                    at,
                    `${where} leads to HTTPS, which the load balancer does: it hands on by plain HTTP, so that every request would go in a circle; let it answer instead`,
                );
            else if (target.endsWith("/Caddyfile") && !/^\s/.test(line) && isSecureSite(line))
                mend(
                    at,
                    `${where} asks for a certificate, which the load balancer has: say :80 as the address of the site`,
                );
            else if (/\b(?:fastcgi|uwsgi|scgi)_pass\s+["']?unix:|\bphp_fastcgi\s.*\bunix\/|\bproxy:unix:/.test(line))
                mend(
                    at,
                    `${where} asks by a socket in a file, which two containers of a cloud do not share: let both say 127.0.0.1 and a port, such as 9000`,
                );
        }
}

/** A web server that asks by a socket in a volume, which Docker's containers share and no file system of a cloud's has. */
export function saySockets(file: Compose, from: string, contextOf: (path: string) => string, { mend }: Say): void {
    const raw = file.services[from];
    for (const { text, shown, at } of configurationsOf(file, raw, contextOf, settings))
        for (const [, path] of said(text).matchAll(
            /(?:\b(?:fastcgi|uwsgi|scgi)_pass\s+["']?unix:|\bserver\s+unix:|\bphp_fastcgi\s+unix\/|\bproxy:unix:)([\w./-]+)/g,
        ))
            if (volumesOf(raw).some(({ target }) => path.startsWith(`${target.replace(/\/$/, "")}/`)))
                mend(
                    at,
                    `${shown} asks by the socket ${path}, which no file system of a cloud has: let the service behind listen at a port, such as 9000, and ask it by its name and that port`,
                );
}

/** Whether a line at the left of a Caddyfile is a site that Caddy fetches a certificate for. */
const isSecureSite = (line: string): boolean => {
    const [first = ""] = line
        .replace(/\{\s*$/, "")
        .trim()
        .split(/[\s,]+/);
    return first !== "" && !/^[{}(@]|^import$|^http:\/\/|:(?!443)\d+$/.test(first);
};

/** Where a web server writes its log, which its image leads to standard output. */
function skipLogs(raw: Tree, skips: Set<string>, { note }: Around): void {
    for (const [index, { target }] of volumesOf(raw).entries())
        if (/^\/(var\/log|opt\/bitnami\/nginx\/logs|usr\/local\/apache2\/logs)(\/|$)/.test(target)) {
            skips.add(JSON.stringify(["volumes", index]));
            note(
                ["volumes", index],
                `${target}: what goes to standard output is in the cloud's own store; a file goes with its container`,
            );
        }
}

/** What development mounts for both: of it the web server answers what lies below its root. */
function addStatic(
    raw: Tree,
    { behind, configurations }: Gateway,
    files: Files,
    skips: Set<string>,
    { note, mend, contextOf }: Around,
    service: Tree,
): void {
    const roots = rootsOf(configurations);
    const program = baseOf(service);
    for (const [index, { type, source, target }] of volumesOf(raw).entries()) {
        const at = ["volumes", index];
        const within = roots.filter((root) => root === target || root.startsWith(`${target}/`));
        if (type !== "bind" || source === undefined || !within.length) continue;
        skips.add(JSON.stringify(at));
        for (const root of within) {
            const path = join(source, root.slice(target.length));
            // What a build makes there is in the service's image, at the same path, as its program is mounted over there in both.
            if (program?.copies.some(({ to }) => root === to || root.startsWith(`${to}/`))) {
                files[root] = { service: root };
                note(at, `its root, ${root}, is copied from the image of ${behind}`);
                continue;
            }
            if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) {
                note(at, `${contextOf(path)} is not there: the web server answers no file by itself`);
                continue;
            }
            const fault = fileFault(path);
            if (fault) {
                mend(
                    at,
                    `image.files: found ${fault.found.replaceAll(path, contextOf(path))}; allowed is ${fault.allowed}`,
                );
                continue;
            }
            files[root] = contextOf(path);
            note(at, `its root, ${contextOf(path)}, goes into its image, without what a build makes there`);
        }
    }
}

/** Variables that lead to the service behind lead to localhost. */
function withLocalhost(raw: Tree, behind: string): Tree {
    const environment = Object.fromEntries(
        environmentOf(raw).map(([variable, value]) => [
            variable,
            value === undefined || pointsAt(variable, value)?.host !== behind
                ? (value ?? null)
                : value.replace(behind, "127.0.0.1"),
        ]),
    );
    return { ...raw, environment } as Tree;
}
