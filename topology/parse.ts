import type { Environment, ParsedApp } from "./app";
import * as schema from "./app";
import { soldIn } from "./classes";
import { environmentDefaults } from "./environments";
import { findings } from "./issues";
import { defaultAt, hasPath, isMap, mapValues, merge, overlaps, updateAt, valueAt, without, type Path } from "./merge";
import type { Finding } from "./problems";

export interface ParsedOrNot {
    app?: ParsedApp;
    findings: Finding[];
    /** What was taken out so that the rest could be judged. */
    repaired: Path[];
}

/**
 * Parses; what the schema refuses is reported, taken out and replaced by its default, until the rest can be parsed: so
 * the rules between fields are checked, too, for everything that is not wrong already.
 */
export function parse(raw: unknown, environment: Environment, awsRegion?: string): ParsedOrNot {
    const found: Finding[] = [];
    const repaired: Path[] = [];
    let data = withDefaults(raw, environment, awsRegion);
    // Each round takes something out; a topology is not deep enough to need many.
    for (let round = 0; round < 12; round++) {
        const result = schema.App.safeParse(data, { jitless: true });
        if (result.success) return { app: result.data, findings: found, repaired };
        const fresh = result.error.issues.flatMap((issue) => findings(issue, data, schema.App));
        found.push(...fresh.filter(({ at }) => !repaired.some((path) => overlaps(at, path))));
        for (const { at } of fresh) {
            // What is missing cannot be taken out; what misses it can.
            const path = hasPath(data, at) ? at : at.slice(0, -1);
            data = without(data, path);
            repaired.push(at, path);
        }
        data = withDefaults(withStandIns(data), environment, awsRegion);
    }
    return { findings: found, repaired };
}

function withDefaults(app: unknown, environment: Environment, awsRegion?: string): unknown {
    return Object.entries(environmentDefaults).reduce<unknown>((data, [path, values]) => {
        const value = values[environment];
        return defaultAt(data, path.split("."), awsRegion === undefined ? value : soldIn(awsRegion, value));
    }, app);
}

/** Harmless values for what an app must have and was taken out of it. */
function withStandIns(app: unknown): unknown {
    const whole = merge({ name: "app", services: {} }, isMap(app) ? app : {});
    return updateAt(whole, ["services"], (services) =>
        // Ports are a map of names: a stand-in must not add one to those that are there.
        mapValues(isMap(services) && Object.keys(services).length ? services : { app: {} }, (service) => {
            const ports = valueAt(service, ["ports"]);
            const standIn = { image: { reference: "image:0" }, health: { path: "/" } };
            return merge(
                isMap(ports) && Object.keys(ports).length ? standIn : { ...standIn, ports: { http: 80 } },
                service,
            );
        }),
    );
}
