import { statSync } from "node:fs";
import { join } from "node:path";

import { fileFault, type Files } from "../../topology/files";
import { isTree, type Tree } from "../load/places";
import { volumesOf } from "../load/volumes";
import type { Around } from "./around";
import { directoryFrom, wordsFrom } from "./command";
import { baseOf } from "./dockerfile";
import { environmentFrom } from "./environment";
import { said } from "./gateway";
import { mountsFrom } from "./mounts";
import type { Configuration } from "./nginx/files";
import type { Gateway } from "./nginx/outcome";
import { productOf, type ServiceInput } from "./parts";
import { imageFrom, sayKeys } from "./service";
import { read, textsBelow } from "./texts";
import { environmentOf, pointsAt, textOf } from "./values";

/** The sidecar that a web server before a service becomes. */

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
    own: Tree,
    gateway: Gateway,
    around: Around,
    shared: Record<string, string | undefined>,
    service: Tree,
): Sidecar {
    const { behind, configurations, replaced } = gateway;
    // It waits for nobody, and uses nothing.
    const raw = { ...own, depends_on: null, links: null } as Tree;
    sayKeys(raw, around);
    const files: Files = { ...gateway.files };
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
            volumesOf(raw).some((mounted) => mounted.source === source) &&
            rootsOf(configurations).some((root) => root === target || root.startsWith(`${target}/`)) &&
            !isFilled(service, target)
        )
            around.mend(
                ["volumes"],
                `${target} has the program of ${behind}, with which Docker fills ${source}, and a file system begins empty: mount the folders that hold data alone, and let the web server have the rest by image.files: { "${target}": { service: "${target}" } } of the sidecar`,
            );
    const words = (key: "command" | "entrypoint") => {
        const found = wordsFrom(raw, key, { ...around, mentions: [] }, environment);
        return found.length ? { [key]: found } : {};
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
