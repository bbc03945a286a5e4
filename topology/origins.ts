import type { App, Cdn, Route } from "./app";
import { endpoints, type Endpoint } from "./endpoints";

/** Beginnings of the paths that a CDN asks an origin for, the origin's own path before them. */
function askedOf({ origins, behaviors }: Cdn, name: string): string[] {
    const [first] = Object.keys(origins);
    const prefixes = behaviors
        .filter(({ origin = first }) => origin === name)
        // An ending may stand below any path.
        .map(({ path }) => (path.startsWith("/") ? path.slice(0, -1) : "/"));
    return [...prefixes, ...(name === first ? ["/"] : [])].map((prefix) => `${origins[name].path ?? ""}${prefix}`);
}

const leadsTo = ({ path }: Route, prefix: string): boolean =>
    path.endsWith("/*") && prefix.startsWith(path.slice(0, -1));

/** The route of an origin's service by which all that the CDN asks for arrives, and its port; undefined if there is none. */
export function originRoute(
    app: Pick<App, "services">,
    cdn: Cdn,
    name: string,
): { route: Route; endpoint: Endpoint } | undefined {
    const asked = askedOf(cdn, name);
    return endpoints(app)
        .filter(({ service }) => service === cdn.origins[name].service)
        .flatMap((endpoint) => endpoint.routes.map((route) => ({ route, endpoint })))
        .find(({ route }) => asked.every((prefix) => leadsTo(route, prefix)));
}
