import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";

import { stringify } from "yaml";

import { mapCompose, type Imported } from "../../compose/import/map";
import { filesFrom } from "../../compose/load/files";
import { loadCompose } from "../../compose/load/load";
import type { AppInput, Cloud } from "../../topology/app";
import { resolve } from "../../topology/validate";
import { load } from "./loading";

/** Every build context is one that exists. */
export const imported = (text: string, name = "shop"): Imported =>
    mapCompose(load({ "compose.yaml": text }), name, () => "workloads/todo");

/** A project of these files in a folder, as from a disk. */
export function project(folder: string, files: Record<string, string>): Imported {
    for (const [path, text] of Object.entries(files)) {
        mkdirSync(dirname(join(folder, path)), { recursive: true });
        writeFileSync(join(folder, path), text);
    }
    const compose = loadCompose([join(folder, "compose.yaml")], filesFrom(folder));
    return mapCompose(compose, "shop", (path) => relative(folder, path) || ".");
}

/** Projects of a suite's tests, each in a folder of its own in which the test then stands. */
export function inFolders() {
    const here = process.cwd();
    let folder: string;
    beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "compose-"))));
    afterEach(() => {
        process.chdir(here);
        rmSync(folder, { recursive: true });
    });
    return {
        folder: () => folder,
        made: (files: Record<string, string>): Imported => {
            const found = project(folder, files);
            process.chdir(folder);
            return found;
        },
        /** Fails unless both clouds take the app. */
        planned: ({ app }: Imported): void => {
            for (const cloud of ["aws", "gcp"] as const) resolved(app, cloud);
        },
    };
}

export const oneService = (service: object, others: object = {}, volumes: object = {}): Imported =>
    imported(
        stringify({
            services: { api: { image: "registry.example.com/api:1", ports: ["8080:8080"], ...service }, ...others },
            volumes,
        }),
    );
export const reasons = ({ notes }: Imported, at: string) =>
    notes
        .filter((note) => note.at === at)
        .map(({ reason }) => reason)
        .join("; ");

export const resolved = (app: AppInput, cloud: Cloud) =>
    resolve(
        {
            stack: "dev",
            config: {
                "twinstack:app": app.name,
                "twinstack:cloud": cloud,
                "twinstack:environment": "dev",
                "aws:region": "ap-northeast-1",
                "gcp:region": "asia-northeast1",
                "gcp:project": "example-project",
            },
        },
        { [app.name]: app },
    );

/** What has to be mended before the app is right: `line place: reason`. */
export const mends = ({ notes }: Imported): string[] =>
    notes.filter(({ mend }) => mend).map(({ line, at, reason }) => `${line} ${at}: ${reason}`);

/** A project of nginx with this configuration, before these services. */
export const nginxBefore = (folder: string, conf: string, services: object, nginx: object = {}): Imported =>
    project(folder, {
        "compose.yaml": stringify({
            services: {
                nginx: {
                    image: "nginx:1.27",
                    ports: ["80:80"],
                    volumes: ["./default.conf:/etc/nginx/conf.d/default.conf:ro"],
                    depends_on: Object.keys(services),
                    ...nginx,
                },
                ...services,
            },
        }),
        "default.conf": conf,
    });
export const nginxServer = (...inside: string[]) => `server {\n  listen 80;\n  ${inside.join("\n  ")}\n}\n`;
