import { accountApp } from "./account";
import type { Environment, Target } from "./app";
import { hasPath, isMap, showPath, without, type Mapping, type Path } from "./merge";
import type { Problem } from "./problems";
import { stackFile } from "./settings";
import { oneOf } from "./suggest";

/** Something that says a part of the topology, and how a path in it is told to a person. */
export interface Source {
    data: unknown;
    show(path: Path): string;
}

interface Said {
    key: string;
    app: Mapping;
    overrides?: unknown;
    domain?: string;
    image?: string;
    cloud?: Target;
    environment: Environment;
    stack: string;
}

/** Everything that says something about the app, and a way to tell where a value of the merged app was said. */
export function sourcesOf(
    { key, app, overrides, domain, image, cloud, environment, stack }: Said,
    problems: Problem[],
) {
    const stacks = stackFile(stack);
    const file = `apps/${key}.ts`;
    const services = isMap(app.services) ? Object.keys(app.services) : [];

    if (domain !== undefined && hasPath(overrides, ["domain", "name"]))
        problems.push({
            path: `${stacks}: twinstack:overrides.domain.name`,
            found: "a second domain",
            allowed: "nothing: twinstack:domain says it",
        });
    if (image !== undefined && services.length !== 1)
        problems.push({
            path: `${stacks}: twinstack:image`,
            found: `an image for one of ${services.length} services: ${oneOf(services)}`,
            allowed: "twinstack:overrides.services.<service>.image.reference, one for each",
        });
    else if (image !== undefined && hasPath(overrides, ["services", services[0], "image", "reference"]))
        problems.push({
            path: `${stacks}: twinstack:overrides.services.${services[0]}.image.reference`,
            found: "a second image",
            allowed: "nothing: twinstack:image says it",
        });

    const sources = {
        image: {
            data:
                image !== undefined && services.length === 1
                    ? { services: { [services[0]]: { image: { reference: image } } } }
                    : undefined,
            show: () => `${stacks}: twinstack:image`,
        },
        domain: {
            data: domain === undefined ? undefined : { domain: { name: domain } },
            show: () => `${stacks}: twinstack:domain`,
        },
        overrides: {
            data: overrides,
            show: (path: Path) => `${stacks}: twinstack:overrides${path.length ? "." : ""}${showPath(path)}`,
        },
        environment: {
            data:
                isMap(app.environments) && Object.hasOwn(app.environments, environment)
                    ? app.environments[environment]
                    : undefined,
            show: (path: Path) => `${file}: environments.${environment}.${showPath(path)}`,
        },
        app: {
            data: without(app, ["environments"]),
            // What is built in has no file: the stack's says the rest.
            show: (path: Path) =>
                (app as unknown) === accountApp
                    ? `${stacks}: twinstack:overrides.${showPath(path)}`
                    : `${file}: ${showPath(path)}`,
        },
    } satisfies Record<string, Source>;

    const byPrecedence: Source[] = Object.values(sources);
    const locate = (path: Path): string => {
        const [kind, name, field, ...rest] = path;
        const moved =
            cloud !== undefined && kind === "services" && (field === "cpu" || field === "memory" || field === "scale");
        for (const candidate of moved ? [[kind, name, cloud, field, ...rest], path] : [path])
            for (const source of byPrecedence) if (hasPath(source.data, candidate)) return source.show(candidate);
        if (path.length === 1 && kind === "domain") return sources.domain.show();
        // Something is missing: it belongs where the most of the way to it is, and rather in the app than above it.
        for (let length = path.length - 1; length > 0; length--)
            for (const source of [...byPrecedence].reverse())
                if (hasPath(source.data, path.slice(0, length))) return source.show(path);
        return sources.app.show(path);
    };
    return { sources, locate };
}
