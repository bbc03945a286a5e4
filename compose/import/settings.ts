import { dirname, relative, resolve } from "node:path";

import { isTree, type Tree } from "../load/places";
import { entriesOf, type Entry } from "./entries";
import { fieldOf } from "./fields";
import { read, textsBelow } from "./texts";
import { environmentOf, pointsAt, textOf, textsOf } from "./values";

/**
 * Settings files of frameworks that let a variable of the environment go before everything that such a file says, by a rule for its name:
 * what a file says of a store, or of another service, can be said otherwise without a change of the source.
 * @see https://docs.spring.io/spring-boot/reference/features/external-config.html
 * @see https://quarkus.io/guides/config-reference#environment-variables
 * @see https://docs.micronaut.io/latest/guide/#propertySource
 * @see https://learn.microsoft.com/aspnet/core/fundamentals/configuration#environment-variables
 */

/** A value of such a file. */
export interface Setting {
    /** The variable that goes before it. */
    variable: string;
    value: string;
    /** `src/main/resources/application.yml:4` */
    where: string;
    /** That, and everywhere else where a file says it, if only for a profile that is not active. */
    places: string[];
}

interface Framework {
    file: RegExp;
    /** What a file of the build beside or above it says. */
    build: RegExp;
    said: RegExp;
    /** Which of the files are read, by what a name has in place of the dots: `application-prod.yml`. */
    profiles(says: (variable: string) => string | undefined, text: string): string[];
    /** The variable for a value; undefined where none goes before it for sure. */
    variable(keys: string[]): string | undefined;
    /** Values beside one that leads to a store, whether files say them or not: what its client has to be told. */
    besides(keys: string[]): string[][];
    /** Variables that say it all, in place of a host. */
    whole?(keys: string[]): string[] | undefined;
}

const springFile = /(^|\/)(?:application|bootstrap)(?:-([\w.-]+?))?\.(?:ya?ml|properties)$/;
const javaBuild = /(^|\/)(pom\.xml|build\.gradle(\.kts)?)$/;
const last = (keys: string[], ...ends: string[]): string[][] => ends.map((end) => [...keys.slice(0, -1), end]);
const words = (text: string | undefined): string[] => (text ?? "").split(/[\s,]+/).filter(Boolean);

const frameworks: Framework[] = [
    {
        file: springFile,
        build: javaBuild,
        said: /\bspring-boot\b|org\.springframework\.boot/,
        profiles: (says, text) => [
            ...words(says("SPRING_PROFILES_ACTIVE")),
            ...[...text.matchAll(/spring\.profiles\.active[=",\s]+([\w,-]+)/g)].flatMap(([, said]) => words(said)),
        ],
        // A list is replaced as a whole, and a name with capitals may be read by a form that no variable has.
        variable: (keys) =>
            keys.some((key) => /^\d+$/.test(key)) || (keys[0] !== "spring" && keys.some((key) => /[A-Z_]/.test(key)))
                ? undefined
                : keys.join("_").replaceAll("-", "").replaceAll(".", "_").toUpperCase(),
        besides: (keys) => (/^spring\b.*datasource/.test(keys.join(".")) ? last(keys, "username", "password") : []),
        // It goes before the host, the port, the user and the password, and says of TLS by its scheme.
        whole: (keys) =>
            /^spring\.(data\.)?redis\.host$/.test(keys.join(".")) ? [...keys.slice(0, -1), "url"] : undefined,
    },
    {
        file: /(^|\/)application()\.(?:ya?ml|properties)$/,
        build: javaBuild,
        said: /\bio\.quarkus\b/,
        profiles: () => [],
        variable: (keys) => keys.join("_").replace(/\W/g, "_").toUpperCase(),
        besides: (keys) => {
            const [, source] =
                /^(quarkus\.datasource(?:\."?[\w-]+"?)?)\.(jdbc|reactive)\.url$/.exec(keys.join(".")) ?? [];
            return source === undefined ? [] : ["username", "password"].map((end) => [...source.split("."), end]);
        },
    },
    {
        file: springFile,
        build: javaBuild,
        said: /\bio\.micronaut\b/,
        profiles: (says) => words(says("MICRONAUT_ENVIRONMENTS")),
        variable: (keys) =>
            keys.some((key) => /[A-Z_]|^\d+$/.test(key)) ? undefined : keys.join("_").replace(/\W/g, "_").toUpperCase(),
        besides: (keys) => (keys[0] === "datasources" ? last(keys, "username", "password") : []),
    },
    {
        file: /(^|\/)appsettings(?:\.([\w-]+))?\.json$/,
        build: /\.(cs|fs)proj$/,
        said: /Microsoft\.NET\.Sdk\.(Web|Worker)/,
        profiles: (says) => [says("ASPNETCORE_ENVIRONMENT") ?? says("DOTNET_ENVIRONMENT") ?? "Production"],
        variable: (keys) => keys.join("__"),
        besides: () => [],
    },
];

/** The settings of a service's source that lead to other services of the file, with what stands beside them of the same store. */
export function settingsOf(raw: Tree, services: ReadonlySet<string>, contextOf: (path: string) => string): Setting[] {
    const { build } = raw;
    if (!isTree(build) || build.context === undefined) return [];
    const context = textOf(build.context);
    const dockerfile = resolve(context, textOf(build.dockerfile ?? "Dockerfile"));
    const texts = textsBelow(context, () => false, false);
    const given = new Map(environmentOf(raw));
    const dockerText = read(dockerfile);
    const says = (variable: string): string | undefined =>
        given.get(variable) ?? new RegExp(`^\\s*ENV\\s.*?\\b${variable}[= ]"?([\\w,-]+)`, "m").exec(dockerText)?.[1];
    for (const framework of frameworks) {
        const files = nearest(
            texts.filter((path) => framework.file.test(path)),
            dirname(dockerfile),
        );
        const isOf = (path: string) =>
            texts.some(
                (one) =>
                    framework.build.test(one) &&
                    !relative(dirname(one), path).startsWith("..") &&
                    framework.said.test(read(one)),
            );
        if (!files.length || !isOf(files[0])) continue;
        const command = [...textsOf(raw.entrypoint), ...textsOf(raw.command), dockerText].join(" ");
        const base = files.filter((path) => !framework.file.exec(path)?.at(-1)).flatMap((path) => entriesOf(path, []));
        const active = [
            ...framework.profiles(says, command),
            ...words(base.find(({ keys }) => keys.join(".") === "spring.profiles.active")?.value),
        ];
        const isActive = (path: string) => {
            const profile = framework.file.exec(path)?.at(-1);
            return !profile || active.includes(profile);
        };
        // What a profile says goes before what stands in every one.
        const sorted = files.filter(isActive).sort((a, b) => a.length - b.length);
        const shown = (path: string, { line }: Entry) => `${contextOf(path)}:${line}`;
        const everywhere = files.flatMap((path) =>
            entriesOf(path).map((entry) => [framework.variable(entry.keys), shown(path, entry)] as const),
        );
        const all = new Map(
            sorted.flatMap((path) =>
                entriesOf(path, active).map((entry) => [entry.keys.join("."), { ...entry, where: shown(path, entry) }]),
            ),
        );
        return leading(framework, all, given, services).map((setting) => ({
            ...setting,
            places: everywhere.flatMap(([variable, where]) => (variable === setting.variable ? [where] : [])),
        }));
    }
    return [];
}

/** Files of the folder that the Dockerfile is in; none where there are several programs, and nothing tells which it is. */
function nearest(files: string[], folder: string): string[] {
    const within = files.filter((path) => !relative(folder, path).startsWith(".."));
    const found = within.length ? within : files;
    return new Set(found.map((path) => dirname(path).replace(/\/config$/, ""))).size > 1 ? [] : found;
}

/** Those of all values that lead to a service, and what stands beside them. */
function leading(
    framework: Framework,
    all: Map<string, Entry & { where: string }>,
    given: Map<string, string | undefined>,
    services: ReadonlySet<string>,
): Omit<Setting, "places">[] {
    const found = new Map<string, Omit<Setting, "places">>();
    const add = (keys: string[], value: string, where: string) => {
        const variable = framework.variable(keys);
        if (variable !== undefined) found.set(variable, { variable, value, where });
        return variable !== undefined;
    };
    for (const { keys, value, where } of all.values()) {
        // What the Compose file says of it goes before; what its client has to be told beside it may stand here.
        const host = hostIn(keys.at(-1)!, given.get(framework.variable(keys) ?? "") ?? value);
        if (host === undefined || !services.has(host)) continue;
        const whole = framework.whole?.(keys);
        if (whole) {
            add(whole, `redis://${host}:6379`, where);
            continue;
        }
        if (!add(keys, value, where)) continue;
        const beside = [...all.values()].filter(
            (other) =>
                other.keys.length === keys.length &&
                other.keys.slice(0, -1).join() === keys.slice(0, -1).join() &&
                fieldOf(other.keys.at(-1)!) !== undefined,
        );
        for (const other of beside) if (other.keys !== keys) add(other.keys, other.value, other.where);
        for (const other of framework.besides(keys)) {
            const said = all.get(other.join("."));
            add(other, said?.value ?? "", said?.where ?? where);
        }
    }
    return [...found.values()];
}

/** Whom a value leads to: by a URL, `host:port`, a word under the key of a host, or a connection string. */
const hostIn = (key: string, value: string): string | undefined =>
    pointsAt(key, value.split(",")[0])?.host ??
    (value.includes("=") ? /(?:^|[;\s])(?:host|server|data source)\s*=\s*([\w.-]+)/i.exec(value)?.[1] : undefined);
