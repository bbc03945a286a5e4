import { fill, fillCommand, lookup, type Filled } from "./fill";
import { isNowhere, type Kind } from "./kinds/kind";
import { kindOfType } from "./kinds";
import type { State, StateResource } from "./state";

/** A resource as an operator finds it in the cloud. */
export interface Found {
    /** Its name there; absent where it has none, and `show` lists what it may be. */
    name?: string;
    /** Command line that shows it. */
    show?: string;
    /** Command lines that delete it, in order. */
    remove: string[];
    console?: string;
    /** Why nothing needs to be deleted before it is made again. */
    again?: string;
    note?: string;
    /** Ids of things of its type that the state knows, and that are therefore not it. */
    known: string[];
    /** Values that the state has not; they stand as `<name>` in the lines. */
    missing: string[];
}

/** Services of AWS that are in no region. */
const global = new Set(["cloudfront", "iam", "route53"]);

/** Finds a resource of a state by what the provider was asked for. */
export function find(resource: StateResource, state: State): Found {
    const kind = kindOfType(resource.type, resource.inputs);
    if (!kind)
        return {
            remove: [],
            known: [],
            missing: [],
            note: `twinstack does not know ${resource.type}: look for it in the console`,
        };
    if (isNowhere(kind)) return { remove: [], known: [], missing: [], again: kind.nowhere };
    return findKind(resource, kind, state);
}

function findKind(resource: StateResource, kind: Kind, state: State): Found {
    const look = lookup(resource.inputs, surroundings(resource, state));
    const missing = new Set<string>();
    const said = (filled: Filled): string => {
        for (const path of filled.missing) missing.add(path);
        return filled.text;
    };
    const command = (template: string, changes: boolean) => said(fillCommand(withPlace(template, changes), look));
    const { lift } = kind;
    const lifted = lift && look(lift.input) === lift.is ? [lift.run] : [];
    const removing = kind.remove.length > 0 ? [...lifted, ...kind.remove] : [];
    return {
        ...(kind.name !== undefined && { name: said(fill(kind.name, look)) }),
        show: command(kind.show, false),
        remove: removing.map((line) => command(line, true)),
        console: said(fill(kind.console, (path) => encoded(look(path)))),
        ...(kind.again !== undefined && { again: kind.again }),
        ...(kind.note !== undefined && { note: kind.note }),
        known: state.resources
            .filter(({ type, id, urn }) => type === resource.type && id && urn !== resource.urn)
            .map(({ id }) => id!)
            .sort(),
        missing: [...missing],
    };
}

const encoded = (value: unknown): unknown => (typeof value === "string" ? encodeURIComponent(value) : value);

/** A command line with where it is to act, and without a question to answer. */
function withPlace(template: string, changes: boolean): string {
    const [program, service] = template.split(" ");
    if (program === "aws") return global.has(service!) ? template : `${template} --region {region}`;
    return `${template} --project {project}${changes ? " --quiet" : ""}`;
}

type Settings = Record<string, unknown>;

/** What a resource's inputs leave to its provider: where it is, and what it is tagged with. */
export function surroundings(resource: StateResource, state: State): Record<string, string | undefined> {
    const of = (urn: string | undefined) => state.resources.find((other) => other.urn === urn)?.inputs;
    const cloud = resource.type.split(":")[0] === "gcp" ? "gcp" : "aws";
    const any = (): Settings | undefined =>
        state.resources.find(({ type, name }) => /^pulumi:providers:(aws|gcp)$/.test(type) && !/^default/.test(name))
            ?.inputs ?? state.resources.find(({ type }) => type === `pulumi:providers:${cloud}`)?.inputs;
    const provider = resource.type.startsWith(`${cloud}:`) ? (of(resource.provider) ?? any()) : any();
    const text = (value: unknown) => (typeof value === "string" ? value : undefined);
    const tags = json(provider?.defaultTags);
    const { app } = (tags?.tags ?? tags ?? {}) as Settings;
    return {
        region: text(provider?.region),
        project: text(provider?.project),
        stack: state.stack,
        app: text(app),
        account: accountOf(resource, state),
    };
}

/** Providers keep what is no string as JSON. */
function json(value: unknown): Settings | undefined {
    if (typeof value !== "string") return value as Settings | undefined;
    try {
        return JSON.parse(value) as Settings;
    } catch {
        return undefined;
    }
}

/** The AWS account, as ARNs of the state name it. */
function accountOf(resource: StateResource, { resources }: State): string | undefined {
    const arn = /arn:aws[\w-]*:[\w-]+:[\w-]*:(\d{12}):/;
    for (const { id, inputs } of [resource, ...resources]) {
        const found = arn.exec(`${id ?? ""} ${JSON.stringify(inputs)}`);
        if (found) return found[1];
    }
    return undefined;
}
