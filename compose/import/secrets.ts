import { formatWords } from "../../topology/secret-formats";
import { fileOf, folderOf } from "../../topology/secret-files";
import { isTree, type Tree } from "../load/places";
import type { Volume } from "../load/volumes";
import type { Around } from "./around";
import { givenBy, untilSet } from "./credentials";
import type { Reference } from "./fields";
import { formOf } from "./secret-forms";
import { mountedIn, nameOfSource, type Mounted } from "./secret-sources";
import { read, textsBelow } from "./texts";
import { environmentOf } from "./values";

/**
 * Files of secrets. Official images that read `X_FILE` read `X` as well, and so get a variable; an app of one's own, and whatever reads a
 * file by its path, gets the file.
 */

export interface SecretFiles {
    /** The service's variables, those that name a secret's file by the name of the value: `X` for `X_FILE`. */
    variables: [string, string | undefined][];
    /** Variable → the one of the file that named it. */
    named: Map<string, string>;
    /** Those that stay files. */
    files: ({ index: number } & Mounted)[];
    /** Variables that a file stands for, `X` where `X_FILE` names it, which are none here → the file's path. */
    spoken: Map<string, string>;
}

/** What of a service's variables stands for secrets, whose values nobody reads from their files. */
export function secretFiles(service: Tree): SecretFiles {
    const mounted = mountedIn(service);
    const all = environmentOf(service);
    const known = new Set(all.map(([name]) => name));
    const named = new Map<string, string>();
    const spoken = new Map<string, string>();
    const used = new Set<string>();
    const variables = all.map(([name, value]): [string, string | undefined] => {
        const [, bare] = /^(.+?)_+FILE$/.exec(name) ?? [];
        if (bare === undefined || value === undefined || !mounted.some(({ path }) => path === value) || known.has(bare))
            return [name, value];
        if (isTree(service.build) || isRead(service, name)) {
            spoken.set(bare, value);
            return [name, value];
        }
        used.add(value);
        named.set(bare, name);
        return [bare, undefined];
    });
    const files = mounted.flatMap((secret, index) => (used.has(secret.path) ? [] : [{ index, ...secret }]));
    return { variables, named, files, spoken };
}

/** Whether what a service mounts names a variable: `{{ secret (env "JWT_FILE") }}` in its configuration reads the file itself. */
const isRead = ({ volumes }: Tree, name: string): boolean =>
    (Array.isArray(volumes) ? (volumes as Volume[]) : [])
        .filter(({ type, source }) => type === "bind" && source !== undefined)
        .some(({ source }) => textsBelow(source!, () => false, true).some((path) => read(path).includes(name)));

/** Where the files of a service are: Cloud Run has one in a folder, so that one which a variable names may be elsewhere. */
export function filesFrom(
    { variables, files, spoken }: SecretFiles,
    references: Map<string, Reference>,
    { backings, note, mend, yours }: Around,
): { secretFiles: Record<string, string>; paths: Record<string, string>; uses: string[] } {
    const made: Record<string, string> = {};
    const paths: Record<string, string> = {};
    const uses: string[] = [];
    const namedBy = (path: string) => variables.filter(([, value]) => value === path).map(([name]) => name);
    // Those first that nothing but their path leads to.
    const inOrder = [...files].sort((a, b) => namedBy(a.path).length - namedBy(b.path).length);
    for (const { index, source, path } of inOrder) {
        const at = ["secrets", index];
        const owner = [...backings.values()].find(({ given }) => given.passwordFrom === source);
        const rooted = [...backings.values()].find(({ given }) => given.rootPasswordFrom === source);
        if (rooted) {
            mend(
                at,
                `${path} is the password of ${rooted.from}'s own superuser, whom nobody is in a server of the cloud's`,
            );
            continue;
        }
        const variable = [...spoken].find(([, named]) => named === path)?.[0];
        const reference = variable === undefined ? undefined : references.get(variable);
        const value = reference && "value" in reference ? reference.value : owner && `\${${owner.name}.password}`;
        const part = reference?.backing ?? owner;
        const taken = Object.keys(made).some((other) => folderOf(other) === folderOf(path));
        const variablesOf = namedBy(path);
        if (taken && !variablesOf.length) {
            mend(
                at,
                `${path} is in a folder where another secret is, and Cloud Run mounts one in a folder: let a variable say where the app finds it`,
            );
            continue;
        }
        const where = taken ? `${folderOf(path)}-${fileOf(path)}/${fileOf(path)}` : path;
        if (taken) for (const name of variablesOf) paths[name] = where;
        made[where] = value ?? nameOfSource(source);
        if (part && value !== undefined) uses.push(part.name);
        const given = givenBy(nameOfSource(source), undefined);
        const form = formOf(nameOfSource(source), undefined, "");
        if (value !== undefined) note(at, `${value} in the file ${where}`);
        else if (given !== undefined) yours(at, `a secret in the file ${where}, ${given}, ${untilSet}`);
        else
            note(
                at,
                `a secret in the file ${where}: made ${form ? `as ${formatWords(form.format)} (${form.why})` : "with a random value"}, yours to replace in the cloud's store`,
            );
    }
    return { secretFiles: made, paths, uses };
}
