import { readdirSync } from "node:fs";
import { basename, join, posix } from "node:path";

import { fileFault, type Files } from "../../topology/files";
import { isTree, placeIn, type Tree } from "../load/places";
import { volumesOf, type Volume } from "../load/volumes";
import { baseOf } from "./dockerfile";
import type { Around } from "./around";
import { imageOf } from "./parts";
import { dotenv } from "./dotenv";
import { dataFolder, filesIn, isFile, isFolder, isSource, isThere } from "./machine";
import { keepsInFiles } from "./products";
import { losesDatabase, sourceFault } from "./program";
import { read, textsBelow } from "./texts";
import { environmentOf, textOf, textsOf } from "./values";

/** Folders and files of the machine that a container in a cloud has, or needs not. */
const spare = /^\/(etc\/(localtime|timezone|hosts|resolv\.conf|passwd|group)|usr\/share\/zoneinfo\b.*)$/;
/** What gives a container the machine itself. */
const machine =
    /docker\.sock$|podman\.sock$|containerd\.sock$|^\/(proc|sys|dev|run|var\/run|boot|lib\/modules|)$|^\/(proc|sys|dev|lib\/modules)\//;

/** What a build puts into an image: dependencies, and what is compiled. Development keeps it in a volume beside its source. */
const ofTheImage =
    /\/(node_modules|\.venv|venv|site-packages|\.next|\.nuxt|\.yarn|\.pnpm-store|\.gradle|\.m2|\.cargo|\.mix|_build|deps|target|vendor|bundle|gems|go\/pkg(\/mod)?|__pycache__)$/;

/** Files that nobody may read in an image. */
const secretFile = /(^|\/)(id_(rsa|dsa|ecdsa|ed25519)|\.?htpasswd|\.env(\.[\w-]+)?|.*\.(key|pem|p12|pfx|jks))$/i;

/**
 * What a service mounts: file systems, from named volumes and from folders of the machine that hold data; and files for its image.
 * @param skips places of what is said otherwise (`["volumes",0]`), where it is no nginx whose ways the load balancer takes over
 */
export function mountsFrom(
    raw: Tree,
    around: Around,
    skips = around.front && "ways" in around.front ? around.front.skips : new Set<string>(),
): { mounts: Record<string, string>; files: Files } {
    const mounts: Record<string, string> = {};
    const files: Files = {};
    const binds: string[] = [];
    // What is above comes first, so that what lies in it needs none of its own.
    const volumes = [...volumesOf(raw).entries()].sort(
        ([, one], [, other]) =>
            Number(other.target.startsWith(`${one.target}/`)) * -1 + Number(one.target.startsWith(`${other.target}/`)),
    );
    for (const [index, volume] of volumes) {
        const at = ["volumes", index];
        if (skips.has(JSON.stringify(at))) continue;
        const target = volume.target.replace(/(.)\/$/, "$1");
        if (
            isWithin(target, Object.values(mounts)) &&
            !isFile(textOf(volume.source ?? "")) &&
            !ofTheImage.test(target)
        ) {
            around.note(at, `${target} lies in a file system that is mounted above it: one holds both`);
            continue;
        }
        const found = sourceOf(volume, raw, around, at);
        if (found === undefined) continue;
        const inner = "filesystem" in found && volume.type === "bind" ? textOf(volume.source) : undefined;
        const outer = inner && binds.find((path) => inner.startsWith(`${path}/`) || path.startsWith(`${inner}/`));
        if (inner) binds.push(inner);
        if (outer)
            around.mend(
                at,
                `${around.contextOf(inner)} and ${around.contextOf(outer)} lie in each other, and file systems do not: mount one of them`,
            );
        if ("file" in found) addFile(files, target, found.file, around, at);
        else if (mounts[found.filesystem] !== undefined && mounts[found.filesystem] !== target)
            around.mend(at, `${found.filesystem} is at ${mounts[found.filesystem]} already: a service mounts it once`);
        else mounts[found.filesystem] = target;
    }
    for (const [index, config] of (Array.isArray(raw.configs) ? (raw.configs as Tree[]) : []).entries()) {
        const at = ["configs", index];
        if (skips.has(JSON.stringify(at))) continue;
        const name = textOf(config.source);
        const said = around.configs[name];
        const target = textOf(config.target ?? `/${name}`);
        if (!isTree(said)) around.mend(at, `${name} is no config of this file`);
        else if (typeof said.file === "string") addFile(files, target, said.file, around, at);
        else if (typeof said.content === "string") files[target] = { content: said.content };
        else around.mend(at, `${name} comes from outside: image.files takes a file or a text`);
    }
    if (around.front && "ways" in around.front) Object.assign(files, around.front.files);
    for (const file of Object.keys(files))
        if (isWithin(file, Object.values(mounts)))
            around.mend(
                ["volumes"],
                `${file} would be in the image, where the file system that is mounted above it hides it: let a job put it there`,
            );
    const lost = losesDatabase(raw, around);
    if (lost !== undefined) around.mend(["build"], lost);
    if (Object.keys(mounts).length) sayLocks(raw, mounts, around);
    return { mounts, files };
}

const isWithin = (path: string, mounted: string[]): boolean => mounted.some((above) => path.startsWith(`${above}/`));

/** A file system of Google's cheap kind has no locks, without which a database of files breaks. */
function sayLocks(raw: Tree, mounts: Record<string, string>, around: Around): void {
    const { note, mend, locked, alone, backings } = around;
    const within = (value: string) =>
        /sqlite|\.(db3?|s3db)\b/i.test(value)
            ? Object.entries(mounts).find(([, path]) => value.includes(`${path}/`))?.[0]
            : undefined;
    const evidence = environmentOf(raw).find(
        ([, value]) => value !== undefined && (/^(better-)?sqlite3?$/i.test(value) || within(value) !== undefined),
    );
    const kept = keepsInFiles(imageOf(raw) ?? "", environmentOf(raw), Object.values(mounts));
    if (!evidence && kept !== undefined) {
        const name = Object.keys(mounts).find((key) => mounts[key] === kept.folder)!;
        locked(name);
        return note(
            ["image"],
            `keeps a database in a file (${kept.engine}), which one instance alone may write, and only where there are locks: one it is, and on GCP ${name} is a Filestore server, which is paid from 1 TiB and makes no backups: prod there wants backup: false of it`,
        );
    }
    // Where no database is in the file, files are what an app keeps.
    const keepsFiles = ![...backings.values()].some(({ kind }) => kind === "databases");
    const holder = Object.keys(mounts).find((key) => /\/(db|database|sqlite3?)$/.test(mounts[key]));
    if (!evidence && keepsFiles && holder !== undefined) {
        locked(holder);
        return note(
            ["volumes"],
            `${mounts[holder]} holds a database by its name: one instance it is, and on GCP ${holder} is a Filestore server, which is paid from 1 TiB and makes no backups: prod there wants backup: false of it`,
        );
    }
    if (!evidence && keepsFiles) {
        alone();
        return note(
            ["volumes"],
            "one instance, as Compose runs one: no database is in the file, so that files are what it keeps, and few programs share them; on GCP a file system has no locks unless it says gcp.filestore, which SQLite needs",
        );
    }
    if (!evidence)
        return note(
            ["volumes"],
            "on GCP a file system has no locks unless it says gcp.filestore: software that keeps a database in files (SQLite) needs it",
        );
    const [variable, value = ""] = evidence;
    const names = Object.keys(mounts);
    const usual = keepsInFiles(imageOf(raw) ?? "", [], Object.values(mounts));
    const name =
        within(value) ??
        (names.length === 1 ? names[0] : undefined) ??
        names.find((each) => usual !== undefined && mounts[each] === usual.folder);
    const says =
        "keeps a database in a file (SQLite), which one instance alone may write, and only where there are locks";
    if (name === undefined)
        return mend(
            ["environment", variable],
            `${says}: say scale.max: 1, and gcp.filestore of the file system that has it, of ${names.join(", ")}`,
        );
    locked(name);
    note(
        ["environment", variable],
        `${says}: one it is, and on GCP ${name} is a Filestore server, which is paid from 1 TiB and makes no backups: prod there wants backup: false of it`,
    );
}

/** Adds a file or folder of the machine to the image, if it may be in one. */
function addFile(
    files: Files,
    target: string,
    path: string,
    { contextOf, mend }: Around,
    at: (string | number)[],
): void {
    const shown = contextOf(path);
    const fault = fileFault(path);
    const secret = [path, ...(fault ? [] : filesBelow(path))].find((file) => secretFile.test(file));
    if (secret !== undefined)
        mend(
            at,
            `${contextOf(secret)} looks like a secret, which everybody could read in an image: let the app read a variable, named in secrets`,
        );
    else if (fault) mend(at, `image.files: found ${fault.found.replaceAll(path, shown)}; allowed is ${fault.allowed}`);
    else files[target] = shown;
}

function filesBelow(path: string): string[] {
    if (isFile(path)) return [path];
    return readdirSync(path).flatMap((name) => filesBelow(join(path, name)));
}

function sourceOf(
    { type, source, target, readOnly }: Volume,
    raw: Tree,
    around: Around,
    at: (string | number)[],
): { filesystem: string } | { file: string } | undefined {
    const { note, mend, filesystemOf, volumes, contextOf, kept } = around;
    if (type === dotenv) return undefined;
    if (type === "tmpfs") return void note(at, `${target} is writable, as long as its container runs`);
    if (type !== "volume" && type !== "bind") return void mend(at, `a volume of type ${type}: neither cloud has it`);
    const unset = placeIn(raw.volumes as unknown[], at.at(-1)!)?.unset ?? [];
    if (unset.length && !/^(\/[\w.@+-]+)+\/?$/.test(target))
        return void mend(
            at,
            `${target} is no path, as ${unset.join(" and ")} has no value: give it in .env, or in a file that --env-file names`,
        );
    if (!/^(\/[\w.@+-]+)+\/?$/.test(target))
        return void mend(at, `${target} is no absolute path of letters, digits, _ . @ + and -`);
    if (type === "volume") {
        if (source === undefined)
            return void note(
                at,
                `${target}: an anonymous volume; say a file system, if it is to outlive the container`,
            );
        if (!volumes.includes(source)) return void mend(at, `${source} is no volume of this file`);
        const keeper = kept.get(source);
        if (keeper !== undefined)
            return void note(
                at,
                `left out: ${source} is what ${keeper} keeps, and in a server of the cloud's nobody mounts it`,
            );
        if (ofTheImage.test(target))
            return void note(at, `${target}: what the image has there already, and a file system would begin without`);
        const { workdir } = baseOf(raw) ?? {};
        if (workdir !== undefined && workdir !== "/" && (workdir === target || workdir.startsWith(`${target}/`)))
            return void mend(
                at,
                `${target} is where the image has its program, which a file system would hide, as it begins empty: mount the folder that holds data alone`,
            );
        const fills = fillsOf(raw, target);
        if (fills !== undefined)
            return void mend(
                at,
                `${target} is where the image has files of its own (${fills}), which a file system would hide, as it begins empty: let a job put them there`,
            );
        if (isTree(raw.build))
            note(at, `${target} is a file system, which begins empty: Docker fills it with what the image has there`);
        return { filesystem: filesystemOf(source, "volume") };
    }
    const path = textOf(source ?? "");
    if (spare.test(path)) return void note(at, `${path}: containers have their own`);
    if (machine.test(path)) return void mend(at, `${path} is the machine's own, which neither cloud gives away`);
    const build = isTree(raw.build) ? textOf(raw.build.context) : undefined;
    if (build !== undefined && isSource(path, build, target)) {
        const fault = sourceFault(raw, path, build, target, around);
        if (fault !== undefined) return void mend(at, fault);
        return void note(
            at,
            `${target}: the source over what the image has, for development; the image has it already`,
        );
    }
    // A folder without an ending that is written to holds data, and so does one that Docker would make; anything else is configuration.
    if (
        readOnly ||
        isFile(path) ||
        (/.\.[a-z0-9]+$/i.test(basename(target)) && !isFolder(path)) ||
        (/(^|\/)(etc|conf|config|conf\.d|docker-entrypoint[\w-]*)(\/|$)/i.test(target) && isThere(path))
    )
        return { file: path };
    const held = filesIn(path);
    if (!held.length && ofTheImage.test(target))
        return void note(at, `${target}: what the image has there already, and a file system would begin without`);
    if (held.length && dataFolder.test(basename(path)))
        return void mend(
            at,
            `${contextOf(path)} has files (${held[0]}), with which no file system begins: put them there by a job, or into the image by image.files`,
        );
    if (held.length) {
        note(at, `${target}: its files go into the image; what is written there goes with its container`);
        return { file: path };
    }
    if (/(^|\/)\.env$/.test(target))
        return void mend(
            at,
            `${contextOf(path)}, which has variables of the app, is not there: say them in env and secrets`,
        );
    const name = filesystemOf(path, "bind");
    note(at, `${target} is the file system ${name}, which begins empty`);
    return { filesystem: name };
}

/** What of a Dockerfile puts files where a volume is mounted. */
function fillsOf(raw: Tree, target: string): string | undefined {
    const { copies = [], runs = [], workdir = "/" } = baseOf(raw) ?? {};
    const isWhere = (path: string) => path === target || path.startsWith(`${target}/`);
    const copied = copies.find(({ to }) => isWhere(to.replace(/(.)\/$/, "$1")));
    if (copied) return `COPY ${copied.sources.join(" ")} ${copied.to}`;
    return runs
        .flatMap((run) => run.split(/&&|\|\|?|;|\n/))
        .map((command) => command.trim())
        .find((command) => {
            const [program, ...words] = command.split(/\s+/);
            const last = words.at(-1);
            if (/\bcollectstatic\b/.test(command)) return /static|assets/i.test(basename(target)) && !collects(raw);
            return /^(cp|mv)$/.test(program) && last !== undefined && isWhere(posix.resolve(workdir, last));
        });
}

/** A shell script, by its ending, or by none. */
const script = /(\.sh|\/(?!Dockerfile|Makefile)[^./]+)$/;

/** Whether a service collects its static files when it starts, too, by its command or a script of its source. */
const collects = (raw: Tree): boolean =>
    [
        ...textsOf(raw.entrypoint),
        ...textsOf(raw.command),
        ...(isTree(raw.build)
            ? textsBelow(textOf(raw.build.context), (path) => isFile(path) && !script.test(path), true).map(read)
            : []),
    ].some((text) => /\bcollectstatic\b/.test(text));
