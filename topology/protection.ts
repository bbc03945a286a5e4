import type { App, Database } from "./app";

/** Whether a part of an app may not be deleted: what it says itself, or else what the app says. */
export const isProtected = (app: Pick<App, "deletionProtection">, part: { deletionProtection?: boolean }): boolean =>
    part.deletionProtection ?? app.deletionProtection;

/**
 * As `isProtected`; once a database has been restored, it is protected in every environment unless it says otherwise itself:
 * which server is the right one is known to the stack file alone.
 */
export const isDatabaseProtected = (app: Pick<App, "deletionProtection">, database: Database): boolean =>
    database.deletionProtection ?? (app.deletionProtection || database.restore.length > 0);
