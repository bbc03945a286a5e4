import { placeholder } from "./replacing";

/** A property that differs. */
export interface Found {
    /** `settings.ipConfiguration.privateNetwork`, `ingress[0].fromPort`. */
    path: string;
    /** Undefined: was not there. */
    before?: unknown;
    /** Undefined: is gone. */
    after?: unknown;
}

/**
 * Every property that differs between two maps of inputs, sorted.
 * @param oneDeployed of one side the values are known: a placeholder of the other stands for any of them
 */
export function differences(before: unknown, after: unknown, oneDeployed: boolean): Found[] {
    const found: Found[] = [];
    visit("", before, after, oneDeployed, found);
    return found;
}

/** Whether one path is within the other, wherever in a list: `rules[0].action` and `rules`. */
export function touches(one: string, other: string): boolean {
    const [a, b] = [one, other].map((path) => `${path.replace(/\[\d+\]/g, "")}.`);
    return a.startsWith(b) || b.startsWith(a);
}

/** Every text of a value with its path. */
export function texts(value: unknown, path = ""): { path: string; text: string }[] {
    if (typeof value === "string") return [{ path, text: value }];
    if (Array.isArray(value)) return value.flatMap((item, index) => texts(item, `${path}[${index}]`));
    if (!isMap(value)) return [];
    return Object.entries(value).flatMap(([key, item]) => texts(item, path ? `${path}.${key}` : key));
}

const isMap = (value: unknown): value is Record<string, unknown> =>
    typeof value === "object" && value !== null && !Array.isArray(value);

function visit(path: string, before: unknown, after: unknown, oneDeployed: boolean, found: Found[]): void {
    if (before === after || (oneDeployed && (matches(after, before) || matches(before, after)))) return;
    const documents = [before, after].map(parsed);
    if (documents[0] && documents[1]) visit(path, documents[0], documents[1], oneDeployed, found);
    else if (isMap(before) && isMap(after)) {
        for (const key of [...new Set([...Object.keys(before), ...Object.keys(after)])].sort())
            visit(path ? `${path}.${key}` : key, before[key], after[key], oneDeployed, found);
    } else if (Array.isArray(before) && Array.isArray(after) && before.length === after.length) {
        before.forEach((item, index) => visit(`${path}[${index}]`, item, after[index], oneDeployed, found));
    } else if (JSON.stringify(before) !== JSON.stringify(after)) found.push({ path, before, after });
}

/** The map or list that a text is the JSON of, as policies and container definitions are. */
function parsed(value: unknown): object | undefined {
    if (typeof value !== "string" || !/^\s*[[{]/.test(value)) return undefined;
    try {
        return JSON.parse(value);
    } catch {
        return undefined;
    }
}

/** Whether `value` is one of those that a plan's text stands for: `https://${db.address}/` for any address. */
function matches(text: unknown, value: unknown): boolean {
    // What the program keeps secret the state may show, as where a provider says nothing of it. What another resource makes is
    // another secret.
    if (text === "[secret]") return value !== undefined && !String(value).startsWith("[secret]${!");
    if (typeof text !== "string" || !placeholder.test(text) || value === undefined) return false;
    // What another resource makes is not what there was.
    if (text.includes("${!")) return false;
    if (text.replace(placeholder, "") === "") return typeof value !== "string" || !placeholder.test(value);
    if (typeof value !== "string" || placeholder.test(value)) return false;
    const fixed = text.split(new RegExp(placeholder, "g")).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
    return new RegExp(`^${fixed.join(".*")}$`, "s").test(value);
}
