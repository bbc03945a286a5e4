import { createHash } from "node:crypto";

import { computedOutputs, physicalNames, recomputed, type Facts } from "./resources";
import { takenOver } from "./taken";
import { at, paths, plainProperties, unknown, type Properties } from "./values";

/** Something that exists in the stand-in cloud. */
export interface Thing {
    urn: string;
    type: string;
    id: string;
    inputs: Properties;
}

/** What happened, in order. A failed attempt is recorded as `refuse`. */
export interface Entry {
    action: "create" | "update" | "delete" | "refuse";
    type: string;
    urn: string;
    id: string;
}

/** What a test may order for an attempt to create or delete something. `hang`: it is made, but the answer never comes. */
export type Order = "fail" | "hang" | undefined;

export const typeOf = (urn: string): string => urn.split("::")[2]!.split("$").at(-1)!;
export const nameOf = (urn: string): string => urn.split("::").slice(3).join("::");

/** What JavaScript writes where a program had nothing to write, with its surroundings. */
const hole = /.{0,40}(\bundefined\b|\[object |\bNaN\b|Calling \[toString\]).{0,20}/s;

const digest = (text: string): string => createHash("sha256").update(text).digest("hex");

/**
 * What a provider talks to: it outlives the engine, as a real cloud does, remembers everything that was ever made, and
 * refuses two things of one physical name.
 */
export class Cloud {
    readonly things = new Map<string, Thing>();
    readonly journal: Entry[] = [];
    /** Asked at every attempt to create (not in previews). */
    onCreate: (urn: string) => Order = () => undefined;
    private readonly expected = new Map<string, string[]>();

    /** The urns of what exists, sorted; twice if it exists twice. */
    urns(): string[] {
        return [...this.things.values()].map((thing) => thing.urn).sort();
    }

    /** Entries since `mark`, by default since the beginning. */
    since(mark = 0): Entry[] {
        return this.journal.slice(mark);
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

    async create(urn: string, inputs: Properties): Promise<{ id: string; outputs: Properties }> {
        const type = typeOf(urn);
        const physicalName = this.physicalName(type, inputs);
        const order = this.onCreate(urn);
        const twin = physicalName && [...this.things.values()].find((t) => this.sameName(t, type, physicalName));
        if (order === "fail" || twin) {
            this.journal.push({ action: "refuse", type, urn, id: "" });
            throw new Error(
                twin ? `${type} "${physicalName}" already exists (${twin.urn})` : `ordered to fail: ${urn}`,
            );
        }
        const nth = this.journal.filter((entry) => entry.urn === urn && entry.action === "create").length;
        const facts = this.facts(urn, inputs, digest(`${urn}#${nth}`));
        const there = this.toTakeOver(urn, type, inputs);
        if (there) {
            this.journal.push({ action: "update", type, urn, id: there.id });
            there.inputs = inputs;
            return { id: there.id, outputs: { ...computedOutputs({ ...facts, id: there.id }), ...inputs } };
        }
        const id = facts.id;
        this.things.set(`${type}/${id}`, { urn, type, id, inputs });
        this.journal.push({ action: "create", type, urn, id });
        if (order === "hang") await new Promise(() => undefined);
        return { id, outputs: { ...computedOutputs(facts), ...inputs } };
    }

    update(urn: string, id: string, inputs: Properties, old: { inputs: Properties; outputs: Properties }): Properties {
        const type = typeOf(urn);
        const thing = this.things.get(`${type}/${id}`);
        if (!thing) throw new Error(`${type} ${id} does not exist`);
        thing.inputs = inputs;
        this.journal.push({ action: "update", type, urn, id });
        const seed = digest(JSON.stringify(plainProperties(inputs)));
        const kept = Object.entries(old.outputs).filter(([key]) => !(key in old.inputs));
        const moved = recomputed.has(type) ? computedOutputs({ ...this.facts(urn, inputs, seed), id }) : {};
        return { ...Object.fromEntries(kept), ...moved, ...inputs };
    }

    delete(urn: string, id: string): void {
        const type = typeOf(urn);
        const thing = this.things.get(`${type}/${id}`);
        if (!thing) return;
        const inputs = plainProperties(thing.inputs);
        if (inputs.deletionProtection === true || inputs.enableDeletionProtection === true) {
            this.journal.push({ action: "refuse", type, urn, id });
            throw new Error(`${type} ${id} is protected against deletion`);
        }
        this.things.delete(`${type}/${id}`);
        this.journal.push({ action: "delete", type, urn, id });
    }

    exists(urn: string, id: string): boolean {
        return this.things.has(`${typeOf(urn)}/${id}`);
    }

    private facts(urn: string, inputs: Properties, seed: string): Facts {
        const type = typeOf(urn);
        const known = plainProperties(inputs);
        const name = this.physicalName(type, inputs) ?? nameOf(urn).toLowerCase();
        const id = physicalNames[type] ? name : `${type.split(":").at(-1)!.toLowerCase()}-${seed.slice(0, 12)}`;
        return { type, urn, name, id, inputs: known, seed };
    }

    private physicalName(type: string, inputs: Properties): string | undefined {
        const property = physicalNames[type];
        const name = property && plainProperties(inputs)[property];
        return typeof name === "string" ? name : undefined;
    }

    /** What is there already and is not made a second time: of the same resource, so that what two of them own is still seen. */
    private toTakeOver(urn: string, type: string, inputs: Properties): Thing | undefined {
        const identity = takenOver[type];
        const of = (known: Properties) => JSON.stringify(identity?.map((key) => plainProperties(known)[key] ?? null));
        return identity && [...this.things.values()].find((t) => t.urn === urn && of(t.inputs) === of(inputs));
    }

    private sameName(thing: Thing, type: string, name: string): boolean {
        return thing.type === type && this.physicalName(type, thing.inputs) === name;
    }
}
