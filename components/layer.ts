import { createHash } from "node:crypto";
import {
    chmodSync,
    copyFileSync,
    existsSync,
    mkdirSync,
    readFileSync,
    renameSync,
    rmSync,
    symlinkSync,
    writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";

import type * as dockerbuild from "@pulumi/docker-build";
import * as pulumi from "@pulumi/pulumi";

import { addedFiles, links, serviceFolders, type AddedFile } from "../topology/files";
import { buildTag, type Build } from "./context";

/** Where BuildKit finds the files that a layer adds; git ignores it. */
const staging = ".twinstack/images";
/** The build context that they are, beside the image's own. */
const added = "twinstack-files";
/** The service's image, as such a context. */
const fromService = "twinstack-service";

/**
 * What docker-build is told to build. Files that are added lie in a folder of their own by then, with a Dockerfile that adds them.
 * @param service the image of the service, of a sidecar
 */
export function buildInputs(
    build: Build,
    service?: pulumi.Input<string>,
): Pick<dockerbuild.ImageArgs, "context" | "dockerfile" | "target" | "buildArgs"> {
    const { context, dockerfile, base, target, args, files } = build;
    const buildArgs = args && { buildArgs: args };
    if (!files)
        return {
            context: { location: context! },
            dockerfile: { location: `${context}/${dockerfile}` },
            ...(target !== undefined && { target }),
            ...buildArgs,
        };
    const folder = stage(build);
    const recipe = { location: `${folder}/Dockerfile` };
    const beside: Record<string, { location: pulumi.Output<string> }> =
        serviceFolders(files).length && service !== undefined
            ? { [fromService]: { location: pulumi.interpolate`docker-image://${service}` } }
            : {};
    const named = Object.keys(beside).length ? { named: beside } : {};
    if (base !== undefined) return { context: { location: folder, ...named }, dockerfile: recipe };
    return {
        context: { location: context!, named: { [added]: { location: `${folder}/root` }, ...beside } },
        dockerfile: recipe,
        ...buildArgs,
    };
}

/** Lays out what a layer adds, and the Dockerfile that adds it. The folder's name is its content's: it is made once. */
function stage(build: Build): string {
    const folder = `${staging}/${buildTag(build)}`;
    if (existsSync(folder)) return folder;
    const making = `${folder}-${process.pid}`;
    rmSync(making, { recursive: true, force: true });
    makeFolder(join(making, "root"));
    for (const { path, content, mode } of addedFiles(build.files!)) {
        const file = join(making, "root", path);
        makeFolder(dirname(file));
        writeFileSync(file, content);
        chmodSync(file, mode);
    }
    for (const [path, to] of links(build.files!)) {
        const link = join(making, "root", path);
        makeFolder(dirname(link));
        symlinkSync(to, link);
    }
    const { base, context, dockerfile, target } = build;
    const taken = serviceFolders(build.files!)
        .map(([path, from]) => `COPY --from=${fromService} ${from}/ ${path}/\n`)
        .join("");
    if (base !== undefined) writeFileSync(join(making, "Dockerfile"), `FROM ${base}\n${taken}COPY root/ /\n`);
    else {
        const recipe = join(context!, dockerfile!);
        const last = target === undefined ? "" : `FROM ${target}\n`;
        writeFileSync(
            join(making, "Dockerfile"),
            `${readFileSync(recipe, "utf8")}\n${last}${taken}COPY --from=${added} . /\n`,
        );
        const ignoring = `${recipe}.dockerignore`;
        if (existsSync(ignoring)) copyFileSync(ignoring, join(making, "Dockerfile.dockerignore"));
    }
    try {
        renameSync(making, folder);
    } catch (error) {
        // Another run was faster, with the same.
        rmSync(making, { recursive: true });
        if (!existsSync(folder)) throw error;
    }
    return folder;
}

/** A text that the app says itself as a file of this machine, for a container here. */
export function stageText({ path, content }: Pick<AddedFile, "path" | "content">): string {
    const file = join(
        ".twinstack/files",
        createHash("sha256").update(content).digest("hex").slice(0, 12),
        basename(path),
    );
    if (!existsSync(file)) {
        makeFolder(dirname(file));
        writeFileSync(file, content);
        chmodSync(file, 0o644);
    }
    return file;
}

/** A folder that everybody may enter, whatever this machine's umask says: the container's user is none of this machine. */
function makeFolder(folder: string): void {
    if (existsSync(folder)) return;
    makeFolder(dirname(folder));
    mkdirSync(folder);
    chmodSync(folder, 0o755);
}
