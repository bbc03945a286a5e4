import { databaseParameters } from "../topology/parameters";

/** How values of inputs are put in words. */

export type Inputs = Record<string, unknown>;
export type Detail = string | false | undefined;

/** The value at a path such as `settings.tier` or `ingress.0.fromPort`; a list of one counts as its item. */
export function at(inputs: unknown, path: string): unknown {
    return path.split(".").reduce<unknown>((value, key) => (value as Inputs | undefined)?.[key], inputs);
}
export const text = (value: unknown): string | undefined =>
    value === undefined || value === null || typeof value === "object" ? undefined : String(value);
export const list = (value: unknown): string | undefined =>
    Array.isArray(value) && value.every((item) => typeof item !== "object") ? value.join(", ") : undefined;
export const said = (value: unknown, as: (text: string) => string): string | undefined =>
    text(value) === undefined ? undefined : as(String(value));
export const days = (value: unknown, what: string) => said(value, (count) => `${count} days of ${what}`);
export const ports = (rule: unknown) => {
    const [from, to] = [at(rule, "fromPort"), at(rule, "toPort")];
    return said(from, () => (from === to ? `port ${from}` : `ports ${from}–${to}`));
};

export const counted = (count: number, what: string) => `${count} ${what}${count === 1 ? "" : "s"}`;
/** How many files of secrets there are: of a task, what one container writes and others only read; of an instance, the volumes. */
const writtenFiles = (containers: unknown): Detail => {
    const writes = ({ sourceVolume, readOnly }: Inputs) => /^secrets-/.test(String(sourceVolume)) && readOnly === false;
    const writer = all(containers).find((one) => all(at(one, "mountPoints")).some(writes));
    return writer && counted(lengthOf(writer.secrets), "secret file");
};
/** Containers that run beside the first for as long as it does: not what ends before it, nor the collector that it waits for. */
const besideIn = (containers: unknown): Detail => {
    const collector = list(at(containers, "0.dependsOns"));
    const names = all(containers)
        .slice(1)
        .filter((one) => one.essential !== false && one.name !== collector)
        .map((one) => text(one.name));
    return names.length > 0 && `with ${names.join(" and ")} beside it`;
};
function secretVolumes(volumes: unknown): Detail {
    const count = Array.isArray(volumes) ? volumes.filter((volume) => "secret" in (volume as object)).length : 0;
    return count > 0 && counted(count, "secret file");
}
const all = (list: unknown): Inputs[] => (Array.isArray(list) ? list : []);
const lengthOf = (list: unknown): number => (Array.isArray(list) ? list.length : 0);
export const cached = (inputs: Inputs): Detail =>
    inputs.enableCdn === true &&
    `cached: ${text(at(inputs, "cdnPolicy.cacheMode"))?.toLowerCase().replaceAll("_", " ")}`;

/** What the app says of its server, among what a server is told; the limit of connections every one has. */
export function serverParameters(list: unknown): Detail {
    const isApps = ({ name }: Inputs) =>
        name !== "max_connections" &&
        (Object.values(databaseParameters).some((known) => Object.hasOwn(known, String(name))) ||
            /^(rds\.logical|cloudsql\.|cron\.)/.test(String(name)));
    const told = all(list).filter(isApps);
    return (
        told.length > 0 &&
        told
            .map(
                ({ name, value, applyMethod }) =>
                    `${text(name)} ${text(value)}${applyMethod === "pending-reboot" ? " (a change waits for a restart)" : ""}`,
            )
            .join(", ")
    );
}

export const protectedFromDeletion = (inputs: Inputs): Detail =>
    (inputs.deletionProtection === true || inputs.enableDeletionProtection === true) && "protected from deletion";

/** How requests are shared out between a service and its candidate; nothing where all go one way. */
export const weights = (targets: unknown): Detail =>
    Array.isArray(targets) &&
    targets.length > 1 &&
    `${targets.map((target) => `${text(at(target, "weight"))} %`).join(" and ")} of the requests`;

/** Every value of a key, at any depth. */
export function found(value: unknown, key: string): unknown[] {
    if (typeof value !== "object" || value === null) return [];
    return Object.entries(value).flatMap(([name, inner]) => (name === key ? [inner] : found(inner, key)));
}

/** What the JSON of a text says; undefined where it is none. */
export function document(value: unknown): unknown {
    try {
        return typeof value === "string" ? JSON.parse(value) : undefined;
    } catch {
        return undefined;
    }
}

/** What a container runs instead of what its image would. */
export const runs = (container: unknown, entrypoint: string, command: string, folder: string): Detail[] => {
    const words = [entrypoint, command].flatMap((key) => (at(container, key) as string[] | undefined) ?? []);
    const where = said(at(container, folder), (path) => `in ${path}`);
    const what = [...(words.length ? [words.join(" ")] : []), ...(where ? [where] : [])];
    return what.length ? [`runs ${what.join(" ")}`] : [];
};

/** The size of a Cloud Run instance's own container. */
export const size = (inputs: Inputs): Detail[] => [
    said(at(inputs, "template.containers.0.resources.limits.cpu"), (cpu) => `${cpu} vCPU`),
    said(at(inputs, "template.containers.0.resources.limits.memory"), (memory) => memory),
];

/** What else runs in a Cloud Run instance, and how. */
export const instance = (inputs: Inputs): Detail[] => [
    secretVolumes(at(inputs, "template.volumes")),
    besideIn(at(inputs, "template.containers")),
    ...runs(at(inputs, "template.containers.0"), "commands", "args", "workingDir"),
];

/** What the container of a Cloud Run job runs. */
export const job = (container: unknown): Detail[] => [
    ...["commands", "args"].map((key) => list(at(container, key))?.replaceAll(", ", " ")),
    said(at(container, "workingDir"), (folder) => `in ${folder}`),
];

/** The same of the containers of an ECS task. */
export const task = (containers: unknown): Detail[] => [
    writtenFiles(containers),
    besideIn(containers),
    ...runs(at(containers, "0"), "entryPoint", "command", "workingDirectory"),
];

/** What a scaling policy's target counts. */
const scalesBy: Record<string, string> = {
    ECSServiceAverageCPUUtilization: "% CPU",
    ECSServiceAverageMemoryUtilization: "% memory",
    ALBRequestCountPerTarget: "requests a minute to a task",
};
/** What a service on AWS is scaled towards. */
export const aims = (tracking: unknown): Detail =>
    said(
        at(tracking, "targetValue"),
        (value) =>
            `aims at ${value} ${scalesBy[text(at(tracking, "predefinedMetricSpecification.predefinedMetricType")) ?? ""] ?? ""}`,
    );
