import { readFileSync, statSync } from "node:fs";

import type { ParsedApp } from "./app";
import { filesFault, links } from "./files";
import type { Path } from "./merge";
import { show, type Finding } from "./problems";
import { fieldsOf, piecesOf, withoutReferences } from "./references";
import { isWithin } from "./rules-reach";
import { choices } from "./suggest";

/**
 * Secrets that a service reads from files: absolute path → the name of a secret of its own, or a value with references, of which one is a
 * secret, or a file of the project in which texts are replaced by such values.
 */

type Service = Pick<ParsedApp["services"][string], "secrets" | "secretFiles">;
type SecretFile = Service["secretFiles"][string];

/** What the secret stores of both clouds take: Secret Manager 64 KiB, Secrets Manager 65,536 characters. */
export const maxSecretBytes = 65536;

/** The name of a secret of the service's own; undefined for what refers to parts. */
export const ownName = (value: SecretFile): string | undefined =>
    typeof value === "string" && /^[A-Za-z_]\w*$/.test(value) ? value : undefined;

/** What may refer to parts in what a file is told. */
export const valuesOf = (file: SecretFile): string[] =>
    typeof file === "string" ? [file] : Object.values(file.replace);

/** All that a file is told, as a value with references. @throws what the file system says of one that is not there */
export function valueOf(file: SecretFile): string {
    if (typeof file === "string") return file;
    const { from, replace } = file;
    // In one go, so that what is put in is not searched again; longer texts first, as one may be a part of another.
    const texts = Object.keys(replace).sort((a, b) => b.length - a.length);
    const found = new RegExp(`(${texts.map((text) => text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")).join("|")})`);
    return readFileSync(from, "utf8")
        .split(found)
        .map((part, index) => (index % 2 ? replace[part] : withoutReferences(part)))
        .join("");
}

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
            if (typeof value !== "string") {
                const fault = fileFault(value);
                if (fault) yield { at: where, ...fault };
            }
            if (ownName(value) === undefined && !valuesOf(value).some((each) => hasSecret(app, each)))
                yield {
                    at: where,
                    found: `${typeof value === "string" ? show(value) : value.from}, in which nothing is secret`,
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

/** What is wrong with a file of the project that becomes a secret. */
function fileFault(file: Exclude<SecretFile, string>): { found: string; allowed: string } | undefined {
    const fault = filesFault(file);
    if (fault) return fault;
    const { from } = file;
    if (!statSync(from).isFile()) return { found: `${show(from)}, a folder`, allowed: "one file" };
    if (statSync(from).size > maxSecretBytes)
        return { found: `${show(from)}, of more than 64 KiB`, allowed: "what the clouds' secret stores take: 64 KiB" };
    const content = readFileSync(from);
    if (!content.equals(Buffer.from(content.toString("utf8"))))
        return { found: `${show(from)}, which is no UTF-8`, allowed: "a text" };
    return undefined;
}

/** What links of `image.files` lead to. */
export function* linkRules(app: ParsedApp): Generator<Finding> {
    for (const [name, { image, secretFiles, sidecars }] of Object.entries(app.services)) {
        const at: Path = ["services", name];
        const known = Object.keys(secretFiles);
        for (const [path, to] of links(image.files))
            if (!known.includes(to))
                yield {
                    at: [...at, "image", "files", path, "link"],
                    found: `${show(to)}, which is none of the service's secretFiles`,
                    allowed: choices(to, known, "no link: the service has no secretFiles"),
                    reads: [[...at, "secretFiles"]],
                };
        for (const [sidecar, beside] of Object.entries(sidecars))
            for (const [path, to] of links(beside.image.files))
                yield {
                    at: [...at, "sidecars", sidecar, "image", "files", path, "link"],
                    found: `${show(to)}, in a sidecar, which has no secretFiles`,
                    allowed: "a file, or { content }",
                };
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
