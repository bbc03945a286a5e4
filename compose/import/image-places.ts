import { posix } from "node:path";

import { isTree, type Tree } from "../load/places";
import { baseOf, type Copy } from "./dockerfile";

/** Where the image has a file of the folder that it is built from: copied from there, or from a stage that copied it. */
export function placesOf(file: string, copies: Copy[], raw: Tree): Set<string> {
    const places = new Set<string>();
    for (const { sources, to, from, isBuilt } of copies) {
        const paths =
            from === undefined
                ? [file]
                : isBuilt && isTree(raw.build)
                  ? [...placesOf(file, baseOf({ ...raw, build: { ...raw.build, target: from } })?.copies ?? [], raw)]
                  : [];
        for (const path of paths)
            for (const source of sources) {
                const root =
                    from === undefined
                        ? posix.normalize(source).replace(/^\/+|\/+$/g, "")
                        : source.replace(/(.)\/+$/, "$1");
                const inside =
                    root === "." || root === ""
                        ? path
                        : path.startsWith(`${root}/`)
                          ? path.slice(root.length + 1)
                          : undefined;
                if (inside !== undefined) places.add(posix.join(to, inside));
                // `COPY config.yml /app/` has lost its slash here: what has an ending is a file.
                else if (path === root) places.add(posix.extname(to) ? to : posix.join(to, posix.basename(path)));
            }
    }
    return new Set([...places].filter((place) => /^(\/[\w.-]+)+$/.test(place)));
}
