import { isTree, type Tree } from "../load/places";
import { environmentOf, textOf } from "./values";

/**
 * Files of secrets. No cloud gives a container several secrets as files of one folder, so the app gets variables: official images that
 * read `X_FILE` read `X` as well.
 */

/** Where each secret of a service is in its container. */
const pathsOf = (service: Tree): string[] =>
    (Array.isArray(service.secrets) ? service.secrets : []).map((secret) => {
        const { source, target } = isTree(secret) ? secret : { source: secret, target: undefined };
        const name = textOf(target ?? source ?? "");
        return name.startsWith("/") ? name : `/run/secrets/${name}`;
    });

export interface SecretFiles {
    /** The service's variables, those that name a secret's file by the name of the value: `X` for `X_FILE`. */
    variables: [string, string | undefined][];
    /** Variable → the one of the file that named it. */
    named: Map<string, string>;
    /** Places in `secrets` of those that no variable names, and where the container has them. */
    unnamed: { index: number; path: string }[];
}

/** What of a service's variables stands for secrets, whose values nobody reads from their files. */
export function secretFiles(service: Tree): SecretFiles {
    const paths = pathsOf(service);
    const all = environmentOf(service);
    const known = new Set(all.map(([name]) => name));
    const named = new Map<string, string>();
    const used = new Set<string>();
    const variables = all.map(([name, value]): [string, string | undefined] => {
        const [, bare] = /^(.+?)_+FILE$/.exec(name) ?? [];
        if (bare === undefined || value === undefined || !paths.includes(value) || known.has(bare))
            return [name, value];
        used.add(value);
        named.set(bare, name);
        return [bare, undefined];
    });
    const unnamed = paths.flatMap((path, index) => (used.has(path) ? [] : [{ index, path }]));
    return { variables, named, unnamed };
}
