import { withoutReferences } from "../../topology/references";
import { callVariables } from "../../topology/variables";
import { isTree, placeIn, type Tree } from "../load/places";
import type { Around } from "./around";
import { imageOf, type ServiceInput } from "./parts";
import { leadToStores, sayKnown } from "./known";
import { asksFor } from "./products";
import { isUntold, referencesOf } from "./references";
import { refusalOf } from "./nginx/outcome";
import { ledBy, leadsTo, sayMentions } from "./mentions";
import { override } from "./override";
import { settingsOf } from "./settings";
import { fieldMeantBy, instead, isContract, sourceOf } from "./contract";
import { openHosts } from "./allowed";
import { sayCertificate } from "./ecto";
import { clientOf, railsConfig } from "./clients";
import { givenBy } from "./credentials";
import { readByFramework } from "./reads";
import { readBySource, readsBySource } from "./source";
import { isForNothing } from "./secret-sources";
import { filesFrom, secretFiles } from "./secrets";
import type { Mention } from "./hosts";
import { elsewhere, isStoreHere, sayNames } from "./localhost";
import { blanksOf, environmentOf, isOwnKey, isSecret, standsForAny, standsForOne, textOf, textsOf } from "./values";

type Environment = Pick<ServiceInput, "env" | "secrets" | "secretFiles" | "uses" | "calls">;

/** Variables: what the contract supplies is used or called, secrets by name, the rest as it is. */
export function environmentFrom(raw: Tree, around: Around, port: number | undefined): Environment {
    const { backings, services, note, mend, jobs, left } = around;
    const env: Record<string, string> = {};
    const [secrets, uses, calls] = [new Set<string>(), new Set<string>(), new Set<string>()];
    const ofFiles = secretFiles(raw);
    const { variables, named, spoken } = ofFiles;
    const told: typeof variables = [
        ...variables,
        ...[...spoken.keys()].map((name): [string, undefined] => [name, undefined]),
    ];
    const settings = settingsOf(raw, new Set([...backings.keys(), ...services.keys()]), around.contextOf).filter(
        ({ variable }) => !told.some(([name]) => name === variable),
    );
    const read = settings.map(({ variable, value }): [string, string] => [variable, value]);
    const references = referencesOf([...told, ...read], backings, imageOf(raw), blanksOf(raw), readsBySource(raw));
    const linked = textsOf(raw.links).map((link) => link.split(":")[0]);
    const awaited = isTree(raw.depends_on) ? Object.keys(raw.depends_on) : [];
    leadToStores(raw, around, told, references, [...awaited, ...linked]).forEach((part) => uses.add(part));
    const client = clientOf(raw);
    for (const reference of references.values())
        if ("value" in reference) reference.value = client.value(reference.value, reference.backing);
    const files = filesFrom(ofFiles, references, around);
    for (const part of files.uses) uses.add(part);
    const overridden = override(settings, references, around, { env, uses, calls });
    for (const [variable, reference] of references)
        if (
            !told.some(([name]) => name === variable) &&
            !settings.some((one) => one.variable === variable) &&
            "value" in reference &&
            !isContract(variable, reference.value, reference.backing)
        ) {
            env[variable] = reference.value;
            note(["environment"], `${variable}: ${reference.value}, ${reference.note}`);
        }
    for (const [variable, value] of variables) {
        if (around.front && "ways" in around.front && around.front.variables.has(variable)) continue;
        const file = named.get(variable);
        const at = ["environment", file ?? variable];
        if (Object.hasOwn(files.paths, variable)) {
            env[variable] = files.paths[variable];
            continue;
        }
        if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(variable)) {
            mend(at, "no name of an environment variable: letters, digits and _ alone");
            continue;
        }
        if (/^EUREKA_/.test(variable) && /^https?:/.test(value ?? ""))
            mend(
                at,
                "Eureka tells callers the addresses of containers, which nobody reaches: call services by their URLs",
            );
        const found = sourceOf(variable, value, around);
        const reference = references.get(variable);
        if (reference && "mend" in reference && /(^|_)TEST(S|ING)?(_|$)/.test(variable))
            note(at, `left out: tests have a database of their own where they run`);
        else if (reference) {
            uses.add(reference.backing.name);
            if ("mend" in reference && isUntold(reference) && railsConfig(raw))
                note(at, `Rails takes DATABASE_URL before what it has in config/database.yml`);
            else if ("mend" in reference) mend(at, reference.mend);
            else {
                if (!isContract(variable, reference.value, reference.backing)) env[variable] = reference.value;
                if (reference.note) note(at, reference.note);
            }
        } else if (variable === "PORT") {
            if (port !== undefined && value !== undefined && value !== textOf(port))
                mend(
                    at,
                    `both clouds say PORT, as the port that requests come to, ${port} here: have the program listen there, or take ${value} by another name`,
                );
        } else if (found.backing) {
            uses.add(found.backing.name);
            const field = found.given ? undefined : fieldMeantBy(variable, found.backing);
            if (field !== undefined) env[variable] = `\${${found.backing.name}.${field}}`;
            else if (!found.given) mend(at, instead(variable, found.backing));
        } else if ("service" in found) {
            const { target, service } = found;
            if (!isOff(variable, variables)) calls.add(service);
            if (target.port !== undefined) around.calls(service, target.port, at);
            const rest = /^https?:\/\/[^/?#]+(.*)$/i.exec(value!)?.[1];
            const url = `\${${service}.url}${withoutReferences(rest ?? "")}`;
            if (rest === undefined && isOff(variable, variables))
                note(at, `left out: what it is for is switched off; it leads to ${service}`);
            else if (rest === undefined)
                mend(
                    at,
                    `leads to ${service}, ${refusalOf(around.front) ?? `which is called by HTTP, at \${${service}.url}: give it that, or a part of it`}`,
                );
            else if (variable !== callVariables(service)[0] || !["", "/"].includes(rest)) env[variable] = url;
        } else if (found.target?.host === around.from && /^https?:/.test(value ?? "")) {
            env[variable] = withoutReferences(value!.replace(/^(https?:\/\/)[^/:]+/, "$1localhost"));
            note(at, `leads to ${around.from} itself, whose name only Compose's network knows: localhost it is`);
        } else if (found.target?.host === around.from && value !== found.target.host)
            mend(
                at,
                `leads to ${around.from} itself by a name that only Compose's network knows: say localhost, or where everybody reaches it`,
            );
        else if (found.target && left.has(found.target.host)) {
            const says = `leads to ${found.target.host}, which has no place here`;
            if (left.get(found.target.host)) mend(at, `${says}: give it another value`);
            else note(at, `left out: it ${says}; give it another value, if the app needs one`);
        } else if (/^AWS_(ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN|PROFILE)$/.test(variable))
            note(at, `${variable}: the service has an identity of its own, and no long-lived key`);
        else if (
            value === undefined &&
            file === undefined &&
            around.told &&
            isUnset(raw, variable) &&
            !isOwnKey(variable, "")
        )
            note(
                at,
                "left out: the project's variables leave it without a value; put it into secrets, or env, if the app needs it",
            );
        else if (value !== undefined && isStoreHere(variable, value))
            mend(
                at,
                "leads to a store on the machine that Compose runs on, which no cloud has: say databases or caches, and a reference",
            );
        else if (
            uses.size &&
            /(^|_)(EMPTY_PASS(WORD)?|PASS(WORD)?_EMPTY|NO_PASS(WORD)?)$/i.test(variable) &&
            /^(true|yes|on|1)$/i.test(value ?? "")
        )
            mend(at, "says that a store has no password, and the cloud's have one: leave it out");
        else if (
            value === undefined &&
            file === undefined &&
            isSecret(variable, value) &&
            isForNothing(variable, variables)
        )
            note(at, "left out: nothing sets it, nor says where what it is for is");
        else if (file !== undefined || isSecret(variable, value) || isOwnKey(variable, value)) secrets.add(variable);
        else if (
            value === "null" &&
            isSecret(variable, undefined) &&
            !givenBy(variable, undefined) &&
            !isAbsent(variable, variables)
        )
            mend(at, "is the word null, which programs take for no value: give it one in .env");
        else if (value === undefined)
            note(at, "its value comes from the shell, or from a variable that nothing sets: put it into env");
        else if (!standsForOne(value) && standsForAny(value))
            note(
                at,
                `left out: ${value} stands for a value that everybody puts in himself: give it in .env, if the app needs one`,
            );
        else {
            elsewhere(value, around, at);
            sayNames(variable, value, around, at);
            if (standsForOne(value))
                mend(at, `${value} stands for a value that everybody puts in himself: give it in .env`);
            env[variable] = withoutReferences(value);
        }
    }
    sayKnown(raw, around, told, { env, secrets, uses, calls });
    sayMentions(around, { uses, calls });
    const inBuild = around.mentions.filter(({ at: [key], where }) => key === "build" && !overridden.places.has(where));
    const built = inBuild.map(({ host }) => host);
    for (const other of new Set([...awaited, ...linked, ...built])) {
        const at = awaited.includes(other) ? ["depends_on", other] : linked.includes(other) ? ["links"] : ["build"];
        const backing = backings.get(other);
        const inSource = inBuild.filter(({ host }) => host === other);
        const read = backing ? inSource.map((mention) => readBySource(mention, backing)) : [];
        // The first that no variable changes, if there is one.
        const named = inSource[Math.max(0, read.indexOf(undefined))] as Mention | undefined;
        const service = services.get(other);
        if (backing && (!uses.has(backing.name) || (overridden.stores.has(backing.name) && inSource.length))) {
            uses.add(backing.name);
            const says = `no variable says where ${other} is${named ? `, which ${named.where} names` : ""}`;
            const asks = backing.kind === "databases" ? asksFor(raw) : undefined;
            const ofKind = [...new Set([...awaited, ...linked])].filter(
                (one) => backings.get(one)?.kind === backing.kind,
            );
            const framework = named || ofKind.length > 1 ? undefined : readByFramework(raw, backing, around.contextOf);
            const rails = backing.kind === "databases" && ofKind.length < 2 ? railsConfig(raw) : undefined;
            // A file that goes after what is told otherwise stays as it is.
            const isLast = rails === undefined && (read.includes(undefined) || !named);
            const file = isLast ? around.configurations?.lead(backing) : undefined;
            if (rails !== undefined)
                note(at, `Rails takes DATABASE_URL, which leads to ${backing.name}, before ${rails}`);
            else if (named && !read.includes(undefined)) {
                const told = new Map(read.flatMap((variables) => [...variables!]));
                for (const [variable, value] of told)
                    if (!isContract(variable, client.value(value, backing), backing))
                        env[variable] ??= client.value(value, backing);
                note(at, `${named.where} reads ${[...told.keys()].join(", ")}, which lead to ${backing.name}`);
            } else if (file !== undefined) note(at, ledBy(file, backing));
            else if (framework) {
                const { variable, value, where } = framework;
                const said = client.value(value, backing);
                if (!isContract(variable, said, backing)) env[variable] ??= said;
                note(at, `${where} reads ${variable}, which leads to ${backing.name}`);
            } else if (around.sharesWith !== undefined && !named)
                note(at, `${says}: ${around.sharesWith}, of the same image, keeps it in the volume that both have`);
            else if (asks !== undefined && !named) mend(at, `${says}: ${asks}`);
            else
                mend(
                    at,
                    `${says}${around.lacks === undefined || named ? "" : `, nor does ${around.lacks}, which is not there`}: read ${backing.variables.join(", ")}`,
                );
        } else if (backing && named && !read.includes(undefined)) {
            // The contract gives the rest by its own names.
            for (const [variable, value] of new Map(read.flatMap((variables) => [...variables!])))
                if (!told.some(([name]) => name === variable) && !isContract(variable, value, backing)) {
                    env[variable] ??= client.value(value, backing);
                    note(at, `${named.where} reads ${variable}, which is ${value} here`);
                }
        } else if (service !== undefined && !calls.has(service)) {
            if (named) {
                calls.add(service);
                mend(at, leadsTo(named, around));
            } else if (
                !isTree(raw.build) &&
                around.answers(other) &&
                (linked.includes(other) || needs(raw, other)) &&
                !around.isAlike(other) &&
                !isShownTo(raw, other, around)
            )
                mend(
                    at,
                    `${linked.includes(other) ? "links to" : "waits for"} ${other}, and no variable says where it is: say the one that the image reads, as \${${service}.url}`,
                );
            else note(at, "services start by themselves, in no order; calls says who calls whom");
        } else if (service !== undefined) continue;
        else if (!backing && !jobs.has(other) && !left.has(other)) {
            const how = isTree(raw.depends_on) ? raw.depends_on[other] : undefined;
            const optional = isTree(how) && how.required === false;
            if (optional) note(at, "is not in the app");
            else mend(at, `is in none of the files: give import all of the project's${profiled(around, other)}`);
        }
    }
    for (const backing of backings.values()) {
        const file = uses.has(backing.name) ? undefined : around.configurations?.lead(backing);
        if (file === undefined) continue;
        uses.add(backing.name);
        note([], ledBy(file, backing));
    }
    const used = [...backings.values()].filter(({ name }) => uses.has(name));
    const isOne = used.filter(({ kind }) => kind === "databases").length === 1;
    for (const backing of used)
        for (const [variable, value] of client.beside(backing)) {
            // The one address of an app can be that of its only database.
            const fits = variable !== "DATABASE_URL" || isOne;
            if (!fits || told.some(([name]) => name === variable) || isContract(variable, value, backing)) continue;
            env[variable] ??= value;
        }
    if (port !== undefined) openHosts(raw, env, around);
    sayCertificate(raw, used, env, around);
    return {
        ...(Object.keys(env).length ? { env } : {}),
        ...(secrets.size ? { secrets: [...secrets] } : {}),
        ...(Object.keys(files.secretFiles).length ? { secretFiles: files.secretFiles } : {}),
        ...(uses.size ? { uses: [...uses] } : {}),
        ...(calls.size ? { calls: [...calls] } : {}),
    };
}

/** Whether what a variable is for has no place either: `REDIS_PASSWORD=null` beside `REDIS_HOST=null`. */
const isAbsent = (variable: string, variables: [string, string | undefined][]): boolean => {
    const prefix = variable.replace(/_[A-Z0-9]+$/, "");
    return variables.some(([name, value]) => name === `${prefix}_HOST` && value === "null");
};

/** Whether a variable is one of several for something that is switched off: `METRICS_HOST` beside `METRICS_ENABLED=false`. */
const isOff = (variable: string, variables: [string, string | undefined][]): boolean => {
    const [, prefix] = /^(.+)_(?:HOST|HOSTNAME|SERVER|ADDR|ADDRESS|ENDPOINT)$/.exec(variable) ?? [];
    return variables.some(([name, value]) => name === `${prefix}_ENABLED` && /^(false|no|off|0)$/i.test(value ?? ""));
};

/** Whether a service waits until another one is healthy, as what calls it does. */
const needs = ({ depends_on }: Tree, other: string): boolean => {
    const how = isTree(depends_on) ? depends_on[other] : undefined;
    return isTree(how) && how.condition === "service_healthy";
};

/** Whether a variable says where one's own machine shows another service, as what runs in a browser is told. */
const isShownTo = (raw: Tree, other: string, { published }: Around): boolean =>
    environmentOf(raw).some(([, value]) => {
        const [found, port = "80"] =
            /^https?:\/\/(?:localhost|127\.0\.0\.1)(?::(\d+))?(?:\/|$)/.exec(value ?? "") ?? [];
        return found !== undefined && published.get(Number(port)) === other;
    });

/** Whether a variable names another one, which has no value: `TOKEN: ${TOKEN}`. */
const isUnset = ({ environment }: Tree, variable: string): boolean =>
    isTree(environment) && environment[variable] === "" && Boolean(placeIn(environment, variable)?.unset?.length);

const profiled = ({ leftOut }: Around, other: string): string =>
    leftOut.has(other) ? ", and its profile by --profile" : "";
