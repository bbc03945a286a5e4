import type { AppInput } from "../../topology/app";
import type { Compose } from "../load/load";
import { isTree, type Tree } from "../load/places";
import { baseOf, type Base } from "./dockerfile";
import { imageOf, type Say, type ServiceInput } from "./parts";
import { userOf } from "./products";
import { environmentOf } from "./values";

/** The file systems of an app, each owned by whoever writes to it: an image that does not run as root could not otherwise. */
export function filesystemsFrom(
    file: Compose,
    names: Map<string, string>,
    locked: Map<string, string>,
    services: Map<string, string>,
    made: Record<string, ServiceInput>,
    { note }: Say,
): NonNullable<AppInput["filesystems"]> {
    return Object.fromEntries(
        [...names.values()].map((key) => {
            const users = [...services].filter(([, to]) => Object.hasOwn(made[to].mounts ?? {}, key));
            const known = new Map(users.flatMap(([from]) => numbered(from, writerOf(file.services[from]))));
            for (const [from] of users)
                if (isUnknown(file.services[from]))
                    note(
                        ["services", from, "volumes"],
                        `${key} is ${defaultOwner}'s on GCP, where root may write too; as whom its image runs is not known here: if it is somebody else, say filesystems.${key}.owner`,
                    );
            // @see https://cloud.google.com/run/docs/configuring/services/nfs-volume-mounts
            if (locked.has(key))
                for (const [from] of users)
                    if (runsAsOther(file.services[from]))
                        note(
                            ["services", from, "volumes"],
                            `on GCP ${key} is a Filestore server, whose folder is root's: its image runs as somebody else, who may not write there before root has handed it over once`,
                        );
            const [owner, ...others] = new Set(known.values());
            const isSaid = owner !== undefined && owner !== defaultOwner && !others.length;
            for (const [from, uid] of known)
                if (isSaid) note(["services", from, "volumes"], `${key} is ${uid}'s, as whom its image runs`);
                else if (others.length)
                    note(
                        ["services", from, "volumes"],
                        `${key} is ${defaultOwner}'s, and its image runs as ${uid}: say filesystems.${key}.owner`,
                    );
            return [key, { ...(locked.has(key) && { gcp: { filestore: {} } }), ...(isSaid && { owner }) }];
        }),
    );
}

/** Whose a file system is by default. */
const defaultOwner = 1000;

/** As whom a service writes files; undefined for root, and where nobody knows it. */
function writerOf(raw: Tree): number | undefined {
    const base = baseOf(raw);
    if (base) return uidOf(base);
    const user = userOfImage(raw);
    return user === 0 ? undefined : user;
}

/** Whether a Dockerfile says that its image does not run as root. */
const runsAsOther = (raw: Tree): boolean => !["root", "0", undefined].includes(baseOf(raw)?.user);

/** Whether an image is only referenced, and nobody here knows as whom it runs. */
const isUnknown = (raw: Tree): boolean => !isTree(raw.build) && userOfImage(raw) === undefined;

/** As whom an image that is only referenced writes files: as its maker says, or as images of LinuxServer's are told. */
function userOfImage(raw: Tree): number | undefined {
    const image = imageOf(raw) ?? "";
    const told = environmentOf(raw).find(([name]) => name === "PUID")?.[1];
    if (told !== undefined && /^\d+$/.test(told)) return Number(told);
    if (/(^|\/)(linuxserver|hotio)\/[^/]+$/.test(image)) return image.includes("hotio") ? 1000 : 911;
    const user = userOf(raw);
    return user === wwwData && /alpine/.test(image) ? wwwDataOfAlpine : user;
}

/** The user of web servers, on Debian and on Alpine. */
const [wwwData, wwwDataOfAlpine] = [33, 82];

const numbered = (from: string, uid: number | undefined): [string, number][] =>
    uid === undefined ? [] : [[from, uid]];

/** Users that images have, by their own Dockerfiles. */
const usual: Record<string, number> = { node: 1000, nobody: 65534, nonroot: 65532, nginx: 101 };

/** The number of the user as whom an image runs; undefined for root, who may write anywhere, and where nobody knows it. */
function uidOf(base: Base | undefined): number | undefined {
    const { user, runs = [], image = "" } = base ?? {};
    if (user === undefined || user === "root" || user === "0") return undefined;
    if (/^\d+$/.test(user)) return Number(user);
    const adds = runs
        .flatMap((run) => run.split(/&&|\|\|?|;/))
        .find((words) => /\b(useradd|adduser)\b/.test(words) && words.split(/\s+/).includes(user));
    if (adds === undefined)
        return user === "www-data" ? (/alpine/.test(image) ? wwwDataOfAlpine : wwwData) : usual[user];
    const [, uid] = /(?:-u|--uid)[ =](\d+)/.exec(adds) ?? [];
    if (uid !== undefined) return Number(uid);
    // The first of a system's people is 1000.
    return /\s(-r|-S|--system)\b/.test(adds) ? undefined : 1000;
}
