import type { AppInput } from "../../topology/app";
import type { Compose } from "../load/load";
import { isTree, type Tree } from "../load/places";
import type { Volume } from "../load/volumes";
import { kindOf, type Say } from "./parts";
import { nameFrom, textOf, textsOf } from "./values";

/** What two services have to share so that one can be a job of the other. */
const programOf = ({ image, build }: Tree): string =>
    isTree(build) ? JSON.stringify([build.context, build.dockerfile ?? "Dockerfile"]) : textOf(image ?? "");

/** Whether two services run one program on the same volume. */
export const sharesState = ({ services }: Compose, one: string, other: string): boolean => {
    const volumes = (raw: Tree) =>
        (Array.isArray(raw.volumes) ? (raw.volumes as Volume[]) : [])
            .filter(({ type }) => type === "volume")
            .map(({ source }) => source);
    return (
        programOf(services[one]) === programOf(services[other]) &&
        volumes(services[one]).some((source) => source !== undefined && volumes(services[other]).includes(source))
    );
};

/** Services that end before another one starts → that one. */
export function jobsOf({ services }: Compose): Map<string, string> {
    const jobs = new Map<string, string>();
    for (const [from, { depends_on }] of Object.entries(services))
        for (const [other, how] of isTree(depends_on) ? Object.entries(depends_on) : [])
            if (
                isTree(how) &&
                how.condition === "service_completed_successfully" &&
                services[other] !== undefined &&
                kindOf(services[other]) === "service"
            )
                jobs.set(other, jobs.get(other) ?? from);
    return jobs;
}

export function jobInputs(
    file: Compose,
    jobs: Map<string, string>,
    services: Map<string, string>,
    { note, mend }: Say,
): NonNullable<AppInput["jobs"]> {
    const made: NonNullable<AppInput["jobs"]> = {};
    for (const [from, service] of jobs) {
        const at = ["services", from];
        const to = services.get(service);
        const { command, entrypoint } = file.services[from];
        if (to === undefined) mend(at, `left out: ${service}, which waits for it, is not in the app`);
        else if (programOf(file.services[from]) !== programOf(file.services[service]))
            mend(at, `left out: it runs another image than ${service}, and a job runs its service's`);
        else if (!textsOf(command).length) mend(at, "left out: it says no command, and a job needs one");
        else if (textsOf(entrypoint).length)
            mend([...at, "entrypoint"], "left out: a job keeps its service's entry point");
        else {
            note(at, `runs as a job of ${to} before each deployment, with the variables of ${to}`);
            made[nameFrom(from)] = { service: to, command: textsOf(command), run: "deployment" };
        }
    }
    return made;
}
