import type { Configuration } from "./files";
import type { Served } from "./server";
import { without, type Directive } from "./syntax";

/** A path that nginx answers in any case, where `/` is not its own any more. */
export const healthPath = "/nginx-health";

interface Rewriting {
    configurations: Configuration[];
    /** What stands outside of servers, each in its file. */
    top: { configuration: Configuration; directive: Directive }[];
    main: { configuration: Configuration; directive: Directive };
    /** Servers that a load balancer stands in for. */
    spare: { configuration: Configuration; directive: Directive }[];
    served: Served;
    /** Names that Compose's network knows → services. */
    siblings: Map<string, string>;
}

/** Path in the container → the configuration without what is passed on, to which the load balancer leads. */
export function rewritten({
    configurations,
    top,
    main,
    spare,
    served,
    siblings,
}: Rewriting): Record<string, { content: string }> {
    const isSibling = (address: string) => siblings.has(address.replace(/:\d+$/, ""));
    const files: Record<string, { content: string }> = {};
    for (const configuration of configurations) {
        const inIt = (each: { configuration: Configuration }) => each.configuration === configuration;
        const parts: { start: number; end: number; instead?: string }[] = [
            ...top
                .filter(inIt)
                .map(({ directive }) => directive)
                .filter(
                    ({ name, block = [] }) =>
                        name === "upstream" &&
                        block.some(({ name: what, args }) => what === "server" && isSibling(args[0])),
                ),
            ...spare.filter(inIt).map(({ directive }) => directive),
        ];
        if (inIt(main)) {
            const block = main.directive.block ?? [];
            // One location may be several paths.
            const locations = new Map(served.passed.map(({ location }) => [location.start, location]));
            parts.push(...locations.values());
            parts.push(...block.filter(({ name, args }) => name === "set" && isSibling(args[1] ?? "")));
            parts.push(...withoutTls(block));
            const end = main.directive.end - 1;
            if (served.whole)
                parts.push({
                    start: end,
                    end,
                    instead: `\n    location = ${healthPath} {\n        return 200;\n    }\n`,
                });
        }
        files[configuration.target] = { content: without(configuration.text, parts) };
    }
    return files;
}

/** Load balancers speak TLS, and plain HTTP to what stands behind them. */
function withoutTls(block: Directive[]): { start: number; end: number; instead?: string }[] {
    const listens = block.filter(({ name }) => name === "listen");
    if (!listens.some(({ args }) => args.includes("ssl") || /(^|:)443$/.test(args[0]))) return [];
    const [first, ...others] = listens;
    return [
        { ...first, instead: "listen 80;" },
        ...others,
        ...block.filter(({ name }) => /^(ssl|ssl_\w+|http2)$/.test(name)),
    ];
}
