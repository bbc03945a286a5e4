import { hiddenBy, passedOn, pathOf, plainLocations, setIn, type Known, type Passed } from "./location";
import type { Directive } from "./syntax";

/** What a server of nginx's does. */
export interface Served {
    passed: Passed[];
    /** Whether `/` is passed on. */
    whole: boolean;
    /** Where `/` is passed on: paths that nginx answers itself, as routes have them. */
    own: string[];
    /** It answers nothing itself: a load balancer does what it does. */
    isSpare: boolean;
    isSecure: boolean;
    /** Files and folders in the container that are for certificates alone. */
    spareFiles: string[];
    /** What is otherwise where a load balancer passes requests on. */
    notes: string[];
    /** All of that in a text, by which two servers that do the same are known. */
    does: string;
}

/** What is at a server beside its locations, and is no matter where another one takes requests. */
const spareAtServer =
    /^(listen|server_name|charset|access_log|error_log|log_not_found|server_tokens|sendfile|tcp_\w+|keepalive_\w+|client_(body|header)_\w+|client_max_body_size|large_client_header_buffers|gzip\w*|ssl|ssl_\w+|http2|resolver\w*|send_timeout|root|index|error_page|add_header|proxy_set_header|proxy_(connect|read|send)_timeout|proxy_buffer\w*|proxy_max_temp_file_size|proxy_temp_\w+|proxy_redirect|proxy_cache_bypass|proxy_no_cache|proxy_next_upstream\w*|chunked_transfer_encoding|proxy_busy_buffers_size|proxy_http_version|proxy_hide_header|etag|port_in_redirect|absolute_redirect|server_name_in_redirect|reset_timedout_connection|types_hash_\w+|underscores_in_headers|set|try_files|expires)$/;
/** Files of directives that say nothing of where requests go. */
const harmlessInclude = /(mime\.types|_params|proxy\.conf|ssl[\w.-]*|gzip[\w.-]*|modules.*)$/;
/** What decides about every request, wherever it stands above the servers. */
export const decides =
    /^(auth_\w+|allow|deny|limit_req|limit_conn|limit_rate|satisfy|proxy_cache|sub_filter\w*|rewrite|return|if)$/;

/** Where an authority asks whether a name is one's own. */
const isChallenge = (directive: Directive): boolean =>
    directive.name === "location" && lastOf(directive).startsWith("/.well-known/acme-challenge");
const lastOf = ({ args }: Directive): string => args[args.length - 1] ?? "";

/** What a server does; or the directive of it that no load balancer does. */
export function analysed(block: Directive[], known: Known): Served | { refused: string; line: number } {
    const strange = block.find(
        ({ name, args }) =>
            name !== "location" &&
            !spareAtServer.test(name) &&
            !(name === "include" && harmlessInclude.test(args[0] ?? "")),
    );
    if (strange) return { refused: `${strange.name} holds for every request`, line: strange.line };
    const variables = new Map([...known.variables, ...setIn(block)]);
    const errorPages = new Set(block.filter(({ name }) => name === "error_page").map(lastOf));
    const passed: Passed[] = [];
    const answered: Directive[] = [];
    const said = block.filter(({ name }) => name === "location");
    const hidden = hiddenBy(said);
    if (hidden)
        return {
            refused: `location ${hidden.location.args.join(" ")} is never asked, as ${hidden.by.args.join(" ")} goes before it`,
            line: hidden.location.line,
        };
    const locations = said.flatMap(plainLocations);
    for (const location of locations) {
        const found = passedOn(location, { ...known, variables });
        if (found && "refused" in found) return found;
        if (found) passed.push(found);
        else if (
            !errorPages.has(lastOf(location)) &&
            !isChallenge(location) &&
            !isDenied(location) &&
            !isFixed(location)
        )
            answered.push(location);
    }
    const whole = passed.some(({ path }) => path === "/*");
    const own = answered.map(pathOf);
    const unknown = own.indexOf(undefined);
    if (whole && unknown >= 0) {
        const { args, line } = answered[unknown];
        return {
            refused: `location ${args.join(" ")} is none that routes have: they are paths, and no regular expressions`,
            line,
        };
    }
    const isSpare = whole && answered.length === 0;
    return {
        passed,
        whole,
        own: own.flatMap((path) => (path === undefined ? [] : [path])),
        isSpare,
        isSecure: block.some(
            ({ name, args }) => name === "listen" && (args.includes("ssl") || /(^|:)443$/.test(args[0])),
        ),
        spareFiles: spareFilesOf(block),
        notes: notesOf(block, passed, isSpare && locations.some(isFixed)),
        does: JSON.stringify([
            passed.map(({ service, path, port, stripPrefix }) => [service, path, port, stripPrefix]),
            own,
        ]),
    };
}

/** Files and folders in the container that are there for certificates alone, which a load balancer has by itself. */
export const spareFilesOf = (block: Directive[]): string[] => [
    ...block.filter(({ name }) => /^ssl_(certificate|dhparam|trusted)/.test(name)).map(lastOf),
    ...block
        .filter(isChallenge)
        .flatMap(({ block: inner = [] }) => inner.filter(({ name }) => name === "root").map(lastOf)),
];

/**
 * What a server passes on that leads to HTTPS otherwise, as a load balancer does by itself, or refuses whoever names no host of it;
 * undefined for any other server.
 */
export function besideRedirect(block: Directive[], known: Known): Passed[] | undefined {
    const ends = (directive: Directive) =>
        directive.name === "return" && (/^https:\/\//.test(lastOf(directive)) || directive.args[0] === "444");
    const isEnd = (directive: Directive) =>
        ends(directive) || (directive.name === "location" && (directive.block ?? []).some(ends));
    const rest = block.filter((directive) => !spareAtServer.test(directive.name) && !isChallenge(directive));
    if (!rest.some(isEnd)) return undefined;
    const beside = rest.filter((directive) => !isEnd(directive)).map((each) => passedOn(each, known));
    return beside.flatMap((each) => (each && "service" in each ? [each] : [])).length === beside.length
        ? (beside as Passed[])
        : undefined;
}

/** Whether a location keeps hidden files from visitors, which nobody has who serves no folder; any other path that is denied stays so. */
const isDenied = ({ args, block = [] }: Directive): boolean =>
    /^~/.test(args[0] ?? "") &&
    /\/\\\./.test(args[args.length - 1] ?? "") &&
    block.some(({ name, args }) => name === "deny" && args[0] === "all") &&
    block.every(({ name }) => /^(deny|access_log|log_not_found)$/.test(name));

/** Whether a location says that nginx is well, or keeps a line out of a log: with a text of its own, or with nothing. */
const isFixed = ({ block = [] }: Directive): boolean =>
    block.length > 0 &&
    (block.some(({ name, args }) => name === "return" && args[0] === "200") ||
        block.every(({ name }) => /^(access_log|log_not_found|error_log)$/.test(name)));

function notesOf(block: Directive[], passed: Passed[], hasText: boolean): string[] {
    const own = block.map(({ name }) => name);
    const all = [...own, ...passed.flatMap(({ lost }) => lost)];
    return [
        ...(all.includes("add_header")
            ? ["headers that it adds (add_header) are not on what goes straight to them"]
            : []),
        ...(own.includes("gzip") ? ["nobody but they compress what they answer"] : []),
        ...(all.includes("client_max_body_size") ? ["bodies may be as large as the load balancer takes"] : []),
        ...(all.includes("X-Real-IP") ? ["the client's address is in X-Forwarded-For alone"] : []),
        ...(hasText ? ["they are asked for what it answered with a text of its own"] : []),
    ];
}
