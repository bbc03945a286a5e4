import type { AppInput, SecretFormat } from "../../topology/app";
import { formatWords } from "../../topology/secret-formats";
import { ownName } from "../../topology/secret-files";
import type { Compose } from "../load/load";
import { isTree, placeIn, type Tree } from "../load/places";
import { givenBy, untilSet } from "./credentials";
import type { Say } from "./parts";
import { formsOf } from "./products";
import { formOf, isCipherKey, type Form } from "./secret-forms";
import { environmentOf } from "./values";

/** What the secrets of an app begin with: most with a random value, of the form that the app wants; the rest is somebody's to set. */

/** A variable of the file that is a secret of the app's. */
interface Said {
    from: string;
    variable: string;
    value: string | undefined;
    /** The variable of the file that names its file, if one does. */
    named: string;
    words: string;
    product: Form | undefined;
}

export function firstValues(file: Compose, services: Map<string, string>, app: AppInput, say: Say): void {
    const of = (from: string, variable: string): Said | undefined => {
        const raw = file.services[from];
        const { environment } = raw;
        const product = formsOf(raw).get(variable);
        const all = new Map(environmentOf(raw));
        const named = [variable, `${variable}_FILE`, `${variable}__FILE`].find((name) => all.has(name));
        if (named === undefined || !isTree(environment))
            return product && { from, variable, value: undefined, named: variable, words: "", product };
        const place = placeIn(environment, named);
        const value = named === variable ? all.get(variable) : undefined;
        return { from, variable, value, named, words: place ? file.wordsAbout(place) : "", product };
    };
    const others = (own: string[]) => Object.keys(file.services).filter((from) => !own.includes(from));
    const decide = (said: Said[]): SecretFormat | undefined => {
        if (!said.length) return undefined;
        const given = said.map(({ variable, value }) => givenBy(variable, value)).find(Boolean);
        const form = given
            ? undefined
            : said.map(({ variable, value, words, product }) => formOf(variable, value, words, product)).find(Boolean);
        const told = new Set<string>();
        for (const { from, variable, named } of said) {
            // A line that several services have by an anchor is said once.
            const place = JSON.stringify([file.placeOf(["services", from, "environment", named]), named]);
            if (!has(file.services[from], named) || told.has(place)) continue;
            told.add(place);
            speak(say, { from, variable, named }, given, form);
        }
        return form?.format;
    };

    for (const [from, to] of services) {
        const service = app.services[to] as AppInput["services"][string] | undefined;
        if (!service) continue;
        // What is said of files is said where they are mounted.
        const ofFiles = Object.values(service.secretFiles ?? {}).flatMap((value): [string, SecretFormat][] => {
            const name = typeof value === "string" ? ownName(value) : undefined;
            const form = name === undefined || givenBy(name, undefined) ? undefined : formOf(name, undefined, "");
            return form ? [[name!, form.format]] : [];
        });
        const ofVariables = (service.secrets ?? []).flatMap((variable): [string, SecretFormat][] => {
            const first = of(from, variable);
            // A job's variables are its service's here.
            const said = first ? [first] : others([from]).flatMap((other) => of(other, variable) ?? []);
            const format = decide(said);
            return format ? [[variable, format]] : [];
        });
        const formats = [...ofFiles, ...ofVariables];
        if (formats.length) service.secretFormats = Object.fromEntries(formats);
    }
    for (const [set, secrets] of Object.entries(app.secrets ?? {})) {
        const users = [...services].filter(([, to]) => app.services[to]?.uses?.includes(set));
        const formats = secrets.keys.flatMap((key): [string, SecretFormat][] => {
            const said = users.flatMap(([from, to]) => {
                const { env = {}, secretFiles = {} } = app.services[to];
                const aliases = Object.keys(env).filter((variable) => env[variable] === `\${${set}.${key}}`);
                const isFile = Object.values(secretFiles).includes(`\${${set}.${key}}`);
                return [...(Object.hasOwn(env, key) || isFile ? [] : [key]), ...aliases].flatMap(
                    (variable) => of(from, variable) ?? [],
                );
            });
            const format = decide(said);
            return format ? [[key, format]] : [];
        });
        if (formats.length) secrets.formats = Object.fromEntries(formats);
    }
}

const has = (raw: Tree, variable: string): boolean => environmentOf(raw).some(([name]) => name === variable);

function speak(
    { note, yours }: Say,
    { from, variable, named }: Pick<Said, "from" | "variable" | "named">,
    given: string | undefined,
    form: Form | undefined,
): void {
    const at = ["services", from, "environment", named];
    const what = named === variable ? "a secret" : `${variable} is the secret itself, in place of its file`;
    if (given !== undefined) yours(at, `${what}, ${given}, ${untilSet}`);
    else if (form)
        note(at, `${what}: made as ${formatWords(form.format)} (${form.why}), yours to replace in the cloud's store`);
    else
        note(
            at,
            `${what}: made with a random value, yours to replace in the cloud's store${isCipherKey(variable) ? "; if it has to have a length or an encoding, secretFormats says which" : ""}`,
        );
}
