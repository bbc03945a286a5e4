import { diff, type Diff } from "../../../plan/diff";
import { holding } from "../../../plan/holding";
import { planOf } from "../../../plan/plan";
import { snapshotOf, snapshotOfPlan } from "../../../plan/snapshot";
import type { Cloud } from "../../../topology/app";
import { ProblemsError, type Stack } from "../../../topology/validate";
import { Inline, type Moment } from "../inline";
import { retained } from "../stacks";
import { nameOf, type Entry } from "../standin/cloud";
import { plainProperties } from "../standin/values";
import { draft, entrances, sameEntrance, type Entrance } from "./cells";
import type { AppName, Change, Draft } from "./changes";
import { outage } from "./traffic";

/** What became of one change of one app on one cloud. */
export interface Result {
    /** Validation refused it, and said so. */
    refused?: string;
    /** Pulumi refused it before anything was touched, as `twinstack diff` had said: what is protected, as `sql.DatabaseInstance`. */
    protected?: string[];
    /** Resources by what happened to them, as `ecs.Service`, each once. */
    created: string[];
    updated: string[];
    replaced: string[];
    deleted: string[];
    /** What held data and was replaced or deleted: `twinstack diff` has said so, or it is a fault. */
    lost: string[];
    /** Why an entrance was not served for a while. */
    outage?: string;
    /** What a stack should not meet, with how to see it. */
    faults: string[];
    /** With one refusal in the middle: what it took to get there. */
    afterFailure?: "up" | "up --refresh" | "nothing helps";
}

/** `aws:ecs/service:Service` as `ecs.Service`. */
export const shortType = (type: string): string => {
    const [, module, name] = type.split(":");
    return `${module!.split("/")[0]}.${name}`;
};

const entryTypes =
    /^aws:(lb\/loadBalancer|cloudfront\/distribution):|^gcp:compute\/(globalAddress|globalForwardingRule):/;
const sorted = (items: Iterable<string>): string[] => [...new Set(items)].sort();

/** One app on one cloud, as it is in prod, and every change of it. */
export class Matrix {
    private empty!: Moment;
    private base!: Moment;
    /** Where in the journal the last change begins. */
    private mark = 0;

    private constructor(
        private readonly app: AppName,
        private readonly cloud: Cloud,
        private readonly inline: Inline,
        private readonly withFailures: boolean,
    ) {}

    static async start(app: AppName, cloud: Cloud, withFailures: boolean): Promise<Matrix> {
        const matrix = new Matrix(app, cloud, await Inline.start("prod"), withFailures);
        matrix.empty = matrix.inline.keep();
        matrix.configure(draft(app, cloud));
        await matrix.inline.preview();
        await matrix.inline.up();
        matrix.inline.cloud.pass();
        matrix.base = matrix.inline.keep();
        return matrix;
    }

    stop(): void {
        this.inline.stop();
    }

    /** The results of a change, and of the change taken back, by their keys. */
    async run(change: Change): Promise<Record<string, Result>> {
        const { inline } = this;
        inline.restore(change.anew ? this.empty : this.base);
        const from = draft(this.app, this.cloud, change);
        change.from?.(from);
        let before = this.configure(from);
        if (change.from) await this.settle();

        const to = draft(this.app, this.cloud, change);
        change.from?.(to);
        change.make(to);
        const made = await this.attempt(before, to, change);
        if (!change.back || made.refused || made.protected || made.faults.some((fault) => fault.startsWith("up fails")))
            return { [change.key]: made };

        // Whoever takes a part out of production first says that it may go.
        inline.cloud.pass();
        if (change.back.lift) {
            change.back.lift(to);
            change.back.lift(from);
        }
        before = this.configure(to);
        if (change.back.lift) await this.settle();
        return { [change.key]: made, [change.back.key]: await this.attempt(before, from, change) };
    }

    private async settle(): Promise<void> {
        await this.inline.up();
        this.inline.cloud.pass();
    }

    private configure({ app, config }: Draft): Stack {
        return this.inline.configure(app, config);
    }

    private async attempt(before: Stack, to: Draft, change: Change): Promise<Result> {
        const { inline } = this;
        let after: Stack;
        try {
            after = this.configure(to);
        } catch (error) {
            if (!(error instanceof ProblemsError)) throw error;
            return { ...nothing(), refused: error.message };
        }
        const [moment, foretold] = [inline.keep(), await this.foretell(after)];
        const refused = foretold.changes.filter((change) => change.refused);
        if (refused.length) {
            const types = sorted(refused.map(({ type }) => shortType(type)));
            return { ...nothing(), protected: types, faults: await this.refuses() };
        }
        const kept = entrances(before.app, this.cloud).filter((one) =>
            entrances(after.app, this.cloud).some((other) => sameEntrance(one, other)),
        );
        const result = await this.watch(kept, foretold);
        const idle = !this.inline.cloud.since(this.mark).length;
        if (idle !== (change.nothingOn?.includes(this.cloud) ?? false))
            result.faults.push(idle ? "nothing comes of it" : "something comes of it");
        result.faults.push(...(await this.remains(entrances(after.app, this.cloud))));
        if (this.withFailures && !result.faults.length) {
            const good = inline.keep();
            result.afterFailure = await this.failOnce(moment, result);
            inline.restore(good);
        }
        return result;
    }

    private async foretell(after: Stack): Promise<Diff> {
        const { text } = this.inline.state();
        return diff(snapshotOf(JSON.parse(text))!, snapshotOfPlan(await planOf(after)));
    }

    /** Deploys as people do, with a preview, what `diff` says is refused: whatever else happens is a fault. */
    private async refuses(): Promise<string[]> {
        const mark = this.inline.cloud.journal.length;
        const said = await this.inline.up({ preview: true }).then(
            () => "",
            (error: Error) => error.message,
        );
        const faults = /(cannot be deleted|unable to replace resource)[\s\S]*protect/.test(said)
            ? []
            : [`diff says that it is refused, and: ${said ? firstError(said) : "up succeeds"}`];
        const touched = this.inline.cloud.since(mark).map(({ action, urn }) => `${action} ${nameOf(urn)}`);
        return [...faults, ...touched.map((one) => `before it is refused: ${one}`)];
    }

    /** Deploys, and looks at every entrance after every step. */
    private async watch(kept: Entrance[], foretold: Diff): Promise<Result> {
        const { cloud } = this.inline;
        const outages: string[] = [];
        const look = (): void => {
            for (const entrance of kept) {
                const why = outage(cloud, entrance);
                if (why) outages.push(why);
            }
        };
        look();
        cloud.onEntry = look;
        const mark = (this.mark = cloud.journal.length);
        const faults: string[] = [];
        await this.inline.up().catch((error: Error) => faults.push(`up fails: ${firstError(error.message)}`));
        cloud.onEntry = () => undefined;
        const result = summary(cloud.since(mark), faults, foretold);
        if (outages.length) result.outage = outages[0];
        result.faults.push(...misled(cloud.since(mark), foretold));
        return result;
    }

    /** What is wrong once it is over. */
    private async remains(promised: Entrance[]): Promise<string[]> {
        const { inline } = this;
        const faults: string[] = [];
        await inline
            .expectNoChanges()
            .catch((error: Error) => faults.push(`the next preview: ${firstError(error.message)}`));
        faults.push(...this.astray());
        for (const entrance of promised) {
            const why = outage(inline.cloud, entrance);
            if (why) faults.push(`${entrance.host}${entrance.path} is not served afterwards: ${why}`);
        }
        return sorted(faults);
    }

    /** Where the state and the cloud say different things. */
    private astray(): string[] {
        const { cloud } = this.inline;
        const { resources } = this.inline.state();
        const known = resources.filter((r) => r.custom && r.id && !r.type.startsWith("pulumi:"));
        const things = [...cloud.things.values()];
        // An alias gives a resource another URN of which the cloud hears nothing.
        const is = (thing: (typeof things)[number], { urn, type, id }: (typeof known)[number]): boolean =>
            thing.urn === urn || (thing.type === type && thing.id === id);
        const unknown = things.filter((thing) => !retained.has(thing.type) && !known.some((r) => is(thing, r)));
        const gone = known.filter((r) => !things.some((thing) => is(thing, r) && thing.live));
        const stale = known.filter((r) => {
            const thing = things.find((one) => is(one, r));
            return thing && r.inputs && differ(thing.type, r.inputs, thing.inputs);
        });
        return [
            ...unknown.map(({ urn }) => `${nameOf(urn)} is left behind`),
            ...gone.map(
                ({ urn, type }) => `${shortType(type)} ${nameOf(urn)} is gone, and the state says that it is there`,
            ),
            ...stale.map(({ urn, type }) => `${shortType(type)} ${nameOf(urn)} is not what the state says`),
        ];
    }

    /** The same again, where the cloud refuses the step in the middle once. */
    private async failOnce(moment: Moment, { faults }: Result): Promise<Result["afterFailure"]> {
        const { inline } = this;
        const { cloud } = inline;
        const steps = cloud.since(this.mark).filter(({ action }) => action === "create" || action === "update");
        const middle = steps[Math.floor(steps.length / 2)];
        if (!middle) return "up";
        inline.restore(moment);
        let refused = false;
        const once = (urn: string) =>
            urn === middle.urn && !refused ? ((refused = true), "fail" as const) : undefined;
        [cloud.onCreate, cloud.onUpdate] = [once, once];
        await inline.up().catch(() => undefined);
        [cloud.onCreate, cloud.onUpdate] = [() => undefined, () => undefined];
        for (const how of ["up", "up --refresh"] as const) {
            const failed = await inline.up({ refresh: how !== "up" }).then(
                () => false,
                () => true,
            );
            if (!failed && !(await this.remains([])).length) return how;
        }
        faults.push(`refused once at ${shortType(middle.type)} ${nameOf(middle.urn)}, nothing helps`);
        return "nothing helps";
    }
}

const nothing = (): Result => ({ created: [], updated: [], replaced: [], deleted: [], lost: [], faults: [] });

/** Whether a thing is other than its state says; the registry's password is another at every run. */
const differ = (type: string, state: Record<string, unknown>, thing: Record<string, unknown>): boolean => {
    if (type.startsWith("docker-build:")) return false;
    const text = (value: unknown): string =>
        JSON.stringify(value, (_, inner: unknown) => (isSecret(inner) ? "…" : inner));
    const [old, now] = [plainProperties(state as never), thing];
    return [...new Set([...Object.keys(old), ...Object.keys(now)])].some(
        (key) =>
            !key.startsWith("__") &&
            !isSecret(state[key]) &&
            JSON.stringify(old[key]) !== undefined &&
            text(state[key]) !== text(now[key]) &&
            !text(state[key]).includes("…"),
    );
};

const isSecret = (value: unknown): boolean =>
    typeof value === "object" && value !== null && "4dabf18193072939515e22adb298388d" in value;

/** What happened, by type. A thing made anew under its own name is replaced. */
function summary(entries: Entry[], faults: string[], foretold: Diff): Result {
    const of = (action: Entry["action"]) => entries.filter((entry) => entry.action === action);
    const made = new Set(of("create").map(({ urn }) => urn));
    const gone = new Set(of("delete").map(({ urn }) => urn));
    const types = (chosen: Entry[]): string[] => sorted(chosen.map(({ type }) => shortType(type)));
    // Whatever `diff` did not foretell is a fault of its own, and counts by its type.
    const lost = of("delete").filter(({ type, urn }) => {
        const said = foretold.changes.find((change) => change.type === type && change.name === nameOf(urn));
        return (said ? said.holds : holding[type]) !== undefined;
    });
    return {
        created: types(of("create").filter(({ urn }) => !gone.has(urn))),
        updated: types(of("update")),
        replaced: types(of("create").filter(({ urn }) => gone.has(urn))),
        deleted: types(of("delete").filter(({ urn }) => !made.has(urn))),
        lost: types(lost),
        faults,
    };
}

/** Where `twinstack diff` said something else than the engine did, of what holds data or is an entrance. */
function misled(entries: Entry[], foretold: Diff): string[] {
    const made = new Set(entries.filter(({ action }) => action === "create").map(({ urn }) => urn));
    const ends = entries.filter(({ action }) => action === "delete");
    const did = new Set(
        ends
            .filter(({ type }) => holding[type] ?? entryTypes.test(type))
            .map(({ urn, type }) => `${made.has(urn) ? "replace" : "delete"} ${shortType(type)} ${nameOf(urn)}`),
    );
    const said = new Set(
        foretold.changes
            .filter(
                ({ kind, type }) =>
                    (kind === "replace" || kind === "delete") && (holding[type] ?? entryTypes.test(type)),
            )
            .map(({ kind, type, name }) => `${kind} ${shortType(type)} ${name}`),
    );
    return [
        ...[...did].filter((one) => !said.has(one)).map((one) => `diff does not say: ${one}`),
        ...[...said].filter((one) => !did.has(one)).map((one) => `diff says, and it is not so: ${one}`),
    ].sort();
}

/** The first thing that the engine calls an error, without what differs from run to run. */
function firstError(message: string): string {
    const line = message.split("\n").find((text) => /error: /.test(text) && !/update failed/.test(text));
    const said = line ?? message.split("\n").find((text) => /^ *[+~-]/.test(text)) ?? message;
    return said
        .trim()
        .replace(/^error: /, "")
        .replace(/-[0-9a-f]{7,12}\b/g, "-…")
        .replace(/ \(urn:.*$/, "")
        .slice(0, 200);
}
