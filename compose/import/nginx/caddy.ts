import type { Configuration } from "./files";
import type { Front, Refusal, Way } from "./outcome";

/** What a Caddyfile passes on, as routes; Caddy itself gives its place to the load balancer. @see https://caddyserver.com/docs/caddyfile */

interface Open {
    /** The first word of the line that opened it; none of a site's. */
    directive?: string;
    path?: string;
}

/** What a load balancer does by itself, or need not. */
const spare =
    /^(encode|log|tls|header|header_up|header_down|email|admin|debug|servers|trusted_proxies|transport|health_\w+|lb_\w+|flush_interval|to|acme_\w+|on_demand_tls|output|format|level|protocols|read_timeout|write_timeout|dial_timeout|max_size|request_body|order|local_certs|auto_https|import_tls|storage)$/;

/** What a Caddyfile does; or why no routes say it. Undefined where it leads to nothing of the file. */
export function caddyFront(configuration: Configuration, siblings: Map<string, string>): Front | Refusal | undefined {
    const { text, shown, at } = configuration;
    const ways: Way[] = [];
    const hosts = new Set<string>();
    const open: Open[] = [];
    for (const [index, raw] of text.split("\n").entries()) {
        const refuse = (reason: string): Refusal => ({ refused: `${shown}:${index + 1}: ${reason}`, at });
        const words = raw
            .replace(/(^|\s)#.*$/, "")
            .trim()
            .split(/\s+/)
            .filter(Boolean);
        const opens = words[words.length - 1] === "{";
        if (opens) words.pop();
        if (words[0] === "}") {
            open.pop();
            continue;
        }
        const [directive, ...args] = words;
        if (directive === undefined) {
            // Global options.
            if (opens) open.push({ directive: "global" });
            continue;
        }
        const inside = open.map((each) => each.directive);
        if (open.length === 0) {
            if (/^[(@]/.test(directive) || directive === "import")
                return refuse(`${directive} is not read here: say the routes`);
            for (const address of words) hosts.add(address.replace(/,$/, "").replace(/^https?:\/\//, ""));
            // A file of one site needs no braces.
            open.push({});
            continue;
        }
        if (inside[0] === "global" || inside.includes("reverse_proxy") || spare.test(directive)) {
            if (opens) open.push({ directive });
            if (inside.includes("reverse_proxy") && !spare.test(directive))
                return refuse(`${directive}, which no load balancer does: say the routes`);
            continue;
        }
        if (directive === "handle" || directive === "handle_path" || directive === "route") {
            if (opens) open.push({ directive, ...(args[0] && { path: args[0] }) });
            continue;
        }
        if (directive !== "reverse_proxy") return refuse(`${directive}, which no load balancer does: say the routes`);
        const matcher = /^[/*@]/.test(args[0] ?? "") ? args[0] : undefined;
        const [upstream, other] = matcher === undefined ? args : args.slice(1);
        const path = matcher ?? open.find((each) => each.path !== undefined)?.path ?? "*";
        const [, host = "", port] = /^(?:https?:\/\/|h2c:\/\/)?([\w.-]+)(?::(\d+))?$/.exec(upstream ?? "") ?? [];
        const service = siblings.get(host);
        if (service === undefined || other !== undefined)
            return refuse(`leads to ${args.join(" ")}, which is not one service of the file: say the routes`);
        if (!/^(\*|\/([\w.~-]+\/)*(\*|[\w.~-]+)?)$/.test(path)) return refuse(`${path} is no path that routes have`);
        const stripPrefix = inside.includes("handle_path");
        if (stripPrefix && (matcher !== undefined || !/^\/.+\/\*$/.test(path)))
            return refuse(`${path} is no prefix that a route goes without`);
        ways.push({
            service,
            path: path === "*" ? "/*" : path,
            port: Number(port ?? 80),
            ...(stripPrefix && { stripPrefix }),
        });
        if (opens) open.push({ directive });
    }
    if (!ways.length) return undefined;
    if (hosts.size > 1 && new Set(ways.map((way) => way.service)).size > 1)
        return { refused: `${shown}: several addresses: say the hosts of routes, and a domain`, at };
    const names = [...hosts].filter((host) => /^[\w-]+(\.[\w-]+)+$/.test(host));
    return {
        isSpare: true,
        ways,
        own: [],
        files: {},
        skips: new Set(),
        shown: new Set([shown]),
        variables: new Set(),
        seconds: new Map(),
        notes: names.length ? [`${names.join(", ")}: say domain`] : [],
    };
}
