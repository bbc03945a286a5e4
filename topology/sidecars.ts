import type { ParsedApp } from "./app";
import type { Path } from "./merge";
import { show, type Finding } from "./problems";
import { choices } from "./suggest";

type Service = ParsedApp["services"][string];
type Sidecars = Pick<Service, "sidecars">;

/** The sidecar by which requests come in; undefined where the service's own container takes them. */
export const ingressSidecar = ({ sidecars }: Sidecars): string | undefined =>
    Object.keys(sidecars).find((name) => sidecars[name].ingress);

/** Every value with references that a service's containers are given, and where it is said. */
export const referringValues = (name: string, { env, secretFiles, sidecars }: Service): [at: Path, value: string][] => {
    const of = (at: Path, values: Record<string, string>) =>
        Object.entries(values).map(([key, value]): [Path, string] => [[...at, key], value]);
    const at: Path = ["services", name];
    return [
        ...of([...at, "env"], env),
        ...Object.entries(secretFiles).flatMap(([path, file]): [Path, string][] =>
            typeof file === "string"
                ? [[[...at, "secretFiles", path], file]]
                : of([...at, "secretFiles", path, "replace"], file.replace),
        ),
        ...Object.entries(sidecars).flatMap(([sidecar, { env }]) => of([...at, "sidecars", sidecar, "env"], env)),
    ];
};

/** What must hold of the containers of each service. Which names its cloud gives others of them, a plan alone knows (`clash.ts`). */
export function* sidecarRules(app: ParsedApp): Generator<Finding> {
    for (const [name, service] of Object.entries(app.services)) {
        const at: Path = ["services", name, "sidecars"];
        const first = ingressSidecar(service);
        for (const [sidecar, { ingress, mounts }] of Object.entries(service.sidecars)) {
            for (const filesystem of Object.keys(mounts))
                if (!Object.hasOwn(service.mounts, filesystem))
                    yield {
                        at: [...at, sidecar, "mounts", filesystem],
                        found: `${show(filesystem)}, which the service does not mount`,
                        allowed: choices(
                            filesystem,
                            Object.keys(service.mounts),
                            "none: a sidecar mounts what its service does, and that has no mounts",
                        ),
                        reads: [["services", name, "mounts"]],
                    };
            if (sidecar === name)
                yield {
                    at: [...at, sidecar],
                    found: "a sidecar of the name of its service",
                    allowed: "another name: two containers cannot have one",
                };
            if (!ingress) continue;
            if (!Object.keys(service.ports).length)
                yield {
                    at: [...at, sidecar, "ingress"],
                    found: "true, of a service that has no ports",
                    allowed: "ports of the service, which the sidecar listens on; or false",
                    reads: [["services", name, "ports"]],
                };
            else if (sidecar !== first)
                yield {
                    at: [...at, sidecar, "ingress"],
                    found: `true, as of ${first}`,
                    allowed: "one sidecar that takes requests",
                    reads: [[...at, first!, "ingress"]],
                };
        }
    }
}

/** A task that a job starts has all containers of the service, which nothing ends but the job. */
export function* sidecarJobRules(app: ParsedApp): Generator<Finding> {
    for (const [job, { run, service }] of Object.entries(app.jobs)) {
        const sidecars = Object.hasOwn(app.services, service) ? Object.keys(app.services[service].sidecars) : [];
        if (run !== "deployment" && sidecars.length)
            yield {
                at: ["jobs", job, "service"],
                found: `${show(service)}, beside which ${sidecars.join(" and ")} ${sidecars.length > 1 ? "run" : "runs"}`,
                allowed:
                    "a service without sidecars, such as one of the same image and no ports; or run: deployment. On AWS a job is a task of its service, with all its containers",
                reads: [
                    ["jobs", job, "run"],
                    ["services", service, "sidecars"],
                ],
            };
    }
}
