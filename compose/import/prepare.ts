import type { Compose } from "../load/load";
import { isTree, placeIn, put, type Tree } from "../load/places";
import { volumesOf } from "../load/volumes";
import { takeDotenv, takeMountedDotenv, takeSamplesHosts } from "./dotenv";
import { takeOwnSources } from "./own";
import { environmentOf, pointsAt, textsOf } from "./values";

/** What Compose says in several ways, said in one, before anything is made of it. */

/** Names services by their own names, and gives them the volumes that they take from others. */
export function prepare(file: Compose, contextOf: (path: string) => string): void {
    for (const [name, service] of Object.entries(file.services)) {
        takeMountedDotenv(file, name, service, contextOf);
        spread(service);
    }
    nameByServices(file);
    takeOwnSources(file, contextOf);
    for (const name of Object.keys(file.services)) takeDotenv(file, name, contextOf);
    takeSamplesHosts(file);
    for (const name of Object.keys(file.services)) takeVolumes(file, name, new Set());
}

/**
 * Properties that Spring Boot reads in one JSON text or by names with dashes, and SonarQube by names with dots, as the variables that say the same.
 * @see https://docs.spring.io/spring-boot/reference/features/external-config.html#features.external-config.typesafe-configuration-properties.relaxed-binding.environment-variables
 * @see https://docs.sonarsource.com/sonarqube-server/latest/setup-and-upgrade/environment-variables/
 */
function spread(service: Tree): void {
    const { environment } = service;
    if (!isTree(environment)) return;
    for (const [variable, value] of environmentOf(service)) {
        const place = placeIn(environment, variable);
        const say = (name: string, said: unknown) => {
            environment[name] = typeof said === "string" ? said : JSON.stringify(said);
            put(environment, name, place);
        };
        if (/^sonar(\.\w+)+$/.test(variable)) {
            say(variable.replaceAll(".", "_").toUpperCase(), value ?? "");
            delete environment[variable];
        } else if (/^SPRING_\w+-[\w-]+$/.test(variable)) {
            say(variable.replaceAll("-", ""), value ?? "");
            delete environment[variable];
        } else if (variable === "SPRING_APPLICATION_JSON" && value !== undefined) {
            let read: unknown;
            try {
                read = JSON.parse(value.replace(/\s*\n\s*/g, " "));
            } catch {
                continue;
            }
            const properties = flat(read, "");
            // Lists have names of another kind: they stay together.
            if (!properties || properties.some(([, said]) => Array.isArray(said))) continue;
            for (const [name, said] of properties)
                say(name.replaceAll("-", "").replaceAll(".", "_").toUpperCase(), said);
            delete environment[variable];
        }
    }
}

function flat(value: unknown, at: string): [string, unknown][] | undefined {
    if (typeof value !== "object" || value === null || Array.isArray(value))
        return at === "" ? undefined : [[at, value]];
    return Object.entries(value).flatMap(([key, inner]) => flat(inner, at === "" ? key : `${at}.${key}`) ?? []);
}

/** Other names under which Compose's network knows services: of containers, aliases, links. */
export function aliasesOf({ services, networks: declared, name: project }: Compose): Map<string, string> {
    const found = new Map<string, string>();
    for (const [name, { container_name, hostname, networks, links }] of Object.entries(services)) {
        const network = isTree(networks) ? Object.values(networks) : [];
        // `db.shop_default`: Docker's own name for it in a network.
        for (const key of isTree(networks) ? Object.keys(networks) : ["default"]) {
            const said = isTree(declared[key]) ? declared[key].name : undefined;
            const called = typeof said === "string" ? said : project === undefined ? undefined : `${project}_${key}`;
            if (called !== undefined) found.set(`${name}.${called}`, name);
        }
        const own = network.flatMap((one) => (isTree(one) ? textsOf(one.aliases) : []));
        for (const alias of [container_name, hostname, ...own])
            if (typeof alias === "string" && !Object.hasOwn(services, alias)) found.set(alias, name);
        for (const link of textsOf(links)) {
            const [target, alias] = link.split(":");
            if (alias && Object.hasOwn(services, target) && !Object.hasOwn(services, alias)) found.set(alias, target);
        }
    }
    return found;
}

const host = "([A-Za-z0-9][\\w.-]*)";
/** Where a value may name a host: whole, in a URL, in a list, behind a key. */
const hosts = new RegExp(`((?:^|[/@(,;\\s]|(?:host|server|data source)=))${host}(?=$|[:/?),;\\s])`, "gi");

/** Puts the names of services in place of other names for them, wherever a variable leads to one. */
function nameByServices(file: Compose): void {
    const aliases = aliasesOf(file);
    if (!aliases.size) return;
    for (const service of Object.values(file.services)) {
        const { environment } = service;
        if (!isTree(environment)) continue;
        for (const [variable, value] of environmentOf(service)) {
            if (value === undefined) continue;
            const isKeyed = /(^|[;\s])(host|server|data source)=|@tcp\(/i.test(value);
            if (isKeyed || aliases.has(pointsAt(variable, value)?.host ?? ""))
                environment[variable] = value.replace(
                    hosts,
                    (_, before: string, name: string) => before + (aliases.get(name) ?? name),
                );
        }
    }
}

/** The volumes of `volumes_from`; what is not of this file stays there. */
function takeVolumes({ services }: Compose, name: string, open: Set<string>): void {
    const raw = services[name];
    if (!Array.isArray(raw.volumes_from) || open.has(name)) return;
    open.add(name);
    const volumes = new Map(volumesOf(raw).map((volume) => [volume.target, volume]));
    raw.volumes_from = textsOf(raw.volumes_from).filter((said) => {
        const [from, mode] = said.split(":");
        if (!Object.hasOwn(services, from)) return true;
        takeVolumes({ services } as Compose, from, open);
        for (const volume of volumesOf(services[from]))
            if (!volumes.has(volume.target))
                volumes.set(volume.target, { ...volume, readOnly: volume.readOnly || mode === "ro" });
        return false;
    });
    raw.volumes = [...volumes.values()] as unknown as Tree[];
}
