import type { AppInput } from "./app";
import { hasPath, isMap, merge } from "./merge";

/** The key of the app that is what an account has once. It is there in every project, unless that has an app of this key itself. */
export const accountKey = "account";

/** What an account has once. Which repositories it is for, the stack file says: `twinstack:overrides.account.repositories`. */
export const accountApp: AppInput = {
    name: accountKey,
    services: {},
    // The state of everything is in it.
    deletionProtection: true,
    account: {},
};

/** The apps of a project, and the one that is built in. */
export const withAccount = (apps: Record<string, AppInput>): Record<string, AppInput> => ({
    [accountKey]: accountApp,
    ...apps,
});

/** An account without a list of apps is for all of the project's. */
export function withApps(app: unknown, apps: Record<string, AppInput>): unknown {
    if (!isMap(app) || !isMap(app.account) || hasPath(app, ["account", "apps"])) return app;
    const names = Object.values(apps).flatMap((other: unknown) =>
        isMap(other) && typeof other.name === "string" && other.account === undefined ? [other.name] : [],
    );
    return merge(app, { account: { apps: [...new Set(names)].sort() } });
}
