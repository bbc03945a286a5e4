import type { Tree } from "../load/places";
import { volumesOf } from "../load/volumes";
import type { Around } from "./around";
import { textsOf } from "./values";

/** Whether a read-only root has what is written to in /tmp alone, which is writable on AWS whatever the root is. */
export function isWritableInTmp(raw: Tree, { note }: Around): boolean {
    const paths = [
        ...textsOf(raw.tmpfs).map((path) => path.split(":")[0]),
        ...volumesOf(raw).flatMap(({ type, target }) => (type === "tmpfs" ? [target] : [])),
    ];
    const others = paths.filter((path) => path.replace(/(.)\/$/, "$1") !== "/tmp");
    if (others.length)
        note(
            ["read_only"],
            `its root can be written to: on AWS a read-only one has /tmp alone, and this one writes to ${others.join(" and ")}`,
        );
    return !others.length;
}
