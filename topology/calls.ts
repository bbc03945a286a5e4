import type { App } from "./app";

/** Which services call which, and in what order they can be made. */

type Services = Pick<App, "services">;

/** Names of services that another service calls privately. */
export const calledServices = ({ services }: Services): Set<string> =>
    new Set(Object.values(services).flatMap(({ calls }) => calls));

/**
 * Names of services: those that call each other in a circle together, any other by itself, each after those that it calls. Those of a
 * circle are in the order of their names, so that no other service and no order in the file changes it. (Tarjan's algorithm.)
 */
function circles({ services }: Services): string[][] {
    const found: string[][] = [];
    const order = new Map<string, { index: number; low: number }>();
    const open: string[] = [];
    const done = new Set<string>();
    const visit = (name: string): { low: number } => {
        const own = { index: order.size, low: order.size };
        order.set(name, own);
        open.push(name);
        for (const callee of services[name].calls) {
            const seen = order.get(callee);
            if (!seen) own.low = Math.min(own.low, visit(callee).low);
            else if (!done.has(callee)) own.low = Math.min(own.low, seen.index);
        }
        if (own.low === own.index) {
            const circle = open.splice(open.indexOf(name)).sort();
            for (const member of circle) done.add(member);
            found.push(circle);
        }
        return own;
    };
    for (const name of Object.keys(services)) if (!order.has(name)) visit(name);
    return found;
}

/** Names of services, each after those that it calls but for its `calledAhead`. */
export const inCallOrder = (app: Services): string[] => circles(app).flat();

/**
 * The calls that close a circle: caller → callees that are made after it, and that it is told of before they are there. One call of each
 * circle at least is among them; without circles there is none.
 */
export function calledAhead(app: Services): Record<string, string[]> {
    const ahead = circles(app).flatMap((circle) =>
        circle.map((caller, index): [string, string[]] => {
            const later = circle.slice(index + 1);
            return [caller, [...new Set(app.services[caller].calls)].filter((callee) => later.includes(callee))];
        }),
    );
    return Object.fromEntries(ahead.filter(([, callees]) => callees.length));
}
