import { existsSync, readFileSync } from "node:fs";

import { digestOf, pinned } from "../ship/images/registry";
import { hasDigest } from "../topology/images";
import { ImageReference } from "../topology/schema/forms";
import { isMap, own, showPath, valueAt, type Path } from "../topology/merge";
import { show } from "../topology/problems";
import { choices } from "../topology/suggest";
import { BadInput } from "./errors";
import { pinSource } from "./pin-source";
import { colours, complain, plural, printJson, say, table } from "./output";
import { configured } from "./selection";
import { writeWhole } from "./whole-file";

export interface PinOptions {
    stack?: string;
    app?: string;
    check?: boolean;
    json?: boolean;
}

/** A place where an image is named. */
interface Named {
    /** The file, and where in it: `apps/shop.ts: services.web.image.reference`. */
    at: string;
    reference: string;
    /** Whether it stands in the app's source; else in a stack file, which is a person's to change. */
    inApp: boolean;
}

/** What became of a place whose image is named by a tag. */
interface Outcome {
    at: string;
    reference: string;
    /** The image by its digest, if its registry has told. */
    pinned?: string;
    /** Whether that stands in the file now. */
    written: boolean;
    /** Why it is not known what to write. */
    problem?: string;
}

/**
 * `twinstack pin`: asks the registries for the images that an app names by a tag, and writes their digests into its source. It judges
 * nothing else, as an app may be refused for the very tag. 1 if an image is not found or a registry does not tell; with `--check`, which
 * writes nothing, 3 if an image is named by a tag.
 * @throws BadInput if the app does not exist, or its source cannot be written
 */
export async function pin({ stack, app, check, json }: PinOptions): Promise<number> {
    const { config, apps, file = "Pulumi.yaml" } = configured({ stack, app });
    const key = config["twinstack:app"];
    if (typeof key !== "string" || !Object.hasOwn(apps, key))
        throw new BadInput(
            `${app === undefined ? `${file}: twinstack:app` : "--app"}\n  found    ${show(key)}\n  allowed  ${choices(String(key), Object.keys(apps))}`,
        );
    const source = `apps/${key}.ts`;
    const named = [...namedInApp(own(apps, key), source), ...(file === undefined ? [] : namedInStack(config, file))];
    const tagged = named.filter(({ reference }) => !hasDigest(reference));
    const told = await askAll([...new Set(tagged.map(({ reference }) => reference))]);
    const pins = new Map([...told].flatMap(([reference, { pinned }]) => (pinned ? [[reference, pinned]] : [])));
    const written = check ? new Set<string>() : write(source, pins);
    const outcomes = tagged.map(({ at, reference, inApp }): Outcome => {
        return { at, reference, ...told.get(reference)!, written: inApp && written.has(reference) };
    });

    if (json) await printJson({ app: key, file: source, images: outcomes, pinned: named.length - tagged.length });
    else await say(describe(outcomes, { key, check: check === true, all: named.length }));
    const failed = outcomes.filter(({ problem }) => problem !== undefined);
    if (failed.length && !json)
        await complain(failed.map(({ at, problem }) => `${colours.red("error")}: ${at}: ${problem}\n`).join(""));
    if (failed.length) return 1;
    return check && outcomes.length ? 3 : 0;
}

/** Where the app names images, for all environments. */
function namedInApp(app: unknown, file: string): Named[] {
    const environments = valueAt(app, ["environments"]);
    const places: Path[] = [
        [],
        ...Object.keys(isMap(environments) ? environments : {}).map((one) => ["environments", one]),
    ];
    return places.flatMap((place) =>
        references(app, place).map(({ path, reference }) => ({
            at: `${file}: ${showPath(path)}`,
            reference,
            inApp: true,
        })),
    );
}

/** Where the stack file names images. */
function namedInStack(config: Record<string, unknown>, file: string): Named[] {
    const image = config["twinstack:image"];
    const own =
        typeof image === "string" && image !== ""
            ? [{ at: `${file}: twinstack:image`, reference: image, inApp: false }]
            : [];
    const overrides = references(config["twinstack:overrides"], []).map(({ path, reference }) => ({
        at: `${file}: twinstack:overrides.${showPath(path)}`,
        reference,
        inApp: false,
    }));
    return [...own, ...overrides];
}

function references(data: unknown, place: Path): { path: Path; reference: string }[] {
    return ["services", "jobs"].flatMap((part) => {
        const parts = valueAt(data, [...place, part]);
        return Object.keys(isMap(parts) ? parts : {}).flatMap((name) => {
            const own = [...place, part, name];
            const beside = valueAt(data, [...own, "sidecars"]);
            const places = [
                own,
                ...Object.keys(isMap(beside) ? beside : {}).map((sidecar) => [...own, "sidecars", sidecar]),
            ];
            return places.flatMap((at) => {
                const path = [...at, "image", "reference"];
                const reference = valueAt(data, path);
                return typeof reference === "string" ? [{ path, reference }] : [];
            });
        });
    });
}

/** What each registry tells. */
async function askAll(references: string[]): Promise<Map<string, Pick<Outcome, "pinned" | "problem">>> {
    type Asked = readonly [string, Pick<Outcome, "pinned" | "problem">];
    const asked = references.map(async (reference): Promise<Asked> => {
        if (!ImageReference.safeParse(reference).success)
            return [reference, { problem: `${show(reference)} is no image such as registry/name:1.2.3` }];
        try {
            const digest = await digestOf(reference);
            const answer = digest
                ? { pinned: pinned(reference, digest) }
                : { problem: `the registry has no ${reference}` };
            return [reference, answer];
        } catch (error) {
            return [reference, { problem: (error as Error).message }];
        }
    });
    return new Map(await Promise.all(asked));
}

/** Writes the digests into the app's source, the whole file or nothing; returns the references that it found there. */
function write(file: string, pins: ReadonlyMap<string, string>): Set<string> {
    if (!pins.size || !existsSync(file)) return new Set();
    const { text, found } = pinSource(readFileSync(file, "utf8"), pins);
    if (!found.size) return found;
    try {
        writeWhole(file, text);
    } catch (error) {
        throw new BadInput(`${file} cannot be written: ${(error as Error).message}`);
    }
    return found;
}

function describe(outcomes: Outcome[], { key, check, all }: { key: string; check: boolean; all: number }): string {
    const { green, yellow, dim } = colours;
    if (!outcomes.length)
        return all
            ? `${green("✓")} ${key}: ${all === 1 ? "its image is" : "all images are"} named by digest.\n`
            : `${green("✓")} ${key} names no image: all are built from folders.\n`;
    const done = outcomes.filter(({ written }) => written);
    const rest = outcomes.filter(({ written, pinned }) => !written && pinned !== undefined);
    const rows = (some: Outcome[]) =>
        table(
            some.map(({ at, reference, pinned }) => [dim(at), `${reference} → ${pinned}`]),
            "  ",
        );
    return [
        ...(done.length ? [`${green("✓")} ${plural(done.length, "image")} pinned:\n${rows(done)}`] : []),
        ...(rest.length
            ? [
                  `${yellow("!")} ${check ? "Named by a tag, which somebody may move; to be written:" : "To be written by hand, as they stand in no apps file as a text of their own:"}\n${rows(rest)}`,
              ]
            : []),
    ].join("\n");
}
