import { serviceClouds } from "./clouds";
import { data } from "./data";
import { entrance } from "./entrance";
import { jobs } from "./jobs";
import { operations } from "./operations";
import type { Row } from "./row";
import { services } from "./services";

export type { Row };

/** Every leaf field of the topology, in the schema's order; a test compares the two. */
export const parity: Row[] = [
    {
        field: "name",
        aws: "Beginning of all resource names; tag `app`",
        gcp: "Beginning of all resource names; label `app`",
    },
    ...services,
    ...serviceClouds,
    ...data,
    ...jobs,
    ...entrance,
    ...operations,
];

/** The values of a resolved app at a row's path: `services.*.cpu` → `{ "services.api.cpu": 0.5 }`. */
export function valuesAt(app: unknown, field: string): Record<string, unknown> {
    let found: [string, unknown][] = [["", app]];
    for (const key of field.split("."))
        found = found.flatMap(([path, value]) => {
            if (typeof value !== "object" || value === null) return [];
            const entries = Object.entries(value).filter(([name]) => key === "*" || name === key);
            return entries.map(([name, item]): [string, unknown] => [path ? `${path}.${name}` : name, item]);
        });
    return Object.fromEntries(found.filter(([, value]) => value !== undefined));
}
