import type { ParsedApp } from "./app";
import type { Path } from "./merge";
import { show, type Finding } from "./problems";
import { fieldsOf, piecesOf } from "./references";
import { isWithin } from "./rules-reach";

/**
 * Secrets that a service reads from files: absolute path → the name of a secret of its own, or a value with references, of which one is a
 * secret.
 */

type Service = Pick<ParsedApp["services"][string], "secrets" | "secretFiles">;

/** The name of a secret of the service's own; undefined for a value that refers to parts. */
export const ownName = (value: string): string | undefined => (/^[A-Za-z_]\w*$/.test(value) ? value : undefined);

/** Secrets that are made for a service alone: those of its variables, and those of files. */
export const ownSecrets = ({ secrets, secretFiles }: Service): string[] => [
    ...new Set([...secrets, ...Object.values(secretFiles).flatMap((value) => ownName(value) ?? [])]),
];

/** Where a file is: what a cloud mounts is the whole folder. */
export const folderOf = (path: string): string => path.slice(0, path.lastIndexOf("/"));
export const fileOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1);

/**
 * Folders that no secret is mounted in: the system's own, and what Google keeps.
 * @see https://cloud.google.com/functions/docs/reference/rest/v1/projects.locations.functions#SecretVolume
 */
const kept = ["/dev", "/proc", "/sys", "/cloudsql", "/pod", "/var/log"];

/** What must hold of each file. References are judged with those of variables. */
export function* secretFileRules(app: ParsedApp): Generator<Finding> {
    for (const [name, service] of Object.entries(app.services)) {
        const at: Path = ["services", name, "secretFiles"];
        const folders = [...new Set(Object.keys(service.secretFiles).map(folderOf))];
        for (const [path, value] of Object.entries(service.secretFiles)) {
            const where = [...at, path];
            if (ownName(value) === undefined && !hasSecret(app, value))
                yield {
                    at: where,
                    found: `${show(value)}, in which nothing is secret`,
                    allowed:
                        "the name of a secret of the service's own, such as SMTP_PASSWORD, or a secret field of a part, such as ${db.password}; what is no secret goes into image.files",
                };
            const folder = folderOf(path);
            if (path.split("/").some((part) => part === "." || part === ".."))
                yield { at: where, found: show(path), allowed: "a path without . and .." };
            else if (folder === "/tmp" || kept.some((system) => isWithin(path, system)))
                yield {
                    at: where,
                    found: show(path),
                    allowed:
                        "a file in a folder of its own, such as /run/secrets/db_password: the whole folder is mounted",
                };
            const mount = Object.entries(service.mounts).find(
                ([, mounted]) => isWithin(folder, mounted) || isWithin(mounted, folder),
            );
            if (mount)
                yield {
                    at: where,
                    found: `${show(path)}, where ${mount[0]} is mounted at ${mount[1]}`,
                    allowed: "another folder",
                    reads: [["services", name, "mounts", mount[0]]],
                };
            const file = Object.keys(service.image.files).find(
                (added) => isWithin(added, folder) || isWithin(folder, added),
            );
            if (file !== undefined)
                yield {
                    at: where,
                    found: `${show(path)}, whose folder would hide ${file} of image.files`,
                    allowed: "another folder: the whole of it is mounted",
                    reads: [["services", name, "image", "files", file]],
                };
            const outer = folders.find((other) => other !== folder && isWithin(folder, other));
            if (outer !== undefined)
                yield {
                    at: where,
                    found: `${show(path)}, in a folder inside ${outer}, where other secrets are`,
                    allowed: "folders of which none is in another",
                };
        }
    }
}

/** Cloud Run mounts a secret as a folder, and one folder once. */
export function* cloudRunFileRules(app: ParsedApp): Generator<Finding> {
    for (const [name, { secretFiles }] of Object.entries(app.services)) {
        const first = new Map<string, string>();
        for (const path of Object.keys(secretFiles)) {
            const folder = folderOf(path);
            const other = first.get(folder);
            if (other === undefined) first.set(folder, path);
            else
                yield {
                    at: ["services", name, "secretFiles", path],
                    found: `${show(path)}, in the folder of ${other}`,
                    allowed: `a folder of its own, such as ${folder}-${fileOf(path)}/${fileOf(path)}: Cloud Run mounts one secret in a folder. A variable may say where it is`,
                    reads: [["services", name, "secretFiles", other]],
                };
        }
    }
}

/** A reference to what is not there is a fault of its own. */
const hasSecret = (app: ParsedApp, value: string): boolean =>
    piecesOf(value).some((piece) => {
        if ("text" in piece) return false;
        if ("fault" in piece) return true;
        const fields = fieldsOf(app, piece.part);
        const known = fields.find(({ name }) => name === piece.field);
        return known === undefined || known.secret;
    });
