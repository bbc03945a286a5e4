import type { State } from "../../../operate/state";
import { Missing, type CloudArgs } from "../client";
import { runPlaceOf } from "./cloud";

/** What opens a shell in a service on Cloud Run. */
export function sshOf({ stack }: Pick<CloudArgs, "stack">, resources: State["resources"], name: string): string {
    const place = runPlaceOf({ stack }, resources, name);
    if (!place) throw new Missing(`${name} is not deployed in stack ${stack.place.stack}`);
    const { region, project } = stack.place;
    if (place.worker) throw new Missing(`${name} is a worker pool, in whose instances Google lets nobody open a shell`);
    return `gcloud beta run services ssh ${place.services[0].split("/").at(-1)} --region ${region} --project ${project}`;
}
