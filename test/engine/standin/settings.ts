import { existsSync, readFileSync } from "node:fs";

import type { Properties } from "./values";

/** What the settings of a provider do to its resources. */

/** Where a provider's things are: names are free again in another region or project. IAM of AWS is everywhere. */
export function placeOf(type: string, settings: Properties): string {
    const { region, project } = settings;
    if (type.startsWith("aws:iam/")) return "";
    return String((type.startsWith("gcp:") ? project : region) ?? "");
}

const declared = new Map<string, boolean>();

/** Whether the package declares a property of a type, such as `tagsAll`. */
function declares(type: string, property: string): boolean {
    const key = `${type}.${property}`;
    if (!declared.has(key)) declared.set(key, declarations(type).includes(`readonly ${property}:`));
    return declared.get(key)!;
}

function declarations(type: string): string {
    const [name, path = ""] = type.split(":");
    const file = require.resolve(`@pulumi/${name}/package.json`).replace("package.json", `${path}.d.ts`);
    return existsSync(file) ? readFileSync(file, "utf8") : "";
}

const isMap = (value: unknown): value is Properties =>
    typeof value === "object" && value !== null && !Array.isArray(value);
const parsed = (value: unknown): unknown => (typeof value === "string" ? JSON.parse(value) : value);

/** AWS's provider adds its default tags to what a program asks for, where a type has tags. */
export function withDefaultTags(type: string, inputs: Properties, settings: Properties): Properties {
    const defaults = parsed(settings.defaultTags ?? null);
    if (!isMap(defaults) || !isMap(defaults.tags) || !declares(type, "tagsAll")) return inputs;
    return { ...inputs, tagsAll: { ...defaults.tags, ...(isMap(inputs.tags) ? inputs.tags : {}) } };
}

/** GCP's provider puts them into an output; undefined where a type has no labels, or the provider no defaults. */
export function withDefaultLabels(type: string, inputs: Properties, settings: Properties): Properties | undefined {
    const defaults = parsed(settings.defaultLabels ?? null);
    if (!isMap(defaults) || !declares(type, "effectiveLabels")) return undefined;
    return { ...defaults, ...(isMap(inputs.labels) ? inputs.labels : {}) };
}
