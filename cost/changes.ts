import type { Plan } from "../plan/resource";
import type { App, Cloud, Environment, Refinement } from "../topology/app";

/** Changes of a topology, as data: what an app refined by them says instead. */

/** Plans the stack with a refinement laid upon everything that it says. Rejects with a ProblemsError if it is refused. */
export type Replan = (refinement: Refinement) => Promise<Plan>;

type Service = App["services"][string];
type Database = App["databases"][string];

/** A refinement of every service that a change applies to; undefined if it applies to none. */
export function ofServices(app: App, change: (service: Service) => object | undefined): Refinement | undefined {
    return changed("services", app.services, change);
}

/** A refinement of every database that a change applies to; undefined if it applies to none. */
export function ofDatabases(app: App, change: (database: Database) => object | undefined): Refinement | undefined {
    return changed("databases", app.databases, change);
}

/** A refinement of every cache that a change applies to; undefined if it applies to none. */
export function ofCaches(
    app: App,
    change: (cache: App["caches"][string]) => object | undefined,
): Refinement | undefined {
    return changed("caches", app.caches, change);
}

function changed<T>(kind: string, parts: Record<string, T>, change: (part: T) => object | undefined) {
    const said = Object.entries(parts).flatMap(([name, part]) => {
        const refinement = change(part);
        return refinement ? [[name, refinement]] : [];
    });
    return said.length ? ({ [kind]: Object.fromEntries(said) as object } as Refinement) : undefined;
}

/** Size and scale under the cloud's own key, which wins over whatever the app says. */
export const scaleOf = (cloud: Cloud, scale: { min?: number; max?: number }): object => ({ [cloud]: { scale } });

/** What a change is offered for. */
export interface Subject {
    app: App;
    cloud: Cloud;
    environment: Environment;
}
