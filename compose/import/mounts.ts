import { basename } from "node:path";

import { isTree, type Tree } from "../load/places";
import type { Volume } from "../load/volumes";
import type { Around } from "./parts";
import { textOf } from "./values";

/** Folders and files of the machine that a container in a cloud has, or needs not. */
const spare = /^\/(etc\/(localtime|timezone|hosts|resolv\.conf|passwd|group)|usr\/share\/zoneinfo\b.*)$/;
/** What gives a container the machine itself. */
const machine =
    /docker\.sock$|podman\.sock$|containerd\.sock$|^\/(proc|sys|dev|run|var\/run|boot|lib\/modules|)$|^\/(proc|sys|dev|lib\/modules)\//;

/** The file systems that a service mounts, from its named volumes and from folders of the machine that hold data. */
export function mountsFrom(raw: Tree, around: Around): Record<string, string> {
    const mounts: Record<string, string> = {};
    for (const [index, volume] of (Array.isArray(raw.volumes) ? (raw.volumes as Volume[]) : []).entries()) {
        const name = filesystemFor(volume, raw, around, ["volumes", index]);
        if (name === undefined) continue;
        if (mounts[name] !== undefined && mounts[name] !== volume.target)
            around.mend(["volumes", index], `${name} is at ${mounts[name]} already: a service mounts it once`);
        else mounts[name] = volume.target.replace(/(.)\/$/, "$1");
    }
    return mounts;
}

function filesystemFor(
    { type, source, target, readOnly }: Volume,
    raw: Tree,
    { note, mend, filesystemOf, volumes }: Around,
    at: (string | number)[],
): string | undefined {
    if (type === "tmpfs") return void note(at, "/tmp is writable");
    if (type !== "volume" && type !== "bind") return void mend(at, `a volume of type ${type}: neither cloud has it`);
    if (!/^(\/[\w.-]+)+\/?$/.test(target))
        return void mend(at, `${target} is no absolute path of letters, digits, _ . and -`);
    if (type === "volume") {
        if (source === undefined)
            return void note(
                at,
                `${target}: an anonymous volume; say a file system, if it is to outlive the container`,
            );
        if (!volumes.includes(source)) return void mend(at, `${source} is no volume of this file`);
        return filesystemOf(source);
    }
    const path = textOf(source ?? "");
    if (spare.test(path)) return void note(at, `${path}: containers have their own`);
    if (machine.test(path)) return void mend(at, `${path} is the machine's own, which neither cloud gives away`);
    const build = isTree(raw.build) ? textOf(raw.build.context) : undefined;
    if (build !== undefined && isInside(path, build))
        return void note(
            at,
            `${target}: the source over what the image has, for development; the image has it already`,
        );
    // A folder without an ending that is written to holds data; anything else is configuration.
    if (
        readOnly ||
        /\.[a-z0-9]+$/i.test(basename(target)) ||
        /(^|\/)(etc|conf|config|conf\.d|docker-entrypoint[\w-]*)(\/|$)/i.test(target)
    )
        return void mend(at, `${target} comes from this machine: put it into the image`);
    const name = filesystemOf(basename(path));
    note(at, `${target} is the file system ${name}, which begins empty`);
    return name;
}

const isInside = (path: string, folder: string): boolean =>
    path === folder || path.startsWith(`${folder}/`) || folder.startsWith(`${path}/`);
