import { apps } from "../../../apps";
import { clouds, type App, type AppInput, type Cloud } from "../../../topology/app";
import { hosts } from "../../../topology/hosts";
import { endpoints } from "../../../topology/endpoints";
import { everything, full } from "../../everything";
import { changes, draftOf, type AppName, type Change, type Draft } from "./changes";

/** One change of one app on one cloud: a field of the matrix. */
export interface Cell {
    app: AppName;
    cloud: Cloud;
    change: Change;
}

export const inputs: Record<AppName, { app: AppInput; overrides: object }> = {
    todo: { app: apps.todo!, overrides: {} },
    morrow: { app: apps.morrow!, overrides: {} },
    everything: { app: everything, overrides: full.everything!() },
};

export const cellName = (app: AppName, cloud: Cloud, key: string): string => `${app} ${cloud} ${key}`;

export const draft = (app: AppName, cloud: Cloud, change?: Change): Draft => {
    const { app: input, overrides } = inputs[app];
    return draftOf(input, cloud, overrides, change);
};

export const cells: Cell[] = (Object.keys(inputs) as AppName[]).flatMap((app) =>
    clouds.flatMap((cloud) =>
        changes
            .filter((change) => change.apps?.includes(app) ?? true)
            .filter((change) => change.clouds?.includes(cloud) ?? true)
            .map((change) => ({ app, cloud, change })),
    ),
);

/** The names of all results that there are to be. */
export const cellNames: string[] = cells.flatMap(({ app, cloud, change }) =>
    [change.key, ...(change.back ? [change.back.key] : [])].map((key) => cellName(app, cloud, key)),
);

/** A way into the app from outside: a host and a path of it. */
export interface Entrance {
    cloud: Cloud;
    /** Empty: the load balancer's own address. */
    host: string;
    path: string;
}

/** Every way in that the routes of an app promise. */
export function entrances(app: App, cloud: Cloud): Entrance[] {
    const routes = endpoints(app).flatMap((endpoint) => endpoint.routes);
    const named = app.domain ? hosts(app) : [""];
    const pathOf = (path: string): string => path.replace(/\*$/, "x");
    const promised = routes.flatMap(({ host, path }) =>
        (host ? [host] : named).map((one) => ({ cloud, host: app.domain ? one : "", path: pathOf(path) })),
    );
    return app.cdn && app.domain ? [...promised, { cloud, host: app.cdn.host, path: "/" }] : promised;
}

export const sameEntrance = (a: Entrance, b: Entrance): boolean => a.host === b.host && a.path === b.path;
