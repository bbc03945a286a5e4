import type { AppInput, Cloud } from "../../../../topology/app";
import type { Config } from "../../project";

export type AppName = "todo" | "morrow" | "everything";

/** What is deployed, to be changed: the app as its file says it, and the stack file. */
export interface Draft {
    app: Loose;
    config: Config;
    /** What of an app may be refined: `twinstack:overrides`. */
    overrides: Loose;
    cloud: Cloud;
}
/** An app of which any part may be written. Validation judges it as it judges what a person writes. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- the topology's own types have no writable form
export type Loose = any;

export interface Change {
    /** Names its results: never reused for another change. */
    key: string;
    title: string;
    theme: (typeof themes)[number];
    /** Apps that have what it changes. @default todo alone */
    apps?: AppName[];
    /** What to know beside what happens. */
    note?: string;
    /** Writes the change into the draft. */
    make: (draft: Draft) => void;
    /** The same taken back, as a change of its own that begins where this one ends. */
    back?: { key: string; title: string; lift?: (draft: Draft) => void };
    /** Where it begins, if not at the app in prod. */
    from?: (draft: Draft) => void;
}

export const themes = [
    "Services",
    "Routes, hosts and domains",
    "Parts that keep data",
    "Network and place",
    "Operations",
] as const;

export const all: AppName[] = ["todo", "morrow", "everything"];
/** The service that each app has first. */
export const first = ({ app }: Draft): Loose => Object.values(app.services)[0];
export const sized = (draft: Draft): Loose => {
    const service = first(draft);
    return service[draft.cloud]?.cpu === undefined ? service : service[draft.cloud];
};
export const scaled = (draft: Draft): Loose => {
    const service = first(draft);
    return service[draft.cloud]?.scale ? service[draft.cloud].scale : (service.scale ??= {});
};
/** A part that can be deleted. Nobody takes one out of production by mistake. */
export const lifted = (kind: string, name: string) => (draft: Draft) => {
    const named = draft.app[kind]?.[name];
    if (named) named.deletionProtection = false;
};

/** A stack of the app in prod, to be changed. */
export function draftOf(app: AppInput, cloud: Cloud, overrides: object): Draft {
    const name = app.name;
    return {
        app: structuredClone(app),
        cloud,
        overrides: structuredClone(overrides),
        config: {
            "twinstack:app": name,
            "twinstack:cloud": cloud,
            "twinstack:environment": "prod",
            ...(name === "morrow" ? {} : { "twinstack:domain": `${name}.example.com` }),
            ...(cloud === "aws"
                ? { "aws:region": "ap-northeast-1" }
                : { "gcp:project": "my-project", "gcp:region": "asia-northeast1" }),
        },
    };
}
