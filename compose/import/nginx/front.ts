import { readdirSync, statSync } from "node:fs";

import type { Compose } from "../../load/load";
import { isTree, type Tree } from "../../load/places";
import type { Mention } from "../hosts";
import { kindOf, productOf } from "../parts";
import { aliasesOf } from "../prepare";
import { textOf, textsOf } from "../values";
import { caddyFront } from "./caddy";
import { caddyfileOf, configurationsOf, type Configuration } from "./files";
import { healthPath, rewritten } from "./rewrite";
import type { Passed } from "./location";
import { analysed, besideRedirect, decides, spareFilesOf, type Served } from "./server";
import type { Front, Refusal } from "./outcome";
import { parseNginx, type Directive } from "./syntax";

/**
 * An nginx of the file that passes requests on to other services, by names that only Compose's network knows. The stack's load balancer
 * leads to those by paths of their own; nginx stays for what it answers itself, without what it passes on.
 */

/**
 * Compose service → what becomes of it, for each nginx that passes requests on to services of the file. `mentions` are all places of a
 * service that name another one.
 */
export function frontsOf(
    file: Compose,
    mentions: Map<string, Mention[]>,
    contextOf: (path: string) => string,
): Map<string, Front | Refusal> {
    const fronts = new Map<string, Front | Refusal>();
    const names = new Map([
        ...Object.keys(file.services).map((name): [string, string] => [name, name]),
        ...aliasesOf(file),
    ]);
    for (const [from, raw] of Object.entries(file.services)) {
        const isCaddy = /(^|\/)caddy(:|@|$)/.test(productOf(raw));
        const isNginx = /(^|\/)nginx(-unprivileged)?(:|@|$)/.test(productOf(raw)) && kindOf(raw) === "service";
        if (!isCaddy && !isNginx) continue;
        const siblings = new Map([...names].filter(([, service]) => service !== from));
        const caddyfile = isCaddy ? caddyfileOf(file, raw, contextOf) : undefined;
        const said = caddyfile && caddyFront(caddyfile, siblings);
        if (said) fronts.set(from, caddyfile && "ways" in said ? withVolumes(raw, said, caddyfile) : said);
        if (!isNginx) continue;
        const configurations = configurationsOf(file, raw, contextOf);
        const front = configurations.length ? frontOf(file, raw, configurations, siblings) : undefined;
        if (!front) continue;
        // What else of it leads to a service nobody has read.
        const other = (mentions.get(from) ?? []).find(
            ({ at }) => "ways" in front && front.isSpare && at[0] !== "build" && !front.skips.has(JSON.stringify(at)),
        );
        fronts.set(from, other ? { refused: `${other.where} leads to ${other.host}`, at: other.at } : front);
    }
    return fronts;
}

/** A directive of a file of the configuration, outside of servers. */
interface Top {
    configuration: Configuration;
    directive: Directive;
}

const refuse = ({ shown, at }: Configuration, line: number | undefined, reason: string): Refusal => ({
    refused: `${shown}${line === undefined ? "" : `:${line}`}: ${reason}`,
    at,
});

const byCommand = "is made by envsubst in a command: let the image do so, from /etc/nginx/templates";

function frontOf(
    file: Compose,
    raw: Tree,
    configurations: Configuration[],
    siblings: Map<string, string>,
): Front | Refusal | undefined {
    const names = [...siblings.keys()];
    const mentioned = configurations.find(({ text, variables }) => passesTo(names, text, variables));
    if (!mentioned) return undefined;
    const top: Top[] = [];
    for (const configuration of configurations) {
        const directives = parseNginx(configuration.text);
        if (!directives) return refuse(configuration, undefined, "is not read as nginx's configuration");
        for (const directive of directives)
            for (const inner of directive.name === "http" ? (directive.block ?? []) : [directive])
                top.push({ configuration, directive: inner });
    }
    const made = configurations.find(({ isMade }) => isMade);
    const isUnread = !made && /envsubst/.test([...textsOf(raw.entrypoint), ...textsOf(raw.command)].join(" "));
    if (isUnread) return refuse(mentioned, undefined, byCommand);
    const above = top.find(({ directive: { name } }) => decides.test(name) || name === "stream");
    if (above)
        return refuse(above.configuration, above.directive.line, `${above.directive.name} holds for every request`);

    const loose = top.find(({ directive: { name } }) => name === "location" || /_pass$/.test(name));
    if (loose) return refuse(loose.configuration, loose.directive.line, `${loose.directive.name} outside of a server`);

    const found = serverOf(top, siblings, mentioned);
    if ("refused" in found) return found;
    const { main, served, spare } = found;
    for (const { service, line } of served.passed)
        if (!isTree(file.services[service]) || kindOf(file.services[service]) !== "service")
            return refuse(main.configuration, line, `leads to ${service}, which is no service here`);
    const front = frontFrom(configurations, main, served, spare);
    for (const path of ["/etc/letsencrypt", ...served.spareFiles]) skipVolumes(raw, path, front.skips);
    for (const { variables } of configurations)
        for (const [name, value] of variables)
            if (siblings.has(value.replace(/^https?:\/\//, "").replace(/[:/].*$/, ""))) front.variables.add(name);
    if (front.isSpare) return front;
    if (made) return refuse(made, undefined, byCommand);
    if (served.whole) front.health = healthPath;
    front.files = rewritten({ configurations, top, main, spare, served, siblings });
    for (const { target, variables } of configurations)
        if (passesTo(names, front.files[target].content, variables))
            return refuse(
                main.configuration,
                undefined,
                "names other services elsewhere than where it passes requests on",
            );
    const strange = othersIn(raw, front, configurations);
    if (strange)
        return refuse(main.configuration, undefined, `has ${strange} beside it: mount what it reads file by file`);
    return front;
}

/** The server that takes requests, and those that the load balancer stands in for. */
function serverOf(
    top: Top[],
    siblings: Map<string, string>,
    mentioned: Configuration,
): { main: Top; served: Served; spare: Top[] } | Refusal {
    const upstreams = new Map(
        top.flatMap(({ directive: { name, args, block = [] } }) =>
            name === "upstream" ? [[args[0], block] as const] : [],
        ),
    );
    const servers = top.filter(({ directive }) => directive.name === "server");
    const redirects: Top[] = [];
    const beside: { server: Top; passed: Passed }[] = [];
    const all: { server: Top; served: Served }[] = [];
    for (const server of servers) {
        const { variables } = server.configuration;
        const known = { variables, siblings, upstreams };
        const aside = besideRedirect(server.directive.block ?? [], known);
        if (aside) {
            redirects.push(server);
            beside.push(...aside.map((passed) => ({ server, passed })));
            continue;
        }
        const served = analysed(server.directive.block ?? [], known);
        if ("refused" in served) return refuse(server.configuration, served.line, served.refused);
        all.push({ server, served });
    }
    // One that speaks TLS often says the same once more as one that does not.
    const [first, ...others] = all.sort((a, b) => Number(a.served.isSecure) - Number(b.served.isSecure));
    if (all.length === 0) return refuse(mentioned, undefined, "has no server but such as redirect");
    const alone = beside.find(({ passed }) => !first.served.passed.some((each) => isSame(each, passed)));
    if (alone)
        return refuse(
            alone.server.configuration,
            alone.passed.line,
            "passes on what the server behind its redirect does not",
        );
    const other = others.find(({ served }) => served.does !== first.served.does);
    if (other)
        return refuse(
            other.server.configuration,
            other.server.directive.line,
            "a second server: say the routes of its names, and a domain",
        );
    for (const { directive } of [...redirects, ...others.map(({ server }) => server)])
        first.served.spareFiles.push(...spareFilesOf(directive.block ?? []));
    return { main: first.server, served: first.served, spare: [...redirects, ...others.map(({ server }) => server)] };
}

const isSame = (one: Passed, other: Passed): boolean =>
    one.service === other.service &&
    one.path === other.path &&
    one.port === other.port &&
    one.stripPrefix === other.stripPrefix;

function frontFrom(configurations: Configuration[], main: Top, served: Served, spare: Top[]): Front {
    const { passed, own, whole, isSpare } = served;
    const names = [main, ...spare].flatMap(({ directive: { block = [] } }) =>
        block.filter(({ name }) => name === "server_name").flatMap(({ args }) => args),
    );
    const hosts = [...new Set(names)].filter(
        (name) => /^[\w-]+(\.[\w-]+)+$/.test(name) && !/^(localhost|\d+(\.\d+){3})$/.test(name),
    );
    return {
        isSpare,
        ways: passed.map(({ service, path, port, stripPrefix }) => ({
            service,
            path,
            port,
            ...(stripPrefix && { stripPrefix }),
        })),
        own: isSpare ? [] : (whole ? own : ["/*"]).map((path) => ({ path })),
        files: {},
        skips: new Set(configurations.map(({ at }) => JSON.stringify(at))),
        shown: new Set(configurations.map(({ shown }) => shown)),
        variables: new Set(),
        seconds: new Map(passed.flatMap(({ service, seconds }) => (seconds === undefined ? [] : [[service, seconds]]))),
        notes: [
            ...served.notes,
            ...(hosts.length
                ? [`${hosts.join(", ")}: say domain, and its redirects where names lead to one another`]
                : []),
        ],
    };
}

/** Whether a text names one of these hosts where nginx would look it up. */
function passesTo(names: string[], text: string, variables: Map<string, string>): boolean {
    const filled = text.replace(
        /\$\{(\w+)\}|\$([A-Z]\w*)/g,
        (whole, braced?: string, bare?: string) => variables.get(braced ?? bare ?? "") ?? whole,
    );
    return names.some((name) =>
        new RegExp(
            `(\\b\\w+_pass\\s+|://|\\bserver\\s+|\\bset\\s+\\$\\w+\\s+["']?)${name.replace(/\W/g, "\\$&")}(?![\\w.-])`,
        ).test(filled),
    );
}

/** A file in a mounted folder that is none of the configuration, and would be lost with the folder. */
function othersIn(raw: Tree, { skips }: Front, configurations: Configuration[]): string | undefined {
    for (const [index, volume] of (Array.isArray(raw.volumes) ? raw.volumes : []).entries()) {
        const at = ["volumes", index];
        const own = configurations.filter((configuration) => JSON.stringify(configuration.at) === JSON.stringify(at));
        if (!skips.has(JSON.stringify(at)) || !own.length || !isTree(volume)) continue;
        const source = textOf(volume.source);
        const names = statSync(source, { throwIfNoEntry: false })?.isDirectory() ? readdirSync(source) : [];
        const other = names.find((name) => !own.some(({ target }) => target.endsWith(`/${name}`)));
        if (other !== undefined) return other;
    }
    return undefined;
}

/** What Caddy keeps of its certificates, and what is mounted beside its Caddyfile. */
function withVolumes(raw: Tree, front: Front, caddyfile: Configuration): Front | Refusal {
    if (front.isSpare) return front;
    const roots = [...caddyfile.text.matchAll(/^\s*root\s+(?:\*\s+)?(\/\S+)/gm)].map(([, root]) => root);
    for (const [index, volume] of (Array.isArray(raw.volumes) ? raw.volumes : []).entries()) {
        const target = isTree(volume) ? textOf(volume.target) : "";
        if (/^\/(data|config)(\/|$)/.test(target) && !roots.some((root) => `${root}/`.startsWith(`${target}/`)))
            front.skips.add(JSON.stringify(["volumes", index]));
    }
    const strange = othersIn(raw, front, [caddyfile]);
    return strange ? refuse(caddyfile, undefined, `has ${strange} beside it: mount what it reads file by file`) : front;
}

/** Volumes that are there for a file or folder alone which is not read any more. */
function skipVolumes(raw: Tree, path: string, skips: Set<string>): void {
    for (const [index, volume] of (Array.isArray(raw.volumes) ? raw.volumes : []).entries()) {
        const target = isTree(volume) ? textOf(volume.target).replace(/(.)\/$/, "$1") : "";
        if (target.length > 1 && (path === target || path.startsWith(`${target}/`)))
            skips.add(JSON.stringify(["volumes", index]));
    }
}
