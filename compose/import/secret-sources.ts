import { isTree, type Tree } from "../load/places";
import { textOf } from "./values";

/** A secret that a service mounts. */
export interface Mounted {
    /** Its name in the file's `secrets`. */
    source: string;
    /** Where the container has it. */
    path: string;
}

/** The secrets of a service, in the order of the file. */
export const mountedIn = (service: Tree): Mounted[] =>
    (Array.isArray(service.secrets) ? service.secrets : []).map((secret) => {
        const { source, target } = isTree(secret) ? secret : { source: secret, target: undefined };
        const name = textOf(target ?? source ?? "");
        return { source: textOf(source ?? ""), path: name.startsWith("/") ? name : `/run/secrets/${name}` };
    });

/** Which secret of the file a variable names, by the path that it has. */
export const secretAt = (service: Tree, path: string | undefined): string | undefined =>
    mountedIn(service).find((secret) => secret.path === path)?.source;

/** What a secret of the file is called as one of a service's own. */
export const nameOfSource = (source: string): string => {
    const name = source.toUpperCase().replace(/[^A-Z0-9]+/g, "_");
    return /^[A-Z_]/.test(name) ? name : `SECRET_${name}`;
};

/** Whether a secret without a value is of something of which the place has none either: `SEARCH_PASSWORD` beside `SEARCH_HOST`. */
export function isForNothing(secret: string, variables: [string, string | undefined][]): boolean {
    const [, prefix] = /^(.+_)(?:PASS(?:WORD|WD)?|TOKEN)$/.exec(secret) ?? [];
    // The app's own are needed wherever it is.
    if (prefix === undefined || /^(APP|API|ADMIN|SERVER|WEB|SITE|AUTH|BACKEND|FRONTEND)_$/.test(prefix)) return false;
    const places = variables.filter(
        ([name]) =>
            name !== secret &&
            name.startsWith(prefix.slice(0, -1)) &&
            /(HOSTS?|HOSTNAME|SERVERS?|API_URL|ADDRESS|ENDPOINT|NODES|SENTINELS|BROKERS?)$/.test(name),
    );
    return places.length > 0 && places.every(([, value]) => value === undefined || value === "");
}
