import type { AppInput } from "../../topology/app";
import { floats } from "../../topology/images";
import type { Compose } from "../load/load";
import { isTree, type Tree } from "../load/places";
import { volumesOf } from "../load/volumes";
import { directoryFrom } from "./command";
import { baseOf } from "./dockerfile";
import { environmentFrom } from "./environment";
import type { Around } from "./around";
import { kindOf, type Say, type ServiceInput } from "./parts";
import { isOnce, publishedPorts, runsOn } from "./ports";
import { environmentOf, nameFrom, textOf, textsOf } from "./values";

/** What two services have to share so that one can be a job of the other. */
export const programOf = ({ image, build }: Tree): string =>
    isTree(build) ? JSON.stringify([build.context, build.dockerfile ?? "Dockerfile"]) : textOf(image ?? "");

/** Whether two services run one program on the same volume. */
export const sharesState = ({ services }: Compose, one: string, other: string): boolean => {
    const volumes = (raw: Tree) =>
        volumesOf(raw)
            .filter(({ type }) => type === "volume")
            .map(({ source }) => source);
    return (
        programOf(services[one]) === programOf(services[other]) &&
        volumes(services[one]).some((source) => source !== undefined && volumes(services[other]).includes(source))
    );
};

/** Whether a service runs, by a command of its own, the program of another one that publishes a port. */
export function runsBeside({ services }: Compose): (from: string) => boolean {
    const publish = Object.keys(services).filter((from) => publishedPorts(services[from]).length > 0);
    const programs = new Set(publish.map((from) => programOf(services[from])));
    return (from) =>
        textsOf(services[from].command).length > 0 &&
        !publishedPorts(services[from]).length &&
        programs.has(programOf(services[from]));
}

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
    for (const [from, raw] of Object.entries(services)) {
        if (jobs.has(from)) continue;
        const ends = endsByItself(raw);
        if (!ends && !runsOnce(from, raw)) continue;
        const alike = Object.entries(services).flatMap(([other, one]) =>
            other !== from && isImageOf(raw, one) && !endsByItself(one) && (ends || isKeptUp(one)) ? [other] : [],
        );
        // What takes requests is what has to wait for it.
        const first = alike.find((other) => publishedPorts(services[other]).length > 0) ?? alike[0];
        if (first !== undefined) jobs.set(from, first);
    }
    return jobs;
}

/** Whether a service without a port is not started again when it ends, by what the file says of it, or by its name. */
function runsOnce(from: string, { ports, expose, restart, command }: Tree): boolean {
    const words = textsOf(command).join(" ");
    return (
        ![ports, expose].some((said) => Array.isArray(said) && said.length) &&
        words !== "" &&
        !runsOn(words) &&
        (restart === "no" ||
            restart === false ||
            ((restart === undefined || /^on-failure/.test(textOf(restart))) &&
                (isOnce.test(from) || isOnce.test(words) || /(^|[-_])init([-_]|$)/i.test(from))))
    );
}
const isKeptUp = ({ restart }: Tree): boolean => /^(always|unless-stopped)$/.test(textOf(restart ?? ""));

/** Whether a service does one thing to the database and is done, as its command says, and is not started again then. */
const endsByItself = ({ ports, expose, restart, command }: Tree): boolean =>
    ![ports, expose].some((said) => Array.isArray(said) && said.length) &&
    (restart === undefined || restart === null || restart === false || /^(no|on-failure.*)$/.test(textOf(restart))) &&
    /(^|[\s/:.])(migrate|migrations?|seed(er|ers)?|db:(prepare|setup|migrate|seed)|upgrade head)(:\w+)?(\s[^&|;]*)?$/.test(
        textsOf(command).join(" ").trim(),
    );

/** What becomes of jobs; those of an image of their own bring their variables to the service that they run before. */
export function jobInputs(
    file: Compose,
    jobs: Map<string, string>,
    services: Map<string, string>,
    made: Record<string, ServiceInput>,
    filesystems: NonNullable<AppInput["filesystems"]>,
    around: (from: string) => Around,
    { note, mend }: Say,
): NonNullable<AppInput["jobs"]> {
    const run: NonNullable<AppInput["jobs"]> = {};
    for (const [from, waiting] of jobs) {
        const at = ["services", from];
        const raw = file.services[from];
        const service = serviceAfter(waiting, jobs);
        const to = services.get(service);
        const command = textsOf(raw.command);
        const entrypoint = textsOf(raw.entrypoint);
        const words = [...entrypoint, ...command];
        if (onlyPrepares(words)) {
            const [, owner] = /\bchown\b(?:\s+-\S+)*\s+(\d+)/.exec(words.join(" ")) ?? [];
            for (const mounted of Object.keys(to === undefined ? {} : (made[to].mounts ?? {})))
                if (owner !== undefined) filesystems[mounted] = { ...filesystems[mounted], owner: Number(owner) };
            note(
                at,
                `left out: it prepares folders, and file systems are there, and ${owner === undefined ? "their owner's" : `${owner}'s`}, by themselves`,
            );
        } else if (to === undefined) mend(at, `left out: ${service}, which waits for it, is not in the app`);
        else if (isImageOf(raw, file.services[service])) {
            // What both have alike needs no word.
            const has = new Map(environmentOf(file.services[service]));
            const differs = environmentOf(raw).some(([name, value]) => has.get(name) !== value);
            const brought = differs ? bring({ ...raw, volumes: [] }, to, made[to], around(from)) : undefined;
            const theirs = textsOf(file.services[service].entrypoint);
            if (!words.length && made[to].command === undefined)
                mend(at, `left out: it says no command, and would do what ${service} does, whose image it has`);
            else if (!entrypoint.length && theirs.length)
                mend(
                    at,
                    `left out: it begins with its image's entry point, and ${service} with another: say its entrypoint`,
                );
            else if (brought !== undefined)
                mend(at, `left out: ${brought}, and a job has the variables of its service, ${to}`);
            else {
                note(at, `runs as a job of ${to} before each deployment, with the variables of ${to}`);
                const inFolder = folderOf(raw, made[to], around(from).mend);
                run[nameFrom(from)] = {
                    service: to,
                    ...(entrypoint.join("\0") === theirs.join("\0") ? {} : { entrypoint }),
                    ...(command.length ? { command } : {}),
                    ...inFolder,
                    run: "deployment",
                };
            }
        } else if (isTree(raw.build) && !textOf(raw.image ?? "").includes("/"))
            mend(
                at,
                `left out: it is built from another folder or target than ${service}, and a job runs its service's image or one that is published: say image`,
            );
        else {
            const image = textOf(raw.image);
            if (isTree(raw.build))
                note(
                    [...at, "build"],
                    `${image} is pulled, which has to be published and fit the version of ${to}: a job is not built, unless it is what its service is`,
                );
            const brought = bring(raw, to, made[to], around(from));
            if (brought !== undefined) {
                mend(at, `left out: ${brought}, and a job has the variables of its service, ${to}`);
                continue;
            }
            note(at, `runs as a job of ${to} before each deployment, of its own image, with the variables of both`);
            if (floats(image))
                note(
                    [...at, "image"],
                    `${image} is another image from day to day: prod wants a tag that stays, or a digest`,
                );
            run[nameFrom(from)] = {
                service: to,
                image: { reference: image },
                ...(entrypoint.length ? { entrypoint } : {}),
                ...(command.length ? { command } : {}),
                ...directoryFrom(raw, around(from).mend),
                run: "deployment",
            };
        }
    }
    return run;
}

/** Whether a job runs the image of its service: of the same Dockerfile, and no stage of its own. */
function isImageOf(raw: Tree, service: Tree): boolean {
    if (programOf(raw) !== programOf(service)) return false;
    const [own, other] = [raw, service].map(({ build }) => (isTree(build) ? build.target : undefined));
    return (own ?? undefined) === undefined || own === other || (!other && baseOf(service)?.stage === own);
}

/** The folder in which a job of its service's image runs, where that is another than its service's. */
function folderOf(raw: Tree, service: ServiceInput, mend: Around["mend"]): { workingDirectory?: string } {
    const { workingDirectory: own } = directoryFrom(raw, mend);
    if (own === service.workingDirectory) return {};
    const folder = own ?? baseOf(raw)?.workdir;
    if (folder !== undefined) return { workingDirectory: folder };
    mend([], "runs in its image's folder, and its service in another: say the job's workingDirectory");
    return {};
}

/** The service at the end of jobs that wait for each other. */
function serviceAfter(waiting: string, jobs: Map<string, string>): string {
    let last = waiting;
    for (const seen = new Set<string>(); jobs.has(last) && !seen.has(last); last = jobs.get(last)!) seen.add(last);
    return last;
}

/** Whether all that words do is to make folders, and to say whose they are. */
const onlyPrepares = (words: string[]): boolean =>
    words.length > 0 &&
    /^((\/bin\/)?(ba)?sh\s+-\w*c\s+)?((mkdir|chown|chmod|touch|echo|sleep)\b[^;&|]*(&&|;|\|\||$)\s*)+$/.test(
        words.join(" ").trim(),
    );

/** Gives a service what a job of another image reads; what stands against it, if anything does. */
function bring(raw: Tree, to: string, service: ServiceInput, around: Around): string | undefined {
    const { env = {}, secrets = [], uses = [], calls = [] } = environmentFrom(raw, around, undefined);
    const other = Object.keys(env).find((name) =>
        service.secrets?.includes(name) ? true : (service.env?.[name] ?? env[name]) !== env[name],
    );
    if (other !== undefined) return `its ${other} is another than that of its service`;
    if (Array.isArray(raw.volumes) && raw.volumes.length) return "it mounts volumes";
    if (calls.includes(to)) return `it calls ${to}, which waits for it`;
    const own = Object.keys(env).length ? { ...service.env, ...env } : service.env;
    if (own) service.env = own;
    const all = <T>(one: T[] | undefined, two: T[]) => [...new Set([...(one ?? []), ...two])];
    if (secrets.length) service.secrets = all(service.secrets, secrets);
    if (uses.length) service.uses = all(service.uses, uses);
    if (calls.length) service.calls = all(service.calls, calls);
    return undefined;
}
