import { watch } from "node:fs";

/** Milliseconds without a change; an editor that writes in several steps is one change. */
const quiet = 250;

/** Calls `changed` after something was saved in one of the folders. @returns what ends it */
export function watchFolders(folders: string[], changed: () => void): () => void {
    let timer: NodeJS.Timeout | undefined;
    const watchers = [...new Set(folders)].map((folder) =>
        watch(folder, { recursive: true }, () => {
            clearTimeout(timer);
            timer = setTimeout(changed, quiet);
        }),
    );
    return () => {
        clearTimeout(timer);
        for (const watcher of watchers) watcher.close();
    };
}
