import type { Files } from "../../../topology/files";
import type { Configuration } from "./files";

/** What leads to a service of the file. */
export interface Way {
    /** Its name in the Compose file. */
    service: string;
    /** `/*`, `/api/*` or `/health`, as routes have them. */
    path: string;
    port: number;
    /** It is asked without what the path begins with. */
    stripPrefix?: boolean;
    /** The name under which it is asked, where there are several. */
    host?: string;
}

/** What becomes of a web server, nginx or Caddy, whose ways the load balancer takes over. */
export interface Front {
    /** Nothing is left of it: the load balancer takes its place. */
    isSpare: boolean;
    ways: Way[];
    /** Paths that it goes on answering. */
    own: { path: string; host?: string }[];
    /** Path in the container → its configuration, without what is passed on. */
    files: Record<string, { content: string }>;
    /** Places in the service that are said by that, or spare: `["volumes",0]`. */
    skips: Set<string>;
    /** Files of its configuration, as messages call them. */
    shown: Set<string>;
    /** Variables that lead to what it passes on to. */
    variables: Set<string>;
    /** Service → seconds that it waits for its answers, where it says so. */
    seconds: Map<string, number>;
    /** Names that lead to the domain's. */
    redirects?: string[];
    /** A path that it answers in any case, where `/` is not its own any more. */
    health?: string;
    /** What is otherwise than it was. */
    notes: string[];
}

/**
 * A web server that asks a service by FastCGI, uWSGI or SCGI, which no cloud's network routes, or that does what no load balancer does: it
 * becomes a sidecar of that service, in whose place it takes the requests, and finds it at localhost.
 */
export interface Gateway {
    /** The Compose service behind it. */
    behind: string;
    /** How it asks that. */
    by: "FastCGI or the like" | "HTTP";
    configurations: Configuration[];
    /** Path in the container → texts of its configuration that lead to localhost now. */
    replaced: Record<string, Record<string, string>>;
    /** Further files of its image. */
    files: Files;
    /** How long it waits for answers, where it says so. */
    seconds?: number;
    /** What is otherwise than it was. */
    notes: string[];
}

/** Why no routes can say what a proxy does. */
export interface Refusal {
    refused: string;
    at: (string | number)[];
}

/** Why what a proxy leads to has to be said by somebody. */
export const refusalOf = (front: Front | Refusal | undefined): string | undefined =>
    front && "refused" in front ? `and no routes do what it does: ${front.refused}` : undefined;
