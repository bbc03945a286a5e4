import type { AppInput, Cloud } from "../../../../topology/app";
import { merge } from "../../../../topology/merge";
import type { Config } from "../../project";

export type AppName = "todo" | "morrow" | "everything";

/** What is deployed, to be changed: the app as its file says it, and the stack file. */
export interface Draft {
    app: Loose;
    config: Config;
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
    /** Apps that have what it changes. @default all of them */
    apps?: AppName[];
    /** Clouds that have what it changes. @default both */
    clouds?: Cloud[];
    /** Clouds on which nothing comes of it, as parity says: that is seen, too. */
    nothingOn?: Cloud[];
    /** It leads from one environment to another. All others begin in prod, with all that prod says. */
    environments?: true;
    /** What to know beside what happens. */
    note?: string;
    /** Writes the change into the draft. */
    make: (draft: Draft) => void;
    /** The same taken back, as a change of its own that begins where this one ends. */
    back?: { key: string; title: string; lift?: (draft: Draft) => void };
    /** Where it begins, if not at the app in prod. */
    from?: (draft: Draft) => void;
    /** That is a stack of its own from the first `up` on: the app in prod would refuse to become it. */
    anew?: true;
}

export const themes = [
    "Services",
    "Routes, hosts and domains",
    "Parts that keep data",
    "Network and place",
    "Operations",
] as const;

/** The service that each app has first. */
export const first = ({ app }: Draft): Loose => Object.values(app.services)[0];
export const firstName = ({ app }: Draft): string => Object.keys(app.services as object)[0]!;
export const sized = (draft: Draft): Loose => {
    const service = first(draft);
    return service[draft.cloud]?.cpu === undefined ? service : service[draft.cloud];
};
export const scaled = (draft: Draft): Loose => {
    const service = first(draft);
    service.scale ??= {};
    return service[draft.cloud]?.scale ?? service.scale;
};
/** The name that the app has in the world. */
export const domainOf = ({ app, config }: Draft): string => config["twinstack:domain"] ?? app.domain.name;
/** Gives the app another, in place of it wherever it stands. */
export function rename(draft: Draft, from: string, to: string): void {
    const text = JSON.stringify({ app: draft.app, config: draft.config }).replaceAll(`"${from}"`, `"${to}"`);
    Object.assign(draft, JSON.parse(text));
}
/** A part that can be deleted. Nobody takes one out of production by mistake. */
export const lifted = (kind: string, name: string) => (draft: Draft) => {
    const named = draft.app[kind]?.[name];
    if (named) named.deletionProtection = false;
};

/** A stack of the app in prod, to be changed. */
export function draftOf(input: AppInput, cloud: Cloud, overrides: object, change?: Change): Draft {
    const refined = merge(input, overrides) as AppInput;
    const app: Loose = structuredClone(change?.environments ? refined : merge(refined, input.environments?.prod));
    if (!change?.environments) delete app.environments?.prod;
    return {
        app,
        cloud,
        config: {
            "twinstack:app": input.name,
            "twinstack:cloud": cloud,
            "twinstack:environment": "prod",
            ...(input.name === "morrow" ? {} : { "twinstack:domain": `${input.name}.example.com` }),
            ...(cloud === "aws"
                ? { "aws:region": "ap-northeast-1" }
                : { "gcp:project": "my-project", "gcp:region": "asia-northeast1" }),
        },
    };
}
