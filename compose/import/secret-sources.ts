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
