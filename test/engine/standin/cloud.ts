import { createHash } from "node:crypto";

import { keepsName, keptBy, pushedTo, pushRefusal, putOff, refusal, sentWhole } from "./behaviour";
import { exclusiveKeys, sharedKey, takesOver } from "./identity";
import { userOf } from "./inuse";
import { physicalNames } from "./names";
import { computedOutputs, recomputed, type Facts } from "./resources";
import { takenOver } from "./taken";
import { at, changedKeys, inState, paths, plainProperties, unknown, type Properties } from "./values";

/** Something that exists in the stand-in cloud. */
export interface Thing {
    urn: string;
    type: string;
    id: string;
    /** What the cloud has, without secret wrappers. A refused update changes the state of a stack, and not this. */
    inputs: Properties;
    /** The same as the program wrote it. */
    written: Properties;
    /** What a refused update asked for: the state has it, and a look at the thing does not. */
    asked?: string[];
    outputs: Properties;
    /** Region or project. */
    place: string;
    /** False once another resource that is the same thing to the cloud was deleted, and this with it. */
    live: boolean;
    /** Whether a day of use has left something in it. */
    filled: boolean;
    /** Whether time has passed since it was made: a managed certificate is issued by then. */
    settled: boolean;
    /** Values that were changed and are in use until the maintenance window. */
    pending?: Properties;
}

/** What happened, in order. A failed attempt is recorded as `refuse`. */
export interface Entry {
    action: "create" | "update" | "delete" | "refuse";
    type: string;
    urn: string;
    id: string;
    /** Of updates, the inputs that changed; of refusals, the reason. */
    what?: string[];
}

/**
 * What a test may order for an attempt to create, update or delete something. `fail`: it is refused, and of an update the
 * state says all the same what was asked for, as the real providers leave it. `broken`: it is done and reported as failed, as
 * a deployment is whose tasks never become healthy. `hang`: it is done, but the answer never comes.
 */
export type Order = "fail" | "broken" | "hang" | undefined;

/** A failure after which the resource is in the state, with the inputs that it was to have. */
export class PartialFailure extends Error {
    constructor(
        message: string,
        readonly id: string,
        readonly properties: Properties,
    ) {
        super(message);
    }
}

export const typeOf = (urn: string): string => urn.split("::")[2]!.split("$").at(-1)!;
export const nameOf = (urn: string): string => urn.split("::").slice(3).join("::");

/** What JavaScript writes where a program had nothing to write, with its surroundings. */
const hole = /.{0,40}(\bundefined\b|\[object |\bNaN\b|Calling \[toString\]).{0,20}/s;

const digest = (text: string): string => createHash("sha256").update(text).digest("hex");

/**
 * What a provider talks to: it outlives the engine, as a real cloud does, remembers everything that was ever made, and
 * refuses what clouds refuse: what exists already (identity.ts), deleting what is in use (inuse.ts), and more (behaviour.ts).
 */
export class Cloud {
    readonly things = new Map<string, Thing>();
    readonly journal: Entry[] = [];
    /** Asked at every attempt (not in previews). */
    onCreate: (urn: string) => Order = () => undefined;
    onUpdate: (urn: string) => Order = () => undefined;
    onDelete: (urn: string) => Order = () => undefined;
    /** Told after every entry of the journal. */
    onEntry: (entry: Entry) => void = () => undefined;
    /** Awaited before an answer, where something really runs: what has begun, and how it failed. */
    onDeploy: (thing: Thing) => Promise<string | undefined> = () => Promise.resolve(undefined);
    /** Awaited before something is deleted. */
    onRetire: (thing: Thing) => Promise<void> = () => Promise.resolve();
    /** Whether the AWS account has somebody's OIDC provider for GitHub, beside what stacks make. */
    hasGitHub = true;
    /** What becomes of a certificate of Google that is asked for after this, as its API says it. */
    issues: (urn: string) => "ACTIVE" | "PROVISIONING" | "FAILED" = () => "ACTIVE";
    private readonly expected = new Map<string, string[]>();
    /** Names of deleted things that stay taken. */
    private readonly reserved = new Set<string>();
    /** Tag of an image → what was pushed to it. */
    private readonly pushed = new Map<string, string>();

    /** The urns of what exists, sorted; twice if it exists twice. */
    urns(): string[] {
        return [...this.things.values()].map((thing) => thing.urn).sort();
    }

    /** Entries since `mark`, by default since the beginning. */
    since(mark = 0): Entry[] {
        return this.journal.slice(mark);
    }

    /** Goes back to what was there at some time. The journal stays. */
    restore(things: Map<string, Thing>): void {
        this.things.clear();
        for (const [key, thing] of structuredClone(things)) this.things.set(key, thing);
        this.reserved.clear();
        this.expected.clear();
    }

    /** Lets a day pass: certificates are issued, buckets and registries have something in them. */
    pass(): void {
        for (const thing of this.things.values()) [thing.settled, thing.filled] = [true, true];
    }

    /** Lets time pass until what takes a while after an update is done; nothing is used meanwhile. */
    settle(): void {
        for (const thing of this.things.values()) thing.settled = true;
    }

    /** The maintenance window: what was put off takes effect. */
    maintain(): void {
        for (const thing of this.things.values()) delete thing.pending;
    }

    /**
     * What a program asks for. Remembers where a preview had no value yet, and says so when the value is still missing at
     * deployment: then the program uses an output that this cloud does not compute, and silence would prove nothing.
     */
    check(urn: string, inputs: Properties): string[] {
        const known = plainProperties(inputs);
        const problems = paths(known, (leaf) => typeof leaf === "string" && hole.test(leaf)).map(
            (path) => `${path} says ${hole.exec(at(known, path) as string)![0]}`,
        );
        const waiting = paths(known, (leaf) => leaf === unknown);
        if (waiting.length) this.expected.set(urn, waiting);
        else {
            const missing = (this.expected.get(urn) ?? []).filter((path) => (at(known, path) ?? null) === null);
            problems.push(...missing.map((path) => `${path} has no value: does resources.ts lack an output?`));
            // Later the program may ask for something else.
            this.expected.delete(urn);
        }
        return problems;
    }

    async create(urn: string, inputs: Properties, place = ""): Promise<{ id: string; outputs: Properties }> {
        const type = typeOf(urn);
        const order = this.onCreate(urn);
        const known = plainProperties(inputs);
        const refused = order === "fail" ? `ordered to fail: ${urn}` : this.refusalOf(type, known, place, undefined);
        if (refused) this.refuse(urn, "", refused);
        const nth = this.journal.filter((entry) => entry.urn === urn && entry.action === "create").length;
        const facts = this.facts(urn, inputs, digest(`${urn}#${nth}`));
        const there = this.toTakeOver(urn, type, known);
        if (there) {
            [there.inputs, there.written, there.live] = [known, inputs, true];
            this.note({ action: "update", type, urn, id: there.id });
            return { id: there.id, outputs: { ...computedOutputs({ ...facts, id: there.id }), ...inputs } };
        }
        const { id } = facts;
        const outputs = { ...computedOutputs(facts), ...inputs };
        const made = { live: true, filled: false, settled: false };
        const thing = {
            urn,
            type,
            id,
            inputs: known,
            written: inputs,
            outputs: plainProperties(outputs),
            place,
            ...made,
        };
        this.takeOver(thing);
        this.things.set(this.freeKey(`${type}/${id}`), thing);
        this.push(thing);
        this.note({ action: "create", type, urn, id });
        if (order === "hang") await new Promise(() => undefined);
        const failed = await this.onDeploy(thing);
        if (failed !== undefined) throw new PartialFailure(`${nameOf(urn)}: ${failed}`, id, outputs);
        if (order === "broken") throw new PartialFailure(`ordered to break: ${urn}`, id, outputs);
        return { id, outputs };
    }

    /** An update with nothing to change asks for nothing: it is how the engine goes on after a failed one. */
    async update(
        urn: string,
        id: string,
        inputs: Properties,
        old: { inputs: Properties; outputs: Properties },
        relabelled = false,
    ): Promise<Properties> {
        const type = typeOf(urn);
        const changed = changedKeys(inState(old, inputs), inputs);
        if (!changed.length) {
            // A provider's own labels are in no input.
            if (relabelled) this.note({ action: "update", type, urn, id, what: ["effectiveLabels"] });
            return old.outputs;
        }
        const thing = this.thing(urn, id);
        const seed = digest(JSON.stringify(plainProperties(inputs)));
        const kept = Object.entries(old.outputs).filter(([key]) => !(key in old.inputs));
        const moved = recomputed.has(type) ? computedOutputs({ ...this.facts(urn, inputs, seed), id }) : {};
        const outputs = { ...Object.fromEntries(kept), ...moved, ...inputs };

        const order = this.onUpdate(urn);
        const refused =
            order === "fail"
                ? `ordered to fail: ${urn}`
                : !thing
                  ? `${type} ${id} does not exist`
                  : this.refusalOf(type, plainProperties(inputs), thing.place, thing);
        if (thing) thing.asked = Object.keys(inputs);
        if (refused || !thing) this.refuse(urn, id, refused!, outputs);

        this.putOff(thing, inputs, changed);
        // What is only ever written is in no state: it is sent whenever its version is another.
        const written = changed.filter((key) => key.endsWith("WoVersion")).map((key) => key.replace(/Version$/, ""));
        thing.written = sentWhole.test(type) ? inputs : merged(thing.written, inputs, [...changed, ...written]);
        thing.inputs = plainProperties(thing.written);
        thing.outputs = plainProperties({ ...thing.outputs, ...moved, ...thing.inputs });
        this.push(thing);
        this.note({ action: "update", type, urn, id, what: changed });
        if (order === "hang") await new Promise(() => undefined);
        const failed = await this.onDeploy(thing);
        if (failed !== undefined) throw new PartialFailure(`${nameOf(urn)}: ${failed}`, id, outputs);
        if (order === "broken") throw new PartialFailure(`ordered to break: ${urn}`, id, outputs);
        return outputs;
    }

    async delete(urn: string, id: string): Promise<void> {
        const type = typeOf(urn);
        const thing = this.thing(urn, id);
        const order = this.onDelete(urn);
        if (order === "fail") this.refuse(urn, id, `ordered to fail: ${urn}`);
        if (!thing) return;
        const kept = keptBy(thing);
        if (kept) this.refuse(urn, id, `${type} ${id} ${kept}`);
        const user = userOf(thing, this.things.values());
        if (user) this.refuse(urn, id, `${type} ${id} is in use by ${user.type} ${nameOf(user.urn)}`);
        await this.onRetire(thing);
        this.forget(thing);
        this.note({ action: "delete", type, urn, id });
        if (order === "hang") await new Promise(() => undefined);
    }

    /** What a refresh finds; undefined if it is gone. */
    read(urn: string, id: string): Thing | undefined {
        const thing = this.thing(urn, id);
        return thing?.live ? thing : undefined;
    }

    /** Removes what deleting it removes: with a DNS record, whatever stands under its name. */
    private forget(thing: Thing): void {
        const shared = this.shared(thing);
        for (const [key, other] of this.things) {
            if (other === thing) this.things.delete(key);
            else if (shared && this.shared(other) === shared) other.live = false;
        }
        if (keepsName(thing)) for (const key of this.exclusive(thing)) this.reserved.add(key);
    }

    /** What is there already and is not made a second time: of the same resource, so that what two of them own is still seen. */
    private toTakeOver(urn: string, type: string, inputs: Properties): Thing | undefined {
        const identity = takenOver[type];
        const of = (known: Properties) => JSON.stringify(identity?.map((key) => known[key] ?? null));
        return identity && [...this.things.values()].find((t) => t.urn === urn && of(t.inputs) === of(inputs));
    }

    private takeOver(thing: Thing): void {
        const shared = this.shared(thing);
        for (const other of this.things.values()) if (shared && this.shared(other) === shared) other.live = false;
    }

    private refusalOf(type: string, inputs: Properties, place: string, before: Thing | undefined): string | undefined {
        const all = [...this.things.values()];
        if (!before && this.hasGitHub && type === "aws:iam/openIdConnectProvider:OpenIdConnectProvider")
            return `EntityAlreadyExists: provider with url ${String(inputs.url)} already exists`;
        const others = all.filter((thing) => thing !== before && thing.type === type);
        for (const key of this.exclusive({ type, inputs, place })) {
            const twin = others.find((other) => this.exclusive(other).includes(key));
            if (twin) return `${key} already exists (${twin.urn})`;
            if (!before && this.reserved.has(key)) return `${key} is taken by what was deleted of late`;
        }
        const shared = this.shared({ type, inputs, place });
        const taken = shared && !takesOver(type, inputs) && others.find((t) => t.live && this.shared(t) === shared);
        if (taken) return `${shared} already exists (${taken.urn})`;
        if (type.startsWith("docker-build:")) {
            const refused = this.samePush(inputs, before) ? undefined : pushRefusal(inputs, this.pushed, all);
            if (refused) return refused;
        }
        return refusal(type, inputs, before, all);
    }

    private samePush(inputs: Properties, before: Thing | undefined): boolean {
        return JSON.stringify(before?.inputs.tags) === JSON.stringify(inputs.tags);
    }

    private putOff(thing: Thing, inputs: Properties, changed: string[]): void {
        for (const key of putOff(thing.type, plainProperties(inputs), changed))
            thing.pending = { [key]: thing.inputs[key] ?? null, ...thing.pending };
    }

    /** An image is in its registry from then on, whatever becomes of the resource. */
    private push({ type, inputs, id }: Thing): void {
        if (!type.startsWith("docker-build:")) return;
        for (const tag of (inputs.tags ?? []) as string[]) this.pushed.set(tag, id);
        for (const registry of pushedTo(inputs, [...this.things.values()])) registry.filled = true;
    }

    private refuse(urn: string, id: string, message: string, state?: Properties): never {
        this.note({ action: "refuse", type: typeOf(urn), urn, id, what: [message] });
        throw state ? new PartialFailure(message, id, state) : new Error(message);
    }

    private note(entry: Entry): void {
        this.journal.push(entry);
        this.onEntry(entry);
    }

    private thing(urn: string, id: string): Thing | undefined {
        const type = typeOf(urn);
        const found = [...this.things.values()].filter((thing) => thing.type === type && thing.id === id);
        return found.find((thing) => thing.urn === urn) ?? found[0];
    }

    /** Two records of one name have one id; both are things of the program. */
    private freeKey(key: string): string {
        let free = key;
        while (this.things.has(free)) free += "'";
        return free;
    }

    private exclusive({ type, inputs, place }: Pick<Thing, "type" | "inputs" | "place">): string[] {
        return exclusiveKeys(type, inputs).map((key) => `${place}/${key}`);
    }

    private shared({ type, inputs, place }: Pick<Thing, "type" | "inputs" | "place">): string | undefined {
        const key = sharedKey(type, inputs);
        return key && `${place}/${key}`;
    }

    private facts(urn: string, inputs: Properties, seed: string): Facts {
        const type = typeOf(urn);
        const known = plainProperties(inputs);
        const property = physicalNames[type];
        const named = property ? known[property] : undefined;
        const name = typeof named === "string" ? named : nameOf(urn).toLowerCase();
        const id = property ? name : `${type.split(":").at(-1)!.toLowerCase()}-${seed.slice(0, 12)}`;
        return { type, urn, name, id, inputs: known, seed };
    }
}

/** `before` with the values of the changed keys. */
function merged(before: Properties, after: Properties, changed: string[]): Properties {
    const result = { ...before };
    for (const key of changed) {
        if (key in after) result[key] = after[key]!;
        else delete result[key];
    }
    return result;
}
