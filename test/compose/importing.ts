import { stringify } from "yaml";

import { mapCompose, type Imported } from "../../compose/import/map";
import type { AppInput, Cloud } from "../../topology/app";
import { resolve } from "../../topology/validate";
import { load } from "./loading";

/** Every build context is one that exists. */
export const imported = (text: string, name = "shop"): Imported =>
    mapCompose(load({ "compose.yaml": text }), name, () => "workloads/todo");
export const oneService = (service: object, others: object = {}): Imported =>
    imported(
        stringify({
            services: { api: { image: "registry.example.com/api:1", ports: ["8080:8080"], ...service }, ...others },
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
