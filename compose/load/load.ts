import { dirname, join } from "node:path";

import { show } from "../../topology/problems";
import { choices } from "../../topology/suggest";
import { wordsAbout } from "./comments";
import { canonical, pathFrom, withEntry } from "./canonical";
import { parseEnv } from "./dotenv";
import { environmentFiles, sampleOf } from "./environment";
import { ImportError } from "./errors";
import { extend } from "./extend";
import { remembering, type Files } from "./files";
import { InterpolationError, interpolate, type Variables } from "./interpolate";
import { mergeUpon, plain } from "./merge";
import { entriesOf, isTree, itemsOf, listOf, placeAt, placeIn, treeOf, type Place, type Tree } from "./places";
import { called, fault, type Project, type Remark } from "./project";
import { FormError, scalar } from "./scalar";
import { Override, readYaml, reset } from "./yaml";

/** A Compose project in its long form, everything that it is made of followed: what `docker compose config` shows. */
export interface Compose {
    /** The project's name, if it says one. */
    name?: string;
    /** Where the first of its files lies. */
    folder: string;
    services: Record<string, Tree>;
    volumes: Tree;
    configs: Tree;
    secrets: Tree;
    networks: Tree;
    /** Keys at the top that are none of these. */
    others: string[];
    /** Services that a profile leaves out → their profiles. */
    leftOut: Map<string, { profiles: string[]; place: Place | undefined }>;
    /** What was found otherwise than asked for while reading. */
    remarks: Remark[];
    /** Whether an env file of the project says what its variables are: what it leaves out has no value then. */
    told: boolean;
    /** Where the deepest part of a path stands. */
    placeOf(path: readonly (string | number)[]): Place | undefined;
    /** What people wrote beside a value, and beside the variables that it names. */
    wordsAbout(place: Place): string;
}

export interface LoadOptions {
    /** Env files instead of the `.env` beside the first file. */
    envFiles?: string[];
    /** Profiles whose services are part of the project; `*` for all. */
    profiles?: string[];
}

/**
 * Reads the files of a Compose project, of which each is laid upon those before it. Variables come from `.env` and
 * `--env-file`, not from the shell: what is written must not depend on who writes it.
 * @throws ImportError with every fault that has a place
 */
export function loadCompose(paths: readonly string[], given: Files, options: LoadOptions = {}): Compose {
    const { files, texts } = remembering(given);
    const base = dirname(paths[0]);
    const own = join(base, ".env");
    const variables = variablesOf(files, options.envFiles ?? [own], options.envFiles !== undefined);
    const sample = options.envFiles || files.read(own) !== undefined ? undefined : sampleOf(own, files);
    for (const [name, value] of sample === undefined ? [] : variablesOf(files, [sample], false))
        variables.set(name, value);
    // The shell's own, where it is called beside the file.
    if (!variables.has("PWD")) variables.set("PWD", base);
    const project: Project = { files, variables, base, remarks: [], open: [], documents: readFile };
    if (sample !== undefined && paths.some((path) => /\$\{?[A-Za-z_]/.test(files.read(path) ?? "")))
        project.remarks.push({
            place: undefined,
            at: ".env",
            reason: `${files.shown(own)} is not there: ${files.shown(sample)} was read instead, whose values are a template's`,
        });
    const root = readProject(paths, project);
    const services = isTree(root.services) ? root.services : {};
    if (!Object.keys(services).length) throw noServices(root, files.shown(paths[0]), placeIn(root, "services"));

    const active = new Set([
        ...(options.profiles ?? []),
        ...(variables
            .get("COMPOSE_PROFILES")
            ?.split(",")
            .map((name) => name.trim()) ?? []),
    ]);
    const leftOut: Compose["leftOut"] = new Map();
    const said = new Set<string>();
    const kept = treeOf(
        entriesOf(services).flatMap(([name, service, place]) => {
            // What stands behind !override is known only now.
            if (!isTree(service)) throw fault(place, ["services", name], called(service), "a map with image or build");
            const profiles = Array.isArray(service.profiles) ? service.profiles.map(scalar) : [];
            for (const profile of profiles) said.add(profile);
            if (!profiles.length || active.has("*") || profiles.some((profile) => active.has(profile)))
                return [[name, environmentFiles(service, name, project), place] as const];
            leftOut.set(name, { profiles, place });
            return [];
        }),
    );
    for (const profile of options.profiles ?? [])
        if (profile !== "*" && !said.has(profile))
            throw new ImportError([
                {
                    path: "--profile",
                    found: `${show(profile)}, which no service has`,
                    allowed: choices(profile, [...said], "none: no service has a profile"),
                },
            ]);
    const whole = withEntry(root, "services", kept, placeIn(root, "services"));
    const part = (key: string): Tree => (isTree(root[key]) ? root[key] : treeOf([]));
    const name =
        root.name === undefined || root.name === null ? variables.get("COMPOSE_PROJECT_NAME") : scalar(root.name);
    return {
        ...(name && { name }),
        folder: base,
        services: kept as Record<string, Tree>,
        volumes: part("volumes"),
        configs: part("configs"),
        secrets: part("secrets"),
        networks: part("networks"),
        others: Object.keys(root).filter((key) => !known.has(key) && !key.startsWith("x-")),
        leftOut,
        remarks: project.remarks,
        told: [...variables.keys()].some((variable) => variable !== "PWD"),
        placeOf: (path) => placeAt(whole, path),
        wordsAbout: (place) => wordsAbout(place, texts, (options.envFiles ?? [sample ?? own]).map(files.shown)),
    };
}

const known = new Set(["version", "name", "services", "volumes", "configs", "secrets", "include"]);

/** What an env file says; the first of `.env` may be missing, one that was asked for may not. */
function variablesOf(files: Files, paths: readonly string[], asked: boolean): Map<string, string> {
    const variables = new Map<string, string>();
    for (const path of paths) {
        const text = files.read(path);
        if (text === undefined && asked)
            throw new ImportError([
                { path: "--env-file", found: `no file ${files.shown(path)}`, allowed: "a file that exists" },
            ]);
        for (const { name, value } of parseEnv(text ?? "", variables))
            if (value !== undefined) variables.set(name, value);
    }
    return variables;
}

/** The files of a project as one map, includes and extensions followed, every service in its long form. */
function readProject(paths: readonly string[], project: Project): Tree {
    let root: Tree = treeOf([]);
    for (const path of paths) for (const document of readFile(path, project)) root = mergeUpon(root, document) as Tree;
    return plain(root) as Tree;
}

/** The documents of a file, each with its services in their long form. */
function readFile(path: string, project: Project): Tree[] {
    const { files } = project;
    const shown = files.shown(path);
    const text = files.read(path);
    if (text === undefined)
        throw new ImportError([
            { path: shown, found: files.fault(path), allowed: "a Compose file, such as compose.yaml" },
        ]);
    return readYaml(text, shown).flatMap((data) => {
        if (data === null) return [];
        if (!isTree(data))
            throw new ImportError([
                { path: `${shown}:1`, found: called(data), allowed: "a Compose file: a map with services" },
            ]);
        const document = substituted(data, project.variables, []) as Tree;
        const services = servicesOf(document, path, project);
        const parts = {
            configs: withPaths(document.configs, project),
            secrets: withPaths(document.secrets, project),
            services,
        };
        let long = document;
        for (const [key, part] of Object.entries(parts))
            if (part) long = withEntry(long, key, part, placeIn(document, key));
        return [...included(document, path, project).reverse(), long];
    });
}

/** Configs or secrets of a document, their files where they lie. */
function withPaths(parts: unknown, { base }: Project): Tree | undefined {
    if (!isTree(parts)) return undefined;
    return treeOf(
        entriesOf(parts).map(([name, part, place]) =>
            isTree(part) && typeof part.file === "string"
                ? [name, withEntry(part, "file", pathFrom(base, part.file), placeIn(part, "file")), place]
                : [name, part, place],
        ),
    );
}

/** The services of a document in their long form, with what they extend. */
function servicesOf(document: Tree, path: string, project: Project): Tree | undefined {
    const { services } = document;
    if (services === undefined || services === null) return undefined;
    const at = (key: readonly (string | number)[]) => placeAt(document, ["services", ...key]);
    if (!isTree(services))
        throw fault(at([]), ["services"], called(services), "services, at least one, by their names");
    const long = treeOf(
        entriesOf(services).map(([name, service, place]) => {
            if (service === reset || service instanceof Override) return [name, service, place];
            if (!isTree(service)) throw fault(place, ["services", name], called(service), "a map with image or build");
            try {
                return [name, canonical(service, project.base), place];
            } catch (error) {
                if (!(error instanceof FormError)) throw error;
                const where = at([name, ...error.key]);
                const unset = where?.unset?.length ? `, as ${where.unset.join(" and ")} has no value` : "";
                const given = unset && "; give its variables in .env, or in a file that --env-file names";
                throw fault(
                    where,
                    ["services", name, ...error.key],
                    `${error.found}${unset}`,
                    `${error.allowed}${given}`,
                );
            }
        }),
    );
    return treeOf(
        entriesOf(long).map(([name, service, place]) => [
            name,
            isTree(service) ? extend(service, { services: long, path, project, trail: [`${path}#${name}`] }) : service,
            place,
        ]),
    );
}

/**
 * What a document includes: projects of their own, with folders and variables of their own. Docker Compose lays the document upon them,
 * and the first of them upon those after it.
 */
function included(document: Tree, path: string, project: Project): Tree[] {
    const { include } = document;
    if (include === undefined || include === null) return [];
    const place = placeIn(document, "include");
    if (!Array.isArray(include)) throw fault(place, ["include"], called(include), "a list of Compose files");
    return itemsOf(include).map(([item, at], index) => {
        const said: Tree = isTree(item) ? item : { path: item };
        const paths = [said.path].flat().map((each) => pathFrom(project.base, scalar(each)));
        const circle = paths.find((each) => each === path || project.open.includes(each));
        if (circle)
            throw fault(
                at,
                ["include", index],
                `${project.files.shown(circle)}, which includes this file`,
                "no circle",
            );
        const base = said.project_directory
            ? pathFrom(project.base, scalar(said.project_directory))
            : dirname(paths[0]);
        const env =
            said.env_file === undefined
                ? [join(base, ".env")]
                : [said.env_file].flat().map((each) => pathFrom(project.base, scalar(each)));
        // What the including project says wins.
        const variables = new Map([...variablesOf(project.files, env, false), ...project.variables]);
        return readProject(paths, { ...project, base, variables, open: [...project.open, path] });
    });
}

/** Every text of a value with its variables replaced. */
function substituted(value: unknown, variables: Variables, path: (string | number)[]): unknown {
    const inside = (
        item: unknown,
        place: Place | undefined,
        key: string | number,
    ): readonly [unknown, Place | undefined] => {
        if (typeof item !== "string" || !item.includes("$"))
            return [substituted(item, variables, [...path, key]), place];
        try {
            const { text, unset } = interpolate(item, variables);
            return [text, place && unset.length ? { ...place, unset } : place];
        } catch (error) {
            if (!(error instanceof InterpolationError)) throw error;
            const allowed = / must have a value/.test(error.message)
                ? "a value of it in .env beside the file, or in a file that --env-file names"
                : "variables such as ${NAME} or ${NAME:-default}";
            throw fault(place, [...path, key], error.message, allowed);
        }
    };
    if (value instanceof Override) return new Override(substituted(value.value, variables, path));
    if (isTree(value)) return treeOf(entriesOf(value).map(([key, item, place]) => [key, ...inside(item, place, key)]));
    if (Array.isArray(value)) return listOf(itemsOf(value).map(([item, place], index) => inside(item, place, index)));
    return value;
}

/** A file without services; one of version 1 has them at the top. */
function noServices(root: Tree, shown: string, place: Place | undefined): ImportError {
    const old = Object.keys(root).find((key) => {
        const entry = root[key];
        return isTree(entry) && ("image" in entry || "build" in entry);
    });
    if (old !== undefined)
        return fault(
            placeIn(root, old),
            [old],
            "a service at the top, as in version 1 of Compose",
            "services: above it, and the services indented",
        );
    return fault(
        place ?? { file: shown, line: 1, column: 1 },
        ["services"],
        called(root.services),
        "services, at least one, by their names",
    );
}
