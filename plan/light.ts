import * as sdk from "@pulumi/pulumi/output";
import { Resource } from "@pulumi/pulumi/resource";

/**
 * Outputs for a recording: to a program they are the SDK's, but made of one promise instead of some fifteen, and a structure
 * of outputs becomes one output instead of one for each of its levels. test/plan/light.test.ts holds them against the SDK's.
 */

interface State {
    value: unknown;
    isKnown: boolean;
    isSecret: boolean;
    /** Nobody changes it: outputs share it. */
    allResources: ReadonlySet<Resource>;
}

/** What the SDK has but does not declare, or declares for values of known types. */
interface Output {
    resources(): Set<Resource>;
    allResources?(): Promise<Set<Resource>>;
    isKnown: Promise<boolean>;
    isSecret?: Promise<boolean>;
    promise(withUnknowns?: boolean): Promise<unknown>;
    toString(): string;
    toJSON(): unknown;
}
type Resources = Resource | Iterable<Resource>;
type OutputClass = new (
    resources: Resources,
    value: Promise<unknown>,
    isKnown: Promise<boolean>,
    isSecret: Promise<boolean>,
    allResources?: Promise<Resources>,
) => Output;
const { containsUnknowns, isUnknown, unknown } = sdk as unknown as {
    containsUnknowns(value: unknown): boolean;
    isUnknown(value: unknown): boolean;
    unknown: unknown;
};
/** The SDK's own class, whatever stands in its place. */
const SdkOutput = sdk.Output as unknown as OutputClass;
const isOutput = (value: unknown): value is Output => sdk.Output.isInstance(value);

const none: ReadonlySet<Resource> = new Set();
const setOf = (resources: Resources): ReadonlySet<Resource> =>
    new Set(Resource.isInstance(resources) ? [resources] : resources);
function union(one: ReadonlySet<Resource>, other: ReadonlySet<Resource>): ReadonlySet<Resource> {
    if (one.size === 0 || one === other) return other;
    return other.size === 0 ? one : new Set([...one, ...other]);
}

/** A property of the output's value may be called anything. */
const state = Symbol("state");
const sources = Symbol("resources");
type Func = (value: unknown) => unknown;

class LightOutput implements Output {
    declare readonly __pulumiOutput: true;
    declare [state]: Promise<State> | (() => Promise<State>);
    declare [sources]: ReadonlySet<Resource>;

    /** As the SDK calls it. What nobody reads stays as it is given. */
    constructor(...[resources, value, isKnown, isSecret, allResources]: ConstructorParameters<OutputClass>) {
        const own = setOf(resources);
        const read = async () => {
            const found = { value: await value, isKnown: await isKnown, isSecret: (await isSecret) === true };
            const all = allResources ? setOf(await allResources) : none;
            return settled({ ...found, allResources: union(all, own) });
        };
        return LightOutput.of(read, own);
    }

    static of(made: Promise<State> | (() => Promise<State>), resources: ReadonlySet<Resource>): LightOutput {
        const output = Object.create(LightOutput.prototype) as LightOutput;
        output[state] = made;
        output[sources] = resources;
        return new Proxy(output, lifted);
    }

    static create = (value: unknown) => outputOf(value);
    static isInstance = sdk.Output.isInstance;

    /** What it is, once it is. */
    static stateOf(output: LightOutput): Promise<State> {
        const made = output[state];
        return typeof made === "function" ? (output[state] = made()) : made;
    }

    get isKnown(): Promise<boolean> {
        return LightOutput.stateOf(this).then((found) => found.isKnown);
    }
    get isSecret(): Promise<boolean> {
        return LightOutput.stateOf(this).then((found) => found.isSecret);
    }
    resources(): Set<Resource> {
        return new Set(this[sources]);
    }
    allResources(): Promise<Set<Resource>> {
        return LightOutput.stateOf(this).then((found) => new Set(found.allResources));
    }
    promise(withUnknowns?: boolean): Promise<unknown> {
        return LightOutput.stateOf(this).then(({ isKnown, value }) =>
            isKnown || withUnknowns || !containsUnknowns(value) ? value : undefined,
        );
    }
    apply(func: Func, runWithUnknowns = false): LightOutput {
        return LightOutput.of(applied(LightOutput.stateOf(this), func, runWithUnknowns), this[sources]);
    }
    get(): never {
        throw new Error(
            "Cannot call '.get' during update or preview.\nTo manipulate the value of this Output, use '.apply' instead.",
        );
    }
    toString(): string {
        return inSdk(this).toString();
    }
    toJSON(): unknown {
        return inSdk(this).toJSON();
    }
}
Object.defineProperty(LightOutput.prototype, "__pulumiOutput", { value: true });

/** The same as the SDK has it, which knows what to say to who takes it for its value. */
const inSdk = ({ [sources]: resources }: LightOutput): Output =>
    new SdkOutput(resources, Promise.resolve(), Promise.resolve(true), Promise.resolve(false));

/** What an output does not have is its value's, except what libraries ask of everything. */
const lifted: ProxyHandler<LightOutput> = {
    get(output, key) {
        if (key in output) return output[key as keyof LightOutput];
        if (typeof key === "symbol" || key.startsWith("__")) return undefined;
        if (["then", "doNotCapture", "deploymentOnlyModule"].includes(key)) return undefined;
        const property = (value: unknown) => {
            if (value === undefined || value === null) return undefined;
            return isUnknown(value) ? unknown : (value as Record<string, unknown>)[key];
        };
        return output.apply(property, true);
    },
};

const stateOf = (output: Output): Promise<State> =>
    state in output ? LightOutput.stateOf(output as unknown as LightOutput) : stateInSdk(output);

/** Of an output that was made before the recording. */
async function stateInSdk(output: Output): Promise<State> {
    const [value, isKnown, isSecret, allResources] = await Promise.all([
        output.promise(true),
        output.isKnown,
        output.isSecret ?? false,
        output.allResources?.() ?? output.resources(),
    ]);
    return { value, isKnown, isSecret, allResources };
}

/** With the value's own state, where that is an output. */
function settled({ value, isKnown, isSecret, allResources }: State): State | Promise<State> {
    if (!isOutput(value)) return { value, isKnown: isKnown && !containsUnknowns(value), isSecret, allResources };
    return stateOf(value).then((inner) => ({
        value: inner.value,
        isKnown: inner.isKnown,
        isSecret: isSecret || inner.isSecret,
        allResources: union(allResources, inner.allResources),
    }));
}

/** Who is to run with unknowns sees one, even where the value does not tell. */
const shown = ({ isKnown, value }: State) => (isKnown || containsUnknowns(value) ? value : unknown);

async function applied(made: Promise<State>, func: Func, runWithUnknowns: boolean): Promise<State> {
    const found = await made;
    if (!found.isKnown && !runWithUnknowns) return { ...found, value: undefined };
    return settled({ ...found, value: await func(shown(found)), isKnown: true });
}

/** The containers that a value is in. */
type Path = { container: object; in: Path } | undefined;
/** An output or a promise, and where its value is to be put. */
interface Pending {
    made: Output | Promise<unknown>;
    holder: Record<string, unknown>;
    key: string;
    path: Path;
}

/** Copies a value to where it belongs, and notes which of its parts are still to come. */
function put(value: unknown, holder: Record<string, unknown>, key: string, path: Path, pending: Pending[]): void {
    holder[key] = value;
    if (value === null || typeof value !== "object" || Resource.isInstance(value) || isUnknown(value)) return;
    if (value instanceof Promise || isOutput(value)) {
        // Its place among the keys is kept.
        holder[key] = undefined;
        pending.push({ made: value, holder, key, path });
        return;
    }
    for (let each = path; each; each = each.in)
        if (each.container === value) throw new Error("Cannot create an Output from a circular structure");
    const copy = (Array.isArray(value) ? [] : {}) as Record<string, unknown>;
    holder[key] = copy;
    const inside = { container: value, in: path };
    if (Array.isArray(value))
        for (const [index, item] of value.entries()) put(item, copy, String(index), inside, pending);
    else for (const [name, item] of Object.entries(value)) put(item, copy, name, inside, pending);
}

/** `pulumi.output`. */
function outputOf(value: unknown): LightOutput {
    const holder = { value: undefined };
    const pending: Pending[] = [];
    put(value, holder, "value", undefined, pending);
    const resources = new Set<Resource>();
    for (const { made } of pending) if (isOutput(made)) for (const each of made.resources()) resources.add(each);
    return LightOutput.of(filled(holder, pending), resources);
}

/** Puts in what is still to come, and what of that is still to come. */
async function filled(holder: { value: unknown }, pending: Pending[]): Promise<State> {
    let [isSecret, allResources] = [false, none];
    for (const { made, holder: into, key, path } of pending) {
        if (isOutput(made)) {
            const found = await stateOf(made);
            isSecret ||= found.isSecret;
            allResources = union(allResources, found.allResources);
            put(shown(found), into, key, path, pending);
        } else put(await made, into, key, path, pending);
    }
    return { value: holder.value, isKnown: !containsUnknowns(holder.value), isSecret, allResources };
}

/** What to put in place of the SDK's, all of which makes outputs of outputs. */
export const lightOutputs = {
    Output: LightOutput,
    output: outputOf,
    all: outputOf,
    secret: (value: unknown) => {
        const plain = outputOf(value);
        const secret = LightOutput.stateOf(plain).then((found) => ({ ...found, isSecret: true }));
        return LightOutput.of(secret, plain.resources());
    },
    concat: (...parts: unknown[]) => outputOf(parts).apply((found) => (found as unknown[]).join("")),
    interpolate: (texts: TemplateStringsArray, ...parts: unknown[]) =>
        outputOf(parts).apply((found) => String.raw({ raw: texts }, ...(found as unknown[]))),
    jsonStringify: (value: unknown, replacer?: (key: string, value: unknown) => unknown, space?: string | number) =>
        outputOf(value).apply((found) => JSON.stringify(found, replacer, space)),
};
