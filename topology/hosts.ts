import type { App } from "./app";

type Named = Pick<App, "services" | "domain">;

/** Host names that the load balancer answers for: the domain's own, those of routes and redirects, each once. None without a domain. */
export function hosts({ services, domain }: Named): string[] {
    if (!domain) return [];
    const routed = Object.values(services).flatMap(({ routes }) => routes.flatMap(({ host }) => host ?? []));
    return [...new Set([domain.name, ...routed, ...domain.redirects])];
}

/** Names of the load balancer's certificate: the domain's, its alternatives, and hosts that neither of them covers. */
export function certificateNames(app: Named, more: readonly string[] = []): string[] {
    if (!app.domain) return [];
    const declared = [...new Set([app.domain.name, ...app.domain.alternativeNames])];
    const uncovered = [...hosts(app), ...more].filter((host) => !declared.some((name) => covers(name, host)));
    return [...new Set([...declared, ...uncovered])];
}

/** Whether a certificate's name covers a host; a wildcard stands for exactly one label. */
export const covers = (name: string, host: string): boolean =>
    name === host || (name.startsWith("*.") && host.split(".").slice(1).join(".") === name.slice(2));
